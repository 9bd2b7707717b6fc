"""Cards: numbers, names, defaults, inheritance, privacy, changes of type and company."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from parcours.contacts.office import Desk, Form, Office, Person, series
from parcours.contacts.office import setup as settings
from parcours.contacts.people import attributes, cards, finding, relations
from parcours.contacts.tables import audit, contacts, interactions, opportunities, worksheets
from parcours.core.errors import InputError, ParcoursError, Refused, UnknownNameError


def told(desk: Desk) -> set[tuple[str, str]]:
    """What the log would be told."""
    desk.finish()
    return {(row.kind, row.key) for row in desk.con.execute(select(audit.outbox.c.kind, audit.outbox.c.key))}


def forget(desk: Desk) -> None:
    desk.finish()
    desk.con.execute(audit.outbox.delete())


def test_numbers_are_drawn_or_typed(desk: Desk) -> None:
    assert cards.create(desk, name="A")["no"] == "CT0001"
    assert cards.create(desk, no=" ct0002 ", name="B")["no"] == "CT0002"
    assert cards.create(desk, name="C")["no"] == "CT0003"
    with pytest.raises(Refused) as raised:
        cards.create(desk, no="CT0002")
    assert raised.value.code == "contact-exists"
    series.put_series(desk, "CONT", "CT0009", manual_allowed=False)
    with pytest.raises(Refused) as raised:
        cards.create(desk, no="X1")
    assert raised.value.code == "manual-no-not-allowed"
    settings.put(desk, "contact_nos", "")
    with pytest.raises(Refused) as raised:
        cards.create(desk)
    assert raised.value.code == "contact-no-series-missing"


def test_a_contact_is_a_profile(desk: Desk) -> None:
    assert cards.create(desk, no="A1")["profile_id"] == "A1"
    assert cards.create(desk, no="A2", profile_id="web-7")["profile_id"] == "web-7"
    with pytest.raises(Refused, match="is contact A2 already"):
        cards.create(desk, no="A3", profile_id="web-7")
    assert told(desk) == {("profile", "A1"), ("profile", "A2")}
    forget(desk)
    entry = desk.add(interactions.interactions, contact_no="A1")["id"]
    assert cards.change(desk, "A1", profile_id="app-1")["profile_id"] == "app-1"
    assert told(desk) == {("profile", "A1"), ("merged", "A1"), ("interaction", str(entry))}
    with pytest.raises(Refused):
        cards.change(desk, "A1", profile_id="web-7")
    assert cards.change(desk, "A1", profile_id="")["profile_id"] == "A1"


def test_names_follow_each_other(desk: Desk) -> None:
    made = cards.create(desk, no="P", type="person", first_name="Ann", last_name="Lee")
    assert (made["name"], made["search_name"]) == ("Ann Lee", "ANN LEE")
    made = cards.change(desk, "P", name="Ann Mary Sue Ray")
    assert [made[name] for name in ("first_name", "middle_name", "last_name")] == ["Ann", "Mary Sue", "Ray"]
    assert cards.change(desk, "P", middle_name="")["search_name"] == "ANN RAY"
    cards.change(desk, "P", search_name="BOSS")
    assert cards.change(desk, "P", last_name="Roe")["search_name"] == "BOSS"
    assert cards.create(desk, no="C", name="Acme")["company_no"] == "C"


def test_defaults_of_new_contacts(office: Office, desk: Desk) -> None:
    for name, value in (
        ("default_territory", "N"), ("default_language", "FRA"), ("default_salutation_person", "DEAR"),
        ("default_correspondence", "email"),
    ):  # fmt: skip
        settings.put(desk, name, value)
    made = cards.create(desk, no="P", type="person", territory_code="")
    assert (made["territory_code"], made["language_code"], made["salutation_code"]) == ("", "FRA", "DEAR")
    assert (made["correspondence_type"], made["salesperson_code"]) == ("email", "")
    mine = Desk(desk.con, Person("bo", "SP2"), desk.days, Form(), reference=False, revision=desk.revision)
    assert cards.create(mine, no="C")["salesperson_code"] == "SP2"
    settings.put(desk, "default_salesperson", "SP1")
    assert cards.create(mine, no="D")["salesperson_code"] == "SP1"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("phone_no", "call me", "phone-with-letters"),
        ("email", "ann@", "bad-email"),
        ("correspondence_type", "letter", "bad-choice"),
        ("birthday", "11.3.", "bad-value"),
        ("minor", "yes", "bad-value"),
        ("city", 7, "bad-value"),
        ("territory_code", "N" * 65, "too-long"),
        ("company_name", "Acme", "fixed-field"),
        ("nmae", "Acme", "unknown-field"),
        ("salesperson_code", "SP9", "unknown-name"),
        ("organizational_level_code", "CEO", "wrong-contact-type"),
        ("company_no", "C2", "wrong-contact-type"),
    ],
)
def test_fields_are_checked(acme: Desk, field: str, value: Any, code: str) -> None:
    with pytest.raises(ParcoursError) as raised:
        cards.change(acme, "C1", **{field: value})
    assert raised.value.code == code
    if field != "company_no":
        with pytest.raises(ParcoursError):
            cards.create(acme, no="N1", **{field: value})


def test_what_fields_take_is_put_in_one_form(acme: Desk) -> None:
    changed = cards.change(acme, "C1", phone_no="+33 (0)1 / 23", territory_code=" n ", birthday="2001-02-03", city=None)
    assert (changed["phone_no"], changed["territory_code"], changed["city"]) == ("+33 (0)1 / 23", "N", "")
    assert str(changed["birthday"]) == "2001-02-03"


def test_a_person_takes_from_its_company(acme: Desk) -> None:
    person = finding.get(acme, "P1")
    assert [person[name] for name in ("salesperson_code", "city", "email", "company_name")] == [
        "SP1", "Lyon", "info@acme.example", "Acme",
    ]  # fmt: skip
    own = cards.create(acme, no="P9", type="person", company_no="C1", salesperson_code="SP2", email="")
    assert (own["salesperson_code"], own["email"], own["city"]) == ("SP2", "", "Lyon")


def test_moving_takes_from_the_new_company_what_was_of_the_old_one(acme: Desk) -> None:
    cards.change(acme, "P1", phone_no="123")
    moved = cards.change(acme, "P1", company_no="C2")
    assert (moved["salesperson_code"], moved["city"], moved["company_name"]) == ("SP2", "Nice", "Beta")
    assert (moved["phone_no"], moved["email"]) == ("123", "info@acme.example")  # nothing is lost to a blank
    cards.change(acme, "P1", city="Home")
    assert cards.change(acme, "P1", company_no="C1")["city"] == "Home"
    left = cards.change(acme, "P1", company_no="")
    assert (left["company_no"], left["company_name"], left["salesperson_code"]) == ("", "", "SP1")


def test_the_reference_takes_communication_also_where_it_is_blank(acme: Desk) -> None:
    acme.reference = True
    assert cards.change(acme, "P1", company_no="C2")["email"] == ""


def test_kinds_of_inheritance_are_switched_in_the_setup(acme: Desk) -> None:
    settings.put(acme, "inherit", ["territory"])
    moved = cards.change(acme, "P1", company_no="C2")
    assert (moved["salesperson_code"], moved["city"]) == ("SP1", "Lyon")


def test_changes_of_a_company_go_on_to_persons_who_had_the_same(acme: Desk) -> None:
    cards.create(acme, no="P4", type="person", name="Di", company_no="C1", salesperson_code="SP2", city="Home")
    forget(acme)
    cards.change(acme, "C1", salesperson_code="SP2", city="Paris", post_code="75001", name="Acme SA")
    one, other = finding.get(acme, "P1"), finding.get(acme, "P4")
    assert (one["salesperson_code"], one["city"], one["post_code"]) == ("SP2", "Paris", "75001")
    assert (other["city"], other["post_code"], other["company_name"]) == ("Home", "", "Acme SA")
    assert finding.get(acme, "P2")["salesperson_code"] == "SP2"
    assert told(acme) == {("profile", "C1"), ("profile", "P1"), ("profile", "P4")}


def test_nothing_changes_by_setting_what_is_there(acme: Desk) -> None:
    forget(acme)
    assert cards.change(acme, "C1", name="Acme")["version"] == 1
    assert told(acme) == set()


def test_two_people_do_not_overwrite_each_other(acme: Desk) -> None:
    cards.change(acme, "C1", 1, city="Paris")
    with pytest.raises(Refused) as raised:
        cards.change(acme, "C1", 1, city="Nice")
    assert raised.value.code == "conflict"


def test_persons_in_open_segments_stay_in_their_company(acme: Desk) -> None:
    acme.add(worksheets.worksheet_lines, segment_no="S1", line_no=10000, contact_no="P1")
    with pytest.raises(Refused) as raised:
        cards.change(acme, "P1", company_no="C2")
    assert raised.value.code == "contact-in-open-segment"
    cards.change(acme, "P1", company_no="C1", city="Home")


def test_answers_carry_the_company_of_now(acme: Desk) -> None:
    acme.add(contacts.profile_answers, contact_no="P1", company_no="C1", questionnaire_code="Q", line_no=1)
    cards.change(acme, "P1", company_no="C2")
    assert acme.rows(contacts.profile_answers)[0]["company_no"] == "C2"


def test_the_block_of_a_minor_needs_consent_to_be_lifted(acme: Desk) -> None:
    assert cards.change(acme, "P1", minor=True)["privacy_blocked"]
    with pytest.raises(Refused) as raised:
        cards.change(acme, "P1", privacy_blocked=False)
    assert raised.value.code == "parental-consent-missing"
    assert cards.change(acme, "P1", parental_consent=True)["privacy_blocked"]
    assert not cards.change(acme, "P1", privacy_blocked=False)["privacy_blocked"]
    assert cards.create(acme, no="K", type="person", minor=True)["privacy_blocked"]


def test_types_change_where_nothing_hangs_on_them(acme: Desk) -> None:
    company = cards.change(acme, "P3", type="company")
    assert (company["company_no"], company["company_name"], company["first_name"]) == ("P3", "Cy", "")
    person = cards.change(acme, "P3", type="person", company_no="C1")
    assert (person["company_no"], person["company_name"], person["first_name"]) == ("C1", "Acme", "Cy")


def _with_interaction(desk: Desk) -> None:
    desk.add(interactions.interactions, contact_no="X")


def _with_task(desk: Desk) -> None:
    desk.add(opportunities.tasks, no="T", contact_no="X")


def _with_persons(desk: Desk) -> None:
    cards.create(desk, no="XP", type="person", company_no="X")


def _with_relation(desk: Desk) -> None:
    relations.add(desk, "X", "LAW")


def _with_group(desk: Desk) -> None:
    attributes.assign(desk, "industry_group", "X", "RETAIL")


def _with_job(desk: Desk) -> None:
    attributes.assign(desk, "job_responsibility", "X", "PURCHASE")


@pytest.mark.parametrize(
    ("type", "hang", "code"),
    [
        ("company", _with_interaction, "interactions"),
        ("person", _with_task, "tasks"),
        ("company", _with_persons, "persons"),
        ("company", _with_relation, "business-relations"),
        ("company", _with_group, "industry-groups"),
        ("company", lambda desk: cards.change(desk, "X", vat_no="1"), "vat-no"),
        ("company", lambda desk: cards.change(desk, "X", currency_code="EUR"), "currency"),
        ("person", _with_job, "job-responsibilities"),
        ("person", lambda desk: cards.change(desk, "X", organizational_level_code="CEO"), "organizational-level"),
    ],
)
def test_types_do_not_change_under_what_hangs_on_them(desk: Desk, type: str, hang: Any, code: str) -> None:
    cards.create(desk, no="X", type=type, name="X")
    hang(desk)
    with pytest.raises(Refused) as raised:
        cards.change(desk, "X", type="person" if type == "company" else "company")
    assert raised.value.code == f"contact-has-{code}"


def test_unknown_contacts_are_named(acme: Desk) -> None:
    with pytest.raises(UnknownNameError, match="no contact 'C77'"):
        cards.change(acme, "C77", name="X")
    with pytest.raises(UnknownNameError, match="did you mean"):
        cards.create(acme, no="P9", type="person", company_no="CC1")
    with pytest.raises(InputError):
        cards.create(acme, no="P9", type="people")
    assert finding.get(acme, "c1")["no"] == "C1"
