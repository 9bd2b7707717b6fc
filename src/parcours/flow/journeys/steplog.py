"""Collects the step and delivery rows of one tick as arrays; their frames are made with those of other ticks.

Rows of a step (columns in ``core/facts.py``):

=========== ================================================================================================
kind        row
=========== ================================================================================================
``entry``   a run began: ``activity`` is ``entry``, ``outcome`` is ``entered``, ``detail`` says by which change
its type    an activity was passed: ``outcome`` is the label of the edge taken. One that holds runs has a row
            with ``outcome`` ``waiting`` at the arrival, and a second one when the run leaves
``end``     a run ended: ``outcome`` is ``finished`` or ``stopped``; ``activity`` is the end activity, or the last one
``discard`` somebody was not let in: ``activity`` is ``entry``, ``outcome`` is the reason, ``run`` is the run
            that stood in the way (number 0: none)
=========== ================================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.deferred import Deferred, Shared, Table, shared_frame
from parcours.core.facts import DELIVERY_COLUMNS, STEP_COLUMNS, empty
from parcours.flow.journeys.columns import first_of_each, instants
from parcours.flow.journeys.contents import Contents
from parcours.flow.journeys.instances import run_keys
from parcours.flow.journeys.naming import RunNames

#: Outcome of an arrival at an activity that holds the run.
WAITING = "waiting"

ProfileIds = Callable[[NDArray[np.int32]], pl.Series]
_STEP_TEXTS = {
    "journey": pl.String,
    "version": pl.Int32,
    "activity": pl.String,
    "kind": pl.String,
    "outcome": pl.String,
    "shared": pl.String,
}
_DELIVERY_TEXTS = {"journey": pl.String, "version": pl.Int32, "activity": pl.String, "channel": pl.String}


@dataclass(frozen=True, slots=True)
class _Rows(Deferred):
    """The rows of one tick for one table.

    Attributes:
        texts: what the rows of each piece share; the first is the journey.
        piece, profile, id, number, at: by row, as the rows came about; ``visit`` of deliveries: how often the run has
            come by, from 1.
        own: per piece the texts that its rows do not share, or what they will be made of, or ``None``.
        order: the numbers of the rows in the order in which they stand in the log.
    """

    texts: Sequence[Shared]
    piece: NDArray[np.intp]
    profile: NDArray[np.int32]
    id: pl.Series
    number: NDArray[np.int32]
    at: NDArray[np.int64]
    visit: NDArray[np.int64]
    own: Sequence[pl.Series | Contents | None]
    order: NDArray[np.intp]

    @property
    def height(self) -> int:
        return len(self.profile)


class StepRows(_Rows):
    """Deferred rows of steps."""

    __slots__ = ()

    @classmethod
    def together(cls, parts: Sequence[_Rows]) -> pl.DataFrame:
        """See :meth:`Deferred.together`; with ``STEP_COLUMNS``."""
        return _frame(parts, _STEP_TEXTS).select(
            pl.coalesce("own", "shared").alias("detail") if name == "detail" else name for name in STEP_COLUMNS
        )


class DeliveryRows(_Rows):
    """Deferred rows of deliveries."""

    __slots__ = ()

    @classmethod
    def together(cls, parts: Sequence[_Rows]) -> pl.DataFrame:
        """See :meth:`Deferred.together`; with ``DELIVERY_COLUMNS``."""
        key = pl.concat_str("run", "activity", "visit", separator="/")
        frame = _frame(parts, _DELIVERY_TEXTS).rename({"time": "decided", "own": "content"})
        return frame.with_columns(key=key).select(DELIVERY_COLUMNS.keys())


def _frame(parts: Sequence[_Rows], texts: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    """All rows in order: the texts, and ``_profile``, ``run``, ``time``, ``own``."""
    before = np.cumsum([0] + [part.height for part in parts])
    order = np.concatenate([part.order + first for part, first in zip(parts, before, strict=False)])
    shared = shared_frame([(part.texts, part.piece) for part in parts], texts)
    number = pl.Series(np.concatenate([part.number for part in parts]))
    return shared.with_columns(
        pl.Series("_profile", np.concatenate([part.profile for part in parts]), pl.Int32),
        pl.Series("visit", np.concatenate([part.visit for part in parts])),
        run_keys(shared["journey"], number, pl.concat([part.id for part in parts])),
        instants(np.concatenate([part.at for part in parts])).alias("time"),
        _own(parts).alias("own"),
    )[order]


def _own(parts: Sequence[_Rows]) -> pl.Series:
    """The texts of rows that have one of their own."""
    found = [text for part in parts for text in part.own if text is not None]
    if not found:
        return pl.repeat(None, sum(part.height for part in parts), dtype=pl.String, eager=True)
    has = [np.array([text is not None for text in part.own])[part.piece] for part in parts]
    having = np.concatenate(has)
    texts = _texts(found)
    return texts if having.all() else texts.gather(pl.Series(np.cumsum(having) - 1).set(pl.Series(~having), None))


def _texts(found: Sequence[pl.Series | Contents]) -> pl.Series:
    contents = [part for part in found if isinstance(part, Contents)]
    if contents:
        return Contents.together(contents).to_series()
    return pl.concat([part for part in found if isinstance(part, pl.Series)])


@dataclass(slots=True)
class _Pieces:
    """Rows as they come about, with what is the same for a whole piece said once."""

    texts: list[Shared] = field(default_factory=list)
    pieces: list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]] = field(default_factory=list)
    visits: list[NDArray[np.int64]] = field(default_factory=list)
    own: list[pl.Series | Contents | None] = field(default_factory=list)

    def add(
        self,
        texts: Shared,
        profile: NDArray[np.int32],
        number: NDArray[np.int32],
        at: NDArray[np.int64],
        own: pl.Series | Contents | None,
        visit: NDArray[np.int64] | None = None,
    ) -> None:
        self.texts.append(texts)
        self.visits.append(np.ones(len(profile), np.int64) if visit is None else visit.astype(np.int64))
        self.pieces.append((profile, number, at))
        self.own.append(own)

    def rows(self, kind: type[_Rows], profile_ids: ProfileIds, names: RunNames) -> _Rows:
        """All rows so far; at least one."""
        piece = np.repeat(np.arange(len(self.pieces)), [len(profile) for profile, _, _ in self.pieces])
        profile, number, at = (np.concatenate(column) for column in zip(*self.pieces, strict=True))
        ids = profile_ids(profile)
        if names.rows.height:
            ids, number = names.named(pl.Series([str(shared[0]) for shared in self.texts])[piece], profile, number, ids)
        order = _order(self.texts, piece, profile, at, ids)
        return kind(self.texts, piece, profile, ids, number, at, np.concatenate(self.visits), self.own, order)


def _order(
    texts: Sequence[Shared],
    piece: NDArray[np.intp],
    profile: NDArray[np.int32],
    at: NDArray[np.int64],
    ids: pl.Series,
) -> NDArray[np.intp]:
    """Row numbers in order of time, journey, external id.

    Rows were added journey by journey, so that sorting by time alone is enough wherever an instant belongs to
    one profile. Only the rest is sorted by text, which is dear.
    """
    order = np.argsort(at, kind="stable")
    instant = np.cumsum(first_of_each(at[order]))
    mixed = instant[1:][(np.diff(profile[order]) != 0) & (np.diff(instant) == 0)]
    if not len(mixed):
        return order
    shared = np.zeros(len(order) + 2, np.bool_)
    shared[mixed] = True
    tied = np.flatnonzero(shared[instant])
    row = order[tied]
    journey = pl.Series("journey", [str(shared[0]) for shared in texts])[piece[row]]
    keys = pl.DataFrame((pl.Series("at", instant[tied]), journey, ids.gather(row).alias("id"), pl.Series("row", row)))
    order[tied] = keys.sort("at", "journey", "id", maintain_order=True)["row"].to_numpy()
    return order


class StepLog:
    """The rows of one tick, in the order in which they come about for each run."""

    def __init__(self) -> None:
        self._steps = _Pieces()
        self._deliveries = _Pieces()

    def step(
        self,
        journey: str,
        version: int,
        activity: str,
        kind: str,
        outcome: str,
        *,
        profile: NDArray[np.int32],
        number: NDArray[np.int32],
        at: NDArray[np.int64],
        detail: str | pl.Series | None = None,
    ) -> None:
        """Rows that are alike but for profile, run and time; ``detail`` is one text, or one per row."""
        if len(profile):
            shared, own = (None, detail) if isinstance(detail, pl.Series) else (detail, None)
            self._steps.add((journey, version, activity, kind, outcome, shared), profile, number, at, own)

    def deliver(
        self,
        journey: str,
        version: int,
        activity: str,
        channel: str,
        *,
        profile: NDArray[np.int32],
        number: NDArray[np.int32],
        at: NDArray[np.int64],
        contents: Contents,
        visit: NDArray[np.int64] | None = None,
    ) -> None:
        """Messages or calls of one activity, one per run; ``visit``: how often each run has come by, from 1."""
        if len(profile):
            self._deliveries.add((journey, version, activity, channel), profile, number, at, contents, visit)

    def tables(self, profile_ids: ProfileIds, names: RunNames) -> tuple[Table, Table]:
        """Steps and deliveries, ordered by time, journey and external id; rows of one profile as they came about."""
        steps, deliveries = self._steps, self._deliveries
        return (
            steps.rows(StepRows, profile_ids, names) if steps.pieces else empty(STEP_COLUMNS),
            deliveries.rows(DeliveryRows, profile_ids, names) if deliveries.pieces else empty(DELIVERY_COLUMNS),
        )
