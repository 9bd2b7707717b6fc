"""Cancel marks and clean-up jobs (contact-segments.md, section 16)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcours.contacts.campaigns import cleanup, targets
from parcours.contacts.interactions import attachments, canceling, figures
from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.office import Answers, Days, Desk, Office, Person
from parcours.contacts.people.loading import load
from parcours.contacts.tables import audit, campaigns, contacts, interactions
from parcours.core.errors import InputError, Refused, UnknownNameError
from tests.contacts.stock import stock

ENTRIES = campaigns.campaign_entries
LOGGED = interactions.logged_segments


def begin(desk: Desk, *, numbered: bool = False) -> None:
    """Two logged segments, the first with two interactions of a campaign, the second with one; one that is alone.

    With ``numbered`` they have these numbers even where others were drawn and given up before.
    """
    stock(desk)
    of_campaign: dict[str, Any] = {"logged_segment": 1, "campaign_no": "CP1", "campaign_entry": 1}
    rows = [{"contact_no": "C1", **of_campaign}, {"contact_no": "C2", **of_campaign}]
    tables: dict[str, list[dict[str, Any]]] = {
        "crm_logged_segments": [{"segment_no": "S1"}, {"segment_no": "S2"}],
        "campaign_entries": [{"campaign_no": "CP1", "segment_no": "S1", "logged_segment": 1}],
        "interactions": [*rows, {"contact_no": "C1", "logged_segment": 2}, {"contact_no": "C1"}],
    }
    for table, made in tables.items():
        numbers = [{"id": number} if numbered else {} for number in range(1, len(made) + 1)]
        load(desk, table, [row | number for row, number in zip(made, numbers, strict=True)], tell=False)


def canceled(desk: Desk, table: Any) -> list[bool]:
    return [row["canceled"] for row in desk.rows(table)]


def told(office: Office, days: Days) -> list[tuple[str, str]]:
    with office.look(days) as desk:
        return [(row["kind"], row["key"]) for row in desk.rows(audit.outbox) if row["kind"] != "profile"]


def test_a_logged_segment_takes_everything_along(office: Office, days: Days) -> None:
    with office.change("cancel", days) as desk:
        begin(desk)
        assert canceling.toggle_logged_segments(desk, [1])
        assert canceled(desk, LOGGED) == [True, False]
        assert canceled(desk, ENTRIES) == [True]
        assert canceled(desk, INTERACTIONS) == [True, True, False, False]
        (first, second) = figures.logged_segments(desk)
        assert (first["no_of_interactions"], first["no_of_campaign_entries"]) == (2, 1)
        assert (second["no_of_interactions"], second["no_of_campaign_entries"]) == (1, 0)
    assert told(office, days) == [("interaction", "1"), ("interaction", "2")]
    with office.change("cancel", days) as desk:
        assert not canceling.toggle_logged_segments(desk, [1])
        assert canceled(desk, INTERACTIONS) == [False] * 4
    assert told(office, days)[2:] == [("interaction", "1"), ("interaction", "2")]


def test_several_follow_the_first(office: Office, days: Days) -> None:
    with office.change("cancel", days) as desk:
        begin(desk)
        canceling.toggle_logged_segments(desk, [2])
        assert canceling.toggle_logged_segments(desk, [1, 2])
        assert canceled(desk, LOGGED) == [True, True]
        assert not canceling.toggle_logged_segments(desk, [2, 1])
        canceling.toggle_interactions(desk, [3])
        assert not canceling.toggle_interactions(desk, [3, 1])
        assert canceled(desk, INTERACTIONS) == [False] * 4


def test_a_campaign_entry_leaves_its_logged_segment(office: Office, days: Days) -> None:
    with office.change("cancel", days) as desk:
        begin(desk)
        assert canceling.toggle_campaign_entry(desk, 1)
        assert canceled(desk, INTERACTIONS) == [True, True, False, False]
        assert canceled(desk, LOGGED) == [False, False]
        (entry,) = figures.campaign_entries(desk)
        assert entry["no_of_interactions"] == 2


def test_nothing_lives_below_what_is_canceled(office: Office, days: Days) -> None:
    with office.change("cancel", days) as desk:
        begin(desk)
        canceling.toggle_campaign_entry(desk, 1)
        with pytest.raises(Refused) as raised:
            canceling.toggle_interactions(desk, [1])
        assert raised.value.code == "campaign-entry-canceled"
        canceling.toggle_logged_segments(desk, [1])
        with pytest.raises(Refused) as raised:
            canceling.toggle_interactions(desk, [1])
        assert raised.value.code == "logged-segment-canceled"
        with pytest.raises(Refused) as raised:
            canceling.toggle_campaign_entry(desk, 1)
        assert raised.value.code == "logged-segment-canceled"


def test_the_reference_revives_campaign_entries(office: Office, days: Days) -> None:
    with office.change("cancel", days, reference=True) as desk:
        begin(desk)
        canceling.toggle_logged_segments(desk, [1])
        assert not canceling.toggle_campaign_entry(desk, 1)


def test_what_is_not_there_cannot_be_canceled(office: Office, days: Days) -> None:
    with office.change("cancel", days) as desk:
        begin(desk)
        with pytest.raises(InputError, match="nothing is selected"):
            canceling.toggle_logged_segments(desk, [])
        with pytest.raises(UnknownNameError):
            canceling.toggle_interactions(desk, [1, 77])
        with pytest.raises(UnknownNameError):
            canceling.toggle_campaign_entry(desk, 7)


@pytest.mark.parametrize(("answer", "left"), [(True, False), (False, True)])
def test_an_attachment_that_nothing_else_uses_may_go(office: Office, days: Days, answer: bool, left: bool) -> None:
    asked = Answers({"remove_attachment": answer})
    with office.change("cancel", days, questions=asked) as desk:
        begin(desk)
        attachments.store(desk, "a.pdf", b"x", no="A")
        attachments.store(desk, "b.pdf", b"x", no="B")
        load(desk, "interactions", [{"contact_no": "C1", "attachment": no} for no in ("A", "B", "B")])
        canceling.toggle_interactions(desk, [6], remove_attachments=None)
        assert asked.asked == []
        canceling.toggle_interactions(desk, [5], remove_attachments=None)
        assert (desk.find(attachments.ATTACHMENTS, "A") is not None) is left
        assert asked.asked == ["remove_attachment"]
        assert desk.get(INTERACTIONS, 5, "")["attachment"] == ("A" if left else "")


def test_only_canceled_ones_are_cleaned_up(office: Office, days: Days) -> None:
    with office.change("clean up", days) as desk:
        begin(desk)
        assert cleanup.delete_logged_segments(desk) == 0
        canceling.toggle_logged_segments(desk, [1])
        assert cleanup.delete_logged_segments(desk) == 1
        assert [row["id"] for row in desk.rows(LOGGED)] == [2]
        assert [row["logged_segment"] for row in desk.rows(INTERACTIONS)] == [None, None, 2, None]
        assert [row["logged_segment"] for row in desk.rows(ENTRIES)] == [None]


def test_team_members_may_not_delete_logged_segments(office: Office, days: Days) -> None:
    with office.change("clean up", days, Person(role="team_member")) as desk:
        with pytest.raises(Refused) as raised:
            cleanup.delete_logged_segments(desk)
        assert raised.value.code == "permission-denied"
        assert cleanup.delete_interactions(desk) == 0
    with office.change("clean up", days, Person(role="business_manager")) as desk:
        assert cleanup.delete_logged_segments(desk) == 0


@pytest.mark.parametrize("reference", [False, True])
def test_interactions_survive_their_campaign_entry_outside_the_reference(
    office: Office, days: Days, reference: bool
) -> None:
    with office.change("clean up", days, reference=reference) as desk:
        begin(desk)
        canceling.toggle_campaign_entry(desk, 1)
        assert cleanup.delete_campaign_entries(desk) == 1
        left = [(row["id"], row["campaign_entry"]) for row in desk.rows(INTERACTIONS)]
        assert left == ([(3, None), (4, None)] if reference else [(1, None), (2, None), (3, None), (4, None)])
        assert desk.count(LOGGED) == 2


def test_interactions_go_with_comments_and_unused_attachments(office: Office, days: Days) -> None:
    with office.change("clean up", days) as desk:
        stock(desk)
        for no in ("AT1", "AT2"):
            attachments.store(desk, "a.pdf", b"x", no=no)
        names = (("C1", "AT1"), ("C2", "AT1"), ("C1", "AT2"), ("C2", "AT2"))
        load(desk, "interactions", [{"contact_no": c, "attachment": a, "canceled": True} for c, a in names])
        load(desk, "crm_notes", [{"kind": "interaction", "key": key, "text": "x"} for key in ("1", "2")])
        assert cleanup.delete_interactions(desk, [1, 3, 4]) == 3
        assert [row["key"] for row in desk.rows(contacts.notes)] == ["2"]
        assert set(attachments.by_number(desk, ["AT1", "AT2"])) == {"AT1"}


@pytest.mark.parametrize("reference", [False, True])
def test_targets_follow_the_clean_up_outside_the_reference(office: Office, days: Days, reference: bool) -> None:
    with office.change("clean up", days, reference=reference) as desk:
        stock(desk)
        load(desk, "interactions", [{"contact_no": no, "company_no": no, "campaign_no": "CP1", "campaign_target": True}
                                    for no in ("C1", "C3")])  # fmt: skip
        targets.activate(desk, "CP1")
        canceling.toggle_interactions(desk, [1])
        assert targets.group(desk, "CP1") == [("customer", "CU1"), ("customer", "CU3")]
        cleanup.delete_interactions(desk)
        assert (("customer", "CU1") in targets.group(desk, "CP1")) is reference


TOGGLE = st.one_of(
    st.tuples(st.just("segment"), st.lists(st.integers(1, 2), min_size=1, max_size=2, unique=True)),
    st.tuples(st.just("entry"), st.just([1])),
    st.tuples(st.just("interaction"), st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(TOGGLE, max_size=8))
def test_nothing_ever_lives_below_what_is_canceled(
    office: Office, days: Days, steps: list[tuple[str, list[int]]]
) -> None:
    with office.change("cancel", days, trial=True) as desk:
        begin(desk, numbered=True)
        for what, which in steps:
            try:
                if what == "segment":
                    canceling.toggle_logged_segments(desk, which)
                elif what == "entry":
                    canceling.toggle_campaign_entry(desk, 1)
                else:
                    canceling.toggle_interactions(desk, which)
            except Refused:
                continue
        rows, logged = desk.rows(INTERACTIONS), {row["id"]: row["canceled"] for row in desk.rows(LOGGED)}
        (entry,) = desk.rows(ENTRIES)
        assert entry["canceled"] or not logged[1]
        for row in rows:
            dead = logged.get(row["logged_segment"], False) or (row["campaign_entry"] == 1 and entry["canceled"])
            assert row["canceled"] or not dead
        for segment in figures.logged_segments(desk):
            same = [row for row in rows if row["logged_segment"] == segment["id"]
                    and row["canceled"] == segment["canceled"]]  # fmt: skip
            assert segment["no_of_interactions"] == len(same)
