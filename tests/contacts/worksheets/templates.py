"""Interaction templates to try with."""

from __future__ import annotations

from typing import Any

from parcours.contacts.interactions import attachments, templates
from parcours.contacts.office import Desk
from parcours.contacts.tables import setup

LETTER: dict[str, Any] = {
    "group_code": "MAIL", "description": "Business letter", "unit_cost": 5.0, "unit_duration": 3,
    "information_flow": "outbound", "initiated_by": "us", "correspondence_type": "hard_copy",
}  # fmt: skip
CALL: dict[str, Any] = {
    "group_code": "PHONE", "description": "Phone call", "unit_cost": 2.0, "unit_duration": 10,
    "information_flow": "outbound", "initiated_by": "us", "correspondence_type": "",
}  # fmt: skip


def fill(desk: Desk) -> None:
    """LETTER and CALL without texts, NEWS with English (its default) and Danish ones, MERGE with a Word template."""
    desk.add_many(setup.codes, [{"kind": "interaction_group", "code": code} for code in ("MAIL", "PHONE")])
    templates.create(desk, "LETTER", **LETTER)
    templates.create(desk, "CALL", **CALL)
    templates.create(desk, "NEWS", **{**LETTER, "description": "Newsletter", "language_default": "ENU"})
    for language in ("ENU", "DAN"):
        file = attachments.store(desk, f"{language}.txt", language.encode())
        templates.put_variant(desk, "NEWS", language, subject=f"News {language}", attachment=file["no"])
    attachments.store(desk, "form.docx", b"form", no="FORM")
    templates.create(desk, "MERGE", **{**LETTER, "word_template": "FORM"})
