"""What a link means, case by case (docs/explanation/identities.md)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from parcours.core.facts import INSTANT
from parcours.engines.joining import join
from parcours.flow.ingest.arrivals import Arrivals
from parcours.flow.ingest.registry import ProfileNumbers
from parcours.store.log import Log

NOW = 1_000_000


class People:
    """A register, a log without anything, and links."""

    def __init__(self, log: Log, *ids: str) -> None:
        self.log = log
        self.register = ProfileNumbers(pl.Series(ids, dtype=pl.String))

    def link(self, *links: tuple[str, str, str, int]) -> list[tuple[str, int, str | None]]:
        """Apply links (kind, id, into, time); kinds, profiles and ids of what they came to."""
        kinds, ids, intos, times = zip(*links, strict=True)
        frame = pl.DataFrame({"id": ids, "into": intos, "kind": kinds, "message_id": [None] * len(ids)})
        frame = frame.with_columns(pl.Series("_time", times, pl.Int64).cast(INSTANT))
        found = join(Arrivals(links=frame), self.register, self.log, NOW)
        return found.links.select("kind", "_profile", "id").rows()

    def number(self, id_: str, at: int | None = None) -> int:
        return int(self.register.known(pl.Series([id_]), None if at is None else np.array([at]))[0])

    def called(self, id_: str) -> str | None:
        return self.register.ids(np.array([self.number(id_)], np.int32))[0]


@pytest.fixture
def log(tmp_path: Path):
    with Log.open(tmp_path / "history.duckdb") as log:
        yield log


@pytest.mark.parametrize("kind", ["identify", "alias", "merge"])
def test_a_new_name_for_somebody_known(log: Log, kind: str) -> None:
    people = People(log, "web")
    assert people.link((kind, "web", "anna", 1)) == [("main", 0, "anna")]
    assert (people.number("web"), people.number("anna"), people.called("web")) == (0, 0, "anna")
    assert people.link((kind, "web", "anna", 1)) == []  # the same again is free
    assert people.link((kind, "anna", "web", 1)) == []  # and so is a circle


@pytest.mark.parametrize("kind", ["identify", "alias", "merge"])
def test_one_more_id_and_somebody_new(log: Log, kind: str) -> None:
    people = People(log, "anna")
    assert people.link((kind, "web", "anna", 1)) == [("alias", 0, "web")]
    assert people.link((kind, "x", "y", 1), (kind, "z", "x", 1)) == [("alias", 1, "x"), ("alias", 1, "z")]
    assert (people.called("z"), people.register.all_ids(1)) == ("y", ["y", "x", "z"])


@pytest.mark.parametrize("kind", ["identify", "alias", "merge"])
def test_two_who_are_known_become_one(log: Log, kind: str) -> None:
    people = People(log, "web", "anna")
    assert people.link((kind, "web", "anna", 1)) == [("merge", 0, None)]
    assert (people.number("web"), people.called("web")) == (1, "anna")
    assert people.register.ids(np.array([0], np.int32)).to_list() == [None]
    assert people.register.parts(1).tolist() == [1, 0]


def test_a_second_user_on_a_device_gets_only_what_comes_later(log: Log) -> None:
    people = People(log, "web", "anna", "bob")
    people.link(("identify", "web", "anna", 10))
    assert people.link(("identify", "web", "bob", 20)) == [("since", 2, "web")]
    assert [people.number("web", at) for at in (0, 19, 20, 99)] == [1, 1, 2, 2]
    assert people.link(("identify", "web", "bob", 25)) == []
    assert people.link(("identify", "web", "anna", 30)) == [("since", 1, "web")]
    assert [people.number("web", at) for at in (19, 20, 29, 30)] == [1, 2, 2, 1]
    assert people.number("web") == 1


def test_a_second_user_who_is_new_does_not_rename_the_first(log: Log) -> None:
    people = People(log, "web")
    assert people.link(("identify", "web", "anna", 10), ("identify", "web", "bob", 20)) == [
        ("main", 0, "anna"),
        ("since", 1, "web"),
    ]
    assert (people.called("anna"), people.called("bob")) == ("anna", "bob")


def test_what_is_said_about_people_joins_them_even_so(log: Log) -> None:
    people = People(log, "web", "anna", "bob")
    people.link(("identify", "web", "anna", 10))
    assert people.link(("alias", "web", "bob", 20)) == [("merge", 1, None)]
    assert {people.called(id_) for id_ in ("web", "anna", "bob")} == {"bob"}


def test_chains_in_one_batch_and_in_several(log: Log) -> None:
    links = [("alias", "a", "b", 1), ("alias", "b", "c", 2), ("alias", "c", "a", 3)]
    together, apart = People(log, "a", "b", "c"), People(log, "a", "b", "c")
    together.link(*links)
    for link in links:
        apart.link(link)
    for people in (together, apart):
        assert {people.number(id_) for id_ in "abc"} == {2}
        assert people.register.parts(2).tolist() == [2, 1, 0]


def test_what_says_nothing(log: Log) -> None:
    people = People(log, "a")
    assert people.link(("identify", "a", "a", 1), ("alias", "", "a", 1), ("merge", "b", "", 1)) == []
    assert people.register.applied == 0


def test_an_erased_id_comes_again_as_somebody_else(log: Log) -> None:
    people = People(log, "web", "anna", "bob")
    people.link(("identify", "web", "anna", 1), ("identify", "web", "bob", 5))
    people.register.forget(people.register.parts(1))
    assert (people.number("anna"), people.number("web", 0)) == (-1, 2)  # the device stays with who uses it since
    assert people.link(("identify", "web2", "anna", 9)) == [("alias", 3, "web2")]


def test_a_register_is_read_back_as_it_was(log: Log) -> None:
    people = People(log, "web", "anna", "bob", "c")
    people.link(("identify", "web", "anna", 1), ("identify", "web", "bob", 5), ("merge", "bob", "c", 9))
    again = ProfileNumbers.load(people.register.dump())
    ids = pl.Series(["web", "anna", "bob", "c", "nobody"])
    for times in (None, np.zeros(5, np.int64), np.full(5, 7)):
        assert again.known(ids, times).tolist() == people.register.known(ids, times).tolist()
    assert again.is_somebody.tolist() == [False, True, False, True]
    assert (again.applied, again.merges_of(0)) == (people.register.applied, 1)
    assert again.all_ids(3) == people.register.all_ids(3) == ["c", "bob", "web"]
