"""The typed tree that every rule becomes, whatever language it was written in.

Everything that computes is a :class:`Call` of a function of the registry (``parcours.language.functions``),
operators included, so that a new function needs no new node.

========== ==============================================================================
Literal    a constant
ListOf     a list of expressions
ObjectOf   an object with named parts
Attribute  an attribute of the profile, or a field inside it
Field      a property of the current row: an event, or an element of a list inside it
Given      a value from beside the profile: an event of the journey, a data source, a parameter
Fetched    a value of a data source that is asked with parameters
Events     all events of the profile as a list
Now        the instant of evaluation
Chance     a random number or text
Step       a part of an object, or that part of every object of a list
Call       a function or operator applied to arguments
Each       a list or map made by evaluating an expression for each element of a list
Quantifier whether any, all or none of the elements of a list meet a condition
Sequence   whether elements of a list follow one another in time, each meeting the condition of its step
Aggregate  one value from the profile's events of a type within a window
InWindow   whether a date or time lies in a window that moves with the clock
Member     whether the profile is in another segment
Membership how the profile stands to another segment: in it, no longer in it, never in it
Been       whether the profile was in another segment before; made of a Membership where it is compiled
========== ==============================================================================

``Field`` finds its row by counting outwards: inside the condition or expression that is evaluated for each element
(of Each, Quantifier, Sequence, Aggregate) ``up=0`` is the element, ``up=1`` the row around it, and so on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import ClassVar, TypeAlias, TypeGuard

from parcours.core.schema import BOOLEAN, DATE_TIME, STRING, Type
from parcours.language.window_kinds import Window

# --- nodes ---------------------------------------------------------------------------------------------

Scalar: TypeAlias = bool | int | float | str | date | datetime | timedelta | None


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant of a type; ``None`` is null. An instant is an aware ``datetime``."""

    value: Scalar
    type: Type
    #: Python holds instants equal whatever their offsets; literals of different offsets are different trees.
    _offset: timedelta | None = field(init=False, repr=False, default=None)
    tag: ClassVar[str] = "literal"

    def __post_init__(self) -> None:
        if isinstance(self.value, datetime):
            object.__setattr__(self, "_offset", self.value.utcoffset())


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of expressions; ``type`` is the type of the list."""

    items: tuple[Node, ...]
    type: Type
    tag: ClassVar[str] = "list"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of the profile; further names step into an object."""

    path: tuple[str, ...]
    type: Type
    tag: ClassVar[str] = "attribute"


@dataclass(frozen=True, slots=True)
class Field:
    """A property of the current row; ``up`` counts rows outwards (1 inside a line item is its event).

    The reserved path ``("_time",)`` is the time of the event.
    """

    path: tuple[str, ...]
    type: Type
    up: int = 0
    tag: ClassVar[str] = "field"


@dataclass(frozen=True, slots=True)
class ObjectOf:
    """An object made of named expressions; ``type`` is the type of the object, its fields in the same order."""

    names: tuple[str, ...]
    items: tuple[Node, ...]
    type: Type
    tag: ClassVar[str] = "object"


@dataclass(frozen=True, slots=True)
class Given:
    """A value from beside the profile. The first name of ``path`` says what it is, the others lead to it:

    ``("event", name, …)`` the payload of an event placed earlier in the journey, ``("source", source, group, …)`` a
    field group of a data source, ``("action", name, …)`` the response of an action, ``("journey", property)`` a
    property of the journey, ``("parameter", "2", …)`` a further parameter of a PQL query.
    """

    path: tuple[str, ...]
    type: Type
    tag: ClassVar[str] = "given"


@dataclass(frozen=True, slots=True)
class Fetched:
    """The value at ``path`` (as in :class:`Given`, from ``"source"``) of a data source asked with parameters.

    The values of ``names`` are the expressions ``args``. Null when the source has no answer.
    """

    path: tuple[str, ...]
    names: tuple[str, ...]
    args: tuple[Node, ...]
    type: Type
    tag: ClassVar[str] = "fetched"


@dataclass(frozen=True, slots=True)
class Events:
    """All events of the profile up to now: a list of objects in order of time, then arrival.

    ``type`` is the type of the list. Each element has the fields ``eventType``, ``timestamp`` and the properties of
    its event type; what an event does not have is null. With ``types`` only events of these types are in the list.
    """

    type: Type
    types: tuple[str, ...] = ()
    tag: ClassVar[str] = "events"


@dataclass(frozen=True, slots=True)
class Now:
    """The instant of evaluation, one for the whole evaluation (expression-language.md, D34)."""

    type: Type = DATE_TIME
    tag: ClassVar[str] = "now"


@dataclass(frozen=True, slots=True)
class Chance:
    """``random`` (0 <= r < 1) or ``uuid`` (text of a random UUID), drawn anew for each ``site`` and evaluation."""

    kind: str
    site: int
    type: Type
    tag: ClassVar[str] = "chance"


