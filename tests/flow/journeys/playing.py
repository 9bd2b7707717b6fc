"""Worlds of journeys played in ticks: all at once, in batches, or one by one as on a virtual clock."""

from __future__ import annotations

import heapq
import itertools
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from parcours.core.clock import HOUR
from tests.flow.journeys.stage import Row, Stage, delivery_rows, opening, step_rows

T0 = 1_772_445_600_000_000  # 2026-03-02T10:00:00Z, a Monday
Shape = dict[str, Any]


@dataclass
class World:
    """Journeys, people and what happens.

    Attributes:
        inputs: in order of time: instant of arrival, and a tick's share (``{"events": […]}``, ``{"set": […]}``,
            ``{"controls": […]}``).
        answers: by activity the outcomes of calls: result, delay, answer; which one, a hash of the key says.
        until: the instant of the last tick.
    """

    people: dict[str, Shape]
    bodies: list[Shape]
    inputs: list[tuple[int, Shape]]
    answers: dict[str, list[tuple[str, int, Shape | None]]] = field(default_factory=dict)
    until: int = T0 + 12 * HOUR

    def opening(self) -> list[Shape]:
        """Ticks that bring people, segments and journeys in."""
        controls = [publish(body, 1) for body in self.bodies]
        return [*opening(self.people, T0 - HOUR), {"now": T0, "more": True, "controls": controls}]


def publish(body: Shape, version: int, action: str = "publish") -> Shape:
    return {"kind": "journey", "id": body["journey"], "version": version, "action": action, "body": body}


# --- how it is played ----------------------------------------------------------------------------------------


class Outside:
    """Answers calls as the world says, and opens messages."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._heap: list[tuple[int, int, list[Any]]] = []
        self._turn = itertools.count()
        self._seats: dict[str, int] = {}

    @property
    def due(self) -> int | None:
        return self._heap[0][0] if self._heap else None

    def take(self, deliveries: Iterable[Row]) -> None:
        for key, channel, version, activity, at, _ in deliveries:
            if channel in ("http", "source"):
                options = self._world.answers.get(activity, [("ok", 0, None)])
                result, delay, answer = options[zlib.crc32(key.encode()) % len(options)]
                self._settle(key, result, at + delay, answer)
            elif channel == "seat":
                self._seat(key, f"{key.split('/')[0]}/{version}/{activity}", activity, at)
            else:
                self._settle(key, "sent", at, None)
                if zlib.crc32(key.encode()) % 2:
                    self._settle(key, "opened", at + HOUR // 2, None)

    def _seat(self, key: str, cap: str, activity: str, at: int) -> None:
        taken = self._seats.get(cap, 0)
        most = [shape["most"] for shape in _named(self._world, activity) if shape["type"] == "profile_cap"]
        self._seats[cap] = taken + 1
        full = bool(most) and taken >= most[0]
        self._settle(key, "capped" if full else "ok", at, None if full else {"number": taken})

    def _settle(self, key: str, result: str, at: int, answer: Shape | None) -> None:
        heapq.heappush(self._heap, (at, next(self._turn), [key, result, at, answer]))

    def until(self, at: int) -> list[list[Any]]:
        found = []
        while self._heap and self._heap[0][0] <= at:
            found.append(heapq.heappop(self._heap)[2])
        return found


def _named(world: World, activity: str) -> Iterator[Shape]:
    bodies = [*world.bodies]
    bodies += [c["body"] for _, share in world.inputs for c in share.get("controls", ()) if "activities" in c["body"]]
    return (body["activities"][activity] for body in bodies if activity in body["activities"])


#: Plays a tick; gives its deliveries and whether something is due or written that has not been taken in.
Play = Callable[[Shape], list[Row]]


def in_batches(world: World, cuts: Iterable[int], play: Play) -> None:
    """A tick at each of these instants, with all that arrived since; controls have ticks of their own."""
    outside = Outside(world)
    for shape in world.opening():
        outside.take(play(shape))
    alone = [at for at, share in world.inputs if "controls" in share]
    left = list(world.inputs)
    for now in sorted({*cuts, *alone, world.until}):
        share = _joined(share for at, share in left if at <= now and "controls" not in share)
        controls = [share["controls"][0] for at, share in left if at <= now and "controls" in share]
        left = [entry for entry in left if entry[0] > now]
        outside.take(play({"now": now, "more": bool(controls), **share, "outcomes": outside.until(now)}))
        for turn, control in enumerate(controls, 1):
            outside.take(play({"now": now, "more": turn < len(controls), "controls": [control]}))


def _joined(shares: Iterable[Shape]) -> Shape:
    found: Shape = {"events": [], "set": []}
    for share in shares:
        for name, rows in share.items():
            found[name] += rows
    return found


def one_by_one(world: World, stage: Stage, play: Play) -> None:
    """Every input in a tick of its own, and everything that time brings at its very instant, as on a virtual clock."""
    outside = Outside(world)

    def work_off(shape: Shape) -> None:
        outside.take(play(shape))
        now = shape["now"]
        while (outside.due is not None and outside.due <= now) or stage.state.journeys.writes:
            outside.take(play({"now": now, "more": True, "outcomes": outside.until(now)}))

    for shape in world.opening():
        work_off(shape)
    left = list(world.inputs)
    while True:
        found = [at for at in (outside.due, stage.state.journeys.next_due(), left[0][0] if left else None) if at]
        now = min(found, default=None)
        if now is None or now > world.until:
            return
        work_off({"now": now, "more": True})
        while left and left[0][0] <= now:
            work_off({"now": now, "more": True, **left.pop(0)[1]})
        work_off({"now": now})
        turns = 0
        while (due := stage.state.journeys.next_due()) is not None and due <= now:
            work_off({"now": now})
            turns += 1
            assert turns < 50, f"something that was due at {due - T0} did not happen"


# --- what is compared ----------------------------------------------------------------------------------------


def by_run(steps: Iterable[Row], *, forked: bool = False) -> dict[tuple[str, str], list[Row]]:
    """The rows of each run in order, drops apart; of runs that fork rows of one instant in any order."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in steps:
        found.setdefault((row[2], "discard" if row[4] in ("discard",) else ""), []).append(row)
    for rows in found.values():
        if forked or rows[0][4] == "discard":
            rows.sort(key=lambda row: (row[6], *map(str, row)))
        else:
            rows.sort(key=lambda row: row[6])
    return found


def forks(world: World) -> bool:
    """Whether runs may be at several places."""
    bodies = [*world.bodies]
    bodies += [c["body"] for _, share in world.inputs for c in share.get("controls", ()) if "activities" in c["body"]]
    return any(shape["type"] == "fork" for body in bodies for shape in body["activities"].values())


def rows_of(outputs: Any) -> tuple[list[Row], list[Row]]:
    """Steps and deliveries."""
    return step_rows(outputs), delivery_rows(outputs)
