"""Deleting contacts, and what outlives them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from parcours.contacts.office import Desk
from parcours.contacts.people import addresses, attributes, cards, finding, removal
from parcours.contacts.people.finding import CONTACTS
from parcours.contacts.tables import audit, contacts, interactions, opportunities, worksheets
from parcours.core.errors import Refused, UnknownNameError


def talk(desk: Desk, contact: str, company: str) -> int:
    return int(desk.add(interactions.interactions, contact_no=contact, company_no=company, date=desk.today)["id"])


def owners(desk: Desk) -> list[tuple[str, str]]:
    return [(row["contact_no"], row["company_no"]) for row in desk.rows(interactions.interactions)]


def test_a_person_hands_its_interactions_to_its_company(acme: Desk) -> None:
    entry = talk(acme, "P1", "C1")
    talk(acme, "P3", "")
    acme.add(opportunities.opportunities, no="O1", contact_no="P1", contact_company="C1", status="won")
    assert removal.delete(acme, "P1") == ["P1"]
    removal.delete(acme, "P3")
    assert owners(acme) == [("C1", "C1"), ("", "")]
    assert acme.rows(opportunities.opportunities)[0]["contact_no"] == "C1"
    assert acme.rows(contacts.former_contacts)[0]["no"] == "P1"
    acme.finish()
    told = {(row.kind, row.key) for row in acme.con.execute(select(audit.outbox))}
    assert {("erased", "P1"), ("interaction", str(entry)), ("profile", "C1")} <= told


def test_a_company_goes_with_its_persons_and_leaves_interactions_without_contact(acme: Desk) -> None:
    talk(acme, "C1", "C1")
    entry = talk(acme, "P1", "C1")
    talk(acme, "P2", "C1")  # of the time before P2 moved to C2
    assert removal.delete(acme, "c1") == ["C1", "P1"]
    assert owners(acme) == [("", ""), ("", ""), ("P2", "")]
    assert set(acme.con.execute(select(CONTACTS.c.no)).scalars()) == {"C2", "P2", "P3"}
    acme.finish()
    told = {(row.kind, row.key) for row in acme.con.execute(select(audit.outbox))}
    assert {("erased", "C1"), ("erased", "P1"), ("interaction", str(entry))} <= told


def test_in_the_reference_old_interactions_of_others_lose_their_contact_too(acme: Desk) -> None:
    acme.reference = True
    talk(acme, "P2", "C1")
    removal.delete(acme, "C1")
    assert owners(acme) == [("", "")]


def test_nothing_that_hangs_on_a_contact_stays_behind(acme: Desk) -> None:
    attributes.assign(acme, "mailing_group", "P1", "GIFT")
    attributes.assign(acme, "job_responsibility", "P1", "PURCHASE")
    addresses.put(acme, "P1", "HOME")
    addresses.put_dates(acme, "P1", "HOME")
    acme.add(contacts.notes, kind="contact", key="P1", text="calls back")
    acme.add(contacts.profile_answers, contact_no="P1", questionnaire_code="Q", line_no=1)
    removal.delete(acme, "P1")
    left = {table.name: acme.count(table, contact_no="P1") for table in removal.OWNED}
    assert left == dict.fromkeys(left, 0)
    assert acme.count(contacts.notes) == 0
    with pytest.raises(UnknownNameError, match="it was deleted"):
        finding.get(acme, "P1")


def _line(desk: Desk) -> None:
    desk.add(worksheets.worksheet_lines, segment_no="S1", line_no=10000, contact_no="P1")


def _task(desk: Desk) -> None:
    desk.add(opportunities.tasks, no="T1", contact_no="P1")


def _deal(desk: Desk) -> None:
    desk.add(opportunities.opportunities, no="O1", contact_no="P1", status="in_progress")


@pytest.mark.parametrize(
    ("hang", "code"),
    [
        (_line, "contact-in-open-segment"),
        (_task, "contact-has-open-tasks"),
        (_deal, "contact-has-open-opportunities"),
    ],
)
@pytest.mark.parametrize("no", ["P1", "C1"])
def test_what_is_unfinished_keeps_a_contact_and_its_company(acme: Desk, hang: Any, code: str, no: str) -> None:
    hang(acme)
    with pytest.raises(Refused) as raised:
        removal.delete(acme, no)
    assert raised.value.code == code


def test_closed_tasks_and_deals_do_not(acme: Desk) -> None:
    acme.add(opportunities.tasks, no="T1", contact_no="P1", closed=True)
    acme.add(opportunities.tasks, no="T2", contact_no="P1", canceled=True)
    acme.add(opportunities.opportunities, no="O1", contact_no="P1", status="lost")
    removal.delete(acme, "P1")
    assert acme.rows(opportunities.tasks)[0]["contact_no"] == "C1"


def test_deleting_asks_for_the_version_that_was_seen(acme: Desk) -> None:
    cards.change(acme, "P1", city="Paris")
    with pytest.raises(Refused) as raised:
        removal.delete(acme, "P1", expected_version=1)
    assert raised.value.code == "conflict"
