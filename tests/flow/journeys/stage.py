"""The runtime on a small stage: ticks told as plain data, rows as tuples.

A world is ``{"people": {id: attributes}, "segments": {name: rule}}``; a tick is a dictionary with any of

* ``now``: its instant in microseconds, and ``more``: further input of this instant is to come
* ``new``: ``[id, attributes]`` of people that become known; ``set``: ``[id, time, attributes]``
* ``events``: ``[type, id (or None: about nobody), time, event id, properties]``
* ``outcomes``: ``[key, result, time, answer (an object, or None)]``
* ``controls``: ``{"kind", "id", "version", "action", "body"}``; definitions as they are written

so that it can stand in a file as a line of JSON. What the journeys write and send comes back with the next tick by
itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from parcours.core.facts import (
    EVENT_COLUMNS,
    INSTANT,
    NEW_PROFILE_COLUMNS,
    OUTCOME_COLUMNS,
    PROFILE_CHANGE_COLUMNS,
    Batch,
    DefinitionChange,
    EventBatch,
    Outputs,
)
from parcours.core.schema import BOOLEAN, INTEGER, STRING, Schema, Type, list_of, object_of, polars_type
from parcours.engines.echo import with_own
from parcours.engines.state import State
from parcours.engines.tick import tick
from parcours.flow.journeys.definitions import read_journey
from parcours.flow.journeys.inputs import Census, alone
from parcours.language.rules.parse import parse_rule
from parcours.language.tree_json import to_json

SCHEMA = Schema(
    attributes={
        "email": STRING,
        "phone": STRING,
        "size": INTEGER,
        "tier": STRING,
        "silver": BOOLEAN,
        "gold": BOOLEAN,
        "lists": list_of(STRING),
        "timezone": STRING,
        "test_profile": BOOLEAN,
        "consent_email": BOOLEAN,
        "consent_sms": BOOLEAN,
    },
    events={name: {"total": INTEGER, "order": STRING} for name in ("visit", "purchase", "ping", "stock")},
)
SEGMENTS = {name: {"attribute": name, "is": True} for name in ("silver", "gold")}
ANSWER = object_of({"n": INTEGER, "text": STRING})
Row = tuple[Any, ...]


class Stage:
    """One state and the people in it. People are numbered in the order in which they become known."""

    def __init__(self, census: Census = alone) -> None:
        self.state = State(SCHEMA)
        self.numbers: dict[str, int] = {}
        self._census = census

    def tick(self, inputs: dict[str, Any]) -> Outputs:
        """One tick."""
        batch = with_own(self.state, self._batch(inputs))
        return tick(self.state, batch, inputs["now"], census=self._census)

    def reload(self) -> None:
        """Go on with the state as a snapshot gives it back."""
        self.state = State.load(self.state.dump())

    def _batch(self, inputs: dict[str, Any]) -> Batch:
        now = inputs["now"]
        new = [[id_, now, values] for id_, values in inputs.get("new", ())]
        for id_, _, _ in new:
            self.numbers[id_] = len(self.numbers)
        return Batch(
            new_profiles=self._new([id_ for id_, _, _ in new], now),
            profile_changes=self._changes([*new, *self._known(inputs.get("set", ()))]),
            events=self._events(inputs.get("events", ())),
            outcomes=self._outcomes(inputs.get("outcomes", ())),
            definitions=tuple(change_of(control) for control in inputs.get("controls", ())),
            more=inputs.get("more", False),
        )

    def _known(self, rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
        return [row for row in rows if row[0] in self.numbers]

    def _new(self, ids: list[str], now: int) -> pl.DataFrame:
        rows = {"_profile": [self.numbers[id_] for id_ in ids], "_profile_id": ids, "_time": [now] * len(ids)}
        return _frame(rows, NEW_PROFILE_COLUMNS)

    def _changes(self, rows: list[Sequence[Any]]) -> pl.DataFrame:
        head = {
            "_profile": [self.numbers[id_] for id_, _, _ in rows],
            "_time": [time for _, time, _ in rows],
            "_set": [list(values) for _, _, values in rows],
        }
        return _with(_frame(head, PROFILE_CHANGE_COLUMNS), [values for _, _, values in rows], SCHEMA.attributes)

    def _events(self, events: Iterable[Sequence[Any]]) -> tuple[EventBatch, ...]:
        mine = [event for event in events if event[1] is None or event[1] in self.numbers]
        batches = []
        for type_ in dict.fromkeys(event[0] for event in mine):
            rows = [event for event in mine if event[0] == type_]
            head = {
                "_event_id": [event[3] for event in rows],
                "_profile": [-1 if event[1] is None else self.numbers[event[1]] for event in rows],
                "_time": [event[2] for event in rows],
            }
            frame = _with(_frame(head, EVENT_COLUMNS), [event[4] for event in rows], SCHEMA.events[type_])
            batches.append(EventBatch(type_, frame))
        return tuple(batches)

    def _outcomes(self, outcomes: Iterable[Sequence[Any]]) -> pl.DataFrame:
        rows = [
            {"key": key, "result": result, "attempts": 1, "detail": None, "time": time, "started": time, "answer": said}
            for key, result, time, answer in outcomes
            if key.split("/")[2] in self.numbers
            for said in [None if answer is None else json.dumps(answer)]
        ]
        return _frame({name: [row[name] for row in rows] for name in OUTCOME_COLUMNS}, OUTCOME_COLUMNS)


def change_of(control: dict[str, Any]) -> DefinitionChange:
    """A control as the tick takes it: definitions read, rules typed."""
    kind, id_, action, body = control["kind"], control["id"], control["action"], control.get("body", {})
    version = control.get("version", 1)
    if kind == "segment":
        body = {"rule": to_json(parse_rule(body["rule"], SCHEMA, ()))}
    elif kind == "journey" and "activities" in body:
        body = definition(body, version).to_json()
    elif "when" in body:
        body = {**body, "when": to_json(parse_rule(body["when"], SCHEMA, SEGMENTS))}
    return DefinitionChange(kind, id_, version, action, body)


def definition(body: dict[str, Any], version: int = 1) -> Any:
    """A definition as it is written, read for this stage."""
    names = {"crm": ANSWER, "shop": ANSWER}
    return read_journey(body, SCHEMA, list(SEGMENTS), version, actions=names, sources=names)


def opening(people: dict[str, dict[str, Any]], now: int) -> list[dict[str, Any]]:
    """The first ticks of a world: its people and segments."""
    segments = [
        {"kind": "segment", "id": name, "action": "publish", "body": {"rule": rule}} for name, rule in SEGMENTS.items()
    ]
    return [{"now": now, "more": True, "new": [*map(list, people.items())]}, {"now": now, "controls": segments}]


def step_rows(outputs: Outputs) -> list[Row]:
    """Steps without dense numbers: journey, version, run, activity, kind, outcome, time, detail."""
    return outputs.steps.with_columns(pl.col("time").to_physical()).drop("_profile").rows()


def delivery_rows(outputs: Outputs) -> list[Row]:
    """Deliveries without dense numbers: key, channel, version, activity, instant, and what they show of the run."""
    rows = outputs.deliveries.with_columns(pl.col("decided").to_physical()).iter_rows(named=True)
    return [
        (row["key"], row["channel"], row["version"], row["activity"], row["decided"], _shown(row["content"]))
        for row in rows
    ]


def _shown(content: str) -> Any:
    shape = json.loads(content)
    return shape.get("event", {}).get("total", shape.get("values", {}).get("n"))


def _frame(rows: dict[str, Any], columns: Any) -> pl.DataFrame:
    physical = {name: pl.Int64 if kind == INSTANT else kind for name, kind in columns.items()}
    return pl.DataFrame(rows, schema=physical).cast(dict(columns))


def _with(frame: pl.DataFrame, values: Sequence[dict[str, Any]], types: Any) -> pl.DataFrame:
    names = list(dict.fromkeys(name for row in values for name in row))
    return frame.with_columns(
        pl.Series(name, [row.get(name) for row in values], dtype=polars_type(_type(types, name))) for name in names
    )


def _type(types: Any, name: str) -> Type:
    found: Type = types[name]
    return found
