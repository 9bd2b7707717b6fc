"""Text: positions count characters from zero; nothing depends on a locale (expression-language.md, section 10.6;
profile-query-language.md, section 7.1). Patterns stand in ``patterns.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from parcours.core.schema import BOOLEAN, INTEGER, STRING, list_of
from parcours.language.functions.comparison import same_column
from parcours.language.functions.declaration import Column, Function, NullRule, Spelling, Value
from parcours.language.functions.distinct import over_distinct
from parcours.language.functions.signatures import Constant
from parcours.language.functions.types import exactly, journey, pql, signature

FAMILY = "text"
_FIRST, _LAST = pl.lit(0, dtype=pl.Int64), pl.lit(2**40, dtype=pl.Int64)  # no text is longer
BLANKS = "".join(map(chr, range(0x21)))
_ONE = (signature(("text", STRING), to=STRING),)
_PART = signature(("text", STRING), ("part", STRING), to=BOOLEAN)
_PART_OR_CASE = signature(("text", STRING), ("part", STRING), ("case_sensitive", BOOLEAN), to=BOOLEAN)
_POSITION = (signature(("text", STRING), ("part", STRING), to=INTEGER),)


def _find_problem(text: Value) -> str | None:
    return None if text else "the empty text cannot be replaced"


FIND = Constant("a text that is not empty", _find_problem, ("a", "ab", "-"))


def _slice(text: Column, begin: Column, end: Column | None = None) -> pl.Expr:
    start = begin.expr.clip(_FIRST, _LAST)
    whole = text.beside(begin) if end is None or begin.constant is False else text.beside(end)
    if end is None:
        return whole.str.slice(start)
    length = (end.expr.clip(_FIRST, _LAST) - start).clip(lower_bound=_FIRST)
    return pl.when(length.is_not_null()).then(whole.str.slice(start, length))


def _substring(text: Value, begin: Value, *end: Value) -> Value:
    return text[max(begin, 0) :] if not end else text[max(begin, 0) : max(end[0], 0)]


# --- parts of a text -----------------------------------------------------------------------------------


class _PartTest:
    """A test for a part: exact, or regardless of case when a third argument is false."""

    def __init__(self, test: Callable[[Value, Value], Value], columns: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> None:
        self._test, self._columns = test, columns

    def meaning(self, text: Value, part: Value, case_sensitive: Value = True) -> Value:
        return self._test(text, part) if case_sensitive else self.loose_meaning(text, part)

    def columns(self, text: Column, part: Column, case_sensitive: Column | None = None) -> pl.Expr:
        exact = self._columns(text.beside(part), part.expr)
        if case_sensitive is None:
            return exact
        chosen = pl.when(case_sensitive.expr).then(exact).otherwise(self.loose_columns(text, part))
        return pl.when(case_sensitive.expr.is_not_null()).then(chosen)

    def loose_meaning(self, text: Value, part: Value) -> Value:
        return self._test(text.lower(), part.lower())

    def loose_columns(self, text: Column, part: Column) -> pl.Expr:
        return self._columns(text.beside(part).str.to_lowercase(), part.expr.str.to_lowercase())

    def denied_meaning(self, *args: Value) -> Value:
        return any(arg is None for arg in args) or not self.meaning(*args)

    def denied_columns(self, *args: Column) -> pl.Expr:
        return ~self.columns(*args).fill_null(False)


def _part_tests(
    names: tuple[str, str], words: str, journey_name: str, pql_names: tuple[str, str], test: _PartTest
) -> tuple[Function, Function, Function]:
    """A test for a part, the same regardless of case, and its negation."""
    name, denied = names
    part = {"contains": "nan", "starts_with": "ban", "ends_with": "ana"}[name]
    exact = Function(
        name,
        FAMILY,
        (_PART, _PART_OR_CASE),
        NullRule.FALSE,
        f"True when the text {words} the part: case-sensitive, unless a third argument is false. "
        "The empty text is part of everything.",
        (
            (("banana", part), True),
            (("banana", part.upper()), False),
            (("banana", part.upper(), False), True),
            (("banana", part, True), True),
            (("banana", ""), True),
            ((None, "a"), False),
            (("a", None), False),
        ),
        meaning=test.meaning,
        columns=test.columns,
        spellings=(journey(journey_name, _PART), pql(pql_names[0])),
    )
    loose = Function(
        f"{name}_ignore_case",
        FAMILY,
        (_PART,),
        NullRule.FALSE,
        f"True when the text {words} the part, both in lower case.",
        ((("bANAna", "BANana"), True), (("banana", "x"), False), ((None, "a"), False)),
        meaning=test.loose_meaning,
        columns=test.loose_columns,
        spellings=(journey(f"{journey_name}IgnoreCase"),),
    )
    negation = Function(
        denied,
        FAMILY,
        (_PART, _PART_OR_CASE),
        NullRule.OWN,
        f"The exact opposite of {name}, so it is true for a null text.",
        ((("banana", part), False), (("banana", "x"), True), (("banana", "BANANA", False), False), ((None, "a"), True)),
        meaning=test.denied_meaning,
        columns=test.denied_columns,
        never_null=True,
        spellings=(pql(pql_names[1]),),
    )
    return exact, loose, negation


def _lowered(text: Column) -> Column:
    return replace(text, expr=text.expr.str.to_lowercase())


def _same_lowered(left: Value, right: Value) -> Value:
    return (left and left.lower()) == (right and right.lower())


def _index(text: Column, part: Column) -> pl.Expr:
    parts = text.beside(part).str.splitn(part.expr, 2)
    before, after = parts.struct.field("field_0"), parts.struct.field("field_1")
    found = pl.when(after.is_not_null()).then(before.str.len_chars().cast(pl.Int64)).otherwise(-1)
    known = text.expr.is_not_null() & part.expr.is_not_null()
    return pl.when(known).then(pl.when(part.expr == "").then(0).otherwise(found))


def _last_index(text: Column, part: Column) -> pl.Expr:
    return over_distinct(str.rfind, (text.expr, part.expr), pl.Int64())


def _replaced(text: Column, find: Column, new: Column) -> pl.Expr:
    # Polars refuses a replacement that is null
    replaced = text.beside(new).str.replace_all(find.value, new.expr.fill_null(""), literal=True)
    return pl.when(new.expr.is_not_null()).then(replaced)


def _same_text(name: str, denied: bool, *spellings: Spelling) -> Function:
    same = ((("Bio", "bIO"), True), (("a", "b"), False), ((None, None), True), ((None, "a"), False))
    return Function(
        name,
        FAMILY,
        (signature(("left", STRING), ("right", STRING), to=BOOLEAN),),
        NullRule.OWN,
        "The exact opposite of equals_ignore_case."
        if denied
        else "True when both texts are the same in lower case, or both null.",
        tuple((args, result is not denied) for args, result in same),
        meaning=lambda left, right: _same_lowered(left, right) is not denied,
        columns=lambda left, right: (
            same_column(_lowered(left), _lowered(right)) ^ pl.lit(denied)
            if denied
            else same_column(_lowered(left), _lowered(right))
        ),
        never_null=True,
        spellings=spellings,
    )


FUNCTIONS = (
    *_part_tests(
        ("contains", "does_not_contain"),
        "contains",
        "contain",
        ("contains", "doesNotContain"),
        _PartTest(lambda text, part: part in text, lambda text, part: text.str.contains(part, literal=True)),
    ),
    *_part_tests(
        ("starts_with", "does_not_start_with"),
        "starts with",
        "startWith",
        ("startsWith", "doesNotStartWith"),
        _PartTest(str.startswith, lambda text, part: text.str.starts_with(part)),
    ),
    *_part_tests(
        ("ends_with", "does_not_end_with"),
        "ends with",
        "endWith",
        ("endsWith", "doesNotEndWith"),
        _PartTest(str.endswith, lambda text, part: text.str.ends_with(part)),
    ),
    _same_text("equals_ignore_case", False, journey("equalIgnoreCase")),
    _same_text("not_equals_ignore_case", True, journey("notEqualIgnoreCase")),
    Function(
        "is_empty_text",
        FAMILY,
        (signature(("text", STRING), to=BOOLEAN),),
        NullRule.FALSE,
        "True when the text has no characters.",
        ((("",), True), ((" ",), False), ((None,), False)),
        meaning=lambda text: text == "",
        columns=lambda text: text.expr == "",
        spellings=(journey("isEmpty"),),
    ),
    Function(
        "is_not_empty_text",
        FAMILY,
        (signature(("text", STRING), to=BOOLEAN),),
        NullRule.FALSE,
        "True when the text has at least one character.",
        ((("",), False), ((" ",), True), ((None,), False)),
        meaning=lambda text: text != "",
        columns=lambda text: text.expr != "",
        spellings=(journey("isNotEmpty"),),
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
        spellings=(journey("lower"),),
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
        spellings=(journey("upper"),),
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
        spellings=(journey("trim"),),
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
        spellings=(journey("length"),),
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
        spellings=(journey("concat", exactly(STRING, STRING, to=STRING)),),
    ),
    Function(
        "concat_items",
        FAMILY,
        (signature(("list", list_of(STRING)), to=STRING),),
        NullRule.PROPAGATE,
        "The texts of a list joined together, nulls left out.",
        (((["a", None, "b"],), "ab"), (([],), ""), ((None,), None)),
        meaning=lambda texts: "".join(text for text in texts if text is not None),
        columns=lambda texts: texts.expr.list.join("", ignore_nulls=True),
        spellings=(journey("concat"),),
    ),
    Function(
        "index_of",
        FAMILY,
        _POSITION,
        NullRule.PROPAGATE,
        "The position of the first occurrence of the part in the text, -1 when there is none.",
        ((("banana", "an"), 1), (("été", "t"), 1), (("a", "b"), -1), (("a", ""), 0), ((None, "a"), None)),
        meaning=str.find,
        columns=_index,
        spellings=(journey("indexOf"),),
    ),
    Function(
        "last_index_of",
        FAMILY,
        _POSITION,
        NullRule.PROPAGATE,
        "The position of the last occurrence of the part in the text, -1 when there is none.",
        ((("banana", "an"), 3), (("aaa", "aa"), 1), (("a", "b"), -1), (("ab", ""), 2), (("a", None), None)),
        meaning=str.rfind,
        columns=_last_index,
        spellings=(journey("lastIndexOf"),),
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
        spellings=(journey("substr"),),
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
