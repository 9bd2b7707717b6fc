"""Records put in, and contacts taken out."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from parcours.contacts.office import Desk, series
from parcours.contacts.office import setup as settings
from parcours.contacts.people import attributes, cards, finding, notes
from parcours.contacts.people.duplicates import hits
from parcours.contacts.people.exchange import csv_files, exporting, importing, vcard_writer, vcards
from parcours.contacts.people.exchange.records import Imported
from parcours.contacts.people.finding import CONTACTS
from parcours.contacts.tables import audit, contacts
from parcours.core.errors import InputError


def bring(desk: Desk, text: str, **options: object) -> Imported:
    return importing.import_records(desk, *csv_files.read_csv(text), **options)  # type: ignore[arg-type]


def codes(done: Imported) -> dict[str, str]:
    return {problem.place: problem.error.code for problem in done.problems}


def test_a_row_with_a_nul_character_is_refused_and_the_others_are_kept(acme: Desk) -> None:
    done = bring(acme, "Type,Name,Note\ncompany,Ga\0mma,\ncompany,Delta,\ncompany,Eta,no\0te\n")
    assert codes(done) == {"row 1": "nul-character", "row 3": "nul-character"}
    assert [finding.get(acme, no)["name"] for no in done.created] == ["Delta"]


def test_new_contacts_come_as_operations_make_them(acme: Desk) -> None:
    settings.put(acme, "default_territory", "N")
    done = bring(
        acme,
        "Type,Name,Company,Email,Groups,Birthday,Minor,Note\n"
        "person,Di Fox,Gamma,di@x.example,gift;MOVE,3.2.1990,,calls back\n"
        "company,Gamma,,info@gamma.example,,,,\n"
        "person,Ed Orr,Acme,,,,yes,\n",
    )
    assert done.problems == []
    assert done.created == ["CT0001", "CT0002", "CT0003"]
    company, fox, orr = (finding.get(acme, no) for no in done.created)
    assert (company["name"], company["company_no"], company["territory_code"]) == ("Gamma", "CT0001", "N")
    assert (fox["company_no"], fox["company_name"], fox["first_name"], fox["search_name"]) == (
        "CT0001", "Gamma", "Di", "DI FOX",
    )  # fmt: skip
    assert (str(fox["birthday"]), fox["profile_id"], fox["email"]) == ("1990-02-03", "CT0002", "di@x.example")
    assert (orr["company_no"], orr["city"], orr["salesperson_code"], orr["privacy_blocked"]) == (
        "C1",
        "Lyon",
        "SP1",
        True,
    )
    assert attributes.codes_of(acme, "mailing_group", "CT0002") == ["GIFT", "MOVE"]
    assert notes.of(acme, "contact", "CT0002")[0]["text"] == "calls back"
    assert cards.create(acme, name="Next")["no"] == "CT0004"
    acme.finish()
    assert {("profile", no) for no in done.created} <= {
        (row.kind, row.key) for row in acme.con.execute(select(audit.outbox))
    }


def test_bad_records_are_told_and_good_ones_kept(acme: Desk) -> None:
    done = bring(
        acme,
        "no,type,name,company,email,phone_no,mailing_groups,industry_groups,salesperson,exclude_from_segment,birthday\n"
        "A1,company,Good,,,,,,,,\n"
        "A2,company,Bad,,nobody@,,,,,,\n"
        "A3,company,Bad,,,call me,,,,,\n"
        "A4,company,Bad,,,,NOPE,,,,\n"
        "A5,person,Bad,,,,,RETAIL,,,\n"
        "A6,company,Bad,,,,,,SP9,,\n"
        "A7,company,Bad,,,,,,,perhaps,\n"
        "A8,thing,Bad,,,,,,,,\n"
        "A9,person,Bad,,,,,,,,31.2.1990\n"
        "A1,company,Twice,,,,,,,,\n"
        "B1,person,Good,,,,,,,,\n",
    )
    assert done.created == ["A1", "B1"]
    assert codes(done) == {
        "row 2": "bad-email", "row 3": "phone-with-letters", "row 4": "unknown-name", "row 5": "wrong-contact-type",
        "row 6": "unknown-name", "row 7": "bad-value", "row 8": "bad-choice", "row 9": "bad-value",
        "row 10": "repeated-record",
    }  # fmt: skip
    assert list(codes(done)) == [f"row {number}" for number in range(2, 11)]
    assert done.problems[0].to_json()["where"] == "email"
    assert finding.get(acme, "A1")["name"] == "Good"


def test_known_contacts_are_brought_up_to_date(acme: Desk) -> None:
    text = "no,name,city,mailing_groups\nC1,,Paris,GIFT\nC2,Beta,Nice,\n"
    done = bring(acme, text)
    assert (done.created, done.updated, done.unchanged) == ([], ["C1"], ["C2"])
    assert (finding.get(acme, "C1")["name"], finding.get(acme, "P1")["city"]) == ("Acme", "Paris")
    assert attributes.members(acme, "mailing_group", "GIFT") == ["C1"]
    assert bring(acme, "no,city\nC1,Metz\n", update=False).unchanged == ["C1"]
    assert finding.get(acme, "C1")["city"] == "Paris"


def test_contacts_are_recognised_by_other_fields(acme: Desk) -> None:
    text = "email,city\ninfo@acme.example,Metz\nnew@x.example,Metz\n"
    done = bring(acme, text, match="email")
    assert codes(done) == {"row 1": "ambiguous-contact"}  # P1 has the address of its company
    assert len(done.created) == 1
    with pytest.raises(InputError):
        bring(acme, text, match="city")


def test_companies_and_codes_are_made_only_where_wanted(acme: Desk) -> None:
    text = "first name,company,groups\nDi,New Corp,VIP\nEd,new corp,\n"
    refused = bring(acme, text, make_companies=False)
    assert codes(refused) == {"row 1": "unknown-name", "row 2": "unknown-name"}
    done = bring(acme, text, make_codes=True)
    assert done.problems == []
    assert [finding.get(acme, no)["type"] for no in done.created] == ["company", "person", "person"]
    assert len({finding.get(acme, no)["company_no"] for no in done.created}) == 1
    assert attributes.members(acme, "mailing_group", "VIP") == done.created[1:2]


def test_numbers_already_taken_are_passed_over(acme: Desk) -> None:
    cards.create(acme, no="CT0001", name="Typed")
    assert bring(acme, "name\nA\nB\n").created == ["CT0002", "CT0003"]
    series.put_series(acme, "CONT", "CT0009", manual_allowed=False)
    assert codes(bring(acme, "no,name\nX1,A\n")) == {"row 1": "manual-no-not-allowed"}
    settings.put(acme, "contact_nos", "")
    assert codes(bring(acme, "name\nA\n")) == {"row 1": "contact-no-series-missing"}


def test_imported_contacts_are_seen_as_duplicates(acme: Desk) -> None:
    bring(acme, "type,name,city\ncompany,ACME,Lyon\n")
    assert hits.hits(acme).select("contact_no", "other_no").rows() == [("C1", "CT0001")]


def test_what_is_exported_comes_back_the_same(acme: Desk) -> None:
    attributes.assign(acme, "mailing_group", "P1", "GIFT")
    attributes.assign(acme, "mailing_group", "P1", "MOVE")
    attributes.assign(acme, "industry_group", "C1", "RETAIL")
    cards.change(acme, "P3", birthday="1990-01-02", exclude_from_segment=True, job_title='Says "hi", and; more\nlines')
    before = exporting.exported(acme)
    text = csv_files.write_csv(before)
    for table in (CONTACTS, contacts.contact_mailing_groups, contacts.contact_industry_groups, contacts.search_strings):
        acme.remove_many(table)
    done = bring(acme, text)
    assert done.problems == []
    assert exporting.exported(acme).equals(before)


def test_some_fields_of_some_contacts(acme: Desk) -> None:
    attributes.assign(acme, "mailing_group", "P1", "GIFT")
    frame = exporting.exported(acme, ["P3", "P1", "P77"], ["name", "mailing_groups", "no"])
    assert frame.rows() == [("Ann Lee", ["GIFT"], "P1"), ("Cy", [], "P3")]
    with pytest.raises(InputError, match="no field 'nam'"):
        exporting.exported(acme, None, ["nam"])


def test_vcards_go_out_and_in(acme: Desk) -> None:
    attributes.assign(acme, "mailing_group", "P1", "GIFT")
    cards.change(acme, "P1", mobile_phone_no="+33 6", birthday="1990-01-02")
    text = vcard_writer.write_vcards(exporting.exported(acme, None, vcard_writer.FIELDS))
    read = vcards.read_vcards(text, categories="mailing_groups")
    done = importing.import_records(acme, *read, match="profile_id")
    assert (done.problems, done.created, done.left_out) == ([], [], {})
    for table in (CONTACTS, contacts.contact_mailing_groups):
        acme.remove_many(table)
    done = importing.import_records(acme, *read, match="profile_id")
    assert done.problems == []
    found = {row["profile_id"]: row for row in acme.rows(CONTACTS)}
    person = found["P1"]
    assert (person["company_no"], person["mobile_phone_no"]) == (found["C1"]["no"], "+33 6")
    assert attributes.members(acme, "mailing_group", "GIFT") == [person["no"]]
