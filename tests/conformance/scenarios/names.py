"""What names a scenario uses, and of what types: from every value in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from parcours.core.schema import ANY, BOOLEAN, NULL, STRING, Kind, Schema, Type, list_of, object_of, widest
from parcours.language.contexts import shapes
from parcours.language.journey.scope import JOURNEY_PROPERTIES
from parcours.language.tree import Node
from tests.conformance.scenarios import neutral

#: Attributes of people that are no ``attrs`` of the scenario.
ADDRESS, PHONE, ZONE, TEST = "scn_address", "scn_phone", "timezone", "test_profile"
#: The namespaces that somebody has identities in.
IDENTITIES = "identities"
#: Where the product looks for the address that is suppressed; a scenario may use it for itself.
EMAIL = "email"
#: In front of the attribute that says whether somebody is in a segment.
MEMBER = "scn_in_"
#: How often values are handed on at most, from jump to jump, before their types are known.
_DEEP = 4
_STAMP = re.compile(r"T.*(Z|[+-]\d\d:?\d\d)$")
ENTRIES = ("event", "segment_qualification", "read_segment", "business_event")


def journeys_of(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All journeys of a scenario, versions included."""
    return [case["journey"], *case.get("more_journeys", [])]


def nodes_of(case: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """All nodes of all journeys."""
    for journey in journeys_of(case):
        yield from journey["nodes"]


def entry_of(journey: Mapping[str, Any]) -> dict[str, Any] | None:
    """The node a journey starts with: one without an incoming edge, an event before anything else."""
    reached = {edge["to"] for edge in journey["edges"]}
    heads = [node for node in journey["nodes"] if node["id"] not in reached] or journey["nodes"][:1]
    events = [node for node in heads if node["type"] in ENTRIES]
    if heads and heads[0]["type"] not in ENTRIES and heads[0] is journey["nodes"][0]:
        return heads[0]
    return (events or heads or [None])[0]


@dataclass
class Names:
    """The types of everything a scenario refers to.

    ``attributes``, ``events`` (payloads), ``actions`` (answers by node), ``sources`` (answers by name);
    ``stamped``: references to texts that are instants, with ``Z`` or an offset, by kind and path.
    """

    attributes: Type = field(default_factory=lambda: object_of({}))
    events: dict[str, Type] = field(default_factory=dict)
    actions: dict[str, Type] = field(default_factory=dict)
    sources: dict[str, Type] = field(default_factory=dict)
    stamped: frozenset[tuple[str, str]] = frozenset()

    def leaf(self, event: str | None = None) -> Any:
        """What a reference stands for; ``payload`` is one of ``event``."""

        def found(kind: str, path: str) -> Node:
            if kind == "profile":
                return neutral.attribute(path, _at(self.attributes, path))
            if kind == "payload":
                return neutral.payload(path, _at(self.events[event or ""], path))
            if kind == "journey":
                return neutral.given(kind, path, JOURNEY_PROPERTIES.get(path, STRING))
            if kind == "qualification":
                return neutral.given(kind, path)
            name, _, rest = path.partition(".")
            known = {"event": self.events, "action": self.actions, "source": self.sources}[kind]
            return neutral.given(kind, path, _at(known[name], rest))

        return found

    def knows(self, value: object) -> bool:
        """Whether the types of all references in an expression are known."""
        found = self.leaf()
        unknown = (Kind.NULL, Kind.ANY)
        return all(
            kind != "payload" and self._has(kind, path) and found(kind, path).type.kind not in unknown
            for kind, path, _ in neutral.references(value)
        )

    def _has(self, kind: str, path: str) -> bool:
        known = {"event": self.events, "action": self.actions, "source": self.sources}.get(kind)
        return known is None or path.partition(".")[0] in known

    def reader(self, event: str | None = None) -> neutral.Reader:
        """Reads expressions; ``payload`` stands for a field of ``event``."""
        return neutral.Reader(self.leaf(event))

    def schema(self, case: Mapping[str, Any]) -> Schema:
        """The names as the product has them, people's own settings included."""
        own = {EMAIL: STRING, ADDRESS: STRING, PHONE: STRING, ZONE: STRING, TEST: BOOLEAN}
        own |= {member_of(name): BOOLEAN for name in case.get("segments", {})}
        for person in case.get("profiles", []):
            own |= {consent_of(channel): BOOLEAN for channel in person.get("consent", {})}
            own |= {} if person.get("identities") is None else {IDENTITIES: list_of(STRING)}
        events = {name: dict(type_.fields) for name, type_ in self.events.items()}
        return Schema({**own, **dict(self.attributes.fields)}, events)


def consent_of(channel: str) -> str:
    """The attribute that says whether somebody accepts messages on a channel."""
    return f"consent_{channel}"


def member_of(segment: str) -> str:
    """The attribute that says whether somebody is in the segment."""
    return MEMBER + "".join(sign if sign.isalnum() else "_" for sign in segment)


def names_of(case: Mapping[str, Any]) -> Names:
    """The names of a scenario."""
    found = Names(_attributes(case))
    for name, payload in _payloads(case):
        found.events[name] = _joined(found.events.get(name), shapes.inferred(payload))
    for node in nodes_of(case):
        _answers(case, node, found)
    _hinted(case, found)
    found.stamped = frozenset(_stamped(case))
    found.attributes = _typed(found.attributes)
    for known in (found.events, found.actions, found.sources):
        known.update({name: _typed(type_) for name, type_ in known.items()})
    return found


def _attribute_values(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    values = [person.get("attrs", person.get("generate", {}).get("attrs", {})) for person in case.get("profiles", [])]
    return values + [entry["set_profile"]["attrs"] for entry in case["timeline"] if "set_profile" in entry]


def _attributes(case: Mapping[str, Any]) -> Type:
    values = _attribute_values(case)
    values += [
        {name: value for name, value in node["params"].get("values", {}).items() if not neutral.is_expression(value)}
        for node in nodes_of(case)
        if node["type"] == "update_profile"
    ]
    return shapes.element(values) if values else object_of({})


def _payloads(case: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for entry in case["timeline"]:
        event = entry.get("event") or entry.get("business_event")
        if event:
            yield event["name"], event.get("payload", {})
    for node in nodes_of(case):
        params = node.get("params", {})
        if node["type"] in ("event", "business_event") and "event" in params:
            yield params["event"], {params["supplemental"]: None} if params.get("supplemental") else {}
    for journey in journeys_of(case):
        for criterion in journey.get("properties", {}).get("exit_criteria", []):
            if "event" in criterion:
                yield criterion["event"], {}
    for name in case.get("events", {}):
        yield name, {}


def _answers(case: Mapping[str, Any], node: Mapping[str, Any], found: Names) -> None:
    stub = case.get("stubs", {}).get(node["id"], {})
    stubs = [stub, *stub.get("by_profile", {}).values()]
    if node["type"] == "custom_action":
        bodies = [
            try_["body"] for one in stubs for try_ in one.get("attempts", []) if isinstance(try_.get("body"), dict)
        ]
        found.actions[node["id"]] = _joined(
            shapes.element(bodies) if bodies else None, object_of({"status_code": STRING})
        )
    source = node.get("params", {}).get("data_source")
    if source:
        data = [one["data"] for one in stubs if isinstance(one.get("data"), dict)]
        known = found.sources.get(source["name"], object_of({}))
        found.sources[source["name"]] = _joined(known, shapes.element(data) if data else object_of({}))


def _hinted(case: Mapping[str, Any], found: Names) -> None:
    """Fields that are read but never filled are of the type of what they are compared with, of their default, or of
    the value that some step gives them."""
    read = [(*reference, None) for entry in case["timeline"] for reference in neutral.references(_rule_of(entry))]
    for node in nodes_of(case):
        params = node.get("params", {})
        parts = [reference for part in _expressions(params) for reference in neutral.references(part)]
        read += [(*reference, params.get("event")) for reference in parts]
    for kind, path, hint, event in read:
        if hint is not None:
            _know(found, kind, path, hint, event)
    for _ in range(_DEEP):
        _computed(case, found)
    for kind, path, hint, event in read:
        if hint is None:
            _know(found, kind, path, hint, event)
    _computed(case, found)


def _rule_of(entry: Mapping[str, Any]) -> Any:
    return entry.get("control", {}).get("when")


def _expressions(params: Mapping[str, Any]) -> Iterator[Any]:
    """The parts of the parameters of a node that are expressions, or hold some."""
    yield from (params.get("when"), params.get("until"))
    yield from params.get("values", {}).values()
    yield from params.get("data_source", {}).get("params", {}).values()
    yield from (path.get("when") for path in params.get("paths", []))


def _know(found: Names, kind: str, path: str, hint: Any, event: str | None) -> None:
    type_ = STRING if hint is None or neutral.is_expression(hint) else shapes.inferred(hint)
    if kind == "profile":
        found.attributes = _with(found.attributes, path, type_)
        return
    if kind in ("journey", "qualification"):
        return
    name, _, rest = (event or "", "", path) if kind == "payload" else path.partition(".")
    known = {"event": found.events, "payload": found.events, "action": found.actions, "source": found.sources}[kind]
    known[name] = _with(known.get(name, object_of({})), rest, type_)


def _computed(case: Mapping[str, Any], found: Names) -> None:
    """Attributes and payload fields that get the value of an expression are of its type."""
    entries = {journey["id"]: entry_of(journey) for journey in journeys_of(case)}
    for node in nodes_of(case):
        for name, value in node.get("params", {}).get("values", {}).items():
            if not found.knows(value):
                continue
            type_ = found.reader().value(value).type if neutral.is_expression(value) else shapes.inferred(value)
            if node["type"] == "update_profile":
                found.attributes = _with(found.attributes, name, type_)
            target = entries.get(node["params"].get("journey")) if node["type"] == "jump" else None
            if target and target["type"] == "event":
                event = target["params"]["event"]
                found.events[event] = _with(found.events[event], name, type_)


def _stamped(case: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """References in waits to texts that carry ``Z`` or an offset."""
    for node in nodes_of(case):
        if node["type"] == "wait":
            for kind, path, _ in neutral.references(node["params"].get("until")):
                texts = [text for text in _values_at(case, kind, path) if isinstance(text, str)]
                if texts and all(_STAMP.search(text) for text in texts):
                    yield kind, path


def _values_at(case: Mapping[str, Any], kind: str, path: str) -> Iterator[Any]:
    name, _, rest = ("", "", path) if kind == "profile" else path.partition(".")
    for owner, values in _filled(case, kind):
        if owner == name:
            for part in rest.split("."):
                values = values.get(part) if isinstance(values, Mapping) else None
            yield values


def _filled(case: Mapping[str, Any], kind: str) -> Iterator[tuple[str, Any]]:
    """Everything that references of a kind can find, by the name in front of their path."""
    stubs = {node: [stub, *stub.get("by_profile", {}).values()] for node, stub in case.get("stubs", {}).items()}
    match kind:
        case "profile":
            yield from (("", values) for values in _attribute_values(case))
        case "event":
            yield from _payloads(case)
        case "action":
            yield from (
                (node, answer.get("body"))
                for node in stubs
                for one in stubs[node]
                for answer in one.get("attempts", ())
            )
        case "source":
            for node in nodes_of(case):
                name = node.get("params", {}).get("data_source", {}).get("name")
                yield from ((name, one.get("data")) for one in stubs.get(node["id"], ()))


def _joined(left: Type | None, right: Type) -> Type:
    return right if left is None else shapes.merged(left, right)


def _with(type_: Type, path: str, leaf: Type) -> Type:
    """The object type with a type at the path, where nothing was known."""
    name, _, rest = path.partition(".")
    fields = dict(type_.fields)
    known = fields.get(name, NULL)
    if rest:
        fields[name] = _with(known if known.kind is Kind.OBJECT else object_of({}), rest, leaf)
    elif known.kind in (Kind.NULL, Kind.ANY):
        fields[name] = leaf
    elif known.numeric and leaf.numeric:
        fields[name] = widest(known, leaf) or known
    return object_of(fields)


def _typed(type_: Type) -> Type:
    """What nothing is known of is text."""
    if type_.kind in (Kind.ANY, Kind.NULL):
        return STRING
    if type_.kind is Kind.OBJECT:
        return object_of({name: _typed(part) for name, part in type_.fields})
    return type_


def _at(type_: Type, path: str) -> Type:
    return type_.at(path.split(".")) or ANY
