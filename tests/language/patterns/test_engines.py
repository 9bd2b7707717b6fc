"""The two ways to search, by Polars and by the matcher, give the same for patterns and texts made up at random."""

import polars as pl
import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from parcours.core.errors import EvaluationError
from parcours.language.patterns import engine, machine
from parcours.language.patterns.engine import Pattern, compiled
from parcours.language.patterns.rust import rust_form
from parcours.language.patterns.syntax import At, Place, Seq

ATOMS = (
    "a",
    "b",
    "ab",
    ".",
    "\\w",
    "\\D",
    "[ab]",
    "[^a]",
    "[a-c&&[^b]]",
    "^",
    "$",
    "\\b",
    "\\B",
    "\\Z",
    "\\R",
    "é",
    "\\n",
)
REPEATS = ("", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{2,}?")
TEXTS = st.text("aabbé1 \n\r", max_size=7)


def joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    repeats = st.sampled_from(REPEATS)
    return st.one_of(
        st.builds(lambda left, right: left + right, parts, parts),
        st.builds(lambda left, right: f"{left}|{right}", parts, parts),
        st.builds(lambda inner, repeat: f"({inner}){repeat}", parts, repeats),
        st.builds(lambda inner, repeat: f"(?:{inner}){repeat}", parts, repeats),
        st.builds(lambda flag, inner: f"(?{flag}){inner}", st.sampled_from(("i", "m", "s", "d", "iu")), parts),
    )


SIMPLE = st.builds(lambda atom, repeat: atom + repeat, st.sampled_from(ATOMS), st.sampled_from(REPEATS))
SOURCES = st.recursive(SIMPLE, joined, max_leaves=6)


def by_machine(source: str) -> Pattern:
    pattern = Pattern(source)
    pattern._rust = None
    return pattern


@settings(max_examples=300, deadline=None)
@given(SOURCES, st.lists(TEXTS | st.none(), min_size=1, max_size=5))
def test_both_engines_agree(source, texts):
    try:
        pattern = Pattern(source)
    except EvaluationError:
        assume(False)
    assume(pattern._rust is not None)
    column, slow = pl.Series(texts, dtype=pl.String), by_machine(source)
    note(f"{source!r} as {pattern._rust}")
    assert pattern.found(column)[0].to_list() == slow.found(column)[0].to_list()
    assert pattern.whole(column)[0].to_list() == slow.whole(column)[0].to_list()
    for group in range(pattern._parsed.groups + 1):
        assert pattern.group(column, group)[0].to_list() == slow.group(column, group)[0].to_list()
    for every in (False, True):
        assert pattern.replaced(column, "$0", every)[0].to_list() == slow.replaced(column, "$0", every)[0].to_list()
    assert pattern.split(column)[0].to_list() == slow.split(column)[0].to_list()


@settings(max_examples=100, deadline=None)
@given(st.text("ab(|)[]{}*+?^$\\.-&1<>=!:dQE,x", max_size=12), TEXTS)
def test_any_text_is_a_pattern_or_said_to_be_none(source, text):
    try:
        pattern = compiled(source)
    except EvaluationError:
        return
    values, failed = pattern.found(pl.Series([text]))
    assert (failed is not None and failed.item()) or values.item() in (True, False)


@pytest.mark.parametrize("source", ["a\\d+", "(?i)[a-z]+@x", "^\\w+$", "(a|b)*c", "\\bx\\b", "(?<n>a)b"])
def test_everyday_patterns_are_searched_by_polars(source, monkeypatch):
    monkeypatch.setattr(engine.Pattern, "_searched", None)  # the matcher is not needed
    column = pl.Series(["a1", "b", None, "x@x"])
    compiled(source).found(column)
    compiled(source).whole(column)


def test_a_text_that_ends_with_a_line_end_is_searched_by_the_matcher():
    column = pl.Series(["a", "a\n", "a\r\n", "a\nb", None])
    assert compiled("a$").found(column)[0].to_list() == [True, True, True, False, None]
    assert compiled("a\\z").found(column)[0].to_list() == [True, False, False, False, None]


def test_only_texts_with_line_ends_make_lines_differ():
    assert rust_form(Seq((At(Place.LINE_START),))).except_for
    assert rust_form(Seq((At(Place.START),))).except_for is None


def test_steps_count_for_all_searching_in_a_text(monkeypatch):
    monkeypatch.setattr(machine, "MAX_STEPS", 50)
    values, failed = by_machine("b").replaced(pl.Series(["a" * 100 + "b", "ab"]), "-", every=True)
    assert failed.to_list() == [True, False]
    assert values.to_list() == [None, "a-"]


@pytest.mark.parametrize("length", [100, 400])
def test_time_grows_with_the_text_only(length, monkeypatch):
    """The steps of a pattern that would double with each character elsewhere."""
    monkeypatch.setattr(machine, "MAX_STEPS", 40 * length)
    values, failed = by_machine("(?=(a+)+b)a").found(pl.Series(["a" * length]))
    assert (values.item(), failed.item()) == (False, False)
