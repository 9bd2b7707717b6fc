"""Small worlds for journey tests: a schema, random journeys, random histories, and ticks made from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from hypothesis import strategies as st
from numpy.typing import NDArray

from parcours.core.clock import HOUR
from parcours.core.facts import EVENT_COLUMNS, QUALIFICATION_COLUMNS, Outputs, Qualifications
from parcours.core.schema import INTEGER, STRING, Schema
from parcours.flow.journeys.advance import advance
from parcours.flow.journeys.columns import instants
from parcours.flow.journeys.definitions import JourneyDefinition, read_journey
from parcours.flow.journeys.graph import reachable
from parcours.flow.journeys.inputs import JourneyInputs
from parcours.flow.journeys.state import JourneysState
from parcours.language.tree import Literal, Node, walk

SCHEMA = Schema(
    attributes={"email": STRING, "size": INTEGER},
    events={"purchase": {"total": INTEGER}, "visit": {"total": INTEGER, "page": STRING}},
)
STEP = HOUR // 2


def read(body: Mapping[str, Any], version: int = 1) -> JourneyDefinition:
    return read_journey(body, SCHEMA, ["silver", "gold"], version)


def size(profile_id: str, now: int) -> int:
    """An attribute that changes with time: every profile has its own course."""
    return (int(profile_id[1:]) * 7 + now // HOUR) % 5


@dataclass
class Change:
    profile: str
    time: int
    direction: str
    arrives: int = 0


@dataclass
class Event:
    profile: str
    time: int
    type: str
    total: int | None
    id: str
    arrives: int = 0


@dataclass
class World:
    """The profiles of one partition with their dense numbers, and the state of its journeys."""

    profiles: Sequence[str]
    state: JourneysState = field(default_factory=JourneysState)
    prev: int = 0

    def __post_init__(self) -> None:
        self.number = {profile: index for index, profile in enumerate(self.profiles)}

    def ids(self, profiles: NDArray[np.int32]) -> pl.Series:
        return pl.Series([self.profiles[index] for index in profiles], dtype=pl.String)

    def tick(self, now: int, changes: Iterable[Change] = (), events: Iterable[Event] = ()) -> Outputs:
        def evaluate(node: Node, profiles: NDArray[np.int32]) -> NDArray[np.bool_]:
            (least,) = (part.value for part in walk(node) if isinstance(part, Literal))
            return np.array([size(self.profiles[index], now) >= least for index in profiles], np.bool_)

        def attributes(names: Sequence[str], profiles: NDArray[np.int32]) -> pl.DataFrame:
            ids = [self.profiles[index] for index in profiles]
            values = {"email": [f"{id_}@example.org" for id_ in ids], "size": [size(id_, now) for id_ in ids]}
            return pl.DataFrame({name: values[name] for name in names})

        inputs = JourneyInputs(
            prev=self.prev,
            now=now,
            evaluate=evaluate,
            values=lambda node, profiles: pl.Series([None] * len(profiles), dtype=pl.String),
            attributes=attributes,
            profile_ids=self.ids,
            qualifications=Qualifications.of(self.qualifications(changes)),
            events=self.events(events),
        )
        self.prev = now
        return advance(self.state, inputs)

    def qualifications(self, changes: Iterable[Change]) -> pl.DataFrame:
        mine = [change for change in changes if change.profile in self.number]
        return pl.DataFrame(
            {
                "segment": ["silver"] * len(mine),
                "version": [1] * len(mine),
                "_profile": [self.number[change.profile] for change in mine],
                "status": ["realized" if change.direction == "enter" else "exited" for change in mine],
                "effective": instants(np.array([change.time for change in mine], np.int64)),
                "cause": ["change"] * len(mine),
            },
            schema=QUALIFICATION_COLUMNS,
        )

    def events(self, events: Iterable[Event]) -> dict[str, pl.DataFrame]:
        mine = [event for event in events if event.profile in self.number]
        frames = {}
        for type_ in sorted({event.type for event in mine}):
            rows = [event for event in mine if event.type == type_]
            frames[type_] = pl.DataFrame(
                {
                    "_event_id": [event.id for event in rows],
                    "_profile": [self.number[event.profile] for event in rows],
                    "_time": instants(np.array([event.time for event in rows], np.int64)),
                    "total": [event.total for event in rows],
                },
                schema={**EVENT_COLUMNS, "total": pl.Int64},
            )
        return frames


def step_rows(outputs: Outputs) -> list[tuple[Any, ...]]:
    """Steps without dense numbers, instants in microseconds."""
    frame = outputs.steps.with_columns(pl.col("time").to_physical())
    return frame.drop("_profile").rows()


def mail_rows(outputs: Outputs) -> list[tuple[Any, ...]]:
    """Deliveries without dense numbers, instants in microseconds."""
    frame = outputs.deliveries.with_columns(pl.col("decided").to_physical())
    return frame.drop("_profile").rows()


def in_order(steps: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Steps of several people, each person's in order, merged as the runtime orders them."""

    def place(step: tuple[Any, ...]) -> tuple[Any, ...]:
        journey, number, profile = step[2].split("/")
        return (step[6], journey, profile, int(number), step[4] == "discard")

    return sorted(steps, key=place)


