"""What logged interactions send: where to, what, and how it went (contact-segments.md, 15.3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.interactions.messages import Merge, Message, message_of, messages_of
from parcours.contacts.office.desk import Desk, in_chunks
from parcours.core.errors import Refused

__all__ = ["Merge", "Message", "came_back", "message_of", "messages_of", "start"]

#: Longest report of a failure that is kept.
_DETAIL = 500


def start(desk: Desk, entries: Collection[int]) -> None:
    """Have these interactions delivered, once the transaction is through; their status is in progress until then.

    Raises:
        Refused: ``correspondence-type-required``, ``attachment-required`` or ``contact-email-missing``.
    """
    for message in messages_of(desk, entries, look=True):
        if not message.kind:
            raise Refused(
                f"interaction {message.entry} has no correspondence type", code="correspondence-type-required"
            )
        if message.fault == "nothing-to-send":
            raise Refused(f"interaction {message.entry} has no attachment", code="attachment-required")
        if message.fault == "no-address":
            raise Refused(
                f"contact {message.contact} has no e-mail address", code="contact-email-missing", hint="give it one"
            )
    in_progress(desk, entries)


def in_progress(desk: Desk, entries: Collection[int]) -> None:
    """Mark entries as being delivered, and tell whoever sends."""
    for chunk in in_chunks(sorted(set(entries))):
        desk.change_many(
            INTERACTIONS, [INTERACTIONS.c.id.in_(chunk)], delivery_status="in_progress", delivery_detail=""
        )
    desk.tell("delivery", entries)


def came_back(desk: Desk, results: Mapping[int, str]) -> None:
    """How deliveries ended: entry number to what went wrong, blank where nothing did.

    Entries that are gone meanwhile are left out. In the reference, a merged Word template counts as delivered whatever
    happened.
    """
    outcomes: dict[str, list[int]] = {}
    for entry, detail in results.items():
        outcomes.setdefault(detail[:_DETAIL], []).append(entry)
    for detail, entries in outcomes.items():
        status = "error" if detail else ""
        for chunk in in_chunks(sorted(entries)):
            desk.change_many(
                INTERACTIONS, [INTERACTIONS.c.id.in_(chunk)], delivery_status=status, delivery_detail=detail
            )
    if desk.reference:
        for chunk in in_chunks(sorted(results)):
            merged = [INTERACTIONS.c.id.in_(chunk), INTERACTIONS.c.word_template != ""]
            desk.change_many(INTERACTIONS, merged, delivery_status="", delivery_detail="")
