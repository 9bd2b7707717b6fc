"""Collects the step and delivery rows of one tick as arrays and makes the two frames at its end.

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

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.facts import DELIVERY_COLUMNS, STEP_COLUMNS
from parcours.flow.journeys.columns import first_of_each, instants
from parcours.flow.journeys.inputs import JourneyOutputs
from parcours.flow.journeys.instances import run_keys

#: Outcome of an arrival at an activity that holds the run.
WAITING = "waiting"
#: Which run of an activity a delivery belongs to; activities are passed once, as there are no loops.
VISIT = "1"


_NO_TEXT = pl.Series([None], dtype=pl.String)


@dataclass(slots=True)
class _Rows:
    """Arrays in pieces, with what is the same for a whole piece said once."""

    texts: list[tuple[object, ...]] = field(default_factory=list)
    pieces: list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]] = field(default_factory=list)
    own: list[pl.Series] = field(default_factory=list)

    def add(
        self,
        texts: tuple[object, ...],
        profile: NDArray[np.int32],
        number: NDArray[np.int32],
        at: NDArray[np.int64],
        own: pl.Series | None,
    ) -> None:
        self.texts.append(texts)
        self.pieces.append((profile, number, at))
        self.own.append(_NO_TEXT.new_from_index(0, len(profile)) if own is None else own)

    def frame(self, names: tuple[str, ...], profile_ids: Callable[[NDArray[np.int32]], pl.Series]) -> pl.DataFrame:
        """All rows in order: the texts under ``names``, and _profile, run, time, own."""
        lengths = np.array([len(profile) for profile, _, _ in self.pieces])
        piece = np.repeat(np.arange(len(lengths)), lengths)
        profile, number, at = (np.concatenate(column) for column in zip(*self.pieces, strict=True))
        texts = pl.DataFrame(self.texts, schema=names, orient="row", infer_schema_length=None)[piece]
        return texts.with_columns(
            pl.Series("_profile", profile, dtype=pl.Int32),
            run_keys(texts["journey"], pl.Series(number), profile_ids(profile)),
            instants(at).alias("time"),
            pl.concat(self.own).alias("own"),
        )[self._order(profile, at, profile_ids)]

    def _order(
        self, profile: NDArray[np.int32], at: NDArray[np.int64], profile_ids: Callable[[NDArray[np.int32]], pl.Series]
    ) -> NDArray[np.int64]:
        """Row numbers in order of time, journey, external id.

        Rows were added journey by journey, so that sorting by time alone is enough wherever an instant belongs to
        one profile. Only the rest is sorted by text, which is dear.
        """
        order = np.argsort(at, kind="stable")
        instant = np.cumsum(first_of_each(at[order]))
        shared = np.zeros(len(order) + 2, np.bool_)
        shared[instant[1:][(np.diff(profile[order]) != 0) & (np.diff(instant) == 0)]] = True
        tied = np.flatnonzero(shared[instant])
        if len(tied):
            row = order[tied]
            piece = np.repeat(np.arange(len(self.pieces)), [len(piece[0]) for piece in self.pieces])
            journey = pl.Series("journey", [str(texts[0]) for texts in self.texts])[piece[row]]
            keys = pl.DataFrame((pl.Series("at", instant[tied]), journey))
            keys = keys.with_columns(profile_ids(profile[row]).alias("id"), pl.Series("row", row))
            order[tied] = keys.sort("at", "journey", "id", maintain_order=True)["row"].to_numpy()
        return order


class StepLog:
    """The rows of one tick, in the order in which they come about for each run."""

    def __init__(self) -> None:
        self._steps = _Rows()
        self._deliveries = _Rows()

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
        contents: pl.Series,
    ) -> None:
        """Messages of one activity, one per run."""
        if len(profile):
            self._deliveries.add((journey, version, activity, channel), profile, number, at, contents)

    def outputs(self, profile_ids: Callable[[NDArray[np.int32]], pl.Series]) -> JourneyOutputs:
        """The two frames, ordered by time, journey and external id; rows of one profile as they came about."""
        outputs = JourneyOutputs()
        if self._steps.pieces:
            outputs = JourneyOutputs(self._step_frame(profile_ids))
        if self._deliveries.pieces:
            outputs = JourneyOutputs(outputs.steps, self._delivery_frame(profile_ids))
        return outputs

    def _step_frame(self, profile_ids: Callable[[NDArray[np.int32]], pl.Series]) -> pl.DataFrame:
        names = ("journey", "version", "activity", "kind", "outcome", "shared")
        frame = self._steps.frame(names, profile_ids)
        return frame.with_columns(detail=pl.coalesce(pl.col("own"), pl.col("shared").cast(pl.String))).select(
            pl.col(name).cast(kind) for name, kind in STEP_COLUMNS.items()
        )

    def _delivery_frame(self, profile_ids: Callable[[NDArray[np.int32]], pl.Series]) -> pl.DataFrame:
        frame = self._deliveries.frame(("journey", "version", "activity", "channel"), profile_ids)
        key = pl.concat_str("run", "activity", pl.lit(VISIT), separator="/")
        return (
            frame.rename({"time": "decided", "own": "content"})
            .with_columns(key=key)
            .select(pl.col(name).cast(kind) for name, kind in DELIVERY_COLUMNS.items())
        )
