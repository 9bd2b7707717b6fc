"""People forgotten: their cards, and what else says who they were. What is left are figures without a name."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Table, and_, delete, or_, select, update

from parcours.contacts.office import Desk
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.people import removal
from parcours.contacts.people.finding import CONTACTS
from parcours.contacts.tables import audit, campaigns, contacts, interactions

#: Fields of interactions that say whom they were with.
_NAMING = ("phone_no", "contact_via", "delivery_detail")
#: Tables of which the audit trail forgets what single rows held.
_TRACED = (CONTACTS, *removal.OWNED, contacts.notes)


def of_profiles(desk: Desk, profiles: Collection[str]) -> list[str]:
    """The numbers of the contacts that are these profiles."""
    found: list[str] = []
    for part in in_chunks(profiles):
        found += desk.con.execute(select(CONTACTS.c.no).where(CONTACTS.c.profile_id.in_(part))).scalars()
    return found


def forget(desk: Desk, nos: Sequence[str]) -> None:
    """Take contacts out of everything, whatever is open with them; nothing can be undone.

    Interactions, tasks and opportunities stay for the figures of campaigns and companies, without the contact. Persons
    of a company that goes have none any more. The audit trail keeps that something was done, not what rows held.
    """
    for part in in_chunks(nos):
        _forget_traces(desk, part)
        log = interactions.interactions
        desk.change_many(log, [log.c.contact_no.in_(part)], **dict.fromkeys(_NAMING, ""))
        for no in part:
            removal.hand_over(desk, no, "")
        for table, column in removal.OUTLIVING:
            desk.change_many(table, [table.c[column].in_(part)], **{column: ""})
        left = [CONTACTS.c.company_no.in_(part), CONTACTS.c.no.not_in(part)]
        desk.touch(desk.con.execute(select(CONTACTS.c.no).where(*left)).scalars().all())
        desk.change_many(CONTACTS, left, company_no="", company_name="")
        targets = campaigns.campaign_targets
        desk.remove_many(targets, targets.c.kind == "contact", targets.c.no.in_(part))
    removal.erase(desk, nos, tell=False)


def _forget_traces(desk: Desk, nos: Sequence[str]) -> None:
    done, changes = audit.operations, audit.changes
    desk.con.execute(update(done).where(done.c.kind == "contact", done.c.key.in_(nos)).values(note=""))
    for table in _TRACED:
        ids = desk.con.execute(select(table.c.id).where(_of(table, nos))).scalars()
        for part in in_chunks(str(id) for id in ids):
            desk.con.execute(delete(changes).where(changes.c.table_name == table.name, changes.c.key.in_(part)))


def _of(table: Table, nos: Sequence[str]) -> ColumnElement[bool]:
    """The rows of contacts; of cards also those that hold their name as that of the company."""
    if table is contacts.notes:
        return and_(table.c.kind == "contact", table.c.key.in_(nos))
    if table is CONTACTS:
        return or_(table.c.no.in_(nos), table.c.company_no.in_(nos))
    return table.c.contact_no.in_(nos)
