"""What a contact may not do while other things hang on it (contact-segments.md, 2.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, select

from parcours.contacts.office import Desk, Row
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.people import names
from parcours.contacts.people.finding import persons_of
from parcours.contacts.tables import contacts, interactions, opportunities, worksheets
from parcours.core.errors import Refused

OPEN_OPPORTUNITIES = ("not_started", "in_progress")

#: What forbids a change of type: of anybody, of a company, of a person.
_ALWAYS = (
    (interactions.interactions, "interactions"),
    (opportunities.tasks, "tasks"),
    (opportunities.opportunities, "opportunities"),
)
_OF_TYPE = {
    "company": (
        (contacts.contact_business_relations, "business relations"),
        (contacts.contact_industry_groups, "industry groups"),
    ),
    "person": ((contacts.contact_job_responsibilities, "job responsibilities"),),
}


def not_in_worksheets(desk: Desk, nos: Sequence[str], what: str) -> None:
    """No contact that stands in a segment which was not logged may be ``what``.

    Raises:
        Refused: ``contact-in-open-segment``, naming the contact and the segment.
    """
    lines = worksheets.worksheet_lines
    found = _first(desk, lines, lines.c.contact_no, nos)
    if found is not None:
        raise Refused(
            f"contact {found['contact_no']} cannot be {what}: it stands in segment {found['segment_no']}",
            code="contact-in-open-segment",
            hint="log the segment, or take the contact out of it",
        )


def deletable(desk: Desk, nos: Sequence[str]) -> None:
    """Nothing unfinished may hang on contacts that are to be deleted.

    Raises:
        Refused: ``contact-has-open-tasks``, ``contact-in-open-segment`` or ``contact-has-open-opportunities``.
    """
    tasks, deals = opportunities.tasks, opportunities.opportunities
    task = _first(desk, tasks, tasks.c.contact_no, nos, tasks.c.closed.is_(False), tasks.c.canceled.is_(False))
    if task is not None:
        raise _has(task["contact_no"], f"task {task['no']} is open", "open-tasks", "deleted")
    not_in_worksheets(desk, nos, "deleted")
    deal = _first(desk, deals, deals.c.contact_no, nos, deals.c.status.in_(OPEN_OPPORTUNITIES))
    if deal is not None:
        raise _has(deal["contact_no"], f"opportunity {deal['no']} is not closed", "open-opportunities", "deleted")


def type_change(desk: Desk, before: Row, after: Row) -> Row:
    """Check a change of type; returns the fields that change with it.

    Raises:
        Refused: ``contact-has-interactions``, ``-tasks``, ``-opportunities``, ``-persons``, ``-business-relations``,
            ``-industry-groups``, ``-currency``, ``-vat-no``, ``-job-responsibilities``, ``-organizational-level``.
    """
    no = before["no"]
    for table, what in (*_ALWAYS, *_OF_TYPE[before["type"]]):
        if desk.count(table, contact_no=no):
            raise _has(no, f"it has {what}", what.replace(" ", "-"), f"turned into a {after['type']}")
    if before["type"] == "company":
        return _company_to_person(desk, before, after)
    if after["organizational_level_code"]:
        raise _has(no, "it has an organizational level", "organizational-level", "turned into a company")
    not_in_worksheets(desk, [no], "turned into a company")
    return {"company_no": no, **dict.fromkeys(names.PARTS, "")}


def _company_to_person(desk: Desk, before: Row, after: Row) -> Row:
    if persons_of(desk, [before["no"]]):
        raise _has(before["no"], "it has persons", "persons", "turned into a person")
    for field, what in (("currency_code", "currency"), ("vat_no", "vat-no")):
        if after[field]:
            raise _has(before["no"], f"it has a {field}", what, "turned into a person")
    not_in_worksheets(desk, [before["no"]], "turned into a person")
    return {"company_no": "", "company_name": "", **names.parts_of(after["name"])}


def fields_of_type(row: Mapping[str, Any]) -> None:
    """Fields that only persons have.

    Raises:
        Refused: ``wrong-contact-type``, an organizational level on a company.
    """
    if row["type"] == "company" and row.get("organizational_level_code"):
        raise Refused(
            "only persons have an organizational level", code="wrong-contact-type", where="organizational_level_code"
        )


def privacy(before: Mapping[str, Any], after: Mapping[str, Any]) -> Row:
    """Marking minor or consent sets the block; it cannot be lifted for a minor without consent.

    Raises:
        Refused: ``parental-consent-missing``.
    """
    marked = [name for name in ("minor", "parental_consent") if after.get(name) and not before.get(name)]
    if marked:
        return {"privacy_blocked": True}
    lifted = before.get("privacy_blocked") and not after["privacy_blocked"]
    if lifted and after.get("minor") and not after.get("parental_consent"):
        raise Refused("the block of a minor cannot be lifted without consent", code="parental-consent-missing")
    return {}


def _first(
    desk: Desk, table: Table, column: ColumnElement[str], nos: Sequence[str], *where: ColumnElement[bool]
) -> Row | None:
    for part in in_chunks(nos):
        found = desk.con.execute(select(table).where(column.in_(part), *where).limit(1)).mappings().first()
        if found is not None:
            return dict(found)
    return None


def _has(no: str, why: str, code: str, what: str) -> Refused:
    return Refused(f"contact {no} cannot be {what}: {why}", code=f"contact-has-{code}")
