"""Texts and attachments by language, changed by hand: of the header, or of a line that has its own (3.1, 3.2)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from parcours.contacts.interactions import attachments
from parcours.contacts.interactions.values import code
from parcours.contacts.office import Desk, Row
from parcours.contacts.worksheets import variants
from parcours.contacts.worksheets.opened import LINES, changed, line_of, opened
from parcours.contacts.worksheets.propagation import reach
from parcours.core.errors import InputError, Refused, UnknownNameError, nearest

_FIELDS = ("description", "subject", "attachment", "word_template")
#: Fields that lines show as their variant has them.
_ON_LINES = ("subject", "attachment", "word_template")


def of(desk: Desk, no: str, line_no: int = variants.HEADER) -> list[Row]:
    """The texts of the header, or of a line that has its own, by language.

    Raises:
        UnknownNameError: there is no such worksheet or line.
    """
    header = opened(desk, no)
    if line_no != variants.HEADER:
        line_of(desk, header, line_no)
    return list(variants.of(desk, header["no"], line_no).values())


def put(
    desk: Desk,
    no: str,
    language: str,
    *,
    line_no: int = variants.HEADER,
    expected_version: int | None = None,
    **fields: str,
) -> Row:
    """Make or change the texts in a language: ``description``, ``subject``, ``attachment``, ``word_template``.

    Lines that use them follow, but for attachments of their own, and for what was typed on them. Texts of a line are
    there only where it has another template than the header. Returns the texts.

    Raises:
        UnknownNameError: there is no such worksheet, line or attachment.
        InputError: ``unknown-field``, ``bad-value``, ``language-required``.
        Refused: ``conflict``, ``word-template`` (attachment), ``texts-of-the-header`` (line).
    """
    header = opened(desk, no, expected_version)
    key = code(language)
    if not key:
        raise InputError("texts need a language", code="language-required", where="language")
    which = _lines(desk, header, line_no)
    before = variants.of(desk, header["no"], line_no).get(key)
    _check(desk, before, fields)
    after = variants.put(desk, header["no"], key, line_no, **fields)
    _follow(desk, [*which, LINES.c.language_code == key], before, after, line_no)
    if before is not None:
        attachments.remove_unused(desk, [before["attachment"]])
    changed(desk, header, f"texts in {key}")
    return after


def remove(
    desk: Desk, no: str, language: str, *, line_no: int = variants.HEADER, expected_version: int | None = None
) -> None:
    """Remove the texts in a language.

    Raises:
        UnknownNameError: there is no such worksheet or line, or there are no texts in this language.
        Refused: ``conflict``, ``language-in-use`` by the header or a line.
    """
    header = opened(desk, no, expected_version)
    key = code(language)
    which = _lines(desk, header, line_no)
    known = variants.of(desk, header["no"], line_no)
    if key not in known:
        raise UnknownNameError(f"segment {header['no']} has no texts in {key!r}", hint=nearest(key, known))
    by_header = line_no == variants.HEADER and header["language_code"] == key
    if by_header or desk.count(LINES, *which, LINES.c.language_code == key):
        raise Refused(f"texts in {key} are in use", code="language-in-use", hint="choose another language first")
    desk.remove(variants.VARIANTS, known[key]["id"])
    attachments.remove_unused(desk, [known[key]["attachment"]])
    changed(desk, header, f"no texts in {key}")


def _lines(desk: Desk, header: Row, line_no: int) -> list[ColumnElement[bool]]:
    """Tests for the lines whose texts these are."""
    if line_no == variants.HEADER:
        return reach(desk, header)
    line = line_of(desk, header, line_no)
    if line["interaction_template"] == header["interaction_template"]:
        raise Refused(
            f"line {line_no} has the texts of the header",
            code="texts-of-the-header",
            hint="give it an attachment of its own, or another template",
        )
    return [LINES.c.id == line["id"]]


def _check(desk: Desk, before: Row | None, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if name not in _FIELDS:
            raise InputError(f"texts have no field {name!r}", code="unknown-field", hint=nearest(name, _FIELDS))
        if not isinstance(value, str):
            raise InputError(f"{name} cannot be {value!r}", code="bad-value", where=name)
        if name in ("attachment", "word_template") and value:
            desk.get(attachments.ATTACHMENTS, value, "an attachment")
    if "attachment" in fields and before is not None and "word_template" not in fields:
        variants.refuse_word_template(before)


def _follow(desk: Desk, which: list[ColumnElement[bool]], before: Row | None, after: Row, line_no: int) -> None:
    """Lines that show what the texts said show what they say now."""
    state = variants.UNIQUE if line_no != variants.HEADER else variants.INHERITED
    for name in _ON_LINES:
        old = before[name] if before else ""
        if after[name] == old:
            continue
        values = {name: after[name]}
        if name == "attachment":
            values["attachment_state"] = state if after[name] else ""
        desk.change_many(LINES, [*which, LINES.c[name] == old], **values)
