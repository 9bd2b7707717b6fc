"""Documents on paper: PDF from HTML and from Word documents. Nothing is fetched from anywhere."""

from __future__ import annotations

import io
import logging
from pathlib import Path

from parcours.contacts.documents import docx
from parcours.contacts.documents.extra import library
from parcours.core.errors import DeliveryError

MEDIA_TYPE = "application/pdf"
#: Where fonts with more letters than those of Western Europe are found, if they are installed.
_FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
    "/Library/Fonts/Arial Unicode.ttf",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
)
_PAGE = "@page { size: a4; margin: 2.2cm 2cm 2cm 2.4cm; } body { font-size: 11pt; }"
_WIDE = "@font-face { font-family: Wide; src: url('file://%s'); } * { font-family: Wide; }"


def from_html(html: str) -> bytes:
    """The pages of an HTML document; without page rules of its own, A4 with margins.

    Raises:
        DeliveryError: ``remote-content``, it wants something from elsewhere; ``no-font``, no installed font has its
            letters; ``no-pages``, it cannot be laid out; ``extra-missing``.
    """
    pisa = library("xhtml2pdf.pisa")
    font = font_for(html)
    style = _PAGE + (_WIDE % font if font else "")
    made, refused = io.BytesIO(), list[str]()

    def link(uri: str, _: str) -> str | None:
        if uri.startswith("data:") or uri == f"file://{font}":
            return uri if uri.startswith("data:") else font
        refused.append(uri)
        raise _Fetched(uri)

    logging.getLogger("xhtml2pdf").setLevel(logging.CRITICAL)
    try:
        done = pisa.CreatePDF(_with_style(html, style), dest=made, link_callback=link, encoding="utf-8")
    except _Fetched as error:
        raise DeliveryError(
            f"a letter may not fetch {error}", permanent=True, code="remote-content", hint="use data: URLs"
        ) from None
    except Exception as error:  # the library raises whatever its own libraries do
        raise DeliveryError(f"this cannot be laid out: {error}", permanent=True, code="no-pages") from error
    if done.err:
        raise DeliveryError("this cannot be laid out as pages", permanent=True, code="no-pages")
    return made.getvalue()


def from_docx(content: bytes) -> bytes:
    """The pages of a Word document: its text, tables and pictures; not every detail of its layout.

    Raises:
        DeliveryError: see :func:`from_html`; ``no-document``.
    """
    return from_html(docx.html_of(content))


def joined(documents: list[bytes]) -> bytes:
    """One document with the pages of all."""
    pypdf = library("pypdf")
    writer = pypdf.PdfWriter()
    for document in documents:
        writer.append(io.BytesIO(document))
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


class _Fetched(Exception):
    """Something from elsewhere was wanted."""


def font_for(text: str) -> str | None:
    """The font that is needed for these letters; ``None``: the one every PDF reader has."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError as error:
        found = next((font for font in _FONTS if Path(font).exists()), None)
        if found is None:
            letter = text[error.start]
            raise DeliveryError(
                f"no installed font has the letter {letter!r}", permanent=True, code="no-font",
                hint="install the DejaVu fonts",
            ) from None  # fmt: skip
        return found
    return None


def _with_style(html: str, style: str) -> str:
    return f"<style>{style}</style>{html}" if "@page" not in html else html
