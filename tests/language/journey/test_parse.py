"""The grammar: precedence, literals, escapes, contextual words; what does not parse, and all that is wrong with it."""

from __future__ import annotations

import pytest

from parcours.core.errors import DefinitionError
from parcours.language.journey.ast import (
    Application,
    Binary,
    Chain,
    Conditional,
    Constant,
    Current,
    Expression,
    Group,
    Items,
    Name,
    Operation,
    Prefix,
    Reference,
    Test,
)
from parcours.language.journey.parse import parse

ONE, TWO, THREE = Constant(1), Constant(2), Constant(3)
TRUE, FALSE = Constant(True), Constant(False)


def problems(text: str) -> list[tuple[str, str]]:
    """Code and marked text of each problem."""
    with pytest.raises(DefinitionError) as caught:
        parse(text)
    spans = [(problem.code, problem.span) for problem in caught.value.problems]
    return [(code, text[span.start : span.end]) for code, span in spans if span is not None]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("1 + 2 * 3", Binary("+", ONE, Binary("*", TWO, THREE))),
        ("1 - 2 - 3", Binary("-", Binary("-", ONE, TWO), THREE)),
        ("1 < 2 == true", Binary("==", Binary("<", ONE, TWO), TRUE)),
        ("not 1 < 2", Prefix("not", Binary("<", ONE, TWO))),
        ("not true and false", Chain("and", (Prefix("not", TRUE), FALSE))),
        ("true or false and true", Chain("or", (TRUE, Chain("and", (FALSE, TRUE))))),
        ("true and false and true", Chain("and", (TRUE, FALSE, TRUE))),
        ("(true and false) and true", Chain("and", (Group(Chain("and", (TRUE, FALSE))), TRUE))),
        ("1 is not null", Test("is not null", ONE)),
        ("1 + 2 is null", Test("is null", Binary("+", ONE, TWO))),
        ("1 is numeric == true", Binary("==", Test("is numeric", ONE), TRUE)),
        ("-1", Constant(-1)),
        ("- 1", Constant(-1)),
        ("-(1)", Prefix("-", Group(ONE))),
        ("--1", Prefix("-", Constant(-1))),
        ("3 - -1", Binary("-", THREE, Constant(-1))),
        ("-9223372036854775808", Constant(-(2**63))),
        ("007", Constant(7)),
        ("'it\"s'", Constant('it"s')),
        (r'"\"\\\/\n\t\r\b\f\u00e9"', Constant('"\\/\n\t\r\b\fé')),
        (r'"\ud83d\ude00"', Constant("😀")),
        ("[]", Items(())),
        ("count ([1])", Application("count", (Items((ONE,)),))),
        ("if (true) then (1) else (2)", Conditional(TRUE, ONE, TWO)),
        ("@{E.a-b.'3h'.is}", Reference("@", (Name("E"), Name("a-b"), Name("3h"), Name("is")))),
        ("# { S . G . all }", Reference("#", (Name("S"), Name("G"), Name("all")))),
        ("@event{E.l.at(1)}", Reference("@event", (Name("E"), Name("l"), Operation("at", ONE)))),
        ("@{E.a, defaultValue: -1}", Reference("@", (Name("E"), Name("a")), Constant(-1))),
        (
            "#{S.G, params: {a-b: 1, 'c d': [2]}, defaultValue: (3)}",
            Reference("#", (Name("S"), Name("G")), Group(THREE), (("a-b", ONE), ("c d", Items((TWO,))))),
        ),
        (
            "@{E.l.all(currentEventField.x.first() == 1).y}",
            Reference(
                "@",
                (
                    Name("E"),
                    Name("l"),
                    Operation("all", Binary("==", Current("currentEventField", (Name("x"), Operation("first"))), ONE)),
                    Name("y"),
                ),
            ),
        ),
    ],
)
def test_meaning(text: str, meaning: Expression) -> None:
    assert parse(text) == meaning


