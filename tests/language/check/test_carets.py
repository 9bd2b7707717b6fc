"""Problems shown below the text: the line, the caret, tabs, wide letters and long lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parcours.core.errors import DefinitionError, RuleError, Span
from parcours.language.check.carets import caret, line_and_column, show


def test_span_in_a_line() -> None:
    assert caret("1 + foo * 2", Span(4, 7)) == "1 | 1 + foo * 2\n        ^^^"


def test_line_of_several() -> None:
    assert caret("1 +\n  foo\n+ 2", Span(6, 9)) == "2 |   foo\n      ^^^"


def test_span_over_lines_is_marked_to_the_end_of_the_first() -> None:
    assert caret("(1 +\n 2)", Span(0, 8)) == "1 | (1 +\n    ^^^^"


def test_end_of_text() -> None:
    assert caret("1 +", Span(3, 3)) == "1 | 1 +\n       ^"
    assert caret("", Span(0, 0)) == "1 | \n    ^"


def test_tabs_take_one_column_and_wide_letters_two() -> None:
    assert caret("\t日本 x", Span(4, 5)) == "1 |  日本 x\n          ^"


def test_long_lines_are_cut_around_the_place() -> None:
    line, mark = caret("a" * 500 + "!" + "b" * 500, Span(500, 501)).split("\n")
    assert len(line) < 120
    assert line[mark.index("^")] == "!"


def test_lines_and_columns_count_from_one() -> None:
    assert line_and_column("ab\ncd", 0) == (1, 1)
    assert line_and_column("ab\ncd", 4) == (2, 2)


def test_show_says_everything_of_every_problem() -> None:
    problems = [
        RuleError("first", code="a", span=Span(0, 1), hint="do this"),
        RuleError("second", code="b", where="rule", span=None),
    ]
    error = DefinitionError("2 problems", problems=problems)
    assert show(error, "x y") == "1:1: first\n1 | x y\n    ^\n  hint: do this\n\nrule: second"


@given(st.text(max_size=300), st.integers(0, 400), st.integers(0, 400))
def test_any_span_of_any_text_is_shown(text: str, start: int, length: int) -> None:
    shown = caret(text, Span(start, start + length))
    assert "^" in shown.split("\n")[-1]
