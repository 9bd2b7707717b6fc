"""No cell of a CSV file runs in a spreadsheet, and nothing else is changed."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.spreadsheets import harmless, original

FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "  =1+1",
    "@SUM(A1)",
    "+cmd|x",
    "-cmd|x",
    "+1+cmd|x",
    "-2+3+cmd|' /C calc'!D2",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋cmd",
    '=HYPERLINK("https://evil.example")',
]
HARMLESS = [
    "",
    "Ann",
    "+33 1 23 45",
    "-12.5",
    "(+33) 1",
    "a=b",
    "ann@shop.example",
    "'tis",
    "1-2",
    "- -",
    "+",
    "-3,5",
    "'",
]


def written(text: str) -> str:
    return str(harmless(pl.DataFrame({"a": [text]}))["a"][0])


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_is_a_text(text: str) -> None:
    assert written(text) == "'" + text
    assert original(written(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_everything_else_stays(text: str) -> None:
    assert written(text) == text
    assert original(text) == text


@given(st.text(alphabet="=+-@'\t\r\n ab1.,|", max_size=8))
def test_no_text_begins_like_one_afterwards(text: str) -> None:
    found = written(text)
    assert not found.lstrip(" ").startswith(("=", "@", "\t", "\r", "\n"))
    assert found in (text, "'" + text)
    if found != text:
        assert original(found) == text


def test_other_types_and_empty_cells_stay() -> None:
    frame = pl.DataFrame({"n": [-1, None], "t": [None, "=1"], "d": [1.5, -2.0]})
    assert harmless(frame).to_dict(as_series=False) == {"n": [-1, None], "t": [None, "'=1"], "d": [1.5, -2.0]}
