"""Records of files put in: new contacts made, known ones brought up to date; bad records are told, good ones kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from parcours.contacts.office import Desk
from parcours.contacts.office import setup as settings
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.people import cards, finding, loading, notes
from parcours.contacts.people.duplicates import strings
from parcours.contacts.people.exchange import making, reading
from parcours.contacts.people.exchange.grouping import Groups
from parcours.contacts.people.exchange.making import Maker
from parcours.contacts.people.exchange.records import Imported, Problem, Record
from parcours.contacts.people.finding import CONTACTS
from parcours.core.errors import InputError, ParcoursError, UnknownNameError

#: Fields by which known contacts may be recognised.
MATCH = ("no", "profile_id", "email", "registration_no", "vat_no")


@dataclass(frozen=True, slots=True)
class _Read:
    record: Record
    type: str
    values: dict[str, Any]


def import_records(
    desk: Desk,
    records: Sequence[Record],
    problems: Iterable[Problem] = (),
    *,
    match: str = "no",
    update: bool = True,
    make_companies: bool = True,
    make_codes: bool = False,
) -> Imported:
    """Put records in.

    A record whose ``match`` field is that of a contact changes it: fields that the record leaves blank stay, groups
    are added. Others become new contacts. Companies come before their persons, wherever they stand in the file.

    Args:
        desk: where.
        records: what a reader gave.
        problems: what the reader could not read, passed on.
        match: one of :data:`MATCH`.
        update: known contacts are changed; else they stay as they are.
        make_companies: a company that is named by a person, and that nobody knows, is made; else it is a problem.
        make_codes: groups that nobody has set up are; else they are a problem.

    Raises:
        InputError: ``bad-match``.
    """
    if match not in MATCH:
        raise InputError(f"contacts are not matched by {match!r}", code="bad-match", hint=f"one of {', '.join(MATCH)}")
    return _Import(desk, match, make_companies, Groups(desk, make_codes)).run(records, problems, update)


class _Import:
    def __init__(self, desk: Desk, match: str, make_companies: bool, groups: Groups) -> None:
        self.desk = desk
        self.match = match
        self.make_companies = make_companies
        self.groups = groups
        self.done = Imported()
        self.texts: dict[str, str] = {}
        self.seen: set[str] = set()

    def run(self, records: Sequence[Record], problems: Iterable[Problem], update: bool) -> Imported:
        self.done.problems.extend(problems)
        self.done.left_out = {record.place: record.left_out for record in records if record.left_out}
        order = settings.get(self.desk, "date_order")
        read = [one for record in records if (one := self._tried(record, lambda: self._read(record, order)))]  # noqa: B023
        known = self._known(read)
        fresh = [one for one in read if not known.get(str(one.values.get(self.match, "")))]
        self._make(fresh)
        for one in read:
            nos = known.get(str(one.values.get(self.match, "")))
            if nos:
                self._tried(one.record, lambda: self._update(one, nos, update))  # noqa: B023
        self.groups.write()
        for no, text in self.texts.items():
            notes.add(self.desk, "contact", no, text)
        places = {record.place: number for number, record in enumerate(records)}
        self.done.problems.sort(key=lambda problem: places.get(problem.place, -1))
        self.desk.describe("contact", "", f"{len(self.done.created)} imported, {len(self.done.updated)} changed")
        return self.done

    def _tried(self, record: Record, work: Any) -> Any:
        """What the work gives; a record that it refuses is a problem, and ``None``."""
        try:
            return work()
        except ParcoursError as error:
            error.where = error.where or record.place
            self.done.problems.append(Problem(record.place, error))
            return None

    def _read(self, record: Record, order: str) -> _Read:
        values = reading.values_of(record, order)
        kind = reading.type_of(record, values)
        if "name" not in values and kind == "company" and record.fields.get("company"):
            values["name"] = record.fields["company"]
        self.groups.check(record, kind)
        return _Read(record, kind, values)

    def _known(self, read: Sequence[_Read]) -> dict[str, list[str]]:
        """Numbers of contacts by the value of the match field."""
        column = CONTACTS.c[self.match]
        wanted = sorted({value for one in read if (value := str(one.values.get(self.match, "")))})
        found: dict[str, list[str]] = {}
        for part in in_chunks(wanted):
            for value, no in self.desk.con.execute(select(column, CONTACTS.c.no).where(column.in_(part))):
                found.setdefault(value, []).append(no)
        return found

    def _make(self, fresh: Sequence[_Read]) -> None:
        taken = making.taken_among(
            self.desk,
            {one.values["no"] for one in fresh if one.values.get("no")},
            {str(one.values.get("profile_id") or one.values.get("no", "")) for one in fresh},
        )
        maker = Maker(self.desk, *taken)
        companies = self._companies([one for one in fresh if one.type == "person"])
        for kind in ("company", "person"):
            for one in fresh:
                if one.type == kind:
                    self._tried(one.record, lambda: self._make_one(maker, one, companies))  # noqa: B023
        rows = maker.finish()
        if rows:
            loading.load(self.desk, "contacts", rows)
        self.done.created = [row["no"] for row in rows]
        strings.index(self.desk, self.done.created)

    def _companies(self, persons: Sequence[_Read]) -> dict[str, str]:
        """Numbers of the companies that persons name, by name in upper case; of several the first."""
        wanted = {name.upper() for one in persons if (name := one.record.fields.get("company", ""))}
        found: dict[str, str] = {}
        query = select(CONTACTS.c.search_name, CONTACTS.c.no).where(CONTACTS.c.type == "company")
        for part in in_chunks(sorted(wanted)):
            for name, no in self.desk.con.execute(
                query.where(CONTACTS.c.search_name.in_(part)).order_by(CONTACTS.c.no)
            ):
                found.setdefault(name, no)
        return found

    def _make_one(self, maker: Maker, one: _Read, companies: dict[str, str]) -> None:
        value = str(one.values.get(self.match, ""))
        if value in self.seen:
            raise InputError(f"the file has {self.match} {value!r} twice", code="repeated-record")
        if one.type == "company":
            no = maker.make("company", one.values)
            companies.setdefault(str(maker.rows[no].get("name", "")).upper(), no)
        else:
            no = maker.make("person", one.values, self._company_of(maker, one, companies))
        self.seen.update([value] if value else [])
        self._hang_on(no, one.record)

    def _company_of(self, maker: Maker, one: _Read, companies: dict[str, str]) -> str:
        name = one.record.fields.get("company", "")
        if not name or one.values.get("company_no"):
            return ""
        if name.upper() not in companies:
            if not self.make_companies:
                raise UnknownNameError(f"there is no company {name!r}", where=one.record.place)
            companies[name.upper()] = maker.make("company", {"name": name})
        return companies[name.upper()]

    def _update(self, one: _Read, nos: Collection[str], update: bool) -> None:
        if len(nos) > 1:
            raise InputError(
                f"{self.match} {one.values[self.match]!r} is that of {len(nos)} contacts: {', '.join(sorted(nos)[:5])}",
                code="ambiguous-contact",
            )
        no = next(iter(nos))
        before = finding.get(self.desk, no)
        if not update:
            self.done.unchanged.append(no)
            return
        values = {name: value for name, value in one.values.items() if name != "no" and value not in ("", None)}
        after = cards.change(self.desk, no, **values)
        changed = self._hang_on(no, one.record)
        (self.done.updated if after != before or changed else self.done.unchanged).append(no)

    def _hang_on(self, no: str, record: Record) -> bool:
        text = record.fields.get("note", "")
        if text:
            self.texts[no] = text
        return self.groups.add(no, record) or bool(text)
