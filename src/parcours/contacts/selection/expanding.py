"""From a set of contacts to another: companies with all who work there, without those who are left alone, in order
(contact-segments.md, sections 8 and 9.1).
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from parcours.contacts.office import Desk
from parcours.contacts.office.desk import RulePort
from parcours.contacts.selection.fields import Mask
from parcours.contacts.selection.filters import Filters, Shape
from parcours.contacts.selection.matching import matching
from parcours.contacts.selection.people import BLANK, People


def expand_companies(desk: Desk, contacts: Iterable[str] | pl.Series) -> pl.Series:
    """These contacts, and everybody of their companies; whoever has no company stays alone (8, step 3)."""
    people = People(desk)
    return people.numbers(_expanded(people, people.of(contacts)))


def related_companies(desk: Desk, contacts: Iterable[str] | pl.Series) -> pl.Series:
    """These contacts, and the company contacts of their companies (8, step 4)."""
    people = People(desk)
    found = people.of(contacts)
    return people.numbers(found | people.with_number(_companies(people, found)))


def without_excluded(desk: Desk, contacts: Iterable[str] | pl.Series) -> pl.Series:
    """These contacts, but for those who are flagged to be left out of segments (8, step 5)."""
    people = People(desk)
    flagged = people.columns("exclude_from_segment")["exclude_from_segment"].to_numpy()
    return people.numbers(people.of(contacts) & ~flagged)


def in_order(desk: Desk, contacts: Iterable[str] | pl.Series) -> pl.Series:
    """These contacts, each once, in the order in which lines are inserted: company name (blank first), company number,
    companies before persons, name; whoever is the same in all of it by number (8, step 7)."""
    people = People(desk)
    found = people.of(contacts)
    rows = pl.DataFrame(
        {
            "contact_no": people.numbers(found),
            "company_name": people.texts("company_name").filter(found),
            "company_no": people.names.values.gather(people.company_no[found]),
            "person": ~people.companies[found],
            "name": people.texts("name").filter(found),
        }
    )
    return rows.sort("company_name", "company_no", "person", "name", "contact_no")["contact_no"]


def affected(
    desk: Desk,
    filters: Shape,
    lines: pl.DataFrame,
    *,
    entire_companies: bool = False,
    rules: RulePort | None = None,
) -> pl.Series:
    """The set M of a run that reduces or refines (9.1): numbers of contacts, in no particular order.

    Reduce deletes the lines whose contact is among them, refine those whose contact is not.

    Args:
        lines: ``contact_no`` and ``contact_company`` of the lines of the segment.
        entire_companies: look at everybody of the companies of the lines, and take everybody of those found. Where the
            reference is followed these are the companies stored on the lines, else those the contacts work for now.

    Raises:
        DefinitionError, Refused: as :func:`~parcours.contacts.selection.matching.match`.
    """
    people = People(desk)
    found = matching(people, Filters.of(filters), documents=not desk.reference, rules=rules)
    if not entire_companies:
        return people.numbers(found & people.of(lines["contact_no"]))
    return people.numbers(_expanded(people, found & _of_companies(people, lines)))


def _of_companies(people: People, lines: pl.DataFrame) -> Mask:
    """Everybody of the companies of the lines."""
    if not people.desk.reference:
        return _expanded(people, people.of(lines["contact_no"]))
    alone = people.of(lines.filter(pl.col("contact_company") == "")["contact_no"])
    stored = people.names.numbers(lines["contact_company"]).to_numpy()
    return alone | people.with_company(people.named(stored))


def _expanded(people: People, found: Mask) -> Mask:
    return found | people.with_company(_companies(people, found))


def _companies(people: People, found: Mask) -> Mask:
    """The companies of these contacts, by their numbers."""
    named = people.named(people.company_no[found])
    named[BLANK] = False
    return named
