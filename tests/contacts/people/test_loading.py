"""Rows in bulk."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from sqlalchemy import select

from parcours.contacts.office import Desk
from parcours.contacts.people import finding, loading
from parcours.contacts.tables import audit, contacts, interactions, opportunities, worksheets
from parcours.core.errors import InputError


def told(desk: Desk) -> set[tuple[str, str]]:
    desk.finish()
    return {(row.kind, row.key) for row in desk.con.execute(select(audit.outbox))}


def test_contacts_are_filled_up_as_operations_would_have(desk: Desk) -> None:
    rows = [
        {"no": "P1", "type": "person", "name": "Ann Lee", "company_no": "C1", "exclude_from_segment": True},
        {"no": "C1", "type": "company", "name": "Acme", "profile_id": "acme-7", "search_name": "A"},
        {"no": "P2", "type": "person", "company_no": "C1", "birthday": date(1990, 1, 2)},
    ]
    assert loading.load(desk, "contacts", rows) == 3
    person, company = finding.get(desk, "P1"), finding.get(desk, "C1")
    assert (person["company_name"], person["search_name"], person["profile_id"]) == ("Acme", "ANN LEE", "P1")
    assert (company["company_no"], company["company_name"], company["search_name"]) == ("C1", "Acme", "A")
    assert (company["profile_id"], company["created_on"], company["version"]) == ("acme-7", desk.today, 1)
    assert (person["revision"], person["exclude_from_segment"], company["exclude_from_segment"]) == (
        desk.revision, True, False,
    )  # fmt: skip
    loading.load(desk, "contacts", pl.DataFrame({"no": ["P3"], "type": ["person"], "company_no": ["C1"]}))
    assert finding.get(desk, "P3")["company_name"] == "Acme"
    assert told(desk) == {("profile", no) for no in ("C1", "P1", "P2", "P3")}


def test_any_table_takes_rows_with_its_own_types(desk: Desk) -> None:
    loading.load(desk, "interactions", [{"contact_no": "C1", "date": date(2026, 3, 1), "cost": 0.1, "duration": 5}, {}])
    loading.load(desk, "mailing_groups", [{"contact_no": "C1", "code": "GIFT"}])
    loading.load(desk, "actions", [{"segment_no": "S", "action": "add", "options": {"a": True}, "filters": {}}])
    loading.load(desk, "questionnaire_lines", [{"questionnaire_code": "Q", "line_no": 1, "from": 0.5, "end": "0D"}])
    first, second = desk.rows(interactions.interactions)
    assert (first["cost"], first["date"], second["cost"], second["date"]) == (0.1, date(2026, 3, 1), 0.0, None)
    assert desk.rows(worksheets.worksheet_actions)[0]["options"] == {"a": True}
    assert desk.rows(contacts.questionnaire_lines)[0]["from"] == 0.5
    assert told(desk) == {("interaction", "1"), ("interaction", "2"), ("profile", "C1")}


def test_only_new_interactions_are_told_and_only_where_asked(desk: Desk) -> None:
    loading.load(desk, "interactions", [{"contact_no": "C1"}], tell=False)
    loading.load(desk, "contacts", [{"no": "C1", "type": "company"}], tell=False)
    loading.load(desk, "crm_interactions", [{"contact_no": "C1"}])
    assert told(desk) == {("interaction", "2")}
    assert [row["body"] for row in desk.rows(audit.outbox)] == ["new"]
    loading.load(desk, "interactions", [{"contact_no": "C1", "postponed": True}])
    assert told(desk) == {("interaction", "2")}


def test_what_does_not_fit_is_refused(desk: Desk) -> None:
    with pytest.raises(InputError, match="no table 'contcts'"):
        loading.load(desk, "contcts", [])
    with pytest.raises(InputError, match="no field 'nam'"):
        loading.load(desk, "contacts", [{"no": "C1", "nam": "x"}])
    with pytest.raises(InputError) as raised:
        loading.load(desk, "tasks", [{"no": "T"}, {"no": "T"}])
    assert raised.value.code == "row-taken"


def test_large_frames_go_in_slices(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "SLICE", 7)
    frame = pl.DataFrame({"no": [f"T{n}" for n in range(20)], "date": [None] * 20}, schema_overrides={"date": pl.Date})
    assert loading.load(desk, "tasks", frame) == 20
    assert desk.count(opportunities.tasks) == 20
