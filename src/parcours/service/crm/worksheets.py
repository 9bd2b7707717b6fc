"""``workspace.worksheets``: segments that are worked by hand: filled by criteria, edited, logged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from parcours.contacts.tables import worksheets as tables
from parcours.contacts.worksheets import by_program, edits, headers, lines
from parcours.contacts.worksheets.opened import opened
from parcours.service.crm.desks import Desks, Record, Replies
from parcours.service.crm.frames import frame_of
from parcours.service.crm.logging import Logging
from parcours.service.crm.previews import Previews
from parcours.service.crm.selecting import Selecting

#: What is looked up at the contact of a line.
_LOOKED_UP = ("contact_name", "contact_company_name", "contact_phone_no", "contact_mobile_phone_no", "contact_email")
_FIGURES = {
    "no_of_lines": pl.Int64,
    "no_of_criteria_actions": pl.Int64,
    "total_cost": pl.Float64,
    "total_duration": pl.Int64,
}


class Worksheets(Selecting, Logging):
    """Headers and lines of worksheets; what fills them and what becomes of them stands in the base classes.

    Whoever passes ``expected_version`` (of the header as he saw it) is refused with ``conflict`` when somebody else
    changed the worksheet since.

    Attributes:
        previews: what would come of each action.
    """

    def __init__(self, desks: Desks) -> None:
        super().__init__(desks)
        self.previews = Previews(desks)

    # --- headers ---

    def create(
        self, no: str = "", *, series: str = "", answers: Replies = None, preview: bool = False, **fields: Any
    ) -> Record:
        """A new worksheet: without lines, dated with the work date. Returns its header.

        Args:
            no: its number; blank draws the next one.
            series: number series to draw from; blank: that of the setup.
            answers: see :data:`parcours.service.crm.desks.Replies`.
            preview: only say what would come of it.
            fields: ``description``, ``campaign_no``, ``salesperson_code``, ``interaction_template`` … of the header.

        Raises:
            Refused: ``segment-no-series-missing``, ``manual-no-not-allowed``, ``segment-exists``,
                ``salesperson-blocked``, ``template-not-found``, ``negative-amount``.
            UnknownNameError: there is no such campaign or salesperson.
            InputError: a field is unknown, or cannot hold its value.
        """
        with self._desks.change("create_worksheet", answers, preview=preview) as desk:
            return headers.create(desk, no=no, series_code=series, **fields)

    def set(
        self,
        no: str,
        field: str,
        value: Any,
        *,
        expected_version: int | None = None,
        answers: Replies = None,
        preview: bool = False,
    ) -> Record:
        """Change a field of the header; by program the lines follow, else it is asked (14.1, 14.2). Returns the header.

        Raises:
            Refused: ``template-not-found``, ``inherited-attachments``, ``salesperson-blocked``, ``negative-amount``,
                ``language-missing``, ``word-template``, ``conflict``.
            OpenQuestion: ``update_lines``, ``apply_template_to_lines``, ``change_subject``, ``create_language``.
            UnknownNameError: there is no such worksheet, campaign, salesperson or attachment.
            InputError: the field is unknown, or cannot hold the value.
        """
        with self._desks.change("set_header", answers, preview=preview) as desk:
            return headers.set_header(desk, no, field, value, expected_version)

    def delete(self, no: str, *, expected_version: int | None = None, answers: Replies = None) -> None:
        """Delete a worksheet with criteria, history, texts and lines.

        Raises:
            UnknownNameError: there is no such worksheet.
            Refused: ``conflict``.
        """
        with self._desks.change("delete_worksheet", answers) as desk:
            headers.delete(desk, no, expected_version=expected_version)

    def get(self, no: str) -> Record:
        """The header with its figures: ``no_of_lines``, ``no_of_criteria_actions``, ``total_cost``, ``total_duration``,
        ``attachment``, and ``open_fields`` (those a form offers).

        Raises:
            UnknownNameError: there is no such worksheet.
        """
        with self._desks.look() as desk:
            return headers.view(desk, no)

    def list(self) -> pl.DataFrame:
        """All worksheets with their figures, by number."""
        with self._desks.look() as desk:
            return frame_of(tables.worksheets, headers.every(desk), more=_FIGURES)

    # --- lines ---

    def lines(self, no: str, *, limit: int | None = None, offset: int = 0) -> pl.DataFrame:
        """The lines in order, with name, company, phone numbers and e-mail of their contacts.

        Raises:
            UnknownNameError: there is no such worksheet.
        """
        with self._desks.look() as desk:
            rows = lines.view(desk, opened(desk, no)["no"], limit=limit, offset=offset)
        return frame_of(tables.worksheet_lines, rows, more=dict.fromkeys(_LOOKED_UP, pl.String), without=("id",))

    def lines_of_contact(self, contact: str) -> pl.DataFrame:
        """The lines on which a contact stands, in all worksheets."""
        with self._desks.look() as desk:
            rows = lines.of_contact(desk, contact)
        return frame_of(tables.worksheet_lines, rows, more=dict.fromkeys(_LOOKED_UP, pl.String), without=("id",))

    def set_line(
        self,
        no: str,
        line_no: int,
        field: str,
        value: Any,
        *,
        expected_version: int | None = None,
        line_version: int | None = None,
        answers: Replies = None,
        preview: bool = False,
    ) -> Record:
        """Change a field of a line, with what follows from it (14.3). Returns the line.

        Raises:
            UnknownNameError: there is no such worksheet, line, campaign, salesperson, address or attachment.
            InputError: the field is unknown, or cannot hold the value.
            Refused: ``conflict``, ``negative-amount``, ``salesperson-blocked``, ``contact-required``,
                ``template-not-found``, ``template-required``, ``word-template``.
        """
        with self._desks.change("set_line", answers, preview=preview) as desk:
            return edits.set_line(
                desk, no, line_no, field, value, expected_version=expected_version, line_version=line_version
            )

    def own_attachment(self, no: str, line_no: int, *, expected_version: int | None = None) -> str:
        """Open the attachment of a line to change it: an inherited one is copied for this line. Returns its number.

        Raises:
            UnknownNameError: there is no such worksheet or line.
            Refused: ``conflict``, ``word-template``, ``no-attachment``.
        """
        with self._desks.change("own_attachment") as desk:
            return edits.own_attachment(desk, no, line_no, expected_version=expected_version)

    def insert_lines(self, no: str, contacts: Sequence[str], *, expected_version: int | None = None) -> int:
        """Put in lines by program: initialised, but not recorded as an action (section 10). Returns how many.

        Raises:
            UnknownNameError: there is no such worksheet or contact.
            Refused: ``conflict``.
        """
        with self._desks.change("insert_lines") as desk:
            return by_program.put_in(desk, no, contacts, expected_version=expected_version)
