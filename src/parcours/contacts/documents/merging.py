"""Merge documents: attachments that are templates, filled in with the data of a contact (contact-segments.md, 15.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from parcours.contacts.documents import docx, pdf
from parcours.contacts.documents.files import File, safe_name
from parcours.contacts.office import Row
from parcours.core.errors import DeliveryError
from parcours.language.templates import parse_template


def merge(attachment: Row, values: Mapping[str, Any], printed: bool, now: int | None = None) -> File:
    """The attachment filled in, as PDF where it is for paper.

    Args:
        attachment: the row of the attachment: a DOCX or HTML file with Liquid in it, or a plain text.
        values: what its tags may name: contact, company, address, line, salesperson, campaign.
        printed: give PDF.
        now: the instant of ``{{ 'now' | date: … }}``, in microseconds.

    Raises:
        DeliveryError: ``no-document``, the attachment is of another kind; ``not-embedded``, its content is elsewhere;
            or why it cannot be filled in or laid out.
        DefinitionError: ``bad-template``.
    """
    content = attachment["content"]
    if content is None:
        raise DeliveryError(f"{attachment['name']} is not kept here", permanent=True, code="not-embedded")
    stem = PurePosixPath(attachment["name"]).stem or attachment["no"]
    match attachment["media_type"]:
        case docx.MEDIA_TYPE:
            filled = docx.fill_in(content, values, now)
            if printed:
                return File(f"{stem}.pdf", pdf.MEDIA_TYPE, pdf.from_docx(filled))
            return File(f"{stem}.docx", docx.MEDIA_TYPE, filled)
        case "text/html" | "text/plain" as kind:
            html = kind == "text/html"
            text = parse_template(content.decode(), html=html).render(values, now)
            if printed:
                return File(f"{stem}.pdf", pdf.MEDIA_TYPE, pdf.from_html(text if html else _preformatted(text)))
            return File(attachment["name"], kind, text.encode())
        case kind:
            raise DeliveryError(
                f"{attachment['name']} ({kind}) is no document to merge", permanent=True, code="no-document"
            )


def archive(name: str, files: Iterable[tuple[str, File]]) -> File:
    """Several documents in one file, named after the segment; each with the name of its contact.

    Args:
        name: the number of the segment.
        files: name of the company and number of the contact (or any text), and the document.
    """
    made, taken = BytesIO(), dict[str, int]()
    with ZipFile(made, "w", ZIP_DEFLATED) as packed:
        for title, file in files:
            stem, ending = safe_name(title), PurePosixPath(file.name).suffix
            taken[stem] = taken.get(stem, 0) + 1
            again = f" ({taken[stem]})" if taken[stem] > 1 else ""
            packed.writestr(ZipInfo(f"{stem}{again}{ending}", (1980, 1, 1, 0, 0, 0)), file.content, ZIP_DEFLATED)
    return File(f"{safe_name(name)}.zip", "application/zip", made.getvalue())


def _preformatted(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f"<html><body><pre>{escaped}</pre></body></html>"
