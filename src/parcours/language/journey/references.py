"""References ``@{…}`` and ``#{…}``: from their root, step by step, to a typed node.

expression-language.md, section 8.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from parcours.core.errors import Span
from parcours.core.schema import ANY, BOOLEAN, DATE_TIME, INTEGER, STRING, Kind, Type, list_of, map_of
from parcours.language.check.problems import Problems
from parcours.language.functions import registry
from parcours.language.journey import ast
from parcours.language.journey import type_errors as errors
from parcours.language.journey.fitting import BROKEN, can_be, chosen, fitted, undecided
from parcours.language.journey.scope import (
    EVENT_TYPE,
    EVENTS,
    JOURNEY,
    PROFILE,
    QUALIFICATION,
    TIMESTAMP,
    WORKSPACE,
    JourneyScope,
)
from parcours.language.journey.types import UNKNOWN, joined
from parcours.language.tree import Attribute, Call, Each, Events, Fetched, Field, Given, Literal, Node, Step

_KINDS = {"@": "event", "@event": "event", "@action": "action", "#": "source"}
_ITEMS = {"first": "first_item", "last": "last_item"}
#: What a data source may wrap a profile in (D27).
_WRAPPERS = ("Profile", "profile")


@dataclass(frozen=True, slots=True)
class _Root:
    """Where a reference starts: a node whose path further names extend, the kind of its loop variable, what is left."""

    node: Node
    kind: str
    steps: Sequence[ast.Step]


@dataclass(frozen=True, slots=True)
class _Frame:
    """A collection whose elements a condition is about."""

    kind: str
    element: Type


@dataclass
class References:
    """Reads references; ``read`` and ``asked`` read the expressions inside them."""

    scope: JourneyScope
    problems: Problems
    read_inner: Callable[[ast.Expression], Node]
    asked: Callable[[ast.Expression, Type], Node]

    def __post_init__(self) -> None:
        self.frames: list[_Frame] = []

    def enter(self, kind: str, element: Type) -> None:
        """From here on the loop variable of ``kind`` stands for an element of this type."""
        self.frames.append(_Frame(kind, element))

    def read(self, reference: ast.Reference | ast.Current) -> Node:
        """The typed node of a reference or loop variable."""
        if isinstance(reference, ast.Current):
            root = self.element(reference)
            return BROKEN if root is None else self.walked(root)
        root = self.root(reference)
        params = [(name, self.read_inner(value)) for name, value in reference.params or ()]
        if root is None:
            self.steps_of_nowhere(reference.steps, _KINDS[reference.sigil])
            found: Node = BROKEN
        else:
            found = self.walked(self.with_params(root, reference, params))
        return found if reference.default is None else self.with_default(found, reference.default)

    # --- roots ---

    def element(self, current: ast.Current) -> _Root | None:
        """The element that a loop variable stands for: of the innermost collection of its kind."""
        for up, frame in enumerate(reversed(self.frames)):
            if ast.VARIABLES.get(frame.kind) == current.variable:
                return _Root(Field((), frame.element, up), frame.kind, current.steps)
        inside = bool(self.frames)
        self.problems.add(*errors.out_of_scope(current.variable, inside, current.span))
        self.steps_of_nowhere(current.steps, _kind_of(current.variable))
        return None

    def steps_of_nowhere(self, steps: Sequence[ast.Step], kind: str) -> None:
        """Look at the expressions inside a reference whose root is unknown: they have problems of their own."""
        for step in steps:
            if isinstance(step, ast.Operation) and step.argument is not None:
                self.in_frame(_Frame(kind, ANY), step.argument, ANY)

    def root(self, reference: ast.Reference) -> _Root | None:
        names = _leading_names(reference.steps)
        if reference.sigil == "#":
            return self.source(reference, names)
        if reference.sigil == "@action":
            return self.named("action", "action", self.scope.actions, reference)
        known = self.scope.payloads()
        if names and names[0].name == JOURNEY:
            return _Root(Given((JOURNEY,), known[JOURNEY]), "none", reference.steps[1:])
        kind = "none" if names and names[0].name == QUALIFICATION else "event"
        return self.named("event", kind, known, reference)

    def named(self, what: str, kind: str, known: Mapping[str, Type], reference: ast.Reference) -> _Root | None:
        first = reference.steps[0]
        if not isinstance(first, ast.Name) or first.name not in known:
            self.problems.add(*errors.unknown_root(what, first.name, first.span, list(known)))
            return None
        return _Root(Given((what, first.name), known[first.name]), kind, reference.steps[1:])

    def source(self, reference: ast.Reference, names: Sequence[ast.Name]) -> _Root | None:
        """The field group of a data source."""
        first = reference.steps[0]
        groups = self.scope.groups(first.name) if names else None
        if groups is None:
            known = self.scope.source_names()
            self.problems.add(*errors.unknown_root("data source", first.name, first.span, known))
            return None
        if len(names) < 2:
            self.problems.add(*errors.path_too_short(reference.sigil, reference.span))
            return None
        source, group = names[0].name, names[1].name
        if group not in groups and not self.scope.is_open(source):
            self.problems.add(*errors.unknown_root(f"field group of {source}", group, names[1].span, list(groups)))
            return None
        rest = reference.steps[2:]
        if source == WORKSPACE and self.scope.profile is not None:
            return self.workspace(group, names[2:], rest, reference.span)
        found = groups.get(group, ANY)
        wrapped = _without_wrapper(found, names[2:], rest)
        return _Root(Given(("source", source, group), found), "source", wrapped)

    def workspace(self, group: str, names: Sequence[ast.Name], steps: Sequence[ast.Step], span: Span) -> _Root | None:
        """The built-in data source: attributes of the profile, or its events of a type, newest first."""
        schema = self.scope.profile
        assert schema is not None
        if not names:
            problem = errors.whole_profile(span) if group == PROFILE else errors.whole_history(span, schema.events)
            self.problems.add(*problem)
            return None
        name = names[0].name
        if group == EVENTS:
            if name not in schema.events:
                self.problems.add(*errors.unknown_root("event type", name, names[0].span, list(schema.events)))
                return None
            return _Root(self.history(name), "source", steps[1:])
        type_ = schema.attributes.get(name, ANY)
        if name not in schema.attributes and self.scope.strict:
            self.problems.add(*errors.unknown_root("attribute", name, names[0].span, list(schema.attributes)))
        return _Root(Attribute((name,), type_), "source", steps[1:])

    def history(self, event: str) -> Node:
        """The profile's events of a type, newest first."""
        groups = self.scope.groups(WORKSPACE)
        assert groups is not None
        type_ = groups[EVENTS].field_type(event)
        assert type_ is not None
        wanted = Call("eq", (Field((EVENT_TYPE,), STRING), Literal(event, STRING)), BOOLEAN)
        return Each("descending", Each("filter", Events(type_), wanted, type_), Field((TIMESTAMP,), DATE_TIME), type_)

    def with_params(self, root: _Root, reference: ast.Reference, params: Sequence[tuple[str, Node]]) -> _Root:
        """The root of a data source that is asked with parameters. Others leave them aside, unless names are strict."""
        node = root.node
        if isinstance(node, Given) and tuple(node.path[1:3]) in self.scope.remote and node.path[0] == "source":
            names = tuple(name for name, _ in params)
            return replace(root, node=Fetched(node.path, names, tuple(value for _, value in params), node.type))
        if reference.params is not None and (self.scope.strict or reference.sigil != "#"):
            self.problems.add(
                *errors.params_of_fixed(".".join(step.name for step in reference.steps[:2]), reference.span)
            )
        return root

    def with_default(self, found: Node, default: ast.Expression) -> Node:
        """``defaultValue``: of the type of the field, for a field that is absent or null."""
        other = self.read_inner(default)
        if not can_be(other, found.type):
            self.problems.add(*errors.bad_default(found.type, other.type, default.span))
            return found
        if undecided(found, other):
            return chosen("coalesce", (), (found, other))
        type_ = joined(found.type, other.type) or found.type
        return Call("coalesce", (fitted(found, type_), fitted(other, type_)), type_)

    # --- steps ---

    def walked(self, root: _Root) -> Node:
        node = root.node
        for step in root.steps:
            if isinstance(step, ast.Name):
                node = self.to_field(node, step)
            elif step.name in ("entry", "keys", "firstEntryKey"):
                node = self.in_map(node, step)
            else:
                node = self.in_list(node, step, root.kind)
        return node

    def to_field(self, node: Node, step: ast.Name) -> Node:
        owner = node.type
        if owner.kind is Kind.LIST:
            element = owner.element or ANY
            inner = self.field_type(element, step)
            return Step(node, step.name, inner if inner.kind is Kind.LIST else list_of(inner))
        if owner.kind is Kind.MAP:
            return Call("entry", (node, Literal(step.name, STRING)), owner.element or ANY)
        return _stepped(node, step.name, self.field_type(owner, step))

    def field_type(self, owner: Type, step: ast.Name) -> Type:
        """The type of a field; any for one that is not known, which is a problem where names are strict."""
        if owner.kind is Kind.OBJECT:
            found = owner.field_type(step.name)
            if found is None and owner.fields and self.scope.strict:
                self.problems.add(*errors.unknown_field(step.name, owner, step.span))
            return found or ANY
        if owner.kind is Kind.MAP:
            return owner.element or ANY
        if owner.kind not in UNKNOWN and self.scope.strict:
            self.problems.add(*errors.no_fields(step.name, owner, step.span))
        return ANY

    def in_map(self, node: Node, step: ast.Operation) -> Node:
        """``entry``, ``keys`` and ``firstEntryKey`` of a map, or of an object, which is a map of its fields."""
        if node.type.kind in UNKNOWN:
            node = fitted(node, map_of(ANY))
        key = None if step.argument is None else self.asked(step.argument, STRING)
        if node.type.kind not in (Kind.MAP, Kind.OBJECT):
            self.problems.add(*errors.not_a_map(step.name, node.type, step.span))
            return BROKEN
        if step.name == "keys":
            return Call("keys", (node,), list_of(STRING))
        if node.type.kind is Kind.OBJECT and isinstance(key, Literal) and isinstance(key.value, str):
            return _stepped(node, key.value, node.type.field_type(key.value) or ANY)
        if step.name == "firstEntryKey":
            return Call("first_key", (node,), STRING)
        assert key is not None
        return Call("entry", (node, key), registry.resolve("entry", [node.type, STRING]))

    def in_list(self, node: Node, step: ast.Operation, kind: str) -> Node:
        """``all``, ``first``, ``last`` and ``at``."""
        if node.type.kind in UNKNOWN:
            node = fitted(node, list_of(ANY))
        right = node.type.kind is Kind.LIST
        if not right:
            self.problems.add(*errors.not_a_collection(step.name, node.type, step.span))
        element = (node.type.element or ANY) if right else ANY
        if step.name == "at":
            assert step.argument is not None
            index = self.asked(step.argument, INTEGER)
            return Call("item_at", (node, index), element) if right else BROKEN
        if step.argument is not None:
            node = Each("filter", node, self.in_frame(_Frame(kind, element), step.argument, BOOLEAN), node.type)
        if not right:
            return BROKEN
        if step.name == "all":
            return Call("null_if_empty", (node,), node.type)
        return Call(_ITEMS[step.name], (node,), element)

    def in_frame(self, frame: _Frame, condition: ast.Expression, wanted: Type) -> Node:
        """A condition about each element of a collection."""
        self.frames.append(frame)
        try:
            return self.asked(condition, wanted)
        finally:
            self.frames.pop()


