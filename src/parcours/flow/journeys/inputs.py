"""What a tick hands to the journeys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.facts import NO_QUALIFICATIONS, OUTCOME_COLUMNS, DefinitionChange, Qualifications, empty
from parcours.core.schema import Schema
from parcours.kernel.beside import Beside
from parcours.language.tree import Node

Profiles = NDArray[np.int32]
Instants = NDArray[np.int64]

#: Given what is ranked and the shares, from 0 to 1, of those of its people whom a tick knows: the position of each
#: among all people of the workspace, and how many there are.
Census = Callable[[str, NDArray[np.float64]], tuple[NDArray[np.intp], int]]


def alone(what: str, shares: NDArray[np.float64]) -> tuple[NDArray[np.intp], int]:
    """The census of a tick that knows everybody."""
    return np.searchsorted(np.sort(shares), shares), len(shares)


class People(Protocol):
    """What may be asked about profiles; one may be given several times, once per run. Features are as of the end of the
    tick; ``clock`` is ``Now`` for each row."""

    @property
    def schema(self) -> Schema:
        """The attributes and event types that there are."""
        ...

    def holds(self, rule: Node, profiles: Profiles, beside: Beside, clock: Instants) -> NDArray[np.bool_]:
        """Whether a rule holds for each."""
        ...

    def values(
        self, rule: Node, profiles: Profiles, beside: Beside, clock: Instants, *, exact: bool = False
    ) -> pl.Series:
        """The value of an expression for each; null where evaluation fails. ``exact``: of unknown type as it is."""
        ...

    def attributes(self, names: Sequence[str], profiles: Profiles, beside: Beside) -> pl.DataFrame:
        """Current values of attributes, exactly these columns; null where there is no such attribute."""
        ...

    def known(self, names: Sequence[str]) -> list[str]:
        """Those of these attributes that exist."""
        ...

    def ids(self, profiles: Profiles) -> pl.Series:
        """External ids."""
        ...

    def hashes(self, profiles: Profiles) -> NDArray[np.uint64]:
        """Hashes of the external ids, see :func:`parcours.language.functions.samples.hashes_of`."""
        ...

    def numbers(self, ids: pl.Series) -> Profiles:
        """Dense numbers of external ids, -1 where nobody has it."""
        ...

    def members(self, segment: str) -> Profiles:
        """The members of a segment at the end of the tick, ascending."""
        ...


@dataclass(frozen=True, slots=True)
class JourneyInputs:
    """One tick, seen from the journeys.

    Attributes:
        prev, now: instants of the tick before and of this one; the tick stands for ``prev < t <= now``.
        people: what may be asked about profiles.
        more: more input of this very instant is to come, so what comes by itself at ``now`` has to wait.
        qualifications: this tick's changes of membership; only those with cause ``change`` or ``merge`` are noticed.
        events: this tick's events by type, whatever their time: late ones count where they still can,
            those with a time after ``now`` are kept until their time has come.
        outcomes: what became of deliveries, and answers to calls.
        controls: what is to be done with journeys, rule sets and suppression.
        joined: profiles that others were merged into with this tick.
        census: asked at reads of segments by rate or in waves, in each partition of the profiles at the same ones.
    """

    prev: int
    now: int
    people: People
    more: bool = False
    qualifications: Qualifications = NO_QUALIFICATIONS
    events: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    outcomes: pl.DataFrame = field(default_factory=lambda: empty(OUTCOME_COLUMNS))
    controls: Sequence[DefinitionChange] = ()
    joined: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    census: Census = alone
