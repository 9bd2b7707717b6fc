"""Target groups follow lines and interactions (contact-segments.md, section 18)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcours.contacts.campaigns import cards, sources, targets
from parcours.contacts.office import Answers, Days, Desk, Office
from parcours.contacts.people.loading import load
from parcours.contacts.tables import campaigns, worksheets
from parcours.core.errors import Refused
from tests.contacts.stock import line, stock

LINES = worksheets.worksheet_lines


def add(desk: Desk, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    made = [desk.add(LINES, **row) for row in rows]
    targets.line_added(desk, made)
    return made


def remove(desk: Desk, *rows: dict[str, Any]) -> None:
    targets.line_removed(desk, rows)
    for row in rows:
        desk.remove(LINES, row["id"])


def change(desk: Desk, row: dict[str, Any], **values: Any) -> dict[str, Any]:
    after = desk.change(LINES, row["id"], **values)
    targets.line_changed(desk, row, after)
    return after


@pytest.mark.parametrize(
    ("contacts", "group"),
    [
        (["C1"], [("customer", "CU1")]),
        (["P1", "P2"], [("contact", "C2"), ("customer", "CU1")]),
        (["C2", "P2"], [("contact", "C2")]),
        (["P9"], [("contact", "P9")]),
    ],
)
def test_a_line_stands_for_the_company(
    office: Office, days: Days, contacts: list[str], group: list[tuple[str, str]]
) -> None:
    with office.change("try", days) as desk:
        stock(desk)
        add(desk, *(line(no, place) for place, no in enumerate(contacts, 1)))
        assert targets.group(desk, "CP1") == []
        assert targets.activate(desk, "CP1")
        assert targets.group(desk, "CP1") == group


def test_only_marked_lines_and_interactions_count(office: Office, days: Days) -> None:
    logged = {"campaign_no": "CP1", "campaign_target": True}
    with office.change("try", days) as desk:
        stock(desk)
        add(desk, line("C1", campaign_target=False), line("C2", 2, campaign_no="CP2"))
        load(desk, "interactions", [{"contact_no": "C3", "company_no": "C3", **logged, "postponed": True}])
        with pytest.raises(Refused) as raised:
            targets.activate(desk, "CP1")
        assert raised.value.code == "campaign-no-targets"
        load(desk, "interactions", [{"contact_no": "C3", "company_no": "C3", **logged}])
        targets.activate(desk, "CP1")
        assert targets.group(desk, "CP1") == [("customer", "CU3")]


@pytest.mark.parametrize("reference", [False, True])
def test_canceled_interactions_activate_in_the_reference_only(office: Office, days: Days, reference: bool) -> None:
    with office.change("try", days, reference=reference) as desk:
        stock(desk)
        row = {"contact_no": "C1", "company_no": "C1", "campaign_no": "CP1", "campaign_target": True, "canceled": True}
        load(desk, "interactions", [row])
        found = sources.targets_of(desk, ["CP1"]).rows()
        assert found == ([("CP1", "C1")] if reference else [])


def test_a_campaign_without_prices_asks(office: Office, days: Days) -> None:
    no = Answers({"activate_without_prices": False})
    with office.change("try", days, questions=no) as desk:
        stock(desk)
        add(desk, line("C1"))
        assert not targets.activate(desk, "CP1")
        desk.add(campaigns.campaign_prices, campaign_no="CP1", item_no="CHAIR", unit_price=80)
        assert targets.activate(desk, "CP1")
    assert no.asked == ["activate_without_prices"]


@pytest.mark.parametrize("reference", [False, True])
def test_lines_come_and_go(office: Office, days: Days, reference: bool) -> None:
    with office.change("try", days, reference=reference) as desk:
        stock(desk)
        first, second = add(desk, line("C1"), line("P1", 2))
        targets.activate(desk, "CP1")
        (third,) = add(desk, line("C3", 3))
        assert targets.group(desk, "CP1") == [("customer", "CU1"), ("customer", "CU3")]
        remove(desk, second)
        assert targets.group(desk, "CP1") == [("customer", "CU1"), ("customer", "CU3")]
        remove(desk, first)
        assert targets.group(desk, "CP1") == [("customer", "CU3")]
        change(desk, third, contact_no="C2", contact_company="C2")
        assert targets.group(desk, "CP1") == [("contact", "C2")]


@pytest.mark.parametrize(("reference", "joined"), [(False, [("customer", "CU3")]), (True, [])])
def test_with_its_last_target_a_campaign_ends_in_the_reference(
    office: Office, days: Days, reference: bool, joined: list[tuple[str, str]]
) -> None:
    with office.change("try", days, reference=reference) as desk:
        stock(desk)
        (row,) = add(desk, line("C1"))
        targets.activate(desk, "CP1")
        remove(desk, row)
        add(desk, line("C3"))
        assert targets.group(desk, "CP1") == joined
        assert cards.get(desk, "CP1")["active"] is not reference


@pytest.mark.parametrize("reference", [False, True])
def test_a_line_that_is_no_target_takes_the_row_along_in_the_reference_only(
    office: Office, days: Days, reference: bool
) -> None:
    with office.change("try", days, reference=reference) as desk:
        stock(desk)
        _, other = add(desk, line("C1"), line("P1", 2, campaign_target=False))
        targets.activate(desk, "CP1")
        remove(desk, other)
        assert targets.group(desk, "CP1") == ([] if reference else [("customer", "CU1")])


@pytest.mark.parametrize("reference", [False, True])
def test_the_row_of_a_persons_company_stays_in_the_reference_only(office: Office, days: Days, reference: bool) -> None:
    with office.change("try", days, reference=reference) as desk:
        stock(desk)
        (row,) = add(desk, line("P2"))
        targets.activate(desk, "CP1")
        remove(desk, row)
        assert targets.group(desk, "CP1") == ([("contact", "C2")] if reference else [])


@pytest.mark.parametrize("reference", [False, True])
def test_what_is_no_change_of_targets_changes_none(office: Office, days: Days, reference: bool) -> None:
    with office.change("try", days, reference=reference) as desk:
        stock(desk)
        (row,) = add(desk, line("C1"))
        targets.activate(desk, "CP1")
        row = change(desk, row, description="other")
        row = change(desk, row, contact_no="P1")
        assert targets.group(desk, "CP1") == [("customer", "CU1")]
        row = change(desk, row, campaign_target=False)
        assert targets.group(desk, "CP1") == []


def test_customers_that_are_made_or_lost(office: Office, days: Days) -> None:
    with office.change("try", days) as desk:
        stock(desk)
        add(desk, line("C2"))
        targets.activate(desk, "CP1")
        targets.became_customer(desk, "C2", "CU2")
        assert targets.group(desk, "CP1") == [("customer", "CU2")]
        targets.no_longer_customer(desk, "C2", "CU2")
        assert targets.group(desk, "CP1") == [("contact", "C2")]


def test_deactivating_empties_the_group(office: Office, days: Days) -> None:
    with office.change("try", days) as desk:
        stock(desk)
        add(desk, line("C1"))
        targets.activate(desk, "CP1")
        targets.deactivate(desk, "CP1")
        add(desk, line("C3", 2))
        assert targets.group(desk, "CP1") == []
        assert not cards.get(desk, "CP1")["active"]


LINE = st.builds(
    lambda contact, campaign, target: {"contact_no": contact, "campaign_no": campaign, "campaign_target": target},
    st.sampled_from(["C1", "P1", "C2", "P2", "C3", "P9", ""]),
    st.sampled_from(["CP1", "CP2", ""]),
    st.booleans(),
)
STEP = st.one_of(
    st.tuples(st.just("add"), LINE), st.tuples(st.just("remove"), LINE), st.tuples(st.just("change"), LINE)
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=12), pick=st.randoms(use_true_random=False))
def test_the_group_is_always_what_its_lines_say(office: Office, days: Days, steps: list[Any], pick: Any) -> None:
    """Whatever happens to lines while a campaign is active, the group is that of an activation now."""
    with office.change("try", days, trial=True) as desk:
        stock(desk)
        rows = add(desk, line("C1"))
        targets.activate(desk, "CP1")
        for place, (what, values) in enumerate(steps, 2):
            made = line(values["contact_no"], place, **values)
            if what == "add" or not rows:
                rows += add(desk, made)
            elif what == "remove":
                remove(desk, rows.pop(pick.randrange(len(rows))))
            else:
                at = pick.randrange(len(rows))
                fields = ("contact_no", "contact_company", "campaign_no", "campaign_target")
                rows[at] = change(desk, rows[at], **{name: made[name] for name in fields})
            seen = targets.group(desk, "CP1")
            targets.follow(desk, ["CP1"])
            assert targets.group(desk, "CP1") == seen
