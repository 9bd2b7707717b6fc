"""The mirror of the database in columns is the database: after changes, removals, roll-backs, in any process."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, select

from parcours.contacts.office import Days, Desk, Office
from parcours.contacts.selection.columns import mirror_of
from parcours.contacts.tables import Amount, interactions
from parcours.store.catalogue import Catalogue
from tests.contacts.selection.world import TABLES, codes, fill

COLUMNS: dict[str, tuple[str, ...]] = {
    "interactions": ("contact_no", "description", "date", "cost", "canceled", "campaign_entry", "duration"),
    "mailing_groups": ("contact_no", "code"),
    "item_entries": ("source_no", "posting_date", "amount"),
}
TEXTS = st.sampled_from(["", "A", "b c ", "é\r", "x\x1fy", "two\nlines", '"quoted"', "'", "NULL", "1", "."])


def mirrored(desk: Desk, table: Table, names: Sequence[str]) -> list[tuple[Any, ...]]:
    mirror = mirror_of(desk.con)
    frame = mirror.frame(desk.con, table, names).select("id", *names)
    for name in names:
        if frame.schema[name] == pl.UInt32:
            texts = mirror.dictionary(table.name, name).values
            frame = frame.with_columns(texts.gather(frame[name]).alias(name))
        elif isinstance(table.c[name].type, Amount):
            frame = frame.with_columns(pl.Series(name, frame[name].to_numpy() / 1_000_000))
    return frame.rows()


def afresh(desk: Desk, table: Table, names: Sequence[str]) -> list[tuple[Any, ...]]:
    query = select(table.c.id, *(table.c[name] for name in names)).order_by(table.c.id)
    return [tuple(row) for row in desk.con.execute(query)]


def compare(desk: Desk, table: str, names: Sequence[str]) -> None:
    assert mirrored(desk, TABLES[table], names) == afresh(desk, TABLES[table], names)


# --- random changes ---


@dataclass(frozen=True)
class Change:
    """One change: ``which`` picks among the rows that are there."""

    kind: str
    table: str
    which: int
    text: str
    number: int

    def make(self, desk: Desk) -> None:
        table = TABLES[self.table]
        ids = list(desk.con.execute(select(table.c.id).order_by(table.c.id)).scalars())
        if self.kind == "add":
            desk.add(table, **self.values())
        elif ids and self.kind == "change":
            desk.change(table, ids[self.which % len(ids)], **self.values())
        elif ids and self.kind == "remove":
            desk.remove(table, ids[self.which % len(ids)])
        elif self.kind == "change many":
            desk.change_many(table, [table.c.id % 3 == self.which % 3], **self.values())
        elif self.kind == "remove many":
            desk.remove_many(table, table.c.id % 3 == self.which % 3)

    def values(self) -> dict[str, Any]:
        day = date(2026, 1, 1 + self.number % 28) if self.number % 5 else None
        if self.table == "interactions":
            return {
                "contact_no": self.text,
                "description": self.text,
                "date": day,
                "cost": self.number / 4,
                "canceled": self.number % 2 == 0,
                "campaign_entry": self.number or None,
                "duration": self.number,
            }
        return {"source_no": self.text, "posting_date": day, "amount": -self.number / 8}


KINDS = ("add", "add", "add", "change", "remove", "change many", "remove many")
CHANGES = st.builds(
    Change,
    st.sampled_from(KINDS),
    st.sampled_from(["interactions", "item_entries"]),
    st.integers(0, 20),
    TEXTS,
    st.integers(0, 40),
)
LOOKS = st.sampled_from(["interactions", "item_entries"]).flatmap(
    lambda table: st.tuples(st.just(table), st.lists(st.sampled_from(COLUMNS[table]), min_size=1, unique=True))
)


@dataclass(frozen=True)
class Turn:
    """A transaction of one of two processes: what it looks at after each change, and whether it is rolled back."""

    process: int
    changes: list[Change]
    looks: list[tuple[str, list[str]]]
    rolled_back: bool
    among: bool  # look within the transaction, too


TURNS = st.lists(
    st.builds(
        Turn,
        st.integers(0, 1),
        st.lists(CHANGES, min_size=1, max_size=4),
        st.lists(LOOKS, min_size=1, max_size=3),
        st.sampled_from([False, False, True]),
        st.booleans(),
    ),
    min_size=2,
    max_size=6,
)


class _Undone(Exception):
    pass


def play(turn: Turn, office: Office, days: Days) -> None:
    with contextlib.suppress(_Undone), office.change("turn", days) as desk:
        for change in turn.changes:
            change.make(desk)
            for look in turn.looks if turn.among else ():
                compare(desk, *look)
        if turn.rolled_back:
            raise _Undone
    with office.look(days) as desk:
        for look in turn.looks:
            compare(desk, *look)


@contextlib.contextmanager
def two_processes(empty: Path) -> Iterator[list[Office]]:
    """Two offices over one file that know nothing of each other."""
    with tempfile.TemporaryDirectory() as folder:
        place = shutil.copy(empty, Path(folder) / "catalogue.sqlite")
        with Catalogue.open(place) as one, Catalogue.open(place) as other:
            yield [Office(one), Office(other)]


DAY = Days(0, date(2026, 3, 11), date(2026, 3, 11))


@settings(max_examples=30)
@given(turns=TURNS)
def test_the_mirror_is_the_database(empty_file: Path, turns: list[Turn]) -> None:
    with two_processes(empty_file) as offices:
        for turn in turns:
            play(turn, offices[turn.process], DAY)
        for office in offices:
            with office.look(DAY) as desk:
                for table, names in COLUMNS.items():
                    compare(desk, table, names)


@settings(max_examples=15)
@given(before=TURNS, after=TURNS)
def test_a_transaction_goes_on_seeing_the_state_it_began_with(
    empty_file: Path, before: list[Turn], after: list[Turn]
) -> None:
    with two_processes(empty_file) as offices:
        for turn in before:
            play(turn, offices[turn.process], DAY)
        with offices[0].look(DAY) as old:
            seen = {table: afresh(old, TABLES[table], names) for table, names in COLUMNS.items()}
            for turn in after:
                play(turn, offices[turn.process], DAY)
            for table, names in COLUMNS.items():
                assert mirrored(old, TABLES[table], names) == seen[table]


# --- by name ---


def code_rows(desk: Desk) -> list[tuple[Any, ...]]:
    return [row[1:] for row in mirrored(desk, TABLES["mailing_groups"], ("contact_no", "code"))]


def test_operations_done_together_are_one_transaction(catalogue: Catalogue, days: Days) -> None:
    """Two operations in one transaction: the second one sees the first, and if it is undone nobody does."""
    office = Office(catalogue)
    with office.change("first", days) as desk:
        fill(desk, {"mailing_groups": codes("C1", "A")})
        assert code_rows(desk) == [("C1", "A")]

    def undone() -> None:
        with catalogue.together():
            with office.change("second", days) as desk:
                fill(desk, {"mailing_groups": codes("C2", "B")})
            with office.change("third", days) as desk:
                assert code_rows(desk) == [("C1", "A"), ("C2", "B")]
            with office.look(days) as desk:
                assert code_rows(desk) == [("C1", "A"), ("C2", "B")]
            raise _Undone

    with pytest.raises(_Undone):
        undone()
    with office.change("second", days) as desk:  # the same numbers, names and moments as before
        fill(desk, {"mailing_groups": codes("C3", "X")})
    with office.change("third", days) as desk:
        assert code_rows(desk) == [("C1", "A"), ("C3", "X")]


def test_a_look_sees_one_state(place: str | Path, days: Days) -> None:
    """Whatever another process commits between two of its queries."""
    with Catalogue.open(place) as one, Catalogue.open(place) as other:
        with Office(one).change("load", days) as desk:
            fill(desk, {"mailing_groups": codes("C1", "A")})
        with Office(one).look(days) as old:
            assert mirrored(old, TABLES["mailing_groups"], ["code"]) == [(1, "A")]
            with Office(other).change("change", days) as desk:
                fill(desk, {"mailing_groups": codes("C2", "B")})
            assert code_rows(old) == [("C1", "A")]
        with Office(one).look(days) as new:
            assert code_rows(new) == [("C1", "A"), ("C2", "B")]


def test_what_did_not_change_is_not_read_again(office: Office, days: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    from parcours.contacts.selection import columns

    with office.change("load", days) as desk:
        fill(desk, {"mailing_groups": codes("C1", "A", "B", "C")})
    with office.look(days) as desk:
        code_rows(desk)
    with office.change("change", days) as desk:
        fill(desk, {"mailing_groups": codes("C2", "A")})
    read: list[int] = []

    def counting(*args: Any, **more: Any) -> pl.DataFrame:
        frame = plain(*args, **more)
        read.append(frame.height)
        return frame

    plain = columns.read
    monkeypatch.setattr(columns, "read", counting)
    with office.look(days) as desk:
        assert len(code_rows(desk)) == 4
        assert len(code_rows(desk)) == 4
    assert read == [1]


def test_many_rows_are_read_in_stretches(office: Office, days: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the text of one of them cannot be read at once."""
    from parcours.contacts.selection import reading

    monkeypatch.setattr(reading, "STRETCH", 3)
    table, names = TABLES["interactions"], COLUMNS["interactions"]
    with office.change("load", days) as desk:
        fill(desk, {"interactions": [{"contact_no": f"C{one}", "cost": one / 4} for one in range(20)]})
        desk.change(table, 5, description="two\nlines")
        desk.remove_many(table, table.c.id.between(8, 13))
    with office.look(days) as desk:
        compare(desk, "interactions", names)
    with office.change("change", days) as desk:
        desk.change_many(table, [table.c.id != 6], description="é")
        compare(desk, "interactions", names)


def test_columns_asked_for_later_are_read_beside_the_others(office: Office, days: Days) -> None:
    with office.change("load", days) as desk:
        fill(desk, {"interactions": [{"contact_no": "C1", "description": "one", "cost": 2.5}, {"contact_no": "C2"}]})
    with office.look(days) as desk:
        table = interactions.interactions
        assert mirrored(desk, table, ["contact_no"]) == [(1, "C1"), (2, "C2")]
        assert mirrored(desk, table, ["cost", "description"]) == [(1, 2.5, "one"), (2, 0.0, "")]
        assert mirror_of(desk.con).held() > 0
