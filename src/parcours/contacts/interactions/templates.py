"""Interaction templates, their texts by language, and which of them records what by itself (section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from parcours.contacts.interactions.values import checked, code
from parcours.contacts.office import setup as settings
from parcours.contacts.office.desk import Desk, Row
from parcours.contacts.tables import campaigns, interactions, setup, worksheets
from parcours.core.errors import InputError, Refused, UnknownNameError, nearest

TEMPLATES = interactions.interaction_templates
VARIANTS = interactions.template_languages
#: Events that are no documents, so that their templates may have texts by language.
_NO_DOCUMENTS = ("outgoing_calls", "emails", "email_drafts", "meeting_invitations")
_SETUP = "interaction_templates"
_KIND = "interaction_template"


def create(desk: Desk, template: str, **fields: Any) -> Row:
    """A new template; its correspondence type is e-mail unless said otherwise.

    Raises:
        Refused: ``template-exists``, ``code-required``, ``negative-amount``.
        InputError: a field is unknown, or has no such choice.
        UnknownNameError: the campaign, group or attachment is unknown.
    """
    no = code(template)
    if not no:
        raise Refused("a template needs a code", code="code-required")
    if desk.find(TEMPLATES, no) is not None:
        raise Refused(f"there is a template {no!r} already", code="template-exists")
    desk.describe(_KIND, no, "created")
    return desk.add(TEMPLATES, code=no, **{"correspondence_type": "email", **_checked(desk, fields)})


def change(desk: Desk, template: str, expected_version: int | None = None, **fields: Any) -> Row:
    """Change fields of a template; segments that have it already are left as they are.

    Raises:
        UnknownNameError: there is no such template.
        Refused: ``conflict``, ``negative-amount``.
        InputError: see :func:`create`.
    """
    no = get(desk, template)["code"]
    desk.describe(_KIND, no, ", ".join(fields))
    return desk.change(TEMPLATES, no, expected_version, **_checked(desk, fields))


def delete(desk: Desk, template: str) -> None:
    """Remove a template with its texts; interactions keep its code.

    Raises:
        UnknownNameError: there is no such template.
        Refused: ``template-in-use``, a segment that is not logged yet has it, or events are recorded with it.
    """
    no = get(desk, template)["code"]
    users = (
        (worksheets.worksheets, worksheets.worksheets.c.interaction_template, "a segment"),
        (worksheets.worksheet_lines, worksheets.worksheet_lines.c.interaction_template, "a line of a segment"),
    )
    for table, column, what in users:
        if desk.first(table, column == no) is not None:
            raise Refused(f"{what} has template {no}", code="template-in-use", hint="log or delete the segment first")
    if no in settings.get(desk, _SETUP).values():
        raise Refused(f"events are recorded with template {no}", code="template-in-use", hint="change the setup first")
    desk.remove_many(VARIANTS, template_code=no)
    desk.remove(TEMPLATES, no)
    desk.describe(_KIND, no, "deleted")


def get(desk: Desk, template: str) -> Row:
    """The template.

    Raises:
        UnknownNameError: there is none.
    """
    return desk.get(TEMPLATES, code(template), "an interaction template")


# --- texts by language ------------------------------------------------------------------------------------


def variants(desk: Desk, template: str) -> list[Row]:
    """The texts and attachments of a template, by language."""
    return desk.rows(VARIANTS, template_code=code(template), order=[VARIANTS.c.language_code])


def variant(desk: Desk, template: Row, language: str) -> Row | None:
    """The texts in this language, else in the template's default language, else none."""
    by_language = {row["language_code"]: row for row in variants(desk, template["code"])}
    return by_language.get(language) or by_language.get(template["language_default"])


