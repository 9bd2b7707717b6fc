"""Figures, against counting by hand."""

from __future__ import annotations

from datetime import date

import pytest

from parcours.contacts.office import Desk
from parcours.contacts.people import attributes, figures, relations
from parcours.contacts.tables import interactions, opportunities
from parcours.core.errors import UnknownNameError


def talk(desk: Desk, contact: str, company: str, day: int, **values: object) -> None:
    desk.add(interactions.interactions, contact_no=contact, company_no=company, date=date(2026, 2, day), **values)


def test_companies_cover_their_persons(acme: Desk) -> None:
    talk(acme, "C1", "C1", 1, cost=0.1, duration=5)
    talk(acme, "P1", "C1", 2, cost=0.2, duration=7)
    talk(acme, "P1", "C1", 3, cost=9, canceled=True)
    talk(acme, "P1", "C1", 4, cost=9, postponed=True)
    found = {
        row["no"]: (row["no_of_interactions"], row["cost"], row["duration"]) for row in figures.figures(acme).to_dicts()
    }
    assert found == {"C1": (2, 0.3, 12), "P1": (1, 0.2, 7), "C2": (0, 0, 0), "P2": (0, 0, 0), "P3": (0, 0, 0)}


def test_a_period_limits_number_cost_and_duration(acme: Desk) -> None:
    for day in (1, 2, 3):
        talk(acme, "P3", "", day, cost=1, duration=1)
    found = figures.of_one(acme, "P3", since=date(2026, 2, 2), until=date(2026, 2, 2))
    assert (found["no_of_interactions"], found["cost"], found["duration"]) == (1, 1, 1)
    assert found["date_of_last_interaction"] == date(2026, 2, 3)
    assert figures.of_one(acme, "P3", since=date(2026, 2, 2))["no_of_interactions"] == 2


def test_the_two_dates(acme: Desk) -> None:
    talk(acme, "P3", "", 1, initiated_by="us")
    talk(acme, "P3", "", 2, initiated_by="us", attempt_failed=True)
    talk(acme, "P3", "", 3, initiated_by="them")
    talk(acme, "P3", "", 4, initiated_by="us", canceled=True)
    talk(acme, "P3", "", 5, initiated_by="us", postponed=True)
    dates = figures.of_one(acme, "P3")
    assert (dates["last_date_attempted"], dates["date_of_last_interaction"]) == (date(2026, 2, 2), date(2026, 2, 3))
    acme.reference = True
    dates = figures.of_one(acme, "P3")
    assert (dates["last_date_attempted"], dates["date_of_last_interaction"]) == (date(2026, 2, 4), date(2026, 2, 4))
    assert figures.of_one(acme, "P2")["last_date_attempted"] is None


def test_groups_are_own_and_industries_and_relations_those_of_the_company(acme: Desk) -> None:
    attributes.assign(acme, "mailing_group", "C1", "GIFT")
    attributes.assign(acme, "job_responsibility", "P1", "PURCHASE")
    attributes.assign(acme, "industry_group", "C1", "RETAIL")
    relations.add(acme, "C1", "LAW")
    names = ["no_of_mailing_groups", "no_of_job_responsibilities", "no_of_industry_groups", "no_of_business_relations"]
    found = figures.figures(acme, ["P1", "C1", "P3"])
    assert found.select("no", *names).rows() == [("C1", 1, 0, 1, 1), ("P1", 0, 1, 1, 1), ("P3", 0, 0, 0, 0)]


def test_tasks_and_opportunities(acme: Desk) -> None:
    for no, day, closed in (("T1", 9, False), ("T2", 5, True), ("T3", 7, False)):
        acme.add(
            opportunities.tasks, no=no, contact_no="P1", contact_company="C1", date=date(2026, 4, day), closed=closed
        )
    for no, value, chance in (("O1", 100.5, 50), ("O2", 10, 25)):
        acme.add(opportunities.opportunities, no=no, contact_no="P1", contact_company="C1")
        for active in (False, True):
            acme.add(opportunities.opportunity_entries, opportunity_no=no, active=active, estimated_value=value,
                     probability_pct=chance)  # fmt: skip
    acme.add(opportunities.opportunities, no="O3", contact_no="C1", contact_company="C1")
    names = ["next_task_date", "no_of_opportunities", "estimated_value", "current_value"]
    found = figures.figures(acme, ["P1", "C1"]).select(names).rows()
    assert found == [(date(2026, 4, 7), 3, 110.5, 52.75), (date(2026, 4, 7), 2, 110.5, 52.75)]


def test_many_contacts_are_counted_as_few_are(acme: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    talk(acme, "P1", "C1", 1, cost=0.5, initiated_by="us")
    attributes.assign(acme, "mailing_group", "P1", "GIFT")
    few = figures.figures(acme, ["C1", "P1"])
    monkeypatch.setattr(figures, "MANY", 1)
    assert figures.figures(acme, ["C1", "P1"]).equals(few)
    assert figures.figures(acme).height == 5


def test_unknown_contacts(acme: Desk) -> None:
    with pytest.raises(UnknownNameError):
        figures.of_one(acme, "P77")
    assert figures.figures(acme, []).is_empty()
