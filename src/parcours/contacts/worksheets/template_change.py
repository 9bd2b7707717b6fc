"""Another interaction template on the header, and what it does to header and lines (sections 14.1 and 14.2)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, exists

from parcours.contacts.interactions import attachments, templates
from parcours.contacts.office import Desk, Row
from parcours.contacts.tables import contacts
from parcours.contacts.worksheets import variants
from parcours.contacts.worksheets.opened import LINES, WORKSHEETS
from parcours.core.errors import Refused

CONTACTS = contacts.contacts
#: What the header takes from its template, by the template's name.
_COPIED: Mapping[str, str] = {
    "code": "interaction_template",
    "language_default": "language_code",
    "group_code": "interaction_group",
    "unit_cost": "unit_cost",
    "unit_duration": "unit_duration",
    "information_flow": "information_flow",
    "initiated_by": "initiated_by",
    "campaign_target": "campaign_target",
    "campaign_response": "campaign_response",
    "correspondence_type": "correspondence_type",
    "ignore_contact_correspondence_type": "ignore_contact_correspondence_type",
    "word_template": "word_template",
}
#: Fields that follow a new template on lines which had the header's old value; in the reference they stay behind.
_FOLLOWING: Mapping[str, str] = {
    "interaction_group": "interaction_group",
    "unit_cost": "cost",
    "unit_duration": "duration",
    "information_flow": "information_flow",
    "initiated_by": "initiated_by",
}


def change_template(desk: Desk, header: Row, code: str) -> Row:
    """Put a template on the header, and, unless somebody says no, on every line. Returns the header.

    Raises:
        Refused: ``template-not-found``, blank or unknown; ``inherited-attachments``, no was said while lines have
            attachments of the template that goes.
        OpenQuestion: ``apply_template_to_lines``.
    """
    template = desk.find(templates.TEMPLATES, code) if code else None
    if template is None:
        hint = "choose a template" if not code else None
        raise Refused(f"there is no interaction template {code!r}", code="template-not-found", hint=hint)
    to_lines = _wanted(desk, header)
    files = variants.drop(desk, header["no"])
    variants.copy_template(desk, header["no"], template)
    after = desk.change(WORKSHEETS, header["no"], **_copied(template))
    if to_lines:
        _apply(desk, header, after, template)
    else:
        _adjust(desk, after, template, [LINES.c.interaction_template == template["code"]])
    attachments.remove_unused(desk, files)
    return after


def _wanted(desk: Desk, header: Row) -> bool:
    """Whether the lines get the template, too."""
    count = desk.count(LINES, segment_no=header["no"])
    if not count:
        return False
    if not desk.interactive or desk.ask("apply_template_to_lines", f"({count} lines)"):
        return True
    if desk.first(LINES, segment_no=header["no"], attachment_state=variants.INHERITED) is not None:
        raise Refused(
            "lines have attachments of the template that goes",
            code="inherited-attachments",
            hint="give the template to the lines, too, or give them attachments of their own first",
        )
    return False


def _copied(template: Row) -> Row:
    taken = {name: template[field] for field, name in _COPIED.items()}
    campaign = {"campaign_no": template["campaign_no"]} if template["campaign_no"] else {}
    return {**taken, **campaign, "subject": ""}


def _apply(desk: Desk, before: Row, after: Row, template: Row) -> None:
    """Every line gets the template; texts and attachments unless they are the line's own."""
    every = LINES.c.segment_no == after["no"]
    if not desk.reference:
        for name, field in _FOLLOWING.items():
            if before[name] != after[name]:
                desk.change_many(LINES, [every, LINES.c[field] == before[name]], **{field: after[name]})
    desk.change_many(LINES, [every], interaction_template=template["code"])
    _adjust(desk, after, template, [])
    _texts(desk, after)


def _adjust(desk: Desk, header: Row, template: Row, which: list[ColumnElement[bool]]) -> None:
    """Word template and correspondence type of lines that have the template.

    The reference overwrites what contacts prefer; otherwise the rule for new lines holds (section 8).
    """
    tests = [LINES.c.segment_no == header["no"], *which]
    default = template["correspondence_type"]
    desk.change_many(LINES, tests, word_template=template["word_template"], correspondence_type=default)
    if desk.reference or template["ignore_contact_correspondence_type"]:
        return
    for preferred in ("hard_copy", "email"):
        if preferred != default:
            desk.change_many(
                LINES, [*tests, _contact(CONTACTS.c.correspondence_type == preferred)], correspondence_type=preferred
            )


def _texts(desk: Desk, header: Row) -> None:
    """Attachment, language and subject of the new variants: the contact's language where there is one."""
    tests = [LINES.c.segment_no == header["no"], LINES.c.attachment_state != variants.UNIQUE]
    _drop_own(desk, header["no"])
    known = variants.of(desk, header["no"])
    default = header["language_code"]
    word_template = header["word_template"]
    for language in [default, *(code for code in known if code != default)]:
        spoken = [] if language == default else [_contact(CONTACTS.c.language_code == language)]
        values = variants.fields(known.get(language), variants.INHERITED, word_template)
        desk.change_many(LINES, [*tests, *spoken], language_code=language, **values)


def _drop_own(desk: Desk, no: str) -> None:
    """Texts of their own that lines had without an attachment of their own."""
    own = variants.VARIANTS.c
    line = exists().where(
        LINES.c.segment_no == no, LINES.c.line_no == own.line_no, LINES.c.attachment_state == variants.UNIQUE
    )
    desk.remove_many(variants.VARIANTS, own.segment_no == no, own.line_no != variants.HEADER, ~line)


def _contact(test: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(CONTACTS.c.no == LINES.c.contact_no, test)
