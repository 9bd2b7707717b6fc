"""Selecting contacts: filters over columns in memory against SQL on the same SQLite file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bench.contacts.data import DAYS, INTERACTIONS
from bench.contacts.questions import SELECTIONS, Question, removal
from bench.memory import settled
from bench.report import Took, agree, best, cell, ratio, table, timed
from parcours.contacts.office import Desk, Office
from parcours.contacts.selection.columns import mirror_of
from parcours.contacts.tables.contacts import contacts as cards
from parcours.store.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Asked:
    """One selection: how many it found, and the times of both."""

    name: str
    found: int
    ours: Took
    peer: Took


def run(place: Path, contacts: int) -> None:
    """Measure, compare, print."""
    kept = place.parent.parent / "columns"
    before = settled()
    first = _begin(place, None, kept)
    again = _begin(place, kept, None)
    with Catalogue.open(place) as catalogue, Office(catalogue).look(DAYS) as desk:
        desk.con.exec_driver_sql("ANALYZE")
        asked = [_asked(desk, question) for question in SELECTIONS]
        asked.append(_asked(desk, _removal(desk)))
        held = mirror_of(desk.con).held()
        grown = settled() - before
    after = _after_a_change(place, kept)
    begins = {"nothing held": first, "columns kept on disk": again, "one contact changed": after}
    _print(contacts, asked, begins, held, grown)


def _begin(place: Path, begin: Path | None, keep: Path | None) -> Took:
    """The first selection of a process, which may begin with kept columns."""
    with Catalogue.open(place) as catalogue, Office(catalogue).look(DAYS) as desk:
        mirror = mirror_of(desk.con)
        if begin is not None:
            mirror.keep_in(begin)
        took, _ = timed(lambda: SELECTIONS[0].ask(desk))
        if keep is not None:
            mirror.keep(desk.con, keep)
    return took


def _after_a_change(place: Path, kept: Path) -> Took:
    """A selection within the transaction that has just changed a contact."""
    with Catalogue.open(place) as catalogue:
        with Office(catalogue).look(DAYS) as desk:
            mirror_of(desk.con).keep_in(kept)
            SELECTIONS[0].ask(desk)
        with Office(catalogue).change("move", DAYS, trial=True) as desk:
            desk.change(cards, 1, country_code="PT")
            took, _ = timed(lambda: SELECTIONS[0].ask(desk))
    return took


def _removal(desk: Desk) -> Question:
    """Of the contacts that the first selection adds, with the companies of their lines."""
    numbers = SELECTIONS[0].ask(desk)
    desk.con.exec_driver_sql("CREATE TEMP TABLE lines (contact_no TEXT PRIMARY KEY)")
    desk.con.exec_driver_sql("INSERT INTO temp.lines VALUES (?)", [(number,) for number in numbers])
    return removal(
        pl.DataFrame({"contact_no": numbers, "contact_company": pl.Series([""]).new_from_index(0, len(numbers))})
    )


def _asked(desk: Desk, question: Question) -> Asked:
    question.ask(desk)  # its columns are read
    ours, found = best(lambda: question.ask(desk))
    peer, expected = best(lambda: pl.Series(desk.con.exec_driver_sql(question.sql).scalars().all(), dtype=pl.String))
    same = found.equals(expected) if question.ordered else found.sort().equals(expected.sort())
    agree(same, question.name)
    return Asked(question.name, len(found), ours, peer)


def _print(contacts: int, asked: list[Asked], begins: dict[str, Took], held: int, grown: int) -> None:
    table(
        f"selections among {contacts:,} contacts, {INTERACTIONS * contacts:,} interactions",
        ["", "found", "time", "CPU", "SQL", "CPU", "ratio"],
        [[one.name, f"{one.found:,}", *cell(one.ours), *cell(one.peer), ratio(one.peer, one.ours)] for one in asked],
        f"{held / 1e6:,.0f} MB of columns for all of them: {held / contacts:,.0f} bytes a contact; "
        f"the process has grown by {grown / 1e6:,.0f} MB",
    )
    table(
        "add: four sub-tables, the first time in a process",
        ["", "time", "CPU"],
        [[name, *cell(took)] for name, took in begins.items()],
    )
