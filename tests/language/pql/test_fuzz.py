"""No text breaks the reader: it gives a tree, or problems with a place in the text; a tree prints and reads back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.core.errors import DefinitionError
from parcours.core.schema import BOOLEAN, DATE_ONLY, DATE_TIME, DECIMAL, INTEGER, STRING, list_of, map_of, object_of
from parcours.language.pql import PqlScope, format, parse, print_pql, read
from parcours.language.pql.lexer import tokens
from tests.language.pql.cases import cases, scope_of

SCOPE = PqlScope(
    object_of(
        {
            "s": STRING,
            "n": INTEGER,
            "d": DECIMAL,
            "b": BOOLEAN,
            "t": DATE_TIME,
            "day": DATE_ONLY,
            "o": object_of({"s": STRING, "n": INTEGER}),
            "m": map_of(INTEGER),
            "texts": list_of(STRING),
            "rows": list_of(object_of({"n": INTEGER, "t": DATE_TIME, "in": STRING, "rows": list_of(INTEGER)})),
        }
    ),
    object_of({"eventType": STRING, "timestamp": DATE_TIME, "n": INTEGER}),
)
_TEXTS = [case["expr"] for case in cases() if len(case["expr"]) < 200]
_WORDS = sorted(
    {text[token.span.start : token.span.end] for text in _TEXTS for token in tokens(text)[0]}
    | {
        "=>",
        "(x) =>",
        "let x =",
        "in",
        "$1",
        "$2",
        "^^",
        "9223372036854775808",
        "\\",
        "COUNT(0)",
        '{"a": n}',
        "é",
        "\n",
    }
)


def refusal(text: str, scope: PqlScope) -> DefinitionError | None:
    """The error of a text that is refused; one that is read also prints, and reads back."""
    try:
        tree = parse(text)
        assert parse(format(text)) == tree
        node = read(text, scope)
        assert read(print_pql(node), scope) == node
    except DefinitionError as error:
        return error
    return None


def survives(text: str, scope: PqlScope) -> None:
    error = refusal(text, scope)
    if error is None:
        return
    assert error.code.startswith(("parse.", "type."))
    assert error.problems
    for problem in error.problems:
        assert problem.span is not None
        assert 0 <= problem.span.start <= problem.span.end <= len(text)


@given(st.text(max_size=60))
def test_arbitrary_text(text):
    survives(text, SCOPE)


@given(st.lists(st.sampled_from(_WORDS), max_size=25).map(" ".join))
def test_arbitrary_words(text):
    survives(text, SCOPE)


@settings(max_examples=300)
@given(st.data())
def test_good_queries_with_something_changed(data):
    case = data.draw(st.sampled_from(cases()))
    text = case["expr"]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 12)))
        text = text[:start] + data.draw(st.sampled_from(["", " ", *_WORDS])) + text[end:]
    survives(text, scope_of(case["context"], timestamps=data.draw(st.booleans())))


# --- queries that are good on purpose ---

_NUMBERS = st.deferred(
    lambda: st.one_of(
        st.sampled_from(
            ["n", "d", "1", "-2.5", "o.n", 'm.get("a")', "rows.count()", "t.getMonth()", "$1.n", "rows.sum(n)"]
        ),
        st.tuples(_NUMBERS, st.sampled_from("+-*/%"), _NUMBERS).map(" ".join).map("({})".format),
        st.tuples(_LISTS, st.sampled_from(["sum", "average", "min", "max"])).map(
            "{0[0]}.map((r) => r.n + n).{0[1]}()".format
        ),
        _CONDITIONS.map("if({}, 1, n)".format),
    )
)
_LISTS = st.deferred(
    lambda: st.one_of(
        st.sampled_from(["rows", "xEvent", "rows.filter(n > 1)", "(select r from rows where r.n = n)"]),
        st.tuples(_LISTS, _INNER).map("{0[0]}[{0[1]}]".format),
        st.tuples(_LISTS, st.sampled_from(["topN", "bottomN"])).map("{0[0]}.{0[1]}(n, 2)".format),
    )
)
_INNER = st.deferred(
    lambda: st.one_of(
        st.sampled_from(
            [
                "n > ^n",
                "n = 1",
                "rows[n = 1]",
                "$1.b",
                '^s = "a"',
                "n in ^rows.n",
                "exists e from $1.rows where e.n = n",
            ]
        ),
        _CONDITIONS.map("not ({})".format).filter(lambda text: "^" not in text),
    )
)
_CONDITIONS = st.deferred(
    lambda: st.one_of(
        st.sampled_from(
            ["b", 's = "a"', "texts = s", 'texts.contains("a", false)', "rows.n > 1", "not b", 'inSegment("x")']
        ),
        st.tuples(_NUMBERS, st.sampled_from(["=", "!=", "<", ">="]), _NUMBERS).map(" ".join),
        st.tuples(_CONDITIONS, st.sampled_from(["and", "or"]), _CONDITIONS).map(" ".join).map("({})".format),
        st.tuples(_LISTS, _INNER).map("{0[0]}.exists({0[1]})".format),
        st.tuples(_LISTS, _CONDITIONS).map("(forall e from {0[0]} where e.n = n or {0[1]})".format),
        st.tuples(_LISTS, _NUMBERS).map(
            (
                "chain(({0[0]}), t, [A: WHAT(n = 1), B: WHAT(n > A.n) WHEN(< 2 days after A) WHERE(n > B.n + {0[1]})])"
            ).format
        ),
        st.sampled_from(["t", "day", "rows.t"]).map("{} occurs < 3 months before now".format),
        st.sampled_from(["day", "t", "rows.head().t"]).map("t occurs between yesterday and {}".format),
    )
)


@settings(max_examples=150)
@given(_CONDITIONS.filter(lambda text: len(text) < 1500))
def test_good_queries_print_as_what_they_are(query):
    error = refusal(query, SCOPE)
    # what was put together may be nested too deeply
    assert error is None or error.code == "parse.too-deep"
    assert error is not None or format(format(query)) == format(query)
