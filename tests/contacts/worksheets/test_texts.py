"""Texts and attachments by language, changed by hand."""

from __future__ import annotations

from typing import Any

import pytest

from parcours.contacts.interactions import attachments
from parcours.contacts.worksheets import headers, texts
from parcours.contacts.worksheets.actions import add_contacts
from parcours.contacts.worksheets.lines import own_attachment, set_line
from parcours.core.errors import InputError, Refused, UnknownNameError
from tests.contacts.worksheets import templates
from tests.contacts.worksheets.crm import Crm, company


@pytest.fixture
def crm(crm: Crm) -> Crm:
    crm.do(templates.fill)
    crm.contacts(company("M1", language_code="DAN"))
    return crm


@pytest.fixture
def sheet(crm: Crm) -> str:
    """C1 and C2 in English, M1 in Danish."""
    no = str(crm.do(headers.create, interaction_template="NEWS")["no"])
    crm.do(add_contacts, no, {"contact": {"no": "C1|C2|M1"}})
    return no


def refusal(crm: Crm, *call: Any, **options: Any) -> str:
    with pytest.raises(Refused) as refused:
        crm.do(*call, **options)
    return refused.value.code


def test_lines_follow_the_texts_they_use(crm: Crm, sheet: str) -> None:
    old = crm.line(sheet, "C1")["attachment"]
    own = crm.do(own_attachment, sheet, 20_000)
    crm.do(set_line, sheet, 20_000, "subject", "typed")
    file = crm.do(attachments.store, "new.txt", b"new")["no"]
    crm.do(texts.put, sheet, "enu", subject="Spring", attachment=file)
    shown = [(line["contact_no"], line["subject"], line["attachment"]) for line in crm.lines(sheet)]
    assert shown[:2] == [("C1", "Spring", file), ("C2", "typed", own)]
    assert crm.line(sheet, "M1")["subject"] == "News DAN"
    assert crm.see(attachments.by_number, [old]) == {}


def test_new_texts_serve_lines_that_come_later(crm: Crm, sheet: str) -> None:
    crm.do(texts.put, sheet, "FRA", subject="Nouvelles", description="fr")
    crm.contacts(company("F1", language_code="FRA"))
    crm.do(add_contacts, sheet, {"contact": {"no": "F1"}})
    line = crm.line(sheet, "F1")
    assert (line["language_code"], line["subject"], line["attachment_state"]) == ("FRA", "Nouvelles", "")
    assert [row["language_code"] for row in crm.see(texts.of, sheet)] == ["DAN", "ENU", "FRA"]


def test_texts_of_a_line_are_its_own(crm: Crm, sheet: str) -> None:
    assert refusal(crm, texts.put, sheet, "ENU", line_no=10_000, subject="x") == "texts-of-the-header"
    crm.do(headers.set_header, sheet, "interaction_template", "LETTER", answers={"apply_template_to_lines": True})
    crm.do(set_line, sheet, 10_000, "interaction_template", "NEWS")
    crm.do(texts.put, sheet, "ENU", line_no=10_000, subject="Only here")
    assert (crm.line(sheet, "C1")["subject"], crm.see(texts.of, sheet)) == ("Only here", [])
    assert crm.see(texts.of, sheet, 10_000)[1]["subject"] == "Only here"


def test_texts_in_use_are_not_removed(crm: Crm, sheet: str) -> None:
    for language in ("ENU", "DAN"):
        assert refusal(crm, texts.remove, sheet, language) == "language-in-use"
    crm.do(set_line, sheet, 30_000, "language_code", "ENU")
    crm.do(texts.remove, sheet, "dan")
    assert [row["language_code"] for row in crm.see(texts.of, sheet)] == ["ENU"]
    with pytest.raises(UnknownNameError):
        crm.do(texts.remove, sheet, "DAN")


def test_what_texts_cannot_hold(crm: Crm, sheet: str) -> None:
    with pytest.raises(InputError, match="need a language"):
        crm.do(texts.put, sheet, " ")
    with pytest.raises(InputError, match="no field 'subjct'"):
        crm.do(texts.put, sheet, "ENU", subjct="x")
    with pytest.raises(UnknownNameError):
        crm.do(texts.put, sheet, "ENU", attachment="NOPE")
    crm.do(texts.put, sheet, "ENU", word_template="FORM", attachment="")
    assert refusal(crm, texts.put, sheet, "ENU", attachment="FORM") == "word-template"
