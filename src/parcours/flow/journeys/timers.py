"""Timers of waiting runs, kept so that a tick costs what falls due, not what waits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


class Timers:
    """Pairs (instant, slot) in sorted pieces whose lengths fall from one to the next.

    A batch is sorted once and appended as a piece; pieces of like length are merged, so each pair is merged
    about log2(n) times and there are about log2(n) pieces. :meth:`pop` takes a prefix of each piece.

    Nothing is ever cancelled: a run that left early stays in its piece until its instant comes, and the owner
    compares the instant with the run's own.
    """

    def __init__(self) -> None:
        self._pieces: list[tuple[NDArray[np.int64], NDArray[np.int32]]] = []

    def __len__(self) -> int:
        return sum(len(due) for due, _ in self._pieces)

    def push(self, due: NDArray[np.int64], slots: NDArray[np.int32]) -> None:
        """Add one timer per slot."""
        if not len(due):
            return
        order = np.argsort(due, kind="stable")
        self._pieces.append((due[order], slots[order]))
        while len(self._pieces) > 1 and len(self._pieces[-2][0]) < 2 * len(self._pieces[-1][0]):
            later, earlier = self._pieces.pop(), self._pieces.pop()
            self._pieces.append(_merged(earlier, later))

    def pop(self, now: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Take out the timers due at or before ``now``: their instants and slots, in no particular order."""
        instants, slots = [np.empty(0, np.int64)], [np.empty(0, np.int32)]
        left = []
        for due, slot in self._pieces:
            cut = int(np.searchsorted(due, now, side="right"))
            instants.append(due[:cut])
            slots.append(slot[:cut])
            if cut < len(due):
                left.append((due[cut:], slot[cut:]))
        self._pieces = left
        return np.concatenate(instants), np.concatenate(slots)

    def pairs(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int32]]]:
        """All timers, in pieces: instants and slots."""
        yield from self._pieces

    def next_due(self) -> int | None:
        """The earliest instant, or ``None``; it may belong to a run that has left early."""
        return min((int(due[0]) for due, _ in self._pieces), default=None)


def _merged(
    left: tuple[NDArray[np.int64], NDArray[np.int32]], right: tuple[NDArray[np.int64], NDArray[np.int32]]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    due = np.concatenate((left[0], right[0]))
    order = np.argsort(due, kind="stable")
    return due[order], np.concatenate((left[1], right[1]))[order]
