"""vCards read and written. No database is needed."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.contacts.people.exchange import vcard_lines, vcard_writer, vcards
from parcours.core.errors import InputError

ANN = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Example//Address Book//EN
N:Lee;Ann;Mary;Dr.;
FN:Dr. Ann Lee
ORG:Acme\\, Ltd;Sales
TITLE:Head of
  sales
item1.TEL;type=CELL;type=VOICE:+33 6 12
TEL;TYPE=WORK,FAX:+33 1 99
TEL;TYPE="work,voice":+33 1 23
EMAIL;TYPE=INTERNET:second@acme.example
EMAIL;TYPE=INTERNET,PREF:ann@acme.example
ADR;TYPE=WORK:PO 7;;12 Quai\\nNord;Lyon;Rhône;69001;France
BDAY:1985-04-12T00:00:00Z
URL:https://acme.example/ann
CATEGORIES:Gift,move
NOTE:Says: \\"call\\; don't write\\"
UID:urn:uuid:4fbe8971
PHOTO;ENCODING=b;TYPE=JPEG:AAAA
END:VCARD
"""


def test_a_card_of_version_3() -> None:
    for text in (ANN, ANN.replace("\n", "\r\n"), ANN.encode()):
        (record,), problems = vcards.read_vcards(text, categories="mailing_groups")
        assert problems == []
        assert record.fields == {
            "type": "person", "last_name": "Lee", "first_name": "Ann", "middle_name": "Mary", "company": "Acme, Ltd",
            "job_title": "Head of sales", "mobile_phone_no": "+33 6 12", "fax_no": "+33 1 99", "phone_no": "+33 1 23",
            "email": "ann@acme.example", "email_2": "second@acme.example", "address": "12 Quai, Nord",
            "address_2": "PO 7", "city": "Lyon", "county": "Rhône", "post_code": "69001",
            "birthday": "1985-04-12", "home_page": "https://acme.example/ann", "profile_id": "4fbe8971",
            "note": 'Says: "call; don\'t write"',
        }  # fmt: skip
        assert record.lists == {"mailing_groups": ("Gift", "move")}
        assert record.left_out == ("ORG: Sales", "ADR: France", "PHOTO: AAAA")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["FN:Acme", "KIND:org"], {"type": "company", "name": "Acme"}),
        (["FN:Acme", "ORG:Acme"], {"type": "company", "name": "Acme"}),
        (["FN:Ann Lee", "ORG:Acme"], {"type": "person", "name": "Ann Lee", "company": "Acme"}),
        (["FN:Ann", "KIND:individual"], {"type": "person", "name": "Ann"}),
        (["FN:Ann", "BDAY:--0412"], {"type": "person", "name": "Ann"}),
        (["FN:Ann", "TEL;VALUE=uri;TYPE=cell:tel:+1"], {"type": "person", "name": "Ann", "mobile_phone_no": "+1"}),
        (["FN:Ann", "TEL;CELL:+1"], {"type": "person", "name": "Ann", "mobile_phone_no": "+1"}),
        (["FN:Ann", "EMAIL;PREF=2:b@x.example", "EMAIL;PREF=1:a@x.example"],
         {"type": "person", "name": "Ann", "email": "a@x.example", "email_2": "b@x.example"}),
    ],
)  # fmt: skip
def test_what_cards_of_version_4_say(lines: list[str], expected: dict[str, str]) -> None:
    text = "\n".join(["BEGIN:VCARD", "VERSION:4.0", *lines, "END:VCARD"])
    (record,), _ = vcards.read_vcards(text)
    assert record.fields == expected


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["VERSION:2.1", "FN:Ann", "END:VCARD"], "vcard-version"),
        (["FN:Ann", "END:VCARD"], "vcard-version"),
        (["VERSION:4.0", "FN:Ann"], "bad-vcard"),
        (["VERSION:4.0", "FN:Ann", "no property", "END:VCARD"], "bad-vcard"),
        (["VERSION:4.0", "TEL:1", "END:VCARD"], "vcard-name"),
        (["VERSION:4.0", "FN:Us", "KIND:group", "END:VCARD"], "vcard-kind"),
    ],
)
def test_broken_cards_are_told_and_others_kept(lines: list[str], code: str) -> None:
    text = "\n".join(["BEGIN:VCARD", *lines, "BEGIN:VCARD", "VERSION:4.0", "FN:Bo", "END:VCARD"])
    records, problems = vcards.read_vcards(text)
    assert [record.fields["name"] for record in records] == ["Bo"]
    assert [(problem.error.code, problem.place) for problem in problems] == [(code, "card 1 (line 1)")]


def test_a_file_without_cards() -> None:
    with pytest.raises(InputError, match="no vCard"):
        vcards.read_vcards("hello\n")


def row(**values: Any) -> dict[str, Any]:
    blank: dict[str, Any] = dict.fromkeys(vcard_writer.FIELDS, "")
    return {**blank, "no": "C1", "profile_id": "p-1", "birthday": None, "mailing_groups": [], **values}


PERSON = row(
    type="person", name="Ann Lee", first_name="Ann", last_name="Lee", company_name="A, B; C\\D", job_title="Chef\nde",
    address="Quai 12", city="Lyon", country_code="FR", phone_no="+1", mobile_phone_no="+2", fax_no="+3",
    email="a@x.example", email_2="b@x.example", birthday=date(1985, 4, 12), mailing_groups=["A", "B"],
    home_page="https://x.example", language_code="FRA",
)  # fmt: skip


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_what_is_written_is_read_again(version: str) -> None:
    frame = pl.DataFrame([PERSON, row(type="company", name="Acme" * 40)], infer_schema_length=None)
    text = vcard_writer.write_vcards(frame, version=version)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (person, company), problems = vcards.read_vcards(text, categories="mailing_groups")
    assert problems == []
    for name in (
        "first_name",
        "last_name",
        "job_title",
        "address",
        "city",
        "country_code",
        "phone_no",
        "email_2",
        "fax_no",
    ):
        assert person.fields[name] == PERSON[name]
    assert (person.fields["company"], person.fields["birthday"]) == ("A, B; C\\D", "1985-04-12")
    assert person.lists == {"mailing_groups": ("A", "B")}
    assert person.left_out == company.left_out == ()
    assert (company.fields["type"], company.fields["name"]) == ("company", "Acme" * 40)


def test_other_versions_are_not_written() -> None:
    with pytest.raises(InputError):
        vcard_writer.write_vcards(pl.DataFrame([PERSON]), version="2.1")


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]) | st.just("\n"), max_size=120)


@given(parts=st.lists(_TEXT.map(str.strip), min_size=1, max_size=4), mark=st.sampled_from(";,"))
def test_any_text_comes_back_from_a_folded_line(parts: list[str], mark: str) -> None:
    text = vcard_lines.written("X-ANY", parts, mark=mark, parameters=";TYPE=work")
    assert all(len(line.encode()) <= vcard_lines.WIDTH for line in text.split("\r\n"))
    ((number, whole),) = vcard_lines.unfolded(text)
    line = vcard_lines.parsed(number, whole)
    assert (line.name, line.types) == ("X-ANY", {"work"})
    assert (line.parts() if mark == ";" else line.items()) == parts
