"""Sends what logged interactions send, and writes back how it went (contact-segments.md, 15.3).

Operations note deliveries in their transaction (``crm_outbox``). Here they are handed to the channel ``email`` of the
workspace, or merged for paper; then the status of the interactions is set and the notes are removed, in one
transaction. When that is interrupted a message is at worst sent again with the same key.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from sqlalchemy import delete, select

from parcours.contacts.documents.merging import merge
from parcours.contacts.interactions import attachments, delivery
from parcours.contacts.interactions.messages import Message
from parcours.contacts.office import Days, Desk, Office, Person, Row
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.tables import audit, interactions
from parcours.core.clock import Clock
from parcours.core.facts import DELIVERY_COLUMNS, INSTANT
from parcours.flow.delivery.channels import open_channel
from parcours.flow.delivery.outbox import Outbox
from parcours.flow.delivery.outside import Outside
from parcours.flow.delivery.templates import WRITTEN, Templates
from parcours.service.mailing import outside_settings, plain_secrets
from parcours.service.wiring import Parts

#: The kind of notes that are worked off here.
KIND = "delivery"
CHANNEL = "email"
#: Whoever writes back how deliveries went, in the audit trail.
BY = "delivery"
_SLICE = 500
_PLACE = ("", 0, "")
_TEMPLATES: Templates = {_PLACE: WRITTEN}


@dataclass(frozen=True, slots=True)
class Sent:
    """What was done: interactions delivered, failed, and those left for later, with the reason."""

    delivered: int = 0
    failed: int = 0
    left: int = 0
    reason: str = ""

    def __add__(self, other: Sent) -> Sent:
        left, reason = self.left + other.left, self.reason or other.reason
        return Sent(self.delivered + other.delivered, self.failed + other.failed, left, reason)


class Sender:
    """Delivers interactions of a workspace. Use it from one thread at a time, as a context manager."""

    def __init__(self, parts: Parts, office: Office, clock: Clock) -> None:
        self._parts, self._office, self._clock = parts, office, clock
        self._outbox: Outbox | None = None

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *_: object) -> None:
        if self._outbox is not None:
            self._outbox.close()
            self._outbox = None

    def send(self) -> Sent:
        """Deliver everything that waits, once.

        Raises:
            DefinitionError: the settings of the channel are wrong.
        """
        done, after = Sent(), 0
        while notes := self._notes(after):
            after = notes[-1]["number"]
            done += self._handled(notes)
        return done

    def _notes(self, after: int) -> list[Row]:
        table = audit.outbox
        query = select(table).where(table.c.kind == KIND, table.c.number > after).order_by(table.c.number)
        with self._parts.catalogue.reading() as con:
            return [dict(row) for row in con.execute(query.limit(_SLICE)).mappings()]

    def _handled(self, notes: Sequence[Row]) -> Sent:
        newest = {int(note["key"]): note for note in notes}  # asked for twice, it is sent once
        days = Days.of(self._clock.now())
        with self._office.look(days) as desk:
            messages = delivery.messages_of(desk, newest, merge)
        results = {each.entry: f"{each.fault}: {each.detail}".rstrip(": ") for each in messages if each.fault}
        good = [each for each in messages if not each.fault]
        printed = [each for each in good if each.kind == "hard_copy"]
        mails = [each for each in good if each.kind == "email"]
        sent, reason = self._mailed(mails, newest)
        left = {each.entry for each in mails} - sent.keys()
        results |= sent | {each.entry: "" for each in good if each.kind != "email"}
        settled = [note for note in notes if int(note["key"]) not in left]
        with self._office.change("deliver", days, Person(BY)) as desk:
            _keep(desk, printed)
            delivery.came_back(desk, results)
            for numbers in in_chunks(note["number"] for note in settled):
                desk.con.execute(delete(audit.outbox).where(audit.outbox.c.number.in_(numbers)))
            desk.describe("interaction", "", f"{len(results)} delivered or failed")
        failed = sum(bool(detail) for detail in results.values())
        return Sent(len(results) - failed, failed, len(left), reason if left else "")

    def _mailed(self, messages: Sequence[Message], notes: dict[int, Row]) -> tuple[dict[int, str], str]:
        """Entries that are settled, with what went wrong; and why others are left."""
        if not messages:
            return {}, ""
        outbox = self._opened()
        if outbox is None:
            return {}, f"no channel {CHANNEL!r} is set in parcours.toml"
        by_key = {_key(each.entry, notes[each.entry]): each for each in messages}
        rows = [_delivery(key, each, self._clock.now()) for key, each in by_key.items()]
        frame = pl.DataFrame(rows, schema={**DELIVERY_COLUMNS, "decided": pl.Int64}).cast({"decided": INSTANT})
        outcomes = outbox.deliver(frame, _TEMPLATES, self._clock)
        found = outcomes.select("key", pl.when(pl.col("result") == "sent").then(pl.lit("")).otherwise("detail"))
        return {
            by_key[key].entry: detail for key, detail in found.iter_rows()
        }, "the mail server takes nothing just now"

    def _opened(self) -> Outbox | None:
        settings = self._parts.settings
        if self._outbox is None and CHANNEL in settings.channels:
            outside = Outside(outside_settings(settings), plain_secrets(settings))
            channel = open_channel(settings.channels[CHANNEL], outside)
            self._outbox = Outbox({CHANNEL: channel}, suppressed=self._parts.suppressed)
        return self._outbox


def _key(entry: int, note: Row) -> str:
    """The idempotency key: the same for every attempt, another one when somebody has it sent again."""
    return f"interaction/{entry}/{note['number']}"


def _delivery(key: str, message: Message, now: int) -> dict[str, object]:
    files = [
        {"name": file.name, "media_type": file.media_type, "content": base64.b64encode(file.content).decode()}
        for file in message.files
    ]
    fields = {name: text for name, text in message.fields.items() if name != "from"}
    content = {"fields": {**fields, "reply_to": message.fields.get("from", "")}, "attachments": files}
    journey, version, activity = _PLACE
    return {
        "key": key,
        "channel": CHANNEL,
        "journey": journey,
        "version": version,
        "run": key,
        "activity": activity,
        "_profile": 0,
        "decided": now,
        "content": json.dumps(content),
    }


def _keep(desk: Desk, printed: Sequence[Message]) -> None:
    """What was merged for paper is the attachment of its interaction from now on."""
    table = interactions.interactions
    for message in printed:
        for file in message.files:
            no = attachments.store(desk, file.name, file.content, media_type=file.media_type)["no"]
            attachments.make_read_only(desk, [no])
            desk.change_many(table, [table.c.id == message.entry], attachment=no)