def test_minus_is_part_of_a_name_in_a_reference_only() -> None:
    assert parse("@{E.a-1}") == Reference("@", (Name("E"), Name("a-1")))
    assert parse("@{E.l.at(2-1)}") == Reference("@", (Name("E"), Name("l"), Operation("at", Binary("-", TWO, ONE))))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("parse.unexpected", "")]),
        ("1 = 2", [("parse.sign", "=")]),
        (
            "true && ! false || x",
            [("parse.sign", "&&"), ("parse.sign", "!"), ("parse.sign", "||"), ("parse.bare-name", "x")],
        ),
        ("true AND Not false OR NULL", [("parse.lower-case", word) for word in ("AND", "Not", "OR", "NULL")]),
        ("1 // one", [("parse.comment", "// one")]),
        ("9223372036854775808", [("parse.number-too-large", "9223372036854775808")]),
        ("-(9223372036854775808)", [("parse.number-too-large", "9223372036854775808")]),
        ("1" + "0" * 400 + ".0", [("parse.number-too-large", "1" + "0" * 400 + ".0")]),
        ("1e3", [("parse.unexpected", "e3")]),
        (".5", [("parse.unexpected", ".")]),
        (r'"\d" + "\x"', [("parse.bad-escape", r"\d"), ("parse.bad-escape", r"\x")]),
        (r'"\ud83d"', [("parse.bad-escape", r"\ud83d")]),
        ('"a\nb"', [("parse.unclosed-text", '"a'), ("parse.unexpected", "b"), ("parse.unclosed-text", '"')]),
        ("[1, 2,]", [("parse.unexpected", ",")]),
        ("[foo, 1 2, bar]", [("parse.bare-name", "foo"), ("parse.unexpected", "2"), ("parse.bare-name", "bar")]),
        ("max(1 +, foo) + )", [("parse.unexpected", ","), ("parse.bare-name", "foo"), ("parse.unexpected", ")")]),
        ("(1 + 2", [("parse.unexpected", "")]),
        ("if (true) then (1)", [("parse.unexpected", "")]),
        ("if (true) then (1) else (2) + 3", [("parse.conditional", "+")]),
        ("1 + if (true) then (1) else (2)", [("parse.conditional", "if")]),
        ("1 + not true", [("parse.not", "not")]),
        ("@{E.x, defaultValue: now()}", [("parse.bare-default", "now()")]),
        ("@{E.x, defaultValue: 1 + 2}", [("parse.bare-default", "1 +")]),
        ("@{E.x, defaultValue: 1, defaultValue: 2}", [("parse.option-twice", "defaultValue")]),
        ("@{E.x, params: {}}", [("parse.unexpected", "}")]),
        ("@{E.x, default: 1}", [("parse.unknown-option", "default")]),
        ("@{E.l.at()}", [("parse.unexpected", ")")]),
        ("@{E.l.keys(1)}", [("parse.unexpected", "1")]),
        ("@{E.l.frist(1)}", [("parse.unknown-operation", "frist")]),
        ("@{E.3h}", [("parse.unexpected", "3")]),
        ("@{E.prénom}", [("parse.unknown-character", "prénom")]),
        ("“a”", [("parse.unknown-character", "“a”")]),
        ("1;", [("parse.unknown-character", ";")]),
        ("(" * 65 + "1" + ")" * 65, [("parse.too-deep", "1")]),
        ("1" + " + 1" * 64, [("parse.too-deep", "1")]),
        ("[" + "1," * 1_000 + "1]", [("parse.too-many", "[" + "1," * 1_000 + "1]")]),
    ],
)
def test_problems(text: str, found: list[tuple[str, str]]) -> None:
    assert problems(text) == found


def test_nothing_is_read_beyond_the_longest_text() -> None:
    assert [code for code, _ in problems("1" + " " * 20_000)] == ["parse.too-long"]


def test_as_deep_as_allowed() -> None:
    assert parse("(" * 64 + "1" + ")" * 64)
    assert parse("1" + " + 1" * 63)


def test_problems_say_where_they_are_and_what_to_do() -> None:
    with pytest.raises(DefinitionError) as caught:
        parse("1 ==\n  AND", where="silver")
    error = caught.value
    assert str(error).splitlines()[0] == "silver: the expression has 1 problem"
    (problem,) = error.problems
    assert problem.to_json() == {
        "code": "parse.bare-name",
        "message": "expected an expression, found the name 'AND'",
        "where": "silver:2:3",
        "span": [7, 10],
        "hint": "keywords are lower case: and",
    }
