"""``workspace.worksheets.previews``: what would come of an action, who and how many, before it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parcours.contacts.worksheets import previews
from parcours.contacts.worksheets.previews import HeaderPreview, Preview
from parcours.service.crm.desks import Room


class Previews(Room):
    """Each method is named as the action it shows, takes the same, refuses the same, and changes nothing.

    Where the numbers alone are wanted, the actions themselves take ``preview=True``.
    """

    def add_contacts(self, no: str, filters: Mapping[str, Any] | None = None, **options: bool) -> Preview:
        """Who would come, and who of those found stays out, with the reason."""
        with self._desks.look() as desk:
            return previews.add_contacts(desk, no, filters, **options)

    def reduce_contacts(self, no: str, filters: Mapping[str, Any] | None = None, **options: bool) -> Preview:
        """Whose lines would go."""
        with self._desks.look() as desk:
            return previews.reduce_contacts(desk, no, filters, **options)

    def refine_contacts(self, no: str, filters: Mapping[str, Any] | None = None, **options: bool) -> Preview:
        """Whose lines would go."""
        with self._desks.look() as desk:
            return previews.refine_contacts(desk, no, filters, **options)

    def refresh(self, no: str) -> Preview:
        """Who would come and who would go if the criteria were run again."""
        with self._desks.look() as desk:
            return previews.refresh(desk, no)

    def reuse_criteria(self, no: str, code: str) -> Preview:
        """Who would come and who would go through saved criteria, all actions together."""
        with self._desks.look() as desk:
            return previews.reuse_criteria(desk, no, code)

    def go_back(self, no: str, *, steps: int = 1) -> Preview:
        """Which lines would come back and which would go."""
        with self._desks.look() as desk:
            return previews.go_back(desk, no, steps=steps)

    def redo(self, no: str, *, steps: int = 1) -> Preview:
        """Which lines would come and which would go again."""
        with self._desks.look() as desk:
            return previews.redo(desk, no, steps=steps)

    def set(self, no: str, field: str, value: Any) -> HeaderPreview:
        """How many lines would follow a change of the header, and what a user would be asked."""
        with self._desks.look() as desk:
            return previews.set_header(desk, no, field, value)
