"""The neutral expressions of scenarios as typed trees.

An expression is written as a text of the journey language in which every reference is a placeholder; the text is read
with the types of what the placeholders stand for, and the references are put in their places.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from parcours.core.schema import BOOLEAN, DECIMAL, INTEGER, STRING, Type, object_of
from parcours.language.journey.read import read
from parcours.language.journey.scope import JourneyScope
from parcours.language.tree import Attribute, Field, Given, Literal, Node, children, with_children

#: The kinds of references, as their key says them.
REFERENCES = ("profile", "event", "action", "source", "journey", "qualification", "payload")
_SIGNS = {"eq": "==", "ne": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_ROOT = "R"


def is_expression(value: object) -> bool:
    """Whether a value is an expression rather than a constant."""
    return isinstance(value, dict) and bool({"op", "fn", *REFERENCES} & value.keys())


def reference(value: Mapping[str, Any]) -> tuple[str, str] | None:
    """Kind and path of a reference; ``None`` of other expressions."""
    return next(((kind, value[kind]) for kind in REFERENCES if kind in value), None)


def references(value: object) -> Iterator[tuple[str, str, Any]]:
    """All references below a value: kind, path, and a constant it is compared with, or its default."""
    if isinstance(value, list):
        for part in value:
            yield from references(part)
    if not isinstance(value, dict):
        return
    found = reference(value) if is_expression(value) else None
    if found is not None:
        yield (*found, value.get("default"))
    args = value.get("args")
    if "op" in value and isinstance(args, list):
        constants = [arg for arg in args if not is_expression(arg) and arg is not None]
        for arg in args:
            known = reference(arg) if isinstance(arg, dict) else None
            if known is not None and constants:
                yield (*known, constants[0])
    for name, part in value.items():
        if name != "default":
            yield from references(part)


@dataclass
class Reader:
    """Reads the expressions of one scenario.

    ``leaf`` gives the typed node of a reference by its kind and path.
    """

    leaf: Callable[[str, str], Node]
    _leaves: dict[str, Node] = field(default_factory=dict)

    def condition(self, value: object) -> Node:
        """The tree of a rule."""
        return self._read(value, "condition")

    def value(self, value: object, usage: str | None = None) -> Node:
        """The tree of an expression."""
        return self._read(value, usage)

    def _read(self, value: object, usage: str | None) -> Node:
        self._leaves = {}
        text = self._text(value)
        scope = JourneyScope(events={_ROOT: object_of({name: leaf.type for name, leaf in self._leaves.items()})})
        return self._placed(read(text, scope, usage=usage))

    def _placed(self, node: Node) -> Node:
        if isinstance(node, Given) and node.path[:2] == ("event", _ROOT):
            return self._leaves[node.path[2]]
        return with_children(node, tuple(map(self._placed, children(node))))

    def _text(self, value: object) -> str:
        if not isinstance(value, dict):
            return self._constant(value)
        found = reference(value)
        if found is not None:
            return self._reference(value, self.leaf(*found))
        if "fn" in value:
            return self._call(value["fn"], value["args"])
        return self._operation(value)

    def _reference(self, value: Mapping[str, Any], leaf: Node) -> str:
        text = self._placeholder(leaf)
        default = value.get("default")
        if default is None:
            return text
        if leaf.type == DECIMAL and type(default) is int:
            default = float(default)
        return f"{text[:-1]}, defaultValue: {self._constant(default)}}}"

    def _placeholder(self, leaf: Node) -> str:
        name = f"k{len(self._leaves)}"
        self._leaves[name] = leaf
        return f"@{{{_ROOT}.{name}}}"

    def _constant(self, value: object) -> str:
        """A constant as it is written; the language has no escapes, so that some texts are placeholders, too."""
        if value is None:
            return "null"
        if isinstance(value, str) and any(sign in value for sign in '"\\\n\r'):
            return self._placeholder(Literal(value, STRING))
        return f'"{value}"' if isinstance(value, str) else json.dumps(value)

    def _call(self, name: str, args: list[Any]) -> str:
        texts = [self._text(arg) for arg in args]
        if name == "concat":
            texts = [self._as_text(arg, text) for arg, text in zip(args, texts, strict=True)]
        return f"{name}({', '.join(texts)})"

    def _as_text(self, arg: object, text: str) -> str:
        """A number among the parts of a text is written as one."""
        found = reference(arg) if isinstance(arg, dict) else None
        number = (
            isinstance(arg, int | float) if found is None else self.leaf(*found).type in (INTEGER, DECIMAL, BOOLEAN)
        )
        return f"toString({text})" if number else text

    def _operation(self, value: Mapping[str, Any]) -> str:
        if value["op"] == "in_segment":
            return f"inSegment({json.dumps(value['segment'])})"
        args = [self._text(arg) for arg in value["args"]]
        match value["op"]:
            case "and" | "or":
                return "(" + f" {value['op']} ".join(args) + ")"
            case "not":
                return f"(not ({args[0]}))"
            case "is_null":
                return f"({args[0]} == null)"
            case "is_not_null":
                return f"({args[0]} != null)"
            case sign:
                return f"({args[0]} {_SIGNS[sign]} {args[1]})"


def attribute(path: str, type_: Type) -> Node:
    """What ``{profile: path}`` stands for."""
    return Attribute(tuple(path.split(".")), type_)


def payload(path: str, type_: Type) -> Node:
    """What ``{payload: path}`` stands for."""
    return Field(tuple(path.split(".")), type_)


def given(kind: str, path: str, type_: Type = STRING) -> Node:
    """What a reference to something beside the profile stands for."""
    return Given((kind, *path.split(".")), type_)
