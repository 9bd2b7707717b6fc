"""Many rows at once hold what single rows would hold."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from parcours.contacts.office import Days, Office
from parcours.contacts.tables import contacts, worksheets
from parcours.core.errors import InputError

LINES = worksheets.worksheet_lines


def test_many_rows_are_as_rows_added_one_by_one(office: Office, days: Days) -> None:
    given = {"segment_no": "S", "contact_no": "C'1%", "cost": 0.1, "date": date(2026, 3, 11), "campaign_target": True}
    with office.change("add", days) as desk:
        assert desk.add_many(LINES, [{**given, "line_no": 1}, {**given, "line_no": 2}]) == 2
        desk.add(LINES, **given, line_no=3)
        first, _, last = desk.rows(LINES)
    assert {**first, "id": 0, "line_no": 0} == {**last, "id": 0, "line_no": 0}


def test_rows_of_mirrored_tables_carry_the_revision(office: Office, days: Days) -> None:
    with office.change("add", days) as desk:
        desk.add_many(contacts.contacts, pl.DataFrame({"no": ["C1", "C2"], "profile_id": ["C1", "C2"]}))
        assert {row["revision"] for row in desk.rows(contacts.contacts)} == {desk.revision}
        assert desk.add_many(contacts.contacts, []) == 0


def test_unknown_columns_are_named(office: Office, days: Days) -> None:
    with office.change("add", days) as desk, pytest.raises(InputError, match="no field 'number'"):
        desk.add_many(contacts.contacts, [{"number": "C1"}])