def put_variant(desk: Desk, template: str, language: str, **fields: Any) -> Row:
    """Set description, subject or attachment in a language.

    Raises:
        UnknownNameError: template or attachment is unknown.
        Refused: ``template-for-documents``, the template records documents and so has no languages.
    """
    no, language = get(desk, template)["code"], code(language)
    for kind, recorded_with in settings.get(desk, _SETUP).items():
        if recorded_with == no and is_document(kind):
            raise _for_documents(no, kind)
    if fields.get("attachment"):
        desk.get(interactions.attachments, fields["attachment"], "an attachment")
    desk.describe(_KIND, no, f"texts in {language}")
    row = desk.first(VARIANTS, template_code=no, language_code=language)
    if row is None:
        return desk.add(VARIANTS, template_code=no, language_code=language, **fields)
    return desk.change(VARIANTS, row["id"], **fields)


def remove_variant(desk: Desk, template: str, language: str) -> None:
    """Remove the texts of a language; when there are none, nothing happens."""
    row = desk.first(VARIANTS, template_code=code(template), language_code=code(language))
    if row is not None:
        desk.remove(VARIANTS, row["id"])
        desk.describe(_KIND, row["template_code"], f"no texts in {row['language_code']}")


# --- what is recorded by itself ---------------------------------------------------------------------------


def put_recorded(desk: Desk, kind: str, template: str) -> None:
    """Record events of this kind (``RECORDED`` in :mod:`parcours.contacts.office.setup`) with a template; blank: don't.

    Raises:
        InputError: ``unknown-event``.
        UnknownNameError: there is no such template.
        Refused: ``template-for-documents``, it has texts by language.
    """
    if kind not in settings.RECORDED:
        hint = nearest(kind, settings.RECORDED)
        raise InputError(f"no event {kind!r} is recorded", code="unknown-event", hint=hint)
    chosen = dict(settings.get(desk, _SETUP))
    chosen.pop(kind, None)
    if template:
        no = get(desk, template)["code"]
        if is_document(kind) and variants(desk, no):
            raise _for_documents(no, kind)
        chosen[kind] = no
    settings.put(desk, _SETUP, chosen)
    desk.describe("setting", _SETUP, f"{kind}: {code(template) or 'none'}")


def recorded(desk: Desk, kind: str) -> Row | None:
    """The template that records this kind of event, if one is set up."""
    no = settings.get(desk, _SETUP).get(kind, "")
    return desk.find(TEMPLATES, no) if no else None


def is_document(kind: str) -> bool:
    """Whether an event is a document, so that its template has no texts by language."""
    return kind not in _NO_DOCUMENTS


def _for_documents(template: str, kind: str) -> Refused:
    return Refused(
        f"template {template} records {kind}, so it has no texts by language",
        code="template-for-documents",
        hint="take another template",
    )


# --- what a template gives --------------------------------------------------------------------------------


def values_of(template: Mapping[str, Any]) -> Row:
    """What an interaction takes from its template: group, cost, duration, flow and marks."""
    same = ("group_code", "information_flow", "initiated_by", "campaign_target", "campaign_response", "word_template")
    made = {name: template[name] for name in same}
    return {
        "template_code": template["code"],
        **made,
        "cost": template["unit_cost"],
        "duration": template["unit_duration"],
    }


def correspondence_type(template: Mapping[str, Any], contact: Mapping[str, Any]) -> str:
    """How a contact is written to: as it prefers, unless it has no preference or the template does not ask (8)."""
    preferred = str(contact["correspondence_type"])
    if template["ignore_contact_correspondence_type"] or not preferred:
        return str(template["correspondence_type"])
    return preferred


def _checked(desk: Desk, fields: Mapping[str, Any]) -> dict[str, Any]:
    made = checked(TEMPLATES, fields)
    if made.get("campaign_no"):
        desk.get(campaigns.campaigns, made["campaign_no"], "a campaign")
    if made.get("word_template"):
        desk.get(interactions.attachments, made["word_template"], "an attachment")
    if made.get("group_code"):
        _check_group(desk, made["group_code"])
    return made


def _check_group(desk: Desk, group: str) -> None:
    table = setup.codes
    if desk.find(table, ("interaction_group", group)) is None:
        known = desk.con.execute(select(table.c.code).where(table.c.kind == "interaction_group")).scalars()
        raise UnknownNameError(f"there is no interaction group {group!r}", hint=nearest(group, known))
