"""How many calls in how much time: capping and throttling, over instants that are given (journeys.md, section 17).

Both keep the same thing, the instants of the last N calls: no span of the period, wherever it begins, ever holds
more than N. They differ in what becomes of a call that finds no slot. Capping refuses it. Throttling keeps it in
order of arrival until a slot is free.

Pure: the live sender and the virtual world of tests and backtests use the same objects. Instants are microseconds
and never go back from call to call.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from parcours.core.clock import HOUR, SECOND

Instants = NDArray[np.int64]

#: The instant of what never happens: a call that would wait longer in the queue than is allowed.
NEVER = 2**63 - 1
#: How long a call may wait for a slot.
LONGEST_QUEUE = 6 * HOUR
#: Below this many slots a block is too short for arrays to be worth it.
_FEW = 64
_EARLY = np.iinfo(np.int64).min // 2


class Slots:
    """At most ``most`` calls in any span of ``period`` microseconds, end exclusive.

    So a call exactly one period behind the first of ``most`` calls finds its slot free again.

    Args:
        most: number of calls, at least 1.
        period: length of the span, at least 1.
        queue: the longest time a call may wait for a slot, in :meth:`release`.
    """

    __slots__ = ("_before", "_taken", "most", "period", "queue")

    def __init__(self, most: int, period: int, queue: int = LONGEST_QUEUE) -> None:
        self.most = most
        self.period = period
        self.queue = queue
        self._taken: deque[int] = deque(maxlen=most)
        self._before: deque[int] = deque()  # earlier ones that count again when later ones are given back

    def free_at(self, at: int) -> int:
        """The first instant from ``at`` on at which a call that comes now can be made."""
        taken = self._taken
        if not taken:
            return at
        first = taken[0] + self.period if len(taken) == self.most else at
        return max(at, taken[-1], first)

    def take(self, at: int) -> bool:
        """Take a slot at ``at`` if one is free and nobody waits for one."""
        if self.free_at(at) > at:
            return False
        self.book(at)
        return True

    def release(self, at: int) -> int:
        """Take the next slot for a call that comes at ``at``; when it is made, in order of arrival.

        Returns :data:`NEVER` for a call that would wait longer than the queue allows; it takes no slot, and its
        time is out at ``at + queue``.
        """
        free = self.free_at(at)
        if free - at > self.queue:
            return NEVER
        self.book(free, at)
        return free

    def changed(self, most: int, period: int) -> Slots:
        """The same slots under another rule: what was taken stays taken."""
        other = Slots(most, period, self.queue)
        other._keep([*self._before, *self._taken])
        return other

    def book(self, at: int, now: int | None = None) -> None:
        """Take the slot at ``at``, which is not before :meth:`free_at`, at the instant ``now`` (``None``: at once)."""
        taken, before, now = self._taken, self._before, at if now is None else now
        if len(taken) == self.most and (at > now or before):
            before.append(taken[0])
        taken.append(at)
        while before and (before[self.most] if len(before) > self.most else taken[len(taken) - len(before)]) <= now:
            before.popleft()

    def give_back(self, instants: Sequence[int]) -> None:
        """Slots that were taken for calls that were not made and will not be: they are free again.

        What is called does not change by that, so no span of the period holds more than before.
        """
        left = Counter(instants)
        kept: list[int] = []
        for at in [*self._before, *self._taken]:
            if left[at]:
                left[at] -= 1
            else:
                kept.append(at)
        self._keep(kept)

    def _keep(self, instants: Sequence[int]) -> None:
        """These are taken, in order."""
        self._before = deque(instants[: -self.most])
        self._taken = deque(instants[-self.most :], self.most)

    def _take(self, later: Instants, now: int) -> None:
        """Take many slots at the instant ``now``, all behind the others."""
        every = np.concatenate([np.array(self._taken, np.int64), later])
        over, made = max(0, len(every) - self.most), int(np.searchsorted(every, now, side="right"))
        if made >= self.most:
            self._before.clear()
        self._before.extend(every[max(0, made - self.most) : over].tolist())
        self._taken.extend(later[-self.most :].tolist())

    def take_all(self, at: Instants) -> NDArray[np.bool_]:
        """:meth:`take` for many calls in order of time: ``bool[n]``, exactly as one after the other."""
        if self.most < _FEW:
            return np.fromiter(map(self.take, at.tolist()), np.bool_, len(at))
        taken = np.zeros(len(at), np.bool_)
        first = 0
        while first < len(at):
            chosen = self._next_block(at, first)
            if not len(chosen):
                break
            taken[chosen] = True
            self._take(at[chosen], int(at[chosen[-1]]))
            first = int(chosen[-1]) + 1
        return taken

    def has_room(self, at: Instants, times: int) -> bool:
        """Whether calls at these instants, in order of time, all find slots, and ``times`` as many would, whenever they
        come to be known of."""
        most, every = self.most // times, np.sort(np.concatenate([np.array(self._taken, np.int64), at]))
        return most > 0 and bool((every[most:] - every[:-most] >= self.period).all())

    def book_all(self, at: Instants) -> None:
        """Take slots at these instants, though later ones may be taken already; see :meth:`has_room`."""
        every = np.sort(np.concatenate([np.array([*self._before, *self._taken], np.int64), at]))
        made = int(np.searchsorted(every, at[-1], side="right")) if len(at) else 0
        self._keep(every[max(0, made - self.most) :].tolist())

    def release_all(self, at: Instants) -> Instants:
        """:meth:`release` for many calls in order of time: ``int64[n]``, exactly as one after the other."""
        free = self._unbounded(at)
        over = free - at > self.queue
        good = int(np.argmax(over)) if over.any() else len(at)
        if good:
            self._take(free[:good], int(at[good - 1]))
        # Behind the first call whose time runs out the others move up: from there on each depends on the one before.
        free[good:] = np.fromiter(map(self.release, at[good:].tolist()), np.int64, len(at) - good)
        return free

    def _next_block(self, at: Instants, first: int) -> NDArray[np.intp]:
        """Positions of the next calls that find a slot, ``most`` at most, so that each slot is used once.

        The k-th of them is the first call behind the one before that comes a period or more after the k-th of
        the last ``most`` calls.
        """
        taken = np.array(self._taken, np.int64)
        room = self.most - len(taken)
        start = np.zeros(self.most, np.intp)
        start[room:] = np.searchsorted(at, taken + self.period)
        if len(taken):
            start = np.maximum(start, np.searchsorted(at, taken[-1]))
        order = np.arange(self.most)
        position = np.maximum.accumulate(np.maximum(start, first) - order) + order
        return position[position < len(at)]

    def _unbounded(self, at: Instants) -> Instants:
        """When each call is made if it may wait for ever: not before it comes, and a period behind the N-th before.

        Calls that share a slot stand ``most`` apart, so they are the columns of a table whose rows are rounds.
        In a column the slot moves on by a period per round, unless a call comes later than that.
        """
        taken = np.array(self._taken, np.int64)
        if len(taken):
            at = np.maximum(at, taken[-1])
        known = np.concatenate([taken, at])
        rounds = -(-len(known) // self.most)
        table = np.full(rounds * self.most, _EARLY, np.int64)
        table[: len(known)] = known
        step = np.arange(rounds, dtype=np.int64)[:, None] * self.period
        free = np.maximum.accumulate(table.reshape(rounds, self.most) - step, axis=0) + step
        return free.reshape(-1)[len(taken) : len(known)].copy()


class Capping(Slots):
    """A cap on calls: :meth:`take` says whether this one may be made (``maxCallsCount`` per ``periodInMs``)."""

    __slots__ = ()


class Throttle(Slots):
    """A cap on throughput: :meth:`release` says when a call is made, in order of arrival, none lost.

    Args:
        per_second: ``maxThroughput``.
        queue: the longest time a call may wait (6 hours: journeys.md, section 17).
    """

    __slots__ = ()

    def __init__(self, per_second: int, queue: int = LONGEST_QUEUE) -> None:
        super().__init__(per_second, SECOND, queue)


class Gate:
    """The rate rules in front of one endpoint, taken together: a call needs a slot of each.

    Args:
        throttles: rules that let calls wait, in order of arrival.
        cappings: rules that refuse; or let wait as well, for calls that ask for it (``on_capped: queue``).
    """

    __slots__ = ("cappings", "throttles")

    def __init__(self, throttles: Sequence[Slots] = (), cappings: Sequence[Slots] = ()) -> None:
        self.throttles = tuple(throttles)
        self.cappings = tuple(cappings)

    def enter(self, at: int, *, wait: bool = False) -> int:
        """When the first call can be made, by the rules that let it wait; :data:`NEVER` as in :meth:`Slots.release`."""
        rules = (*self.throttles, *self.cappings) if wait else self.throttles
        free = at
        for rule in rules:
            free = rule.free_at(free)
        if any(free - at > rule.queue for rule in rules):
            return NEVER
        for rule in rules:
            rule.book(free, at)
        return free

    def give_back(self, instants: Sequence[int], *, wait: bool = False) -> None:
        """Calls for which :meth:`enter` gave these instants, with the same ``wait``, are not made; see
        :meth:`Slots.give_back`."""
        for rule in self.rules if wait else self.throttles:
            rule.give_back(instants)

    def enter_all(self, at: Instants, *, wait: bool = False) -> Instants:
        """:meth:`enter` for many calls in order of time: ``int64[n]``, exactly as one after the other."""
        rules = (*self.throttles, *self.cappings) if wait else self.throttles
        if len(rules) < 2:
            return rules[0].release_all(at) if rules else at.copy()
        return np.fromiter((self.enter(each, wait=wait) for each in at.tolist()), np.int64, len(at))

    def book_early(self, at: Instants, times: int) -> bool:
        """Take slots for calls at these instants, in order of time, if there is room for ``times`` as many: then it
        does not matter what else comes to be known of, and none of them waits. Otherwise nothing is taken."""
        if not all(rule.has_room(at, times) for rule in self.rules):
            return False
        for rule in self.rules:
            rule.book_all(at)
        return True

    def first_all(self, at: Instants, *, wait: bool = False) -> NDArray[np.bool_]:
        """:meth:`first` for many calls in order of time: ``bool[n]``, exactly as one after the other."""
        if wait or not self.cappings:
            return np.ones(len(at), np.bool_)
        if len(self.cappings) == 1:
            return self.cappings[0].take_all(at)
        return np.fromiter(map(self.first, at.tolist()), np.bool_, len(at))

    def first(self, at: int, *, wait: bool = False) -> bool:
        """Whether the first call finds a slot when it is released; with ``wait`` it has one already."""
        return wait or _take(self.cappings, at)

    def again(self, at: int) -> bool:
        """Whether a retry finds a slot. It never waits for one: others are in front of it."""
        return _take((*self.throttles, *self.cappings), at)

    @property
    def rules(self) -> tuple[Slots, ...]:
        """All of them."""
        return (*self.throttles, *self.cappings)

    @property
    def queue(self) -> int:
        """The longest time a call may wait in front of this endpoint."""
        return min((rule.queue for rule in self.rules), default=LONGEST_QUEUE)


def _take(rules: Sequence[Slots], at: int) -> bool:
    if any(rule.free_at(at) > at for rule in rules):
        return False
    for rule in rules:
        rule.book(at)
    return True
