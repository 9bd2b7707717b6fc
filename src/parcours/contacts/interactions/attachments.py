"""Attachments: files by number, shared by whoever names them (contact-segments.md, section 4)."""

from __future__ import annotations

import mimetypes
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Column, select

from parcours.contacts.office.desk import Desk, Row, in_chunks
from parcours.contacts.office.series import draw, put_series
from parcours.contacts.tables import interactions, setup, worksheets
from parcours.core.errors import InputError, Refused
from parcours.language.templates import parse_template

ATTACHMENTS = interactions.attachments
STORAGES = ("embedded", "disk_file", "mail_server")
_SERIES = "ATTACHMENTS"
#: Kinds of files that are merged with data where they say so.
_MERGED = ("", "liquid")
#: Where attachments are named, Word templates among them.
_NAMED: tuple[Column[Any], ...] = (
    interactions.template_languages.c.attachment,
    interactions.interaction_templates.c.word_template,
    interactions.interactions.c.attachment,
    interactions.interactions.c.word_template,
    worksheets.worksheets.c.word_template,
    worksheets.worksheet_languages.c.attachment,
    worksheets.worksheet_languages.c.word_template,
    worksheets.worksheet_lines.c.attachment,
    worksheets.worksheet_lines.c.word_template,
    worksheets.worksheet_shelf.c.attachment,
    worksheets.worksheet_shelf.c.word_template,
    worksheets.worksheet_shelf_languages.c.attachment,
    worksheets.worksheet_shelf_languages.c.word_template,
)


def store(
    desk: Desk,
    name: str,
    content: bytes | None = None,
    *,
    no: str = "",
    storage: str = "embedded",
    place: str = "",
    media_type: str = "",
    merge_source: str = "",
) -> Row:
    """Keep a file, or say where it is.

    Args:
        desk: where.
        name: the name of the file; its ending says what kind it is.
        content: what it holds, where the storage is embedded.
        no: its number; blank draws one.
        storage: ``embedded``, ``disk_file`` or ``mail_server``.
        place: path or address where the storage is not embedded.
        media_type: for example ``text/html``; blank takes it from the name.
        merge_source: ``liquid`` when the content is a template that is filled in per contact.

    Raises:
        InputError: storage or merge source is unknown, an embedded file has no content, or a text template is broken.
        Refused: ``attachment-exists``.
    """
    ending = PurePosixPath(name).suffix.lower()
    values = {
        "storage": storage,
        "name": name,
        "extension": ending.lstrip("."),
        "media_type": media_type or mimetypes.guess_type(name)[0] or "application/octet-stream",
        "place": place,
        "content": content,
        "merge_source": merge_source,
    }
    _check(values)
    if no and desk.find(ATTACHMENTS, no) is not None:
        raise Refused(f"there is an attachment {no!r} already", code="attachment-exists", hint="change it, or copy it")
    row = desk.add(ATTACHMENTS, no=no or _number(desk), **values)
    desk.describe("attachment", row["no"], name)
    return row


def change(desk: Desk, no: str, **fields: Any) -> Row:
    """Change an attachment.

    Raises:
        UnknownNameError: there is none with this number.
        Refused: ``attachment-read-only``, an interaction was logged with it.
        InputError: see :func:`store`.
    """
    row = desk.get(ATTACHMENTS, no, "an attachment")
    if row["read_only"]:
        raise Refused(f"attachment {no} was logged and stays as it is", code="attachment-read-only", hint="copy it")
    _check({**row, **fields})
    desk.describe("attachment", no, ", ".join(fields))
    return desk.change(ATTACHMENTS, no, **fields)


def copy(desk: Desk, no: str) -> str:
    """A copy under a number of its own that may be changed; blank copies blank. Returns its number.

    Raises:
        UnknownNameError: there is no such attachment.
    """
    if not no:
        return ""
    row = desk.get(ATTACHMENTS, no, "an attachment")
    return str(desk.add(ATTACHMENTS, **{**row, "no": _number(desk), "read_only": False})["no"])


def make_read_only(desk: Desk, numbers: Iterable[str]) -> None:
    """What was logged is not changed any more."""
    for chunk in in_chunks({no for no in numbers if no}):
        desk.change_many(ATTACHMENTS, [ATTACHMENTS.c.no.in_(chunk), ~ATTACHMENTS.c.read_only], read_only=True)


def unused(desk: Desk, numbers: Iterable[str], besides: Collection[int] = ()) -> list[str]:
    """Those of these attachments that no template, segment, line or interaction names.

    Interactions with the entry numbers ``besides`` do not count.
    """
    left = sorted({no for no in numbers if no})
    for column in _NAMED:
        used = _used(desk, column, left, besides)
        left = [no for no in left if no not in used]
    return left


def remove_unused(desk: Desk, numbers: Iterable[str]) -> list[str]:
    """Remove those of these attachments that nothing names any more; returns them."""
    gone = unused(desk, numbers)
    for chunk in in_chunks(gone):
        desk.remove_many(ATTACHMENTS, ATTACHMENTS.c.no.in_(chunk))
    return gone


def by_number(desk: Desk, numbers: Iterable[str]) -> dict[str, Row]:
    """The attachments with these numbers; those that are not there are left out."""
    found: dict[str, Row] = {}
    for chunk in in_chunks({no for no in numbers if no}):
        found |= {row["no"]: row for row in desk.rows(ATTACHMENTS, ATTACHMENTS.c.no.in_(chunk))}
    return found


def _used(desk: Desk, column: Column[Any], numbers: list[str], besides: Collection[int]) -> set[str]:
    table = column.table
    if table is not interactions.interactions or not besides:
        query = select(column).distinct()
    else:
        query = select(column, table.c.id)
    found: set[str] = set()
    for chunk in in_chunks(numbers):
        rows = desk.con.execute(query.where(column.in_(chunk))).all()
        found |= {row[0] for row in rows if len(row) == 1 or row[1] not in besides}
    return found


def _number(desk: Desk) -> str:
    if desk.find(setup.number_series, _SERIES) is None:
        put_series(desk, _SERIES, "AT000001", description="Attachments")
    while True:
        no = draw(desk, _SERIES, "attachment-no-series-missing", "attachments")
        if desk.find(ATTACHMENTS, no) is None:
            return no


def _check(values: Mapping[str, Any]) -> None:
    if values["storage"] not in STORAGES:
        raise InputError(f"{values['storage']!r} is no storage", code="unknown-choice", hint=", ".join(STORAGES))
    if values["merge_source"] not in _MERGED:
        raise InputError(
            f"{values['merge_source']!r} is no merge source", code="unknown-choice", hint="liquid, or blank"
        )
    if values["storage"] == "embedded" and values["content"] is None:
        raise InputError("an embedded attachment needs its content", code="attachment-empty")
    if values["merge_source"] and values["media_type"].startswith("text/"):
        parse_template(_text(values["content"] or b""), html=values["media_type"] == "text/html")


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise InputError("a text template is written in UTF-8", code="attachment-encoding") from error
