"""The grammar: precedence, words that are reserved in their places only, recovery after errors, limits."""

from __future__ import annotations

import pytest

from parcours.core.errors import DefinitionError
from parcours.language.pql import parse
from parcours.language.pql.ast import (
    Apply,
    Bound,
    Climb,
    Distance,
    Dot,
    Fold,
    Infix,
    Interval,
    Lambda,
    Logic,
    Method,
    Name,
    Number,
    Occurs,
    On,
    Prefix,
    Text,
)
from parcours.language.pql.limits import MAX_DEPTH, MAX_ITEMS, MAX_LENGTH


def problems(text: str) -> list[tuple[str, str]]:
    """The code of each problem and the part of the text that it is about."""
    with pytest.raises(DefinitionError) as caught:
        parse(text)
    return [(problem.code, text[problem.span.start : problem.span.end]) for problem in caught.value.problems]


# --- precedence ---


def test_operators_bind_as_usual():
    assert parse("a or b and not c = 1 + 2 * 3") == Logic(
        "or",
        (
            Name("a"),
            Logic(
                "and",
                (
                    Name("b"),
                    Prefix(
                        "not",
                        Infix("=", Name("c"), Infix("+", Number(1), Infix("*", Number(2), Number(3)))),
                    ),
                ),
            ),
        ),
    )


def test_operators_of_a_kind_bind_to_the_left():
    assert parse("a - b - c") == Infix("-", Infix("-", Name("a"), Name("b")), Name("c"))
    assert parse("a = b = c") == Infix("=", Infix("=", Name("a"), Name("b")), Name("c"))


def test_long_lists_of_conditions_are_flat():
    assert len(parse(" and ".join(["a = 1"] * 500)).parts) == 500


def test_words_of_logic_have_any_case_and_others_do_not():
    assert parse("a AND NOT b Or c") == parse("a and not b or c")
    assert problems("a IN b") == [("parse.unexpected", "IN")]


def test_let_stops_its_value_before_in():
    assert parse("let S = 1 + 2 in S > 2") == parse("let S = (1 + 2) in (S > 2)")


# --- words ---


def test_words_are_reserved_in_their_places_only():
    assert parse("sum + day.from * exists - over") == parse("(sum + (day.from * exists)) - over")
    assert parse("a.in.not.occurs") == Dot(Dot(Dot(Name("a"), "in"), "not"), "occurs")
    assert parse("t occurs on day") == Occurs(Name("t"), On(Name("day")))
    assert parse("t occurs last day") == Occurs(Name("t"), On(Interval("last", "day")))


def test_the_word_of_a_fold_needs_its_over():
    assert isinstance(parse("sum (X.a + 1) * 2 over X from xs"), Fold)
    assert parse("sum(1)") == Apply("sum", (Number(1),))
    assert isinstance(parse("max (sum X over X from xs) over Y from ys"), Fold)


def test_exists_is_a_quantifier_before_a_name_and_from_only():
    assert isinstance(parse("exists E from xs"), Bound)
    assert parse("xs.exists(a)") == Method(Name("xs"), "exists", (Name("a"),))
    assert parse("exists = 1") == Infix("=", Name("exists"), Number(1))


def test_units_may_stand_in_the_plural():
    assert parse("t occurs < 2 centuries before now") == Occurs(
        Name("t"), Distance("<", 2, "century", "before", Name("now"))
    )


def test_the_dot_after_carets_is_optional():
    assert parse("^^.a.b") == parse("^^a.b") == Dot(Climb(2, "a"), "b")


def test_lambdas_stand_at_the_top_and_as_arguments():
    assert parse("(P) => P.a") == Lambda(("P",), Dot(Name("P"), "a"))
    assert parse("m.map((K, V) => V)") == Method(Name("m"), "map", (Lambda(("K", "V"), Name("V")),))
    assert problems("[(x) => x]")[0][0] == "parse.unexpected"


# --- literals ---


def test_escapes_are_resolved():
    assert parse(r'"a\"b\\w\n\u00e9\ud83d\ude00"') == Text('a"b\\w\né😀')


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (r'"@(\w+)"', "parse.unknown-escape"),
        (r'"\ud83d"', "parse.half-character"),
        ("'a'", "parse.unknown-character"),
        ('"a', "parse.unclosed-text"),
        ("12ab", "parse.bad-number"),
        ("9223372036854775808", "parse.number-too-large"),
        ("1 - 9223372036854775808", "parse.number-too-large"),
        ("a && b", "parse.unknown-character"),
    ],
)
def test_bad_characters(text, code):
    assert problems(text)[0][0] == code


def test_the_smallest_integer_fits():
    assert parse("-9223372036854775808") == Prefix("-", Number(2**63))


# --- steps of chains ---


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("A: WHEN(today)", "parse.missing-what"),
        ("A: WHAT(a) WHAT(b)", "parse.double-clause"),
        ("A: WHAT(a) COUNT(-1)", "parse.negative-amount"),
        ("A: WHAT(a) HOW(b)", "parse.unexpected"),
        ("A: WHAT(a), A: WHAT(b)", "parse.double-name"),
        ("", "parse.unexpected"),
    ],
)
def test_bad_steps(step, code):
    assert problems(f"chain(xEvent, timestamp, [{step}])")[0][0] == code


def test_clauses_stand_in_any_order():
    one = parse("chain(xEvent, timestamp, [A: COUNT(2) when(today) WHAT(a)])")
    assert one == parse("CHAIN(xEvent, timestamp, [A: what(a) WHEN(today) count(2)])")


# --- several problems ---


def test_all_problems_come_at_once():
    text = "a = and f(1 +, 2 *) or t occurs < 3 fortnights before now and [1, , 2] = xs[b >]"
    assert problems(text) == [
        ("parse.unexpected", "and"),
        ("parse.unexpected", ","),
        ("parse.unexpected", ")"),
        ("parse.unknown-unit", "fortnights"),
        ("parse.unexpected", ","),
        ("parse.unexpected", "]"),
    ]


def test_what_follows_from_a_problem_is_not_reported():
    assert problems("(a = (b or c") == [("parse.unexpected", "")]


def test_no_more_than_twenty_problems_are_reported():
    assert len(problems(" and ".join(["a ="] * 100))) == 20


# --- limits ---


def test_limits_have_errors_of_their_own():
    assert problems("a" * (MAX_LENGTH + 1))[0][0] == "parse.too-long"
    assert problems("[" + ",".join(["1"] * (MAX_ITEMS + 1)) + "]")[0][0] == "parse.too-many"


@pytest.mark.parametrize(
    "opening", ["(", "[", "not ", "-", "a[", "f(", "if(a,", "xs.map((x) => ", '{"a":', "let a = 1 in "]
)
def test_depth_is_limited_and_never_a_recursion_error(opening):
    assert problems(opening * (MAX_DEPTH + 1))[0][0] == "parse.too-deep"


@pytest.mark.parametrize("operator", ["+", "=", ".a", "[a]"])
def test_long_rows_of_operators_are_deep_too(operator):
    text = "a" + (operator + ("a" if operator in "+=" else "")) * (MAX_DEPTH + 1)
    assert problems(text)[0][0] == "parse.too-deep"
