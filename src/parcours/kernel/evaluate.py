"""Rules over arrays of profiles: which leaves a rule reads, and what it gives for each profile.

A :class:`Compiled` rule is a chain of functions over arrays, made once when the rule is published; the parts that
arrays cannot do are Polars expressions over columns that are named after their leaves. Evaluating reads the leaves
for the profiles asked for and runs all rules at once, so that what rules have in common is read and computed once.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.schema import Type
from parcours.kernel.arrays import Chain
from parcours.kernel.beside import NOTHING, Beside
from parcours.kernel.book import FeatureBook
from parcours.kernel.compile import exact_expression, expression
from parcours.kernel.keys import Key, keys_of, watched
from parcours.kernel.operands import Inexact, Operand, Scope, operand
from parcours.kernel.reading import Moment, attribute_column, edge_columns, feature_column, now_column
from parcours.kernel.rows import Bools, Int64s, Profiles
from parcours.kernel.whole import on_time
from parcours.kernel.windows import bounds
from parcours.language import reference, tree
from parcours.language.functions.untyped import partly_untyped
from parcours.language.inner_dates import inner_dates
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Been,
    Call,
    Given,
    InWindow,
    ListOf,
    Literal,
    Member,
    Node,
    Now,
    ObjectOf,
    children,
    walk,
    written_out,
)
from parcours.language.tree_json import fingerprint
from parcours.language.window_kinds import Window

#: Profiles that are best evaluated at once: all their values together stay small, however many there are.
BLOCK = 32_768
#: For fewer profiles than this, handing parts of rules to several threads costs more than it saves.
FEW = 4_096

#: The column of the instant of evaluation.
_NOW = "now"
#: The nodes that read no data but the instant.
_OF_NOW = (Now, Literal, ListOf, ObjectOf, Call)
_NOBODY = reference.Person()

#: Which profiles are in a segment, by its id.
MemberOf = Callable[[str, Profiles], Bools]


class Compiled:
    """A rule, ready to be evaluated for arrays of profiles.

    Attributes:
        leaves: column name of each leaf that is read from features.
        attributes: the names of the attributes read directly.
        members: the segments referred to.
        been: the segments of which it is asked who was in them before.
        given: column name of each leaf that only runs of journeys know.
        reads_now: whether the instant of evaluation is among the columns it reads.
        exact: as ``expression``, with values of unknown type as what they are.
        computed: windows over computed instants, by the name of their columns; when an edge of one moves, the
            rule is evaluated for everybody, unless the instant is the time of an event.
        clock: what the rule makes of the instant of evaluation alone (this month, the date of today); when time
            changes one of these values, the rule is evaluated for everybody.
    """

    def __init__(self, node: Node) -> None:
        node = self.node = written_out(node)
        self.leaves: dict[str, Node] = {}
        self.given: dict[str, Given] = {}
        self.attributes: list[str] = []
        self.members: list[str] = []
        self.been: list[str] = []
        self.computed: dict[str, Window] = {}
        self.clock = now_parts(node)
        self.reads_now = False
        self._restless = _restless(node)
        self._held_against: list[Window] = []
        known: dict[Node, pl.Expr] = {}

        def column(leaf: Node) -> pl.Expr:
            if leaf not in known:
                known[leaf] = self._column(leaf)
            return known[leaf]

        self.expression = expression(node, column)
        self.exact = exact_expression(node, column) if partly_untyped(node.type) else self.expression

    def _column(self, leaf: Node) -> pl.Expr:
        match leaf:
            case Member(segment=segment):
                self.members.append(segment)
                return pl.col(f"m:{segment}")
            case Been(segment=segment):
                self.been.append(segment)
                return pl.col(f"b:{segment}")
            case Attribute(path=path):
                self.attributes.append(path[0])
                column = pl.col(f"a:{path[0]}")
                for name in path[1:]:
                    column = column.struct.field(name)
                return column
            case InWindow(value=value, window=window) if not keys_of(leaf):
                name = fingerprint(leaf)
                self.computed[name] = window
                if not on_time(leaf):
                    self._held_against.append(window)
                instant = expression(value, self._column).cast(pl.Datetime("us")).to_physical()
                return ((instant > pl.col(f"lo:{name}")) & (instant <= pl.col(f"hi:{name}"))).fill_null(False)
            case Now():
                self.reads_now = True
                return pl.col(_NOW)
            case Given():
                name = fingerprint(leaf)
                self.given[name] = leaf
                return pl.col(name)
            case _:
                name = fingerprint(leaf)
                self.leaves[name] = leaf
                return pl.col(name)

    @property
    def clocked(self) -> bool:
        """Whether time may change the rule other than by moving the windows of its features."""
        return bool(self.clock or self._held_against) or self._restless

    def stirs(self, prev: int, now: int) -> bool:
        """Whether time passing from ``prev`` to ``now`` may have changed a :attr:`clocked` rule for anybody."""
        return (
            self._restless
            or any(bounds(window, prev) != bounds(window, now) for window in self._held_against)
            or any(
                reference.evaluate(part, _NOBODY, prev) != reference.evaluate(part, _NOBODY, now) for part in self.clock
            )
        )

    @functools.cached_property
    def chain(self) -> Chain:
        """The rule over arrays."""
        return Chain(self.node)

    @functools.cached_property
    def others(self) -> dict[str, Compiled]:
        """The parts of the rule that its chain leaves to Polars, by fingerprint."""
        return {name: Compiled(part) for name, part in self.chain.asked.items() if not _read_directly(part)}

    @functools.cached_property
    def watched(self) -> tuple[Key, ...]:
        """The features that only say when the rule may change: how many events lie in a window it looks through."""
        return watched(self.node)

    @functools.cached_property
    def keys(self) -> set[Key]:
        """The features this rule reads, or that say when it may change."""
        return {key for leaf in self.leaves.values() for key in keys_of(leaf)} | set(self.watched)


def columns(
    rules: Iterable[Compiled],
    book: FeatureBook,
    profiles: Profiles,
    moment: Moment,
    member: MemberOf,
    beside: Beside = NOTHING,
) -> list[pl.Series]:
    """The columns that these rules read, one row per profile given; ``member`` gives those of memberships."""
    found: dict[str, pl.Series] = {}
    for rule in rules:
        for name, leaf in rule.leaves.items():
            if name not in found:
                found[name] = feature_column(book, leaf, profiles, moment, beside)
        for name, given in rule.given.items():
            if name not in found:
                found[name] = beside.column(given)
        for attribute in rule.attributes:
            if f"a:{attribute}" not in found:
                found[f"a:{attribute}"] = attribute_column(book, attribute, profiles, moment, beside)
        if rule.reads_now and _NOW not in found:
            found[_NOW] = now_column(len(profiles), moment)
        for name, window in rule.computed.items():
            found[f"lo:{name}"], found[f"hi:{name}"] = edge_columns(window, len(profiles), moment)
        for segment in rule.members:
            if f"m:{segment}" not in found:
                found[f"m:{segment}"] = pl.Series(member(segment, profiles))
        for segment in rule.been:
            if f"b:{segment}" not in found:
                found[f"b:{segment}"] = pl.Series(book.been.get(segment, profiles))
    return [column.alias(name) for name, column in found.items()]


def now_parts(node: Node) -> tuple[Node, ...]:
    """The largest parts of a rule that read the instant of evaluation and no data, each once."""
    if not any(isinstance(part, Now) for part in walk(node)):
        return ()
    if all(isinstance(part, _OF_NOW) for part in walk(node)):
        return (node,)
    return tuple(dict.fromkeys(part for child in children(node) for part in now_parts(child)))


def _restless(node: Node) -> bool:
    """Whether a rule holds values inside lists against windows, of which no streams are kept."""
    return any(path is None and not on_time(part) for part, path in inner_dates(node))


def evaluate(
    rules: Mapping[str, Compiled],
    book: FeatureBook,
    profiles: Profiles,
    moment: Moment,
    member: MemberOf,
    beside: Beside = NOTHING,
) -> dict[str, Bools]:
    """Whether each rule holds for each profile: an array of booleans per rule. A profile may be given several times.

    Rules that refer to each other must stand after those they refer to; they see the new values. For
    segments that are not among the rules ``member`` is asked. ``beside`` is what they read besides features.
    """
    if not len(profiles):
        return {name: np.empty(0, np.bool_) for name in rules}
    return _Evaluation(rules, book, profiles, moment, member, beside).held()


def holds(
    rule: Compiled,
    book: FeatureBook,
    profiles: Profiles,
    now: int,
    member: MemberOf,
    beside: Beside = NOTHING,
    clock: Int64s | None = None,
) -> Bools:
    """Whether one rule holds for each profile, however many they are; one may be there several times.

    ``beside`` is what the rule reads besides features, and ``clock`` an instant for each row that is ``Now`` there.
    """
    parts = [
        evaluate({"": rule}, book, profiles[rows], moment, member, some)[""]
        for rows, moment, some in blocks(len(profiles), Moment(now, clock=clock), beside)
    ]
    return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, np.bool_), *parts])


def blocks(count: int, moment: Moment, beside: Beside) -> Iterator[tuple[slice, Moment, Beside]]:
    """So many rows in blocks of :data:`BLOCK`, and what each is evaluated with."""
    for start in range(0, count, BLOCK):
        rows = slice(start, start + BLOCK)
        yield rows, moment.at(rows), beside if beside is NOTHING or count <= BLOCK else beside.at(rows)


class _Evaluation:
    """One evaluation: the chains of the rules, and what they ask for."""

    def __init__(
        self,
        rules: Mapping[str, Compiled],
        book: FeatureBook,
        profiles: Profiles,
        moment: Moment,
        member: MemberOf,
        beside: Beside,
    ) -> None:
        self._beside = beside
        self._rules, self._book, self._moment, self._member = rules, book, moment, member
        #: As machine words: each value of each leaf is then taken in a sixth of the time.
        self._profiles: Profiles = profiles.astype(np.intp)
        self._held: dict[str, Bools] = {}

    def held(self) -> dict[str, Bools]:
        scope = Scope(self._read, self._reader)
        self._ask_polars(scope)
        with np.errstate(over="ignore", invalid="ignore"):
            for name, rule in self._rules.items():
                self._held[name] = self._one(rule, scope)
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
        read = columns(parts.values(), self._book, self._profiles, self._moment, self._is_member, self._beside)
        height = pl.Series("height", np.empty(len(self._profiles), np.bool_))  # for parts that read no column
        table = pl.DataFrame([height, *read])
        select = table.select_seq if table.height < FEW else table.select
        return select("height", *(part.expression.alias(name) for name, part in parts.items()))

    def _is_member(self, segment: str, profiles: Profiles) -> Bools:
        held = self._held.get(segment)
        return self._member(segment, profiles) if held is None else held

    def _read(self, part: Node) -> Operand:
        match part:
            case Given():
                return operand(self._beside.column(part))
            case InWindow(value=Attribute(path=path)) if self._replaces(path[0]):
                return operand(feature_column(self._book, part, self._profiles, self._moment, self._beside))
            case Aggregate() | InWindow(value=Attribute()):
                return self._book.operand(part, self._profiles, self._moment.instants)
            case tree.Sequence() if keys_of(part):
                return self._book.followed(part, self._profiles, self._moment.instants), None
            case Member(segment=segment):
                return self._is_member(segment, self._profiles), None
            case Been(segment=segment):
                return self._book.been.get(segment, self._profiles), None
            case Attribute(path=(name,), type=type_):
                return self._attribute(name, type_)
            case _:
                return operand(self._polars({"part": Compiled(part)})["part"])

    def _reader(self, places: NDArray[np.intp]) -> Callable[[Node], Operand]:
        """What reads for the profiles at these places only."""
        moment = self._moment.at(places)
        beside = self._beside if self._beside is NOTHING else self._beside.at(places)

        def member(segment: str, _: Profiles) -> Bools:
            return self._is_member(segment, self._profiles)[places]

        return _Evaluation({}, self._book, self._profiles[places], moment, member, beside)._read

    def _attribute(self, name: str, type_: Type) -> Operand:
        found = self._book.attributes.operand(name, self._profiles, type_)
        if found is None:  # there is none, or it was widened since the rule was written
            raise Inexact
        undone = self._moment.instants is not None and any(change.attribute == name for change in self._moment.undo)
        if undone or self._replaces(name):
            return operand(attribute_column(self._book, name, self._profiles, self._moment, self._beside))
        return found

    def _replaces(self, attribute: str) -> bool:
        beside = self._beside
        return beside is not NOTHING and beside.replaces(attribute)


def _read_directly(part: Node) -> bool:
    """Whether chains read this as it stands: a membership, an attribute, or what features are kept for."""
    match part:
        case Aggregate() | Member() | Been() | Given() | InWindow(value=Attribute()):
            return True
        case tree.Sequence():
            return bool(keys_of(part))
        case Attribute(path=path):
            return len(path) == 1
        case _:
            return False