# --- random journeys and histories ---------------------------------------------------------------------------

_lengths = st.sampled_from([f"{minutes} minutes" for minutes in (15, 30, 60, 90, 180)])


@st.composite
def journeys(draw: st.DrawFn, *, conditions: bool = True) -> dict[str, Any]:
    """A journey of up to seven activities; every edge leads to a later activity or ends the path."""
    count = draw(st.sampled_from([1, 3, 4, 5, 6, 7]))
    names = [f"a{index}" for index in range(count)]
    graph: dict[str, dict[str, Any]] = {}
    for index, name in enumerate(names):
        ahead = names[index + 1 :]
        target = st.sampled_from([*ahead[:2], *ahead, None]) if ahead else st.none()
        graph[name] = draw(_activities(target, conditions))
    start = names[0]
    probe = {name: _Shape(shape) for name, shape in graph.items()}
    kept = reachable(start, probe)  # type: ignore[arg-type]
    activities = {name: shape for name, shape in graph.items() if name in kept}
    if all(shape["type"] != "wait_for_event" for shape in activities.values()):
        activities = {
            name: shape | ({"body": "plain"} if "body" in shape else {}) for name, shape in activities.items()
        }
    return {
        "journey": "j",
        "entry": {"segment": "silver", "on": draw(st.sampled_from(["enter", "exit", "both", "both", "both"]))},
        "reentry": {
            "allowed": draw(st.sampled_from([True, True, True, False])),
            "wait": draw(st.sampled_from(["0 s", "30 minutes", "2 hours"])),
        },
        "start": start,
        "activities": activities,
    }


@dataclass
class _Shape:
    shape: Mapping[str, Any]

    def edges(self) -> list[Any]:
        names = [self.shape.get(setting) for setting in ("then", "otherwise", "on_timeout")]
        names += [path.get("to") for path in self.shape.get("paths", ())]
        return [type("Edge", (), {"to": name}) for name in names]


@st.composite
def _activities(draw: st.DrawFn, target: st.SearchStrategy[str | None], conditions: bool) -> dict[str, Any]:
    kinds = ["wait", "wait", "wait_for_event", "wait_for_event", "wait_for_event", "email"] + ["condition"] * conditions
    kinds += ["end"]
    kind = draw(st.sampled_from(kinds))
    shape: dict[str, Any] = {"type": kind}
    match kind:
        case "wait":
            shape |= {"for": draw(_lengths), "then": draw(target)}
        case "wait_for_event":
            shape |= {"event": draw(st.sampled_from(["purchase", "visit"])), "then": draw(target)}
            shape |= {"timeout": draw(_lengths), "on_timeout": draw(target)} if draw(st.booleans()) else {}
            shape |= {"where": {"field": "total", "at_least": draw(st.integers(0, 2))}} if draw(st.booleans()) else {}
        case "email":
            body = "{{ event.total }}" if draw(st.booleans()) else "plain"
            shape |= {"to": "{{ profile.email }}", "subject": "s", "body": body, "then": draw(target)}
        case "condition":
            rules = draw(st.lists(st.integers(0, 5), min_size=1, max_size=2))
            shape["paths"] = [
                {"label": f"p{index}", "when": {"attribute": "size", "at_least": least}, "to": draw(target)}
                for index, least in enumerate(rules)
            ]
            shape["otherwise"] = draw(target)
    return shape


@st.composite
def histories(draw: st.DrawFn, *, late: bool, profiles: int = 3) -> tuple[list[Change], list[Event]]:
    """Changes and events of a day on a half-hour grid, so that equal instants are frequent."""
    time = st.integers(1, 16).map(lambda slot: slot * STEP)
    delay = st.sampled_from([-2, 0, 0, 0, 1, 5]).map(lambda slots: slots * STEP) if late else st.just(0)
    people = st.integers(0, profiles - 1).map(lambda index: f"P{index}")
    directions = st.sampled_from(["enter", "exit"])
    changes = [
        Change(profile, at, direction, at + max(lag, 0))
        for profile, at, direction, lag in draw(
            st.lists(st.tuples(people, time, directions, delay), min_size=3, max_size=12)
        )
    ]
    kinds, totals = st.sampled_from(["purchase", "visit"]), st.one_of(st.none(), st.integers(0, 3))
    found = draw(st.lists(st.tuples(people, time, kinds, totals, delay), min_size=4, max_size=24))
    events = [
        Event(profile, at, kind, total, f"e{index}", at + lag)
        for index, (profile, at, kind, total, lag) in enumerate(found)
    ]
    unique = {(change.profile, change.time): change for change in changes}
    return list(unique.values()), _one_per_instant(events)


def _one_per_instant(events: list[Event]) -> list[Event]:
    """At most one event of a person and type at an instant; which of two is heard is another test's business."""
    return list({(event.profile, event.time): event for event in events}.values())
