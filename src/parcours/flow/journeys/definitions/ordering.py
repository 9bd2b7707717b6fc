"""The order in which problems are told: those of the whole journey first, then from left to right."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar

from parcours.core.errors import ParcoursError
from parcours.flow.journeys.activities.base import Activity, Edge
from parcours.flow.journeys.definitions.form import Form
from parcours.flow.journeys.graph import positions


def left_to_right(problems: Sequence[ParcoursError], form: Form) -> list[ParcoursError]:
    """Problems of the whole journey first, then those of activities by their place from left to right."""
    places = positions(form.head.beginnings, _drawn(form))

    def place(problem: ParcoursError) -> int:
        found = re.match(r"activities\.([^.\[:]+)", problem.where or "")
        return -1 if found is None else places.get(found.group(1), len(places))

    return sorted(problems, key=place)


def _drawn(form: Form) -> dict[str, Activity]:
    """The graph with something in the place of every activity that could not be read: it leads to what it names."""
    names = form.head.activities
    return {name: form.activities.get(name) or _Unread(leads_to=_named(names[name], names)) for name in names}


class _Unread(Activity, frozen=True):
    """An activity that could not be read."""

    kind: ClassVar[str] = "unread"

    leads_to: tuple[str, ...]

    def edges(self) -> tuple[Edge, ...]:
        return (Edge("next", self.leads_to, ""),)


def _named(shape: object, names: Collection[str]) -> tuple[str, ...]:
    """The names in plain data, but those by which other activities are only referred to."""
    if isinstance(shape, str):
        return (shape,) if shape in names else ()
    parts: list[object] = []
    if isinstance(shape, Mapping):
        parts = [part for name, part in shape.items() if name not in ("of", "again", "type")]
    elif isinstance(shape, list | tuple):
        parts = [*shape]
    return tuple(found for part in parts for found in _named(part, names))
