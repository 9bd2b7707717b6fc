"""Codes that contacts have."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from parcours.contacts.office import Desk
from parcours.contacts.people import attributes
from parcours.contacts.tables import audit, contacts
from parcours.core.errors import InputError, Refused, UnknownNameError


def touched(desk: Desk) -> set[str]:
    desk.finish()
    keys = set(desk.con.execute(select(audit.outbox.c.key)).scalars())
    desk.con.execute(audit.outbox.delete())
    return keys


def test_codes_are_given_once_and_taken_again(acme: Desk) -> None:
    assert attributes.assign(acme, "mailing_group", "P1", "gift")
    assert not attributes.assign(acme, "mailing_group", "P1", "GIFT")
    assert attributes.codes_of(acme, "mailing_group", "P1") == ["GIFT"]
    assert attributes.unassign(acme, "mailing_group", "P1", "GIFT")
    assert not attributes.unassign(acme, "mailing_group", "P1", "GIFT")
    assert attributes.members(acme, "mailing_group", "GIFT") == []


def test_industries_are_of_companies_and_responsibilities_of_persons(acme: Desk) -> None:
    for kind, contact, code in (
        ("industry_group", "P1", "RETAIL"), ("web_source", "P1", "NEWS"), ("job_responsibility", "C1", "PURCHASE"),
    ):  # fmt: skip
        with pytest.raises(Refused) as raised:
            attributes.assign(acme, kind, contact, code)
        assert raised.value.code == "wrong-contact-type"
    attributes.assign(acme, "job_responsibility", "P1", "PURCHASE")
    attributes.assign(acme, "web_source", "C1", "NEWS")
    assert acme.rows(contacts.contact_web_sources)[0]["search_word"] == "Acme"


def test_what_hangs_on_a_company_changes_its_persons_too(acme: Desk) -> None:
    touched(acme)
    attributes.assign(acme, "industry_group", "C1", "RETAIL")
    assert touched(acme) == {"C1", "P1"}
    attributes.unassign(acme, "industry_group", "C1", "RETAIL")
    assert touched(acme) == {"C1", "P1"}
    attributes.assign(acme, "mailing_group", "C1", "GIFT")
    assert touched(acme) == {"C1"}


def test_unknown_codes_kinds_and_contacts(acme: Desk) -> None:
    with pytest.raises(UnknownNameError, match="no mailing group 'GIFTS'"):
        attributes.assign(acme, "mailing_group", "P1", "gifts")
    with pytest.raises(UnknownNameError, match="no contact"):
        attributes.assign(acme, "mailing_group", "P99", "GIFT")
    with pytest.raises(InputError, match="kind 'mail'"):
        attributes.assign(acme, "mail", "P1", "GIFT")
    with pytest.raises(InputError, match="kind 'mail'"):
        attributes.put_code(acme, "mail", "GIFT")
    with pytest.raises(InputError, match="needs a code"):
        attributes.put_code(acme, "mailing_group", " ")


def test_codes_in_use_are_kept(acme: Desk) -> None:
    attributes.assign(acme, "mailing_group", "C1", "GIFT")
    with pytest.raises(Refused) as raised:
        attributes.delete_code(acme, "mailing_group", "GIFT")
    assert raised.value.code == "mailing-group-in-use"
    attributes.delete_code(acme, "mailing_group", "MOVE")
    attributes.unassign(acme, "mailing_group", "C1", "GIFT")
    attributes.delete_code(acme, "mailing_group", "GIFT")
    with pytest.raises(UnknownNameError):
        attributes.delete_code(acme, "mailing_group", "GIFT")


def test_listed_codes_are_counted(acme: Desk) -> None:
    attributes.put_code(acme, "mailing_group", "GIFT", "Gift senders")
    for no in ("C1", "P1"):
        attributes.assign(acme, "mailing_group", no, "GIFT")
    found = {
        row["code"]: (row["description"], row["no_of_contacts"]) for row in attributes.listed(acme, "mailing_group")
    }
    assert found == {"GIFT": ("Gift senders", 2), "MOVE": ("", 0)}


def test_a_mailing_group_is_applied_once_to_each(acme: Desk) -> None:
    attributes.assign(acme, "mailing_group", "C2", "GIFT")
    attributes.assign(acme, "mailing_group", "C1", "GIFT")
    touched(acme)
    assert attributes.apply_mailing_group(acme, "gift", ["C1", "P1", "P1"]) == 1
    assert attributes.members(acme, "mailing_group", "GIFT") == ["C1", "C2", "P1"]
    assert touched(acme) == {"P1"}
    assert attributes.apply_mailing_group(acme, "GIFT", ["P1"], delete_old=True) == 0
    assert attributes.members(acme, "mailing_group", "GIFT") == ["P1"]
    assert touched(acme) == {"C1", "C2"}
    with pytest.raises(Refused) as raised:
        attributes.apply_mailing_group(acme, " ", ["P1"])
    assert raised.value.code == "mailing-group-required"


def test_web_sources_open_a_search_about_the_company(acme: Desk) -> None:
    attributes.put_code(acme, "web_source", "NEWS", "News", "https://news.example/?q={}")
    attributes.assign(acme, "web_source", "C1", "NEWS", search_word="Acme & Sons")
    (found,) = attributes.searches(acme, "C1")
    assert found == {"code": "NEWS", "description": "News", "url": "https://news.example/?q=Acme+%26+Sons"}
    assert attributes.searches(acme, "P1") == []