@dataclass(frozen=True, slots=True)
class Step:
    """Field ``name`` of an object; of a list of objects the list of that field of all elements.

    An element without the field gives null, fields that are lists are joined into one list (a missing one adds
    nothing), and a step on null is null (expression-language.md, D30 and N9; profile-query-language.md, P6).
    """

    value: Node
    name: str
    type: Type
    tag: ClassVar[str] = "step"


@dataclass(frozen=True, slots=True)
class Each:
    """``body`` evaluated for each element of list ``over``, which it sees as ``Field`` with ``up=0``.

    ==================== ==================================================================================
    kind                 result
    ==================== ==================================================================================
    filter               the elements for which ``body`` is true, in order
    map                  the values of ``body``, in order
    group                a map from the text of each value of ``body`` to the list of its elements, keys in
                         order of appearance; elements whose value is null are left out
    ascending            the elements by the value of ``body``; stable, null last
    descending           the same, greatest first; stable, null last
    ==================== ==================================================================================

    A null list gives null.
    """

    kind: str
    over: Node
    body: Node
    type: Type
    tag: ClassVar[str] = "each"


@dataclass(frozen=True, slots=True)
class Call:
    """Function ``function`` of the registry on ``args``; ``type`` is the type of its result."""

    function: str
    args: tuple[Node, ...]
    type: Type
    tag: ClassVar[str] = "call"


@dataclass(frozen=True, slots=True)
class Quantifier:
    """Whether ``any``, ``all`` or ``none`` of the elements of list ``over`` meet ``where``.

    Inside ``where`` a :class:`Field` with ``up=0`` is a field of the element. A null list has no elements.
    """

    kind: str
    over: Node
    where: Node
    type: Type = BOOLEAN
    tag: ClassVar[str] = "quantifier"


@dataclass(frozen=True, slots=True)
class SequenceStep:
    """One step: an element that meets ``what``, ``when`` and ``where``, after the element of the step before.

    In all three ``Field`` with ``up=0`` is the element, ``up=1`` the element of the step before, and so on to the
    first step, then the rows around the sequence. They are kept apart only because they are written apart. With
    ``count`` it is the count-th element after the step before that meets them.
    """

    what: Node
    when: Node | None = None
    where: Node | None = None
    count: int = 1
    tag: ClassVar[str] = "sequence_step"


