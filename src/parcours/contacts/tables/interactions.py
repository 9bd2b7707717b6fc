"""Interactions with contacts, their templates and attachments (contact-segments.md, sections 3.3 and 4)."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, LargeBinary, UniqueConstraint

from parcours.contacts.tables.base import (
    amount,
    code,
    day,
    flag,
    link,
    mirror,
    moment,
    named,
    rows,
    text,
    version,
    whole,
)

#: ``word_template`` is the name of an attachment that is merged with the data of the contact.
interaction_templates = named(
    "crm_interaction_templates",
    "code",
    code("group_code"),
    text("description"),
    amount("unit_cost"),
    whole("unit_duration"),  # minutes
    code("information_flow"),  # "", outbound, inbound
    code("initiated_by"),  # "", us, them
    code("campaign_no"),
    flag("campaign_target"),
    flag("campaign_response"),
    code("correspondence_type"),  # the default; email in new templates
    flag("ignore_contact_correspondence_type"),
    code("language_default"),
    code("wizard_action"),  # "", open, import, merge
    code("word_template"),
    version(),
)

template_languages = rows(
    "crm_template_languages",
    code("template_code"),
    code("language_code"),
    text("description"),
    text("subject"),
    code("attachment"),
    UniqueConstraint("template_code", "language_code"),
)

#: Files by number or name. ``storage`` is embedded (``content`` holds it), disk_file or mail_server (``place`` says
#: where).
#: ``merge_source`` is liquid where the content is a template (HTML, or a document), else blank.
attachments = named(
    "crm_attachments",
    "no",
    code("storage"),
    text("name"),
    code("extension"),
    text("media_type"),
    text("place"),
    Column("content", LargeBinary, nullable=True),
    code("merge_source"),
    flag("read_only"),
)

#: ``id`` is the entry number.
logged_segments = rows(
    "crm_logged_segments",
    code("segment_no", index=True),
    text("description"),
    day("created_on"),
    code("by"),
    flag("canceled"),
    Column("header", JSON, nullable=True),  # the header as it was, for whoever looks back
)

#: The interaction log; ``id`` is the entry number. ``company_no`` is the company of then.
interactions = mirror(
    "crm_interactions",
    code("contact_no", index=True),
    code("company_no", index=True),
    text("description"),
    text("subject"),
    day("date"),
    code("time"),  # HH:MM
    code("template_code", index=True),
    code("group_code"),
    code("salesperson_code"),
    code("campaign_no", index=True),
    link("campaign_entry", index=True),
    flag("campaign_target"),
    flag("campaign_response"),
    code("segment_no"),
    link("logged_segment", index=True),
    code("correspondence_type"),
    code("language_code"),
    code("information_flow"),
    code("initiated_by"),
    amount("cost"),
    whole("duration"),  # minutes
    code("evaluation"),  # "", very_positive, positive, neutral, negative, very_negative
    flag("attempt_failed"),
    code("alt_address"),
    text("phone_no"),  # the number called
    text("contact_via"),
    code("attachment"),
    flag("send_as_attachment"),
    code("word_template"),
    code("document_type"),
    code("document_no"),
    link("task"),
    link("opportunity"),
    code("opportunity_no"),
    code("delivery_status"),  # "", in_progress, error
    text("delivery_detail"),
    flag("canceled"),
    flag("postponed"),
    code("by"),
    moment("at"),
    Index("ix_crm_interactions_contact_date", "contact_no", "date"),
)
