"""Companies with those who work there, exclusion, the order of lines, the set M: sections 8 and 9.1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
import pytest

from parcours.contacts.office import Days, Desk, Office
from parcours.contacts.selection import affected, expand_companies, in_order, related_companies, without_excluded
from tests.contacts.selection.world import company, fill, person

WORLD: Mapping[str, Any] = {
    "contacts": [
        company("C1", name="Beta", company_name="Beta"),
        person("P1", "C1", name="Zoe", company_name="Beta", exclude_from_segment=True),
        person("P2", "C1", name="Ann", company_name="Beta"),
        company("C2", name="Alpha", company_name="Alpha"),
        person("P3", "C2", name="Max", company_name="Alpha"),
        person("A1", name="Single"),
        person("A2", name="Alone"),
    ],
}


@pytest.fixture
def desk(office: Office, days: Days) -> Iterator[Desk]:
    with office.change("load", days) as desk:
        fill(desk, WORLD)
    with office.look(days) as desk:
        yield desk


def names(numbers: pl.Series) -> str:
    return " ".join(sorted(numbers))


def test_expanding_adds_everybody_of_the_companies(desk: Desk) -> None:
    assert names(expand_companies(desk, ["P2"])) == "C1 P1 P2"
    assert names(expand_companies(desk, ["A1", "C2", "GONE"])) == "A1 C2 P3"
    assert names(expand_companies(desk, pl.Series([], dtype=pl.String))) == ""


def test_related_companies_come_without_their_other_persons(desk: Desk) -> None:
    assert names(related_companies(desk, ["P1", "A1"])) == "A1 C1 P1"
    assert names(related_companies(desk, ["C2"])) == "C2"


def test_the_excluded_are_left_out(desk: Desk) -> None:
    assert names(without_excluded(desk, ["C1", "P1", "P2"])) == "C1 P2"


def test_lines_come_by_company_the_company_first(desk: Desk) -> None:
    everybody = ["P1", "P2", "P3", "C1", "C2", "A1", "A2", "P1"]
    assert list(in_order(desk, everybody)) == ["A2", "A1", "C2", "P3", "C1", "P2", "P1"]


def lines(*rows: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"contact_no": pl.String, "contact_company": pl.String}, orient="row")


def test_only_contacts_of_lines_are_affected(desk: Desk) -> None:
    standing = lines(("P1", "C1"), ("P3", "C2"), ("", ""), ("GONE", ""))
    assert names(affected(desk, {}, standing)) == "P1 P3"
    assert names(affected(desk, {"contact": {"no": "P1|P2"}}, standing)) == "P1"


def test_entire_companies_match_and_go_as_a_whole(desk: Desk) -> None:
    standing = lines(("P1", "C1"), ("A1", ""))
    assert names(affected(desk, {"contact": {"no": "P2"}}, standing, entire_companies=True)) == "C1 P1 P2"
    assert names(affected(desk, {"contact": {"no": "P3|A2"}}, standing, entire_companies=True)) == ""
    assert names(affected(desk, {"contact": {"no": "A*"}}, standing, entire_companies=True)) == "A1"


def test_in_the_reference_the_company_stored_on_the_line_counts(desk: Desk) -> None:
    standing = lines(("P1", "C2"))
    of_all = {"contact": {"type": "company"}}
    assert names(affected(desk, of_all, standing, entire_companies=True)) == "C1 P1 P2"
    desk.reference = True
    assert names(affected(desk, of_all, standing, entire_companies=True)) == "C2 P3"
