"""Changes of one line by hand, and what follows from them (contact-segments.md, section 14.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from parcours.contacts.interactions import attachments, templates
from parcours.contacts.interactions.values import checked
from parcours.contacts.office import Desk, Row
from parcours.contacts.people import addresses, salespeople
from parcours.contacts.tables import campaigns, contacts
from parcours.contacts.worksheets import targets, variants
from parcours.contacts.worksheets.initial import CONTACTS, correspondence_of
from parcours.contacts.worksheets.opened import LINES, changed, line_of, opened
from parcours.core.errors import InputError, Refused, UnknownNameError, nearest

#: Fields that nobody types: they follow from others, or are the line's identity.
_NOT_TYPED = ("id", "segment_no", "line_no", "contact_company", "attachment_state", "campaign_entry", "version")
#: What a line takes from a template put on it, by the template's name.
_FROM_TEMPLATE: Mapping[str, str] = {
    "group_code": "interaction_group",
    "unit_cost": "cost",
    "unit_duration": "duration",
    "information_flow": "information_flow",
    "initiated_by": "initiated_by",
    "campaign_target": "campaign_target",
    "campaign_response": "campaign_response",
    "word_template": "word_template",
}
_NO_TEMPLATE: Row = {
    "group_code": "", "unit_cost": 0.0, "unit_duration": 0, "information_flow": "", "initiated_by": "",
    "campaign_target": False, "campaign_response": False, "word_template": "",
}  # fmt: skip


def set_line(
    desk: Desk,
    no: str,
    line_no: int,
    field: str,
    value: Any,
    *,
    expected_version: int | None = None,
    line_version: int | None = None,
) -> Row:
    """Change a field of a line as a user does; nothing is recorded as an action. Returns the line.

    Args:
        desk: where.
        no: number of the worksheet.
        line_no: of the line.
        field: name of the field; the contact is changed by ``actions.change_line_contact``.
        value: what it is to hold; texts of dates are taken, a blank date is none.
        expected_version: of the worksheet; ``None`` takes any.
        line_version: of the line; ``None`` takes any.

    Raises:
        UnknownNameError: there is no such worksheet, line, campaign, salesperson, address or attachment.
        InputError: ``unknown-field``, ``bad-value``, ``bad-choice``.
        Refused: ``conflict``, ``negative-amount``, ``salesperson-blocked``, ``contact-required`` and
            ``template-not-found`` (template), ``template-required`` (language), ``word-template`` (attachment).
    """
    header = opened(desk, no, expected_version)
    before = line_of(desk, header, line_no, line_version)
    made = checked(LINES, {_typed(field): value})[field]
    if made == before[field]:
        return before
    files = {before["attachment"], *(row["attachment"] for row in variants.of(desk, header["no"], line_no).values())}
    follow = _FOLLOWING.get(field)
    values = follow(desk, header, before, made) if follow else {}
    after = desk.change(LINES, before["id"], **{field: made, **values})
    if field in ("interaction_template", "language_code"):
        attachments.remove_unused(
            desk, files if before["attachment_state"] == variants.UNIQUE else files - {before["attachment"]}
        )
    targets.edited(desk, before, after)
    changed(desk, header, f"line {line_no}: {field}")
    return after


def own_attachment(desk: Desk, no: str, line_no: int, *, expected_version: int | None = None) -> str:
    """Open the attachment of a line to change it: an inherited one becomes a copy for this line alone.

    Returns its number; see :func:`parcours.contacts.interactions.attachments.change`.

    Raises:
        UnknownNameError: there is no such worksheet or line.
        Refused: ``conflict``, ``word-template``, ``no-attachment``.
    """
    header = opened(desk, no, expected_version)
    line = line_of(desk, header, line_no)
    own = variants.own_copy(desk, header, line)
    if own != line["attachment"]:
        desk.change(LINES, line["id"], attachment=own, attachment_state=variants.UNIQUE)
        changed(desk, header, f"line {line_no}: own attachment")
    return own


def _typed(field: str) -> str:
    if field in _NOT_TYPED or field not in LINES.c:
        known = [name for name in map(str, LINES.c.keys()) if name not in _NOT_TYPED]
        raise InputError(f"lines have no field {field!r} to be typed", code="unknown-field", hint=nearest(field, known))
    if field == "contact_no":
        raise InputError(
            "the contact of a line is no plain field", code="unknown-field", hint="change_line_contact records it, too"
        )
    return field


def _template(desk: Desk, header: Row, line: Row, code: str) -> Row:
    if not line["contact_no"]:
        raise Refused("a line without contact takes no template", code="contact-required", hint="type a contact first")
    template = desk.find(templates.TEMPLATES, code) if code else None
    if code and template is None:
        raise Refused(f"there is no interaction template {code!r}", code="template-not-found")
    contact = desk.first(CONTACTS, no=line["contact_no"])
    taken = {line_name: (template or _NO_TEMPLATE)[name] for name, line_name in _FROM_TEMPLATE.items()}
    return {
        **taken,
        "description": _description(line, template),
        "campaign_no": header["campaign_no"] or (template or {}).get("campaign_no") or line["campaign_no"],
        "correspondence_type": correspondence_of(header, template, contact, line["correspondence_type"]),
        **_texts(desk, header, line, template, contact["language_code"] if contact else ""),
    }


def _description(line: Row, template: Row | None) -> str:
    exchanged = line["interaction_template"] != ""
    if template is not None and (exchanged or not line["description"]):
        return str(template["description"])
    return str(line["description"])


def _texts(desk: Desk, header: Row, line: Row, template: Row | None, language: str) -> Row:
    """The variants of another template than the header's are the line's own."""
    variants.drop(desk, header["no"], line["line_no"])
    if template is None:
        return {"language_code": "", **variants.fields(None, "")}
    inherits = template["code"] == header["interaction_template"]
    if inherits:
        known, default = variants.of(desk, header["no"]), header["language_code"]
    else:
        known = variants.copy_template(desk, header["no"], template, line["line_no"])
        default = template["language_default"]
    code, variant = variants.chosen(known, language, default)
    state = variants.INHERITED if inherits else variants.UNIQUE
    return {"language_code": code, **variants.fields(variant, state, template["word_template"])}


def _language(desk: Desk, header: Row, line: Row, code: str) -> Row:
    if not line["interaction_template"]:
        raise Refused("a line without template has no languages", code="template-required", hint="choose a template")
    own = variants.of(desk, header["no"], line["line_no"])
    if line["interaction_template"] == header["interaction_template"] and code not in own:
        return variants.fields(variants.of(desk, header["no"]).get(code), variants.INHERITED)
    return variants.fields(own.get(code), variants.UNIQUE)


def _date(desk: Desk, header: Row, line: Row, day: date | None) -> Row:
    """The alternative address follows if it was the one of the old date."""
    contact = line["contact_no"]
    if line["alt_address"] != _in_force(desk, contact, line["date"]):
        return {}
    return {"alt_address": _in_force(desk, contact, day)}


def _in_force(desk: Desk, contact: str, day: date | None) -> str:
    return addresses.in_force(desk, [contact], day).get(contact, "") if day and contact else ""


def _attachment(desk: Desk, header: Row, line: Row, no: str) -> Row:
    variants.refuse_word_template(line)
    _known_file(desk, header, line, no)
    return {"attachment_state": variants.UNIQUE if no else ""}


def _known_file(desk: Desk, header: Row, line: Row, no: str) -> Row:
    if no:
        desk.get(attachments.ATTACHMENTS, no, "an attachment")
    return {}


def _campaign(desk: Desk, header: Row, line: Row, no: str) -> Row:
    if no:
        desk.get(campaigns.campaigns, no, "a campaign")
    return {}


def _salesperson(desk: Desk, header: Row, line: Row, code: str) -> Row:
    salespeople.choose(desk, code)
    return {}


def _address(desk: Desk, header: Row, line: Row, code: str) -> Row:
    if code and desk.first(contacts.alt_addresses, contact_no=line["contact_no"], code=code) is None:
        raise UnknownNameError(f"contact {line['contact_no']} has no alternative address {code!r}")
    return {}


_FOLLOWING: Mapping[str, Callable[[Desk, Row, Row, Any], Row]] = {
    "interaction_template": _template,
    "language_code": _language,
    "date": _date,
    "attachment": _attachment,
    "word_template": _known_file,
    "campaign_no": _campaign,
    "salesperson_code": _salesperson,
    "alt_address": _address,
}