def _kind_of(variable: str) -> str:
    return next(kind for kind, name in ast.VARIABLES.items() if name == variable)


def _leading_names(steps: Sequence[ast.Step]) -> list[ast.Name]:
    """The plain names that a reference starts with."""
    found: list[ast.Name] = []
    for step in steps:
        if not isinstance(step, ast.Name):
            break
        found.append(step)
    return found


def _stepped(node: Node, name: str, type_: Type) -> Node:
    """A field of an object: one name more in the path of a leaf, a step from anything else."""
    match node:
        case Given(path=path) | Attribute(path=path) | Field(path=path) | Fetched(path=path):
            return replace(node, path=(*path, name), type=type_)
        case _:
            return Step(node, name, type_)


# --- the optional step Profile (D27) -------------------------------------------------------------------


def _without_wrapper(group: Type, names: Sequence[ast.Name], steps: Sequence[ast.Step]) -> Sequence[ast.Step]:
    """The steps below a field group, with ``Profile`` put in or left out when only then they lead somewhere."""
    path = [name.name for name in names]
    if not path or _leads_somewhere(group, path):
        return steps
    wrappers = [name for name, type_ in group.fields if name in _WRAPPERS and type_.kind is Kind.OBJECT]
    if len(wrappers) == 1 and _leads_somewhere(group, [wrappers[0], *path]):
        return [ast.Name(wrappers[0], names[0].span), *steps]
    if path[0] == PROFILE and _leads_somewhere(group, path[1:]):
        return steps[1:]
    return steps


def _leads_somewhere(type_: Type, path: Sequence[str]) -> bool:
    for name in path:
        if type_.kind is Kind.LIST:
            type_ = type_.element or ANY
        if type_.kind is Kind.MAP:
            type_ = type_.element or ANY
        elif type_.kind is Kind.OBJECT:
            found = type_.field_type(name)
            if found is None:
                return False
            type_ = found
        elif type_.kind not in UNKNOWN:
            return False
    return True
