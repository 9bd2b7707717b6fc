"""Campaigns, their entries and figures (contact-segments.md, section 5)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from parcours.contacts.campaigns import cards, entries, statistics
from parcours.contacts.office import Days, Office, Person, series
from parcours.contacts.people.loading import load
from parcours.contacts.tables import campaigns, contacts, setup
from parcours.core.errors import Refused, UnknownNameError
from tests.contacts.stock import stock


def test_a_campaign_is_made_with_the_users_salesperson(office: Office, days: Days) -> None:
    with office.change("create", days, Person("ann", "SP1")) as desk:
        stock(desk)
        series.put_series(desk, "CAMP", "CA007")
        row = cards.create(desk, description="Spring", starting_date="2026-03-01")
        assert (row["no"], row["salesperson_code"], row["starting_date"]) == ("CA007", "SP1", date(2026, 3, 1))
        assert row["last_modified"] == days.at
        assert cards.create(desk, "own")["no"] == "OWN"
        with pytest.raises(Refused, match="already"):
            cards.create(desk, "OWN")


@pytest.mark.parametrize("fields", [{"starting_date": date(2026, 4, 2)}, {"ending_date": date(2026, 2, 1)}])
def test_dates_are_checked_from_either_side(office: Office, days: Days, fields: dict[str, Any]) -> None:
    with office.change("create", days) as desk:
        stock(desk)
        both = {"starting_date": date(2026, 4, 1), "ending_date": date(2026, 3, 1)}
        with pytest.raises(Refused) as raised:
            cards.create(desk, "CP9", **both)
        assert raised.value.code == "campaign-dates"
        cards.change(desk, "CP1", starting_date=date(2026, 3, 1), ending_date=date(2026, 4, 1))
        with pytest.raises(Refused) as raised:
            cards.change(desk, "CP1", **fields)
        assert raised.value.code == "campaign-dates"


def test_who_is_blocked_or_unknown_is_refused(office: Office, days: Days) -> None:
    with office.change("create", days) as desk:
        stock(desk)
        desk.change(setup.salespeople, "SP2", blocked=True)
        with pytest.raises(Refused) as raised:
            cards.change(desk, "CP1", salesperson_code="SP2")
        assert raised.value.code == "salesperson-blocked"
        with pytest.raises(UnknownNameError):
            cards.change(desk, "CP1", salesperson_code="SP7")
        with pytest.raises(UnknownNameError, match="campaign status"):
            cards.change(desk, "CP1", status_code="DONE")
        with pytest.raises(Refused, match="changed by somebody"):
            cards.change(desk, "CP1", 7, description="Late")


def test_what_hangs_on_a_campaign_goes_with_it(office: Office, days: Days) -> None:
    with office.change("delete", days) as desk:
        stock(desk)
        load(desk, "campaign_entries", [{"campaign_no": "CP1"}, {"campaign_no": "CP2"}])
        load(desk, "campaign_targets", [{"campaign_no": "CP1", "kind": "contact", "no": "C1"}])
        load(desk, "crm_notes", [{"kind": "campaign", "key": "CP1", "text": "x"}])
        load(desk, "interactions", [{"contact_no": "C1", "campaign_no": "CP1"}])
        cards.delete(desk, "CP1")
        counted = (campaigns.campaign_entries, campaigns.campaign_targets, contacts.notes)
        assert [desk.count(table) for table in counted] == [1, 0, 0]
        assert desk.first(statistics.INTERACTIONS, campaign_no="CP1") is not None


LOGGED = [
    {"contact_no": "C1", "campaign_target": True, "cost": 10.0, "duration": 5, "date": date(2026, 3, 1)},
    {"contact_no": "C2", "campaign_target": True, "cost": 10.0, "duration": 5, "date": date(2026, 3, 5)},
    {"contact_no": "C3", "campaign_target": True, "cost": 0.1, "duration": 0, "date": date(2026, 3, 5)},
    {"contact_no": "C1", "campaign_response": True, "cost": 4.0, "duration": 2, "date": date(2026, 3, 9)},
    {"contact_no": "C2", "campaign_response": True, "canceled": True, "cost": 100.0, "date": date(2026, 3, 9)},
    {"contact_no": "C2", "campaign_response": True, "postponed": True, "cost": 100.0, "date": date(2026, 3, 9)},
]


def test_statistics_leave_out_what_does_not_count(office: Office, days: Days) -> None:
    with office.change("load", days) as desk:
        stock(desk)
        load(desk, "interactions", [{**row, "campaign_no": "CP1", "campaign_entry": 1} for row in LOGGED])
        load(desk, "campaign_entries", [{"campaign_no": "CP1"}])
        load(desk, "opportunities", [{"no": "O1", "campaign_no": "CP1"}, {"no": "O2", "campaign_no": "CP1"}])
        moves = [{"opportunity_no": "O1", "active": now, "estimated_value": 50.0 if now else 7.0} for now in (0, 1)]
        load(desk, "opportunity_entries", [{**move, "active": bool(move["active"])} for move in moves])
        found = statistics.of_campaign(desk, "cp1")
        assert found == statistics.Statistics(3, 1, 33.3, 24.1, 12, 24.1, 12, 2, 50)
        march = statistics.of_campaign(desk, "CP1", date(2026, 3, 5), date(2026, 3, 8))
        assert (march.targets_contacted, march.contacts_responded, march.avg_cost_per_response) == (2, 0, 0)
        assert statistics.of_campaign(desk, "CP2") == statistics.Statistics(0, 0, 0, 0, 0, 0, 0, 0, 0)
        (entry,) = entries.of_campaign(desk, "CP1")
        assert (entry["no_of_interactions"], entry["cost"], entry["duration"]) == (4, 24.1, 12)
        desk.change(campaigns.campaign_entries, 1, canceled=True)
        (entry,) = entries.of_campaign(desk, "CP1")
        assert (entry["no_of_interactions"], entry["cost"]) == (1, 100)


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(0, 0, 0), (1, 8, 12.5), (1, 3, 33.3), (2, 3, 66.7), (1, 16, 6.3)]
)
def test_rates_have_one_decimal(part: int, whole: int, percent: float) -> None:
    assert statistics._percent(part, whole) == percent
