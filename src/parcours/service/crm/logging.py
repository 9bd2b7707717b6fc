"""What becomes of worksheets: logging, phone calls, cover sheets, mailing groups."""

from __future__ import annotations

import polars as pl

from parcours.contacts.documents.files import File
from parcours.contacts.worksheets import calls, jobs, logging
from parcours.contacts.worksheets.actions import Outcome
from parcours.contacts.worksheets.logging import Logged
from parcours.service.crm.desks import Record, Replies, Room


class Logging(Room):
    """Jobs on whole worksheets and their lines (contact-segments.md, sections 12, 15 and 17)."""

    def log(
        self,
        no: str,
        *,
        deliver: bool = False,
        follow_up: bool = False,
        expected_version: int | None = None,
        answers: Replies = None,
        preview: bool = False,
    ) -> Logged:
        """Turn every line with a contact into an interaction, and end the worksheet; everything or nothing.

        Args:
            no: number of the worksheet.
            deliver: send what is attached, once everything is written.
            follow_up: make a new worksheet with the same contacts and campaign.
            expected_version: see :class:`~parcours.service.crm.worksheets.Worksheets`.
            answers: see :data:`parcours.service.crm.desks.Replies`.
            preview: only say what would come of it.

        Raises:
            UnknownNameError: there is no such worksheet; contact, salesperson, template or campaign of a line is gone.
            Refused: ``logged-segment-exists``, ``segment-description-required``, ``segment-empty``,
                ``line-date-required``, ``line-salesperson-required``, ``line-template-required``,
                ``contact-email-missing``, ``attachment-required``, ``segment-no-series-missing``, ``conflict``.
        """
        with self._desks.change("log_worksheet", answers, preview=preview) as desk:
            return logging.log(desk, no, deliver=deliver, follow_up=follow_up, expected_version=expected_version)

    def is_delivery_proposed(self, no: str) -> bool:
        """Whether a form proposes to deliver: some line has a correspondence type.

        Raises:
            UnknownNameError: there is no such worksheet.
        """
        with self._desks.look() as desk:
            return logging.is_delivery_proposed(desk, no)

    def reuse_logged(
        self,
        no: str,
        entry_no: int,
        *,
        expected_version: int | None = None,
        answers: Replies = None,
        preview: bool = False,
    ) -> Outcome | None:
        """Add the contacts of a logged segment, as one action. Returns what came; ``None``: somebody said no.

        Args:
            no: number of the worksheet.
            entry_no: of the logged segment.
            expected_version, answers, preview: see :meth:`log`.

        Raises:
            UnknownNameError: there is no such worksheet or logged segment.
            Refused: ``conflict``.
            OpenQuestion: ``reuse_on_used_segment``.
        """
        with self._desks.change("reuse_logged", answers, preview=preview) as desk:
            return logging.reuse_logged(desk, no, entry_no, expected_version=expected_version)

    # --- calls and other jobs ---

    def call(
        self,
        no: str,
        line_no: int,
        phone_no: str,
        description: str | None = None,
        *,
        evaluation: str = "",
        successful: bool = True,
        duration: int | None = None,
        time: str | None = None,
    ) -> int:
        """Log a phone call with the contact of a line at once; the line stays as it is. Returns the entry number.

        Args:
            no, line_no: the line.
            phone_no: the number that was called.
            description: ``None`` takes that of the template.
            evaluation: blank, or ``very_positive`` … ``very_negative``.
            successful: whether the contact was reached.
            duration: minutes; ``None`` takes those of the template.
            time: ``HH:MM``; ``None`` is now.

        Raises:
            UnknownNameError: there is no such worksheet, line or salesperson.
            Refused: ``phone-no-required``, ``date-required``, ``description-required``, ``salesperson-required``,
                ``call-template-missing``, ``contact-required``, ``contact-privacy-blocked``, ``minor-without-consent``,
                ``phone-with-letters``.
            InputError: ``bad-choice``.
        """
        with self._desks.change("phone_call") as desk:
            return calls.make_phone_call(
                desk,
                no,
                line_no,
                phone_no,
                description,
                evaluation=evaluation,
                successful=successful,
                duration=duration,
                time=time,
            )

    def apply_mailing_group(self, no: str, group: str, *, delete_old: bool = False, preview: bool = False) -> int:
        """Put every contact of a worksheet into a mailing group, each once. Returns how many came.

        Args:
            no: number of the worksheet.
            group: code of the group.
            delete_old: everybody else leaves the group.
            preview: only say what would come of it.

        Raises:
            UnknownNameError: there is no such worksheet or group.
            Refused: ``mailing-group-required``.
        """
        with self._desks.change("apply_mailing_group", preview=preview) as desk:
            return jobs.apply_mailing_group(desk, no, group, delete_old=delete_old)

    def cover_sheets(self, no: str, *, record: bool = False) -> list[Record]:
        """One cover sheet per line with a contact: ``contact_no``, ``lines``, ``date``, ``subject``, ``salesperson``.

        Args:
            no: number of the worksheet.
            record: record an interaction per line, if a template for cover sheets is set up.

        Raises:
            UnknownNameError: there is no such worksheet.
        """
        with self._desks.change("cover_sheets") if record else self._desks.look() as desk:
            return jobs.cover_sheets(desk, no, log=record)

    def print_cover_sheets(self, no: str, *, record: bool = False) -> File:
        """The cover sheets of :meth:`cover_sheets` as PDF, a page each.

        Raises:
            UnknownNameError: there is no such worksheet.
            DeliveryError: ``no-font``, ``no-pages``, ``extra-missing``.
        """
        return jobs.print_cover_sheets(self.cover_sheets(no, record=record))

    def labels(self, no: str, sheet: str = "3x8") -> File:
        """Address labels as PDF, one per line with a contact.

        Raises:
            UnknownNameError: there is no such worksheet.
            InputError: ``bad-choice``, there is no such sheet of labels.
            DeliveryError: ``no-font``, ``extra-missing``.
        """
        with self._desks.look() as desk:
            return jobs.labels(desk, no, sheet)

    def export(self, no: str) -> pl.DataFrame:
        """The contacts of a worksheet with their addresses, each once, in the order of the lines.

        Raises:
            UnknownNameError: there is no such worksheet.
        """
        with self._desks.look() as desk:
            return jobs.export(desk, no)
