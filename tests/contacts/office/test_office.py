"""Transactions: everything or nothing, numbered, recorded, told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from parcours.contacts.office import Answers, Days, Form, Office, Person, series
from parcours.contacts.office import setup as settings
from parcours.contacts.tables import audit, campaigns, contacts, setup
from parcours.core.clock import instant
from parcours.core.errors import InputError, OpenQuestion, Refused, UnknownNameError

CONTACTS = contacts.contacts


def make(office: Office, days: Days, no: str, **values: object) -> None:
    with office.change("create", days) as desk:
        desk.add(CONTACTS, no=no, profile_id=no, type="person", name=no, **values)


def test_an_operation_is_recorded_with_its_changes(office: Office, days: Days) -> None:
    make(office, days, "C1")
    with office.change("rename", days, Person("ann")) as desk:
        desk.change(CONTACTS, 1, name="Ann")
        desk.describe("contact", "C1", "renamed")
    with office.look(days) as desk:
        last = desk.rows(audit.operations)[-1]
        assert (last["revision"], last["by"], last["operation"], last["key"]) == (2, "ann", "rename", "C1")
        change = desk.rows(audit.changes, revision=2)[0]
        assert (change["table_name"], change["key"], change["fields"]) == ("contacts", "1", {"name": ["C1", "Ann"]})
        assert desk.get(CONTACTS, 1, "a contact")["revision"] == 2


def test_an_error_leaves_no_trace(office: Office, days: Days) -> None:
    def refused() -> None:
        with office.change("create", days) as desk:
            desk.add(CONTACTS, no="C1", profile_id="C1", type="person")
            desk.touch(["C1"])
            raise Refused("no")

    with pytest.raises(Refused):
        refused()
    with office.look(days) as desk:
        assert desk.count(CONTACTS) == desk.count(audit.operations) == desk.count(audit.outbox) == 0


def test_a_trial_shows_what_would_come_of_it(office: Office, days: Days) -> None:
    with office.change("create", days, trial=True) as desk:
        desk.add(CONTACTS, no="C1", profile_id="C1", type="person")
        seen = desk.count(CONTACTS)
    with office.look(days) as desk:
        assert (seen, desk.count(CONTACTS), desk.count(audit.operations)) == (1, 0, 0)


def test_what_changed_is_told_once(office: Office, days: Days) -> None:
    with office.change("create", days) as desk:
        desk.add(CONTACTS, no="C1", profile_id="C1", type="person")
        desk.touch(["C1", "C1"])
        desk.touch(["C1"])
    with office.look(days) as desk:
        assert [(row["kind"], row["key"], row["revision"]) for row in desk.rows(audit.outbox)] == [("profile", "C1", 1)]


def test_removed_rows_of_mirrored_tables_are_remembered(office: Office, days: Days) -> None:
    make(office, days, "C1")
    make(office, days, "C2")
    with office.change("delete", days) as desk:
        desk.remove(CONTACTS, 1)
        desk.remove_many(CONTACTS, no="C2")
    with office.look(days) as desk:
        assert desk.con.execute(select(audit.removals.c.row_id)).scalars().all() == [1, 2]


def test_two_people_cannot_undo_each_other_unseen(office: Office, days: Days) -> None:
    make(office, days, "C1")
    with office.change("rename", days) as desk:
        assert desk.change(CONTACTS, 1, expected_version=1, name="Ann")["version"] == 2
    with pytest.raises(Refused, match="expected version 1, found 2"), office.change("rename", days) as desk:
        desk.change(CONTACTS, 1, expected_version=1, name="Bo")


def test_amounts_are_exact(office: Office, days: Days) -> None:
    with office.change("create", days) as desk:
        desk.add(campaigns.campaigns, no="CP1")
        desk.add(campaigns.campaign_prices, campaign_no="CP1", item_no="I", unit_price=0.1)
        row = desk.first(campaigns.campaign_prices, campaign_no="CP1")
        assert row is not None
        assert row["unit_price"] == 0.1


def test_unknown_fields_and_rows_are_named(office: Office, days: Days) -> None:
    with office.change("create", days) as desk:
        with pytest.raises(InputError, match="'salesperson'"):
            desk.add(CONTACTS, salesperson="X")
        desk.add(campaigns.campaigns, no="SPRING")
        with pytest.raises(UnknownNameError, match="no campaign 'SPRNG'"):
            desk.get(campaigns.campaigns, "SPRNG", "a campaign")


def test_questions_are_answered_beforehand_by_default_or_left_open() -> None:
    assert Form().ask("update_lines")
    assert not Form().ask("undo_last_action")
    answers = Answers({"update_lines": False})
    assert not answers.ask("update_lines")
    with pytest.raises(OpenQuestion) as raised:
        answers.ask("reset_criteria")
    assert (raised.value.question, raised.value.default) == ("reset_criteria", True)
    assert answers.asked == ["update_lines", "reset_criteria"]


def test_numbers_are_drawn_in_order(office: Office, days: Days) -> None:
    with office.change("set up", days) as desk:
        series.put_series(desk, "SEGM", "SM00009", manual_allowed=False)
        assert [series.draw(desk, "SEGM", "none", "segments") for _ in range(2)] == ["SM00009", "SM00010"]
        with pytest.raises(Refused, match="may not be typed"):
            series.typed(desk, "SEGM", "mine", "segments")
        with pytest.raises(Refused) as raised:
            series.draw(desk, "", "segment-no-series-missing", "segments")
    assert raised.value.code == "segment-no-series-missing"


@pytest.mark.parametrize(("number", "next"), [("A9", "A10"), ("A-099/X", "A-100/X"), ("2026-001", "2026-002")])
def test_the_last_digits_count_up(number: str, next: str) -> None:
    assert series.counted_up(number) == next


def test_settings_have_defaults_and_are_checked(office: Office, days: Days) -> None:
    with office.change("set up", days) as desk:
        assert settings.get(desk, "segment_nos") == "SEGM"
        settings.put(desk, "segment_nos", "")
        assert settings.get(desk, "segment_nos") == ""
        settings.put(desk, "segment_nos", None)
        assert settings.get(desk, "segment_nos") == "SEGM"
        with pytest.raises(InputError, match="no setting"):
            settings.put(desk, "segmnt_nos", "X")


def test_the_reference_is_followed_only_where_it_is_set(office: Office, days: Days) -> None:
    with office.change("set up", days) as desk:
        assert not desk.reference
        settings.put(desk, settings.REFERENCE, True)
    with office.change("work", days) as desk:
        assert desk.reference
    with office.change("work", days, reference=False) as desk:
        assert not desk.reference


def test_the_salesperson_of_the_user(office: Office, days: Days) -> None:
    with office.change("set up", days) as desk:
        desk.add(setup.users, id="ann", salesperson_code="SP1")
    with office.look(days, Person("ann")) as desk:
        assert desk.own_salesperson == "SP1"
    with office.look(days, Person("ann", "SP2")) as desk:
        assert desk.own_salesperson == "SP2"


def test_a_day_begins_where_the_company_is() -> None:
    late = instant("2026-03-11T23:30:00Z")
    assert [Days.of(late, zone=zone).today.day for zone in ("UTC", "Europe/Paris", "America/New_York")] == [11, 12, 11]


def test_only_time_zones_that_exist_can_be_set(office: Office, days: Days) -> None:
    with office.change("set up", days) as desk:
        settings.put(desk, "zone", "Europe/Paris")
        with pytest.raises(InputError, match="no time zone"):
            settings.put(desk, "zone", "Europe/Lutetia")
