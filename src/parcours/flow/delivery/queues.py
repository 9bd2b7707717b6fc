"""Who waits in front of a gate: in order of arrival, the first takes the next slot that was booked (section 17).

A call that waits books a slot, but not for itself: whoever is first in the line takes it when its time has come. So
when calls are withdrawn the others move up, and the last slots, which nobody needs any more, are given back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from parcours.flow.delivery.limits import NEVER, Gate

Item = TypeVar("Item")


class Line(Generic[Item]):
    """Calls that wait in front of one gate, all of the same kind.

    Args:
        gate: the rules.
        wait: whether they wait for slots of cappings, too.

    Attributes:
        slots: the instants that are booked for them, in order; one for each call.
    """

    __slots__ = ("_gate", "_wait", "_waiting", "slots")

    def __init__(self, gate: Gate, wait: bool) -> None:
        self._gate, self._wait = gate, wait
        self._waiting: deque[Item] = deque()
        self.slots: deque[int] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[tuple[int, Item]]:
        """Slots, and who would take them as things stand."""
        return zip(self.slots, self._waiting, strict=True)

    def join(self, item: Item, at: int) -> int:
        """A call comes at ``at``: the instant of the slot that is booked behind all others; :data:`NEVER` as in
        :meth:`Gate.enter`, then the call is not in the line."""
        slot = self._gate.enter(at, wait=self._wait)
        if slot != NEVER:
            self._waiting.append(item)
            self.slots.append(slot)
        return slot

    def released(self, until: int) -> Item | None:
        """The call whose turn has come by then, if there is one. It is not in the line any more."""
        if not self.slots or self.slots[0] > until:
            return None
        self.slots.popleft()
        return self._waiting.popleft()

    def leave(self, gone: Callable[[Item], bool]) -> None:
        """Those who are ``gone`` leave the line. The others move up, and the last slots are free again."""
        stay = deque(item for item in self._waiting if not gone(item))
        left = len(self._waiting) - len(stay)
        if left:
            self._gate.give_back([self.slots.pop() for _ in range(left)], wait=self._wait)
            self._waiting = stay
