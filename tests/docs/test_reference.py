"""The generated reference is what the code says now."""

from __future__ import annotations

from tools import docs


def test_committed_pages_are_current() -> None:
    assert docs.drifted() == [], "run `make docs` and commit docs/reference"
