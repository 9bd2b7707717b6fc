"""Messages of interactions: templates filled in with contact, line and salesperson (contact-segments.md, 15.3)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from parcours.contacts.documents import docx
from parcours.contacts.documents.files import File
from parcours.contacts.interactions.attachments import by_number
from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.office.desk import Desk, Row, in_chunks
from parcours.contacts.people import finding
from parcours.contacts.tables import campaigns, contacts, setup
from parcours.core.errors import DeliveryError, ParcoursError
from parcours.language.templates import parse_template

#: Fills in documents that are no text (DOCX …): the attachment, the values, and whether it is for paper (PDF).
Merge = Callable[[Row, Mapping[str, Any], bool], File]


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Attributes:
        entry: number of the interaction.
        contact: number of the contact.
        kind: ``email``, ``hard_copy``, or blank: there is nothing to deliver.
        fields: for e-mail ``to``, ``from`` (the salesperson's address, or blank), ``subject``, ``body`` and ``html``.
        files: what is attached; for hard copy what is printed.
        fault: blank, or why it cannot be delivered: ``no-address``, ``nothing-to-send``, ``attachment-missing``,
            ``canceled`` (before it went out), ``no-document`` (hard copy of what is no Word template), or the code of
            the error of a template.
        detail: the fault in words.
    """

    entry: int
    contact: str
    kind: str
    fields: Mapping[str, str] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    fault: str = ""
    detail: str = ""


def message_of(desk: Desk, entry: int, merge: Merge | None = None) -> Message:
    """The message of one interaction; see :func:`messages_of`.

    Raises:
        UnknownNameError: there is no such entry.
    """
    desk.get(INTERACTIONS, entry, "an interaction")
    return messages_of(desk, [entry], merge)[0]


def messages_of(
    desk: Desk, entries: Collection[int], merge: Merge | None = None, *, look: bool = False
) -> list[Message]:
    """The messages of many interactions, by entry number; those that are gone are left out.

    Args:
        desk: where.
        entries: entry numbers.
        merge: fills in documents that are no text; without it they are a fault (``no-merge``).
        look: only find out where they go and whether there is something to send; nothing is filled in.
    """
    made: list[Message] = []
    for chunk in in_chunks(sorted(set(entries))):
        rows = desk.rows(INTERACTIONS, INTERACTIONS.c.id.in_(chunk))
        around = _Around(desk, rows)
        made += [_looked(row, around) if look else _filled_in(desk, row, around, merge) for row in rows]
    return made


class _Around:
    """What the messages of some rows need, read at once."""

    def __init__(self, desk: Desk, rows: list[Row]) -> None:
        self.reference = desk.reference
        self.cards = finding.many(desk, {row[name] for row in rows for name in ("contact_no", "company_no")})
        self.files = by_number(desk, {row[name] for row in rows for name in ("attachment", "word_template")})
        self.salespeople = _named(desk, setup.salespeople, {row["salesperson_code"] for row in rows})
        self.campaigns = _named(desk, campaigns.campaigns, {row["campaign_no"] for row in rows})
        table = contacts.alt_addresses
        with_address = {row["contact_no"] for row in rows if row["alt_address"]}
        self.addresses = {
            (row["contact_no"], row["code"]): row
            for chunk in in_chunks(sorted(with_address))
            for row in desk.rows(table, table.c.contact_no.in_(chunk))
        }

    def address(self, row: Row) -> str:
        """The e-mail of the alternative address if it has one, else the contact's."""
        other = self.addresses.get((row["contact_no"], row["alt_address"]), {})
        return str(other.get("email") or self.cards.get(row["contact_no"], {}).get("email", ""))

    def values(self, row: Row) -> dict[str, Any]:
        """What templates may name."""
        return {
            "contact": _shown(self.cards.get(row["contact_no"], {})),
            "company": _shown(self.cards.get(row["company_no"], {})),
            "address": _shown(self.addresses.get((row["contact_no"], row["alt_address"]), {})),
            "line": _shown(row),
            "salesperson": _shown(self.salespeople.get(row["salesperson_code"], {})),
            "campaign": _shown(self.campaigns.get(row["campaign_no"], {})),
        }


