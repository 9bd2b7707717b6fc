"""Moving a workspace: the live loop with a real clock, and replays with a virtual one."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import FrameType

from parcours.core import interrupting
from parcours.core.clock import SECOND, Clock, VirtualClock, iso
from parcours.core.errors import InputError
from parcours.core.facts import DefinitionChange
from parcours.engines.local import LocalRunner, Ticked
from parcours.engines.portions import first_portion
from parcours.engines.tick import STARTS
from parcours.service.controls import due_changes, take_in, taken
from parcours.service.definitions import referred
from parcours.service.wiring import Parts, nobody_cares

#: More ticks than this in one replay are taken for a slip of the pen.
MOST_TICKS = 50_000_000
#: Ticks of a replay that share one commit: with 24 a year of hours spends a quarter of its time on commits, with
#: 96 a tenth, with more it gains nothing.
GROUP = 96


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a replay is. Told after every tick."""

    done: int
    total: int
    now: int
    events: int
    qualifications: int
    steps: int
    deliveries: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did: sums over its ticks, and how long it took."""

    ticks: int
    start: int
    end: int
    events: int
    qualifications: int
    steps: int
    deliveries: int
    seconds: float

    @property
    def events_per_second(self) -> float:
        return self.events / self.seconds if self.seconds else 0.0


Watch = Callable[[Progress], None]
#: Kinds of files in the inbox that change what was taken in.
CORRECTIONS = ("replace", "delete", "erase", "unmerge")


# --- replay ----------------------------------------------------------------------------------------------


def instants(start: int, end: int, tick: int, also: Iterable[int], after: int | None) -> list[int]:
    """The instants of a replay: a grid from ``start`` to ``end``, and ``also`` the ones inside it.

    Instants up to ``after``, the last tick so far, are left out: a replay that was interrupted goes on. When that
    leaves nothing and ``end`` is ``after``, there is one more tick then, for what came late.

    Raises:
        InputError: the end lies before the start, the tick is no length of time, or there is nothing to do.
    """
    if tick <= 0:
        raise InputError("a tick must be longer than nothing", code="bad-duration", hint="for example: 1 hour")
    if end < start:
        raise InputError(f"the end {iso(end)} lies before the start {iso(start)}", code="bad-range")
    if (end - start) // tick > MOST_TICKS:
        raise InputError(
            f"that would be {(end - start) // tick:,} ticks",
            code="bad-range",
            hint="choose a longer tick",
        )
    inside = {instant for instant in also if start <= instant <= end}
    found = sorted({*range(start, end + 1, tick), end, *inside})
    if after is not None:
        found = [instant for instant in found if instant > after] or ([after] if end == after else [])
        if not found:
            raise InputError(
                f"cannot go back to {iso(end)}: the last tick was at {iso(after)}",
                code="time-runs-forward",
                hint="replay into a new workspace, or a later time",
            )
    return found


def replay(
    parts: Parts, start: int | None, end: int | None, tick: int, also: Sequence[int], watch: Watch | None, send: bool
) -> Replayed:
    """See :meth:`parcours.service.workspace.Workspace.replay`. Others read the state between two stretches of ticks."""
    with parts.moving.alone("replay"), parts.moving:
        return _replayed(parts, start, end, tick, also, watch, send)


def _replayed(
    parts: Parts, start: int | None, end: int | None, tick: int, also: Sequence[int], watch: Watch | None, send: bool
) -> Replayed:
    runner = parts.runner
    first, last = _span(parts, start, end)
    moments = instants(first, last, tick, also, runner.now)
    told = _Telling(len(moments), watch)
    began = time.perf_counter()
    take_in(parts, runner.now if runner.now is not None else moments[0])
    clock = VirtualClock(moments[0])
    parts.send(clock) if send else parts.note_unsent(clock)
    try:
        runner.replay(moments, group=GROUP, watch=told, between=partial(_breathe, parts))
        runner.settle_deliveries(moments[-1])
        take_in(parts, moments[-1])  # addresses that bounced, and what was decided meanwhile
        if any(file.kind in CORRECTIONS for file in parts.inbox.files()):
            runner.replay([moments[-1]])  # what was taken back or erased meanwhile
    finally:
        parts.send_nothing_more()
    return told.result(moments, time.perf_counter() - began)


def _breathe(parts: Parts, durable: Callable[[], None]) -> None:
    """Between two stretches: give up if nobody wants it any more, and let those go first who wait for the state."""
    interrupting.look()
    if parts.moving.wanted:
        durable()  # so that they find state and log alike
        parts.moving.give_way()


def _span(parts: Parts, start: int | None, end: int | None) -> tuple[int, int]:
    """What is not said is found out: from the first row that waits (or the last tick) to the last one."""
    if start is not None and end is not None:
        return start, end
    with parts.moving:
        reader = parts.runner.waiting()
    start = parts.runner.now if start is None and parts.runner.now is not None else start
    start = reader.next_time if start is None else start
    end = reader.last_time if end is None else end
    if start is None or end is None:
        raise InputError(
            "nothing waits to be replayed",
            code="nothing-to-do",
            hint="import profiles and events first, or say from when to when",
        )
    return start, max(start, end)


class _Telling:
    """Adds up what the ticks did, and tells whoever watches."""

    def __init__(self, total: int, watch: Watch | None) -> None:
        self._total, self._watch = total, watch
        self._sums = [0, 0, 0, 0]
        self._done = 0

    def __call__(self, ticked: Ticked) -> None:
        self._done += 1
        found = (ticked.events, *ticked.outputs.heights)
        self._sums = [before + new for before, new in zip(self._sums, found, strict=True)]
        if self._watch is not None:
            self._watch(Progress(self._done, self._total, ticked.now, *self._sums))

    def result(self, moments: Sequence[int], seconds: float) -> Replayed:
        events, qualifications, steps, deliveries = self._sums
        return Replayed(self._done, moments[0], moments[-1], events, qualifications, steps, deliveries, seconds)


# --- live ------------------------------------------------------------------------------------------------


def needs_history(change: DefinitionChange) -> bool:
    """Whether events of the past have to be read before it is taken over."""
    return change.kind in ("segment", "journey") and change.action in STARTS


class LiveLoop:
    """Ticks with a clock until it is told to stop. What others do meanwhile waits for ``parts.moving``."""

    def __init__(self, parts: Parts, clock: Clock, watch: Callable[[Ticked], None] | None = None) -> None:
        self._parts, self._clock, self._watch = parts, clock, watch
        self._stop = threading.Event()
        self._wake = threading.Event()  # something waits, or it is to end
        self._finishing = False
        self._definitions_due = True
        self._newest = 0  # the last control that was looked at

    def stop(self) -> None:
        """End after the tick that is under way. From any thread, or a signal handler."""
        self._stop.set()
        self._wake.set()

    def finish(self) -> None:
        """End after a last tick that takes in what waits by now. From any thread."""
        self._finishing = True
        self.stop()

    @property
    def stopped(self) -> bool:
        """Whether it was told to end."""
        return self._stop.is_set()

    def notice(self) -> None:
        """Definitions have changed: take them over with one of the next ticks."""
        self._definitions_due = True
        self._wake.set()

    def arrived(self) -> None:
        """Rows or requests wait: tick soon. From any thread; it costs next to nothing."""
        self._wake.set()

    def run(self, ticks: int | None = None) -> int:
        """Tick until :meth:`stop`, or this many times. Returns the number of ticks."""
        settings = self._parts.settings
        length, pause = round(settings.tick_seconds * SECOND), round(settings.snapshot_minutes * 60 * SECOND)
        done, saved = 0, self._clock.now()
        with self._parts.moving:
            self._parts.noticed, self._parts.arrived = self.notice, self.arrived
            self._parts.send(self._clock)
        try:
            while not self._stop.is_set() and (ticks is None or done < ticks):
                done += self._tick()
                if self._clock.now() - saved > pause:
                    with self._parts.moving:
                        self._parts.runner.snapshot()
                    saved = self._clock.now()
                self._rest(length, settings.tick_pause)
            if self._finishing:
                done += self._tick()
        finally:
            with self._parts.moving:
                self._parts.noticed = self._parts.arrived = nobody_cares
                self._parts.send_nothing_more()
        return done

    def _tick(self) -> int:
        self._wake.clear()  # what comes from now on is for this tick, or wakes the next one
        with self._parts.moving:
            runner = self._parts.runner
            at_once = self._start_backfills(runner)
            ticked = runner.live_tick(self._clock.now(), at_once)
            if runner.behind:
                self._wake.set()
            taken(self._parts, at_once)
        for watch in (*self._parts.watchers, *([] if self._watch is None else [self._watch])):
            watch(ticked)
        return 1

    def _start_backfills(self, runner: LocalRunner) -> list[DefinitionChange]:
        """Have the history of new definitions read in the background; gives those that need none.

        A definition waits for the segments it refers to, so nothing is evaluated with half of its parts.
        """
        newest = self._parts.catalogue.newest_control()  # of other processes, too
        if newest == self._newest and not self._definitions_due:
            return []
        self._newest = newest
        self._definitions_due = False  # what comes meanwhile is for the next tick
        self._parts.configure()
        under_way = set(runner.backfilling)
        groups: dict[tuple[str, str], list[DefinitionChange]] = {}
        for change in due_changes(self._parts):
            groups.setdefault((change.kind, change.id), []).append(change)
        self._definitions_due = self._definitions_due or bool(groups or under_way)
        at_once: list[DefinitionChange] = []
        for (_, id_), changes in groups.items():
            if not id_:
                at_once += changes  # signals and suppressions are about nothing that waits
            elif id_ not in under_way:
                at_once += self._begin(changes, runner, under_way)
                under_way.add(id_)
        return first_portion(at_once, runner.state)

    def _begin(
        self, changes: Sequence[DefinitionChange], runner: LocalRunner, under_way: set[str]
    ) -> Sequence[DefinitionChange]:
        """What can be done at once of the changes of one definition. What needs history is done when that was read,
        together with what stands in front of it; what stands behind it waits for a later tick."""
        first = next((place for place, change in enumerate(changes) if needs_history(change)), len(changes))
        if first == len(changes):
            return changes
        if not self._waits(changes[first], runner, under_way):
            runner.backfill(changes[first], changes[:first])
        return ()

    def _waits(self, change: DefinitionChange, runner: LocalRunner, under_way: set[str]) -> bool:
        definition = self._parts.catalogue.get(change.kind, change.id, change.version)
        return any(name in under_way or name not in runner.state.segments.published for name in referred(definition))

    def _rest(self, length: int, pause: float) -> None:
        """Sleep to the next full tick of the clock, or until something waits; a stop ends the sleep of a real clock
        at once. Between two ticks there is a pause in any case, so that what comes together is taken in together."""
        now = self._clock.now()
        until = (now // length + 1) * length
        if isinstance(self._clock, VirtualClock):
            self._clock.sleep_until(until)
        elif not self._stop.wait(min(pause, (until - now) / SECOND)):
            self._wake.wait(max(0.0, (until - self._clock.now()) / SECOND))


@contextmanager
def stopped_by_signals(loop: LiveLoop) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the loop after its tick; a second Ctrl-C interrupts. For the main thread."""

    def handle(number: int, frame: FrameType | None) -> None:
        loop.stop()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
