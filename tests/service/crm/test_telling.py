"""A contact is a profile: rules of live segments see cards, groups, answers and interactions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import parcours
from parcours.contacts.interactions.journal import NEW
from parcours.contacts.office import Days, Office
from parcours.contacts.people import cards
from parcours.contacts.people.duplicates import merging
from parcours.contacts.tables import audit, contacts, interactions
from parcours.core.clock import DAY, VirtualClock, instant
from parcours.service.crm.telling import Teller
from parcours.service.wiring import Parts

NOON = instant("2026-03-11T12:00:00Z")
DAYS = Days.of(NOON)


class Crm:
    """A workspace with its office, told by hand."""

    def __init__(self, folder: Path) -> None:
        self.clock = VirtualClock(NOON)
        parcours.init(folder, self.clock).close()
        self.workspace = parcours.open(folder, self.clock)
        parts: Parts = self.workspace._parts
        self.office = Office(parts.catalogue)
        self.teller = Teller(parts, self.office)

    def contact(self, no: str, **values: Any) -> None:
        with self.office.change("create", DAYS) as desk:
            desk.add(contacts.contacts, no=no, **{"profile_id": no, "type": "person", "name": no, **values})
            desk.touch([no])

    def interaction(self, contact: str, **values: Any) -> int:
        with self.office.change("record", DAYS) as desk:
            values = {"at": NOON, "date": DAYS.today, **values}
            row = desk.add(interactions.interactions, contact_no=contact, **values)
            desk.tell("interaction", [row["id"]], NEW)
        return int(row["id"])

    def tick(self) -> None:
        """Tell what is noted, and let a day pass."""
        self.teller.tell()
        self.clock.sleep_until(self.clock.now() + DAY)
        self.workspace.replay(end=self.clock.now(), start=self.clock.now(), tick=DAY)

    def members(self, rule: dict[str, object]) -> set[str]:
        self.workspace.apply({"segment": "probe", "rule": rule})
        return set(self.workspace.segments.members("probe")["_profile_id"])


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Crm]:
    crm = Crm(tmp_path / "workspace")
    yield crm
    crm.workspace.close()


def test_fields_of_the_card_are_attributes(crm: Crm) -> None:
    crm.contact("C1", territory_code="NORTH", email="ann@example.org", birthday=date(1990, 3, 20), minor=True)
    crm.contact("C2", profile_id="shop-7", territory_code="SOUTH")
    crm.tick()
    assert crm.members({"attribute": "contact.territory_code", "is": "SOUTH"}) == {"shop-7"}
    assert crm.members({"attribute": "email", "is_set": True}) == {"C1"}
    assert crm.members({"attribute": "contact.minor", "is": True}) == {"C1"}
    assert crm.members({"attribute": "contact.city", "is_set": True}) == set()


def test_a_changed_card_moves_members(crm: Crm) -> None:
    crm.contact("C1", territory_code="NORTH", email="ann@example.org")
    crm.tick()
    with crm.office.change("move", DAYS) as desk:
        desk.change(contacts.contacts, 1, territory_code="", email="")
        desk.touch(["C1"])
    crm.tick()
    assert crm.members({"attribute": "contact.territory_code", "is": "NORTH"}) == set()
    assert crm.members({"attribute": "email", "is_set": True}) == set()


def test_groups_and_answers_and_those_of_the_company(crm: Crm) -> None:
    crm.contact("C1", type="company", company_no="C1")
    crm.contact("P1", company_no="C1")
    crm.contact("P2")
    crm.tick()
    with crm.office.change("assign", DAYS) as desk:
        desk.add(contacts.contact_mailing_groups, contact_no="P2", code="NEWS")
        desk.add(contacts.contact_industry_groups, contact_no="C1", code="RETAIL")
        desk.add(contacts.questionnaires, code="Q")
        desk.add(contacts.questionnaire_lines, questionnaire_code="Q", line_no=1, type="question", description="Size?")
        desk.add(contacts.questionnaire_lines, questionnaire_code="Q", line_no=2, type="answer", description="Large")
        desk.add(contacts.profile_answers, contact_no="P1", questionnaire_code="Q", line_no=2)
        desk.touch(["C1", "P1", "P2"])
    crm.tick()
    assert crm.members({"attribute": "contact.mailing_groups", "contains": "NEWS"}) == {"P2"}
    assert crm.members({"attribute": "contact.industry_groups", "contains": "RETAIL"}) == {"C1", "P1"}
    answered = {"any_item": "contact.answers", "where": {"field": "answer", "is": "Large"}}
    assert crm.members(answered) == {"P1"}


def test_persons_follow_when_only_the_company_changed(crm: Crm) -> None:
    crm.contact("C1", type="company", company_no="C1")
    crm.contact("P1", company_no="C1")
    crm.tick()
    with crm.office.change("assign", DAYS) as desk:
        desk.add(contacts.contact_industry_groups, contact_no="C1", code="RETAIL")
        desk.touch(["C1"])
    crm.tick()
    assert crm.members({"attribute": "contact.industry_groups", "contains": "RETAIL"}) == {"C1", "P1"}


def test_interactions_are_events(crm: Crm) -> None:
    crm.contact("C1")
    crm.contact("C2")
    first = crm.interaction("C1", template_code="CALL", cost=12.5, evaluation="positive")
    crm.interaction("C2", template_code="MAIL", date=date(2026, 1, 1))
    crm.tick()
    recent = {"event": "interaction", "in_last": "30 days"}
    assert crm.members({"event": "interaction"}) == {"C1", "C2"}
    assert crm.members(recent) == {"C1"}
    assert crm.members({"event": "interaction", "sum": "cost", "at_least": 12.5}) == {"C1"}
    with crm.office.change("evaluate", DAYS) as desk:
        desk.change(interactions.interactions, first, evaluation="negative")
        desk.tell("interaction", [first])
    crm.tick()
    assert crm.members({"event": "interaction", "where": {"field": "evaluation", "is": "negative"}}) == {"C1"}
    assert crm.members({"event": "interaction", "where": {"field": "evaluation", "is": "positive"}}) == set()
    with crm.office.change("cancel", DAYS) as desk:
        desk.change(interactions.interactions, first, canceled=True)
        desk.tell("interaction", [first])
    crm.tick()
    assert crm.members(recent) == set()


def test_a_contact_that_is_gone_keeps_what_came_from_elsewhere(crm: Crm) -> None:
    crm.contact("C1", email="ann@example.org")
    crm.tick()
    with crm.office.change("delete", DAYS) as desk:
        desk.remove(contacts.contacts, 1)
        desk.tell("erased", ["C1"])
    crm.tick()
    assert crm.members({"attribute": "contact.no", "is_set": True}) == set()
    assert crm.members({"attribute": "email", "is_set": True}) == set()


def test_what_was_told_is_not_told_again(crm: Crm) -> None:
    crm.contact("C1")
    crm.interaction("C1")
    assert (crm.teller.tell(), crm.teller.tell()) == (2, 0)


def test_an_interruption_before_the_notes_are_removed(crm: Crm) -> None:
    """It is told twice, and counts once."""
    crm.contact("C1")
    crm.interaction("C1")
    with crm.office.look(DAYS) as desk:
        notes = desk.rows(audit.outbox)
    crm.teller._queue(notes)
    crm.tick()
    assert crm.members({"event": "interaction", "at_most": 1}) == {"C1"}
    assert crm.members({"event": "interaction", "at_least": 2}) == set()


def test_contacts_that_are_merged_are_one_profile(crm: Crm) -> None:
    for no in ("C1", "C2"):
        crm.contact(no, email=f"{no}@x.org")
    crm.interaction("C2")
    crm.tick()
    with crm.office.change("merge", DAYS) as desk:
        merging.merge(desk, "C1", "C2")
    crm.tick()
    found = crm.workspace.sql("select _profile_id, email from profiles where contact is not null").rows()
    assert found == [("C1", "C1@x.org")]
    assert crm.workspace.identities.of("C2") == ["C1", "C2"]
    (merge,) = crm.workspace.identities.history().to_dicts()
    assert (merge["profile"], merge["into"]) == ("C2", "C1")
    crm.workspace.apply({"segment": "called", "rule": {"event": "interaction"}})
    assert crm.workspace.segments.members("called")["_profile_id"].to_list() == ["C1"]


def test_a_card_with_another_profile_leaves_the_one_it_had(crm: Crm) -> None:
    crm.contact("C1", email="a@x.org")
    crm.tick()
    with crm.office.change("change", DAYS) as desk:
        cards.change(desk, "C1", profile_id="P9")
    crm.tick()
    found = crm.workspace.sql("select _profile_id, email from profiles order by all").rows()
    assert found == [("C1", None), ("P9", "a@x.org")]
    assert not crm.workspace.identities.history().height
