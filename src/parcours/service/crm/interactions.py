"""``workspace.interactions``: the interaction log, templates, attachments, logged segments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import polars as pl

from parcours.contacts.campaigns import cleanup
from parcours.contacts.documents.files import File
from parcours.contacts.interactions import (
    afterwards,
    attachments,
    canceling,
    figures,
    recording,
    resend,
    templates,
)
from parcours.contacts.interactions.letters import letters_of
from parcours.contacts.tables import interactions as tables
from parcours.service.crm.desks import Record, Replies, Room
from parcours.service.crm.frames import frame_of
from parcours.service.crm.sending import Sent

_COUNTS = {"no_of_interactions": pl.Int64, "no_of_campaign_entries": pl.Int64}
_KEYED = {"key": pl.String, "no_of_interactions": pl.Int64, "cost": pl.Float64, "duration": pl.Int64}


class Interactions(Room):
    """What happened with contacts (contact-segments.md, sections 4 and 16)."""

    # --- the log ---

    def entries(
        self,
        contact: str | None = None,
        *,
        postponed: bool = False,
        canceled: bool | None = None,
        search: str = "",
        since: date | None = None,
        until: date | None = None,
        logged_segment: int | None = None,
        newest: bool = False,
        limit: int | None = None,
        offset: int = 0,
        **equal: str,
    ) -> pl.DataFrame:
        """Interactions, by entry number (``id``); those of a contact the newest first, of a company with its persons'.

        Args:
            contact: only those with a contact.
            postponed: those that were put off, instead of those that count or are canceled.
            canceled: only canceled ones, or only those that are not; by default both.
            search: only those with this text in description or subject, in any case.
            since, until: only those of these days, both included.
            logged_segment: only those that a worksheet became, by its entry number.
            newest: the newest first, of everybody, too.
            limit: at most so many.
            offset: leave out so many.
            equal: only those with these values: ``campaign_no="CP1"``.

        Raises:
            UnknownNameError: there is no such contact.
        """
        asked = afterwards.Asked(contact, postponed, canceled, search, since, until, logged_segment, equal)
        with self._desks.look() as desk:
            rows = afterwards.listed(desk, asked, newest=newest, limit=limit, offset=offset)
        return frame_of(tables.interactions, rows)

    def letters(self, logged_segment: int) -> File:
        """The letters that were merged for a logged segment, several in one archive.

        Args:
            logged_segment: its entry number.

        Raises:
            UnknownNameError: there is no such logged segment.
            Refused: ``no-letters``.
        """
        with self._desks.look() as desk:
            return letters_of(desk, logged_segment)

    def record(
        self, contact: str, template: str, *, postponed: bool = False, deliver: bool = False, **fields: Any
    ) -> int:
        """Record one interaction with a contact. Returns its entry number.

        Args:
            contact: its number.
            template: code of the template, whose values the fields take where nothing else is said.
            postponed: store it as begun: it counts nowhere, and can be resumed.
            deliver: send what is attached.
            fields: ``date``, ``description``, ``salesperson_code``, ``campaign_no``, ``evaluation`` …

        Raises:
            UnknownNameError: contact, template, salesperson or campaign is unknown.
            Refused: ``contact-privacy-blocked``, ``minor-without-consent``, ``template-required``,
                ``salesperson-required``, ``date-required``, ``description-required``, ``attachment-required``,
                ``contact-email-missing``, ``correspondence-type-required``.
            InputError: a field is unknown, or has no such value.
        """
        with self._desks.change("record_interaction") as desk:
            return recording.record(desk, contact, template, postponed=postponed, deliver=deliver, **fields)

    def resume(self, entry: int, *, deliver: bool = False, **fields: Any) -> Record:
        """Finish an interaction that was put off. Returns it.

        Raises:
            UnknownNameError: there is no such entry.
            Refused: ``not-postponed``, and those of :meth:`record`.
        """
        with self._desks.change("resume_interaction") as desk:
            return recording.resume(desk, entry, deliver=deliver, **fields)

    def discard(self, entry: int) -> None:
        """Drop an interaction that was put off; it never counted.

        Args:
            entry: its number.

        Raises:
            UnknownNameError: there is no such entry.
            Refused: ``not-postponed``.
        """
        with self._desks.change("discard_interaction") as desk:
            recording.discard(desk, entry)

    def send(self) -> Sent:
        """Deliver what logged interactions send, once: mails by the channel ``email``, letters merged for paper.

        Returns how many were delivered, failed, or are left for later, with the reason. While a workspace runs live
        this is done by itself.

        Raises:
            DefinitionError: the settings of the channel are wrong.
        """
        return self._desks.sends()

    def record_event(self, kind: str, contact: str = "", **fields: Any) -> int | None:
        """Record what happened by itself, if a template is set up for it. Returns the entry number, or ``None``.

        Args:
            kind: ``sales_quotes``, ``sales_invoices``, ``emails`` … (:data:`parcours.contacts.office.setup.RECORDED`).
            contact: with whom; or ``customer`` or ``vendor`` name the one that is related.
            fields: ``salesperson``, ``description``, ``campaign_no``, ``document_no`` …
        """
        with self._desks.change("record_event") as desk:
            return recording.record_event(desk, kind, contact, **fields)

    def evaluate(self, entries: Collection[int], evaluation: str) -> int:
        """Set the evaluation: blank, or ``very_positive`` … ``very_negative``. Returns how many.

        Raises:
            InputError: ``bad-choice``.
        """
        with self._desks.change("evaluate") as desk:
            return afterwards.evaluate(desk, entries, evaluation)

    def toggle(self, entries: Sequence[int], *, answers: Replies = None) -> bool:
        """Cancel interactions, or let them live again (the opposite of the first one); whether they are canceled now.

        A user is asked whether attachments that nothing else uses are removed; by program they stay.

        Raises:
            UnknownNameError: there is no such entry.
            Refused: ``logged-segment-canceled``, ``campaign-entry-canceled``.
            InputError: ``nothing-selected``.
            OpenQuestion: ``remove_attachment``.
        """
        with self._desks.change("toggle_interactions", answers) as desk:
            asked = None if desk.interactive else False
            return canceling.toggle_interactions(desk, entries, remove_attachments=asked)

    def delete_canceled(self, only: Collection[int] | None = None, *, preview: bool = False) -> int:
        """The clean-up job: delete canceled interactions, all or at most these. Returns how many."""
        with self._desks.change("delete_canceled_interactions", preview=preview) as desk:
            return cleanup.delete_interactions(desk, only)

    def resend(
        self,
        logged_segments: Collection[int],
        *,
        way: str = resend.AS_LOGGED,
        update_merge_fields: bool = False,
        **only: Any,
    ) -> list[int]:
        """Send the attachments of the interactions of one logged segment again. Returns the entries that go out.

        Args:
            logged_segments: the entry number of exactly one.
            way: ``same``, ``hard_copy`` or ``email``.
            update_merge_fields: write new entries with the data of now.
            only: narrows by ``id``, ``delivery_status``, ``correspondence_type``, ``contact_no`` or ``campaign_no``.

        Raises:
            Refused: ``one-logged-segment-required``, ``nothing-to-resend``, ``correspondence-type-required``,
                ``contact-email-missing``.
            UnknownNameError: there is no such logged segment.
            InputError: ``bad-choice``, ``unknown-field``.
        """
        with self._desks.change("resend") as desk:
            return resend.resend(desk, logged_segments, way=way, update_merge_fields=update_merge_fields, **only)

    # --- logged segments ---

    def logged_segments(self) -> pl.DataFrame:
        """Logged segments by entry number (``id``), with ``no_of_interactions`` and ``no_of_campaign_entries``."""
        with self._desks.look() as desk:
            rows = figures.logged_segments(desk)
        return frame_of(tables.logged_segments, rows, more=_COUNTS)

    def toggle_logged(self, entries: Sequence[int], *, answers: Replies = None) -> bool:
        """Cancel logged segments with their campaign entries and interactions, or let them live again.

        All are set to the opposite of the first one. Returns whether they are canceled now.

        Raises:
            UnknownNameError: there is no such logged segment.
            InputError: ``nothing-selected``.
        """
        with self._desks.change("toggle_logged_segments", answers) as desk:
            return canceling.toggle_logged_segments(desk, entries)

    def delete_canceled_logged(self, only: Collection[int] | None = None, *, preview: bool = False) -> int:
        """The clean-up job: delete canceled logged segments; what belonged to them stays. Returns how many.

        Raises:
            Refused: ``permission-denied``, a team member may not.
        """
        with self._desks.change("delete_canceled_logged", preview=preview) as desk:
            return cleanup.delete_logged_segments(desk, only)

    # --- figures ---

    def statistics(self, by: str = "template", *, since: date | None = None, until: date | None = None) -> pl.DataFrame:
        """Number, cost and duration of live interactions by ``template`` or ``group`` (column ``key``)."""
        count = figures.by_group if by == "group" else figures.by_template
        with self._desks.look() as desk:
            found = count(desk, since, until)
        rows = [{"key": key, **found[key]} for key in sorted(found)]
        return pl.DataFrame(rows, schema=_KEYED)

    # --- templates ---

    def templates(self) -> pl.DataFrame:
        """All interaction templates, by code."""
        with self._desks.look() as desk:
            return frame_of(tables.interaction_templates, desk.rows(tables.interaction_templates))

    def template(self, code: str) -> Record:
        """An interaction template, with its texts and attachments by language under ``languages``.

        Raises:
            UnknownNameError: there is none.
        """
        with self._desks.look() as desk:
            row = templates.get(desk, code)
            return {**row, "languages": templates.variants(desk, row["code"])}

    def create_template(self, code: str, **fields: Any) -> Record:
        """A new template: ``description``, ``group_code``, ``unit_cost``, ``unit_duration``, ``correspondence_type`` …

        Raises:
            Refused: ``template-exists``, ``code-required``, ``negative-amount``.
            UnknownNameError: campaign, group or attachment is unknown.
            InputError: a field is unknown, or has no such choice.
        """
        with self._desks.change("create_template") as desk:
            return templates.create(desk, code, **fields)

    def change_template(self, code: str, *, expected_version: int | None = None, **fields: Any) -> Record:
        """Change fields of a template; segments that have it already are left as they are.

        Raises:
            UnknownNameError: there is no such template, campaign, group or attachment.
            Refused: ``conflict``, ``negative-amount``.
            InputError: a field is unknown, or has no such choice.
        """
        with self._desks.change("change_template") as desk:
            return templates.change(desk, code, expected_version, **fields)

    def delete_template(self, code: str) -> None:
        """Delete a template with its texts; interactions keep its code.

        Raises:
            UnknownNameError: there is no such template.
            Refused: ``template-in-use``.
        """
        with self._desks.change("delete_template") as desk:
            templates.delete(desk, code)

    def put_template_language(self, code: str, language: str, **fields: Any) -> Record:
        """Set ``description``, ``subject`` or ``attachment`` of a template in a language.

        Raises:
            UnknownNameError: template or attachment is unknown.
            Refused: ``template-for-documents``.
        """
        with self._desks.change("put_template_language") as desk:
            return templates.put_variant(desk, code, language, **fields)

    def remove_template_language(self, code: str, language: str) -> None:
        """Remove the texts of a language; when there are none, nothing happens."""
        with self._desks.change("remove_template_language") as desk:
            templates.remove_variant(desk, code, language)

    def record_with(self, kind: str, template: str) -> None:
        """Have events of a kind recorded with a template; blank: not at all.

        Raises:
            UnknownNameError: there is no such template.
            Refused: ``template-for-documents``.
            InputError: ``unknown-event``.
        """
        with self._desks.change("record_with") as desk:
            templates.put_recorded(desk, kind, template)

    # --- attachments ---

    def attachments(self) -> pl.DataFrame:
        """All attachments by number, without what they hold."""
        with self._desks.look() as desk:
            rows = desk.rows(tables.attachments)
        return frame_of(tables.attachments, rows, without=("content",))

    def attachment(self, no: str) -> Record:
        """An attachment with its ``content``.

        Raises:
            UnknownNameError: there is none.
        """
        with self._desks.look() as desk:
            return desk.get(tables.attachments, no, "an attachment")

    def attach(self, name: str, content: bytes | None = None, **more: Any) -> Record:
        """Keep a file, or say where it is.

        Args:
            name: the name of the file; its ending says what kind it is.
            content: what it holds.
            more: ``no``, ``storage`` (``embedded``, ``disk_file``, ``mail_server``), ``place``, ``media_type``,
                ``merge_source`` (``liquid``: a template that is filled in per contact).

        Raises:
            InputError: storage or merge source is unknown, the content is missing, or a text template is broken.
            Refused: ``attachment-exists``.
        """
        with self._desks.change("attach") as desk:
            return attachments.store(desk, name, content, **more)

    def change_attachment(self, no: str, **fields: Any) -> Record:
        """Change an attachment that was not logged yet.

        Raises:
            UnknownNameError: there is none.
            Refused: ``attachment-read-only``.
            InputError: see :meth:`attach`.
        """
        with self._desks.change("change_attachment") as desk:
            return attachments.change(desk, no, **fields)
