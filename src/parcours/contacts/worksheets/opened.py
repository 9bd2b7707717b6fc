"""A worksheet in hand: found, checked for its version, and counted up when something changed."""

from __future__ import annotations

from parcours.contacts.office import Desk, Row
from parcours.contacts.tables import worksheets
from parcours.core.errors import InputError, UnknownNameError

WORKSHEETS = worksheets.worksheets
LINES = worksheets.worksheet_lines


def opened(desk: Desk, no: str, expected_version: int | None = None) -> Row:
    """The header of a worksheet.

    Args:
        desk: where.
        no: its number.
        expected_version: the version that the user had before his eyes; ``None`` takes any.

    Raises:
        UnknownNameError: there is no such worksheet.
        Refused: ``conflict``, somebody changed its header, lines or actions since.
    """
    key = no.strip().upper()
    row = desk.get(WORKSHEETS, key, "a segment")
    desk.check_version(row, expected_version, f"segment {key}")
    return row


def changed(desk: Desk, header: Row, note: str = "") -> int:
    """Count the version up, whatever of the worksheet changed, and say in the audit trail what. Returns the version."""
    no = header["no"]
    desk.change_many(WORKSHEETS, [WORKSHEETS.c.no == no])
    desk.describe("worksheet", no, note)
    return int(desk.get(WORKSHEETS, no, "a segment")["version"])


def line_of(desk: Desk, header: Row, line_no: int, line_version: int | None = None) -> Row:
    """A line of the worksheet.

    Raises:
        InputError: ``bad-value``, the number is no whole number.
        UnknownNameError: it has no line with this number.
        Refused: ``conflict``, somebody changed the line since.
    """
    if type(line_no) is not int:
        raise InputError(f"{line_no!r} is no line number", code="bad-value", where="line_no")
    row = desk.first(LINES, segment_no=header["no"], line_no=line_no)
    if row is None:
        raise UnknownNameError(f"segment {header['no']} has no line {line_no}", hint="look at its lines again")
    desk.check_version(row, line_version, f"line {line_no} of segment {header['no']}")
    return row
