"""The main job: a year of The Complete Journey in one-hour ticks, with every segment and journey of the example.

Mails go to a real SMTP server on loopback, as in ``make demo``. The members are compared with independent SQL
in ``tests/examples``, not here. The small size replays the first month.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import parcours
from bench.data import Size
from bench.report import Took, cell, console, rate, table, timed
from examples import demo
from parcours.core.clock import DAY, instant, iso
from parcours.service.running import Replayed
from parcours.testing.smtp import SmtpSinkProcess

DATA = "complete-journey"


def run(size: Size) -> None:
    """Load, replay, print."""
    story = demo.STORIES[DATA]
    try:
        dataset = demo.loader(DATA).load()
    except SystemExit as missing:
        console.print(f"[yellow]left out: {missing}[/]")
        return
    end = iso(instant(story.start) + 31 * DAY) if size.name == "small" else story.end
    with (
        tempfile.TemporaryDirectory(prefix="parcours-bench-") as folder,
        SmtpSinkProcess() as sink,
        demo.fresh(Path(folder) / "workspace", sink.port, keep=False) as workspace,
    ):
        loaded, _ = timed(lambda: _load(workspace, dataset))
        replayed, done = timed(lambda: workspace.replay(story.start, end, story.tick, send=True))
    _print(loaded, replayed, done, end)


def _load(workspace: parcours.Workspace, dataset: Any) -> None:
    workspace.import_profiles(dataset.profiles, mapping=dataset.profile_mapping)
    for event, frame in dataset.events.items():
        workspace.import_events(frame, mapping=dataset.event_mapping(event))
    workspace.apply(demo.HERE / DATA)


def _print(loaded: Took, replayed: Took, done: Replayed, end: str) -> None:
    table(
        f"The Complete Journey until {end[:10]}: {done.ticks:,} ticks of an hour, {done.events:,} events, "
        f"{done.qualifications:,} entries and exits, {done.steps:,} steps, {done.deliveries:,} mails",
        ["", "time", "CPU", "events/s"],
        [["import", *cell(loaded), ""], ["replay, committed to disk", *cell(replayed), rate(done.events, replayed)]],
    )
