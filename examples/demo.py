"""The main job on a data set that nobody here wrote: load it, apply definitions, replay it, tell what happened.

    python examples/demo.py --data complete-journey        one year of a grocery shop, in one-hour ticks
    python examples/demo.py --data cdnow                    18 months of a CD shop, in one-hour ticks

The workspace it makes (``demo-<data>``) stays, to look further. With ``--serve`` the service is opened on it until
Ctrl-C; its time goes on from the last tick, so that the data of the past are not years old at once.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

import parcours
from parcours.core.clock import DAY, HOUR, ShiftedClock, as_datetime, instant, iso
from parcours.core.errors import UnknownNameError
from parcours.service import opening
from parcours.service.cli.serving import serve_workspace
from parcours.service.reports import sparkline
from parcours.service.running import Progress as Told
from parcours.testing.smtp import SmtpSinkProcess

HERE = Path(__file__).resolve().parent
PORT = 8711
console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)


@dataclass(frozen=True)
class Story:
    """What differs between the data sets. Who buys for 900 (``purchase`` is the property) enters segment ``next``."""

    title: str
    start: str
    end: str
    tick: int
    segment: str
    profile: str
    purchase: str
    next: str


STORIES = {
    "complete-journey": Story(
        "The Complete Journey: one year of 2,469 households (its authors call it simulated)",
        "2017-01-01T00:00:00Z",
        "2018-01-01T06:00:00Z",
        HOUR,
        "silver",
        "1023",
        "total",
        "gold",
    ),
    "cdnow": Story(
        "CDNOW: 23,570 real customers, 18 months",
        "1997-01-01T00:00:00Z",
        "1998-07-01T00:00:00Z",
        HOUR,
        "",
        "",
        "amount",
        "big-spenders",
    ),
}


def main() -> int:
    options = arguments()
    folder = options.folder or Path(f"demo-{options.data}")
    story = STORIES[options.data]
    console.print(f"[bold]{story.title}[/bold]\n")
    try:
        with SmtpSinkProcess() as sink:
            workspace = fresh(folder, sink.port, options.keep)
            with workspace:
                if workspace.now is None:
                    load(workspace, options.data)
                    replay(workspace, options.data, story)
                tell(workspace)
                taken = sum(sink.counts().values())
                console.print(f"\nThe mail server on port {sink.port} has taken {taken:,} messages.")
                look_further(workspace, folder, story)
            if options.serve:
                serve(folder, story, options.port)
    except parcours.ParcoursError as error:
        console.print(f"[red]{error}[/red]")
        return 1
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", choices=sorted(STORIES), default="complete-journey")
    parser.add_argument("--folder", type=Path, help="where to make the workspace (default: demo-DATA)")
    parser.add_argument("--keep", action="store_true", help="do not start over: tell again what an earlier run did")
    parser.add_argument("--serve", action="store_true", help="open the service on the workspace until Ctrl-C")
    parser.add_argument("--port", type=int, help=f"where the service listens (default: {PORT}, or a free one)")
    return parser.parse_args()


def fresh(folder: Path, port: int, keep: bool) -> parcours.Workspace:
    """A new workspace in place of an earlier one of the demo, unless that is to be kept."""
    if folder.exists() and not keep:
        if any(folder.iterdir()) and not (folder / "parcours.toml").exists():
            raise parcours.WorkspaceError("the folder holds something else", where=str(folder), code="not-empty")
        shutil.rmtree(folder)
    if not folder.exists():
        parcours.init(folder).close()
    (folder / "parcours.toml").write_text(
        "# Made by examples/demo.py. The mail server ran only while the demo did.\n\n[channels.email]\n"
        f'type = "smtp"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        'sender = "Parcours demo <demo@example.com>"\n'
    )
    return parcours.open(folder)


# --- doing it ----------------------------------------------------------------------------------------------


def load(workspace: parcours.Workspace, data: str) -> None:
    """The data set into the inbox, and the definitions into the catalogue."""
    with console.status("reading the data set …"):
        module = loader(data)
        dataset = module.load()
    for name, found in dataset.counts.items():
        console.print(f"  {found:>11,}  {name}", style="" if found == module.EXPECTED[name] else "yellow")
    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("loading the workspace", total=1 + len(dataset.events))
        workspace.import_profiles(dataset.profiles, mapping=dataset.profile_mapping)
        bar.advance(task)
        for event, frame in dataset.events.items():
            workspace.import_events(frame, mapping=dataset.event_mapping(event))
            bar.advance(task)
    changes = workspace.apply(HERE / data)
    segments = [change.id for change in changes if change.kind == "segment"]
    journeys = [change.id for change in changes if change.kind == "journey"]
    console.print(f"  {len(segments):>11}  segments: {', '.join(segments)}")
    console.print(f"  {len(journeys):>11}  journeys: {', '.join(journeys)}\n")


def loader(data: str) -> Any:
    """The module that reads a data set; its folder's name is no name of a package."""
    path = HERE / data / "load.py"
    spec = importlib.util.spec_from_file_location(f"load_{data.replace('-', '_')}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def replay(workspace: parcours.Workspace, data: str, story: Story) -> None:
    """The whole time, tick by tick, with mails delivered while it goes on."""
    columns = (
        TextColumn("{task.fields[day]}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[events]:,} events  {task.fields[moves]:,} entries and exits"),
        TextColumn("{task.fields[mails]:,} mails"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("replay", total=None, day=story.start[:10], events=0, moves=0, mails=0)
        drawn = [0.0]

        def show(told: Told) -> None:
            if told.done == told.total or time.monotonic() - drawn[0] > 0.1:
                drawn[0] = time.monotonic()
                day = iso(told.now)[:10]
                bar.update(
                    task,
                    total=told.total,
                    completed=told.done,
                    day=day,
                    events=told.events,
                    moves=told.qualifications,
                    mails=told.deliveries,
                )

        done = workspace.replay(story.start, story.end, story.tick, progress=show, send=True)
    span = (instant(story.end) - instant(story.start)) / DAY
    console.print(
        f"{span:,.0f} days in {done.ticks:,} ticks: {done.events:,} events, {done.qualifications:,} entries and exits, "
        f"{done.steps:,} steps of journeys in [bold]{done.seconds:.1f} s[/bold] "
        f"([bold]{done.events_per_second:,.0f} events/s[/bold], committed to disk, every mail delivered)\n"
    )


# --- telling it --------------------------------------------------------------------------------------------


def tell(workspace: parcours.Workspace) -> None:
    """What happened: segments, journeys, messages."""
    console.print(segments(workspace))
    for journey in workspace.journeys.list()["journey"]:
        console.print(funnel(workspace, journey))
    sent = workspace.journeys.deliveries().group_by("channel", "result").agg(pl.col("messages").sum()).sort("result")
    for row in sent.iter_rows(named=True):
        console.print(f"{row['messages']:>9,}  {row['channel']} {row['result']}")


def segments(workspace: parcours.Workspace) -> Table:
    table = Table(title="Segments", title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("segment", style="cyan", no_wrap=True)
    for name in ("members", "entries", "exits"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("members over time", no_wrap=True)
    rows = workspace.segments.list().to_dicts()
    width = min(52, console.width - max(len(row["segment"]) for row in rows) - 30)
    for row in rows:
        members = workspace.segments.history(row["segment"])["members"].to_list()
        counts = (f"{row[name]:,}" for name in ("members", "entries", "exits"))
        table.add_row(row["segment"], *counts, sparkline(members, max(10, width)))
    return table


def funnel(workspace: parcours.Workspace, journey: str) -> Table:
    definition = workspace.journeys.get(journey)
    title = f"\nJourney {journey}: {definition.name}"
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("activity", style="cyan")
    table.add_column("kind")
    table.add_column("arrived", justify="right")
    table.add_column("there now", justify="right")
    table.add_column("left by")
    for row in workspace.journeys.report(journey).iter_rows(named=True):
        table.add_row(
            row["activity"],
            row["kind"],
            f"{row['arrived']:,}",
            f"{row['waiting']:,}" if row["waiting"] else "",
            row["outcomes"],
        )
    return table


def look_further(workspace: parcours.Workspace, folder: Path, story: Story) -> None:
    """Commands that exist, on this workspace."""
    listed = workspace.segments.list().sort("members", descending=True)
    segment = story.segment or str(listed["segment"][0])
    known = workspace.segments.members(segment)["_profile_id"].to_list()
    profile = story.profile or (known[0] if known else "1")
    day = as_datetime(instant(story.start) + (instant(story.end) - instant(story.start)) // 2).date().isoformat()
    run = f"{Path(sys.executable).with_name('parcours')} -w {folder}"
    if Path(sys.prefix).name == ".venv":
        run = f".venv/bin/parcours -w {folder}"
    console.print(
        f"""
[bold]Look further[/bold]
  {run} segments show {segment}
  {run} segments members {segment} --at {day}
  {run} explain {segment} {profile}
  {run} journeys list
  {run} serve --from-last-tick               [dim]# the service on http://127.0.0.1:8711[/dim]
  {run} sql "select segment, count(*) as members from members group by all order by all"
  {run} export segment {segment} -o {segment}.parquet

  >>> import parcours
  >>> with parcours.open("{folder}") as ws:
  ...     print(ws.segments.members("{segment}", at="{day}"))
  ...     print(ws.explain("{segment}", "{profile}"))""",
        soft_wrap=True,
        markup=True,
    )


# --- serving it --------------------------------------------------------------------------------------------


def serve(folder: Path, story: Story, port: int | None) -> None:
    """The service on the workspace of the demo until Ctrl-C."""
    clock = ShiftedClock()
    with opening.hold(folder, clock) as workspace, opening.reachable(workspace):
        last = workspace.now
        if last is not None:
            clock.shift_to(instant(last))
        known = not workspace.access.accounts.list().is_empty()
        key = write_key(workspace)
        reader = workspace.access.keys.create("demo", role="viewer", expires="1 day")["key"]
        profile = somebody(workspace, story)

        def told(address: str) -> None:
            if known:
                run = f"parcours -w {folder} accounts reset admin@localhost"
                console.print(
                    f"sign in as admin@localhost; the password was shown the first time ({run} makes another)"
                )
            console.print(try_it(address.rstrip("/"), key, str(reader), story, profile), soft_wrap=True, markup=True)

        console.print(
            f"\n[bold]The service[/bold]  time goes on from {last:%Y-%m-%d %H:%M}, the last tick of the replay"
        )
        for number in [PORT, 0] if port is None else [port]:
            try:
                serve_workspace(workspace, "127.0.0.1", number, live=True, clock=clock, told=told)
                console.print("stopped")
                return
            except parcours.InputError as error:
                if error.code != "port-in-use" or port is not None or number == 0:
                    raise


def write_key(workspace: parcours.Workspace) -> str:
    """The key with which events are sent."""
    try:
        return str(workspace.sources.get("demo")["write_key"])
    except UnknownNameError:
        return str(workspace.sources.create("demo", name="The demo")["write_key"])


def somebody(workspace: parcours.Workspace, story: Story) -> str:
    """Somebody whom one purchase moves."""
    there = set(workspace.segments.members(story.next)["_profile_id"])
    known = workspace.segments.members(story.segment)["_profile_id"].to_list() if story.segment else []
    return next((str(name) for name in known if name not in there), story.profile or "1")


def try_it(address: str, key: str, reader: str, story: Story, profile: str) -> str:
    """Lines for a terminal beside it."""
    event = json.dumps({"userId": profile, "event": "purchase", "properties": {story.purchase: 900}})
    return f"""
  [dim]# {profile} buys, and enters {story.next}[/dim]
  curl -u {key}: {address}/v1/track -H 'Content-Type: application/json' -d '{event}'
  curl -H 'Authorization: Bearer {reader}' {address}/api/profiles/{profile}/membership
  curl -H 'Authorization: Bearer {reader}' '{address}/api/segments/{story.next}/members?limit=3'
  curl -N -H 'Authorization: Bearer {reader}' {address}/api/live          [dim]# what moves, as it moves[/dim]
"""


if __name__ == "__main__":
    sys.exit(main())
