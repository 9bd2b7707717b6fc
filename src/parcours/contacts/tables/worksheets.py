"""Worksheet segments: headers, lines, what was done to them, saved criteria (contact-segments.md, section 3)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, Index, Integer, UniqueConstraint

from parcours.contacts.tables.base import amount, code, day, flag, link, moment, named, rows, text, version, whole


def _language_columns() -> list[Column[Any]]:
    return [
        code("segment_no"),
        whole("line_no"),
        code("language_code"),
        text("description"),
        text("subject"),
        code("attachment"),
        code("word_template"),
    ]


def _line_columns() -> list[Column[Any]]:
    """``attachment_state`` is blank, inherited (from the header's variant) or unique (the line's own)."""
    return [
        code("segment_no"),
        whole("line_no"),
        code("contact_no"),
        code("contact_company"),
        code("campaign_no"),
        code("salesperson_code"),
        code("correspondence_type"),
        code("interaction_template"),
        code("interaction_group"),
        amount("cost"),
        whole("duration"),  # minutes
        code("attachment"),
        code("attachment_state"),
        text("description"),
        text("subject"),
        code("language_code"),
        day("date"),
        code("time"),  # HH:MM
        code("information_flow"),
        code("initiated_by"),
        flag("campaign_target"),
        flag("campaign_response"),
        code("alt_address"),
        code("evaluation"),
        flag("attempt_failed"),
        link("task"),
        code("opportunity_no"),
        link("campaign_entry"),
        code("document_type"),
        code("document_no"),
        flag("send_as_attachment"),
        code("word_template"),
        text("contact_via"),
        version(),
    ]


#: ``version`` counts every change of the header, its lines and its actions.
worksheets = named(
    "worksheets",
    "no",
    text("description"),
    day("date"),
    code("campaign_no", index=True),
    code("salesperson_code"),
    code("correspondence_type"),  # the default
    flag("ignore_contact_correspondence_type"),
    code("interaction_template"),
    code("interaction_group"),
    code("language_code"),
    text("subject"),
    amount("unit_cost"),
    whole("unit_duration"),  # minutes
    code("information_flow"),
    code("initiated_by"),
    flag("campaign_target"),
    flag("campaign_response"),
    flag("send_as_attachment"),
    code("word_template"),
    code("series"),
    code("created_by"),
    version(),
)

#: Texts and attachments by language: of the header (``line_no`` 0) or of a line.
worksheet_languages = rows(
    "worksheet_languages",
    *_language_columns(),
    UniqueConstraint("segment_no", "line_no", "language_code"),
)

worksheet_lines = rows(
    "worksheet_lines",
    *_line_columns(),
    UniqueConstraint("segment_no", "line_no"),
    Index("ix_worksheet_lines_contact", "segment_no", "contact_no"),
    Index("ix_worksheet_lines_contact_no", "contact_no"),
    Index("ix_worksheet_lines_campaign_no", "campaign_no"),
)

#: What was done, in order. ``number`` counts the actions that stand, from 1; those that were undone have none, and
#: ``undone`` says in which order (the highest was undone last, so it is the next to be done again).
worksheet_actions = rows(
    "worksheet_actions",
    code("segment_no", index=True),
    Column("number", Integer, nullable=True),
    Column("undone", Integer, nullable=True),
    code("action"),  # add, reduce, refine; refresh: the criteria above it were run again
    code("source"),  # run, hand, criteria, logged
    Column("options", JSON, nullable=False),  # {allow_existing: true, …}: those that are on
    Column("filters", JSON, nullable=False),  # see parcours.contacts.selection
    Column("tasks", JSON, nullable=True),  # tasks that it took off the worksheet, to be put back when it is undone
    moment("at"),
    code("by"),
)

#: What an action did to the lines. ``line_id`` is the line's number in the database, which it keeps for ever.
worksheet_history = rows(
    "worksheet_history",
    code("segment_no", index=True),
    Column("action_id", Integer, nullable=False),
    Column("line_id", Integer, nullable=False, index=True),
    whole("line_no"),
    code("contact_no"),
    flag("inserted"),  # else deleted
    Index("ix_worksheet_history_action_line", "action_id", "line_id"),
)

#: Lines that an action deleted, and those that an undone action had inserted: field by field as they were.
worksheet_shelf = rows(
    "worksheet_shelf",
    Column("action_id", Integer, nullable=False),
    Column("line_id", Integer, nullable=False),
    flag("inserted"),  # by the action, which is undone
    *_line_columns(),
    Index("ix_worksheet_shelf_action_line", "action_id", "line_no"),
    Index("ix_worksheet_shelf_segment_no", "segment_no"),
    Index("ix_worksheet_shelf_contact_no", "contact_no"),
)

#: The texts and attachments of their own that these lines had.
worksheet_shelf_languages = rows(
    "worksheet_shelf_languages",
    Column("action_id", Integer, nullable=False, index=True),
    *_language_columns(),
    Index("ix_worksheet_shelf_languages_segment_no", "segment_no"),
)

saved_criteria = named(
    "crm_saved_criteria",
    "code",
    text("description"),
    code("by"),
    moment("at"),
    Column("actions", JSON, nullable=False),  # [{action, source, options, filters}]
)
