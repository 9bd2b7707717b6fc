"""Journeys of scenarios as definitions of the product."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from parcours.core.schema import STRING
from parcours.language.functions.iso import read_duration
from tests.conformance.scenarios import neutral
from tests.conformance.scenarios.names import ADDRESS, ENTRIES, PHONE, Names, entry_of

MESSAGES = ("email", "sms", "push")
_TO, _PHONE = f"{{{{ profile.{ADDRESS} }}}}", f"{{{{ profile.{PHONE} }}}}"
#: The settings of a message that a scenario does not care for.
_CONTENT: Mapping[str, dict[str, str]] = {
    "email": {"to": _TO, "subject": "Hello", "body": "Hello"},
    "sms": {"to": _PHONE, "text": "Hello"},
    "push": {"to": _PHONE, "title": "Hello", "text": "Hello"},
}
#: What a draft leaves out that says what is missing in an activity.
_REQUIRED = (
    "subject",
    "body",
    "text",
    "to",
    "action",
    "event",
    "segment",
    "of",
    "signal",
    "journey",
    "for",
    "paths",
    "ranking",
)


def length(text: str) -> str:
    """An ISO duration as a length of time of the product."""
    if text.endswith("W"):
        return f"{text[1:-1]} weeks"
    found = read_duration(text)
    assert found is not None, text
    return f"{found.total_seconds():.6f}".rstrip("0").rstrip(".") + " seconds"


@dataclass(frozen=True)
class Translation:
    """Translates one journey."""

    journey: Mapping[str, Any]
    names: Names
    entry_id: str | None

    @staticmethod
    def of(journey: Mapping[str, Any], names: Names) -> Translation:
        entry = entry_of(journey)
        known = entry is not None and entry["type"] in ENTRIES
        return Translation(journey, names, entry["id"] if entry is not None and known else None)

    def body(self) -> dict[str, Any]:
        """The definition as plain data, with trees for expressions."""
        properties = self.journey.get("properties", {})
        nodes = {node["id"]: node for node in self.journey["nodes"]}
        shape: dict[str, Any] = {"journey": self.journey["id"], "name": self.journey.get("name", self.journey["id"])}
        if self.journey.get("namespace") is not None:
            shape["namespace"] = self.journey["namespace"]
        shape |= self._settings(properties)
        own = [self.entry_id] if self.entry_id is not None else []
        if self.entry_id is not None:
            shape["entry"] = self._entry(nodes[self.entry_id], properties)
            read = self._read_behind(nodes) if nodes[self.entry_id]["type"] == "business_event" else None
            if read is not None:
                shape["entry"] |= {"read": nodes[read]["params"].get("segment"), "read_id": read}
                own.append(read)
            shape["start"] = self.to(own[-1], "next", many=True)
        elif self.journey["nodes"]:
            shape["start"] = self.journey["nodes"][0]["id"]
        shape["activities"] = {name: self._activity(node) for name, node in nodes.items() if name not in own}
        return {name: value for name, value in shape.items() if value is not None}

    def _read_behind(self, nodes: Mapping[str, Any]) -> str | None:
        behind = [edge["to"] for edge in self.journey["edges"] if edge["from"] == self.entry_id]
        return next((name for name in behind if nodes[name]["type"] == "read_segment"), None)

    # --- the journey itself ---

    def _settings(self, properties: Mapping[str, Any]) -> dict[str, Any]:
        zone = properties.get("timezone", {})
        name = zone.get("zone") or "UTC"
        reentrance = properties.get("reentrance", {})
        test = properties.get("test", {})
        criteria = properties.get("exit_criteria", [])
        return {
            "zone": {"profile": True, "otherwise": name} if zone.get("mode") == "profile" else name,
            "reentry": {
                "allowed": reentrance.get("allowed", True),
                "wait": length(reentrance.get("wait", "PT5M")),
            },
            "starts": properties.get("start_at"),
            "ends": properties.get("end_at"),
            "at_end": properties.get("end_effect", "close"),
            "step_timeout": length(properties.get("step_timeout", "PT30S")),
            "stay": length(properties.get("global_timeout", "P91D")),
            "exit_when": criteria or None,
            "rule_sets": properties.get("rule_sets"),
            "priority": properties.get("priority"),
            "test": {"wait": length(test.get("wait", "PT10S")), "max_profiles": self._testers(test)},
        }

    def _testers(self, test: Mapping[str, Any]) -> int:
        """How many people a test takes: journeys that read a segment are tested with one person (section 13)."""
        reads = self.journey.get("kind") in ("read_segment", "business_event")
        return 1 if reads else int(test.get("max_profiles", 100))

    def _entry(self, node: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
        params, shape = node.get("params", {}), {"id": node["id"]}
        match node["type"]:
            case "event" | "business_event" as kind:
                shape |= {kind: params.get("event"), "where": self._row_rule(params)}
                if params.get("supplemental"):
                    shape["supplemental"] = params["supplemental"]
            case "segment_qualification":
                shape |= {"segment": params.get("segment"), "on": params.get("behaviour", "enter")}
            case "read_segment":
                shape |= {"read": params.get("segment"), "schedule": _schedule(properties.get("schedule", {}))}
        if params.get("missing"):  # what is not filled is empty
            shape |= dict.fromkeys({"event", "business_event", "segment", "read"} & shape.keys(), "")
        return {name: value for name, value in shape.items() if value is not None}

    def _row_rule(self, params: Mapping[str, Any]) -> Any:
        rule = params.get("when")
        return None if rule is None else self.names.reader(params.get("event")).condition(rule)

    # --- activities ---

    def to(self, node: str, label: str, many: bool = False) -> Any:
        """Where the edges of this label lead: a name, several of them, or nothing."""
        found = [
            edge["to"] for edge in self.journey["edges"] if (edge["from"], edge.get("label", "next")) == (node, label)
        ]
        if many:
            return found[0] if len(found) == 1 else found
        return None if not found else found[0] if len(found) == 1 else found

    def _activity(self, node: Mapping[str, Any]) -> dict[str, Any]:
        params = node.get("params", {})
        shape = _SHAPES[node["type"]](self, node["id"], params)
        if node["type"] != "condition" and node["type"] != "end":
            shape.setdefault("then", self.to(node["id"], "next"))
        shape.setdefault("on_error", self.to(node["id"], "error"))
        if params.get("missing"):
            shape = {name: value for name, value in shape.items() if name not in _REQUIRED}
        return {name: value for name, value in shape.items() if value is not None}

    def _timeout(self, node: str, params: Mapping[str, Any]) -> dict[str, Any]:
        if params.get("timeout") is None:
            return {}
        return {"timeout": length(params["timeout"]), "on_timeout": self.to(node, "timeout")}

    def event(self, node: str, params: Mapping[str, Any]) -> dict[str, Any]:
        shape = {"type": "wait_for_event", "event": params.get("event"), "where": self._row_rule(params)}
        return shape | self._timeout(node, params)

    def qualification(self, node: str, params: Mapping[str, Any]) -> dict[str, Any]:
        shape = {"type": "wait_for_segment", "segment": params.get("segment"), "on": params.get("behaviour", "enter")}
        return shape | self._timeout(node, params)

    def reaction(self, node: str, params: Mapping[str, Any]) -> dict[str, Any]:
        shape = {"type": "wait_for_signal", "of": params.get("action_node"), "signal": params.get("reaction")}
        return shape | self._timeout(node, params)

    def wait(self, node: str, params: Mapping[str, Any]) -> dict[str, Any]:
        reader, shape = self.names.reader(), dict[str, Any](type="wait")
        match params.get("kind", "duration"):
            case "duration" if "duration" in params:
                shape["for"] = length(params["duration"])
            case "date":
                shape["until_local"] = params.get("until_local")
            case "expression" if "until" in params:
                shape["until"] = self._moment(params["until"])
        if params.get("when") is not None:
            shape["when"] = reader.condition(params["when"])
        return shape

    def _moment(self, written: Any) -> Any:
        """An expression for a local time, or an instant (J7); what is a text is read as one."""
        reader = self.names.reader()
        found = reader.value(written)
        stamped = {(kind, path) for kind, path, _ in neutral.references(written)} & self.names.stamped
        read = "toDateTime" if stamped else "toDateTimeOnly"
        return reader.value({"fn": read, "args": [written]}) if found.type == STRING else found

    def message(self, kind: str) -> Callable[[str, Mapping[str, Any]], dict[str, Any]]:
        def found(node: str, params: Mapping[str, Any]) -> dict[str, Any]:
            shape: dict[str, Any] = {"type": kind, **_CONTENT[kind]}
            if params.get("values"):
                shape["values"] = self._values(params)
            if params.get("rule_sets"):
                shape["rule_sets"] = params["rule_sets"]
            return shape

        return found

    def channel_action(self, node: str, params: Mapping[str, Any]) -> dict[str, Any]:
        ranking = params.get("ranking", [])
        messages = {channel: self.message(channel)(node, params) for channel in ranking}
        for message in messages.values():
            del message["type"]
        return {"type": "choose_channel", "ranking": ranking, "messages": messages}

    def custom_action(self, node: str, params: Mapping[str, Any]) -> dict[str, Any]:
        shape = {"type": "custom_action", "action": node, "consent": params.get("consent_policy")}
        return shape | ({"values": self._values(params)} if params.get("values") else {})

    def update_profile(self, node: str, params: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "update_profile", "values": self._values(params)}

    def jump(self, node: str, params: Mapping[str, Any]) -> dict[str, Any]:
        shape = {"type": "jump", "journey": params.get("journey")}
        return shape | ({"values": self._values(params)} if params.get("values") else {})

    def _values(self, params: Mapping[str, Any]) -> dict[str, Any]:
        reader = self.names.reader()
        return {
            name: reader.value(value) if neutral.is_expression(value) else value
            for name, value in params.get("values", {}).items()
        }

    # --- conditions ---

    def condition(self, node: str, params: Mapping[str, Any]) -> dict[str, Any]:
        kind, paths = params.get("kind", "data"), params.get("paths", [])
        if kind == "profile_cap":
            ends = {"then": self.to(node, "nominal"), "otherwise": self.to(node, "alternate")}
            return {"type": "profile_cap", "most": params.get("cap", 1000), **ends}
        shape: dict[str, Any] = {"type": _KINDS[kind], "paths": [self._path(node, kind, path) for path in paths]}
        if kind != "split":
            shape["otherwise"] = self.to(node, "other")
        source = params.get("data_source")
        if source:
            values = self._values({"values": source.get("params", {})})
            shape["source"] = {"name": source["name"], "parameters": values}
        return shape

    def _path(self, node: str, kind: str, path: Mapping[str, Any]) -> dict[str, Any]:
        shape = {"label": f"path {path['id']}", "to": self.to(node, path["id"])}
        match kind:
            case "data":
                rule = path.get("when")
                shape["when"] = None if rule is None else self.names.reader().condition(rule)
            case "time":
                shape |= {"days": path.get("days"), "from": path.get("from"), "until": path.get("to")}
            case "date":
                shape |= {"from": path.get("from"), "until": path.get("to")}
            case "split":
                shape["percent"] = path.get("percent")
        return {name: value for name, value in shape.items() if value is not None}


_KINDS = {"data": "condition", "time": "time_condition", "date": "date_condition", "split": "split"}
_Shape = Callable[[Translation, str, Mapping[str, Any]], dict[str, Any]]
_SHAPES: Mapping[str, _Shape] = {
    "event": Translation.event,
    "segment_qualification": Translation.qualification,
    "reaction": Translation.reaction,
    "condition": Translation.condition,
    "wait": Translation.wait,
    **{kind: lambda self, node, params, kind=kind: self.message(kind)(node, params) for kind in MESSAGES},
    "channel_action": Translation.channel_action,
    "custom_action": Translation.custom_action,
    "update_profile": Translation.update_profile,
    "jump": Translation.jump,
    "end": lambda self, node, params: {"type": "end"},
    # Only at the start; elsewhere they are refused.
    "read_segment": lambda self, node, params: {"type": "read_segment"},
    "business_event": lambda self, node, params: {"type": "business_event"},
}


def _schedule(written: Mapping[str, Any]) -> dict[str, Any]:
    shape = {name: value for name, value in written.items() if value is not None}
    shape.setdefault("type", "once")
    if "every" in shape:
        shape["every"] = length(shape["every"])
    if "waves" in shape:
        apart = {"every": length(shape["waves"]["every"])} if "every" in shape["waves"] else {}
        shape["waves"] = {**shape["waves"], **apart}
    return shape
