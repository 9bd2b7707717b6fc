"""The steps of a person, and their story in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from parcours.core.facts import INSTANT, STEP_COLUMNS
from parcours.flow.journeys.telling.trace import Definitions, Due, trace
from parcours.service.reporting.sql import of_journey

if TYPE_CHECKING:
    from parcours.store.log import Log


def steps_of(log: Log, profile: int, journey: str | None = None) -> pl.DataFrame:
    """The step rows of a profile, in one journey or in all: ``STEP_COLUMNS``, in the order of the log."""
    columns = ", ".join(STEP_COLUMNS)
    found = log.query(
        f"""
        SELECT {columns} FROM facts.journey_steps
        WHERE _profile = {int(profile)} AND {of_journey(journey)} ORDER BY _seq
        """
    )
    return found.with_columns(pl.col("time").cast(INSTANT))


def story(
    log: Log,
    profile: int,
    journey: str,
    definitions: Definitions,
    zone: str = "UTC",
    language: str = "en",
    due: Due | None = None,
) -> list[str]:
    """What happened to a profile in a journey, line by line (:func:`parcours.flow.journeys.telling.trace`)."""
    return trace(steps_of(log, profile, journey), definitions, zone, language, due)
