"""The book of features: which streams and features exist, who needs them, and how they move on.

Equal aggregates are one feature however many rules name them; a feature nobody needs any more is dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl

from parcours.core.facts import EventBatch
from parcours.core.schema import INTEGER, Schema, Type
from parcours.kernel.attributes import AttributeChange, AttributeStore
from parcours.kernel.bits import MemberBits
from parcours.kernel.dates import date_rows
from parcours.kernel.features import Feature, build
from parcours.kernel.keys import Key, keys_of, needed
from parcours.kernel.operands import Operand
from parcours.kernel.reduce import Reducer
from parcours.kernel.rows import Bools, Int64s, Profiles, Rows, TextPool, concat, no_rows
from parcours.kernel.streams import Stream, StreamSpec
from parcours.kernel.successions import followed, plan_of
from parcours.kernel.threads import portions, together
from parcours.kernel.watching import watch
from parcours.kernel.whole import listed
from parcours.language import tree
from parcours.language.tree import Aggregate, Events, InWindow, Node

#: Rows of events of one type, by the streams that take them.
Reduced = list[tuple[Stream, Rows]]


@dataclass(frozen=True, slots=True)
class _Bound:
    """A leaf and where it is read from. Holds the leaf, so that its address stays its own."""

    leaf: Node
    features: list[tuple[Feature, Type]]


class FeatureBook:
    """All streams and features of a workspace (or of one partition of its profiles)."""

    def __init__(self, schema: Schema, profiles: int = 0) -> None:
        self.schema = schema
        self.pool = TextPool()
        self.attributes = AttributeStore(schema, profiles)
        #: Who was in which segment before this tick, or is: a bit is set with the first entry, and stays.
        self.been = MemberBits(profiles)
        self._room = profiles
        self._streams: dict[StreamSpec, Stream] = {}
        self._features: dict[Key, Feature] = {}
        self._users: Counter[Key] = Counter()
        self._reducers: dict[str, tuple[Reducer, list[Stream]]] = {}
        self._retracted: dict[StreamSpec, Rows] = {}
        self._bound: dict[int, _Bound] = {}

    def __len__(self) -> int:
        return len(self._features)

    def __contains__(self, key: object) -> bool:
        return key in self._features

    @property
    def streams(self) -> Mapping[StreamSpec, Stream]:
        return self._streams

    @property
    def features(self) -> Mapping[Key, Feature]:
        return self._features

    @property
    def room(self) -> int:
        """For how many profiles there is room."""
        return self._room

    # --- what is kept ------------------------------------------------------------------------------

    def missing(self, nodes: Iterable[Node]) -> list[StreamSpec]:
        """The streams of events that these rules need and that are not kept yet: what to read from the log."""
        wanted = dict.fromkeys(key[0] for node in nodes for key in needed(node))
        return [spec for spec in wanted if spec not in self._streams and not spec.event.startswith("@")]

    def require(self, nodes: Sequence[Node], history: Mapping[StreamSpec, Rows], now: int) -> None:
        """Keep the features that these rules need; new ones are built from ``history`` as of ``now``."""
        new: list[Feature] = []
        for key in (key for node in nodes for key in needed(node)):  # each rule is a user of its own
            if key not in self._features:
                new.append(self._new_feature(key, history))
                self._features[key] = new[-1]
            self._users[key] += 1
        build(new, now)
        for node in nodes:
            watch(node, self._features)
        self._reducers = {}

    def _new_feature(self, key: Key, history: Mapping[StreamSpec, Rows]) -> Feature:
        spec, window, kind = key
        if spec not in self._streams:
            rows = self._attribute_rows(spec) if spec.event.startswith("@") else history.get(spec)
            self._streams[spec] = Stream(spec, rows)
        return Feature(self._streams[spec], window, kind, self._room, self.pool)

    def resume(self, room: int, streams: Iterable[Stream], features: Iterable[Feature]) -> None:
        """Go on with these, which are up to date; rules must be required again (nothing is computed anew)."""
        self._room = room
        self._streams = {stream.spec: stream for stream in streams}
        self._features = {(feature.stream.spec, feature.window, feature.kind): feature for feature in features}

    def release(self, nodes: Iterable[Node]) -> None:
        """These rules are gone: drop what nobody needs any more."""
        for key in (key for node in nodes for key in needed(node)):
            self._users[key] -= 1
            if self._users[key] <= 0:
                del self._users[key], self._features[key]
        used = {key[0] for key in self._features}
        self._streams = {spec: stream for spec, stream in self._streams.items() if spec in used}
        self._reducers, self._bound = {}, {}

    def resize(self, profiles: int) -> None:
        """Make room for this many profiles, and for a quarter more."""
        if profiles > self._room:
            self._room = profiles + profiles // 4 + 64
            self.attributes.resize(self._room)
            self.been.resize(self._room)
            for feature in self._features.values():
                feature.aggregate.resize(self._room)

    def widen(self, schema: Schema) -> None:
        """Take over a wider schema."""
        if schema != self.schema:
            self.schema = schema
            self.attributes.widen(schema)
            self._reducers = {}

    # --- rows --------------------------------------------------------------------------------------

    def reducer(self, event: str) -> Reducer | None:
        """What makes rows of events of this type, or ``None`` when no stream is over it."""
        found = self._reducer(event)
        return None if found is None else found[0]

    def _reducer(self, event: str) -> tuple[Reducer, list[Stream]] | None:
        if event not in self._reducers:
            streams = [stream for spec, stream in self._streams.items() if spec.event == event]
            if not streams:
                return None
            specs = [stream.spec for stream in streams]
            self._reducers[event] = (Reducer(event, specs, self.schema.events.get(event, {})), streams)
        return self._reducers[event]

    def reduce(self, events: EventBatch) -> Reduced:
        """The rows of these events by stream. Reads nothing but the events, so it may run ahead of the tick."""
        found = self._reducer(events.type)
        if found is None:
            return []
        return list(zip(found[1], found[0].rows(events.rows, self.pool), strict=True))

    def take_events(self, reduced: Iterable[Reduced]) -> None:
        """Stage the rows of new events."""
        arriving: dict[StreamSpec, list[Rows]] = {}
        for stream, rows in (pair for rows_by_stream in reduced for pair in rows_by_stream):
            arriving.setdefault(stream.spec, []).append(rows)

        def arrive(specs: Sequence[StreamSpec]) -> None:
            for spec in specs:
                for rows in arriving[spec]:
                    self._streams[spec].arrive(rows)

        size = sum(len(rows) for some in arriving.values() for rows in some) // max(1, len(arriving))
        together([partial(arrive, part) for part in portions(list(arriving), size)])

    def take_back(self, batches: Iterable[EventBatch]) -> None:
        """Take the rows of retracted events out of their streams."""
        for batch in batches:
            for stream, rows in self.reduce(batch):
                self._retract(stream, rows)

    def take_attributes(self, changes: pl.DataFrame, prev: int, now: int) -> list[AttributeChange]:
        """Apply attribute changes; windows over date attributes move with them."""
        done = list(self.attributes.apply(changes, prev, now))
        for change in done:
            for spec, stream in self._streams.items():
                if spec.event.startswith("@") and spec.event[1:].split(".")[0] == change.attribute:
                    stream.changed.append((change.profiles, change.instants))
                    self._retract(stream, date_rows(spec, change.profiles, change.before))
                    stream.arrive(date_rows(spec, change.profiles, change.after))
        return done

    def _attribute_rows(self, spec: StreamSpec) -> Rows:
        everyone = np.arange(self._room, dtype=np.int32)
        return date_rows(spec, everyone, self.attributes.get(spec.event[1:].split(".")[0], everyone))

    def _retract(self, stream: Stream, rows: Rows) -> None:
        if len(rows):
            known = self._retracted.get(stream.spec, no_rows(stream.spec.valued))
            self._retracted[stream.spec] = concat([known, stream.retract(rows)], stream.spec.valued)

    # --- time --------------------------------------------------------------------------------------

    def advance(self, prev: int, now: int) -> list[tuple[Key, Profiles]]:
        """Move every feature to ``now``; gives those that changed in a way that matters, and for whom."""
        of_stream: dict[StreamSpec, list[int]] = {}
        features = list(self._features.items())
        for place, (key, _) in enumerate(features):
            of_stream.setdefault(key[0], []).append(place)
        changed: list[Profiles | None] = [None] * len(features)

        def move(specs: Sequence[StreamSpec]) -> None:
            for spec in specs:
                retracted = self._retracted.get(spec) if self._retracted else None
                for place in of_stream[spec]:
                    changed[place] = features[place][1].advance(prev, now, retracted)

        together([partial(move, part) for part in portions(list(of_stream), self._arrived)])
        return [(key, some) for (key, _), some in zip(features, changed, strict=True) if some is not None and len(some)]

    def look_back(self, keys: Iterable[Key], instants: int) -> None:
        """Be ready to give the values of these features at so many instants of the tick just done."""

        def ready(features: Sequence[Feature]) -> None:
            for feature in features:
                feature.look_back()

        moved = [feature for key in keys if (feature := self._features[key]).journal]
        together([partial(ready, part) for part in portions(moved, instants)])

    @property
    def _arrived(self) -> int:
        """How many rows came with this tick to a stream, on average."""
        return sum(len(stream.arrived) for stream in self._streams.values()) // max(1, len(self._streams))

    def settle(self) -> None:
        """The tick is over: file what arrived."""

        def settle(streams: Sequence[Stream]) -> None:
            for stream in streams:
                stream.settle()

        together([partial(settle, part) for part in portions(list(self._streams.values()), self._arrived)])
        self._retracted = {}

    def erase(self, profiles: Profiles) -> None:
        """Forget these profiles."""
        for stream in self._streams.values():
            stream.erase(profiles)
        for feature in self._features.values():
            feature.erase(profiles)
        self.attributes.erase(profiles)
        self.been.clear(profiles)

    # --- reading -----------------------------------------------------------------------------------

    def feature(self, key: Key) -> Feature:
        return self._features[key]

    def column(self, leaf: Node, profiles: Profiles, instants: Int64s | None = None) -> pl.Series:
        """The value of a leaf for each profile: now, or at instants of the tick just done."""
        if isinstance(leaf, Events):
            return self._listed(leaf, profiles, instants)
        if isinstance(leaf, tree.Sequence):
            return pl.Series(self.followed(leaf, profiles, instants))
        values = [
            feature.column(feature.values(profiles, instants), type_) for feature, type_ in self._bind(leaf).features
        ]
        match leaf:
            case Aggregate(kind="average"):
                total, count = values
                nothing = count == 0
                return (total / count).set(nothing, None) if nothing.any() else total / count
            case InWindow():
                return values[0] > 0
            case _:
                return values[0]

    def operand(self, leaf: Node, profiles: Profiles, instants: Int64s | None = None) -> Operand:
        """:meth:`column` as an array; not for texts."""
        (feature, type_), *rest = self._bind(leaf).features
        values, unknown = feature.operand(feature.values(profiles, instants), type_)
        if isinstance(leaf, InWindow):
            return values > 0, None
        if not rest:
            return values, unknown
        count = rest[0][0].values(profiles, instants)  # of an average
        nothing = count == 0
        return (values / np.where(nothing, 1, count), nothing) if nothing.any() else (values / count, None)

    def _listed(self, leaf: Events, profiles: Profiles, instants: Int64s | None) -> pl.Series:
        features = [self._features[key] for key in keys_of(leaf)]
        now = max((feature.hi for feature in features), default=0)
        streams = [feature.stream for feature in features]
        return listed(leaf, streams, self.pool, profiles, now if instants is None else instants)

    def followed(self, leaf: tree.Sequence, profiles: Profiles, instants: Int64s | None = None) -> Bools:
        """Whether each profile has events that follow one another; for sequences that streams answer."""
        plan = plan_of(leaf)
        assert plan is not None
        features = [self._features[key] for key in keys_of(leaf)]
        streams = {feature.stream.spec: feature.stream for feature in features}
        return followed(plan, streams, profiles, max((feature.hi for feature in features), default=0), instants)

    def _bind(self, leaf: Node) -> _Bound:
        """The features of a leaf, found by the leaf's address: its tree would have to be hashed each time."""
        bound = self._bound.get(id(leaf))
        if bound is None:
            features = [
                (self._features[key], INTEGER if key[2] in ("count", "distinct") else _value_type(leaf))
                for key in keys_of(leaf)
            ]
            bound = self._bound[id(leaf)] = _Bound(leaf, features)
        return bound


def _value_type(leaf: Node) -> Type:
    return leaf.value.type if isinstance(leaf, Aggregate) and leaf.value is not None else INTEGER