@dataclass(frozen=True, slots=True)
class Sequence:
    """Whether there are elements of list ``over``, one per step, strictly increasing in field ``time``, that meet
    the steps (profile-query-language.md, 9.2). All combinations are tried; a null list has no elements.
    """

    over: Node
    time: tuple[str, ...]
    steps: tuple[SequenceStep, ...]
    type: Type = BOOLEAN
    tag: ClassVar[str] = "sequence"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One value from the profile's events of type ``event`` inside ``window`` that meet ``where``.

    ``kind`` is count, sum, average, min, max, first, last or distinct. With ``over`` (the path of a list of
    objects in the event) the rows are the elements of that list, each at the time of its event; ``Field``
    with ``up=0`` is then a field of the element and ``up=1`` a property of the event. ``value`` is what is
    aggregated (none for count); rows whose value is null do not count, except in count without value.
    """

    kind: str
    event: str
    window: Window
    type: Type
    over: tuple[str, ...] | None = None
    where: Node | None = None
    value: Node | None = None
    tag: ClassVar[str] = "aggregate"


@dataclass(frozen=True, slots=True)
class InWindow:
    """Whether ``value`` (a date or instant, usually an attribute) lies in ``window``; false for null.

    A date without time means its midnight in UTC.
    """

    value: Node
    window: Window
    type: Type = BOOLEAN
    tag: ClassVar[str] = "in_window"


@dataclass(frozen=True, slots=True)
class Member:
    """Whether the profile is a member of segment ``segment``."""

    segment: str
    type: Type = BOOLEAN
    tag: ClassVar[str] = "member"


@dataclass(frozen=True, slots=True)
class Membership:
    """How the profile stands to segment ``segment``, one of the texts :data:`STATUSES`.

    ``realized`` for members, ``exited`` for those who were members at any time before, ``never`` for all others
    (segment-membership.md, section 2; ``existing`` is not told from ``realized``, M1).
    """

    segment: str
    type: Type = STRING
    tag: ClassVar[str] = "membership"


#: The values of :class:`Membership`.
STATUSES = ("realized", "exited", "never")


@dataclass(frozen=True, slots=True)
class Been:
    """Whether the profile was in segment ``segment`` at some time before, whatever it is now."""

    segment: str
    type: Type = BOOLEAN
    tag: ClassVar[str] = "been"


Node: TypeAlias = (
    Literal
    | ListOf
    | ObjectOf
    | Attribute
    | Field
    | Given
    | Fetched
    | Events
    | Now
    | Chance
    | Step
    | Call
    | Each
    | Quantifier
    | Sequence
    | Aggregate
    | InWindow
    | Member
    | Membership
    | Been
)

# --- walking -------------------------------------------------------------------------------------------


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below ``node``, in the order in which they are written."""
    match node:
        case ListOf(items=items) | ObjectOf(items=items):
            return items
        case Call(args=args) | Fetched(args=args):
            return args
        case Step(value=value):
            return (value,)
        case Each(over=over, body=body):
            return (over, body)
        case Quantifier(over=over, where=where):
            return (over, where)
        case Sequence(over=over, steps=steps):
            return (over, *(part for step in steps for part in (step.what, step.when, step.where) if part is not None))
        case Aggregate(where=where_, value=value):
            return tuple(part for part in (where_, value) if part is not None)
        case InWindow(value=value):
            return (value,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """``node`` and everything below it, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)


def aggregates(node: Node) -> tuple[Aggregate, ...]:
    """The different aggregates in ``node``, in order of appearance."""
    return tuple(dict.fromkeys(part for part in walk(node) if isinstance(part, Aggregate)))


def members(node: Node) -> tuple[str, ...]:
    """The segments that ``node`` refers to, in order of appearance."""
    return tuple(dict.fromkeys(part.segment for part in walk(node) if isinstance(part, Member | Membership)))


def attributes(node: Node) -> tuple[str, ...]:
    """The names of the profile's attributes that ``node`` reads, in order of appearance."""
    return tuple(dict.fromkeys(part.path[0] for part in walk(node) if isinstance(part, Attribute)))


def has_value(node: Node) -> TypeGuard[Literal]:
    """Whether ``node`` is a constant other than null."""
    return isinstance(node, Literal) and node.value is not None


def replace_members(node: Node, rules: Mapping[str, Node]) -> Node:
    """``node`` with each reference to a segment of ``rules`` replaced by that segment's own rule, null as false."""
    match node:
        case Member(segment=segment) if segment in rules:
            return _two_valued(replace_members(rules[segment], rules))
        case Membership(segment=segment) if segment in rules:
            return replace_members(written_out(node), rules)
        case _:
            return with_children(node, tuple(replace_members(child, rules) for child in children(node)))


def written_out(node: Node) -> Node:
    """``node`` with each :class:`Membership` said by :class:`Member` and :class:`Been`; a comparison with a constant
    becomes a condition without texts.
    """
    match node:
        case Call(
            function="eq" | "ne" | "equals" as function,
            args=(Membership(segment=segment), Literal(value=str() as status))
            | (Literal(value=str() as status), Membership(segment=segment)),
        ):
            stands = _stands(segment, status)
            return Call("not", (stands,), BOOLEAN) if function == "ne" else stands
        case Membership(segment=segment):
            realized, exited, never = (Literal(status, STRING) for status in STATUSES)
            left = Call("if", (Been(segment), exited, never), STRING)
            return Call("if", (Member(segment), realized, left), STRING)
        case _:
            return with_children(node, tuple(map(written_out, children(node))))


def _stands(segment: str, status: str) -> Node:
    """The condition that the status of a segment is this one."""
    outside = Call("not", (Member(segment),), BOOLEAN)
    match status:
        case "realized":
            return Member(segment)
        case "exited":
            return Call("and", (outside, Been(segment)), BOOLEAN)
        case "never":
            return Call("and", (outside, Call("not", (Been(segment),), BOOLEAN)), BOOLEAN)
        case _:
            return Literal(False, BOOLEAN)


def with_children(node: Node, parts: tuple[Node, ...]) -> Node:
    """``node`` with other nodes directly below it, as many and in the order of :func:`children`."""
    if parts == children(node):
        return node
    match node:
        case ListOf() | ObjectOf():
            return replace(node, items=parts)
        case Call() | Fetched():
            return replace(node, args=parts)
        case Step() | InWindow():
            return replace(node, value=parts[0])
        case Each():
            return replace(node, over=parts[0], body=parts[1])
        case Quantifier():
            return replace(node, over=parts[0], where=parts[1])
        case Sequence(steps=steps):
            rest = iter(parts[1:])
            return replace(node, over=parts[0], steps=tuple(_with_parts(step, rest) for step in steps))
        case Aggregate(where=where):
            rest = iter(parts)
            return replace(
                node, where=None if where is None else next(rest), value=None if node.value is None else next(rest)
            )
        case _:
            return node


def _with_parts(step: SequenceStep, parts: Iterator[Node]) -> SequenceStep:
    what = next(parts)
    when = None if step.when is None else next(parts)
    return replace(step, what=what, when=when, where=None if step.where is None else next(parts))


def _two_valued(rule: Node) -> Node:
    """The rule with null read as false, as membership reads it (expression-language.md, N1)."""
    if rule.type == BOOLEAN and not isinstance(rule, Attribute | Field | Call | Literal | Aggregate):
        return rule
    return Call("or", (rule, Literal(False, BOOLEAN)), BOOLEAN)
