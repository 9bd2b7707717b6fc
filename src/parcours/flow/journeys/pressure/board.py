"""Everything that stands in front of messages and entries by rule sets, with what was counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.journeys.pressure.caps import (
    COUNTER_COLUMNS,
    Bools,
    CalendarCounter,
    Counter,
    Counters,
    Instants,
    Profiles,
    RollingCounter,
    RunCounter,
    Zones,
    counter_of,
)
from parcours.flow.journeys.pressure.look_ahead import Kept, Upcoming
from parcours.flow.journeys.pressure.quiet import Held, held
from parcours.flow.journeys.pressure.rule_sets import ChannelCap, ConcurrencyCap, EntryCap, QuietHours, RuleSet

#: A rule that counts.
Counted: TypeAlias = ChannelCap | EntryCap | ConcurrencyCap
Asked: TypeAlias = Callable[[Counted], bool]
#: What :meth:`Board.enter` says of each entry: let in, or refused, by the reason.
ADMITTED, ENTRY_CAP, CONCURRENCY_CAP, LOWER_PRIORITY = range(4)
REASONS = ("", "entry_cap", "concurrency_cap", "lower_priority")
#: Part of :meth:`Board.dump`: rule by rule what its counter holds.
BOARD_COLUMNS = {"rule": pl.String, **COUNTER_COLUMNS}


class Board:
    """The rule sets that exist, and their counters.

    Names of sets that do not exist are passed over. A set that is ``global`` counts wherever its rules apply. A changed
    set keeps what was counted by rules that count the same thing, whatever their cap; an inactive one keeps all.
    """

    def __init__(self, sets: Iterable[RuleSet] = ()) -> None:
        self._sets: dict[str, RuleSet] = {}
        self._counters: dict[str, Counter] = {}
        for rule_set in sets:
            self.define(rule_set)

    @property
    def sets(self) -> Mapping[str, RuleSet]:
        """The rule sets by name."""
        return self._sets

    def define(self, rule_set: RuleSet) -> None:
        """Add a set, or put it in the place of the one with its name; effective at once."""
        before = self._sets.get(rule_set.name)
        old = set(_counted(before)) if before else set()
        self._sets[rule_set.name] = rule_set
        for key, rule in _counted(rule_set).items():
            if key not in self._counters:
                self._counters[key] = RunCounter(0) if isinstance(rule, ConcurrencyCap) else counter_of(rule)
            self._counters[key].cap = rule.cap
            old.discard(key)
        for key in old:
            del self._counters[key]

    def withdraw(self, name: str) -> None:
        """The set is no more, and nothing of what it counted."""
        gone = self._sets.pop(name, None)
        for key in _counted(gone) if gone else ():
            del self._counters[key]

    def quiet(self, names: Sequence[str], channel: str, at: Instants, zones: Zones) -> Held:
        """What the quiet hours of these sets do with messages over a channel (see :func:`quiet.held`)."""
        rules = [
            rule
            for rule_set in self._in_force(names)
            for rule in rule_set.rules
            if isinstance(rule, QuietHours) and channel in rule.channels
        ]
        return held(rules, at, zones.codes, zones.names)

    def send(
        self,
        names: Sequence[str],
        channel: str,
        profiles: Profiles,
        at: Instants,
        zones: Zones | None = None,
        order: NDArray[np.intp] | None = None,
    ) -> Bools:
        """Whether each message stays within all caps of these sets; those that do are counted."""
        counters = self._of(names, lambda rule: isinstance(rule, ChannelCap) and channel in rule.channels)
        return Counters(counters).take(profiles, at, zones, order)

    def would_send(
        self, names: Sequence[str], channel: str, profiles: Profiles, at: Instants, zones: Zones | None = None
    ) -> Bools:
        """As :meth:`send`, with nothing counted: for the choice of a channel."""
        counters = self._of(names, lambda rule: isinstance(rule, ChannelCap) and channel in rule.channels)
        return Counters(counters).allows(profiles, at, zones)

    def enter(
        self,
        names: Sequence[str],
        profiles: Profiles,
        at: Instants,
        zones: Zones | None = None,
        upcoming: Sequence[Upcoming] = (),
    ) -> NDArray[np.int8]:
        """Whether each entry into a journey that names these sets is let in: :data:`ADMITTED`, which is counted, or the
        cap that refuses it. Each profile may be there once. ``upcoming`` are the journeys of higher priority that
        entries are kept for."""
        entry = self._entries(names, upcoming)
        running = self._of(names, lambda rule: isinstance(rule, ConcurrencyCap))
        refusing = Counters([*(kept or counter for counter, kept in entry), *running]).taken(profiles, at, zones)
        inside = refusing < 0
        asleep = [counter for counter in self._running(names) if not any(counter is other for other in running)]
        Counters(asleep).reserve(profiles[inside], at[inside])
        found = np.where(inside, ADMITTED, np.where(refusing < len(entry), ENTRY_CAP, CONCURRENCY_CAP))
        for position, (counter, kept) in enumerate(entry):
            mine = np.flatnonzero(refusing == position) if kept is not None else np.empty(0, np.intp)
            free = counter.fits(profiles[mine], at[mine], zones and zones.at(mine))
            found[mine[free]] = LOWER_PRIORITY
        return found.astype(np.int8)

    def looks_ahead(self, names: Sequence[str]) -> bool:
        """Whether some cap of these sets keeps entries for journeys that come."""
        return any(_looks_ahead(rule) for rule_set in self._in_force(names) for rule in rule_set.rules)

    def _entries(self, names: Sequence[str], upcoming: Sequence[Upcoming]) -> list[tuple[Counter, Kept | None]]:
        """The counters of entry caps, and those that keep entries for others."""
        found: list[tuple[Counter, Kept | None]] = []
        for rule_set in self._in_force(names):
            own = [journey for journey in upcoming if journey.is_under(rule_set)]
            for key, rule in _counted(rule_set).items():
                if isinstance(rule, EntryCap):
                    counter = self._counters[key]
                    assert isinstance(counter, CalendarCounter | RollingCounter)
                    found.append((counter, Kept(counter, rule, own) if own and _looks_ahead(rule) else None))
        return found

    def leave(self, names: Sequence[str], profiles: Profiles) -> None:
        """Runs of a journey that names these sets ended, one per profile number."""
        for counter in self._running(names):
            counter.remove(profiles)

    def recount(self, runs: Mapping[str, Profiles]) -> None:
        """Per set the profile of each run that is now inside a journey that names it (``global``: any journey), as a
        set that is new has to know."""
        for name, profiles in runs.items():
            for counter in self._running((name,), alone=True):
                counter.recount(profiles)

    def erase(self, profiles: Profiles) -> None:
        """Forget everything about these profiles."""
        for counter in self._counters.values():
            counter.erase(profiles)

    def join(self, gone: int, into: int) -> None:
        """What was counted for a profile that is gone counts for another one as well as its own."""
        for counter in self._counters.values():
            counter.join(gone, into)

    def copy(self, whole: int, part: int) -> None:
        """What was counted for a profile within periods counts for another one, too."""
        for counter in self._counters.values():
            if not isinstance(counter, RunCounter):
                counter.join(whole, part, keep=True)

    def hand_over(self, names: Sequence[str], profile: int, other: int) -> None:
        """A run of a journey that names these sets is that of another profile."""
        for counter in self._running(names):
            counter.remove(np.array([profile], np.int32))
            counter.add(np.array([other], np.int32), np.zeros(1, np.int64), None)

    def dump(self) -> pl.DataFrame:
        """What was counted, with :data:`BOARD_COLUMNS`; the sets themselves are ``[s.to_json() for s in sets]``."""
        parts = [
            counter.dump().select(pl.lit(key).alias("rule"), pl.all())
            for key, counter in sorted(self._counters.items())
        ]
        return pl.concat([pl.DataFrame(schema=BOARD_COLUMNS), *parts])

    def load(self, rows: pl.DataFrame) -> None:
        """Count from what :meth:`dump` wrote, for the sets defined now."""
        parts = {str(key[0]): part for key, part in rows.partition_by("rule", as_dict=True).items()}
        for key, counter in self._counters.items():
            counter.load(parts.get(key, rows.clear()).select(*COUNTER_COLUMNS))

    def _running(self, names: Sequence[str], alone: bool = False) -> list[RunCounter]:
        """Runs at once are counted while a set is inactive, too: they may end when it is active again."""
        found = self._of(names, lambda rule: isinstance(rule, ConcurrencyCap), inactive=True, alone=alone)
        return [counter for counter in found if isinstance(counter, RunCounter)]

    def _in_force(self, names: Sequence[str], inactive: bool = False, alone: bool = False) -> Iterator[RuleSet]:
        for name, rule_set in self._sets.items():
            if (name in names or (rule_set.everywhere and not alone)) and (rule_set.active or inactive):
                yield rule_set

    def _of(self, names: Sequence[str], asked: Asked, inactive: bool = False, alone: bool = False) -> list[Counter]:
        return [
            self._counters[key]
            for rule_set in self._in_force(names, inactive, alone)
            for key, rule in _counted(rule_set).items()
            if asked(rule)
        ]


def _counted(rule_set: RuleSet) -> dict[str, Counted]:
    """The rules of a set that count, by what they count. Of two that count the same, the lower cap is taken."""
    found: dict[str, Counted] = {}
    for rule in rule_set.rules:
        if not isinstance(rule, QuietHours):
            key = f"{rule_set.name} {_what(rule)}"
            if key not in found or rule.cap < found[key].cap:
                found[key] = rule
    return found


def _looks_ahead(rule: object) -> bool:
    return isinstance(rule, EntryCap) and rule.look_ahead != "none"


def _what(rule: Counted) -> str:
    if isinstance(rule, ConcurrencyCap):
        return rule.type
    kind = "rolling" if rule.kind == "rolling" else rule.zone
    channels = ",".join(sorted(rule.channels)) if isinstance(rule, ChannelCap) else ""
    return f"{rule.type} {channels} {rule.length} {kind}"
