"""What moves, for whoever watches: counted once for everybody, however many they are.

Ticks are only noted in their own thread. Ten times a second at most what came together is added up beside the event
loop and becomes one message. What takes a question to the log is asked as seldom as it takes long.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import structlog

from parcours.core.clock import SECOND, iso
from parcours.engines.local import Ticked
from parcours.service import reports
from parcours.service.api.watching import Client, Message, Seldom
from parcours.service.workspace import Workspace

#: Seconds between two messages, at least; and at most, whatever moves.
INTERVAL, BEAT = 0.1, 1.0
#: Ticks that are noted; with more than that everything is read anew.
NOTED = 2_000
#: Seconds after which segments are read anew, for what changes the past: people who are erased, or merged.
ANEW = 60.0
#: Over so many seconds rates are taken.
WINDOW = 10.0
#: From so many seconds behind its clock a workspace that runs is said to be late.
LATE = 30.0
_UNSETTLED = "SELECT count(*) FROM dead_letters WHERE status IS NULL OR status = 'mended'"
_log = structlog.get_logger(__name__)
_NOTHING: Mapping[str, int] = {"members": 0, "entries": 0, "exits": 0}
Counts = dict[str, dict[str, Any]]


class Pulse:
    """The moving counts of a workspace. Used from one event loop.

    Args:
        workspace: what is watched.
        live: whether its time moves.
    """

    def __init__(self, workspace: Workspace, *, live: bool) -> None:
        self._workspace, self._parts, self._live = workspace, workspace._parts, live
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._moved = asyncio.Event()
        self._clients: set[Client] = set()
        self._ticks: deque[Ticked] = deque(maxlen=NOTED)
        self._missed = True  # not every tick is among them, so all is read anew
        self._anew = Seldom(self._read_segments, ANEW)
        self._tick = 0
        self._now: int | None = None
        self._counted: Counts = {}  # by id of any segment, also those that are deleted
        self._segments: Counts = {}  # as they are shown
        self._journeys: Counts = {}
        self._activities: dict[str, Seldom[list[dict[str, Any]]]] = {}
        self._by_journey: dict[str, Message] = {}
        self._rates: deque[tuple[float, int]] = deque()
        self._about: dict[str, Any] = {}
        self._totals = Seldom(self._journey_totals, 1.0)
        self._head = Seldom(self._read_head, BEAT)
        self._names = Seldom(self._read_names, 5.0)
        self._called: dict[str, str] = {}
        self._picture: Message | None = None
        self.closing = False

    # --- ticks: in their thread --------------------------------------------------------------------------

    def _ticked(self, ticked: Ticked) -> None:
        if len(self._ticks) == NOTED:
            self._missed = True
        self._ticks.append(ticked)
        self._nudge(self._moved.set)

    def _nudge(self, what: Callable[[], None]) -> None:
        try:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(what)
        except RuntimeError:  # the server has just ended
            return

    def close(self) -> None:
        """End: every client is let go. From any thread."""
        self.closing = True
        if self._ticked in self._parts.watchers:
            self._parts.watchers.remove(self._ticked)
        self._nudge(self._let_go)

    def _let_go(self) -> None:
        if self._task is not None:
            self._task.cancel()
        for client in self._clients:
            client.wake()

    # --- clients: in the event loop ----------------------------------------------------------------------

    async def join(self, client: Client) -> None:
        """Begin to tell somebody. The first one has everything read."""
        if self._task is None or self._task.done():
            self._loop = asyncio.get_running_loop()
            self._moved = asyncio.Event()
            if self._ticked not in self._parts.watchers:
                self._missed = True
                self._parts.watchers.append(self._ticked)
            self._task = asyncio.create_task(self._run())
        for journey in client.journeys:
            self._activities.setdefault(journey, self._asking(journey)).dirty = True
        self._clients.add(client)
        self._moved.set()

    def leave(self, client: Client) -> None:
        """Somebody has gone. Without anybody nothing is counted."""
        self._clients.discard(client)
        wanted = frozenset[str]().union(*(one.journeys for one in self._clients))
        self._activities = {name: asked for name, asked in self._activities.items() if name in wanted}
        self._by_journey = {name: message for name, message in self._by_journey.items() if name in wanted}
        if not self._clients and self._task is not None:
            self._task.cancel()
            self._task = None
            if self._ticked in self._parts.watchers:
                self._parts.watchers.remove(self._ticked)
            self._ticks.clear()
            self._missed = True
            self._picture = None

    def picture(self, client: Client) -> list[Message]:
        """Everything as of now, and what is known of the journeys that somebody watches; nothing while it is read."""
        if self._picture is None:
            return []
        return [self._picture, *(self._by_journey[name] for name in client.journeys & self._by_journey.keys())]

    async def _run(self) -> None:
        while not self.closing:
            began = time.monotonic()
            self._moved.clear()
            try:
                changed, journeys = await asyncio.to_thread(self._count)
                self._tell(changed, journeys)
            except asyncio.CancelledError:
                raise
            except Exception:  # a question that failed is asked again
                _log.exception("live counts could not be taken")
                self._missed = True
                await asyncio.sleep(BEAT)
            await asyncio.sleep(max(0.0, INTERVAL - (time.monotonic() - began)))
            try:
                await asyncio.wait_for(self._moved.wait(), BEAT)
            except TimeoutError:
                continue

    def _tell(self, changed: Mapping[str, Any], journeys: Mapping[str, list[dict[str, Any]]]) -> None:
        self._picture = Message("picture", self._tick, self._everything())
        message = Message("change", self._tick, changed)
        for name, found in journeys.items():
            self._by_journey[name] = Message("journey", self._tick, {"journey": name, "activities": found})
        for client in self._clients:
            client.put(message)
            for name in client.journeys & journeys.keys():
                client.put(self._by_journey[name])

    def _everything(self) -> dict[str, Any]:
        return {**self._about, "segments": dict(self._segments), "journeys": dict(self._journeys)}

    # --- counting: in a thread of the pool ---------------------------------------------------------------

    def _count(self) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
        """Add up what came; gives what has changed, and activities of journeys that are watched."""
        before_segments, before_journeys = self._segments, self._journeys
        if self._missed or self._anew.ready():
            self._anew.ask()
            self._totals.dirty = True
        else:
            self._add()
        if self._totals.ready():
            self._journeys = self._totals.ask()
        if self._names.ready():
            self._called = self._names.ask()
            self._names.dirty = True
        shown = {id: {"name": name, **self._counted.get(id, _NOTHING)} for id, name in self._called.items()}
        self._segments = shown
        if self._head.ready():
            self._about = self._head.ask()
        self._head.dirty = True
        self._about = {**self._about, **self._moment()}
        asked = {name: one.ask() for name, one in list(self._activities.items()) if one.ready()}
        changed = {**self._about, "segments": _changed(before_segments, self._segments)}
        return {**changed, "journeys": _changed(before_journeys, self._journeys)}, asked

    def _add(self) -> None:
        """The noted ticks: entries and exits by segment; journeys in which somebody moved."""
        while self._ticks:
            ticked = self._ticks.popleft()
            if ticked.tick <= self._tick:
                continue
            self._tick, self._now = ticked.tick, ticked.now
            self._rates.append((time.monotonic(), ticked.events))
            moved, steps, _ = ticked.outputs.heights
            if moved:
                self._add_moves(ticked.outputs.qualifications)
            if steps:
                self._totals.dirty = True
                for journey in ticked.outputs.steps["journey"].unique():
                    if journey in self._activities:
                        self._activities[journey].dirty = True

    def _add_moves(self, frame: pl.DataFrame) -> None:
        for segment, status, count in frame.group_by("segment", "status").len().iter_rows():
            known = self._counted.get(segment, _NOTHING)
            sign, name = (1, "entries") if status == "realized" else (-1, "exits")
            moved = {"members": known["members"] + sign * count, name: known[name] + count}
            self._counted[segment] = {**known, **moved}
            if segment not in self._called:
                self._names.hasten()  # it has just been published

    def _read_segments(self) -> None:
        """Everything anew, as of one tick; ticks behind it are added to that."""
        self._missed, self._anew.dirty = False, True
        last = self._parts.log.last_tick()
        self._tick, self._now = last if last is not None else (0, None)
        totals = self._parts.log.query(
            f"""
            WITH q AS (SELECT * FROM facts.qualifications WHERE _tick <= {self._tick}),
            now AS (SELECT segment, _profile, arg_max(status, _seq) AS status FROM q GROUP BY ALL)
            SELECT segment, count(*) FILTER (status = 'realized') AS entries,
                   count(*) FILTER (status = 'exited') AS exits,
                   (SELECT count(*) FROM now n WHERE n.segment = q.segment AND n.status = 'realized') AS members
            FROM q GROUP BY segment
            """
        )
        self._counted = {row["segment"]: {name: row[name] for name in _NOTHING} for row in totals.iter_rows(named=True)}

    def _read_names(self) -> dict[str, str]:
        return {item.id: item.name for item in self._parts.catalogue.list("segment")}

    def _journey_totals(self) -> Counts:
        rows = self._workspace.journeys.list().select("journey", "name", "status", "entered", "inside", "ended")
        return {row.pop("journey"): row for row in rows.to_dicts()}

    def _asking(self, journey: str) -> Seldom[list[dict[str, Any]]]:
        def ask() -> list[dict[str, Any]]:
            found = reports.funnel(self._parts.log, journey)
            return found.select("activity", "kind", "arrived", "waiting", "left").to_dicts()

        return Seldom(ask, BEAT)

    def _moment(self) -> dict[str, Any]:
        """What changes by itself: the time, how far behind it the workspace is, how much comes in."""
        now, clock = time.monotonic(), self._parts.clock.now()
        while self._rates and now - self._rates[0][0] > WINDOW:
            self._rates.popleft()
        behind = None if self._now is None else max(0.0, (clock - self._now) / SECOND)
        return {
            "tick": self._tick,
            "now": None if self._now is None else iso(self._now),
            "events_per_second": round(sum(count for _, count in self._rates) / WINDOW, 1),
            "behind_seconds": None if behind is None else round(behind, 1),
            "problems": self._problems(behind),
        }

    def _read_head(self) -> dict[str, Any]:
        log = self._parts.log
        sent = reports.deliveries(log).group_by("result").agg(pl.col("messages").sum()).sort("result")
        hooks = self._workspace.hooks.list()
        return {
            "live": self._live,
            "rows_waiting": sum(self._workspace.waiting.values()),
            "deliveries": dict(sent.iter_rows()),
            "hooks": dict(hooks.group_by("state").len().sort("state").iter_rows()),
            "dead_letters": int(log.query(_UNSETTLED).item()),
        }

    def _problems(self, behind: float | None) -> list[str]:
        """What is wrong, by codes."""
        found = []
        if self._live and (self._workspace._live is None or self._workspace._live.stopped):
            found.append("not-running")
        elif self._live and behind is not None and behind > LATE:
            found.append("late")
        hooks = self._about.get("hooks", {})
        found += [f"hooks-{state}" for state in ("failing", "disabled") if hooks.get(state)]
        return found


def _changed(before: Counts, after: Counts) -> dict[str, Any]:
    """What differs; ``None`` for what is gone."""
    gone = dict.fromkeys(before.keys() - after.keys())
    return {**{name: one for name, one in after.items() if before.get(name) != one}, **gone}
