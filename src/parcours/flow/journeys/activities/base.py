"""What an activity is: parameters, checks, edges, and one vectorised step.

An activity is a frozen msgspec struct whose fields are the parameters as they are written, so its JSON Schema
and a generic form come by themselves. The runtime knows no kind of activity: it asks for edges, rules and
listeners, and calls :meth:`Activity.step` with all runs that arrive at the same moment of a tick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.errors import ParcoursError
from parcours.core.schema import Schema, Type
from parcours.flow.journeys.contents import Contents
from parcours.language.tree import Node

#: The instant that never comes: no timer runs.
NEVER = int(np.iinfo(np.int64).max)
#: What is known of the change of membership that began a run (journeys.md, section 8).
QUALIFICATION_FIELDS = ("segment", "status", "time")
#: In :attr:`Moves.edge`: the run stays at the activity.
STAY = -1
#: In :attr:`Moves.edge`: the run ends here, normally.
FINISH = -2


class Edge(NamedTuple):
    """A way out: its label, the activity it leads to (``None``: the run ends normally), the setting that says so."""

    label: str
    to: str | None
    setting: str


class RuleText(NamedTuple):
    """A rule or expression as written; ``setting`` is its path in the activity.

    With ``event`` it is about rows of that type. ``usage`` is ``condition``, ``text`` for an expression whose value is
    shown, or ``time`` for one that gives an instant; local times are then read in ``zone``.
    """

    setting: str
    shape: object
    event: str | None = None
    usage: str = "condition"
    zone: str = "UTC"


class Listener(NamedTuple):
    """An event type that wakes a parked run onto ``edge``; ``rule`` is the setting of its row rule, if it has one."""

    event: str
    edge: str
    rule: str | None = None


class Needs(NamedTuple):
    """Names that an activity reads: attributes of the profile, properties of the last event that the run heard,
    fields of the qualification that began it (:data:`QUALIFICATION_FIELDS`)."""

    attributes: frozenset[str] = frozenset()
    event: frozenset[str] = frozenset()
    qualification: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Names:
    """What an activity may refer to: the schema, and the properties of the events that the journey listens to.

    ``heard`` is ``None`` when that is not known, because one of these events does not exist.
    """

    schema: Schema
    heard: Mapping[str, Type] | None = None


@dataclass(frozen=True, slots=True)
class World:
    """What an activity may ask while it steps; all answers are as of the end of the tick, ``now``.

    Attributes:
        now: the instant of the tick.
        evaluate: which of these profiles fulfil a rule.
        attributes: current values of the named attributes, one row per profile in the order given.
        profile_ids: external ids of the profiles, in the order given.
        values: the value of an expression for each of these profiles; null where evaluation fails.
    """

    now: int
    evaluate: Callable[[Node, NDArray[np.int32]], NDArray[np.bool_]]
    attributes: Callable[[Sequence[str], NDArray[np.int32]], pl.DataFrame]
    profile_ids: Callable[[NDArray[np.int32]], pl.Series]
    values: Callable[[Node, NDArray[np.int32]], pl.Series]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The runs that arrive at one activity, as columns of equal length.

    Attributes:
        profile: dense numbers of the profiles, each at most once.
        at: instant of arrival of each run, microseconds.
        qualification: how each run began: ``segment``, ``status`` (enter or exit), ``time``.
        heard: JSON of the last event each run heard (null: none yet), or ``None`` if no activity needs it.
        rules: typed rules of this activity by their setting.
    """

    profile: NDArray[np.int32]
    at: NDArray[np.int64]
    qualification: Callable[[], pl.DataFrame]
    heard: pl.Series | None
    rules: Mapping[str, Node]

    def __len__(self) -> int:
        return len(self.profile)


@dataclass(frozen=True, slots=True)
class Moves:
    """Where the arrivals go.

    Attributes:
        edge: per run the index into :meth:`Activity.edges`, or :data:`STAY` or :data:`FINISH`.
        due: per run the instant at which a run that stays leaves by itself; ``None`` where nobody stays.
        channel: channel of ``contents``.
        contents: what the messages to hand over show, one per run; ``None`` where there are none.
    """

    edge: NDArray[np.int16]
    due: NDArray[np.int64] | None = None
    channel: str = ""
    contents: Contents | None = None


class Activity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step of a journey; subclasses add their parameters and what they do.

    ``kind`` is the ``type:`` in a definition. ``label`` and ``description`` are for people only.
    """

    kind: ClassVar[str]

    label: str = ""
    description: str = ""

    def check(self, names: Names) -> Iterator[ParcoursError]:
        """Everything wrong with the parameters; ``where`` of a problem is the setting, for example ``for``."""
        yield from ()

    def edges(self) -> tuple[Edge, ...]:
        """The ways out, in vertical order."""
        return ()

    def rules(self) -> tuple[RuleText, ...]:
        """The rules among the parameters."""
        return ()

    def listens(self) -> tuple[Listener, ...]:
        """The events that wake a run parked here; of several at one instant the upper one wins."""
        return ()

    def elapsed(self) -> str:
        """Label of the edge taken when the instant in :attr:`Moves.due` comes."""
        raise NotImplementedError(f"{self.kind} has no timer")

    def needs(self) -> Needs:
        """Attributes and event properties that :meth:`step` reads."""
        return Needs()

    def templates(self) -> Mapping[str, str]:
        """What the delivery stage needs to render messages of this activity: the channel and its templates."""
        return {}

    def step(self, arrivals: Arrivals, world: World) -> Moves:
        """Where the arriving runs go. Vectorised: no loop over runs."""
        raise NotImplementedError


def everyone(arrivals: Arrivals, edge: int) -> NDArray[np.int16]:
    """The same edge for all."""
    return np.full(len(arrivals), edge, np.int16)


def parameters(kind: type[Activity]) -> dict[str, Any]:
    """JSON Schema of the parameters of an activity, for forms and documentation."""
    return msgspec.json.schema(kind)
