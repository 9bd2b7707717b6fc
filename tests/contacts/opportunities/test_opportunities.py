"""Opportunities from their making to their end, and the tasks beside them (contact-segments.md, section 20)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from parcours.contacts.office import Answers, Days, Desk, Office, Person, Questions, series
from parcours.contacts.office import setup as settings
from parcours.contacts.opportunities import cards, cycles, figures, moves, tasks
from parcours.contacts.tables import campaigns, contacts, interactions, setup, worksheets
from parcours.core.errors import InputError, ParcoursError, Refused, UnknownNameError

STAGES = [
    {"description": "Qualify", "completed_pct": 10, "chances_pct": 20, "activity_code": "VISIT"},
    {"description": "Present", "completed_pct": 40, "chances_pct": 50, "date_formula": "1M", "allow_skip": True},
    {"description": "Offer", "completed_pct": 60, "chances_pct": 60, "quote_required": True},
]


class Crm:
    """An office with a cycle, people and a campaign; each call is an operation of its own."""

    def __init__(self, office: Office, days: Days) -> None:
        self.office, self.days = office, days
        self.did(self._set_up)

    def did(
        self, operation: Any, *args: Any, on: date | None = None, answers: Questions | None = None, **given: Any
    ) -> Any:
        days = Days(self.days.at, self.days.today, on or self.days.work_date)
        with self.office.change("test", days, Person("ann", ""), answers) as desk:
            return operation(desk, *args, **given)

    @staticmethod
    def _set_up(desk: Desk) -> None:
        for name in ("OPP", "TASK"):
            series.put_series(desk, name, f"{name}01")
        for code in ("SP1", "SP2"):
            desk.add(setup.salespeople, code=code, name=code)
        desk.add(setup.codes, kind="close_code", code="PRICE")
        desk.add(setup.codes, kind="business_relation", code="CUST")
        settings.put(desk, "relation_codes", {"customer": "CUST"})
        for no, company in (("C1", "C1"), ("P1", "C1"), ("P2", "")):
            kind = "company" if no == "C1" else "person"
            card = {"type": kind, "name": no, "company_no": company, "salesperson_code": "SP2"}
            desk.add(contacts.contacts, no=no, profile_id=no, **card)
        desk.add(
            campaigns.campaigns, no="CP1", active=True, starting_date=date(2026, 3, 1), ending_date=date(2026, 4, 1)
        )
        cycles.put_activity(desk, "VISIT", [{"description": "Visit them", "date_formula": "7D", "type": "meeting"}])
        cycles.put_cycle(desk, "EX", STAGES)

    def opportunity(self, contact: str = "P1", **values: Any) -> str:
        row = self.did(cards.create, contact, **{"sales_cycle_code": "EX", **values})
        return str(row["no"])

    def row(self, no: str) -> Any:
        return self.did(cards.get, no)


@pytest.fixture
def crm(office: Office, days: Days) -> Crm:
    return Crm(office, days)


def refused(operation: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(ParcoursError) as raised:
        operation(*args, **given)
    return raised.value.code


# --- making -------------------------------------------------------------------------------------------------


def test_a_new_opportunity(crm: Crm) -> None:
    row = crm.row(crm.opportunity(description="Ten chairs"))
    assert (row["no"], row["status"], row["creation_date"]) == ("OPP01", "not_started", date(2026, 3, 11))
    assert (row["contact_no"], row["contact_company"], row["salesperson_code"]) == ("P1", "C1", "SP2")


def test_the_salesperson_of_the_user_comes_first(crm: Crm) -> None:
    with crm.office.change("test", crm.days, Person("bo", "SP1")) as desk:
        assert cards.create(desk, "P1")["salesperson_code"] == "SP1"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"sales_cycle_code": "NONE"}, "unknown-name"),
        ({"campaign_no": "CP1"}, None),
        ({"campaign_no": "CP9"}, "unknown-name"),
        ({"priority": "urgent"}, "bad-choice"),
        ({"salesperson_code": "SP9"}, "unknown-name"),
    ],
)
def test_what_it_belongs_to_is_checked(crm: Crm, values: dict[str, str], code: str | None) -> None:
    if code is None:
        assert crm.row(crm.opportunity(**values))["campaign_no"] == values["campaign_no"]
    else:
        assert refused(crm.opportunity, **values) == code


def test_the_campaign_must_be_active_and_cover_the_day(crm: Crm) -> None:
    crm.did(lambda desk: desk.change(campaigns.campaigns, "CP1", ending_date=date(2026, 3, 10)))
    assert refused(crm.opportunity, campaign_no="CP1") == "campaign-dates"
    crm.did(lambda desk: desk.change(campaigns.campaigns, "CP1", ending_date=None, active=False))
    assert refused(crm.opportunity, campaign_no="CP1") == "campaign-not-active"


def test_in_the_reference_a_campaign_is_active_with_targets(crm: Crm) -> None:
    def create(desk: Desk) -> None:
        settings.put(desk, settings.REFERENCE, True)

    crm.did(create)
    assert refused(crm.opportunity, campaign_no="CP1") == "campaign-not-active"
    crm.did(lambda desk: desk.add(campaigns.campaign_targets, campaign_no="CP1", kind="contact", no="C1"))
    crm.opportunity(campaign_no="CP1")


def segment(desk: Desk, *people: str, campaign: str = "") -> None:
    desk.add(worksheets.worksheets, no="S1", description="Spring", campaign_no=campaign)
    for place, no in enumerate(people, start=1):
        line = {"description": "Spring", "campaign_no": campaign, "salesperson_code": "SP1", "contact_company": "C1"}
        desk.add(worksheets.worksheet_lines, segment_no="S1", line_no=place * 10000, contact_no=no, **line)


def test_a_segment_needs_lines_and_the_same_campaign(crm: Crm) -> None:
    crm.did(segment)
    assert refused(crm.opportunity, segment_no="S1") == "segment-empty"
    crm.did(lambda desk: desk.remove(worksheets.worksheets, "S1"))
    crm.did(segment, "P1", campaign="CP1")
    crm.did(lambda desk: desk.add(campaigns.campaigns, no="CP2", active=True))
    assert refused(crm.opportunity, segment_no="S1", campaign_no="CP2") == "other-campaign"
    assert crm.row(crm.opportunity(segment_no="S1"))["campaign_no"] == "CP1"


def test_opportunities_for_a_whole_segment(crm: Crm) -> None:
    crm.did(lambda desk: desk.change(campaigns.campaigns, "CP1", active=False))
    crm.did(segment, "P1", "", "P2", campaign="CP1")
    assert crm.did(cards.for_segment, "S1", answers=Answers({"create_for_all_contacts": False})) == []
    assert crm.did(cards.for_segment, "S1") == ["OPP01", "OPP02"]
    row = crm.row("OPP02")
    wanted = {
        "contact_no": "P2",
        "campaign_no": "CP1",
        "salesperson_code": "SP1",
        "segment_no": "S1",
        "description": "Spring",
    }
    assert {name: row[name] for name in wanted} == wanted


def test_from_an_interaction_once(crm: Crm) -> None:
    entry = crm.did(lambda desk: desk.add(interactions.interactions, contact_no="P1", description="Fair"))["id"]
    assert crm.did(cards.from_interaction, entry)["description"] == "Fair"
    assert refused(crm.did, cards.from_interaction, entry) == "opportunity-exists"
    crm.did(lambda desk: desk.change(interactions.interactions, entry, opportunity_no="", canceled=True))
    assert refused(crm.did, cards.from_interaction, entry) == "interaction-canceled"


# --- moving -------------------------------------------------------------------------------------------------


def test_through_the_stages(crm: Crm) -> None:
    no = crm.opportunity()
    entry = crm.did(moves.move, no, "first", estimated_value=1000)
    assert (entry["stage"], entry["chances_pct"], entry["probability_pct"]) == (1, 20, 2)
    assert crm.row(no)["status"] == "in_progress"
    entry = crm.did(moves.move, no, "next", on=date(2026, 3, 20))
    assert (entry["stage"], entry["previous_stage"], entry["estimated_value"]) == (2, 1, 1000)
    assert entry["estimated_close_date"] == date(2026, 4, 20)
    former = crm.did(lambda desk: desk.rows(cards.ENTRIES, opportunity_no=no, active=False))
    assert [(row["days_open"], row["date_closed"]) for row in former] == [(9, date(2026, 3, 20))]
    entry = crm.did(moves.move, no, "update", on=date(2026, 3, 21), chances_pct=80, estimated_value=2000)
    assert (entry["stage"], entry["probability_pct"], entry["estimated_value"]) == (2, 32, 2000)
    assert crm.did(moves.move, no, "previous", on=date(2026, 3, 21))["stage"] == 1


@pytest.mark.parametrize(("calculation", "percent"), [("multiply", 2), ("add", 15), ("chances", 20), ("completed", 10)])
def test_probabilities(crm: Crm, calculation: str, percent: float) -> None:
    crm.did(cycles.put_cycle, "EX", probability_calculation=calculation)
    assert crm.did(moves.move, crm.opportunity(), "first", estimated_value=1)["probability_pct"] == percent


def test_moves_that_are_refused(crm: Crm) -> None:
    no = crm.opportunity()
    assert refused(crm.did, moves.move, no, "next") == "wrong-stage"
    assert refused(crm.did, moves.move, no, "first") == "value-required"
    assert refused(crm.did, moves.move, no, "first", estimated_value=1, chances_pct=0) == "value-required"
    crm.did(moves.move, no, "first", estimated_value=1)
    assert refused(crm.did, moves.move, no, "first") == "wrong-stage"
    assert refused(crm.did, moves.move, no, "previous") == "wrong-stage"
    assert refused(crm.did, moves.move, no, "jump") == "stage-required"
    assert refused(crm.did, moves.move, no, "jump", stage=4) == "wrong-stage"
    assert refused(crm.did, moves.move, no, "fly") == "bad-choice"
    assert refused(crm.did, moves.move, no, "next", on=date(2026, 3, 10)) == "date-before-last-change"
    early = {"estimated_close_date": date(2026, 3, 1)}
    assert refused(crm.did, moves.move, no, "next", **early) == "close-before-change"
    assert refused(crm.did, moves.move, no, "next", date_of_change="2020-01-01") == "date-before-last-change"
    assert refused(crm.did, moves.move, no, "next", estimated_close_date="soon") == "bad-value"
    assert refused(crm.did, moves.move, crm.opportunity(sales_cycle_code=""), "first") == "sales-cycle-required"


def test_a_stage_that_requires_a_quote(crm: Crm) -> None:
    no = crm.opportunity()
    assert refused(crm.did, moves.move, no, "jump", stage=3, estimated_value=1) == "quote-required"
    assert crm.did(moves.move, no, "jump", stage=3, estimated_value=1, quote_no="q1")["stage"] == 3
    assert crm.row(no)["quote_no"] == "Q1"


def test_only_stages_that_allow_it_are_skipped(crm: Crm) -> None:
    no = crm.opportunity(quote_no="Q1")
    crm.did(moves.move, no, "first", estimated_value=1)
    assert crm.did(moves.move, no, "skip", stage=3)["stage"] == 3
    assert refused(crm.did, moves.move, no, "skip", stage=1) == "wrong-stage"
    crm.did(cycles.put_cycle, "EX", [*STAGES[:1], {**STAGES[1], "allow_skip": False}, STAGES[2]])
    crm.did(moves.move, no, "jump", stage=1)
    assert refused(crm.did, moves.move, no, "skip", stage=3) == "skip-not-allowed"


# --- the end ------------------------------------------------------------------------------------------------


def test_won(crm: Crm) -> None:
    no = crm.opportunity()
    crm.did(moves.move, no, "first", estimated_value=1)
    assert refused(crm.did, moves.close, no, True, "") == "close-code-required"
    assert refused(crm.did, moves.close, no, True, "PRICE") == "value-required"
    assert refused(crm.did, moves.close, no, True, "PRICE", value=5) == "customer-required"
    entry = crm.did(moves.close, no, True, "price", value=5, customer_no="CU1")
    figures_ = ("estimated_value", "chances_pct", "completed_pct", "probability_pct", "close_code")
    assert [entry[name] for name in figures_] == [5, 100, 100, 100, "PRICE"]
    row = crm.row(no)
    assert (row["status"], row["closed"], row["date_closed"]) == ("won", True, date(2026, 3, 11))
    linked = crm.did(lambda desk: desk.first(contacts.contact_business_relations, link_to="customer"))
    assert (linked["contact_no"], linked["no"]) == ("C1", "CU1")
    assert refused(crm.did, moves.move, no, "next") == "opportunity-closed"
    assert refused(crm.did, cards.change, no, description="x") == "opportunity-closed"


def test_lost(crm: Crm) -> None:
    no = crm.opportunity()
    crm.did(moves.move, no, "first", estimated_value=9)
    entry = crm.did(moves.close, no, False, "PRICE")
    names = ("estimated_value", "chances_pct", "completed_pct", "probability_pct")
    assert [entry[name] for name in names] == [0, 0, 100, 0]


def test_deleting(crm: Crm) -> None:
    no = crm.opportunity()
    crm.did(moves.move, no, "first", estimated_value=9)
    assert refused(crm.did, cards.delete, no) == "opportunity-in-progress"
    crm.did(moves.close, no, False, "PRICE")
    crm.did(cards.delete, no)
    with pytest.raises(UnknownNameError):
        crm.row(no)


# --- tasks --------------------------------------------------------------------------------------------------


def test_a_stage_makes_tasks_and_cancels_them(crm: Crm) -> None:
    no = crm.opportunity()
    crm.did(moves.move, no, "first", estimated_value=9)
    (task,) = crm.did(tasks.listed, opportunity_no=no)
    assert (task["description"], task["date"], task["type"]) == ("Visit them", date(2026, 3, 18), "meeting")
    crm.did(moves.move, no, "next", cancel_old_tasks=True)
    assert crm.did(tasks.listed, opportunity_no=no) == []
    assert crm.did(tasks.get, task["no"])["canceled"]


def test_open_tasks_follow_if_the_user_says_so(crm: Crm) -> None:
    no = crm.opportunity()
    crm.did(moves.move, no, "first", estimated_value=9)
    crm.did(cards.change, no, salesperson_code="SP1", answers=Answers({"move_tasks": False}))
    assert crm.did(tasks.listed, opportunity_no=no)[0]["salesperson_code"] == "SP2"
    crm.did(cards.change, no, contact_no="P2", answers=Answers({"move_tasks": True}))
    task = crm.did(tasks.listed, opportunity_no=no)[0]
    assert (task["contact_no"], task["contact_company"]) == ("P2", "")


def test_a_task_of_a_team_for_a_segment(crm: Crm) -> None:
    crm.did(segment, "P1", "P2", "P1", "")
    crm.did(tasks.put_team, "T", "Team", ["SP1", "SP2"])
    head = crm.did(tasks.create, "Call them", team_code="T", segment_no="S1", type="phone_call")
    made = crm.did(tasks.listed, organizer_no=head["no"])
    assert sorted((row["salesperson_code"], row["contact_no"]) for row in made) == [
        ("SP1", "P1"), ("SP1", "P2"), ("SP2", "P1"), ("SP2", "P2"),
    ]  # fmt: skip
    crm.did(tasks.change, head["no"], status="completed")
    assert crm.did(tasks.listed) == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"description": " "}, "description-required"),
        ({}, "salesperson-required"),
        ({"salesperson_code": "SP1", "type": "walk"}, "bad-choice"),
        ({"salesperson_code": "SP1", "ending_date": date(2026, 1, 1)}, "bad-range"),
        ({"team_code": "NONE"}, "unknown-name"),
        ({"salesperson_code": "SP1", "contact_no": "NOBODY"}, "unknown-name"),
    ],
)
def test_tasks_that_are_refused(crm: Crm, values: dict[str, Any], code: str) -> None:
    assert refused(crm.did, tasks.create, **{"description": "Call", **values}) == code


# --- figures and cycles ----------------------------------------------------------------------------------


def test_figures_by_salesperson(crm: Crm) -> None:
    won, lost, open_ = (crm.opportunity(no) for no in ("P1", "P1", "P2"))
    for no in (won, lost, open_):
        crm.did(moves.move, no, "first", estimated_value=1000)
    crm.did(moves.close, won, True, "PRICE", value=700, customer_no="CU1", on=date(2026, 3, 21))
    crm.did(moves.close, lost, False, "PRICE", on=date(2026, 3, 21))
    (row,) = crm.did(figures.statistics, "salesperson_code").to_dicts()
    assert row == {
        "by": "SP2", "opportunities": 3, "open": 1, "won": 1, "lost": 1, "won_pct": 50.0, "estimated_value": 1000.0,
        "current_value": 20.0, "won_value": 700.0, "average_days": 10.0,
    }  # fmt: skip
    assert crm.did(figures.table, contact_no="P2")["current_value"].to_list() == [20.0]
    assert refused(crm.did, figures.statistics, "colour") == "bad-choice"


def test_cycles_are_checked(crm: Crm) -> None:
    assert refused(crm.did, cycles.put_cycle, "", []) == "code-required"
    assert refused(crm.did, cycles.put_cycle, "X", [], probability_calculation="guess") == "bad-choice"
    assert refused(crm.did, cycles.put_cycle, "X", [{"completed_pct": 101}]) == "bad-value"
    with pytest.raises(ParcoursError):
        crm.did(cycles.put_cycle, "X", [{"date_formula": "soon"}])
    no = crm.opportunity()
    crm.did(moves.move, no, "jump", stage=2, estimated_value=1)
    assert refused(crm.did, cycles.put_cycle, "EX", STAGES[:1]) == "stage-in-use"
    crm.did(cycles.put_cycle, "EX", blocked=True)
    with pytest.raises(Refused, match="blocked"):
        crm.opportunity()
    with pytest.raises(InputError):
        crm.did(cycles.put_activity, "A", [{"colour": 1}])
