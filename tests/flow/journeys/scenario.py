"""Scenarios of the reference products (scenarios.jsonl), told in the words of this package.

An entry by an event becomes an entry by a change of membership at the same instant; texts, pushes and calls become
messages. ``expect`` is compared in two parts: the path of each person, and refused entries.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.clock import as_datetime, instant
from parcours.core.facts import EVENT_COLUMNS, QUALIFICATION_COLUMNS, Qualifications
from parcours.core.schema import BOOLEAN, DECIMAL, INTEGER, STRING, Schema, Type
from parcours.flow.journeys.advance import advance
from parcours.flow.journeys.columns import instants
from parcours.flow.journeys.definitions import read_journey
from parcours.flow.journeys.inputs import JourneyInputs
from parcours.flow.journeys.state import JourneysState
from parcours.language import reference
from parcours.language.tree import Node

Shape = Mapping[str, Any]

_UNITS = (86_400, 3_600, 60, 1)
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_COMPARATORS = {"eq": "is", "ge": "at_least", "gt": "more_than", "le": "at_most", "lt": "less_than"}


def scenarios() -> Iterator[Shape]:
    """All scenarios of the file beside this module."""
    for line in Path(__file__).with_name("scenarios.jsonl").read_text().splitlines():
        yield json.loads(line)


class Telling:
    """One scenario, run to its end."""

    def __init__(self, scenario: Shape) -> None:
        self.journey: Shape = scenario["journey"]
        self.timeline: Sequence[Shape] = scenario["timeline"]
        self.nodes: dict[str, Shape] = {node["id"]: node for node in self.journey["nodes"]}
        (self.entry,) = self.nodes.keys() - {edge["to"] for edge in self.journey["edges"]}
        self.people = [person["id"] for person in scenario["profiles"]]
        self.attributes = {person["id"]: dict(person.get("attrs", {})) for person in scenario["profiles"]}
        self.schema = self._schema()
        self.state = JourneysState()
        self.state.publish(read_journey(self._body(), self.schema, ["entry-segment"]))
        self.steps: list[dict[str, Any]] = []

    # --- the definition ----------------------------------------------------------------------------------

    def _schema(self) -> Schema:
        schema = Schema()
        for attributes in [*self.attributes.values(), *(e["set_profile"]["attrs"] for e in self._all("set_profile"))]:
            schema = schema.with_attributes(_types(attributes))
        for node in self.nodes.values():
            if node["type"] == "event":
                schema = schema.with_event(node["params"]["event"], {})
        for entry in self._all("event"):
            schema = schema.with_event(entry["event"]["name"], _types(entry["event"].get("payload", {})))
        return schema

    def _all(self, kind: str) -> list[Shape]:
        return [entry for entry in self.timeline if kind in entry]

    def _body(self) -> dict[str, Any]:
        entry, reentry = self.nodes[self.entry]["params"], self.journey["properties"].get("reentrance", {})
        return {
            "journey": self.journey["id"],
            "entry": {"segment": "entry-segment", "on": entry.get("behaviour", "enter")},
            "reentry": {"allowed": reentry.get("allowed", True), "wait": _seconds(reentry.get("wait", "PT5M"))},
            "start": self._behind(self.entry, "next"),
            "activities": {id_: self._activity(node) for id_, node in self.nodes.items() if id_ != self.entry},
        }

    def _behind(self, node: str, label: str) -> str | None:
        found = [edge["to"] for edge in self.journey["edges"] if (edge["from"], edge["label"]) == (node, label)]
        return found[0] if found else None

    def _activity(self, node: Shape) -> dict[str, Any]:
        settings, then = node["params"], self._behind(node["id"], "next")
        match node["type"]:
            case "end":
                return {"type": "end"}
            case "wait":
                return {"type": "wait", "for": _seconds(settings["duration"]), "then": then}
            case "event":
                shape = {"type": "wait_for_event", "event": settings["event"], "then": then}
                shape |= {"on_timeout": self._behind(node["id"], "timeout")}
                shape |= {"timeout": _seconds(settings["timeout"])} if "timeout" in settings else {}
                return shape | ({"where": _rule(settings["when"], "payload", "field")} if "when" in settings else {})
            case "condition":
                paths = [
                    {
                        "label": path["id"],
                        "when": _rule(path["when"], "profile", "attribute"),
                        "to": self._behind(node["id"], path["id"]),
                    }
                    for path in settings["paths"]
                ]
                return {"type": "condition", "paths": paths, "otherwise": self._behind(node["id"], "other")}
            case _:
                return {"type": "email", "to": "x@example.org", "subject": "s", "body": "b", "then": then}

    # --- the timeline ------------------------------------------------------------------------------------

    def run(self) -> Telling:
        prev = instant(self.timeline[0]["at"]) - 1
        for index, entry in enumerate(self.timeline):
            now = instant(entry["at"])
            # Everything due before an input happens before it.
            self._tick(prev, max(now - 1, prev), [], {})
            if "set_profile" in entry:
                self.attributes[entry["set_profile"]["profile"]] |= entry["set_profile"]["attrs"]
            self._tick(max(now - 1, prev), now, self._changes(entry), self._events(entry, f"e{index}"))
            prev = now
        return self

    def _changes(self, entry: Shape) -> list[tuple[int, str]]:
        node = self.nodes[self.entry]
        if "event" in entry and node["params"].get("event") == entry["event"]["name"]:
            return [(self.people.index(entry["event"]["profile"]), "realized")]
        if "segment" in entry and node["params"].get("segment") == entry["segment"]["name"]:
            status = "realized" if entry["segment"]["status"] == "enter" else "exited"
            return [(self.people.index(entry["segment"]["profile"]), status)]
        return []

    def _events(self, entry: Shape, id_: str) -> dict[str, pl.DataFrame]:
        if "event" not in entry:
            return {}
        event = entry["event"]
        properties = {name: [event.get("payload", {}).get(name)] for name in self.schema.events[event["name"]]}
        known = {
            "_event_id": [id_],
            "_profile": [self.people.index(event["profile"])],
            "_time": instants(np.array([instant(entry["at"])])),
        }
        return {event["name"]: pl.DataFrame({**known, **properties}, schema_overrides=EVENT_COLUMNS)}

    def _tick(self, prev: int, now: int, changes: list[tuple[int, str]], events: dict[str, pl.DataFrame]) -> None:
        rows = [("entry-segment", 1, profile, status, as_datetime(now), "change") for profile, status in changes]
        inputs = JourneyInputs(
            prev=prev,
            now=now,
            evaluate=self._evaluate,
            values=lambda node, profiles: pl.Series([None] * len(profiles), dtype=pl.String),
            attributes=lambda names, profiles: pl.DataFrame(),
            profile_ids=lambda profiles: pl.Series([self.people[index] for index in profiles], dtype=pl.String),
            qualifications=Qualifications.of(pl.DataFrame(rows, schema=QUALIFICATION_COLUMNS, orient="row")),
            events=events,
        )
        self.steps += advance(self.state, inputs).steps.to_dicts()

    def _evaluate(self, node: Node, profiles: NDArray[np.int32]) -> NDArray[np.bool_]:
        people = (self.attributes[self.people[index]] for index in profiles)
        persons = (
            reference.Person(attributes=attributes, events={}, segments=lambda _: False) for attributes in people
        )
        return np.array([bool(reference.evaluate(node, person, 0)) for person in persons], np.bool_)

    # --- the outcome -------------------------------------------------------------------------------------

    def paths(self) -> dict[str, list[dict[str, Any]]]:
        """Steps per person as scenarios tell them: parked activities when they are completed, ends where drawn."""
        told: dict[str, list[dict[str, Any]]] = {}
        for step in self.steps:
            node = self.entry if step["kind"] == "entry" else step["activity"]
            implied = step["kind"] == "end" and self.nodes[node]["type"] != "end"
            if step["kind"] == "discard" or step["outcome"] == "waiting" or implied:
                continue
            _, number, person = step["run"].split("/")
            row = {"node": node, "at": _iso(step)}
            row |= {"via": "timeout"} if step["outcome"] == "timeout" else {}
            told.setdefault(person, []).append(row | ({"instance": int(number)} if number != "1" else {}))
        return told

    def discards(self) -> list[dict[str, str]]:
        """Refused entries."""
        refused = (step for step in self.steps if step["kind"] == "discard")
        return [{"at": _iso(step), "profile": step["run"].split("/")[2], "reason": step["outcome"]} for step in refused]


def _types(values: Shape) -> dict[str, Type]:
    kinds: dict[type, Type] = {bool: BOOLEAN, int: INTEGER, float: DECIMAL, str: STRING}
    return {name: kinds[type(value)] for name, value in values.items() if type(value) in kinds}


def _seconds(text: str) -> str:
    parts = _DURATION.fullmatch(text)
    assert parts is not None
    return f"{sum(int(part or 0) * unit for part, unit in zip(parts.groups(), _UNITS, strict=True))} s"


def _rule(shape: Shape, kind: str, subject: str) -> dict[str, Any]:
    left, right = shape["args"]
    return {subject: left[kind], _COMPARATORS[shape["op"]]: right}


def _iso(step: Shape) -> str:
    return str(step["time"].strftime("%Y-%m-%dT%H:%M:%SZ"))
