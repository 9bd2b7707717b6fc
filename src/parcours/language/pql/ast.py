"""The syntax tree of the profile query language: what was written, with its place in the text.

Places do not take part in comparison: two texts that differ in white space only have equal trees. Parentheses leave
no trace; ``and`` and ``or`` hold all their operands, so that long lists of conditions are not deep.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import TypeAlias

from parcours.core.errors import Span

NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Anything in the tree; ``span`` is the text it was read from."""

    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Truth(Part):
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True, slots=True)
class Number(Part):
    """An integer, or a double written with a point; never negative."""

    value: int | float


@dataclass(frozen=True, slots=True)
class Text(Part):
    """A text between double quotes; ``value`` has its escapes resolved."""

    value: str


@dataclass(frozen=True, slots=True)
class Array(Part):
    """``[a, b]``"""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Object(Part):
    """``{"k": a}``"""

    keys: tuple[str, ...]
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Name(Part):
    """A bare name: a variable, a reserved word such as ``now`` or ``xEvent``, or a property."""

    name: str


@dataclass(frozen=True, slots=True)
class Parameter(Part):
    """``$1``; the profile is parameter 1."""

    position: int


@dataclass(frozen=True, slots=True)
class Climb(Part):
    """``^^name``: a property of the element so many levels around the current one."""

    levels: int
    name: str


@dataclass(frozen=True, slots=True)
class Dot(Part):
    """``value.name``"""

    value: Expr
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Part):
    """``value[condition]``"""

    value: Expr
    condition: Expr


@dataclass(frozen=True, slots=True)
class Lambda(Part):
    """``(a, b) => body``: the whole query, or an argument."""

    names: tuple[str, ...]
    body: Expr


@dataclass(frozen=True, slots=True)
class Apply(Part):
    """``name(args)``"""

    name: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Method(Part):
    """``value.name(args)``; ``at`` is where the name stands."""

    value: Expr
    name: str
    args: tuple[Expr, ...]
    at: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Prefix(Part):
    """``not value`` (also written ``!``) or ``-value``."""

    operator: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Infix(Part):
    """A comparison, ``in``, ``notIn``, ``like`` or arithmetic."""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Logic(Part):
    """Two or more operands joined by ``and`` or by ``or``."""

    operator: str
    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Let(Part):
    """``let name = value in body``"""

    name: str
    value: Expr
    body: Expr


@dataclass(frozen=True, slots=True)
class Binding(Part):
    """``name from source where condition``"""

    name: str
    source: Expr
    condition: Expr | None


@dataclass(frozen=True, slots=True)
class Bound(Part):
    """``exists``, ``forall`` or ``select`` with its bindings."""

    kind: str
    bindings: tuple[Binding, ...]


@dataclass(frozen=True, slots=True)
class Fold(Part):
    """``sum value over binding``; ``kind`` is sum, average, min, max or count."""

    kind: str
    value: Expr
    binding: Binding


@dataclass(frozen=True, slots=True)
class Interval(Part):
    """``this``, ``last`` or ``next`` with a calendar unit (in the singular)."""

    which: str
    unit: str


@dataclass(frozen=True, slots=True)
class Distance(Part):
    """``< 7 days before time``; the unit in the singular, the direction before, after or from."""

    operator: str
    amount: int
    unit: str
    direction: str
    time: Time


@dataclass(frozen=True, slots=True)
class Side(Part):
    """``before time`` or ``after time``."""

    direction: str
    time: Time


@dataclass(frozen=True, slots=True)
class On(Part):
    """``on time``, or the time alone."""

    time: Time


@dataclass(frozen=True, slots=True)
class Between(Part):
    """``between first and last``"""

    first: Time
    last: Time


@dataclass(frozen=True, slots=True)
class Occurs(Part):
    """``value occurs when``"""

    value: Expr
    when: When


@dataclass(frozen=True, slots=True)
class ChainStep(Part):
    """``name: WHAT(what) WHEN(when) WHERE(where) COUNT(count)``; all but WHAT may be missing."""

    name: str
    what: Expr
    when: When | None
    where: Expr | None
    count: int | None


@dataclass(frozen=True, slots=True)
class Chain(Part):
    """``chain(source, time, [steps])``"""

    source: Expr
    time: str
    steps: tuple[ChainStep, ...]


@dataclass(frozen=True, slots=True)
class Broken(Part):
    """Where something did not parse; it never leaves the parser."""


Expr: TypeAlias = (
    Truth
    | Number
    | Text
    | Array
    | Object
    | Name
    | Parameter
    | Climb
    | Dot
    | Filter
    | Lambda
    | Apply
    | Method
    | Prefix
    | Infix
    | Logic
    | Let
    | Bound
    | Fold
    | Occurs
    | Chain
    | Broken
)
Time: TypeAlias = Expr | Interval
When: TypeAlias = Distance | Side | On | Between


def parts(node: Part) -> Iterator[Part]:
    """What stands directly inside ``node``."""
    for slot in fields(node):
        value = getattr(node, slot.name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Part):
                yield item


def too_deep(node: Part, limit: int) -> Part | None:
    """A part that stands more than ``limit`` levels deep, if there is one. Does not recurse."""
    waiting: list[tuple[Part, int]] = [(node, 1)]
    while waiting:
        part, depth = waiting.pop()
        if depth > limit:
            return part
        waiting.extend((inner, depth + 1) for inner in parts(part))
    return None
