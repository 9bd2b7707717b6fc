"""What the declaration of a function says. One :class:`Function` is all that is ever written about a function:
the checker, the reference evaluator, the compiler, the documentation and the tests read it.

Most functions are total: for arguments of their types they always have a value, and where there is none to give
(an integer outside 64 bits, a text that is no number) the value is null. The few that the journey language wants to
fail instead say so with ``fails``: their meaning raises ``EvaluationError`` in exactly those cases.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeAlias

import polars as pl

from parcours.core.columns import conform
from parcours.core.schema import DATE_TIME, DECIMAL, Kind, Type, polars_type
from parcours.language.functions.signatures import Signature

Value: TypeAlias = Any  # a Python value of the language: bool, int, float, str, date, datetime, timedelta, list, None


class NullRule(StrEnum):
    """What null arguments do (expression-language.md, section 5). Applied around ``meaning`` and ``columns``."""

    PROPAGATE = "null when any argument is null"
    FALSE = "false when any argument is null"
    OWN = "as described"


@dataclass(frozen=True, slots=True)
class Column:
    """An argument in compiled form: its expression and what is known of it when the rule is compiled.

    ``nullable`` is false only when no row can be null. ``constant`` tells whether the argument was written as
    a constant, ``value`` is then its value. ``failed`` is true in the rows for which evaluation fails (``None``: in
    none); their value is of no use.
    """

    expr: pl.Expr
    type: Type
    nullable: bool = True
    constant: bool = False
    value: Value = None
    failed: pl.Expr | None = None

    def known(self) -> pl.Expr:
        """The boolean column with null read as false (N1)."""
        return self.expr.fill_null(False) if self.nullable else self.expr

    @property
    def fixed(self) -> bool:
        """Whether the expression reads no column at all, so that it has one row only."""
        return not self.expr.meta.root_names()

    def beside(self, other: Column) -> pl.Expr:
        """A text: a constant as a column as long as ``other`` (null where that is null), anything else as it is.

        For the functions of Polars that do not spread a constant they are called on. Joining the empty text spreads
        it; a ``when`` would not: the optimiser moves functions into its branches.
        """
        if self.fixed and not other.fixed:
            return pl.concat_str(self.expr, pl.when(other.expr.is_not_null()).then(pl.lit("")))
        return self.expr

    def widened(self, type_: Type) -> Column:
        """The column as a column of ``type_``, a type that holds all of its values."""
        if self.type == type_:
            return self
        null = self.type.kind is Kind.NULL
        expr = pl.lit(None, dtype=polars_type(type_)) if null else conform(self.expr, self.type, type_)
        return replace(self, expr=expr, type=type_, nullable=null or self.nullable, value=widen(self.value, type_))


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a text language writes a function.

    ``signatures`` are the exact types that the language accepts (no argument is widened there; null and untyped
    arguments fit everything), ``None`` stands for the function's own. With ``method`` the first argument stands
    before a dot: ``text.startsWith("a")``. With ``now`` the function takes the instant of evaluation as its first
    argument, which is not written and not in ``signatures`` (so these are never ``None`` then).
    """

    language: str
    name: str
    signatures: tuple[Signature, ...] | None = None
    method: bool = False
    now: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function or operator: everything there is to say about it.

    ``meaning`` takes Python values, ``columns`` takes :class:`Column` arguments and gives the Polars expression
    of the same. Both get arguments already widened to the parameter types (integer to decimal where the other
    side is decimal), and are called with null only under :attr:`NullRule.OWN` (``columns``: rows that hold null
    are overruled for ``FALSE``, and must give null for ``PROPAGATE``). ``examples`` are pairs of arguments and
    result; the arguments' types follow from their values. ``spellings`` say how the text languages write the
    function; one without spellings is written in rule trees only, by its name. ``fails`` gives the rows (without
    null arguments) for which ``meaning`` raises ``EvaluationError``; none does where the constant argument at the
    position in ``safe_with`` passes the test there. ``passes_on`` says of a function of lists, maps or anything that it
    hands their values on without looking at them, so that it works on values of unknown type as they are.
    """

    name: str
    family: str
    signatures: tuple[Signature, ...]
    null_rule: NullRule
    prose: str
    examples: tuple[tuple[tuple[Value, ...], Value], ...]
    meaning: Callable[..., Value]
    columns: Callable[..., pl.Expr]
    never_null: bool = False
    spellings: tuple[Spelling, ...] = ()
    fails: Callable[..., pl.Expr] | None = None
    safe_with: tuple[int, Callable[[Value], bool]] | None = None
    passes_on: bool = False

    def may_fail(self, constants: Sequence[Value]) -> bool:
        """Whether evaluation can fail, where ``constants`` are the arguments known beforehand (``None``: unknown)."""
        if self.fails is None or self.safe_with is None:
            return self.fails is not None
        position, safe = self.safe_with
        return constants[position] is None or not safe(constants[position])

    @property
    def nullable(self) -> bool:
        """Whether the result can be null at all."""
        return not (self.never_null or self.null_rule is NullRule.FALSE)


@dataclass(frozen=True, slots=True)
class Overload:
    """A function with its types fixed: ``params`` are the types after widening."""

    function: Function
    params: tuple[Type, ...]
    result: Type

    def value(self, values: Sequence[Value]) -> Value:
        """The result for Python values (the meaning of a call)."""
        widened = [widen(value, type_) for value, type_ in zip(values, self.params, strict=True)]
        if any(value is None for value in widened):
            if self.function.null_rule is NullRule.PROPAGATE:
                return None
            if self.function.null_rule is NullRule.FALSE:
                return False
        return widen(self.function.meaning(*widened), self.result)

    def expression(self, columns: Sequence[Column]) -> Column:
        """The compiled form of the call."""
        widened = [column.widened(type_) for column, type_ in zip(columns, self.params, strict=True)]
        expr = self.function.columns(*widened)
        some_null = any(column.nullable for column in columns)
        if self.function.null_rule is NullRule.OWN:
            return Column(expr, self.result, not self.function.never_null)
        if self.function.null_rule is NullRule.FALSE:
            return Column(expr.fill_null(False) if some_null else expr, self.result, nullable=False)
        return Column(expr, self.result, nullable=some_null or not self.function.never_null)


def widen(value: Value, type_: Type) -> Value:
    """``value`` as a value of ``type_``: integers become floats where decimals are expected, also inside lists,
    maps and objects. An instant without an offset is in UTC. Of an object the fields of its type are left that are
    not null, in the order of the type."""
    if value is None or isinstance(value, bool):
        return value
    if type_ == DATE_TIME and isinstance(value, datetime):
        return value if value.tzinfo in (UTC, None) else value.astimezone(UTC)
    if type_ == DECIMAL and isinstance(value, int):
        return float(value)
    if type_.kind is Kind.LIST and type_.element is not None:
        return [widen(item, type_.element) for item in value]
    if type_.kind is Kind.MAP and type_.element is not None:
        return {key: widen(item, type_.element) for key, item in value.items()}
    if type_.kind is Kind.OBJECT and type_.fields:
        return {name: widen(value[name], kind) for name, kind in type_.fields if value.get(name) is not None}
    return value
