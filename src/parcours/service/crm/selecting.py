"""Filling and thinning out worksheets: runs of criteria, hand work on lines, going back and forth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from parcours.contacts.tables import worksheets as tables
from parcours.contacts.worksheets import actions, criteria, history, refreshing
from parcours.contacts.worksheets.actions import Outcome
from parcours.contacts.worksheets.history import Step
from parcours.contacts.worksheets.refreshing import Refreshed
from parcours.service.crm.desks import RULED, Record, Replies, Room
from parcours.service.crm.frames import frame_of


class Selecting(Room):
    """Actions on the lines of a worksheet (contact-segments.md, sections 8 to 12).

    ``filters`` are plain data: ``{sub-table: {field: filter expression}}``, besides ``any_of`` and ``none_of`` with
    lists of such, and ``rule`` with a rule of Parcours in any language; no filter at all matches every contact.
    """

    def add_contacts(
        self,
        no: str,
        filters: Mapping[str, Any] | None = None,
        *,
        allow_existing: bool = False,
        expand_companies: bool = False,
        allow_related_companies: bool = False,
        ignore_exclusion: bool = False,
        expected_version: int | None = None,
        answers: Replies = None,
        preview: bool = False,
    ) -> Outcome:
        """Add the contacts that filters take.

        Args:
            no: number of the worksheet.
            filters: whom to take.
            allow_existing: contacts that stand in it already get one more line.
            expand_companies: bring everybody of the companies of those found.
            allow_related_companies: bring the companies of those found.
            ignore_exclusion: bring contacts, too, that are flagged to be left out.
            expected_version: see :class:`~parcours.service.crm.worksheets.Worksheets`.
            answers: see :data:`parcours.service.crm.desks.Replies`.
            preview: only say who would come.

        Raises:
            UnknownNameError: there is no such worksheet.
            DefinitionError: the filters cannot be accepted; ``problems`` holds each with its place and span.
            Refused: ``conflict``.
        """
        with self._desks.change("add_contacts", answers, preview=preview, filters=filters or {}) as desk:
            return actions.add_contacts(
                desk,
                no,
                filters,
                allow_existing=allow_existing,
                expand_companies=expand_companies,
                allow_related_companies=allow_related_companies,
                ignore_exclusion=ignore_exclusion,
                expected_version=expected_version,
            )

    def reduce_contacts(
        self,
        no: str,
        filters: Mapping[str, Any] | None = None,
        *,
        entire_companies: bool = False,
        expected_version: int | None = None,
        answers: Replies = None,
        preview: bool = False,
    ) -> Outcome:
        """Delete the lines whose contacts filters take.

        Args:
            no: number of the worksheet.
            filters: whom to take out.
            entire_companies: everybody of a company goes with anybody of it.
            expected_version, answers, preview: see :meth:`add_contacts`.

        Raises:
            UnknownNameError, DefinitionError, Refused: see :meth:`add_contacts`.
            OpenQuestion: ``reset_criteria``.
        """
        with self._desks.change("reduce_contacts", answers, preview=preview, filters=filters or {}) as desk:
            return actions.reduce_contacts(
                desk, no, filters, entire_companies=entire_companies, expected_version=expected_version
            )

    def refine_contacts(
        self,
        no: str,
        filters: Mapping[str, Any] | None = None,
        *,
        entire_companies: bool = False,
        expected_version: int | None = None,
        answers: Replies = None,
        preview: bool = False,
    ) -> Outcome:
        """Keep only the lines whose contacts filters take; see :meth:`reduce_contacts`."""
        with self._desks.change("refine_contacts", answers, preview=preview, filters=filters or {}) as desk:
            return actions.refine_contacts(
                desk, no, filters, entire_companies=entire_companies, expected_version=expected_version
            )

    # --- hand work ---

    def add_line(
        self,
        no: str,
        contact: str = "",
        *,
        ignore_exclusion: bool = False,
        expected_version: int | None = None,
        answers: Replies = None,
    ) -> Record:
        """Type a contact on a new line; blank: a line without contact. Returns the line.

        Like all hand work it asks what comes up: what ``answers`` do not answer is an ``OpenQuestion``.

        Raises:
            UnknownNameError: there is no such worksheet or contact.
            Refused: ``conflict``, ``contact-excluded``.
            OpenQuestion: ``add_excluded_contact``.
        """
        with self._desks.change("add_line", answers, by_hand=True) as desk:
            return actions.add_line(
                desk, no, contact, ignore_exclusion=ignore_exclusion, expected_version=expected_version
            )

    def delete_line(
        self, no: str, line_no: int, *, expected_version: int | None = None, answers: Replies = None
    ) -> Outcome:
        """Delete a line by hand.

        Raises:
            UnknownNameError: there is no such worksheet or line.
            Refused: ``conflict``.
            OpenQuestion: ``reset_criteria``.
        """
        with self._desks.change("delete_line", answers, by_hand=True) as desk:
            return actions.delete_line(desk, no, line_no, expected_version=expected_version)

    def change_line_contact(
        self,
        no: str,
        line_no: int,
        contact: str,
        *,
        ignore_exclusion: bool = False,
        expected_version: int | None = None,
        answers: Replies = None,
    ) -> Record:
        """Put another contact on a line, which is made anew from header and contact. Returns the line.

        Raises:
            UnknownNameError: there is no such worksheet, line or contact.
            Refused: ``conflict``, ``contact-excluded``.
            OpenQuestion: ``add_excluded_contact``.
        """
        with self._desks.change("change_line_contact", answers, by_hand=True) as desk:
            return actions.change_line_contact(
                desk, no, line_no, contact, ignore_exclusion=ignore_exclusion, expected_version=expected_version
            )

    # --- back and forth ---

    def go_back(
        self, no: str, *, steps: int = 1, expected_version: int | None = None, answers: Replies = None
    ) -> Step | None:
        """Undo the last actions. ``None`` when there is none, or somebody says no.

        Raises:
            UnknownNameError: there is no such worksheet.
            Refused: ``conflict``.
            OpenQuestion: ``undo_last_action``, ``reset_criteria``.
        """
        with self._desks.change("go_back", answers) as desk:
            return history.go_back(desk, no, steps=steps, expected_version=expected_version)

    def redo(
        self, no: str, *, steps: int = 1, expected_version: int | None = None, answers: Replies = None
    ) -> Step | None:
        """Do again what was undone last, as it was. ``None`` when there is nothing.

        Raises:
            UnknownNameError: there is no such worksheet.
            Refused: ``conflict``.
        """
        with self._desks.change("redo", answers) as desk:
            return history.redo(desk, no, steps=steps, expected_version=expected_version)

    def steps_possible(self, no: str) -> tuple[int, int]:
        """How many actions can be undone, and how many done again.

        Raises:
            UnknownNameError: there is no such worksheet.
        """
        with self._desks.look() as desk:
            return history.steps_possible(desk, no)

    # --- criteria ---

    def criteria(self, no: str, *, undone: bool = False) -> list[Record]:
        """The actions that stand: ``number``, ``action``, ``source``, ``options``, ``filters``, ``at``, ``by``, and how
        many lines each ``inserted`` and ``deleted``.

        Args:
            no: its number.
            undone: those that can be done again instead, the next one first.

        Raises:
            UnknownNameError: there is no such worksheet.
        """
        with self._desks.look() as desk:
            return criteria.with_effects(desk, no, undone_ones=undone)

    def criteria_tree(self, no: str) -> list[Record]:
        """The criteria as lines, filters below their actions, in words.

        Raises:
            UnknownNameError: there is no such worksheet.
        """
        with self._desks.look() as desk:
            return criteria.tree(desk, no)

    def last_used(self, action: str) -> Record | None:
        """Options and filters that the acting user ran an action with last, to be proposed again; ``None``: none yet.

        Args:
            action: add, reduce or refine.
        """
        with self._desks.look() as desk:
            return criteria.last_used(desk, action)

    def save_criteria(self, no: str, code: str, description: str = "") -> Record:
        """Save the actions that stand, with options and filters, to run them again elsewhere. Returns what was saved.

        Raises:
            UnknownNameError: there is no such worksheet.
            Refused: ``no-criteria-actions``, ``criteria-code-required``, ``criteria-code-exists``.
        """
        with self._desks.change("save_criteria") as desk:
            return criteria.save(desk, no, code, description)

    def saved_criteria(self) -> pl.DataFrame:
        """Saved criteria by code: ``description``, ``by``, ``no_of_actions``."""
        with self._desks.look() as desk:
            rows = criteria.every_saved(desk)
        return frame_of(tables.saved_criteria, rows, more={"no_of_actions": pl.Int64}, without=("actions",))

    def describe_saved(self, code: str, description: str) -> Record:
        """Give saved criteria another description; their actions are not edited.

        Raises:
            UnknownNameError: there are none under this code.
        """
        with self._desks.change("describe_saved") as desk:
            return criteria.describe_saved(desk, code, description)

    def delete_saved(self, code: str) -> None:
        """Delete saved criteria.

        Raises:
            UnknownNameError: there are none under this code.
        """
        with self._desks.change("delete_saved") as desk:
            criteria.delete_saved(desk, code)

    def restore_saved(self, code: str) -> Record:
        """Bring back saved criteria that were deleted, as they were. Returns them.

        Raises:
            UnknownNameError: none were deleted under this code.
            Refused: ``criteria-code-exists``.
        """
        with self._desks.change("restore_saved") as desk:
            return criteria.restore_saved(desk, code)

    def reuse_criteria(
        self,
        no: str,
        code: str,
        *,
        expected_version: int | None = None,
        answers: Replies = None,
        preview: bool = False,
    ) -> list[Outcome] | None:
        """Run saved actions again, in order, on the contacts of now. Returns what each did; ``None``: somebody said no.

        Raises:
            UnknownNameError: there is no such worksheet, or no such criteria.
            Refused: ``conflict``.
            OpenQuestion: ``reuse_on_used_segment``, ``reset_criteria``.
        """
        with self._desks.change("reuse_criteria", answers, preview=preview, filters=RULED) as desk:
            return criteria.reuse(desk, no, code, expected_version=expected_version)

    def refresh(
        self, no: str, *, expected_version: int | None = None, answers: Replies = None, preview: bool = False
    ) -> Refreshed:
        """Run the criteria again, from the first, on the contacts of now; lines of those who stay are left as they are.

        Returns who came and who went; it is one step that can be undone.

        Raises:
            UnknownNameError: there is no such worksheet.
            DefinitionError: a filter is accepted no longer.
            Refused: ``conflict``.
            OpenQuestion: ``reset_criteria``.
        """
        with self._desks.change("refresh", answers, preview=preview, filters=RULED) as desk:
            return refreshing.refresh(desk, no, expected_version=expected_version)
