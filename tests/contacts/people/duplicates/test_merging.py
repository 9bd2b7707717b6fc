"""Merging: nothing that hangs on either contact is lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from parcours.contacts.office import Desk
from parcours.contacts.people import addresses, attributes, cards, finding, relations
from parcours.contacts.people.duplicates import hits, merging
from parcours.contacts.people.questionnaires import answers, definitions
from parcours.contacts.tables import audit, campaigns, contacts, interactions, opportunities, worksheets
from parcours.core.errors import Refused, UnknownNameError


@pytest.fixture
def twins(acme: Desk) -> Desk:
    """P1 of C1 and P2 of C2 are the same person."""
    return acme


def test_what_was_done_goes_over(twins: Desk) -> None:
    twins.add(worksheets.worksheets, no="S1")
    for contact, company in (("P2", "C2"), ("P2", "C9"), ("P1", "C1")):
        twins.add(interactions.interactions, contact_no=contact, company_no=company)
    twins.add(worksheets.worksheet_lines, segment_no="S1", line_no=10000, contact_no="P2", contact_company="C2")
    for table in (worksheets.worksheet_history, worksheets.worksheet_shelf):
        twins.add(table, segment_no="S1", action_id=1, line_id=7, contact_no="P2")
    twins.add(opportunities.tasks, no="T1", contact_no="P2", contact_company="C2")
    twins.add(opportunities.opportunities, no="O1", contact_no="P2", contact_company="C2", status="in_progress")
    merged = merging.merge(twins, "P1", "P2")
    assert merged["company_no"] == "C1"
    log = [(row["contact_no"], row["company_no"]) for row in twins.rows(interactions.interactions)]
    assert log == [("P1", "C1"), ("P1", "C9"), ("P1", "C1")]
    line = twins.rows(worksheets.worksheet_lines)[0]
    assert (line["contact_no"], line["contact_company"]) == ("P1", "C1")
    for table in (worksheets.worksheet_history, worksheets.worksheet_shelf):
        assert twins.rows(table)[0]["contact_no"] == "P1"
    assert twins.get(worksheets.worksheets, "S1", "a segment")["version"] == 2
    for table, key in ((opportunities.tasks, "T1"), (opportunities.opportunities, "O1")):
        row = twins.get(table, key, "a row")
        assert (row["contact_no"], row["contact_company"]) == ("P1", "C1")


def test_the_log_is_told_who_took_over(twins: Desk) -> None:
    entry = twins.add(interactions.interactions, contact_no="P2", company_no="C2")["id"]
    twins.finish()
    twins.con.execute(audit.outbox.delete())
    merging.merge(twins, "P1", "P2")
    twins.finish()
    told = {(row.kind, row.key): row.body for row in twins.con.execute(select(audit.outbox))}
    assert told["merged", "P2"] == {"from": "P2", "into": "P1", "contact": "P1"}
    assert ("interaction", str(entry)) in told
    assert ("profile", "P1") in told
    assert ("erased", "P2") not in told
    with pytest.raises(UnknownNameError, match="merged into P1"):
        finding.get(twins, "P2")


def test_groups_and_addresses_are_joined(twins: Desk) -> None:
    for no, codes in (("P1", ["GIFT"]), ("P2", ["GIFT", "MOVE"])):
        for code in codes:
            attributes.assign(twins, "mailing_group", no, code)
        addresses.put(twins, no, "HOME", city=no)
        addresses.put_dates(twins, no, "HOME", date(2026, 1, 1))
    addresses.put_dates(twins, "P2", "HOME", date(2026, 2, 1))
    for no in ("P1", "P2"):
        twins.add(interactions.interactions, contact_no=no, alt_address="HOME")
    attributes.assign(twins, "job_responsibility", "P2", "PURCHASE")
    merging.merge(twins, "P1", "P2")
    assert attributes.codes_of(twins, "mailing_group", "P1") == ["GIFT", "MOVE"]
    assert attributes.codes_of(twins, "job_responsibility", "P1") == ["PURCHASE"]
    assert [addresses.get(twins, "P1", code)["city"] for code in ("HOME", "HOME-2")] == ["P1", "P2"]
    assert addresses.in_force(twins, ["P1"], date(2026, 1, 5)) == {"P1": "HOME"}
    assert addresses.in_force(twins, ["P1"], date(2026, 2, 5)) == {"P1": "HOME-2"}
    assert [row["alt_address"] for row in twins.rows(interactions.interactions)] == ["HOME", "HOME-2"]
    assert twins.count(contacts.contact_mailing_groups) == 2


def test_answers_go_where_there_is_room(twins: Desk) -> None:
    definitions.put(twins, "Q")
    for line_no, values in {
        1: {"type": "question"}, 2: {"type": "answer"}, 3: {"type": "answer"},
        4: {"type": "question"}, 5: {"type": "answer"},
        6: {"type": "question", "multiple_answers": True}, 7: {"type": "answer"}, 8: {"type": "answer"},
        9: {"type": "question", "auto": True, "contact_field": "rating"}, 10: {"type": "answer", "from": 5.0},
    }.items():  # fmt: skip
        definitions.put_line(twins, "Q", line_no, **values)
    definitions.put_points(twins, "Q", 9, 5, 5)
    for no, chosen in (("P1", (2, 7)), ("P2", (3, 5, 7, 8))):
        for line_no in chosen:
            answers.give(twins, no, "Q", line_no)
    merging.merge(twins, "P1", "P2")
    found = twins.rows(contacts.profile_answers)
    assert sorted(row["line_no"] for row in found) == [2, 5, 7, 8, 10]
    assert {(row["contact_no"], row["company_no"]) for row in found} == {("P1", "C1")}


def test_blanks_are_filled_and_marks_stay(twins: Desk) -> None:
    cards.change(twins, "P1", phone_no="1", city="")
    cards.change(twins, "P2", phone_no="2", birthday="1990-01-02", exclude_from_segment=True, city="Nice")
    merged = merging.merge(twins, "P1", "P2")
    assert (merged["phone_no"], str(merged["birthday"]), merged["city"]) == ("1", "1990-01-02", "Nice")
    assert merged["exclude_from_segment"]
    assert not merged["privacy_blocked"]


def test_companies_merge_with_their_persons_and_relations(acme: Desk) -> None:
    relations.add(acme, "C2", "CUST", link_to="customer", no="CU2")
    relations.add(acme, "C1", "LAW")
    relations.add(acme, "C2", "LAW")
    for campaign in ("A", "B"):
        acme.add(campaigns.campaign_targets, campaign_no=campaign, kind="contact", no="C2")
    acme.add(campaigns.campaign_targets, campaign_no="A", kind="contact", no="C1")
    acme.add(interactions.interactions, contact_no="P2", company_no="C2")
    acme.add(contacts.notes, kind="contact", key="C2", text="calls back")
    merging.merge(acme, "C1", "C2")
    person = finding.get(acme, "P2")
    assert (person["company_no"], person["company_name"]) == ("C1", "Acme")
    assert acme.rows(interactions.interactions)[0]["company_no"] == "C1"
    assert relations.linked(acme, "customer", "CU2") == "C1"
    assert sorted(row["code"] for row in acme.rows(contacts.contact_business_relations)) == ["CUST", "LAW"]
    assert {(row["campaign_no"], row["no"]) for row in acme.rows(campaigns.campaign_targets)} == {
        ("A", "C1"),
        ("B", "C1"),
    }
    assert acme.rows(contacts.notes)[0]["key"] == "C1"


def test_merged_numbers_lead_on(twins: Desk) -> None:
    merging.merge(twins, "P2", "P1")
    merging.merge(twins, "P3", "P2")
    with pytest.raises(UnknownNameError, match="merged into P3"):
        finding.get(twins, "P1")
    assert hits.hits(twins).is_empty()


def test_what_cannot_be_one(acme: Desk) -> None:
    for no, other in (("C1", "CU1"), ("C2", "CU2")):
        relations.add(acme, no, "CUST", link_to="customer", no=other)
    for into, gone, code in (
        ("C1", "C2", "both-linked"),
        ("C1", "P1", "wrong-contact-type"),
        ("P1", "p1", "same-contact"),
    ):
        with pytest.raises(Refused) as raised:
            merging.merge(acme, into, gone)
        assert raised.value.code == code


_HANG = st.tuples(
    st.sampled_from(["P1", "P2"]), st.sampled_from(["talk", "line", "task", "deal", "GIFT", "MOVE", "note"])
)


@given(hung=st.lists(_HANG, max_size=8))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_are_kept(acme: Desk, hung: list[tuple[str, str]]) -> None:
    tables: dict[str, Any] = {
        "talk": interactions.interactions, "line": worksheets.worksheet_lines, "task": opportunities.tasks,
        "deal": opportunities.opportunities, "note": contacts.notes,
    }  # fmt: skip
    with acme.con.begin_nested() as point:
        for number, (no, what) in enumerate(hung):
            if what in ("GIFT", "MOVE"):
                attributes.assign(acme, "mailing_group", no, what)
                continue
            more: dict[str, Any] = {
                "talk": {},
                "line": {"line_no": number},
                "note": {"kind": "contact", "key": no},
            }.get(what, {"no": str(number)})
            acme.add(tables[what], **more, **({} if what == "note" else {"contact_no": no}))
        before = {what: acme.count(table) for what, table in tables.items()}
        merging.merge(acme, "P1", "P2")
        assert {what: acme.count(table) for what, table in tables.items()} == before
        for what, table in tables.items():
            column = table.c.key if what == "note" else table.c.contact_no
            assert set(acme.con.execute(select(column)).scalars()) <= {"P1"}
        groups = {what for _, what in hung if what in ("GIFT", "MOVE")}
        assert set(attributes.codes_of(acme, "mailing_group", "P1")) == groups
        point.rollback()
