"""The segments stage of a tick: changed features in, qualifications out.

Only profiles whose changed values can matter are evaluated, all published segments at once, in order of
their dependencies. The difference to the stored bits is the stream of qualifications.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from parcours.core.facts import NO_QUALIFICATIONS, Qualifications
from parcours.flow.segments.effective import BatchRun, Flips, TickTrace, effective_instants
from parcours.flow.segments.schedules import Schedule
from parcours.kernel.bits import MemberBits
from parcours.kernel.book import FeatureBook
from parcours.kernel.evaluate import BLOCK, Compiled, evaluate
from parcours.kernel.keys import Key
from parcours.kernel.reading import Moment
from parcours.kernel.rows import Bools, Int64s, Profiles
from parcours.kernel.threads import together, worthwhile
from parcours.language.tree import Node, replace_members

#: From so many changed values on, profiles are looked at by event type.
APART = 50_000

#: Names of segments, and profiles for which they may have changed.
Touched = tuple[set[str], list[Profiles]]


@dataclass(frozen=True, slots=True)
class Published:
    """A segment that is evaluated: its version, its rule, and the rule with other segments written out.

    With a ``schedule`` it is a batch segment: evaluated for everybody at its instants, and not in between. Such a
    segment stays a name where others refer to it: what its rule says now is not who is in it.
    """

    version: int
    rule: Compiled
    inlined: Compiled
    schedule: Schedule | None = None


class SegmentStage:
    """All published segments of a workspace (or of one partition of its profiles)."""

    def __init__(self, book: FeatureBook) -> None:
        self._book = book
        self.bits = MemberBits()
        self.published: dict[str, Published] = {}
        self._by_key: dict[Key, list[str]] = {}
        self._by_attribute: dict[str, list[str]] = {}
        #: Each segment with those that refer to it, directly or not.
        self._behind: dict[str, set[str]] = {}
        #: When each batch segment is evaluated next; found when first asked for.
        self._due: dict[str, int] = {}

    # --- definitions -------------------------------------------------------------------------------

    def define(self, segment: str, version: int, rule: Node, schedule: Schedule | None = None) -> None:
        """Take over a new or edited rule; its features must already be in the book."""
        self.define_all({segment: (version, rule)}, {} if schedule is None else {segment: schedule})

    def define_all(
        self, rules: Mapping[str, tuple[int, Node]], schedules: Mapping[str, Schedule] | None = None
    ) -> None:
        """Take over several rules with their versions at once, which may refer to each other.

        ``schedules`` are those of the batch segments among them.
        """
        for segment, (version, rule) in rules.items():
            compiled = Compiled(rule)
            self.published[segment] = Published(version, compiled, compiled, (schedules or {}).get(segment))
            self._due.pop(segment, None)
            if segment not in self.bits:
                self.bits.add(segment)
        self._reorder()

    def withdraw(self, segment: str) -> None:
        """The segment is no longer evaluated and has no members; callers take its members out before."""
        del self.published[segment]
        self.bits.drop(segment)
        self._reorder()

    def _reorder(self) -> None:
        """Put the segments in order of dependency, and note which are touched by what."""
        rules = {name: item.rule.node for name, item in self.published.items() if item.schedule is None}
        ordered: dict[str, Published] = {}

        def place(name: str) -> None:
            if name in ordered or name not in self.published:
                return
            item = self.published[name]
            for other in item.rule.members:
                place(other)
            if item.rule.members:
                written_out = replace_members(item.rule.node, rules)
                if item.inlined.node != written_out:
                    item = replace(item, inlined=Compiled(written_out))
            ordered[name] = item

        for name in sorted(self.published):
            place(name)
        self.published = ordered
        self._by_key, self._by_attribute = {}, {}
        self._behind = {name: {name} for name in ordered}
        for name, item in reversed(ordered.items()):
            for other in item.rule.members:
                self._behind.setdefault(other, {other}).update(self._behind[name])
        for name in self._live(ordered):
            item = ordered[name]
            for key in item.rule.keys:
                self._by_key.setdefault(key, []).append(name)
            for attribute in dict.fromkeys(item.rule.attributes):
                self._by_attribute.setdefault(attribute, []).append(name)

    # --- a tick ------------------------------------------------------------------------------------

    def resize(self, profiles: int) -> None:
        self.bits.resize(profiles)

    def advance(
        self,
        changed: Iterable[tuple[Key, Profiles]],
        trace: TickTrace,
        alive: Bools,
        fresh: Collection[str] = (),
    ) -> Qualifications:
        """The qualifications of this tick.

        Args:
            changed: features that changed, and for which profiles.
            trace: the attribute changes and new profiles of the tick.
            alive: which profile numbers are somebody.
            fresh: segments defined in this tick; :meth:`publish` evaluates them.
        """
        changed = list(changed)  # features move as they are asked for: all of them before anything is evaluated
        runs = self._scheduled(trace, alive, fresh)
        trace = replace(trace, runs=runs)
        touched = self._touched(changed, trace)
        flips = self._flips(
            [(self._together(names, fresh), _unique(some, alive)) for names, some in touched], trace.now
        )
        live = self._live(self.published).difference(fresh)
        clocked = {name for name in live if self.published[name].rule.stirs(trace.prev, trace.now)}
        if clocked:
            behind = self._live(self._with_dependents(clocked))
            flips += self._flips([(behind, np.flatnonzero(alive).astype(np.int32))], trace.now)
        found = Qualifications.joined([self._of_runs(runs), self._of_changes(flips, trace)])
        self._remember([*flips, *(run.flips for run in runs.values())])
        return found

    def _remember(self, flips: Iterable[Flips]) -> None:
        """Who entered has been a member from the next tick on: until then nobody asks but where they are one."""
        for flip in flips:
            entered = flip.profiles[flip.entered]
            if len(entered):
                self._book.been.mark(flip.segment, entered)

    def _of_changes(self, flips: list[Flips], trace: TickTrace) -> Qualifications:
        if not flips:
            return NO_QUALIFICATIONS
        inlined = {name: item.inlined for name, item in self.published.items()}
        instants = effective_instants(flips, inlined, self._book, trace, self.bits.get)
        return self._qualifications(flips, instants, "change")

    def _of_runs(self, runs: Mapping[str, BatchRun]) -> Qualifications:
        changed = [run for run in runs.values() if len(run.flips.profiles)]
        if not changed:
            return NO_QUALIFICATIONS
        instants = [np.full(len(run.flips.profiles), run.at) for run in changed]
        return self._qualifications([run.flips for run in changed], instants, "change")

    # --- batch segments ----------------------------------------------------------------------------

    def _live(self, names: Iterable[str]) -> set[str]:
        """Those of these segments that are kept up to date, and not evaluated by a schedule."""
        return {name for name in names if (item := self.published.get(name)) is None or item.schedule is None}

    def _scheduled(self, trace: TickTrace, alive: Bools, fresh: Collection[str]) -> dict[str, BatchRun]:
        """Evaluate the batch segments whose instant has passed since the last tick, as of that instant.

        Of several instants within the tick the last one counts.
        """
        due = self._passed(trace, fresh)
        order = {name: place for place, name in enumerate(self.published)}
        return {
            name: self._run(name, due[name], trace, alive)
            for name in sorted(due, key=lambda name: (due[name], order[name]))
        }

    def _passed(self, trace: TickTrace, fresh: Collection[str]) -> dict[str, int]:
        found = {}
        for name, item in self.published.items():
            if item.schedule is None:
                continue
            due = self._due.get(name)
            if due is None or due <= trace.now:
                passed = item.schedule.last_passed(trace.prev, trace.now)
                self._due[name] = item.schedule.next_after(trace.now)
                if passed is not None and name not in fresh:
                    found[name] = passed
        return found

    def _run(self, name: str, at: int, trace: TickTrace, alive: Bools) -> BatchRun:
        """Evaluate one batch segment for everybody there was at ``at``; other segments are written out in its rule."""
        rule = {name: self.published[name].inlined}
        there = alive.copy()
        there[trace.created[0][trace.created[1] > at]] = False
        profiles = np.flatnonzero(there).astype(np.int32)
        held = np.zeros(len(profiles), np.bool_)
        for start in range(0, len(profiles), BLOCK):
            block = profiles[start : start + BLOCK]
            moment = Moment(trace.now, None if at == trace.now else np.full(len(block), at), trace.attributes)
            held[start : start + BLOCK] = evaluate(rule, self._book, block, moment, self.bits.get)[name]
        different = held != self.bits.get(name, profiles)
        self.bits.flip(name, profiles[different])
        return BatchRun(Flips(name, profiles[different], held[different]), at)

    # --- what changed ------------------------------------------------------------------------------

    def _touched(self, changed: Iterable[tuple[Key, Profiles]], trace: TickTrace) -> list[Touched]:
        """Which segments may have changed for which profiles.

        Of many profiles, those touched by one event type are looked at apart from the others: they concern
        the segments that read this type only.
        """
        groups: dict[str, Touched] = {}
        for key, profiles in changed:
            if key in self._by_key:
                _note(groups, key[0].event, self._by_key[key], profiles)
        for change in trace.attributes:
            if change.attribute in self._by_attribute:
                _note(groups, "", self._by_attribute[change.attribute], change.profiles)
        if len(trace.created[0]):
            _note(groups, "@", self._live(self.published), trace.created[0])
        if len(trace.linked):
            _note(groups, "@", self._live(self.published), trace.linked)
        for name, run in trace.runs.items():
            if len(run.flips.profiles):
                _note(groups, "@", self._with_dependents({name}), run.flips.profiles)
        if sum(len(some) for _, touched in groups.values() for some in touched) < APART:
            names = {name for some, _ in groups.values() for name in some}
            touched = [some for _, parts in groups.values() for some in parts]
            return [(names, touched)] if touched else []
        return list(groups.values())

    def _together(self, names: set[str], fresh: Collection[str]) -> set[str]:
        """These segments and those that refer to them, with all they refer to: what must be evaluated at once."""
        found = self._with_dependents(names)
        for name in reversed(self.published):  # against the order of dependency
            if name in found:
                found.update(self.published[name].rule.members)
        return self._live(found).difference(fresh)

    def _with_dependents(self, names: set[str]) -> set[str]:
        return set(names).union(*(self._behind[name] for name in names if name in self._behind))

    def _flips(self, groups: Sequence[tuple[set[str], Profiles]], now: int) -> list[Flips]:
        """Evaluate segments for profiles, group by group, store the new bits, and give the differences.

        A segment that is in several groups is evaluated for the profiles of each. All are evaluated before any bit
        changes, large ones by several threads: so what they find does not depend on the order.
        """
        pieces = [
            (group, rules, block)
            for group, (names, profiles) in enumerate(groups)
            for rules, block in self._blocks(names, profiles)
        ]
        evaluate = [partial(self._differences, rules, block, now) for _, rules, block in pieces]
        large = pieces and worthwhile(sum(len(block) for _, _, block in pieces) // len(pieces))
        found = together(evaluate) if large else [piece() for piece in evaluate]
        parts: dict[str, dict[int, list[Flips]]] = {}
        for (group, _, _), flips in zip(pieces, found, strict=True):
            for flip in flips:
                groups_of = parts.setdefault(flip.segment, {})
                if groups_of.keys() - {group}:  # whom an earlier group has seen is settled
                    flip = self._unsettled(flip)
                self.bits.flip(flip.segment, flip.profiles)
                groups_of.setdefault(group, []).append(flip)
        joined = (_joined(some) for groups_of in parts.values() for some in groups_of.values())
        return [flip for flip in joined if len(flip.profiles)]

    def _blocks(self, names: set[str], profiles: Profiles) -> Iterator[tuple[Mapping[str, Compiled], Profiles]]:
        rules = {name: item.rule for name, item in self.published.items() if name in names}
        if rules:
            for start in range(0, len(profiles), BLOCK):
                yield rules, profiles[start : start + BLOCK]

    def _differences(self, rules: Mapping[str, Compiled], profiles: Profiles, now: int) -> list[Flips]:
        """Where the rules say other than the bits do."""
        before = self.bits.of(profiles)
        table = evaluate(rules, self._book, profiles, Moment(now), before.get)
        found = []
        for name in rules:
            held = table[name]
            different = np.flatnonzero(held != before.get(name))
            if len(different):
                found.append(Flips(name, profiles[different], held[different]))
        return found

    def _unsettled(self, flip: Flips) -> Flips:
        which = self.bits.get(flip.segment, flip.profiles) != flip.entered
        return Flips(flip.segment, flip.profiles[which], flip.entered[which])

    def publish(self, names: Sequence[str], now: int, alive: Bools) -> Qualifications:
        """Evaluate new or edited segments (batch segments, too), and those that refer to them, for everybody."""
        if not names:
            return NO_QUALIFICATIONS
        behind = self._live(self._with_dependents(set(names))).union(names)
        flips = self._flips([(behind, np.flatnonzero(alive).astype(np.int32))], now)
        self._remember(flips)
        return self._at_once(flips, now, "publish")

    def empty_out(self, segment: str, now: int) -> Qualifications:
        """Everybody leaves a segment that is about to be withdrawn."""
        members = self.bits.members(segment)
        self.bits.flip(segment, members)
        return self._at_once([Flips(segment, members, np.zeros(len(members), np.bool_))], now, "withdraw")

    def _at_once(self, flips: list[Flips], now: int, cause: str) -> Qualifications:
        flips = [flip for flip in flips if len(flip.profiles)]
        if not flips:
            return NO_QUALIFICATIONS
        return self._qualifications(flips, [np.full(len(flip.profiles), now) for flip in flips], cause)

    def _qualifications(self, flips: list[Flips], instants: list[Int64s], cause: str) -> Qualifications:
        by_name = sorted(range(len(flips)), key=lambda place: flips[place].segment)
        flips, instants = [flips[place] for place in by_name], [instants[place] for place in by_name]
        profiles = np.concatenate([flip.profiles for flip in flips])
        effective = np.concatenate(instants)
        kind = np.concatenate([2 * place + flip.entered for place, flip in enumerate(flips)])
        order = _order(flips, effective, profiles)
        kinds = [
            (flip.segment, self.published[flip.segment].version, status, cause)
            for flip in flips
            for status in ("exited", "realized")
        ]
        return Qualifications(kinds, kind[order], profiles[order].astype(np.int32, copy=False), effective[order])


def _note(groups: dict[str, Touched], group: str, names: Iterable[str], profiles: Profiles) -> None:
    some, touched = groups.setdefault(group, (set(), []))
    some.update(names)
    touched.append(profiles)


def _joined(parts: list[Flips]) -> Flips:
    """Parts of one segment, by block, as one."""
    if len(parts) == 1:
        return parts[0]
    return Flips(
        parts[0].segment,
        np.concatenate([part.profiles for part in parts]),
        np.concatenate([part.entered for part in parts]),
    )


def _order(flips: list[Flips], effective: Int64s, profiles: Profiles) -> NDArray[np.intp] | slice:
    """The order by instant, segment and profile. The flips stand by segment, each ascending by profile."""
    if len({flip.segment for flip in flips}) < len(flips):  # one with windows of its own, looked at twice
        rank = np.cumsum([0] + [a.segment != b.segment for a, b in pairwise(flips)])
        return np.lexsort((profiles, np.repeat(rank, [len(flip.profiles) for flip in flips]), effective))
    if effective[0] == effective[-1] and (effective == effective[0]).all():
        return slice(None)
    return np.argsort(effective, kind="stable")


def _unique(touched: list[Profiles], alive: Bools) -> Profiles:
    """The different profiles among these that are alive, ascending."""
    total = sum(len(some) for some in touched)
    if total * 8 < len(alive):
        found = np.unique(np.concatenate(touched))
        return found[alive[found]]
    marked = np.zeros(len(alive), np.bool_)
    for some in touched:
        marked[some] = True
    return np.flatnonzero(marked & alive).astype(np.int32)
