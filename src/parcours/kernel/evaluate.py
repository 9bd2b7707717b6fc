"""Rules over arrays of profiles: which leaves a rule reads, and what it gives for each profile.

A :class:`Compiled` rule is a Polars expression over columns that are named after its leaves, and the same as a
chain of functions over arrays, made once when the rule is published. Evaluating gathers those columns for the
profiles asked for and runs all rules at once, so that equal leaves of different rules are read once. For few
profiles the chains are used, for many the expressions.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from parcours.core.schema import Type
from parcours.kernel.arrays import Chain, Inexact, Operand, Scope, operand
from parcours.kernel.attributes import AttributeChange
from parcours.kernel.book import FeatureBook, Key, keys_of
from parcours.kernel.compile import expression
from parcours.kernel.rows import Bools, Int64s, Profiles
from parcours.kernel.windows import bounds, bounds_at
from parcours.language.tree import Aggregate, Attribute, InWindow, Member, Node, Window, fingerprint

#: For fewer profiles than this, chains over arrays cost less than handing expressions to Polars.
FEW = 4_096

#: Which profiles are in a segment, by its id.
MemberOf = Callable[[str, Profiles], Bools]


class Compiled:
    """A rule, ready to be evaluated for arrays of profiles.

    Attributes:
        leaves: column name of each leaf that is read from features.
        attributes: the names of the attributes read directly.
        members: the segments referred to.
        clocked: windows over computed instants, by the name of their columns; such a rule can change at any
            time and is evaluated for everybody in every tick.
    """

    def __init__(self, node: Node) -> None:
        self.node = node
        self.leaves: dict[str, Node] = {}
        self.attributes: list[str] = []
        self.members: list[str] = []
        self.clocked: dict[str, Window] = {}
        self.expression = expression(node, self._column)

    def _column(self, leaf: Node) -> pl.Expr:
        match leaf:
            case Member(segment=segment):
                self.members.append(segment)
                return pl.col(f"m:{segment}")
            case Attribute(path=path):
                self.attributes.append(path[0])
                column = pl.col(f"a:{path[0]}")
                for name in path[1:]:
                    column = column.struct.field(name)
                return column
            case InWindow(value=value, window=window) if not keys_of(leaf):
                name = fingerprint(leaf)
                self.clocked[name] = window
                instant = expression(value, self._column).cast(pl.Datetime("us")).to_physical()
                return ((instant > pl.col(f"lo:{name}")) & (instant <= pl.col(f"hi:{name}"))).fill_null(False)
            case _:
                name = fingerprint(leaf)
                self.leaves[name] = leaf
                return pl.col(name)

    @functools.cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns that the expression reads."""
        edges = [f"{edge}:{name}" for name in self.clocked for edge in ("lo", "hi")]
        attributes = [f"a:{name}" for name in self.attributes]
        return (*self.leaves, *attributes, *edges, *(f"m:{name}" for name in self.members))

    @functools.cached_property
    def held(self) -> pl.Expr:
        """The expression of a rule, false where it is null."""
        return self.expression.fill_null(False)

    @functools.cached_property
    def chain(self) -> Chain:
        """The rule over arrays."""
        return Chain(self.node)

    @functools.cached_property
    def others(self) -> dict[str, Compiled]:
        """The parts of the rule that its chain leaves to Polars, by fingerprint."""
        return {name: Compiled(part) for name, part in self.chain.asked.items() if not _read_directly(part)}

    @functools.cached_property
    def keys(self) -> set[Key]:
        """The features this rule reads."""
        return {key for leaf in self.leaves.values() for key in keys_of(leaf)}


@dataclass(frozen=True, slots=True)
class Moment:
    """When a rule is evaluated: at ``now`` for everybody, or at one instant per profile of the tick just done.

    ``undo`` are the attribute changes of the tick, to be seen only from their own instants on.
    """

    now: int
    instants: Int64s | None = None
    undo: Sequence[AttributeChange] = field(default=())


def columns(
    rules: Iterable[Compiled], book: FeatureBook, profiles: Profiles, moment: Moment, member: MemberOf
) -> list[pl.Series]:
    """The columns that these rules read, one row per profile given; ``member`` gives those of memberships."""
    found: dict[str, pl.Series] = {}
    for rule in rules:
        for name, leaf in rule.leaves.items():
            if name not in found:
                found[name] = book.column(leaf, profiles, moment.instants)
        for attribute in rule.attributes:
            if f"a:{attribute}" not in found:
                found[f"a:{attribute}"] = _attribute(book, attribute, profiles, moment)
        for name, window in rule.clocked.items():
            found[f"lo:{name}"], found[f"hi:{name}"] = _edges(window, len(profiles), moment)
        for segment in rule.members:
            if f"m:{segment}" not in found:
                found[f"m:{segment}"] = pl.Series(member(segment, profiles))
    if not found:  # a rule of constants: give it as many rows as there are profiles
        found[""] = pl.Series(np.zeros(len(profiles), np.bool_))
    return [column.alias(name) for name, column in found.items()]


def _attribute(book: FeatureBook, name: str, profiles: Profiles, moment: Moment) -> pl.Series:
    column = book.attributes.get(name, profiles)
    if moment.instants is None:
        return column
    for change in reversed([change for change in moment.undo if change.attribute == name]):
        order = np.argsort(change.profiles)
        place = np.searchsorted(change.profiles[order], profiles)
        place = order[np.minimum(place, len(order) - 1)]
        earlier = (change.profiles[place] == profiles) & (moment.instants < change.instants[place])
        column = change.before.gather(pl.Series(place)).zip_with(pl.Series(earlier), column)
    return column


