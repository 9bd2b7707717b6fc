"""The journey expression language."""

from __future__ import annotations

from tools.reference import language_page

WRONG = (
    "#{Parcours.Profile.agee} > 18 and count(#{Parcours.Events.purchse}) > 2",
    "#{Parcours.Profile.age} => 18",
    'startWith(#{Parcours.Profile.age}, "4") or #{Parcours.Profile.income} * 2 > 1000.0',
)


def page() -> str:
    return language_page.page("journey", WRONG)
