"""Sending once more what was logged (contact-segments.md, section 16)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from parcours.contacts.interactions import delivery
from parcours.contacts.interactions.journal import INTERACTIONS, record_many
from parcours.contacts.office.desk import Desk, Row
from parcours.contacts.tables import interactions
from parcours.core.errors import InputError, Refused, nearest

#: By what the interactions of a logged segment can be narrowed.
NARROWED_BY = ("id", "delivery_status", "correspondence_type", "contact_no", "campaign_no")
AS_LOGGED = "same"
#: In what way the attachments go out.
WAYS = (AS_LOGGED, "hard_copy", "email")
#: Fields of a new entry that are its own.
_OWN = ("id", "revision", "by", "at", "delivery_status", "delivery_detail", "canceled")


def resend(
    desk: Desk,
    logged_segments: Collection[int],
    *,
    way: str = AS_LOGGED,
    update_merge_fields: bool = False,
    **only: Any,
) -> list[int]:
    """Send the attachments of the interactions of one logged segment again.

    Postponed entries and those without attachment are skipped, outside the reference canceled ones, too.

    Args:
        desk: where.
        logged_segments: the entry number of exactly one.
        way: ``same`` as on each entry, ``hard_copy`` or ``email``.
        update_merge_fields: write new entries with the data of now, dated with the work date; otherwise the entries
            themselves go out again.
        only: narrows by ``id``, ``delivery_status``, ``correspondence_type``, ``contact_no`` or ``campaign_no``:
            a value, or a list of them.

    Returns:
        The numbers of the entries that go out.

    Raises:
        Refused: ``one-logged-segment-required``, ``nothing-to-resend``, ``correspondence-type-required``,
            ``contact-email-missing``.
        InputError: ``bad-choice``, ``unknown-field``.
        UnknownNameError: there is no such logged segment.
    """
    if len(logged_segments) != 1:
        raise Refused("attachments of exactly one logged segment are sent again", code="one-logged-segment-required")
    if way not in WAYS:
        raise InputError(f"way cannot be {way!r}", code="bad-choice", where="way", hint=nearest(way, WAYS))
    (logged,) = logged_segments
    desk.get(interactions.logged_segments, logged, "a logged segment")
    rows = _chosen(desk, logged, only)
    if not rows:
        raise Refused("there is nothing to send again", code="nothing-to-resend", hint="choose other interactions")
    entries = _renewed(desk, rows, way) if update_merge_fields else _same(desk, rows, way)
    delivery.start(desk, entries)
    desk.describe("logged_segment", str(logged), f"{len(entries)} sent again")
    return entries


def _chosen(desk: Desk, logged: int, only: dict[str, Any]) -> list[Row]:
    tests = [INTERACTIONS.c.logged_segment == logged, ~INTERACTIONS.c.postponed]
    if not desk.reference:
        tests.append(~INTERACTIONS.c.canceled)
    tests.append((INTERACTIONS.c.attachment != "") | (INTERACTIONS.c.word_template != ""))
    for name, wanted in only.items():
        if name not in NARROWED_BY:
            hint = nearest(name, NARROWED_BY)
            raise InputError(f"interactions are not chosen by {name!r}", code="unknown-field", hint=hint)
        values = list(wanted) if isinstance(wanted, list | tuple | set | frozenset) else [wanted]
        tests.append(INTERACTIONS.c[name].in_(values))
    return desk.rows(INTERACTIONS, *tests)


def _same(desk: Desk, rows: list[Row], way: str) -> list[int]:
    ids = [row["id"] for row in rows]
    if way != AS_LOGGED:
        for row in rows:
            desk.change(INTERACTIONS, row["id"], correspondence_type=way)
    return ids


def _renewed(desk: Desk, rows: list[Row], way: str) -> list[int]:
    made = [{name: value for name, value in row.items() if name not in _OWN} for row in rows]
    for row in made:
        row |= {"date": desk.work_date, "description": f"Resent: {row['description']}"}
        if way != AS_LOGGED:
            row["correspondence_type"] = way
    return record_many(desk, made)
