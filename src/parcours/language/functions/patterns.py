"""Functions on patterns, which are those of Java (expression-language.md, D42; profile-query-language.md, 7.1).

A pattern need not be a constant. A malformed one, and one whose search takes too long, is an evaluation error.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from functools import partial

import polars as pl
from polars.datatypes import DataTypeClass

from parcours.core.errors import EvaluationError
from parcours.core.schema import BOOLEAN, INTEGER, STRING, Type, list_of, polars_type
from parcours.language.functions.declaration import Column, Function, NullRule, Spelling, Value
from parcours.language.functions.distinct import over_distinct
from parcours.language.functions.signatures import Constant, Signature
from parcours.language.functions.types import journey, pql, signature
from parcours.language.patterns.engine import Answer, Pattern, compiled, given_up

FAMILY = "pattern"


def _pattern_problem(pattern: Value) -> str | None:
    try:
        compiled(pattern)
    except EvaluationError as error:
        return error.message
    return None


PATTERN = Constant(
    "a pattern",
    _pattern_problem,
    ("^A.*z$", "[0-9]+", "(?i)bio|organic", "", "a*", "(?=a)"),
    required=False,
    advice=True,
)

#: A pattern, the texts to search and further arguments, the same for all texts.
Work = Callable[..., Answer]


def _meaning(work: Work, result: Type, text: Value, pattern: Value, *more: Value) -> Value:
    values, failed = work(compiled(pattern), pl.Series([text], dtype=pl.String), *more)
    if failed is not None and failed.item():
        raise given_up(pattern)
    return values.to_list()[0]


def _columns(work: Work, result: Type, text: Column, pattern: Column, *more: Column) -> pl.Expr:
    if all(argument.constant for argument in (pattern, *more)):
        return _searched(0, work, polars_type(result), text, pattern, *more)
    return _both(work, result, text, pattern, *more).struct.field("value")


def _fails(work: Work, result: Type, text: Column, pattern: Column, *more: Column) -> pl.Expr:
    if pattern.constant and _is_safe(pattern.value):
        return pl.lit(False)
    if all(argument.constant for argument in (pattern, *more)):
        return _searched(1, work, pl.Boolean(), text, pattern, *more)
    return _both(work, result, text, pattern, *more).struct.field("failed")


@functools.lru_cache(maxsize=1024)
def _is_safe(pattern: str) -> bool:
    """Whether no text fails with the pattern."""
    try:
        return not compiled(pattern).may_be_given_up
    except EvaluationError:
        return False


def _answer(
    work: Work, dtype: pl.DataType | DataTypeClass, texts: pl.Series, pattern: str, *more: Value
) -> tuple[pl.Series, pl.Series]:
    """The values and which texts fail: all, when the pattern is malformed."""
    try:
        values, failed = work(compiled(pattern), texts, *more)
    except EvaluationError:
        return pl.repeat(None, len(texts), dtype=dtype, eager=True), pl.repeat(True, len(texts), eager=True)
    return values, pl.repeat(False, len(texts), eager=True) if failed is None else failed


def _searched(which: int, work: Work, dtype: pl.DataType, text: Column, *constants: Column) -> pl.Expr:
    """The values (0) or failures (1) for one pattern."""
    pattern, *more = [constant.value for constant in constants]
    return text.expr.map_batches(
        lambda texts: _answer(work, dtype, texts, pattern, *more)[which].alias(texts.name),
        return_dtype=dtype,
        is_elementwise=True,
    )


def _both(work: Work, result: Type, *arguments: Column) -> pl.Expr:
    """A struct of the values and the failures, for patterns that differ from row to row."""
    columns = pl.struct([argument.expr.alias(f"{position}") for position, argument in enumerate(arguments)])
    dtype = pl.Struct({"value": polars_type(result), "failed": pl.Boolean()})
    return columns.map_batches(partial(_grouped, work, dtype), return_dtype=dtype, is_elementwise=True)


def _grouped(work: Work, dtype: pl.Struct, rows: pl.Series) -> pl.Series:
    """Rows with the same pattern and further arguments are worked on together."""
    frame = rows.struct.unnest()
    schema = dict(dtype.to_schema())
    known = frame.with_row_index("row").drop_nulls(frame.columns)
    done = [pl.DataFrame(schema={"row": pl.UInt32(), **schema})]
    for (pattern, *more), part in known.group_by(frame.columns[1:]):
        values, failed = _answer(work, schema["value"], part["0"], str(pattern), *more)
        done.append(pl.DataFrame({"row": part["row"], "value": values, "failed": failed}))
    numbers = frame.select(pl.row_index("row").cast(pl.UInt32))
    placed = numbers.join(pl.concat(done), on="row", how="left", maintain_order="left")
    return placed.select(pl.struct(pl.col("value"), pl.col("failed").fill_null(False)))["value"].rename(rows.name)


def _function(
    name: str,
    signature_: Signature,
    null_rule: NullRule,
    work: Work,
    prose: str,
    examples: tuple[tuple[tuple[Value, ...], Value], ...],
    *spellings: Spelling,
) -> Function:
    result = signature_.result
    assert isinstance(result, Type)
    return Function(
        name,
        FAMILY,
        (signature_,),
        null_rule,
        prose,
        examples,
        meaning=partial(_meaning, work, result),
        columns=partial(_columns, work, result),
        spellings=spellings,
        fails=partial(_fails, work, result),
        safe_with=(1, _is_safe),
    )


def _replaced(every: bool) -> Work:
    return lambda pattern, texts, new: pattern.replaced(texts, new, every)


def _like(text: Value, pattern: Value) -> bool:
    answer: bool = pl.Series([text]).str.contains(_like_source(pattern)).item()
    return answer


@functools.lru_cache(maxsize=1024)
def _like_source(pattern: str) -> str:
    """The pattern of ``like`` for Polars: ``%`` is any run of characters, ``_`` any single one."""
    parts = (".*" if part == "%" else "." if part == "_" else re.escape(part) for part in re.split("([%_])", pattern))
    return rf"(?s)\A{''.join(parts)}\z"


def _like_columns(text: Column, pattern: Column) -> pl.Expr:
    if pattern.constant:
        return text.expr.str.contains(_like_source(pattern.value))
    sources = over_distinct(_like_source, (pattern.expr,), pl.String())
    return text.beside(pattern).str.contains(sources)


_TEXT, _PATTERN = ("text", STRING), ("pattern", STRING, PATTERN)
_TEST = signature(_TEXT, _PATTERN, to=BOOLEAN)
_REPLACE = signature(_TEXT, _PATTERN, ("with", STRING), to=STRING)

FUNCTIONS = (
    _function(
        "matches",
        _TEST,
        NullRule.FALSE,
        Pattern.found,
        "True when the pattern is found anywhere in the text; anchor it with ^ and $ for the whole text. "
        "Patterns are those of Java.",
        ((("banana", "n.n"), True), (("banana", "^an"), False), (("Bio", "(?i)^bio$"), True), ((None, "a"), False)),
        pql("matches"),
    ),
    _function(
        "matches_whole",
        _TEST,
        NullRule.FALSE,
        Pattern.whole,
        "True when the pattern matches the whole text. Patterns are those of Java.",
        ((("12345", "\\d+"), True), (("a12345", "\\d+"), False), (("ab", "a|ab"), True), ((None, ".*"), False)),
        journey("matchRegExp"),
    ),
    _function(
        "replace_first_match",
        _REPLACE,
        NullRule.PROPAGATE,
        _replaced(every=False),
        "The text with the first match of a Java pattern replaced by a literal text.",
        (
            (("banana", "an", "o"), "boana"),
            (("abc", "[bc]", "$0"), "a$0c"),
            (("a", "z", "x"), "a"),
            ((None, "a", ""), None),
        ),
        journey("replace"),
    ),
    _function(
        "replace_matches",
        _REPLACE,
        NullRule.PROPAGATE,
        _replaced(every=True),
        "The text with every match of a Java pattern, from left to right, replaced by a literal text.",
        ((("banana", "an", "o"), "booa"), (("a1b22", "\\d+", "#"), "a#b#"), (("a", None, ""), None)),
        journey("replaceAll"),
    ),
    _function(
        "split_by",
        signature(_TEXT, ("separator", STRING, PATTERN), to=list_of(STRING)),
        NullRule.PROPAGATE,
        Pattern.split,
        "The pieces of the text between the matches of a Java pattern. Empty pieces at the end are dropped.",
        ((("a1b22c", "[0-9]+"), ["a", "b", "c"]), (("a", ","), ["a"]), ((None, ","), None)),
        journey("split"),
    ),
    _function(
        "match_group",
        signature(_TEXT, _PATTERN, ("group", INTEGER), to=STRING),
        NullRule.PROPAGATE,
        Pattern.group,
        "What the group of that number (0: all of it) matched where a Java pattern is first found in the text; null "
        "when it is not found, or has no such group.",
        ((("jane@site.com", "@(\\w+)", 1), "site"), (("nomail", "@(\\w+)", 1), None), (("a", "a", 1), None)),
        pql("regexGroup"),
    ),
    Function(
        "like",
        FAMILY,
        (signature(("text", STRING), ("pattern", STRING), to=BOOLEAN),),
        NullRule.FALSE,
        "True when the whole text fits: % stands for any run of characters, _ for exactly one, everything else for "
        "itself. Case-sensitive.",
        ((("Paris", "P_r%"), True), (("Paris", "par%"), False), (("a.c", "a.c"), True), ((None, "%"), False)),
        meaning=_like,
        columns=_like_columns,
    ),
)
