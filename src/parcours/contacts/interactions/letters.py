"""Letters of a logged segment, handed over together (contact-segments.md, 15.3)."""

from __future__ import annotations

from sqlalchemy import select

from parcours.contacts.documents.files import File
from parcours.contacts.documents.merging import archive
from parcours.contacts.interactions.attachments import ATTACHMENTS
from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.office.desk import Desk
from parcours.contacts.tables import contacts, interactions
from parcours.core.errors import Refused

_CARDS = contacts.contacts


def letters_of(desk: Desk, logged_segment: int) -> File:
    """The letters that were merged for a logged segment: one as it is, several in an archive named after the segment.

    Files are named after company and number of the contact.

    Raises:
        UnknownNameError: there is no such logged segment.
        Refused: ``no-letters``, none was merged for it so far.
    """
    logged = desk.get(interactions.logged_segments, logged_segment, "a logged segment")
    query = (
        select(_CARDS.c.company_name, INTERACTIONS.c.contact_no, ATTACHMENTS)
        .select_from(INTERACTIONS.join(ATTACHMENTS, ATTACHMENTS.c.no == INTERACTIONS.c.attachment))
        .outerjoin(_CARDS, _CARDS.c.no == INTERACTIONS.c.contact_no)
        .where(INTERACTIONS.c.logged_segment == logged_segment, INTERACTIONS.c.correspondence_type == "hard_copy")
        .where(ATTACHMENTS.c.media_type == "application/pdf", ~INTERACTIONS.c.canceled)
        .where(INTERACTIONS.c.delivery_status == "", ATTACHMENTS.c.content.is_not(None))
        .order_by(INTERACTIONS.c.id)
    )
    found = [
        (
            f"{row['company_name'] or ''} {row['contact_no']}".strip(),
            File(row["name"], row["media_type"], row["content"]),
        )
        for row in desk.con.execute(query).mappings()
    ]
    if not found:
        hint = "letters are merged when the segment is logged with delivery"
        raise Refused(f"logged segment {logged_segment} has no letters", code="no-letters", hint=hint)
    return found[0][1] if len(found) == 1 else archive(str(logged["segment_no"]), found)
