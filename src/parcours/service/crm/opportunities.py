"""``workspace.opportunities``: opportunities on their way through sales cycles, and tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from parcours.contacts.campaigns import targets
from parcours.contacts.office import Desk
from parcours.contacts.opportunities import cards, cycles, figures, moves, tasks
from parcours.contacts.tables import opportunities as tables
from parcours.service.crm.desks import Record, Replies, Room
from parcours.service.crm.frames import frame_of


class Opportunities(Room):
    """Opportunities, sales cycles, tasks and teams (contact-segments.md, section 20)."""

    # --- opportunities ---

    def create(self, contact: str, *, preview: bool = False, **fields: Any) -> Record:
        """Make an opportunity, not started yet. Returns it.

        Args:
            contact: its number.
            preview: only say what would come of it.
            fields: ``no``, ``description``, ``sales_cycle_code``, ``salesperson_code``, ``campaign_no``,
                ``segment_no``, ``priority``, ``quote_no``.

        Raises:
            UnknownNameError: a contact, sales cycle, salesperson, campaign or segment does not exist.
            Refused: ``segment-empty``, ``opportunity-no-series-missing`` and others (section 20).
            InputError: a value cannot be.
        """
        with self._desks.change("create_opportunity", preview=preview) as desk:
            return cards.create(desk, contact, **fields)

    def create_from_interaction(self, entry: int, **fields: Any) -> Record:
        """Make an opportunity from an interaction. Returns it.

        Raises:
            UnknownNameError: there is no such interaction.
            Refused: ``interaction-canceled``, ``opportunity-exists``, and those of :meth:`create`.
        """
        with self._desks.change("create_opportunity") as desk:
            return cards.from_interaction(desk, entry, **fields)

    def create_for_worksheet(self, no: str, *, answers: Replies = None, preview: bool = False) -> list[str]:
        """One opportunity for every line of a worksheet that has a contact. Returns their numbers.

        Raises:
            UnknownNameError: there is no such worksheet.
            Refused: ``opportunity-no-series-missing``.
            OpenQuestion: ``create_for_all_contacts``.
        """
        with self._desks.change("create_opportunities", answers, preview=preview) as desk:
            return cards.for_segment(desk, no)

    def change(self, no: str, *, expected_version: int | None = None, answers: Replies = None, **fields: Any) -> Record:
        """Change fields of an opportunity. Returns it.

        Raises:
            UnknownNameError: a name in it does not exist.
            Refused: ``opportunity-closed``, ``sales-cycle-in-use``, ``conflict``.
            InputError: ``unknown-field``, or a value cannot be.
            OpenQuestion: ``move_tasks``.
        """
        with self._desks.change("change_opportunity", answers) as desk:
            return cards.change(desk, no, expected_version, **fields)

    def delete(self, no: str) -> None:
        """Delete an opportunity with its entries.

        Raises:
            UnknownNameError: there is none.
            Refused: ``opportunity-in-progress``.
        """
        with self._desks.change("delete_opportunity") as desk:
            cards.delete(desk, no)

    def get(self, no: str) -> Record:
        """An opportunity.

        Raises:
            UnknownNameError: there is none.
        """
        with self._desks.look() as desk:
            return cards.get(desk, no)

    def list(self, *, since: date | None = None, until: date | None = None, **equal: str) -> pl.DataFrame:
        """Opportunities with stage, values and probability of their active entries, by number.

        Args:
            since, until: only those made within, both included.
            equal: only those with these values: ``campaign_no="CP1"``.
        """
        with self._desks.look() as desk:
            return figures.table(desk, since, until, **equal)

    def statistics(self, by: str, *, since: date | None = None, until: date | None = None) -> pl.DataFrame:
        """Counts, values and success of opportunities by a field.

        Raises:
            InputError: ``bad-choice``.
        """
        with self._desks.look() as desk:
            return figures.statistics(desk, by, since, until)

    # --- moving through the stages ---

    def move(self, no: str, action: str, **how: Any) -> Record:
        """Move an opportunity: ``first``, ``next``, ``previous``, ``skip``, ``jump``, ``update``. Returns its entry.

        Args:
            no: the opportunity.
            action: how it moves.
            how: ``stage``, ``date_of_change``, ``estimated_value``, ``chances_pct``, ``estimated_close_date``,
                ``quote_no``, ``cancel_old_tasks``.

        Raises:
            UnknownNameError: there is no such opportunity.
            Refused: ``opportunity-closed``, ``sales-cycle-required``, ``wrong-stage``, ``skip-not-allowed``,
                ``quote-required``, ``date-before-last-change``, ``close-before-change``.
            InputError: ``bad-choice``, ``stage-required``, ``value-required``.
        """
        with self._desks.change("move_opportunity") as desk:
            return moves.move(desk, no, action, **how)

    def close(self, no: str, won: bool, close_code: str, **how: Any) -> Record:
        """Close an opportunity as won or lost. Returns its last entry.

        Args:
            no: the opportunity.
            won: it was won; it then needs a value and a customer.
            close_code: why.
            how: ``value``, ``date_closed``, ``customer_no`` (of a customer that is made from the contact).

        Raises:
            UnknownNameError: there is no such opportunity or close code.
            Refused: ``opportunity-closed``, ``customer-required``, ``date-before-last-change``.
            InputError: ``close-code-required``, ``value-required``.
        """
        with self._desks.change("close_opportunity") as desk:
            return moves.close(desk, no, won, close_code, hooks=[_targets_follow], **how)

    def entries(self, no: str) -> pl.DataFrame:
        """The moves of an opportunity, the oldest first.

        Raises:
            UnknownNameError: there is no such opportunity.
        """
        with self._desks.look() as desk:
            rows = desk.rows(tables.opportunity_entries, opportunity_no=cards.get(desk, no)["no"])
        return frame_of(tables.opportunity_entries, rows)

    # --- sales cycles ---

    def put_cycle(self, code: str, stages: Sequence[Mapping[str, Any]] | None = None, **fields: Any) -> Record:
        """Make or change a sales cycle.

        Args:
            code: of the cycle.
            stages: in order, from 1: ``description``, ``completed_pct``, ``chances_pct``, ``activity_code``,
                ``quote_required``, ``allow_skip``, ``date_formula``; ``None`` leaves them.
            fields: ``description``, ``probability_calculation``, ``blocked``.

        Raises:
            InputError, DefinitionError, Refused: what is wrong with it.
        """
        with self._desks.change("put_cycle") as desk:
            return cycles.put_cycle(desk, code, stages, **fields)

    def cycles(self) -> pl.DataFrame:
        """All sales cycles, by code."""
        with self._desks.look() as desk:
            return frame_of(tables.sales_cycles, desk.rows(tables.sales_cycles))

    def stages(self, cycle: str) -> pl.DataFrame:
        """The stages of a sales cycle, in order."""
        with self._desks.look() as desk:
            return frame_of(tables.sales_cycle_stages, cycles.stages(desk, cycle), without=("id",))

    def put_activity(self, code: str, steps: Sequence[Mapping[str, Any]]) -> None:
        """Make or change an activity: the tasks (``type``, ``description``, ``date_formula``) that a stage makes.

        Raises:
            InputError: ``code-required``, or an unknown field.
            DefinitionError: a date formula that is none.
        """
        with self._desks.change("put_activity") as desk:
            cycles.put_activity(desk, code, steps)

    # --- tasks ---

    def put_team(self, code: str, name: str = "", members: Sequence[str] = ()) -> Record:
        """Make or change a team of salespeople.

        Raises:
            UnknownNameError: a member is no salesperson.
            InputError: ``code-required``.
        """
        with self._desks.change("put_team") as desk:
            return tasks.put_team(desk, code, name, members)

    def create_task(self, description: str, **fields: Any) -> Record:
        """Make a task; with a team every member gets one, with a segment each of its contacts. Returns it.

        Args:
            description: what is to be done.
            fields: ``type``, ``date``, ``ending_date``, ``priority``, ``salesperson_code``, ``team_code``,
                ``contact_no``, ``segment_no``, ``campaign_no``, ``opportunity_no``, ``stage``.

        Raises:
            UnknownNameError: a contact, segment, campaign, team or salesperson does not exist.
            Refused: ``salesperson-required``, ``team-empty``, ``segment-empty``, ``task-no-series-missing``.
            InputError: ``description-required``, ``bad-choice``, ``bad-range``.
        """
        with self._desks.change("create_task") as desk:
            return tasks.create(desk, description, **fields)

    def change_task(self, no: str, *, expected_version: int | None = None, **fields: Any) -> Record:
        """Change fields of a task; ``status="completed"`` closes it. Returns it.

        Raises:
            UnknownNameError: there is no such task or salesperson.
            Refused: ``task-closed``, ``conflict``.
            InputError: ``unknown-field``, ``bad-choice``.
        """
        with self._desks.change("change_task") as desk:
            return tasks.change(desk, no, expected_version, **fields)

    def complete_task(self, no: str, *, canceled: bool = False) -> Record:
        """Close a task as done, or as canceled, with those made from it. Returns it.

        Raises:
            UnknownNameError: there is none.
        """
        with self._desks.change("complete_task") as desk:
            return tasks.complete(desk, no, canceled=canceled)

    def tasks(self, *, open_only: bool = True, **equal: Any) -> pl.DataFrame:
        """Tasks with these values, by date: ``tasks(salesperson_code="SP1")``."""
        with self._desks.look() as desk:
            return frame_of(tables.tasks, tasks.listed(desk, open_only=open_only, **equal))


def _targets_follow(desk: Desk, company: str, link_to: str, number: str) -> None:
    if link_to == "customer" and number:
        targets.became_customer(desk, company, number)
