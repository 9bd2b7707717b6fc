"""What an activity is: parameters, checks, edges, and one vectorised step.

An activity is a frozen msgspec struct whose fields are the parameters as they are written, so its JSON Schema
and a generic form come by themselves. The runtime knows few kinds of activity: it asks for edges, rules and
listeners, and calls :meth:`Activity.step` with all runs that arrive at the same moment of a tick.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.errors import ParcoursError
from parcours.core.schema import Schema, Type
from parcours.flow.journeys.activities.arriving import Arrivals, Needs
from parcours.flow.journeys.contents import Contents
from parcours.flow.journeys.typed import Values

#: The instant that never comes: no timer runs.
NEVER = int(np.iinfo(np.int64).max)
#: What is known of the change of membership that began a run (journeys.md, section 8).
QUALIFICATION_FIELDS = ("segment", "status", "time")
#: In :attr:`Moves.edge`: the run stays at the activity, until it is due, woken or answered.
STAY = -1
#: In :attr:`Moves.edge`: the run ends here, normally.
FINISH = -2
#: In :attr:`Moves.edge`: the step failed; the run takes the error edge, or ends in error where there is none (R7).
FAIL = -3
#: In :attr:`Moves.edge`: the run takes all edges at once, as branches of its own.
ALL = -4
#: In :attr:`Moves.edge`: the activity takes no part in the race that it stands in (R5).
OUT = -5

#: Label of the way out that a failed step takes.
ERROR = "error"


class Edge(NamedTuple):
    """A way out: its label, the activities it leads to (several: a race; none: the run ends normally), and the
    setting that says so."""

    label: str
    to: tuple[str, ...]
    setting: str


#: How ways out are written: the name of an activity, several of them that race, or none.
Targets: TypeAlias = str | tuple[str, ...] | None


def edge(label: str, to: Targets, setting: str) -> Edge:
    """The way out as it is written."""
    if to is None:
        return Edge(label, (), setting)
    return Edge(label, (to,) if isinstance(to, str) else tuple(to), setting)


#: In :attr:`RuleText.into`: an element of a list.
ITEM = "[]"


class RuleText(NamedTuple):
    """A rule or expression as written; ``setting`` is its path in the activity.

    With ``event`` it is about rows of that type. ``usage`` is ``condition``, ``text`` for an expression whose value is
    shown, ``value`` for one whose value is kept as it is, or ``time`` for one that gives an instant or a local time.
    ``into`` says where a ``value`` is kept, whose type it must then be of: ``("attribute", name)``, or
    ``("event", type, property)``; further names lead into an object, :data:`ITEM` into a list.
    """

    setting: str
    shape: object
    event: str | None = None
    usage: str = "condition"
    zone: str = "UTC"
    into: tuple[str, ...] = ()


class EventListener(NamedTuple):
    """An event type that wakes a parked run onto ``edge``; ``rule`` is the setting of its row rule, if it has one.

    ``look_back``: events since then count, too: ``entry`` of the run, or microseconds before the arrival.
    """

    event: str
    edge: str
    rule: str | None = None
    look_back: Literal["entry"] | int | None = None


class SegmentListener(NamedTuple):
    """A change of membership that wakes a parked run onto ``edge``; ``directions`` among ``enter`` and ``exit``."""

    segment: str
    directions: frozenset[str]
    edge: str


class SignalListener(NamedTuple):
    """A signal of a delivery of this run that wakes it onto ``edge``: what became of it (``sent``, ``failed``), or what
    the person did (``opened``, ``clicked`` …). ``activity`` is the one that sent it; ``link``: only this one."""

    activity: str
    signal: str
    edge: str
    link: str | None = None


Listener: TypeAlias = EventListener | SegmentListener | SignalListener


@dataclass(frozen=True, slots=True)
class Names:
    """What an activity may refer to.

    Attributes:
        schema: attributes and event types.
        heard: properties of the events that the journey listens to; ``None`` when that is not known, because one of
            these events does not exist.
        activities: the activities of the journey by id.
        segments: the published segments.
        actions, sources: the configured custom actions and data sources, by name the type of their answers; ``None``
            when any may be named.
        journeys: the journeys that can be jumped into; ``None`` when any may be named.
        rule_sets: the rule sets that exist; ``None`` when any may be named.
    """

    schema: Schema
    heard: Mapping[str, Type] | None = None
    activities: Mapping[str, Activity] = field(default_factory=dict)
    segments: frozenset[str] | None = None
    actions: Mapping[str, Type] | None = None
    sources: Mapping[str, Type] | None = None
    journeys: frozenset[str] | None = None
    rule_sets: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """Messages for one channel, where the runs of one activity use several: as ``channel``, ``contents`` and ``sends``
    of :class:`Moves`."""

    channel: str
    contents: Contents
    sends: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Moves:
    """Where the arrivals go.

    Attributes:
        edge: per run the index into :meth:`Activity.edges`, or one of the constants above.
        due: per run the instant at which a run that stays leaves by itself; ``None`` where nobody does.
        channel: channel of ``contents``.
        contents: what the messages or calls to hand over hold, one per run; ``None`` where there are none.
        sends: which runs hand something over; ``None``: all. ``contents`` has a row for each of these.
        parcels: messages on several channels instead; no run is in two of them.
        error: code of the failure of those that fail (``http_500``, ``timedOut``, ``capped``, ``error``). Where a run
            with a code takes an edge, the failure has a way out of its own (``timeout``), and the code is remembered.
        writes: attributes to set.
        detail: what the step rows say beside the outcome, per run.
        target: journey to start a run of at once, with ``payload`` (jump and call).
        returns: the run that stays is answered when the run of ``target`` ends.
        event: type of ``events``, one about each run's person: input of the next tick, with these properties.
    """

    edge: NDArray[np.int16]
    due: NDArray[np.int64] | None = None
    channel: str = ""
    contents: Contents | None = None
    sends: NDArray[np.bool_] | None = None
    error: str | pl.Series | None = None
    writes: Values | None = None
    detail: pl.Series | None = None
    target: str | None = None
    payload: Values | None = None
    returns: bool = False
    parcels: tuple[Parcel, ...] = ()
    event: str | None = None
    events: Values | None = None


class Activity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step of a journey; subclasses add their parameters and what they do.

    ``kind`` is the ``type:`` in a definition. ``label`` and ``description`` are for people only.

    Attributes:
        acts: whether it does something outside, so that pauses, quiet hours, consent and caps stand in front of it.
        parks: whether it holds runs until something happens, so that it may stand in a race.
        forks: whether a run goes on from here as several branches.
        joins: whether branches of a fork wait here for each other.
    """

    kind: ClassVar[str]
    acts: ClassVar[bool] = False
    parks: ClassVar[bool] = False
    forks: ClassVar[bool] = False
    joins: ClassVar[bool] = False

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
        """What wakes a run parked here; of several at one instant the upper one wins."""
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

    def pressed(self) -> tuple[str, tuple[str, ...], bool] | None:
        """What stands in front of a message: its channel (consent, caps), the rule sets it names, and whether it is
        transactional, so that caps and quiet hours do not count. ``None``: nothing does."""
        return None

    def addresses(self, arrivals: Arrivals) -> pl.Series | None:
        """Where the message of each run goes, for the suppression list: null where there is no address. ``None`` when
        that is only known when the message is rendered."""
        return None

    def remembers(self, stop: str) -> tuple[str, str] | None:
        """Under which path of :class:`~parcours.language.tree.Given` the answer of a call made at ``stop`` is kept:
        ``("action", stop)``, ``("source", name)``; ``None``: nowhere."""
        return None

    def step(self, arrivals: Arrivals) -> Moves:
        """Where the arriving runs go. Vectorised: no loop over runs."""
        raise NotImplementedError

    def answered(self, arrivals: Arrivals, answers: pl.DataFrame) -> Moves:
        """Where runs go whose call is answered; ``answers`` has a row per run with the columns ``result``, ``answer``
        (JSON of the body), ``attempts``, ``started``, ``time``."""
        raise NotImplementedError(f"{self.kind} calls nothing")


def everyone(arrivals: Arrivals, edge: int) -> NDArray[np.int16]:
    """The same edge for all."""
    return np.full(len(arrivals), edge, np.int16)


def parameters(kind: type[Activity]) -> dict[str, Any]:
    """JSON Schema of the parameters of an activity, for forms and documentation."""
    return msgspec.json.schema(kind)
