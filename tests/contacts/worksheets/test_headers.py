"""Headers: made, changed with their lines, deleted (sections 3.1, 6, 14.1, 14.2)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from parcours.contacts.interactions import attachments
from parcours.contacts.office import series
from parcours.contacts.office import setup as settings
from parcours.contacts.tables import interactions, worksheets
from parcours.contacts.worksheets import criteria, headers, lines, variants
from parcours.contacts.worksheets.actions import add_contacts, reduce_contacts
from parcours.contacts.worksheets.headers import create, delete, set_header, view
from parcours.core.errors import InputError, OpenQuestion, Refused, UnknownNameError
from tests.contacts.worksheets import templates
from tests.contacts.worksheets.crm import Crm, company


@pytest.fixture
def crm(crm: Crm) -> Crm:
    crm.do(templates.fill)
    crm.load(crm_campaigns=[{"no": "CP1"}, {"no": "CP2"}])
    crm.contacts(
        company("M1", correspondence_type="email", language_code="DAN"), company("M2", correspondence_type="hard_copy")
    )
    return crm


def sheet_of(crm: Crm, contacts: str, **values: Any) -> str:
    no = str(crm.do(create, **{"description": "Old", **values})["no"])
    crm.do(add_contacts, no, {"contact": {"no": contacts}})
    return no


def refusal(crm: Crm, *call: Any, **options: Any) -> str:
    with pytest.raises(Refused) as refused:
        crm.do(*call, **options)
    return refused.value.code


# --- made (6) ---


def test_a_new_worksheet_is_numbered_dated_and_empty(crm: Crm) -> None:
    first, second = crm.do(create), crm.on("2026-05-01").do(create, salesperson_code="SP1", campaign_no="CP1")
    assert (first["no"], first["date"], first["salesperson_code"]) == ("SM00001", date(2026, 3, 11), "SP9")
    assert (second["no"], second["date"], second["salesperson_code"]) == ("SM00002", date(2026, 5, 1), "SP1")
    seen = crm.see(view, "sm00002")
    assert (seen["no_of_lines"], seen["no_of_criteria_actions"], seen["total_cost"], seen["campaign_no"]) == (
        0, 0, 0, "CP1",
    )  # fmt: skip


def test_numbers_typed_or_drawn(crm: Crm) -> None:
    assert crm.do(create, no="sm00001")["no"] == "SM00001"
    assert crm.do(create)["no"] == "SM00002"
    assert refusal(crm, create, no="SM00001") == "segment-exists"
    crm.do(series.put_series, "OTHER", "X1", manual_allowed=False)
    assert refusal(crm, create, series_code="OTHER") == "series-not-related"
    crm.load(crm_related_series=[{"code": "SEGM", "related": "OTHER"}])
    assert crm.do(create, series_code="OTHER")["no"] == "X1"
    assert refusal(crm, create, no="X7", series_code="OTHER") == "manual-no-not-allowed"
    crm.do(settings.put, "segment_nos", "")
    assert refusal(crm, create) == "segment-no-series-missing"


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("campaign_no", "NOPE", UnknownNameError),
        ("salesperson_code", "NOPE", UnknownNameError),
        ("information_flow", "sideways", InputError),
        ("unit_cost", -1, Refused),
        ("date", "soon", InputError),
        ("version", 7, InputError),
        ("descripton", "x", InputError),
        ("interaction_template", "NOPE", Refused),
        ("word_template", "NOPE", UnknownNameError),
    ],
)
def test_what_a_header_cannot_hold(crm: Crm, field: str, value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        crm.do(create, **{field: value})
    no = crm.do(create)["no"]
    with pytest.raises(error):
        crm.do(set_header, no, field, value)


def test_a_blocked_salesperson_is_refused(crm: Crm) -> None:
    crm.load(salespeople=[{"code": "SP0", "blocked": True}])
    assert refusal(crm, create, salesperson_code="SP0") == "salesperson-blocked"


# --- template on the header (14.1) ---


def test_a_template_fills_the_header_and_copies_its_texts(crm: Crm) -> None:
    no = crm.do(create, subject="Mine", campaign_no="CP1")["no"]
    header = crm.do(set_header, no, "interaction_template", "news")
    assert {name: header[name] for name in ("interaction_group", "unit_cost", "unit_duration", "subject")} == {
        "interaction_group": "MAIL", "unit_cost": 5.0, "unit_duration": 3, "subject": "",
    }  # fmt: skip
    assert (header["language_code"], header["correspondence_type"], header["campaign_no"]) == (
        "ENU",
        "hard_copy",
        "CP1",
    )
    texts = crm.see(variants.of, no)
    assert {language: row["subject"] for language, row in texts.items()} == {"ENU": "News ENU", "DAN": "News DAN"}
    copied = crm.see(attachments.by_number, [row["attachment"] for row in texts.values()])
    assert sorted(row["content"] for row in copied.values()) == [b"DAN", b"ENU"]
    own = crm.see(lambda desk: {row["attachment"] for row in desk.rows(interactions.template_languages)})
    assert not own & set(copied)
    crm.do(set_header, no, "interaction_template", "CALL")
    assert crm.see(attachments.by_number, list(copied)) == {}
    assert refusal(crm, set_header, no, "interaction_template", "") == "template-not-found"


def test_lines_take_language_texts_and_correspondence_by_contact(crm: Crm) -> None:
    no = str(crm.do(create, interaction_template="NEWS")["no"])
    crm.do(add_contacts, no, {"contact": {"no": "M1|M2|C1"}})
    texts = crm.see(variants.of, no)
    for contact, language, type_ in (("M1", "DAN", "email"), ("M2", "ENU", "hard_copy"), ("C1", "ENU", "hard_copy")):
        line = crm.line(no, contact)
        assert (line["language_code"], line["correspondence_type"], line["subject"], line["attachment"]) == (
            language, type_, f"News {language}", texts[language]["attachment"],
        )  # fmt: skip
        assert (line["attachment_state"], line["cost"], line["duration"]) == ("inherited", 5.0, 3)
    assert crm.see(view, no)["attachment"] == texts["ENU"]["attachment"]


def test_a_header_that_ignores_contacts_decides_alone(crm: Crm) -> None:
    no = sheet_of(crm, "M1|C1", correspondence_type="email", ignore_contact_correspondence_type=True)
    assert {line["correspondence_type"] for line in crm.lines(no)} == {"email"}


# --- to existing lines (14.2) ---


@pytest.mark.parametrize(
    ("field", "line_field", "value"),
    [
        ("description", "description", "New"),
        ("campaign_no", "campaign_no", "CP2"),
        ("salesperson_code", "salesperson_code", "SP1"),
        ("unit_cost", "cost", 7.5),
        ("unit_duration", "duration", 4),
        ("date", "date", date(2026, 4, 1)),
        ("campaign_target", "campaign_target", True),
        ("information_flow", "information_flow", "inbound"),
        ("initiated_by", "initiated_by", "them"),
        ("campaign_response", "campaign_response", True),
        ("send_as_attachment", "send_as_attachment", True),
        ("word_template", "word_template", "FORM"),
    ],
)
def test_changes_go_to_the_lines_with_the_same_template(crm: Crm, field: str, line_field: str, value: Any) -> None:
    no = sheet_of(crm, "C1|C2")
    crm.do(lines.set_line, no, 10_000, "interaction_template", "CALL")
    other = crm.line(no, "C1")[line_field]
    assert crm.do(set_header, no, field, value)[field] == value
    assert (crm.line(no, "C1")[line_field], crm.line(no, "C2")[line_field]) == (other, value)
    assert crm.asked == []


def test_a_user_is_asked_when_lines_are_in_reach(crm: Crm) -> None:
    no = sheet_of(crm, "C1")
    with pytest.raises(OpenQuestion):
        crm.do(set_header, no, "description", "New", answers={})
    crm.do(set_header, no, "description", "New", answers={"update_lines": False})
    assert (crm.see(view, no)["description"], crm.line(no, "C1")["description"]) == ("New", "Old")
    crm.do(set_header, no, "description", "Newer", answers={"update_lines": True})
    assert crm.line(no, "C1")["description"] == "Newer"
    crm.do(set_header, no, "interaction_group", "X", answers={})
    empty = crm.do(create)["no"]
    crm.do(set_header, empty, "description", "New", answers={})


def test_a_correspondence_type_needs_a_document(crm: Crm) -> None:
    for template, expected in (("CALL", ""), ("NEWS", "email"), ("MERGE", "email")):
        no = sheet_of(crm, "C1", interaction_template=template)
        before = crm.line(no, "C1")["correspondence_type"]
        crm.do(set_header, no, "correspondence_type", "email", answers={"update_lines": True})
        assert crm.line(no, "C1")["correspondence_type"] == expected
        crm.do(set_header, no, "correspondence_type", "", answers={})
        assert crm.line(no, "C1")["correspondence_type"] == (expected or before)


def test_marks_of_the_campaign_go_with_it_in_a_form(crm: Crm) -> None:
    no = sheet_of(crm, "C1", campaign_no="CP1", campaign_target=True)
    assert "campaign_target" in crm.see(view, no)["open_fields"]
    crm.do(set_header, no, "campaign_no", "", answers={"update_lines": True})
    seen = crm.see(view, no)
    assert (seen["campaign_target"], crm.line(no, "C1")["campaign_target"]) == (False, False)
    assert not {"campaign_target", "subject", "correspondence_type"} & set(seen["open_fields"])


def test_the_alternative_address_follows_the_date(crm: Crm) -> None:
    crm.load(
        contact_alt_addresses=[{"contact_no": "C1", "code": code} for code in ("SPRING", "SUMMER")],
        contact_alt_address_dates=[
            {"contact_no": "C1", "code": "SPRING", "starts": date(2026, 3, 1), "ends": date(2026, 5, 31)},
            {"contact_no": "C1", "code": "SUMMER", "starts": date(2026, 6, 1), "ends": None},
        ],
    )
    no = sheet_of(crm, "C1|C2")
    assert (crm.line(no, "C1")["alt_address"], crm.line(no, "C2")["alt_address"]) == ("SPRING", "")
    crm.do(set_header, no, "date", "2026-07-01")
    assert crm.line(no, "C1")["alt_address"] == "SUMMER"
    crm.do(lines.set_line, no, 10_000, "alt_address", "SPRING")
    crm.do(set_header, no, "date", "2026-02-01")
    assert crm.line(no, "C1")["alt_address"] == "SPRING"


# --- another template, and the lines ---


@pytest.mark.parametrize(("reference", "preferred"), [(False, "email"), (True, "hard_copy")])
def test_a_template_change_reaches_every_line(crm: Crm, reference: bool, preferred: str) -> None:
    no = sheet_of(crm, "M1|C1")
    crm.do(lines.set_line, no, 10_000, "interaction_template", "CALL")
    crm.reference = reference
    crm.do(set_header, no, "interaction_template", "NEWS", answers={"apply_template_to_lines": True})
    assert crm.asked == ["apply_template_to_lines"]
    c1, m1 = crm.line(no, "C1"), crm.line(no, "M1")
    assert {line["interaction_template"] for line in (c1, m1)} == {"NEWS"}
    assert (c1["correspondence_type"], m1["correspondence_type"]) == ("hard_copy", preferred)
    assert (c1["language_code"], m1["language_code"], m1["subject"]) == ("ENU", "DAN", "News DAN")
    assert (c1["description"], m1["description"]) == ("Old", "Old")


@pytest.mark.parametrize(("reference", "costs"), [(False, [9.0, 5.0]), (True, [9.0, 0.0])])
def test_costs_that_were_the_headers_follow_a_new_template(crm: Crm, reference: bool, costs: list[float]) -> None:
    no = sheet_of(crm, "C1|C2")
    crm.do(lines.set_line, no, 10_000, "cost", 9)
    crm.reference = reference
    crm.do(set_header, no, "interaction_template", "LETTER")
    assert [line["cost"] for line in crm.lines(no)] == costs


def test_declining_keeps_the_lines_unless_they_inherit_attachments(crm: Crm) -> None:
    no = sheet_of(crm, "C1|C2", interaction_template="CALL")
    crm.do(lines.set_line, no, 10_000, "interaction_template", "LETTER")
    crm.do(lines.set_line, no, 10_000, "correspondence_type", "email")
    crm.do(set_header, no, "interaction_template", "LETTER", answers={"apply_template_to_lines": False})
    assert [line["interaction_template"] for line in crm.lines(no)] == ["LETTER", "CALL"]
    assert crm.line(no, "C1")["correspondence_type"] == "hard_copy"
    news = sheet_of(crm, "C1", interaction_template="NEWS")
    declined = {"apply_template_to_lines": False}
    assert refusal(crm, set_header, news, "interaction_template", "CALL", answers=declined) == "inherited-attachments"
    assert crm.see(view, news)["interaction_template"] == "NEWS"


def test_lines_keep_attachments_of_their_own(crm: Crm) -> None:
    no = sheet_of(crm, "C1|C2", interaction_template="CALL")
    crm.do(lines.set_line, no, 10_000, "interaction_template", "NEWS")
    own = crm.line(no, "C1")["attachment"]
    crm.do(set_header, no, "interaction_template", "LETTER")
    line = crm.line(no, "C1")
    assert (line["interaction_template"], line["attachment"], line["subject"]) == ("LETTER", own, "News ENU")
    assert crm.line(no, "C2")["attachment"] == ""
    assert crm.see(attachments.by_number, [own])


# --- languages, subject, attachment ---


def test_a_language_without_texts_is_made_or_refused(crm: Crm) -> None:
    no = crm.do(create)["no"]
    assert (
        refusal(crm, set_header, no, "language_code", "FRA", answers={"create_language": False}) == "language-missing"
    )
    crm.do(set_header, no, "language_code", "FRA", answers={"create_language": True})
    assert list(crm.see(variants.of, no)) == ["FRA"]


def test_a_subject_goes_to_lines_that_had_the_old_one(crm: Crm) -> None:
    no = sheet_of(crm, "C1|C2|M1", interaction_template="NEWS")
    crm.do(set_header, no, "subject", "News ENU")
    crm.do(lines.set_line, no, 20_000, "subject", "typed")
    crm.do(set_header, no, "subject", "Spring", answers={"change_subject": True})
    assert [line["subject"] for line in crm.lines(no)] == ["Spring", "typed", "News DAN"]
    assert crm.see(variants.of, no)["ENU"]["subject"] == "Spring"


def test_an_attachment_of_the_header_goes_to_those_who_inherit(crm: Crm) -> None:
    no = sheet_of(crm, "C1|C2|M1", interaction_template="NEWS")
    file = crm.do(attachments.store, "new.txt", b"new")["no"]
    own = crm.do(lines.own_attachment, no, 20_000)
    version = crm.see(view, no)["version"]
    after = crm.do(set_header, no, "attachment", file)
    danish = crm.see(variants.of, no)["DAN"]["attachment"]
    assert [line["attachment"] for line in crm.lines(no)] == [file, own, danish]
    assert after["version"] > version
    merge = crm.do(create, interaction_template="MERGE")["no"]
    assert refusal(crm, set_header, merge, "attachment", file) == "word-template"


# --- deleted ---


def test_deleting_leaves_nothing_behind(crm: Crm) -> None:
    no = sheet_of(crm, "C1|C2", interaction_template="NEWS")
    crm.do(lines.set_line, no, 10_000, "interaction_template", "CALL")
    crm.do(reduce_contacts, no, {"contact": {"no": "C1"}})
    files = crm.see(lambda desk: desk.count(attachments.ATTACHMENTS))
    crm.do(delete, no)
    for table in (
        worksheets.worksheets, worksheets.worksheet_lines, worksheets.worksheet_languages, worksheets.worksheet_actions,
        worksheets.worksheet_history, worksheets.worksheet_shelf, worksheets.worksheet_shelf_languages,
    ):  # fmt: skip
        assert crm.see(lambda desk, table=table: desk.count(table)) == 0
    assert crm.see(lambda desk: desk.count(attachments.ATTACHMENTS)) == files - 2
    with pytest.raises(UnknownNameError):
        crm.see(criteria.actions, no)


def test_figures_are_sums_of_the_lines(crm: Crm) -> None:
    no = sheet_of(crm, "C1|C2", interaction_template="LETTER")
    crm.do(lines.set_line, no, 10_000, "cost", 0.1)
    seen = crm.see(view, no)
    assert (seen["no_of_lines"], seen["total_cost"], seen["total_duration"]) == (2, 5.1, 6)
    assert [row["no_of_criteria_actions"] for row in crm.see(headers.every)] == [1]


def test_a_stale_header_is_a_conflict(crm: Crm) -> None:
    no = sheet_of(crm, "C1")
    seen = crm.see(view, no)["version"]
    crm.do(lines.set_line, no, 10_000, "description", "typed")
    assert refusal(crm, set_header, no, "description", "New", seen) == "conflict"
    assert refusal(crm, delete, no, expected_version=seen) == "conflict"
    assert crm.who(no) == ["C1"]
