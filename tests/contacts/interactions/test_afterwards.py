"""Interactions looked at and judged afterwards, figures, and rows written by a query (sections 3.3, 4 and 16)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import literal, select

from parcours.contacts.interactions import afterwards, attachments, figures, journal, recording
from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.office import Days, Desk, Office, Person
from parcours.contacts.people.loading import load
from parcours.contacts.tables import audit, contacts
from parcours.core.errors import InputError, Refused, UnknownNameError
from tests.contacts.stock import stock

ROWS: list[dict[str, Any]] = [
    {"contact_no": "C1", "company_no": "C1", "template_code": "CALL", "group_code": "PHONE", "cost": 2.5,
     "duration": 10, "date": date(2026, 3, 1)},
    {"contact_no": "P1", "company_no": "C1", "template_code": "CALL", "group_code": "PHONE", "cost": 0.1,
     "duration": 5, "date": date(2026, 3, 5)},
    {"contact_no": "C2", "company_no": "C2", "template_code": "MAIL", "group_code": "MAIL", "cost": 5.0,
     "duration": 3, "date": date(2026, 3, 5)},
    {"contact_no": "C1", "company_no": "C1", "template_code": "CALL", "group_code": "PHONE", "cost": 9.0,
     "canceled": True, "date": date(2026, 3, 9)},
    {"contact_no": "C1", "company_no": "C1", "template_code": "CALL", "group_code": "PHONE", "cost": 9.0,
     "postponed": True, "date": date(2026, 3, 9)},
]  # fmt: skip


def begin(desk: Desk) -> None:
    stock(desk)
    load(desk, "interactions", ROWS, tell=False)


def numbers(desk: Desk, **asked: Any) -> list[int]:
    return [row["id"] for row in afterwards.listed(desk, afterwards.Asked(**asked))]


def test_a_company_shows_what_was_done_with_its_persons(office: Office, days: Days) -> None:
    with office.change("look", days) as desk:
        begin(desk)
        assert numbers(desk, contact="C1") == [4, 2, 1]
        assert numbers(desk, contact="P1") == [2]
        assert numbers(desk, contact="C1", postponed=True) == [5]
        with pytest.raises(UnknownNameError):
            numbers(desk, contact="C7")


def test_the_log_is_narrowed_by_what_is_asked_for(office: Office, days: Days) -> None:
    with office.change("look", days) as desk:
        begin(desk)
        desk.change_many(INTERACTIONS, [INTERACTIONS.c.id == 3], description="100% Linen", logged_segment=7)
        assert numbers(desk) == [1, 2, 3, 4]
        assert numbers(desk, since=date(2026, 3, 5), until=date(2026, 3, 5)) == [2, 3]
        assert numbers(desk, canceled=True) == [4]
        assert numbers(desk, equal={"template_code": "CALL"}, canceled=False) == [1, 2]
        assert numbers(desk, search="0% lin") == numbers(desk, logged_segment=7) == [3]
        assert numbers(desk, search="%") == [3]
        assert [row["id"] for row in afterwards.listed(desk, afterwards.Asked(), newest=True, limit=2, offset=1)] == [
            3,
            2,
        ]
        with pytest.raises(InputError, match="no 'templat'"):
            numbers(desk, equal={"templat": "CALL"})


def test_figures_by_template_and_group(office: Office, days: Days) -> None:
    calls = {"no_of_interactions": 2, "cost": 2.6, "duration": 15}
    mails = {"no_of_interactions": 1, "cost": 5.0, "duration": 3}
    with office.change("look", days) as desk:
        begin(desk)
        assert figures.by_template(desk) == {"CALL": calls, "MAIL": mails}
        assert figures.by_group(desk) == {"PHONE": calls, "MAIL": mails}
        later = figures.by_template(desk, since=date(2026, 3, 2), until=date(2026, 3, 5))
        assert later == {"CALL": {"no_of_interactions": 1, "cost": 0.1, "duration": 5}, "MAIL": mails}


def test_interactions_are_judged(office: Office, days: Days) -> None:
    with office.change("judge", days) as desk:
        begin(desk)
        assert afterwards.evaluate(desk, [1, 2, 77], "very_negative") == 2
        assert [row["evaluation"] for row in desk.rows(INTERACTIONS)][:3] == ["very_negative", "very_negative", ""]
        with pytest.raises(InputError, match="'bad'"):
            afterwards.evaluate(desk, [1], "bad")


def test_what_was_put_off_may_be_dropped(office: Office, days: Days) -> None:
    with office.change("drop", days) as desk:
        begin(desk)
        recording.discard(desk, 5)
        assert desk.count(INTERACTIONS) == 4
        with pytest.raises(Refused) as raised:
            recording.discard(desk, 4)
        assert raised.value.code == "not-postponed"


def test_rows_of_a_query_become_interactions(office: Office, days: Days) -> None:
    card = contacts.contacts
    query = select(
        card.c.no.label("contact_no"),
        card.c.company_no,
        literal(0.25).label("cost"),
        literal("OFFER").label("attachment"),
    ).order_by(card.c.no.desc())
    with office.change("record", days, Person("ann")) as desk:
        begin(desk)
        assert journal.record_from(desk, query) == 6
        made = desk.rows(INTERACTIONS)[5:]
        assert [row["contact_no"] for row in made] == ["P9", "P2", "P1", "C3", "C2", "C1"]
        assert {(row["by"], row["at"], row["canceled"], row["revision"]) for row in made} == {
            ("ann", days.at, False, desk.revision)}  # fmt: skip
        assert desk.get(attachments.ATTACHMENTS, "OFFER", "")["read_only"]
    with office.look(days) as desk:
        told = [(row["key"], row["body"]) for row in desk.rows(audit.outbox, kind="interaction")]
        assert told == [(str(entry), "new") for entry in range(6, 12)]
