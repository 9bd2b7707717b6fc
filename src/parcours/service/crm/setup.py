"""What a company sets up before it works: settings, number series, codes, salespeople, users; and the audit trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from parcours.contacts.office import series, trail
from parcours.contacts.office import setup as settings
from parcours.contacts.people import attributes, loading, salespeople
from parcours.contacts.selection import trying
from parcours.contacts.tables import setup
from parcours.service.crm.desks import Record, Room
from parcours.service.crm.frames import frame_of


class Setup(Room):
    """Settings and everything that others are chosen from."""

    # --- settings and number series ---

    def settings(self) -> dict[str, Any]:
        """Every setting with its value; :data:`parcours.contacts.office.setup.SETTINGS` says what each does."""
        with self._desks.look() as desk:
            return {name: settings.get(desk, name) for name in settings.SETTINGS}

    def set(self, name: str, value: Any) -> None:
        """Set a setting; ``None`` goes back to its default.

        Raises:
            InputError: ``unknown-setting``.
        """
        with self._desks.change("set") as desk:
            settings.put(desk, name, value)

    def series(self) -> pl.DataFrame:
        """Number series: ``code``, ``description``, ``next``, ``manual_allowed``."""
        with self._desks.look() as desk:
            return frame_of(setup.number_series, desk.rows(setup.number_series))

    def put_series(self, code: str, next: str, *, description: str = "", manual_allowed: bool = True) -> None:
        """Make or change a number series; ``next`` is the number that is drawn next.

        Raises:
            Refused: ``series-without-digits``.
        """
        with self._desks.change("put_series") as desk:
            series.put_series(desk, code, next, description=description, manual_allowed=manual_allowed)

    # --- codes ---

    def codes(self, kind: str) -> pl.DataFrame:
        """The codes of a kind (``mailing_group`` …): ``code``, ``description``, ``detail``, ``no_of_contacts``.

        Raises:
            InputError: ``unknown-kind``.
        """
        with self._desks.look() as desk:
            rows = attributes.listed(desk, kind)
        return frame_of(setup.codes, rows, more={"no_of_contacts": pl.Int64}, without=("kind",))

    def put_code(self, kind: str, code: str, description: str = "", *, detail: str = "") -> Record:
        """Make or change a code; ``detail`` of a web source is its address, ``{}`` in it for the search word.

        Raises:
            InputError: ``unknown-kind``, ``code-required`` or ``too-long``.
        """
        with self._desks.change("put_code") as desk:
            return attributes.put_code(desk, kind, code, description, detail)

    def delete_code(self, kind: str, code: str) -> None:
        """Delete a code that no contact has.

        Raises:
            UnknownNameError: there is no such code.
            Refused: ``mailing-group-in-use`` and likewise for other kinds.
        """
        with self._desks.change("delete_code") as desk:
            attributes.delete_code(desk, kind, code)

    # --- people who work here ---

    def salespeople(self) -> pl.DataFrame:
        """Salespeople with all their fields, by code."""
        with self._desks.look() as desk:
            return frame_of(setup.salespeople, salespeople.every(desk))

    def put_salesperson(self, code: str, **fields: Any) -> Record:
        """Make or change a salesperson: ``name``, ``email``, ``phone_no``, ``commission_pct``, ``blocked`` …

        Raises:
            InputError: ``code-required``, or a field that is not one.
        """
        with self._desks.change("put_salesperson") as desk:
            return salespeople.put(desk, code, **fields)

    def delete_salesperson(self, code: str) -> None:
        """Delete a salesperson; what names the code keeps it.

        Raises:
            UnknownNameError: there is none.
        """
        with self._desks.change("delete_salesperson") as desk:
            salespeople.delete(desk, code)

    def users(self) -> pl.DataFrame:
        """Users: ``id``, ``salesperson_code``, ``work_date`` (blank: today), ``lists``."""
        with self._desks.look() as desk:
            return frame_of(setup.users, desk.rows(setup.users))

    def put_user(
        self,
        id: str,
        *,
        salesperson_code: str = "",
        work_date: date | str | None = None,
        lists: dict[str, list[str]] | None = None,
    ) -> Record:
        """Set up a user: the salesperson, the work date (none: today), the own lists of the filter tokens.

        Raises:
            UnknownNameError: there is no such salesperson.
            InputError: ``bad-value``, ``unknown-list``.
        """
        with self._desks.change("put_user") as desk:
            return salespeople.put_user(desk, id, salesperson_code=salesperson_code, work_date=work_date, lists=lists)

    # --- filters, bulk, audit ---

    def matching(self, expression: str, values: Sequence[str], type: str = "text") -> list[str]:
        """Those of these values that a filter expression takes, in their order; for trying out expressions.

        Args:
            expression: as in fields of filters (contact-segments.md, section 13).
            values: ISO dates, numbers with a decimal point, texts.
            type: of the field: ``text``, ``code``, ``decimal``, ``integer`` or ``date``.

        Raises:
            DefinitionError: the expression cannot be accepted; ``problems`` holds every problem with its span.
            InputError: ``bad-value``, a value is none of that type; ``unknown-type``.
        """
        with self._desks.look() as desk:
            return trying.matching(desk, expression, values, type)

    def load(self, tables: Mapping[str, loading.Rows], *, tell: bool = True) -> dict[str, int]:
        """Add rows to tables of the CRM in bulk, without the checks of operations; all of them, or on any error none.

        For data that were checked before: moving from another system, states of tests. Returns how many by table.

        Args:
            tables: frames, or rows as mappings, by name of the table (``contacts``, ``mailing_groups``, …).
            tell: whether live segments and journeys are told of the contacts and interactions.

        Raises:
            InputError: there is no such table or column, or two rows cannot stand beside each other (``row-taken``).
        """
        with self._desks.change("load") as desk:
            return {name: loading.load(desk, name, rows, tell=tell) for name, rows in tables.items()}

    def trail(self, kind: str | None = None, key: str | None = None, *, limit: int | None = 1000) -> pl.DataFrame:
        """Who did what when, newest first: ``revision``, ``at``, ``by``, ``operation``, ``kind``, ``key``, ``note``.

        Args:
            kind, key: only on things of a kind (``contact``, ``worksheet`` …), or on one of them.
            limit: at most so many; ``None``: all.
        """
        with self._desks.look() as desk:
            return trail.operations(desk, kind, key, limit=limit)

    def changes(self, revision: int) -> list[Record]:
        """What an operation of the :meth:`trail` changed on single rows: field by field, before and after."""
        with self._desks.look() as desk:
            return trail.changes(desk, revision)
