"""Reads of a whole segment: when they come, and when each member enters (journeys.md, section 9)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.definitions.schedule import Occurrences
from parcours.flow.journeys.inputs import Census, alone
from parcours.flow.journeys.slots import Instants, Profiles
from parcours.flow.journeys.timers import Timers
from parcours.language.functions.samples import shares_of

_SECOND = 1_000_000


class Rounds:
    """The reads of one version.

    Attributes:
        next: the instant of the next read, or ``None``.
        count: how many there were.
        people: who was read and enters later, in waves, at a rate or spread over a time: rows of :meth:`take`.
    """

    def __init__(self, definition: JourneyDefinition, times: Occurrences | None, after: int) -> None:
        self._entry = definition.entry
        self._seed = f"{definition.id}/read"
        self._times = times
        self._zone = definition.head.zone_name
        self.next = None if times is None else times.next_after(after)
        self.count = 0
        self.people = Timers()
        self._profile: Profiles = np.empty(0, np.int32)
        self._round: NDArray[np.int32] = np.empty(0, np.int32)
        self._joined: Profiles = np.empty(0, np.int32)

    @staticmethod
    def of(definition: JourneyDefinition, opened: int) -> Rounds | None:
        """The reads of a version published at ``opened``; ``None`` for journeys that read nothing."""
        match definition.entry.kind:
            case "read":
                return Rounds(definition, definition.times(opened), opened - 1)
            case "business_event":
                return Rounds(definition, None, opened)
            case _:
                return None

    @property
    def is_last(self) -> bool:
        """Whether no read comes any more, of those that a schedule brings."""
        return self._times is not None and self.next is None

    @property
    def forces(self) -> bool:
        """Whether a read takes everybody out who is still inside."""
        return self._entry.schedule is not None and self._entry.schedule.force_reentrance

    def next_from(self, opens: int | None) -> int | None:
        """The next read, of those that are not before an instant."""
        if self.next is None or self._times is None or opens is None or self.next >= opens:
            return self.next
        return self._times.next_after(opens - 1)

    def joined(self, profiles: Profiles) -> None:
        """These came into the segment: an incremental read will want to know."""
        if self._entry.schedule is not None and self._entry.schedule.incremental:
            self._joined = np.union1d(self._joined, profiles).astype(np.int32)

    def pass_over(self, at: int) -> None:
        """The read at this instant does not take place."""
        self.next = None if self._times is None else self._times.next_after(at)

    def begin(
        self, members: Profiles, hashes: NDArray[np.uint64], at: int, census: Census = alone
    ) -> tuple[Profiles, Instants]:
        """A read of the segment at ``at``: who of its members enters, and when.

        Who is in which part is decided by hashes of external ids, so it does not depend on how profiles are numbered;
        and by their positions among all members, wherever these are known.
        """
        schedule = self._entry.schedule
        if schedule is not None and schedule.incremental and self.count:
            wanted = np.isin(members, self._joined)
            members, hashes = members[wanted], hashes[wanted]
        self._joined = np.empty(0, np.int32)
        self.count += 1
        self.pass_over(at)
        return members, at + self._offsets(hashes, at, census)

    def _offsets(self, hashes: NDArray[np.uint64], at: int, census: Census) -> Instants:
        """How long after the read each of its people enters; negative: not at all."""
        read, entry = f"{self._seed}/{self.count}", self._entry
        share = shares_of(hashes, read)
        spread = (share * entry.spread_over).astype(np.int64)
        waves = entry.timetable.waves
        if waves is None and entry.rate is None:
            return spread
        rank, total = census(read, share)
        parts = (total,) if waves is None else waves.parts(total)
        planned = (0,) if waves is None else waves.planned(at, self._zone)
        first = np.cumsum([0, *parts])
        wave = np.searchsorted(first, rank, side="right") - 1
        second = 0 if entry.rate is None else _SECOND / entry.rate
        begin, done = np.zeros(len(parts) + 1, np.int64), 0
        for number, size in enumerate(parts):  # a wave begins only when the one before is done
            begin[number] = max(planned[number], done)
            done = int(begin[number]) + (int(size * second) + entry.spread_over if size else 0)
        found: Instants = begin[wave] + ((rank - first[wave]) * second).astype(np.int64) + spread
        return np.where(wave == len(parts), -1, found)  # whom no wave takes

    def later(self, profiles: Profiles, at: Instants) -> None:
        """These enter at these instants, by the read that was begun last."""
        rows = np.arange(len(self._profile), len(self._profile) + len(profiles), dtype=np.int32)
        self._profile = np.concatenate((self._profile, profiles.astype(np.int32)))
        self._round = np.concatenate((self._round, np.full(len(profiles), self.count, np.int32)))
        self.people.push(at, rows)

    def take(self, until: int) -> tuple[Profiles, Instants, NDArray[np.int32]]:
        """Who enters up to ``until``, when, and by which read; each is given once."""
        at, rows = self.people.pop(until)
        alive = self._profile[rows] >= 0
        found = self._profile[rows[alive]], at[alive], self._round[rows[alive]]
        if not len(self.people):
            self._profile, self._round = self._profile[:0], self._round[:0]
        return found

    def drop(self) -> Profiles:
        """Nobody enters any more who was read; gives who would have."""
        rows = np.concatenate([np.empty(0, np.int32), *(rows for _, rows in self.people.pairs())])
        gone: Profiles = self._profile[rows]
        self.people = Timers()
        self._profile, self._round = self._profile[:0], self._round[:0]
        gone = gone[gone >= 0]
        return gone

    def erase(self, profiles: Profiles) -> None:
        """Forget these profiles."""
        self._profile[np.isin(self._profile, profiles)] = -1
        self._joined = self._joined[~np.isin(self._joined, profiles)]

    def join(self, gone: Profiles, into: Profiles) -> None:
        """Profiles are gone; who takes the place of each enters instead, once by each read."""
        here = np.isin(gone, self._profile) | np.isin(gone, self._joined)
        for one, other in zip(gone[here].tolist(), into[here].tolist(), strict=True):
            mine = self._profile == one
            twice = mine & np.isin(self._round, self._round[self._profile == other])
            self._profile[mine], self._profile[twice] = other, -1
            if one in self._joined:
                self._joined = np.union1d(self._joined[self._joined != one], [other]).astype(np.int32)

    def dump(self) -> dict[str, pl.DataFrame]:
        """Everything as frames, by name."""
        pairs = [*self.people.pairs()]
        due = np.concatenate([np.empty(0, np.int64), *(due for due, _ in pairs)])
        rows = np.concatenate([np.empty(0, np.int32), *(rows for _, rows in pairs)])
        people = pl.DataFrame({"due": due, "profile": self._profile[rows], "round": self._round[rows]})
        meta = pl.DataFrame({"next": [self.next], "count": [self.count]}, schema={"next": pl.Int64, "count": pl.Int64})
        return {"meta": meta, "people": people, "joined": pl.DataFrame({"profile": self._joined})}

    def load(self, parts: Mapping[str, pl.DataFrame]) -> None:
        """Make this what :meth:`dump` described."""
        meta, people, joined = (parts[name] for name in ("meta", "people", "joined"))
        self.next, self.count = meta.row(0)
        self._profile, self._round = people["profile"].to_numpy().copy(), people["round"].to_numpy().copy()
        self.people = Timers()
        self.people.push(people["due"].to_numpy(), np.arange(people.height, dtype=np.int32))
        self._joined = joined["profile"].to_numpy().copy()