def _named(desk: Desk, table: Any, keys: Collection[str]) -> dict[str, Row]:
    column = next(iter(table.primary_key.columns))
    return {row[column.name]: row for chunk in in_chunks(sorted(keys)) for row in desk.rows(table, column.in_(chunk))}


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    hidden = ("id", "revision", "version", "profile_id")
    return {name: value for name, value in row.items() if name not in hidden}


def _looked(row: Row, around: _Around) -> Message:
    fault = ""
    if row["canceled"] and not around.reference:
        fault = "canceled"
    elif not (row["attachment"] or row["word_template"]):
        fault = "nothing-to-send"
    elif row["correspondence_type"] == "email" and not around.address(row):
        fault = "no-address"
    return Message(row["id"], row["contact_no"], row["correspondence_type"], fault=fault)


def _filled_in(desk: Desk, row: Row, around: _Around, merge: Merge | None) -> Message:
    looked = _looked(row, around)
    if looked.fault or not looked.kind:
        return looked
    sender = str(around.salespeople.get(row["salesperson_code"], {}).get("email", ""))
    fields = {"to": around.address(row), "from": sender, "subject": row["subject"] or row["description"]}
    try:
        if "{{" in fields["subject"]:
            fields["subject"] = parse_template(fields["subject"]).render(around.values(row), desk.days.at)
        texts, files = _content(row, around, merge, desk.days.at)
    except ParcoursError as error:
        return Message(looked.entry, looked.contact, looked.kind, fault=error.code, detail=error.message)
    return Message(looked.entry, looked.contact, looked.kind, {**fields, **texts}, files)


def _content(row: Row, around: _Around, merge: Merge | None, now: int) -> tuple[dict[str, str], tuple[File, ...]]:
    """Texts and files of a message.

    Raises:
        DeliveryError: an attachment is missing or cannot be filled in.
        DefinitionError: a template is broken.
    """
    printed = row["correspondence_type"] == "hard_copy"
    number = row["word_template"] or row["attachment"]
    source = around.files.get(number)
    if source is None:
        raise DeliveryError(f"attachment {number} is gone", permanent=True, code="attachment-missing")
    if row["word_template"]:
        return _merged(row, source, around.values(row), merge, printed, now)
    if printed and not source["merge_source"]:
        raise DeliveryError(f"{source['name']} is no document to merge", permanent=True, code="no-document")
    if source["merge_source"] or _text_kind(source) == "html":
        return _merged(row, source, around.values(row), merge, printed, now)
    if source["content"] is None:
        place = source["place"] or "nowhere"
        raise DeliveryError(f"{source['name']} is not kept here, but at {place}", permanent=True, code="not-embedded")
    return {}, (File(source["name"], source["media_type"], source["content"]),)


def _merged(
    row: Row, source: Row, values: Mapping[str, Any], merge: Merge | None, printed: bool, now: int
) -> tuple[dict[str, str], tuple[File, ...]]:
    kind = _text_kind(source)
    if printed or not kind:
        if merge is None:
            raise DeliveryError(f"nothing fills in {source['name']}", permanent=True, code="no-merge")
        file = merge(source, values, printed)
        if not printed and file.media_type == docx.MEDIA_TYPE and not row["send_as_attachment"]:
            return {"html": docx.html_of(file.content)}, ()
        return {}, (file,)
    text = parse_template(_decoded(source), html=kind == "html").render(values, now)
    if row["send_as_attachment"]:
        return {}, (File(source["name"], source["media_type"], text.encode()),)
    return {kind: text}, ()


def _decoded(source: Row) -> str:
    try:
        return str(source["content"].decode())
    except UnicodeDecodeError:
        raise DeliveryError(f"{source['name']} is not in UTF-8", permanent=True, code="bad-encoding") from None


def _text_kind(source: Row) -> str:
    """The field of an e-mail that a text fills: ``html``, ``body``, or blank where it is no text that is kept here."""
    if source["content"] is None:
        return ""
    return {"text/html": "html", "text/plain": "body"}.get(source["media_type"], "")
