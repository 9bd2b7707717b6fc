"""``parcours replay`` and ``parcours run``."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from types import FrameType
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from parcours.service.cli.output import answer, note, progress, say
from parcours.service.cli.session import Flag, held, opened, session

if TYPE_CHECKING:
    from parcours.engines.local import Ticked
    from parcours.service.running import Progress


def replay(
    *,
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    to: str | None = None,
    tick: str = "1 hour",
    also_at: Annotated[list[str] | None, Parameter(negative="")] = None,
    send: Flag = False,
) -> None:
    """Move through the past with a virtual clock, taking in what waits in order of event time.

    A replay that was interrupted goes on when it is called again.

    Args:
        from_: the first tick; without it the last tick so far, or the first row that waits.
        to: the last tick; without it the last row that waits.
        tick: time between two ticks, for example 1h or 1 day.
        also_at: a further moment to tick at. Can be repeated.
        send: hand messages of journeys to their channels; without this they are noted as skipped.
    """
    from parcours.core.clock import iso

    with _between_ticks() as stop, opened() as workspace, progress() as bar:
        task = bar.add_task("replay", total=None)

        def told(so_far: Progress) -> None:
            if stop.is_set():
                raise KeyboardInterrupt
            bar.update(task, total=so_far.total, completed=so_far.done, description=iso(so_far.now)[:10])

        done = workspace.replay(
            from_,
            to,
            tick,
            also_at=also_at or (),
            send=send,
            progress=told,
        )
    shape = {**asdict(done), "start": iso(done.start), "end": iso(done.end)}
    answer({"ok": True, **shape})
    say(
        f"{done.ticks:,} ticks from {iso(done.start)} to {iso(done.end)}: {done.events:,} events, "
        f"{done.qualifications:,} entries and exits, {done.steps:,} steps, {done.deliveries:,} messages "
        f"in {done.seconds:.1f} s"
    )


@contextmanager
def _between_ticks() -> Iterator[threading.Event]:
    """Ctrl-C is noted and heeded between two ticks, never inside one; a second one interrupts at once."""
    asked = threading.Event()

    def handle(number: int, frame: FrameType | None) -> None:
        asked.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


def run(*, ticks: int | None = None) -> None:
    """Operate live, a tick a second, until Ctrl-C: takes in what waits, moves people, sends messages.

    Meanwhile every other command can be used on the same workspace.

    Args:
        ticks: end after so many ticks.
    """
    from parcours.core.clock import iso

    def told(ticked: Ticked) -> None:
        moved, _, sent = ticked.outputs.heights
        if ticked.events or moved or sent:
            note(f"{iso(ticked.now)}  {ticked.events:,} events, {moved:,} entries and exits, {sent:,} messages")

    with held() as workspace:
        if not session.as_json:
            note("running; Ctrl-C stops")
        done = workspace.run(ticks=ticks, watch=told, signals=True)
    answer({"ok": True, "ticks": done})
    say(f"stopped after {done:,} ticks")
