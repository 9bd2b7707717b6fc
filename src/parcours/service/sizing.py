"""How many people a rule is about that nobody has saved: as fast as somebody types it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from parcours.core.interrupting import look
from parcours.engines.state import State
from parcours.kernel.rows import Bools, Profiles
from parcours.language.functions.samples import shares_of
from parcours.language.tree import Node
from parcours.service.previews import held_by
from parcours.store.log import Log


@dataclass(frozen=True, slots=True)
class Compared:
    """The members of a rule beside those of a segment.

    Attributes:
        segment: its id.
        members: of the segment now.
        both: are in both.
        entering: for whom the rule holds, and who are not in the segment.
        leaving: who are in the segment, and for whom the rule does not hold.
    """

    segment: str
    members: int
    both: int
    entering: int
    leaving: int


@dataclass(frozen=True, slots=True)
class Size:
    """How many people a rule is about, as of the last tick.

    Attributes:
        members: for how many it holds.
        of: how many profiles there are.
        share: the part of all profiles, from 0 to 1.
        seconds: how long it took.
        sample: some of them, ``profile_id`` and their attributes; the same ones as long as the rule holds for them.
        compared: with a segment, where one was named.
    """

    members: int
    of: int
    share: float
    seconds: float
    sample: list[dict[str, Any]]
    compared: Compared | None


def size(state: State, log: Log, rule: Node, segment: str | None, sample: int) -> Size:
    """See :meth:`parcours.service.rules.Rules.size`; the state is only read.

    Raises:
        WorkspaceError: ``nothing-yet``, there was no tick so far.
    """
    started = time.perf_counter()
    everybody, held = held_by(state, log, rule)
    look()
    members = everybody[held]
    shown = _spread(state, members, sample)
    known = state.book.attributes.frame(list(state.schema.attributes), shown)
    rows = known.insert_column(0, state.ids(shown).alias("profile_id"))
    return Size(
        members=len(members),
        of=len(everybody),
        share=len(members) / len(everybody) if len(everybody) else 0.0,
        seconds=time.perf_counter() - started,
        sample=rows.to_dicts(),
        compared=None if segment is None else _compared(state, segment, everybody, held),
    )


def _spread(state: State, members: Profiles, count: int) -> Profiles:
    """Some members from anywhere: those with the smallest shares of their ids."""
    shares = shares_of(state.hashes(members), "sample")
    if count < len(members):
        first = np.argpartition(shares, count)[:count]
        members, shares = members[first], shares[first]
    return members[np.argsort(shares)]


def _compared(state: State, segment: str, everybody: Profiles, held: Bools) -> Compared:
    inside = state.segments.bits.get(segment, everybody)
    both, members, found = int((held & inside).sum()), int(inside.sum()), int(held.sum())
    return Compared(segment, members, both, found - both, members - both)
