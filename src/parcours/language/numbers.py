"""Numbers as the languages write them."""

from __future__ import annotations

from decimal import Decimal


def decimal_text(number: float | str) -> str:
    """The shortest digits that read as a finite double, without exponent and with a point: ``1e-05`` is 0.00001.

    A text is a number that Python or Polars has written.
    """
    digits = format(Decimal(number if isinstance(number, str) else repr(number)), "f")
    return digits if "." in digits else f"{digits}.0"
