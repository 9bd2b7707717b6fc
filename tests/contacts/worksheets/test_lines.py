"""Lines: changed by hand (14.3), put in and taken out by program, looked at."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from parcours.contacts.campaigns import targets
from parcours.contacts.interactions import attachments
from parcours.contacts.worksheets import headers, lines, variants
from parcours.contacts.worksheets.actions import (
    add_contacts,
    add_line,
    change_line_contact,
    delete_line,
    reduce_contacts,
)
from parcours.contacts.worksheets.history import go_back, redo
from parcours.contacts.worksheets.lines import own_attachment, set_line
from parcours.core.errors import InputError, Refused, UnknownNameError
from tests.contacts.worksheets import templates
from tests.contacts.worksheets.crm import Crm, company


@pytest.fixture
def crm(crm: Crm) -> Crm:
    crm.do(templates.fill)
    crm.load(crm_campaigns=[{"no": "CP1"}, {"no": "CP2"}])
    crm.contacts(company("M1", correspondence_type="email", language_code="DAN"))
    return crm


@pytest.fixture
def sheet(crm: Crm) -> str:
    no = str(crm.do(headers.create, description="Header text")["no"])
    crm.do(add_contacts, no, {"contact": {"no": "C1|M1"}})
    return no


def refusal(crm: Crm, *call: Any, **options: Any) -> str:
    with pytest.raises(Refused) as refused:
        crm.do(*call, **options)
    return refused.value.code


# --- templates on lines ---


def test_a_template_gives_its_values_and_keeps_a_text(crm: Crm, sheet: str) -> None:
    line = crm.do(set_line, sheet, 10_000, "interaction_template", "LETTER")
    assert {name: line[name] for name in ("cost", "duration", "interaction_group", "correspondence_type")} == {
        "cost": 5.0, "duration": 3, "interaction_group": "MAIL", "correspondence_type": "hard_copy",
    }  # fmt: skip
    assert line["description"] == "Header text"


def test_an_exchanged_template_replaces_the_text_and_a_blank_text_is_filled(crm: Crm, sheet: str) -> None:
    crm.do(set_line, sheet, 10_000, "description", "")
    filled = crm.do(set_line, sheet, 10_000, "interaction_template", "LETTER")
    exchanged = crm.do(set_line, sheet, 10_000, "interaction_template", "CALL")
    assert (filled["description"], exchanged["description"]) == ("Business letter", "Phone call")


def test_a_template_without_correspondence_keeps_that_of_the_line(crm: Crm, sheet: str) -> None:
    crm.do(set_line, sheet, 10_000, "correspondence_type", "hard_copy")
    assert crm.do(set_line, sheet, 10_000, "interaction_template", "CALL")["correspondence_type"] == "hard_copy"
    assert crm.do(set_line, sheet, 20_000, "interaction_template", "CALL")["correspondence_type"] == "email"


def test_another_template_than_the_headers_has_texts_of_its_own(crm: Crm, sheet: str) -> None:
    line = crm.do(set_line, sheet, 20_000, "interaction_template", "NEWS")
    assert (line["language_code"], line["subject"], line["attachment_state"]) == ("DAN", "News DAN", "unique")
    own = crm.see(variants.of, sheet, 20_000)
    assert line["attachment"] == own["DAN"]["attachment"]
    english = crm.do(set_line, sheet, 20_000, "language_code", "enu")
    assert (english["subject"], english["attachment"]) == ("News ENU", own["ENU"]["attachment"])
    unknown = crm.do(set_line, sheet, 20_000, "language_code", "FRA")
    assert (unknown["subject"], unknown["attachment"], unknown["attachment_state"]) == ("", "", "")
    crm.do(set_line, sheet, 20_000, "interaction_template", "CALL")
    assert crm.see(variants.of, sheet, 20_000) == crm.see(attachments.by_number, [line["attachment"]]) == {}


def test_the_headers_template_on_a_line_inherits_again(crm: Crm, sheet: str) -> None:
    crm.do(headers.set_header, sheet, "interaction_template", "NEWS")
    inherited = crm.line(sheet, "M1")["attachment"]
    crm.do(set_line, sheet, 20_000, "interaction_template", "CALL")
    line = crm.do(set_line, sheet, 20_000, "interaction_template", "NEWS")
    assert (line["attachment"], line["attachment_state"], line["language_code"]) == (inherited, "inherited", "DAN")


def test_the_campaign_is_the_headers_else_the_templates_else_as_it_was(crm: Crm, sheet: str) -> None:
    crm.load(crm_interaction_templates=[{"code": "FAIR", "campaign_no": "CP2", "campaign_target": True}])
    crm.do(set_line, sheet, 10_000, "campaign_no", "CP1")
    assert crm.do(set_line, sheet, 10_000, "interaction_template", "CALL")["campaign_no"] == "CP1"
    line = crm.do(set_line, sheet, 10_000, "interaction_template", "FAIR")
    assert (line["campaign_no"], line["campaign_target"]) == ("CP2", True)
    crm.do(headers.set_header, sheet, "campaign_no", "CP1")
    assert crm.do(set_line, sheet, 20_000, "interaction_template", "FAIR")["campaign_no"] == "CP1"


def test_a_template_may_be_taken_off(crm: Crm, sheet: str) -> None:
    crm.do(set_line, sheet, 10_000, "interaction_template", "NEWS")
    line = crm.do(set_line, sheet, 10_000, "interaction_template", "")
    assert (line["cost"], line["attachment"], line["language_code"], line["information_flow"]) == (0.0, "", "", "")


def test_templates_and_languages_need_what_they_stand_on(crm: Crm, sheet: str) -> None:
    crm.do(add_line, sheet)
    assert refusal(crm, set_line, sheet, 30_000, "interaction_template", "CALL") == "contact-required"
    assert refusal(crm, set_line, sheet, 10_000, "interaction_template", "NOPE") == "template-not-found"
    assert refusal(crm, set_line, sheet, 10_000, "language_code", "DAN") == "template-required"


# --- attachments ---


def test_an_inherited_attachment_becomes_a_copy_of_its_own(crm: Crm, sheet: str) -> None:
    crm.do(headers.set_header, sheet, "interaction_template", "NEWS")
    inherited = crm.line(sheet, "C1")["attachment"]
    own = crm.do(own_attachment, sheet, 10_000)
    crm.do(attachments.change, own, content=b"mine")
    line = crm.line(sheet, "C1")
    assert (line["attachment"], line["attachment_state"], crm.do(own_attachment, sheet, 10_000)) == (own, "unique", own)
    files = crm.see(attachments.by_number, [inherited, own])
    assert (files[inherited]["content"], files[own]["content"]) == (b"ENU", b"mine")


def test_own_attachments_and_texts_come_back_with_the_line(crm: Crm, sheet: str) -> None:
    crm.do(set_line, sheet, 10_000, "interaction_template", "NEWS")
    before, texts = crm.lines(sheet), crm.see(variants.of, sheet, 10_000)
    crm.do(delete_line, sheet, 10_000)
    assert crm.see(variants.of, sheet, 10_000) == {}
    crm.do(go_back, sheet)
    again = crm.see(variants.of, sheet, 10_000)
    assert crm.lines(sheet) == before
    assert [{**row, "id": 0} for row in again.values()] == [{**row, "id": 0} for row in texts.values()]
    assert crm.see(attachments.by_number, [before[0]["attachment"]])
    crm.do(redo, sheet)
    crm.do(add_line, sheet, "C3")
    assert crm.see(attachments.by_number, [before[0]["attachment"]])


def test_attachments_are_not_worked_on_under_a_word_template(crm: Crm, sheet: str) -> None:
    crm.do(set_line, sheet, 10_000, "interaction_template", "MERGE")
    assert crm.line(sheet, "C1")["word_template"] == "FORM"
    assert refusal(crm, set_line, sheet, 10_000, "attachment", "FORM") == "word-template"
    assert refusal(crm, own_attachment, sheet, 10_000) == "word-template"
    assert refusal(crm, own_attachment, sheet, 20_000) == "no-attachment"
    line = crm.do(set_line, sheet, 20_000, "attachment", "FORM")
    assert (line["attachment"], line["attachment_state"]) == ("FORM", "unique")


# --- other fields ---


def test_the_alternative_address_follows_the_date_if_it_was_the_automatic_one(crm: Crm, sheet: str) -> None:
    crm.load(
        contact_alt_addresses=[{"contact_no": "C1", "code": code} for code in ("SUMMER", "WINTER")],
        contact_alt_address_dates=[
            {"contact_no": "C1", "code": "SUMMER", "starts": date(2026, 6, 1), "ends": date(2026, 8, 31)},
            {"contact_no": "C1", "code": "WINTER", "starts": date(2026, 12, 1), "ends": date(2027, 2, 28)},
        ],
    )
    assert crm.do(set_line, sheet, 10_000, "date", "2026-07-01")["alt_address"] == "SUMMER"
    assert crm.do(set_line, sheet, 10_000, "date", "")["alt_address"] == ""
    crm.do(set_line, sheet, 10_000, "alt_address", "WINTER")
    assert crm.do(set_line, sheet, 10_000, "date", "2026-07-01")["alt_address"] == "WINTER"
    with pytest.raises(UnknownNameError, match="alternative address 'MOON'"):
        crm.do(set_line, sheet, 10_000, "alt_address", "MOON")


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("campaign_no", "NOPE", UnknownNameError),
        ("salesperson_code", "NOPE", UnknownNameError),
        ("attachment", "NOPE", UnknownNameError),
        ("word_template", "NOPE", UnknownNameError),
        ("evaluation", "great", InputError),
        ("cost", -1, Refused),
        ("duration", -1, Refused),
        ("contact_no", "C2", InputError),
        ("line_no", 7, InputError),
        ("colour", "red", InputError),
    ],
)
def test_what_a_line_cannot_hold(crm: Crm, sheet: str, field: str, value: Any, error: type[Exception]) -> None:
    before = crm.lines(sheet)
    with pytest.raises(error):
        crm.do(set_line, sheet, 10_000, field, value)
    assert crm.lines(sheet) == before


def test_edits_record_no_action_but_count_versions(crm: Crm, sheet: str) -> None:
    seen = crm.see(headers.view, sheet)
    line = crm.do(set_line, sheet, 10_000, "evaluation", "positive", line_version=1)
    assert (line["version"], crm.steps(sheet)) == (2, (1, 0))
    assert refusal(crm, set_line, sheet, 10_000, "description", "x", line_version=1) == "conflict"
    assert refusal(crm, set_line, sheet, 20_000, "description", "x", expected_version=seen["version"]) == "conflict"
    crm.do(set_line, sheet, 20_000, "description", "x", line_version=1)
    changed = crm.do(change_line_contact, sheet, 10_000, "C3")
    assert changed["version"] == 3


# --- by program, and looking ---


def test_lines_by_program_record_nothing(crm: Crm, sheet: str) -> None:
    header = crm.see(headers.view, sheet)
    made = crm.see(lines.initialised, header, ["C3", "", "C3"], 30_000)
    assert [row["line_no"] for row in made] == [30_000, 40_000, 50_000]
    assert crm.do(lines.insert, made) == 3
    assert (crm.who(sheet), crm.steps(sheet)) == (["C1", "M1", "C3", "", "C3"], (1, 0))
    assert crm.do(lines.delete, crm.lines(sheet)[1:4]) == 3
    assert (crm.who(sheet), crm.steps(sheet)) == (["C1", "C3"], (1, 0))
    with pytest.raises(UnknownNameError):
        crm.see(lines.initialised, header, ["C1", "NOPE"], 30_000)


def test_lines_show_what_is_known_of_their_contacts(crm: Crm, sheet: str) -> None:
    crm.contacts(company("X1", phone_no="111", mobile_phone_no="222", email="x@x.test"))
    crm.do(add_line, sheet, "X1")
    crm.do(add_line, sheet, "P1")
    crm.do(add_line, sheet)
    names = ("contact_name", "contact_company_name", "contact_phone_no", "contact_mobile_phone_no", "contact_email")
    shown = [tuple(line[name] for name in names) for line in crm.see(lines.view, sheet, offset=2)]
    assert shown == [("", "X1", "111", "222", "x@x.test"), ("P1", "C1", "", "", ""), ("", "", "", "", "")]
    assert len(crm.see(lines.view, sheet, limit=2)) == 2
    assert [line["segment_no"] for line in crm.see(lines.of_contact, "X1")] == [sheet]


# --- campaigns ---


@pytest.fixture
def active(crm: Crm) -> str:
    """A worksheet whose two companies are targets of the active campaign CP1."""
    no = str(crm.do(headers.create, campaign_no="CP1", campaign_target=True)["no"])
    crm.do(add_contacts, no, {"contact": {"no": "C1|C2"}})
    crm.do(targets.activate, "CP1")
    return no


def group(crm: Crm, campaign: str = "CP1") -> list[str]:
    return [no for _, no in crm.see(targets.group, campaign)]


def test_the_target_group_follows_lines_back_and_forth(crm: Crm, active: str) -> None:
    assert group(crm) == ["C1", "C2"]
    crm.do(reduce_contacts, active, {"contact": {"no": "C1"}})
    assert group(crm) == ["C2"]
    crm.do(go_back, active)
    assert group(crm) == ["C1", "C2"]
    crm.do(add_contacts, active, {"contact": {"no": "C3"}})
    assert group(crm) == ["C1", "C2", "C3"]
    crm.do(go_back, active, steps=2)
    assert group(crm) == []
    crm.do(redo, active)
    assert group(crm) == ["C1", "C2"]
    crm.do(headers.delete, active, keep_targets=True)
    assert group(crm) == ["C1", "C2"]


def test_the_target_group_follows_edits(crm: Crm, active: str) -> None:
    crm.do(set_line, active, 10_000, "campaign_target", False)
    assert group(crm) == ["C2"]
    crm.do(set_line, active, 20_000, "campaign_no", "CP2")
    assert group(crm) == []
    crm.do(set_line, active, 10_000, "campaign_target", True)
    crm.do(change_line_contact, active, 10_000, "C3")
    assert group(crm) == ["C3"]


@pytest.mark.parametrize(("reference", "left"), [(False, []), (True, ["C1", "C2"])])
def test_mass_changes_move_targets_but_not_in_the_reference(
    crm: Crm, active: str, reference: bool, left: list[str]
) -> None:
    crm.reference = reference
    crm.do(headers.set_header, active, "campaign_no", "CP2")
    assert group(crm) == left
