"""Rows of new contacts in bulk, with the rules that :mod:`parcours.contacts.people.cards` follows for single ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from parcours.contacts.office import Desk, Row, series
from parcours.contacts.office import setup as settings
from parcours.contacts.office.desk import CHUNK, in_chunks
from parcours.contacts.people import cards, checks, finding, inheritance, names
from parcours.contacts.people.finding import CONTACTS
from parcours.contacts.tables import setup
from parcours.core.errors import Refused, UnknownNameError, nearest

#: A company as far as persons take from it.
_BLANK = dict.fromkeys((name for names in inheritance.KINDS.values() for name in names), "")


class Maker:
    """Makes rows of contacts; what it has to know it looks up once.

    Attributes:
        rows: the rows made, by number, in order; nothing is written.
    """

    def __init__(self, desk: Desk, taken: set[str], profiles: set[str]) -> None:
        """``taken`` and ``profiles``: numbers and profile ids that contacts have already, of those that may come."""
        self.rows: dict[str, Row] = {}
        self._desk = desk
        self._taken = taken
        self._profiles = profiles
        self._defaults = {kind: cards.defaults(desk, kind) for kind in ("company", "person")}
        self._kinds = inheritance.switched_on(desk)
        self._salespeople = set(desk.con.execute(select(setup.salespeople.c.code)).scalars())
        self._companies: dict[str, Row | None] = {}
        self._series = settings.get(desk, "contact_nos")
        self._row = desk.find(setup.number_series, self._series) if self._series else None
        self._next: str | None = None
        self._ahead: list[str] = []

    def make(self, type: str, values: Mapping[str, Any], company: str = "") -> str:
        """Make the row of a contact from checked values, and return its number.

        Raises:
            Refused: as :func:`~parcours.contacts.people.cards.create`.
            UnknownNameError: there is no such salesperson or company.
        """
        given = {**values, "type": type}
        row = {**self._defaults[type], **given}
        row |= names.name_changes({"type": type}, given)
        row |= self._place(row, given, company)
        row |= checks.privacy({}, row)
        checks.fields_of_type(row)
        self._check_salesperson(row["salesperson_code"])
        profile = str(given.get("profile_id", ""))
        if profile and profile in self._profiles:
            raise Refused(f"the profile {profile!r} is a contact already", code="profile-taken")
        row["no"] = self._number(str(given.get("no", "")))
        row["profile_id"] = profile or row["no"]
        self._taken.add(row["no"])
        self._profiles.add(row["profile_id"])
        if type == "company":
            row["company_no"] = row["no"]
        self.rows[row["no"]] = row
        return str(row["no"])

    def _place(self, row: Row, given: Mapping[str, Any], company: str) -> Row:
        if row["type"] == "company":
            if given.get("company_no", "") not in ("", given.get("no", "")):
                raise Refused("a company works for no other company", code="wrong-contact-type", where="company_no")
            return {"company_name": row.get("name", "")}
        number = company or given.get("company_no", "")
        if not number:
            return {"company_no": "", "company_name": ""}
        found = self.company(number)
        takes = inheritance.taken(self._desk, given, found, None, self._kinds)
        return {**{name: value for name, value in takes.items() if name not in given}, "company_no": found["no"]}

    def company(self, no: str) -> Row:
        """A company, among those made here or those stored.

        Raises:
            UnknownNameError: there is none.
            Refused: ``wrong-contact-type``, it is a person.
        """
        if no in self.rows:
            found: Row | None = {**_BLANK, **self.rows[no]}
        else:
            if no not in self._companies:
                self._companies[no] = finding.find(self._desk, no)
            found = self._companies[no]
        if found is None:
            raise UnknownNameError(f"there is no contact {no!r}", where="company_no")
        if found["type"] != "company":
            raise Refused(f"{no} is no company", code="wrong-contact-type", where="company_no")
        return found

    def _check_salesperson(self, code: str) -> None:
        if code and code not in self._salespeople:
            raise UnknownNameError(f"there is no salesperson {code!r}", hint=nearest(code, self._salespeople))

    def _number(self, typed: str) -> str:
        if typed:
            if self._row is not None and not self._row["manual_allowed"]:
                return series.typed(self._desk, self._series, typed, "contacts")
            if typed in self._taken:
                raise Refused(f"there is a contact {typed} already", code="contact-exists")
            return typed
        number = self._drawn()
        while number in self._taken:
            number = self._drawn()
        return number

    def _drawn(self) -> str:
        if self._row is None:
            return series.draw(self._desk, self._series, "contact-no-series-missing", "contacts")
        if not self._ahead:
            self._look_ahead(str(self._row["next"]) if self._next is None else self._next)
        number = self._ahead.pop()
        self._next = series.counted_up(number)
        return number

    def _look_ahead(self, number: str) -> None:
        """The next numbers of the series; those that contacts have are asked for all at once."""
        coming = [number]
        while len(coming) < CHUNK:
            coming.append(series.counted_up(coming[-1]))
        self._ahead = coming[::-1]
        self._taken |= taken_among(self._desk, set(coming), set())[0]

    def finish(self) -> list[Row]:
        """The rows, to be written; the numbers that were drawn are used up."""
        if self._next is not None:
            self._desk.change(setup.number_series, self._series, next=self._next)
        return list(self.rows.values())


def taken_among(desk: Desk, nos: set[str], profiles: set[str]) -> tuple[set[str], set[str]]:
    """Those of these numbers and profile ids that contacts have."""
    found: list[set[str]] = [set(), set()]
    for column, wanted, known in ((CONTACTS.c.no, nos, found[0]), (CONTACTS.c.profile_id, profiles, found[1])):
        for part in in_chunks(sorted(wanted)):
            known.update(desk.con.execute(select(column).where(column.in_(part))).scalars())
    return found[0], found[1]