def _edges(window: Window, count: int, moment: Moment) -> tuple[pl.Series, pl.Series]:
    if moment.instants is None:
        lo, hi = bounds(window, moment.now)
        return pl.repeat(lo, count, eager=True), pl.repeat(hi, count, eager=True)
    los, his = bounds_at(window, moment.instants)
    return pl.Series(los), pl.Series(his)


def evaluate(
    rules: Mapping[str, Compiled], book: FeatureBook, profiles: Profiles, moment: Moment, member: MemberOf
) -> dict[str, Bools]:
    """Whether each rule holds for each profile: an array of booleans per rule.

    Rules that refer to each other must stand after those they refer to; they see the new values. For
    segments that are not among the rules ``member`` is asked.
    """
    if len(profiles) < FEW:
        return _Few(rules, book, profiles, moment, member).held()
    known = {column.name: column for column in columns(rules.values(), book, profiles, moment, member)}
    height = pl.Series("height", np.empty(len(profiles), np.bool_))  # for rules of constants
    for level in _levels(rules):  # each over the columns it reads: a frame of a thousand would cost more than the rules
        read = {name for rule in level for name in rules[rule].columns}
        table = pl.DataFrame([height, *(known[name] for name in read)])
        found = table.select("height", *(rules[name].held.alias(f"m:{name}") for name in level))
        known |= {column.name: column for column in found.get_columns()}
    return {name: known[f"m:{name}"].to_numpy() for name in rules}


def holds(rule: Compiled, book: FeatureBook, profiles: Profiles, now: int, member: MemberOf) -> Bools:
    """Whether one rule holds for each profile."""
    return evaluate({"": rule}, book, profiles, Moment(now), member)[""]


def _levels(rules: Mapping[str, Compiled]) -> list[list[str]]:
    """The rules in groups such that each refers to earlier groups only."""
    level: dict[str, int] = {}
    for name, rule in rules.items():
        level[name] = max((level[other] + 1 for other in rule.members if other in level), default=0)
    return [[name for name in rules if level[name] == depth] for depth in range(max(level.values(), default=-1) + 1)]


# --- few profiles --------------------------------------------------------------------------------------


class _Few:
    """One evaluation of rules for few profiles: the chains, and what they ask for."""

    def __init__(
        self, rules: Mapping[str, Compiled], book: FeatureBook, profiles: Profiles, moment: Moment, member: MemberOf
    ) -> None:
        self._rules, self._book, self._moment, self._member = rules, book, moment, member
        #: As machine words: each value of each leaf is then taken in a sixth of the time.
        self._profiles: Profiles = profiles.astype(np.intp)
        self._held: dict[str, Bools] = {}

    def held(self) -> dict[str, Bools]:
        scope = Scope(self._read)
        if len(self._profiles):
            self._ask_polars(scope)
        with np.errstate(over="ignore", invalid="ignore"):
            for name, rule in self._rules.items():
                self._held[name] = self._one(rule, scope) if len(self._profiles) else np.empty(0, np.bool_)
        return self._held

    def _one(self, rule: Compiled, scope: Scope) -> Bools:
        try:
            held = rule.chain.held(scope)
        except Inexact:
            held = self._polars({"held": rule})["held"].fill_null(False).to_numpy()
        return held if held.ndim else np.full(len(self._profiles), held)

    def _ask_polars(self, scope: Scope) -> None:
        """Everything that is left to Polars at once, but for what reads segments: these may be among the rules."""
        parts = {name: part for rule in self._rules.values() for name, part in rule.others.items() if not part.members}
        if parts:
            table = self._polars(parts)
            scope.known.update({name: operand(table[name]) for name in parts})

    def _polars(self, parts: Mapping[str, Compiled]) -> pl.DataFrame:
        read = columns(parts.values(), self._book, self._profiles, self._moment, self._is_member)
        height = pl.Series("height", np.empty(len(self._profiles), np.bool_))
        return pl.DataFrame([height, *read]).select_seq(
            "height", *(part.expression.alias(name) for name, part in parts.items())
        )

    def _is_member(self, segment: str, profiles: Profiles) -> Bools:
        held = self._held.get(segment)
        return self._member(segment, profiles) if held is None else held

    def _read(self, part: Node) -> Operand:
        match part:
            case Aggregate() | InWindow(value=Attribute()):
                return self._book.operand(part, self._profiles, self._moment.instants)
            case Member(segment=segment):
                return self._is_member(segment, self._profiles), None
            case Attribute(path=(name,), type=type_):
                return self._attribute(name, type_)
            case _:
                return operand(self._polars({"part": Compiled(part)})["part"])

    def _attribute(self, name: str, type_: Type) -> Operand:
        found = self._book.attributes.operand(name, self._profiles, type_)
        if found is None:  # there is none, or it was widened since the rule was written
            raise Inexact
        if self._moment.instants is not None and any(change.attribute == name for change in self._moment.undo):
            return operand(_attribute(self._book, name, self._profiles, self._moment))
        return found


def _read_directly(part: Node) -> bool:
    """Whether chains read this as it stands: a membership, an attribute, or what features are kept for."""
    match part:
        case Aggregate() | Member() | InWindow(value=Attribute()):
            return True
        case Attribute(path=path):
            return len(path) == 1
        case _:
            return False
