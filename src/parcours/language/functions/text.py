"""Text: positions count characters from zero; nothing depends on a locale (expression-language.md, section 10.6).

Patterns are those of Rust's ``regex`` crate (no look-around, no back-references, linear time): the engine that
runs over columns also defines what a pattern means, so that there is only one answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from parcours.core.schema import BOOLEAN, INTEGER, STRING
from parcours.language.functions.comparison import same_column
from parcours.language.functions.declaration import Column, Constant, Function, NullRule, Value
from parcours.language.functions.types import signature

FAMILY = "text"
_FIRST, _LAST = pl.lit(0, dtype=pl.Int64), pl.lit(2**40, dtype=pl.Int64)  # no text is longer
BLANKS = "".join(map(chr, range(0x21)))
_ONE = (signature(("text", STRING), to=STRING),)
_TWO = (signature(("text", STRING), ("part", STRING), to=BOOLEAN),)


def _pattern_problem(pattern: Value) -> str | None:
    try:
        pl.select(pl.lit("").str.contains(pattern))
    except pl.exceptions.ComputeError as error:
        reason = next((line for line in reversed(str(error).splitlines()) if line.startswith("error:")), str(error))
        return f"{pattern!r} is not a pattern: {reason.removeprefix('error:').strip()}"
    return None


def _find_problem(text: Value) -> str | None:
    return None if text else "the empty text cannot be replaced"


PATTERN = Constant("a pattern", _pattern_problem, ("^A.*z$", "[0-9]+", "(?i)bio|organic", ""))
FIND = Constant("a text that is not empty", _find_problem, ("a", "ab", "-"))


def _matches(text: Value, pattern: Value) -> Value:
    return pl.Series([text]).str.contains(pattern).item()


def _slice(text: Column, begin: Column, end: Column | None = None) -> pl.Expr:
    start = begin.expr.clip(_FIRST, _LAST)
    whole = text.beside(begin) if end is None or begin.constant is False else text.beside(end)
    if end is None:
        return whole.str.slice(start)
    length = (end.expr.clip(_FIRST, _LAST) - start).clip(lower_bound=_FIRST)
    return pl.when(length.is_not_null()).then(whole.str.slice(start, length))


def _substring(text: Value, begin: Value, *end: Value) -> Value:
    return text[max(begin, 0) :] if not end else text[max(begin, 0) : max(end[0], 0)]


def _part_test(
    name: str, words: str, test: Callable[[Value, Value], Value], columns: Callable[[pl.Expr, pl.Expr], pl.Expr]
) -> tuple[Function, Function]:
    """A test for a part, and the same regardless of case."""
    exact = Function(
        name,
        FAMILY,
        _TWO,
        NullRule.FALSE,
        f"True when the text {words} the part, case-sensitive. The empty text is part of everything.",
        (
            (("banana", {"contains": "nan", "starts_with": "ban", "ends_with": "ana"}[name]), True),
            (("banana", "Na"), False),
            (("banana", ""), True),
            ((None, "a"), False),
            (("a", None), False),
        ),
        meaning=test,
        columns=lambda text, part: columns(text.beside(part), part.expr),
    )
    loose = Function(
        f"{name}_ignore_case",
        FAMILY,
        _TWO,
        NullRule.FALSE,
        f"True when the text {words} the part, both in lower case.",
        ((("bANAna", "BANana"), True), (("banana", "x"), False), ((None, "a"), False)),
        meaning=lambda text, part: test(text.lower(), part.lower()),
        columns=lambda text, part: columns(text.beside(part).str.to_lowercase(), part.expr.str.to_lowercase()),
    )
    return exact, loose


def _lowered(text: Column) -> Column:
    return replace(text, expr=text.expr.str.to_lowercase())


def _replaced(text: Column, find: Column, new: Column) -> pl.Expr:
    # Polars refuses a replacement that is null
    replaced = text.beside(new).str.replace_all(find.value, new.expr.fill_null(""), literal=True)
    return pl.when(new.expr.is_not_null()).then(replaced)


FUNCTIONS = (
    *_part_test(
        "contains",
        "contains",
        lambda text, part: part in text,
        lambda text, part: text.str.contains(part, literal=True),
    ),
    *_part_test("starts_with", "starts with", str.startswith, lambda text, part: text.str.starts_with(part)),
    *_part_test("ends_with", "ends with", str.endswith, lambda text, part: text.str.ends_with(part)),
    Function(
        "equals_ignore_case",
        FAMILY,
        (signature(("left", STRING), ("right", STRING), to=BOOLEAN),),
        NullRule.OWN,
        "True when both texts are the same in lower case, or both null.",
        ((("Bio", "bIO"), True), (("a", "b"), False), ((None, None), True), ((None, "a"), False)),
        meaning=lambda left, right: (left and left.lower()) == (right and right.lower()),
        columns=lambda left, right: same_column(_lowered(left), _lowered(right)),
        never_null=True,
    ),
    Function(
        "matches",
        FAMILY,
        (signature(("text", STRING), ("pattern", STRING, PATTERN), to=BOOLEAN),),
        NullRule.FALSE,
        "True when the pattern is found anywhere in the text; anchor it with ^ and $ for the whole text. "
        "Patterns are those of Rust's regex crate: no look-around, no back-references.",
        ((("banana", "n.n"), True), (("banana", "^an"), False), (("Bio", "(?i)^bio$"), True), ((None, "a"), False)),
        meaning=_matches,
        columns=lambda text, pattern: text.expr.str.contains(pattern.value),
    ),
    Function(
        "is_empty_text",
        FAMILY,
        (signature(("text", STRING), to=BOOLEAN),),
        NullRule.FALSE,
        "True when the text has no characters.",
        ((("",), True), ((" ",), False), ((None,), False)),
        meaning=lambda text: text == "",
        columns=lambda text: text.expr == "",
    ),
    Function(
        "lower",
        FAMILY,
        _ONE,
        NullRule.PROPAGATE,
        "The text in lower case.",
        ((("ABc",), "abc"), (("ΑΣ",), "ας"), ((None,), None)),
        meaning=str.lower,
        columns=lambda text: text.expr.str.to_lowercase(),
    ),
    Function(
        "upper",
        FAMILY,
        _ONE,
        NullRule.PROPAGATE,
        "The text in upper case.",
        ((("abC",), "ABC"), (("straße",), "STRASSE"), ((None,), None)),
        meaning=str.upper,
        columns=lambda text: text.expr.str.to_uppercase(),
    ),
    Function(
        "trim",
        FAMILY,
        _ONE,
        NullRule.PROPAGATE,
        "The text without blanks and control characters (up to U+0020) at both ends.",
        (((" a b\t\n",), "a b"), (("\u00a0a",), "\u00a0a"), ((None,), None)),
        meaning=lambda text: text.strip(BLANKS),
        columns=lambda text: text.expr.str.strip_chars(BLANKS),
    ),
    Function(
        "length",
        FAMILY,
        (signature(("text", STRING), to=INTEGER),),
        NullRule.PROPAGATE,
        "The number of characters.",
        ((("été",), 3), (("",), 0), ((None,), None)),
        meaning=len,
        columns=lambda text: text.expr.str.len_chars().cast(pl.Int64),
    ),
    Function(
        "concat",
        FAMILY,
        (signature(("text", STRING), to=STRING, repeats=True),),
        NullRule.PROPAGATE,
        "The texts joined together.",
        ((("a", "b", "c"), "abc"), (("a", None), None)),
        meaning=lambda *texts: "".join(texts),
        columns=lambda *texts: pl.concat_str([text.expr for text in texts]),
    ),
    Function(
        "substr",
        FAMILY,
        (
            signature(("text", STRING), ("begin", INTEGER), to=STRING),
            signature(("text", STRING), ("begin", INTEGER), ("end", INTEGER), to=STRING),
        ),
        NullRule.PROPAGATE,
        "The characters from begin up to but not including end; positions outside the text are moved to its ends.",
        ((("banana", 2), "nana"), (("banana", 1, 3), "an"), (("banana", -5, 99), "banana"), (("banana", 4, 2), "")),
        meaning=_substring,
        columns=_slice,
    ),
    Function(
        "replace",
        FAMILY,
        (signature(("text", STRING), ("find", STRING, FIND), ("with", STRING), to=STRING),),
        NullRule.PROPAGATE,
        "The text with every occurrence of find (a literal text, not a pattern) replaced.",
        ((("banana", "an", "o"), "booa"), (("a.b", ".", "$0"), "a$0b"), ((None, "a", "b"), None)),
        meaning=str.replace,
        columns=_replaced,
    ),
)
