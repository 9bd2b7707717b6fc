"""Filter expressions."""

from __future__ import annotations

from tools.reference import language_page

WRONG = ({"age": "18..x", "city": "Lyon|(Paris"}, {"signed_up": "CZ"})


def page() -> str:
    return language_page.page("filter", WRONG)
