"""Slots of profiles as columns: taken, given back, and found again.

All slots of a profile form a chain from the newest one backwards, so that everybody who hears an event is found
with as many lookups as the longest chain of the profiles in question is long: one, nearly always.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

Slots = NDArray[np.int32]
Instants = NDArray[np.int64]
Profiles = NDArray[np.int32]
Scalar = TypeVar("Scalar", bound=np.generic)

#: :attr:`RunTable.place` of a run that has ended, :attr:`RunTable.profile` of an unused slot, end of a chain.
NONE = -1

#: A column: its type, and what stands in slots that nobody has used.
Column = tuple[type[np.generic], int]


class SlotTable:
    """Columns by slot, and the chains of slots of the profiles.

    Attributes:
        columns: all of them, for subclasses to say.
        size: how many slots there are, unused ones included.
        profile: dense number of the profile; :data:`NONE` of an unused slot.
        root: the slot that this one is a branch of; its own number but for branches.
        older: the next slot of the same profile.
    """

    columns: ClassVar[Mapping[str, Column]]
    profile: NDArray[np.int32]
    root: NDArray[np.int32]
    older: NDArray[np.int32]

    def __init__(self) -> None:
        self.size = 0
        for name, (kind, _) in self.columns.items():
            setattr(self, name, np.empty(0, kind))
        self._newest: Slots = np.full(0, NONE, np.int32)
        self._free: list[int] = []

    def newest_of(self, profiles: Profiles) -> Slots:
        """The first slot in the chain of each profile, or :data:`NONE`."""
        known = profiles < len(self._newest)
        if known.all():
            return self._newest[profiles]
        slots = np.full(len(profiles), NONE, np.int32)
        slots[known] = self._newest[profiles[known]]
        return slots

    def chains(self, profiles: Profiles) -> Iterator[tuple[NDArray[np.intp], Slots]]:
        """All slots of these profiles: pieces of positions among ``profiles`` and slots."""
        slots = self.newest_of(profiles)
        rows = np.flatnonzero(slots != NONE)
        slots = slots[rows]
        while len(rows):
            yield rows, slots
            slots = self.older[slots]
            more = slots != NONE
            rows, slots = rows[more], slots[more]

    def slots_of(self, profiles: Profiles) -> tuple[NDArray[np.intp], Slots]:
        """All slots of these profiles at once, see :meth:`chains`."""
        pieces = [*self.chains(profiles)]
        if not pieces:
            return np.empty(0, np.intp), np.empty(0, np.int32)
        if len(pieces) == 1:
            return pieces[0]
        return np.concatenate([rows for rows, _ in pieces]), np.concatenate([slots for _, slots in pieces])

    def add(self, profiles: Profiles) -> Slots:
        """New slots in front of the chains of these profiles, of which one may be there several times."""
        fresh = self._take(len(profiles))
        highest = int(profiles.max())
        if highest >= len(self._newest):
            self._newest = _grown(self._newest, max(highest + 1, 2 * len(self._newest)), NONE)
        self.profile[fresh] = profiles
        self.root[fresh] = fresh
        if len(profiles) == 1 or not _repeats(profiles):
            self.older[fresh] = self._newest[profiles]
            self._newest[profiles] = fresh
        else:
            for profile, slot in zip(profiles.tolist(), fresh.tolist(), strict=True):  # several branches of one run
                self.older[slot] = self._newest[profile]
                self._newest[profile] = slot
        return fresh

    def _take(self, count: int) -> Slots:
        again = [self._free.pop() for _ in range(min(count, len(self._free)))]
        needed = self.size + count - len(again)
        if needed > len(self.profile):
            capacity = max(needed, 2 * len(self.profile), 16)
            for name, (_, fill) in self.columns.items():
                setattr(self, name, _grown(getattr(self, name), capacity, fill))
        fresh = np.array([*again, *range(self.size, needed)], np.int32)
        self.size = needed
        for name, (_, fill) in self.columns.items():
            getattr(self, name)[fresh] = fill
        return fresh

    def give(self, slots: Slots, profile: int) -> None:
        """These slots are those of another profile from now on, in front of its others."""
        if profile >= len(self._newest):
            self._newest = _grown(self._newest, max(profile + 1, 2 * len(self._newest)), NONE)
        for slot in slots[::-1].tolist():  # as many as a person has runs
            self._unchain(slot)
            self.profile[slot] = profile
            self.older[slot] = self._newest[profile]
            self._newest[profile] = slot

    def release(self, slots: Slots) -> None:
        """Give back the slots of branches that have ended."""
        for slot in slots.tolist():  # as many as branches end
            self._unchain(slot)
            self._free.append(slot)
        self.profile[slots] = NONE
        self.root[slots] = NONE

    def _unchain(self, slot: int) -> None:
        profile = int(self.profile[slot])
        at = int(self._newest[profile])
        if at == slot:
            self._newest[profile] = self.older[slot]
            return
        while int(self.older[at]) != slot:
            at = int(self.older[at])
        self.older[at] = self.older[slot]

    def _let_go(self, profiles: Profiles, slots: Slots) -> None:
        """These profiles have no slots any more, and nobody has these."""
        known = profiles[profiles < len(self._newest)]
        self._newest[known] = NONE
        for name in ("profile", "root", "older"):
            getattr(self, name)[slots] = NONE
        self._free.extend(slots.tolist())

    def _link(self) -> None:
        """Find the beginnings of the chains, as :attr:`older` has them."""
        if self.size:
            self._newest = np.full(int(self.profile.max()) + 1, NONE, np.int32)
            first = np.ones(self.size, np.bool_)
            first[self.older[self.older != NONE]] = False
            heads = np.flatnonzero(first)
            self._newest[self.profile[heads]] = heads


def _repeats(values: NDArray[np.int32]) -> bool:
    return len(np.unique(values)) < len(values)


def _grown(array: NDArray[Scalar], length: int, fill: object) -> NDArray[Scalar]:
    longer: NDArray[Scalar] = np.full(length, fill, array.dtype)
    longer[: len(array)] = array
    return longer
