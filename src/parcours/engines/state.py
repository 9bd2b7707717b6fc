"""Everything a tick starts from: features, memberships, runs of journeys, and who exists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.facts import Batch, DefinitionChange
from parcours.core.schema import Schema
from parcours.flow.ingest.registry import ProfileNumbers
from parcours.flow.journeys import joining
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.state import JourneysState
from parcours.flow.segments.schedules import Schedule
from parcours.flow.segments.stage import SegmentStage
from parcours.kernel import shelf
from parcours.kernel.book import FeatureBook
from parcours.kernel.evaluate import Compiled
from parcours.kernel.narrow import narrowed, reads_any_type
from parcours.kernel.rows import Bools, Profiles, Rows
from parcours.kernel.streams import StreamSpec
from parcours.language.functions.samples import hashes_of
from parcours.language.tree import Node
from parcours.language.tree_json import from_json, to_json


class State:
    """The state between two ticks. A tick consumes it: it changes in place and is handed on.

    Attributes:
        tick: number of the last tick, 0 before the first.
        now: instant of the last tick, ``None`` before the first.
        alive: per profile number whether it is somebody (known and not erased).
        linked: how many links were taken in.
        controls: the number of the last control that was taken in, by kind and id.
    """

    def __init__(self, schema: Schema | None = None) -> None:
        self.tick = 0
        self.now: int | None = None
        self.book = FeatureBook(schema or Schema())
        self.segments = SegmentStage(self.book)
        self.journeys = JourneysState()
        self.profiles = 0
        self.alive: Bools = np.zeros(0, np.bool_)
        self.register = ProfileNumbers()
        self.linked = 0
        self.controls: dict[tuple[str, str], int] = {}
        self.book.attributes.ids = self.ids
        self._compiled: dict[Node, Compiled] = {}
        self._hashes: NDArray[np.uint64] = np.empty(0, np.uint64)
        self._rules_of_journeys: dict[str, list[Node]] = {}

    @property
    def schema(self) -> Schema:
        return self.book.schema

    def readable(self, rule: Node) -> Node:
        """The rule as it is kept: its lists of events hold what it reads of the event types there are."""
        return narrowed(rule, self.schema)

    def compiled(self, rule: Node) -> Compiled:
        """The rule ready to be evaluated; compiled when first asked for."""
        if rule not in self._compiled:
            self._compiled[rule] = Compiled(self.readable(rule))
        return self._compiled[rule]

    def widen(self, schema: Schema) -> None:
        """Take over a wider schema. Rules that read events of any type read those of new types from now on."""
        new_types = schema.events.keys() - self.schema.events.keys()
        self.book.widen(schema)
        if not new_types:
            return
        self._compiled = {}
        for name, item in list(self.segments.published.items()):
            known = item.rule.node
            if reads_any_type(known):
                self.book.require([self.readable(known)], {}, self.now or 0)
                self.segments.define(name, item.version, self.readable(known), item.schedule)
                self.book.release([known])
        for journey, rules in self._rules_of_journeys.items():
            if any(map(reads_any_type, rules)):
                self._rules_of_journeys[journey] = [self.readable(rule) for rule in rules]
                self.book.require(self._rules_of_journeys[journey], {}, self.now or 0)
                self.book.release(rules)

    def keep_features(self, journey: JourneyDefinition, history: Mapping[StreamSpec, Rows], now: int) -> None:
        """Keep the features that a version of a journey reads, until :meth:`release_features`."""
        rules = [self.readable(rule) for rule in journey.profile_rules()]
        self.book.require(rules, history, now)
        self._rules_of_journeys.setdefault(journey.id, []).extend(rules)

    @property
    def journeys_with_features(self) -> tuple[str, ...]:
        """The journeys for which features are kept."""
        return tuple(name for name, rules in self._rules_of_journeys.items() if rules)

    def release_features(self, journey: str) -> None:
        """All versions of this journey have ended: drop the features that nobody else reads."""
        self.book.release(self._rules_of_journeys.pop(journey, []))

    def has(self, attribute: str, profiles: Profiles) -> Bools:
        """Which of these profiles have a value of an attribute; new ones have none."""
        known = profiles < self.profiles
        found = np.zeros(len(profiles), np.bool_)
        found[known] = self.book.attributes.get(attribute, profiles[known]).is_not_null().to_numpy()
        return found

    def ids(self, profiles: Profiles) -> pl.Series:
        """The external id of each of these profiles; null for erased ones."""
        return self.register.ids(profiles)

    def hashes(self, profiles: Profiles) -> NDArray[np.uint64]:
        """A hash of the external id of each of these profiles, the same on every machine, for ever."""
        known = len(self._hashes)
        if known < self.profiles:
            new = self.register.ids(np.arange(known, self.profiles, dtype=np.int32))
            self._hashes = np.concatenate((self._hashes, hashes_of(new)))
        return self._hashes[profiles]

    def take_controls(self, changes: Iterable[DefinitionChange]) -> None:
        """Remember the numbers of these controls, so that none is taken in twice."""
        for change in changes:
            number = change.body.get("control")
            if isinstance(number, int):
                self.controls[change.kind, change.id] = number

    def add_profiles(self, new: pl.DataFrame) -> None:
        """Make these profiles known. A gap in their numbers stands for profiles that were erased since."""
        if not new.height:
            return
        new = new.sort("_profile")
        first, last = int(new["_profile"][0]), int(new["_profile"][-1])
        if first < self.profiles:
            raise ValueError(f"profile {first} is known already")
        numbers = pl.DataFrame({"_profile": np.arange(self.profiles, last + 1, dtype=np.int32)})
        self._append(numbers.join(new, on="_profile", how="left", maintain_order="left")["_profile_id"])

    def link(self, batch: Batch) -> Profiles:
        """Take over what became known about ids, also memberships and runs of profiles that were merged or separated;
        gives the profiles that are to be looked at anew."""
        links = batch.links
        if not links.height:
            return np.empty(0, np.int32)
        if self.register.applied == self.linked:  # a batch of the runner's own making has applied them already
            self.register.apply(links)
        self.linked += links.height
        named = links.filter(pl.col("kind") == "main")
        renamed = named["_profile"].to_numpy()
        gone, into = batch.joined("merge")
        back, whole = batch.joined("unmerge")
        whole = self.register.current(whole)
        self._call_anew(np.concatenate((renamed, back)))
        joining.rename(self.journeys, renamed, named["was"].to_list())
        for part, rest in zip(back.tolist(), whole.tolist(), strict=True):
            joining.separate(self.journeys, part, rest, self.register.known, batch.moved)
        self._join(gone, into, links.filter(pl.col("kind") == "merge")["was"].to_list())
        self.alive[back], self.alive[gone] = True, False
        return np.unique(np.concatenate((renamed, self.register.current(into), back, whole)))

    def _join(self, gone: Profiles, into: Profiles, names: list[str]) -> None:
        joining.join(self.journeys, gone, into, names)
        into = self.register.current(into)
        self.segments.bits.join(gone, into)
        self.book.been.join(gone, into)

    def _call_anew(self, profiles: Profiles) -> None:
        """The ids of these have changed, and so have the hashes of them."""
        known = profiles[profiles < len(self._hashes)]
        self._hashes[known] = hashes_of(self.register.names(known))

    def _append(self, ids: pl.Series) -> None:
        """The next numbers belong to these ids; null stands for somebody who was erased since."""
        known = self.profiles + len(ids)
        if len(self.register) < known:  # a batch of the runner's own making has registered them already
            self.register.append(ids.slice(len(self.register) - self.profiles))
        self.profiles = known
        self.book.resize(known)
        self.segments.resize(known)
        self.alive = np.append(self.alive, ids.is_not_null().to_numpy())

    def erase(self, profiles: Profiles) -> None:
        """Forget everything about these profiles but their numbers."""
        if not len(profiles):
            return
        unknown = int(profiles.max()) + 1 - self.profiles
        if unknown > 0:  # in a recovery: the log has forgotten that they ever came
            self._append(pl.Series([None], dtype=pl.String).new_from_index(0, unknown))
        self.book.erase(profiles)
        self.segments.bits.clear(profiles)
        self.journeys.erase(profiles)
        self.alive[profiles] = False
        self.register.forget(profiles)

    # --- snapshots ---------------------------------------------------------------------------------

    def dump(self) -> dict[str, Any]:
        """Everything as named parts (arrays, frames, plain data); :meth:`load` makes the same state of them."""
        book, parts = shelf.dump(self.book)
        journeys = {f"journeys/{name}": part for name, part in self.journeys.dump().items()}
        members = {f"members/{name}": part for name, part in self.segments.bits.dump().items()}
        meta = {
            "tick": self.tick,
            "now": self.now,
            "profiles": self.profiles,
            "schema": self.schema.to_json(),
            "controls": [[kind, id_, number] for (kind, id_), number in self.controls.items()],
            "book": book,
            "segments": [
                {
                    "id": name,
                    "version": item.version,
                    "rule": to_json(item.rule.node),
                    "evaluation": None if item.schedule is None else item.schedule.to_json(),
                }
                for name, item in self.segments.published.items()
            ],
        }
        return {
            "meta": meta,
            **{f"ids/{name}": part for name, part in self.register.dump().items()},
            **members,
            **journeys,
            **{f"book/{name}": part for name, part in parts.items()},
        }

    @staticmethod
    def load(parts: Mapping[str, Any]) -> State:
        """The state that :meth:`dump` described."""
        meta = parts["meta"]
        state = State(Schema.from_json(meta["schema"]))
        state.tick, state.now, state.profiles = meta["tick"], meta["now"], meta["profiles"]
        state.controls = {(kind, id_): number for kind, id_, number in meta["controls"]}
        state.register = ProfileNumbers.load(_below("ids/", parts))
        state.linked = state.register.applied
        state.alive = state.register.is_somebody
        shelf.load(state.book, meta["book"], _below("book/", parts))
        state.segments.resize(state.profiles)
        rules = {shape["id"]: (shape["version"], from_json(shape["rule"])) for shape in meta["segments"]}
        state.book.require([rule for _, rule in rules.values()], {}, state.now or 0)
        schedules = {
            shape["id"]: Schedule.from_json(shape["evaluation"])
            for shape in meta["segments"]
            if shape.get("evaluation")
        }
        state.segments.define_all(rules, schedules)
        members = _below("members/", parts)
        for segment in state.segments.published:
            state.segments.bits.flip(segment, members[segment])
        state.journeys = JourneysState.load(_below("journeys/", parts))
        for journey in state.journeys.definitions():
            state.keep_features(journey, {}, state.now or 0)
        return state


def _below(prefix: str, parts: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(prefix): part for name, part in parts.items() if name.startswith(prefix)}
