"""What a text of the journey expression language says, before any name is looked up: one class per form.

Every part knows where it stands (``span``); spans do not count when two parts are compared. Parentheses are kept as
:class:`Group`, so that the formatter leaves them where the author put them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from parcours.core.errors import Span

#: The place of parts that were made by a program and stand in no text.
NOWHERE = Span(0, 0)
#: The loop variable of each kind of root.
VARIABLES: Mapping[str, str] = {
    "event": "currentEventField",
    "source": "currentDataPackField",
    "action": "currentActionField",
}


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a text, ``true``, ``false`` or ``null``. A sign directly before a number belongs to it."""

    value: bool | int | float | str | None
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Items:
    """``[a, b, …]``"""

    items: tuple[Expression, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Group:
    """``( … )``"""

    inner: Expression
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Application:
    """A function with its arguments: ``name(a, b, …)``"""

    name: str
    args: tuple[Expression, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    name_span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Conditional:
    """``if (test) then (then) else (otherwise)``; the parentheses belong to the form."""

    test: Expression
    then: Expression
    otherwise: Expression
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Prefix:
    """``not x`` or ``-x``"""

    sign: str
    operand: Expression
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands with ``+ - * / %`` or a comparison between them."""

    sign: str
    left: Expression
    right: Expression
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    sign_span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Chain:
    """Two or more operands joined by ``and``, or by ``or``."""

    sign: str
    operands: tuple[Expression, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Test:
    """``x is null``, ``is not null``, ``has null``, ``is numeric``, ``is integer``, ``is decimal``"""

    __test__ = False  # pytest looks for classes of this name

    sign: str
    operand: Expression
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A step to a field."""

    name: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """A step of a collection or a map: ``all(…) first(…) last(…) at(…) entry(…) firstEntryKey() keys()``"""

    name: str
    argument: Expression | None = None
    span: Span = field(default=NOWHERE, compare=False, repr=False)


Step: TypeAlias = Name | Operation


@dataclass(frozen=True, slots=True)
class Reference:
    """``@{…}``, ``@event{…}``, ``@action{…}`` or ``#{…}`` with its options."""

    sigil: str
    steps: tuple[Step, ...]
    default: Expression | None = None
    params: tuple[tuple[str, Expression], ...] | None = None
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Current:
    """A loop variable, ``currentEventField`` and the like, and steps from it."""

    variable: str
    steps: tuple[Step, ...] = ()
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Missing:
    """A part that could not be read. It never leaves the parser: there is a problem for it."""

    span: Span = field(default=NOWHERE, compare=False, repr=False)


Expression: TypeAlias = (
    Constant
    | Items
    | Group
    | Application
    | Conditional
    | Prefix
    | Binary
    | Chain
    | Test
    | Reference
    | Current
    | Missing
)


def parts(node: Expression) -> Iterator[Expression]:
    """The expressions directly inside ``node``, in the order in which they are written."""
    match node:
        case Items(items=items) | Chain(operands=items) | Application(args=items):
            yield from items
        case Group(inner=inner):
            yield inner
        case Conditional(test=test, then=then, otherwise=otherwise):
            yield from (test, then, otherwise)
        case Prefix(operand=operand) | Test(operand=operand):
            yield operand
        case Binary(left=left, right=right):
            yield from (left, right)
        case Reference(steps=steps, default=default, params=params):
            yield from _arguments(steps)
            if default is not None:
                yield default
            yield from (value for _, value in params or ())
        case Current(steps=steps):
            yield from _arguments(steps)
        case _:
            pass


def _arguments(steps: tuple[Step, ...]) -> Iterator[Expression]:
    return (step.argument for step in steps if isinstance(step, Operation) and step.argument is not None)
