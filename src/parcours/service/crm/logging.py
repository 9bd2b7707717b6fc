"""What becomes of worksheets: logging, phone calls, cover sheets, mailing groups."""

from __future__ import annotations

from parcours.contacts.worksheets import logging
from parcours.contacts.worksheets.actions import Outcome
from parcours.contacts.worksheets.logging import Logged
from parcours.service.crm.desks import Replies, Room


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
