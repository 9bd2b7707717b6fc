"""PQL."""

from __future__ import annotations

from tools.reference import language_page

WRONG = (
    'agee > 18 and xEvent[eventType = "purchase"].cnt() > 2',
    "age == 18",
    'city in "Lyon" or trial_ends occurs < 3 days',
)


def page() -> str:
    return language_page.page("pql", WRONG)
