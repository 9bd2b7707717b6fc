"""Sheets of address labels as PDF (contact-segments.md, section 17)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from parcours.contacts.documents import pdf
from parcours.contacts.documents.extra import library
from parcours.contacts.documents.files import File
from parcours.core.errors import InputError, nearest


@dataclass(frozen=True, slots=True)
class Sheet:
    """How labels lie on a page of A4: columns, rows, and in millimetres the size of a label and the margins."""

    columns: int
    rows: int
    width: float
    height: float
    left: float = 0.0
    top: float = 0.0


#: Usual sheets, by columns and rows.
SHEETS = {
    "3x8": Sheet(3, 8, 70, 37.125),
    "3x7": Sheet(3, 7, 63.5, 38.1, 7.2, 15.15),
    "2x8": Sheet(2, 8, 105, 37.125),
    "2x7": Sheet(2, 7, 99.1, 38.1, 5.9, 15.15),
}
_INNER = 5.0
_FONT_SIZE = 10.0


def labels(addresses: Sequence[Sequence[str]], sheet: str = "3x8", name: str = "labels") -> File:
    """A PDF with one label per address; blank lines are left out, what is too long is cut.

    Raises:
        InputError: ``bad-choice``, there is no such sheet.
        DeliveryError: ``no-font``, ``extra-missing``.
    """
    if sheet not in SHEETS:
        raise InputError(f"there is no sheet {sheet!r}", code="bad-choice", hint=nearest(sheet, SHEETS))
    form, made = SHEETS[sheet], io.BytesIO()
    canvas = library("reportlab.pdfgen.canvas").Canvas(made, pagesize=library("reportlab.lib.pagesizes").A4)
    font = _font(addresses)
    for place, lines in enumerate(addresses):
        at = place % (form.columns * form.rows)
        if at == 0:
            if place:
                canvas.showPage()
            canvas.setFont(font, _FONT_SIZE)
        _draw(canvas, form, at, [line for line in lines if line.strip()], font)
    canvas.save()
    return File(f"{name}.pdf", pdf.MEDIA_TYPE, made.getvalue())


def _draw(canvas: object, form: Sheet, at: int, lines: Sequence[str], font: str) -> None:
    mm = library("reportlab.lib.units").mm
    height = library("reportlab.lib.pagesizes").A4[1]
    row, column = divmod(at, form.columns)
    left = (form.left + column * form.width + _INNER) * mm
    top = height - (form.top + row * form.height + _INNER) * mm - _FONT_SIZE
    room, step = (form.width - 2 * _INNER) * mm, _FONT_SIZE * 1.25
    most = int((form.height - 2 * _INNER) * mm // step)
    for number, line in enumerate(lines[:most]):
        canvas.drawString(left, top - number * step, _cut(line, room, font))  # type: ignore[attr-defined]


def _cut(line: str, room: float, font: str) -> str:
    width = library("reportlab.pdfbase.pdfmetrics").stringWidth
    while line and width(line, font, _FONT_SIZE) > room:
        line = line[:-1]
    return line


def _font(addresses: Sequence[Sequence[str]]) -> str:
    """A font that has all letters."""
    found = pdf.font_for("".join(line for lines in addresses for line in lines))
    if found is None:
        return "Helvetica"
    metrics = library("reportlab.pdfbase.pdfmetrics")
    metrics.registerFont(library("reportlab.pdfbase.ttfonts").TTFont("Wide", found))
    return "Wide"
