"""What there is around a journey that is tried: a copy of the state, segments, other journeys."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from parcours.core.facts import DefinitionChange
from parcours.core.schema import BOOLEAN
from parcours.engines.state import State
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.state import JourneysState
from parcours.language.tree import Attribute, Call, Node
from parcours.language.tree import Literal as Constant
from parcours.language.tree_json import to_json


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What there is around a journey that is tried.

    Attributes:
        state: a copy of the live state without its journeys, or an empty one.
        segments: rules of segments that are published.
        journeys: the published journeys that it may jump into or call.
        around: rule sets and suppressed addresses, where ``state`` does not know them.
    """

    state: State
    segments: Mapping[str, Node]
    journeys: Sequence[JourneyDefinition] = ()
    around: Sequence[DefinitionChange] = ()

    @property
    def changes(self) -> Sequence[DefinitionChange]:
        """Everything that a tick is told of before the journey itself."""
        segments = [
            DefinitionChange("segment", name, 1_000_000, "publish", {"rule": to_json(_marked(name, rule))})
            for name, rule in self.segments.items()
        ]
        journeys = [DefinitionChange("journey", one.id, one.version, "publish", one.to_json()) for one in self.journeys]
        return [*segments, *self.around, *journeys]


def member_of(segment: str) -> str:
    """The attribute that says in a session whether somebody is in a segment, whatever its rule says."""
    return f"segment {segment}"


def _marked(name: str, rule: Node) -> Node:
    """The rule of a segment, unless the person's own mark says otherwise."""

    def marked(function: str, value: bool) -> Node:
        return Call(function, (Attribute((member_of(name),), BOOLEAN), Constant(value, BOOLEAN)), BOOLEAN)

    left = Call("and", (marked("ne", False), rule), BOOLEAN)
    return Call("or", (marked("eq", True), left), BOOLEAN)


def copied(state: State) -> State:
    """A copy of a state without its journeys, which changes nothing of the state that is live."""
    live, bare = state.journeys, JourneysState()
    bare.board, bare.suppressed, bare.signals = live.board, live.suppressed, live.signals
    state.journeys = bare
    try:
        parts = {name: _copy(part) for name, part in state.dump().items()}
    finally:
        state.journeys = live
    return State.load(parts)


def _copy(part: Any) -> Any:
    return part if isinstance(part, pl.DataFrame | bytes) else copy.deepcopy(part)
