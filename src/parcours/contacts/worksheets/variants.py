"""Texts and attachments by language: of the header (line number 0), and of lines that have their own (3.1, 14)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parcours.contacts.interactions import attachments, templates
from parcours.contacts.office import Desk, Row
from parcours.contacts.tables import worksheets
from parcours.core.errors import Refused

VARIANTS = worksheets.worksheet_languages
#: The line number of the header's variants.
HEADER = 0
INHERITED, UNIQUE = "inherited", "unique"


def of(desk: Desk, no: str, line_no: int = HEADER) -> dict[str, Row]:
    """The variants of the header, or of a line, by language."""
    rows = desk.rows(VARIANTS, segment_no=no, line_no=line_no, order=[VARIANTS.c.language_code])
    return {row["language_code"]: row for row in rows}


def chosen(variants: Mapping[str, Row], language: str, default: str) -> tuple[str, Row | None]:
    """The language and variant of a contact: its own language where there is a variant, else the default one."""
    if language in variants:
        return language, variants[language]
    return default, variants.get(default)


def fields(variant: Row | None, state: str, word_template: str = "") -> dict[str, Any]:
    """Attachment, subject and Word template that a line takes from a variant; ``word_template`` holds where it names
    none."""
    if variant is None:
        return {"attachment": "", "attachment_state": "", "subject": "", "word_template": word_template}
    return {
        "attachment": variant["attachment"],
        "attachment_state": state if variant["attachment"] else "",
        "subject": variant["subject"],
        "word_template": variant["word_template"] or word_template,
    }


def copy_template(desk: Desk, no: str, template: Row, line_no: int = HEADER) -> dict[str, Row]:
    """Variants like those of a template, where there are none yet; attachments are copied. Returns them by language."""
    for row in templates.variants(desk, template["code"]):
        put(
            desk,
            no,
            row["language_code"],
            line_no,
            description=row["description"],
            subject=row["subject"],
            attachment=_copied(desk, row["attachment"]),
            word_template=template["word_template"],
        )
    return of(desk, no, line_no)


def put(desk: Desk, no: str, language: str, line_no: int = HEADER, **values: Any) -> Row:
    """Make or change a variant."""
    row = desk.first(VARIANTS, segment_no=no, line_no=line_no, language_code=language)
    if row is None:
        return desk.add(VARIANTS, segment_no=no, line_no=line_no, language_code=language, **values)
    return desk.change(VARIANTS, row["id"], **values)


def drop(desk: Desk, no: str, line_no: int = HEADER) -> set[str]:
    """Remove the variants of the header, or of a line. Returns their attachments, which perhaps nothing names any more:
    see :func:`~parcours.contacts.interactions.attachments.remove_unused`."""
    files = {row["attachment"] for row in of(desk, no, line_no).values()}
    desk.remove_many(VARIANTS, segment_no=no, line_no=line_no)
    return files


def own_copy(desk: Desk, header: Row, line: Row) -> str:
    """A copy of the attachment for this line alone, which may then be changed; one that is its own already stays.

    Returns its number; the caller puts it on the line.

    Raises:
        Refused: ``word-template``, attachments are not worked on by hand under a Word template; ``no-attachment``.
    """
    refuse_word_template(line)
    if not line["attachment"]:
        raise Refused(f"line {line['line_no']} has no attachment", code="no-attachment", hint="set one")
    if line["attachment_state"] == UNIQUE:
        return str(line["attachment"])
    own = _copied(desk, line["attachment"])
    put(desk, header["no"], line["language_code"], line["line_no"], attachment=own, subject=line["subject"])
    return own


def refuse_word_template(holder: Row) -> None:
    """Attachments of a line or variant with a Word template are not worked on by hand.

    Raises:
        Refused: ``word-template``.
    """
    if holder["word_template"]:
        raise Refused(
            f"Word template {holder['word_template']} makes the attachment",
            code="word-template",
            hint="take it off first",
        )


def _copied(desk: Desk, attachment: str) -> str:
    """A copy; a file that is only named, and not kept here, stays named."""
    return attachments.copy(desk, attachment) if attachments.by_number(desk, [attachment]) else attachment
