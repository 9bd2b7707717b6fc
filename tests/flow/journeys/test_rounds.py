"""Reads of a segment: when they come, and when each member enters."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from parcours.core.clock import HOUR, MINUTE, SECOND, instant
from parcours.core.errors import DefinitionError
from parcours.flow.journeys.rounds import Rounds
from parcours.language.functions.samples import hashes_of, shares_of
from tests.flow.journeys.stage import definition

T0 = instant("2026-03-02T10:00:00Z")
PEOPLE = np.arange(6, dtype=np.int32)
HASHES = hashes_of(pl.Series([f"p{number}" for number in PEOPLE]))


def rounds(schedule: dict[str, Any] | None = None, opened: int = T0, **entry: Any) -> Rounds:
    body = {"journey": "j", "entry": {"read": "gold", **entry}, "start": "a", "activities": {"a": {"type": "end"}}}
    if schedule is not None:
        body["entry"]["schedule"] = schedule  # type: ignore[index]
    found = Rounds.of(definition(body), opened)
    assert found is not None
    return found


def test_without_a_schedule_the_read_is_at_publication_and_once() -> None:
    read = rounds()
    assert (read.next, read.is_last) == (T0, False)
    members, at = read.begin(PEOPLE, HASHES, T0)
    assert members.tolist() == PEOPLE.tolist()
    assert set(at.tolist()) == {T0}
    assert (read.next, read.is_last, read.count) == (None, True, 1)


def test_recurring_reads_come_as_long_as_they_may() -> None:
    schedule = {"type": "recurring", "at": "2026-03-02T11:00:00Z", "every": "2 hours", "until": "2026-03-02T15:00:00Z"}
    read, found = rounds(schedule), []
    while read.next is not None:
        found.append((read.next - T0) // HOUR)
        read.pass_over(read.next)
    assert found == [1, 3, 5]  # J19: one exactly at the end takes place


def test_an_incremental_read_takes_who_joined_since_the_one_before() -> None:
    read = rounds({"type": "recurring", "every": "1 hour", "incremental": True})
    assert len(read.begin(PEOPLE[:2], HASHES[:2], T0)[0]) == 2
    read.joined(PEOPLE[3:4])
    read.joined(PEOPLE[5:])
    members, _ = read.begin(PEOPLE[:5], HASHES[:5], T0 + HOUR)  # the last one has left again
    assert members.tolist() == [3]
    assert read.begin(PEOPLE, HASHES, T0 + 2 * HOUR)[0].tolist() == []


def test_waves_take_their_numbers_and_leave_the_rest_out() -> None:
    read = rounds({"waves": {"sizes": [1, 3], "every": "30 minutes"}})
    _, at = read.begin(PEOPLE, HASHES, T0)
    counts = {offset: int((at - T0 == offset).sum()) for offset in (0, 30 * MINUTE)}
    assert counts == {0: 1, 30 * MINUTE: 3}
    assert int((at < T0).sum()) == 2


def test_a_rate_spreads_people_evenly_and_a_spread_by_their_hash() -> None:
    _, at = rounds(rate=2).begin(PEOPLE, HASHES, T0)
    assert sorted((at - T0).tolist()) == [turn * SECOND // 2 for turn in range(6)]
    _, late = rounds(spread="1 hour").begin(PEOPLE, HASHES, T0)
    _, some = rounds(spread="1 hour").begin(PEOPLE[2:], HASHES[2:], T0)
    assert (late[2:] == some).all()  # whoever else is read
    assert ((late >= T0) & (late < T0 + HOUR)).all()
    assert len(set(late.tolist())) == 6


def test_people_take_their_turns_once() -> None:
    read = rounds()
    read.begin(PEOPLE, HASHES, T0)
    read.later(PEOPLE[:3], np.array([T0 + 3, T0 + 1, T0 + 2]))
    read.later(PEOPLE[3:4], np.array([T0 + 2]))
    who, at, number = read.take(T0 + 2)
    assert sorted(zip(who.tolist(), (at - T0).tolist(), strict=True)) == [(1, 1), (2, 2), (3, 2)]
    assert set(number.tolist()) == {1}
    again = rounds()
    again.load(read.dump())
    assert (again.next, again.count) == (read.next, read.count)
    assert again.take(T0 + 9)[0].tolist() == [0]
    assert again.take(T0 + 9)[0].tolist() == []


def test_dropped_and_erased_people_do_not_come() -> None:
    read = rounds()
    read.begin(PEOPLE, HASHES, T0)
    read.later(PEOPLE[:3], np.full(3, T0 + 1))
    read.erase(PEOPLE[1:2])
    assert sorted(read.drop().tolist()) == [0, 2]
    assert read.take(T0 + 9)[0].tolist() == []


def test_a_wave_begins_when_the_one_before_is_done() -> None:
    waves = {"sizes": [4, 1, 1], "every": "30 minutes"}
    read = rounds({"at": "2026-03-02T10:00:00Z", "waves": waves}, rate=1 / 900)  # a person each quarter of an hour
    _, at = read.begin(PEOPLE, HASHES, T0)
    assert sorted(((at - T0) // MINUTE).tolist()) == [0, 15, 30, 45, 60, 75]


def test_waves_may_have_starts_of_their_own() -> None:
    starts = ["2026-03-02T10:00:00Z", "2026-03-02T14:00:00Z", "2026-03-03T09:00"]
    read = rounds({"at": "2026-03-02T10:00:00Z", "waves": {"count": 3, "starts": starts}})
    _, at = read.begin(PEOPLE, HASHES, T0)
    assert sorted(((at - T0) // HOUR).tolist()) == [0, 0, 4, 4, 23, 23]


@pytest.mark.parametrize(
    "starts",
    [["2026-03-02T10:00:00Z"], ["2026-03-02T10:00:00Z", "2026-03-02T09:00:00Z"], ["2026-03-02T10:00:00Z", "x"]],
)
def test_starts_of_waves_that_cannot_be(starts: list[str]) -> None:
    with pytest.raises(DefinitionError, match="starts"):
        rounds({"waves": {"count": 2, "starts": starts}})


def test_part_of_the_people_enters_when_it_would_with_all_of_them() -> None:
    """A census of everybody gives those that it is asked for their places."""
    whole = rounds(rate=2)
    _, expected = whole.begin(PEOPLE, HASHES, T0)
    everybody = np.sort(shares_of(HASHES, "j/read/1"))
    for mine in (PEOPLE[:2], PEOPLE[2:], PEOPLE[:0]):
        _, at = rounds(rate=2).begin(
            mine, HASHES[mine], T0, lambda _, shares: (np.searchsorted(everybody, shares), len(everybody))
        )
        assert at.tolist() == expected[mine].tolist()
