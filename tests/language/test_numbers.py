"""Numbers as the languages write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.language.numbers import decimal_text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1e-05, "0.00001"),
        (1e-20, "0.00000000000000000001"),
        (1e22, "1" + 22 * "0" + ".0"),
        (3.0, "3.0"),
        ("2e3", "2000.0"),
    ],
)
def test_no_exponent_and_a_point(number: float | str, text: str) -> None:
    assert decimal_text(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_is_the_number(number: float) -> None:
    text = decimal_text(number)
    assert float(text) == number
    assert "e" not in text
    assert "." in text
