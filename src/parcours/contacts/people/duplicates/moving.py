"""What hangs on one contact made to hang on another."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Table, select

from parcours.contacts.office import Desk, Row
from parcours.contacts.people.finding import CONTACTS
from parcours.contacts.tables import campaigns, contacts, interactions, opportunities, trade, worksheets

#: Tables with the contact and its company of then.
DONE = (
    (interactions.interactions, "company_no"),
    (opportunities.tasks, "contact_company"),
    (opportunities.opportunities, "contact_company"),
    (worksheets.worksheet_lines, "contact_company"),
    (worksheets.worksheet_shelf, "contact_company"),
)
#: Tables that name an alternative address.
ADDRESSED = (interactions.interactions, worksheets.worksheet_lines, worksheets.worksheet_shelf)
#: Tables where a contact has each code once.
GROUPS = (
    contacts.contact_mailing_groups,
    contacts.contact_job_responsibilities,
    contacts.contact_industry_groups,
    contacts.contact_web_sources,
)
#: Tables that only name the contact.
NAMING = (trade.customers, trade.vendors, trade.document_contacts, worksheets.worksheet_history)


def move_all(desk: Desk, goes: Row, stays: Row) -> None:
    """Everything but the answers."""
    _move_addresses(desk, goes["no"], stays["no"])
    _move_done(desk, goes, stays)
    for table in GROUPS:
        _move_codes(desk, table, goes["no"], stays["no"])
    _move_relations(desk, goes["no"], stays["no"])
    for table in NAMING:
        desk.change_many(table, [table.c.contact_no == goes["no"]], contact_no=stays["no"])
    notes, targets = contacts.notes, campaigns.campaign_targets
    desk.change_many(notes, [notes.c.kind == "contact", notes.c.key == goes["no"]], key=stays["no"])
    for row in desk.rows(targets, kind="contact", no=goes["no"]):
        if desk.count(targets, campaign_no=row["campaign_no"], kind="contact", no=stays["no"]):
            desk.remove(targets, row["id"])
        else:
            desk.change(targets, row["id"], no=stays["no"])


def _move_done(desk: Desk, goes: Row, stays: Row) -> None:
    """Interactions, tasks, opportunities and lines; of companies those of their persons, too, and the persons.

    What a person did for its present company is seen with the company of the person that stays; what it did for
    former ones stays with those.
    """
    _count_versions(desk, goes["no"])
    for table, company in DONE:
        if goes["type"] == "company":
            desk.change_many(table, [table.c[company] == goes["no"]], **{company: stays["no"]})
        else:
            here = [table.c.contact_no == goes["no"], table.c[company] == goes["company_no"]]
            desk.change_many(table, here, **{company: stays["company_no"]})
        desk.change_many(table, [table.c.contact_no == goes["no"]], contact_no=stays["no"])
    if goes["type"] == "company":
        persons = [CONTACTS.c.company_no == goes["no"], CONTACTS.c.type == "person"]
        answers = contacts.profile_answers
        desk.change_many(CONTACTS, persons, company_no=stays["no"], company_name=stays["name"])
        desk.change_many(answers, [answers.c.company_no == goes["no"]], company_no=stays["no"])


def _count_versions(desk: Desk, no: str) -> None:
    """Whoever works on a segment in which the contact stands sees that it has changed."""
    lines, heads = worksheets.worksheet_lines, worksheets.worksheets
    concerned = select(lines.c.segment_no).where(lines.c.contact_no == no)
    desk.change_many(heads, [heads.c.no.in_(concerned)])


def _move_codes(desk: Desk, table: Table, old: str, new: str) -> None:
    has = select(table.c.code).where(table.c.contact_no == new)
    twice = desk.con.execute(select(table.c.id).where(table.c.contact_no == old, table.c.code.in_(has))).scalars()
    doubles: Sequence[int] = twice.all()
    desk.remove_many(table, table.c.id.in_(doubles))
    desk.change_many(table, [table.c.contact_no == old], contact_no=new)


def _move_relations(desk: Desk, old: str, new: str) -> None:
    table = contacts.contact_business_relations
    own = {row["code"] for row in desk.rows(table, contact_no=new) if not row["link_to"]}
    for row in desk.rows(table, contact_no=old):
        if row["link_to"] or row["code"] not in own:
            desk.change(table, row["id"], contact_no=new)


def _move_addresses(desk: Desk, old: str, new: str) -> None:
    """An address whose code is taken gets another one; a range whose start is taken stays behind."""
    addresses, dates = contacts.alt_addresses, contacts.alt_address_dates
    taken = {row["code"] for row in desk.rows(addresses, contact_no=new)}
    starts = {row["starts"] for row in desk.rows(dates, contact_no=new)}
    for row in desk.rows(addresses, contact_no=old):
        code = _free_code(row["code"], taken)
        taken.add(code)
        desk.change(addresses, row["id"], contact_no=new, code=code)
        _rename_address(desk, old, row["code"], code)
        for span in desk.rows(dates, contact_no=old, code=row["code"]):
            if span["starts"] not in starts:
                desk.change(dates, span["id"], contact_no=new, code=code)
                starts.add(span["starts"])


def _rename_address(desk: Desk, no: str, before: str, after: str) -> None:
    if before != after:
        for table in ADDRESSED:
            desk.change_many(table, [table.c.contact_no == no, table.c.alt_address == before], alt_address=after)


def _free_code(code: str, taken: set[str]) -> str:
    number = 2
    free = code
    while free in taken:
        free, number = f"{code}-{number}", number + 1
    return free
