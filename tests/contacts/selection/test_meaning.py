"""Selections over columns are what the plain reference says, contact by contact, in drawn worlds."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.contacts.office import Days, Desk, Office
from parcours.contacts.selection import affected, match
from parcours.contacts.selection.filters import context_of
from parcours.store.catalogue import Catalogue
from tests.contacts.conftest import DAY
from tests.contacts.selection.generated import CONTACTS, FILTERS, WORLDS
from tests.contacts.selection.reference import Meaning
from tests.contacts.selection.world import TABLES

SILVER = frozenset(CONTACTS[::2])


@pytest.fixture(scope="module")
def shared(empty_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office in which nothing is ever committed."""
    place = shutil.copy(empty_file, tmp_path_factory.mktemp("shared") / "catalogue.sqlite")
    with Catalogue.open(place) as catalogue:
        yield Office(catalogue)


def silver(rule: Mapping[str, str]) -> pl.Series:
    assert rule == {"segment": "silver"}
    return pl.Series(sorted(SILVER))


def filled(desk: Desk, world: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The rows of the world as the database gives them back."""
    for name, rows in world.items():
        more = [{**row, "profile_id": row["no"]} for row in rows] if name == "contacts" else rows
        desk.add_many(TABLES[name], list(more))
    return {name: desk.rows(TABLES[name]) for name in world}


MODES = list(itertools.product((False, True), repeat=2))


@settings(max_examples=40)
@given(world=WORLDS, several=st.lists(FILTERS, min_size=4, max_size=8))
def test_who_matches(shared: Office, world: Mapping[str, Any], several: list[Mapping[str, Any]]) -> None:
    with shared.change("select", DAY, trial=True) as desk:
        rows = filled(desk, world)
        for filters, (reference, documents) in itertools.product(several, MODES):
            desk.reference = reference
            meaning = Meaning(rows, context_of(desk), reference, documents, SILVER.__contains__)
            expected = [contact["no"] for contact in rows["contacts"] if meaning.matches(contact, filters)]
            assert sorted(match(desk, filters, documents=documents, rules=silver)) == sorted(expected)


LINES = st.lists(st.tuples(st.sampled_from((*CONTACTS, "GONE", "")), st.sampled_from(("C1", "C2", ""))), max_size=5)


@settings(max_examples=40)
@given(world=WORLDS, runs=st.lists(st.tuples(FILTERS, LINES), min_size=3, max_size=6))
def test_whom_a_run_affects(
    shared: Office, world: Mapping[str, Any], runs: list[tuple[Mapping[str, Any], list[tuple[str, str]]]]
) -> None:
    with shared.change("reduce", DAY, trial=True) as desk:
        rows = filled(desk, world)
        for (filters, lines), (reference, entire) in itertools.product(runs, MODES):
            desk.reference = reference
            meaning = Meaning(rows, context_of(desk), reference, not reference, SILVER.__contains__)
            frame = pl.DataFrame(lines, schema={"contact_no": pl.String, "contact_company": pl.String}, orient="row")
            found = affected(desk, filters, frame, entire_companies=entire, rules=silver)
            assert sorted(found) == sorted(_affected(meaning, filters, lines, entire))


def _affected(meaning: Meaning, filters: Mapping[str, Any], lines: list[tuple[str, str]], entire: bool) -> set[str]:
    """Section 9.1, word by word."""
    contacts = {contact["no"]: contact for contact in meaning.world["contacts"]}
    if not entire:
        return {no for no, _ in lines if no in contacts and meaning.matches(contacts[no], filters)}
    candidates = set()
    for no, stored in lines:
        company = stored if meaning.reference else contacts.get(no, {}).get("company_no", "")
        candidates |= _of_company(contacts, company) if company else ({no} & contacts.keys())
    found = {no for no in candidates if meaning.matches(contacts[no], filters)}
    return found.union(*(_of_company(contacts, contacts[no]["company_no"]) for no in found))


def _of_company(contacts: Mapping[str, Mapping[str, Any]], company: str) -> set[str]:
    return {no for no, contact in contacts.items() if company and contact["company_no"] == company}


def test_days_of_filters_are_those_of_the_desk(shared: Office) -> None:
    with shared.look(replace(DAY, work_date=Days.of(0).today)) as desk:
        assert (context_of(desk).today, context_of(desk).working) == (DAY.today, Days.of(0).today)
