"""Nodes that are written as references: a root and the steps from it, as they stand between the braces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from parcours.core.schema import DATE_TIME
from parcours.language.journey import ast
from parcours.language.journey.refusal import refused
from parcours.language.journey.scope import EVENT_TYPE, EVENTS, PROFILE, QUALIFICATION, TIMESTAMP, WORKSPACE
from parcours.language.tree import Attribute, Call, Each, Events, Fetched, Field, Given, Literal, Node, Step

_SIGILS = {"event": "@", "action": "@action", "source": "#", "journey": "@"}
#: What is known of the change of membership that began a run.
_CHANGE = {"status": "status", "time": "lastQualificationTime", "segment": "segment"}
_ITEMS = {"first_item": "first", "last_item": "last"}


@dataclass(frozen=True, slots=True)
class Path:
    """A reference or loop variable without its options; ``kind`` says which loop variable its elements have."""

    start: str
    kind: str
    steps: tuple[ast.Step, ...] = ()
    params: tuple[tuple[str, ast.Expression], ...] | None = None

    def then(self, *steps: ast.Step) -> Path:
        """The path with further steps."""
        return replace(self, steps=(*self.steps, *steps))

    def expression(self) -> ast.Reference | ast.Current:
        if self.start in ast.VARIABLES.values():
            return ast.Current(self.start, self.steps)
        return ast.Reference(self.start, self.steps, params=self.params)


def names(path: tuple[str, ...]) -> tuple[ast.Step, ...]:
    """Plain steps."""
    return tuple(ast.Name(name) for name in path)


def history(node: Node) -> str | None:
    """The event type, when ``node`` is the list of the profile's events of a type, newest first."""
    match node:
        case Each(
            kind="descending",
            over=Each(
                kind="filter",
                over=Events(),
                body=Call(function="eq", args=(Field(path=(what,), up=0), Literal(value=str() as name))),
            ),
            body=Field(path=(when,), up=0),
        ) if (what, when) == (EVENT_TYPE, TIMESTAMP):
            return name
        case _:
            return None


@dataclass
class Paths:
    """Finds the path of a node; ``express`` writes the expressions inside it."""

    express: Callable[[Node], ast.Expression]
    frames: list[str] = field(default_factory=list)

    def find(self, node: Node) -> Path | None:
        """The path that is written for ``node``, or ``None`` when it is no reference."""
        match node:
            case Attribute(path=path):
                return Path("#", "source", names((WORKSPACE, PROFILE, *path)))
            case Given(path=(kind, *rest)) if kind in _SIGILS:
                return Path(
                    _SIGILS[kind], _loop_kind(kind, rest), names(tuple(rest) if kind != "journey" else node.path)
                )
            case Given(path=("qualification", name)) if name in _CHANGE:
                return Path("@", "none", names((QUALIFICATION, _CHANGE[name])))
            case Fetched(path=path, names=params, args=args):
                values = tuple(zip(params, map(self.express, args), strict=True))
                return Path("#", "source", names(path[1:]), values)
            case Field():
                return self.element(node)
            case Step(value=value, name=name):
                below = self.find(value)
                return None if below is None else below.then(ast.Name(name))
            case Call():
                return self.call(node)
            case Each():
                return self.list(node)
            case _:
                return None

    def element(self, node: Field) -> Path:
        """A loop variable. It reaches the innermost collection of its kind only."""
        kinds = self.frames[::-1]
        if node.up >= len(kinds):
            raise refused(node, "a property of a row outside of every collection")
        kind = kinds[node.up]
        if kind in kinds[: node.up] or kind not in ast.VARIABLES:
            raise refused(node, "an element of a collection around the innermost one")
        return Path(ast.VARIABLES[kind], kind, names(node.path))

    def list(self, node: Each) -> Path | None:
        event = history(node)
        if event is not None:
            return Path("#", "source", names((WORKSPACE, EVENTS, event)))
        if node.kind == "map" and isinstance(node.body, Call) and node.body.function == "with_offset":
            return self.find(node.over) if node.body.args == (Field((), DATE_TIME),) else None
        return None

    def call(self, node: Call) -> Path | None:
        if node.function == "with_offset":
            return self.find(node.args[0])
        if node.function not in (*_ITEMS, "null_if_empty", "item_at", "entry", "keys", "first_key"):
            return None
        over = node.args[0]
        condition = over.body if isinstance(over, Each) and over.kind == "filter" and history(over) is None else None
        below = self.find(over.over if condition is not None and isinstance(over, Each) else over)
        if below is None:
            return None
        match node.function:
            case "item_at" | "entry" if condition is None:
                name = "at" if node.function == "item_at" else "entry"
                return below.then(ast.Operation(name, self.express(node.args[1])))
            case "keys" | "first_key" if condition is None:
                return below.then(ast.Operation("keys" if node.function == "keys" else "firstEntryKey"))
            case "first_item" | "last_item" | "null_if_empty":
                argument = None if condition is None else self.inside(below.kind, condition)
                return below.then(ast.Operation(_ITEMS.get(node.function, "all"), argument))
            case _:
                return None

    def inside(self, kind: str, condition: Node) -> ast.Expression:
        """A condition about each element of a collection."""
        with self.frame(kind):
            return self.express(condition)

    @contextmanager
    def frame(self, kind: str) -> Iterator[None]:
        self.frames.append(kind)
        try:
            yield
        finally:
            self.frames.pop()


def _loop_kind(kind: str, rest: list[str]) -> str:
    return "none" if kind == "journey" or rest[0] == QUALIFICATION else kind
