"""What happens next to each profile, against a plain list that is sorted anew each time."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from parcours.flow.journeys.agenda import CHANGE, INPUT, READ, Agenda, Items

NEVER = 1_000
inputs = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 12), st.sampled_from([INPUT, CHANGE, READ])), min_size=1, max_size=8
)
timers = st.dictionaries(st.integers(0, 5), st.integers(0, 12), max_size=5)
#: Profile of each of the six slots.
PROFILES = np.array([0, 1, 2, 3, 0, 1], np.int32)


def journey(id_: str, due: list[int], entered: list[int] | None = None, priority: int = 0) -> Any:
    """A journey of which only what the agenda looks at is there: a run in each slot."""
    size = len(due)
    runs = SimpleNamespace(
        due=np.array(due, np.int64),
        entered=np.array(entered or [0] * size, np.int64),
        number=np.ones(size, np.int32),
        version=np.zeros(size, np.int16),
    )
    return SimpleNamespace(id=id_, runs=runs, versions=[SimpleNamespace(priority=priority)])


def items(source: int, rows: list[tuple[int, int, int]], rank: int) -> Items:
    mine = [(profile, time, row) for row, (profile, time, kind) in enumerate(rows) if kind == rank]
    profile, time, row = (np.array([each[index] for each in mine], np.int64) for index in range(3))
    return Items(source, profile.astype(np.int32), time, row.astype(np.intp), rank)


@given(st.lists(inputs, max_size=3), timers, st.integers(0, 12))
def test_everybody_gets_what_comes_first_and_one_thing_a_wave(
    sources: list[list[tuple[int, int, int]]], due: dict[int, int], until: int
) -> None:
    agenda = Agenda([items(source, rows, rank) for source, rows in enumerate(sources) for rank in (0, 1, 2)])
    column = np.full(6, NEVER, np.int64)
    slots = np.array(sorted(due), np.int32)
    column[slots] = [due[slot] for slot in slots.tolist()]
    agenda.remind(0, slots, column[slots], PROFILES[slots])
    plain = [
        (profile, time, 0, rank, source, row)
        for source, rows in enumerate(sources)
        for row, (profile, time, rank) in enumerate(rows)
        if time <= until
    ]
    plain += [(int(PROFILES[slot]), time, 1, 0, 0, slot) for slot, time in due.items()]
    while (wave := agenda.wave(until, [journey("j", column.tolist())])) is not None:
        found = [
            *zip(wave.profile.tolist(), wave.time.tolist(), wave.source.tolist(), wave.row.tolist(), strict=True),
            *((int(PROFILES[s]), t, -1, s) for s, t in zip(wave.slot.tolist(), wave.due.tolist(), strict=True)),
        ]
        first = {}
        for each in sorted(plain):
            first.setdefault(each[0], each)
        assert sorted(found) == sorted((p, t, -1 if timer else s, row) for p, t, timer, _, s, row in first.values())
        plain = [each for each in plain if each not in first.values()]
    assert not plain


def test_a_timer_that_was_set_anew_is_dropped() -> None:
    agenda, due = Agenda(), journey("j", [5, 5])
    agenda.remind(0, np.array([0, 1], np.int32), np.array([5, 4]), np.array([0, 1], np.int32))
    wave = agenda.wave(9, [due])
    assert wave is not None
    assert wave.slot.tolist() == [0]
    assert agenda.wave(9, [due]) is None


def test_what_is_added_later_finds_its_place_among_what_is_left() -> None:
    agenda = Agenda([items(0, [(0, 1, INPUT), (0, 5, INPUT)], INPUT)])
    assert agenda.wave(9, []) is not None
    agenda.fill([items(1, [(0, 3, READ), (0, 5, READ)], READ)])
    order = []
    while (wave := agenda.wave(9, [])) is not None:
        order += list(zip(wave.source.tolist(), wave.time.tolist(), strict=True))
    assert order == [(1, 3), (0, 5), (1, 5)]


def test_of_the_timers_of_one_instant_priority_then_entry_then_id_comes_first() -> None:
    """Each journey has a run of one profile that is due at 5."""
    written = [("d", 1, 0), ("c", 3, 0), ("b", 1, 0), ("a", 2, 20), ("e", 2, 20), ("f", 1, 10)]
    journeys = [journey(id_, [5], [entered], priority) for id_, entered, priority in written]
    agenda = Agenda([items(0, [(0, 5, READ)], READ)])
    for number in range(len(journeys)):
        agenda.remind(number, np.array([0], np.int32), np.array([5]), np.array([0], np.int32))
    order = []
    while (wave := agenda.wave(9, journeys)) is not None:
        order += ["read" for _ in wave.source] + [journeys[number].id for number in wave.journey.tolist()]
    assert order == ["read", "a", "e", "f", "b", "d", "c"]
