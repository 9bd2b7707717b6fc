"""Calls to the world outside that hold a run until their outcome is there (journeys.md, sections 16 and 17)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import ERROR, FAIL, STAY, Edge, Moves, Targets, edge, everyone
from parcours.flow.journeys.activities.values import constant_json, json_object
from parcours.flow.journeys.contents import Contents

#: Codes of failed steps by the result of the call; ``http_<code>`` is a code itself, all others are ``error``.
_CODES = {"timedout": "timedOut", "capped": "capped"}


def call(
    arrivals: Arrivals,
    channel: str,
    what: Mapping[str, object],
    setting: str = "",
    values: Mapping[str, object] | None = None,
) -> Moves:
    """Everybody stays, and one call for each is handed over.

    Its content is ``what``, and where there are ``values``, these as ``values``, and the time that the step may take,
    with all attempts, as ``timeout`` in microseconds.
    """
    count = len(arrivals)
    parts: dict[str, pl.DataFrame | pl.Series] = {name: constant_json(value, count) for name, value in what.items()}
    if values is not None:
        parts["values"] = json_object(arrivals, setting, values)
        parts["timeout"] = constant_json(arrivals.settings.step_timeout, count)
    return Moves(everyone(arrivals, STAY), channel=channel, contents=Contents(count, parts))


def error_edge(to: Targets) -> tuple[Edge, ...]:
    """The alternative path, where one is drawn; without it the run ends in error (R7)."""
    return () if to is None else (edge(ERROR, to, "on_error"),)


def fine(answers: pl.DataFrame) -> NDArray[np.bool_]:
    """Which calls went well."""
    return (answers["result"] == "ok").fill_null(False).to_numpy()


def codes(answers: pl.DataFrame) -> pl.Series:
    """The code of each call that failed, null of the others."""
    result = pl.col("result").fill_null("error")
    code = (
        pl.when(result == "ok")
        .then(None)
        .when(result.str.starts_with("http_"))
        .then(result)
        .otherwise(result.replace_strict(_CODES, default=pl.lit("error")))
    )
    return answers.select(error=code.cast(pl.String)).to_series()


def failing(moves: NDArray[np.int16], answers: pl.DataFrame) -> Moves:
    """``moves`` where the call went well, else the step fails with the code of the call."""
    return Moves(np.where(fine(answers), moves, np.int16(FAIL)), error=codes(answers))


def answered_number(answers: pl.DataFrame, name: str) -> NDArray[np.int64]:
    """A whole number, 0 or more, among the JSON that was answered; -1 where there is none."""
    found = answers["answer"].str.json_path_match(f"$.{name}").cast(pl.Int64, strict=False)
    numbers: NDArray[np.int64] = found.fill_null(-1).to_numpy()
    return numbers
