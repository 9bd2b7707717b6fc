"""What activities may ask about the runs that arrive at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.schema import Type

#: How a run is meant: for real, as a test (journeys.md, section 13), or passing all without effect.
Mode: TypeAlias = Literal["live", "test", "dry"]


class Needs(NamedTuple):
    """Names that templates of an activity show: attributes of the profile, properties of the last event that the run
    heard, fields of the qualification that began it (:data:`QUALIFICATION_FIELDS`).

    ``given``: what else they show of the run, as paths of :class:`~parcours.language.tree.Given`: ``("event", name,
    property)``, ``("action", activity, field …)``, ``("source", name, field …)``.
    """

    attributes: frozenset[str] = frozenset()
    event: frozenset[str] = frozenset()
    qualification: frozenset[str] = frozenset()
    given: frozenset[tuple[str, ...]] = frozenset()


class JourneySettings(NamedTuple):
    """What activities may read of the settings of their journey.

    ``step_timeout`` in microseconds; ``test_wait`` how long a wait lasts in a test, by activity (``""``: all others),
    ``test_branches`` the branch to take there.
    """

    journey: str
    version: int
    seed: str
    step_timeout: int
    test_wait: Mapping[str, int]
    test_branches: Mapping[str, str]


class Arrivals(Protocol):
    """The runs that arrive at one activity, as columns of equal length, and what may be asked about them.

    Attributes:
        profile: dense numbers of the profiles; one may be there with several runs.
        at: instant of arrival of each run, microseconds.
        number: number of each run among those of its profile, from 1.
        laps: how often each run has taken the edge ``again`` here.
        mode: how the runs are meant.
        stop: id of the activity.
        settings: of the journey.
    """

    @property
    def profile(self) -> NDArray[np.int32]: ...
    @property
    def at(self) -> NDArray[np.int64]: ...
    @property
    def number(self) -> NDArray[np.int32]: ...
    @property
    def laps(self) -> NDArray[np.int32]: ...
    @property
    def mode(self) -> Mode: ...
    @property
    def stop(self) -> str: ...
    @property
    def settings(self) -> JourneySettings: ...

    def __len__(self) -> int: ...

    def holds(self, setting: str, among: NDArray[np.intp] | None = None) -> NDArray[np.bool_]:
        """Whether the rule at this setting holds for each run (of those at the positions ``among``)."""
        ...

    def value(self, setting: str, among: NDArray[np.intp] | None = None) -> pl.Series:
        """The value of the expression at this setting for each run; null where evaluation fails."""
        ...

    def exact(self, setting: str) -> tuple[pl.Series, Type]:
        """As :meth:`value`, with the type; what is of unknown type says what it is (``core/untyped.py``)."""
        ...

    def attributes(self, names: Sequence[str]) -> pl.DataFrame:
        """Current values of attributes of the profiles: exactly these columns."""
        ...

    def ids(self) -> pl.Series:
        """External ids of the profiles."""
        ...

    def zones(self) -> tuple[NDArray[np.intp], list[str]]:
        """The time zone of each run, as positions in a list of names: the journey's, or the person's."""
        ...

    def draw(self, salt: str = "") -> NDArray[np.float64]:
        """A number from 0 to below 1 for each run: a stable hash of journey, version, activity, profile, run (J6)."""
        ...

    def draw_person(self, salt: str = "") -> NDArray[np.float64]:
        """As :meth:`draw`, the same for all runs of a profile."""
        ...

    def contents(self, needs: Needs) -> dict[str, pl.DataFrame | pl.Series]:
        """The parts of a message's contents that templates show: ``profile``, ``event``, ``qualification``, and of what
        is :attr:`Needs.given` ``events``, ``action``, ``source``, each an object of objects by the second name."""
        ...

    def accepts(self, channel: str) -> NDArray[np.bool_]:
        """Whether each run would get a message on this channel now: consent, suppression and caps, nothing reserved."""
        ...

    def told(self, signal: str, since: int) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """The instants of this signal (``opened``, ``clicked``) of each profile over all its deliveries, from ``since``
        microseconds before now: position among the runs, and instant."""
        ...
