"""CSV files read, and headers understood. No database is needed."""

from __future__ import annotations

import pytest

from parcours.contacts.people.exchange import csv_files, mapping
from parcours.core.errors import InputError


def test_headers_suggest_fields() -> None:
    proposed = mapping.propose(
        ["Prénom", "Nom", "E-mail Address", "Téléphone mobile", "Société", "Colour", "Surname", "zip"]
    )
    assert proposed == {
        "Prénom": "first_name", "Nom": "last_name", "E-mail Address": "email", "Téléphone mobile": "mobile_phone_no",
        "Société": "company", "zip": "post_code",
    }  # fmt: skip


def test_every_field_suggests_itself() -> None:
    assert mapping.propose(mapping.FIELDS) == {name: name for name in mapping.FIELDS}


@pytest.mark.parametrize(
    ("given", "code"),
    [({"B": "name"}, "unknown-column"), ({"A": "nmae"}, "unknown-field"), ({"A": "name", "C": "name"}, "field-twice")],
)
def test_mappings_are_checked(given: dict[str, str], code: str) -> None:
    with pytest.raises(InputError) as raised:
        mapping.check(given, ["A", "C"])
    assert raised.value.code == code


def test_rows_are_read_and_broken_ones_told() -> None:
    text = 'Name;Email;Groups\n"Acme; Ltd";a@b.example;GIFT|move\n\n;;\nBeta;b;;too;many\nGamma\n'
    records, problems = csv_files.read_csv(text)
    assert [(one.place, dict(one.fields)) for one in records] == [
        ("row 1", {"name": "Acme; Ltd", "email": "a@b.example"}),
        ("row 5", {"name": "Gamma", "email": ""}),
    ]
    assert records[0].lists == {"mailing_groups": ("GIFT", "move")}
    assert [(one.place, one.error.code) for one in problems] == [("row 4", "too-many-cells")]


def test_a_mapping_goes_before_what_headers_suggest() -> None:
    text = "Name\tLabel\nAnn\tBoss\n"
    records, _ = csv_files.read_csv(text, {"Label": "job_title", "Name": ""})
    assert records[0].fields == {"job_title": "Boss"}
    assert csv_files.headers(text) == ["Name", "Label"]


def test_letters_of_other_encodings() -> None:
    for source in ("Name\nÉté\n".encode("utf-8-sig"), "Name\nÉté\n".encode("cp1252"), "\ufeffName\nÉté\n"):
        assert csv_files.read_csv(source)[0][0].fields == {"name": "Été"}


def test_broken_quotes_spoil_a_row_and_not_the_file() -> None:
    records, problems = csv_files.read_csv('Name,City\nAnn,"Ly"on\nBo,Nice\n')
    assert [one.error.code for one in problems] == ["bad-csv"]
    assert [one.fields["name"] for one in records] == ["Bo"]


@pytest.mark.parametrize(
    ("text", "code"), [("", "empty-file"), ("A,A\n", "duplicate-column"), ("Colour\nred\n", "no-columns")]
)
def test_files_that_are_none(text: str, code: str) -> None:
    with pytest.raises(InputError) as raised:
        csv_files.read_csv(text)
    assert raised.value.code == code
