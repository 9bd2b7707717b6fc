"""Who matches filters (contact-segments.md, sections 7.2 and 7.3): every sub-table gives a set of contacts.

A row counts when all conditions on its sub-table hold for it; whom it counts for is said here, table by table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import numpy as np
import polars as pl
from sqlalchemy import Table

from parcours.contacts.office import Desk
from parcours.contacts.office.desk import RulePort
from parcours.contacts.selection.fields import Mask, mask, met
from parcours.contacts.selection.filters import Conditions, Filters, Shape, Test, conditions_of
from parcours.contacts.selection.items import buyers
from parcours.contacts.selection.people import People
from parcours.contacts.selection.subtables import BUSINESS_RELATION, CONTACT, INTERACTION, ITEM_ENTRY, sub_table
from parcours.core.errors import Refused

Tests: TypeAlias = Sequence[Test]
#: Marks of interactions that keep them from matching, unless the filter speaks of them.
UNCOUNTED = ("canceled", "postponed")
#: What the order of lines, and the lines themselves, take from the cards.
OF_LINES = (
    "type", "name", "company_name", "exclude_from_segment", "salesperson_code", "correspondence_type", "language_code",
)  # fmt: skip


def match(
    desk: Desk,
    filters: Shape,
    candidates: Iterable[str] | pl.Series | None = None,
    *,
    documents: bool = True,
    rules: RulePort | None = None,
) -> pl.Series:
    """The numbers of the contacts that match, each once, in no particular order.

    Args:
        desk: sees what its own transaction has changed. Where it follows the reference, canceled and postponed
            interactions match, too; else only when the filter speaks of these marks.
        filters: no filter at all matches every contact.
        candidates: numbers of the contacts in question; ``None``: all there are.
        documents: whether a person matches an item filter only when a document names him (section 7.3); runs that
            reduce or refine pass ``not desk.reference``.
        rules: gives the profiles that meet a rule; by default that of the desk.

    Raises:
        DefinitionError: the filters cannot be accepted.
        Refused: ``no-rules``, they hold a rule and nobody here can evaluate it.
    """
    people = People(desk)
    found = matching(people, Filters.of(filters), documents=documents, rules=rules)
    if candidates is not None:
        found &= people.of(candidates)
    return people.numbers(found)


def prepare(desk: Desk, filters: Shape) -> None:
    """Read the columns that a run by filters will ask for, at a desk that only looks: the transaction that writes then
    need not, while others wait for it. Rules are not evaluated.

    Raises:
        DefinitionError: the filters cannot be accepted.
    """
    people = People(desk)
    people.columns(*OF_LINES)
    matching(people, Filters.of(filters), documents=True, rules=lambda rule: people.texts("profile_id"))


def matching(people: People, filters: Filters, *, documents: bool, rules: RulePort | None = None) -> Mask:
    """The contacts that match, as a mask; see :func:`match`."""
    return _Matching(people, documents, rules or people.desk.rules).all_of(conditions_of(people.desk, filters))


class _Matching:
    def __init__(self, people: People, documents: bool, rules: RulePort | None) -> None:
        self.people = people
        self.documents = documents
        self.rules = rules

    def all_of(self, conditions: Conditions) -> Mask:
        """Everything given holds. What is cheap and what takes few comes first: nobody left, nothing more to ask."""
        found = self.people.everybody()
        for part in self._parts(conditions):
            found &= part()
            if not found.any():
                break
        return found

    def _parts(self, conditions: Conditions) -> Iterable[Callable[[], Mask]]:
        tables = conditions.tables
        for name in tables:
            if name == ITEM_ENTRY or (name == BUSINESS_RELATION and ITEM_ENTRY in tables):
                continue  # items are looked for inside the relations
            yield lambda name=name: self._belonging(name, tables[name])  # type: ignore[misc]
        if ITEM_ENTRY in tables:
            yield lambda: self._buying(tables.get(BUSINESS_RELATION, ()), tables[ITEM_ENTRY])
        if conditions.any_of:
            yield lambda: np.logical_or.reduce([self.all_of(each) for each in conditions.any_of])
        for each in conditions.none_of:
            yield lambda each=each: ~self.all_of(each)  # type: ignore[misc]
        if conditions.rule is not None:
            yield lambda: self._meeting(conditions.rule)

    def _belonging(self, name: str, tests: Tests) -> Mask:
        """Whom the rows that meet the conditions belong to."""
        people = self.people
        if name == CONTACT:
            return self._rows(name, tests, ())[1]
        if name == INTERACTION:
            return self._interacting(tests)
        frame, rows = self._rows(name, tests, ("contact_no",))
        named = people.named(frame["contact_no"].to_numpy()[rows])
        return people.with_company(named) if name in OF_THE_COMPANY else people.with_number(named)

    def _interacting(self, tests: Tests) -> Mask:
        """Entries count for their contact as long as it works for the company they were made for."""
        people = self.people
        frame, rows = self._rows(INTERACTION, tests, ("contact_no", "company_no"))
        places = people.positions(frame["contact_no"].to_numpy()[rows])
        companies = frame["company_no"].to_numpy()[rows]
        return people.at(places[(places >= 0) & (people.company_no[places] == companies)])

    def _buying(self, relations: Tests, items: Tests) -> Mask:
        related, kept = self._rows(BUSINESS_RELATION, relations, ("contact_no", "code", "link_to", "no"))
        entries, moved = self._rows(ITEM_ENTRY, items, ("source_type", "source_no", "document_type", "document_no"))
        return buyers(self.people, related.filter(kept), entries.filter(moved), documents=self.documents)

    def _rows(self, name: str, tests: Tests, more: Sequence[str]) -> tuple[pl.DataFrame, Mask]:
        """The rows of a sub-table, and which of them meet the conditions."""
        table = sub_table(name)
        asked = [test.field.name for test in tests]
        uncounted = self._uncounted(name, asked)
        frame = self.people.frame(table.table, [*asked, *uncounted, *more])
        kept = np.ones(frame.height, dtype=np.bool_)
        for test, column in zip(tests, asked, strict=True):
            kept &= met(test, frame[column], self._texts(table.table, frame, column))
        for column in uncounted:
            kept &= ~mask(frame[column])
        return frame, kept

    def _uncounted(self, name: str, asked: Sequence[str]) -> list[str]:
        if name != INTERACTION or self.people.desk.reference:
            return []
        return [mark for mark in UNCOUNTED if mark not in asked]

    def _texts(self, table: Table, frame: pl.DataFrame, column: str) -> pl.Series | None:
        numbered = frame.schema[column] == pl.UInt32
        return self.people.dictionary(table, column).values if numbered else None

    def _meeting(self, rule: object) -> Mask:
        if self.rules is None:
            raise Refused(
                "a rule stands among the filters, and nobody here can tell whom it holds for",
                code="no-rules",
                hint="open the CRM from a workspace",
            )
        profiles = self.rules(rule)
        return mask(self.people.texts("profile_id").is_in(profiles.cast(pl.String).implode()))


#: Sub-tables whose rows are those of the company, and count for all who work there.
OF_THE_COMPANY = ("industry_group", BUSINESS_RELATION)
