"""Inputs that were dropped: who was not let into a journey, when and why (journeys.md, section 21, line 21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from parcours.service.reporting.sql import of_journey

if TYPE_CHECKING:
    from parcours.store.log import Log


def discards(log: Log, journey: str | None = None) -> pl.DataFrame:
    """By reason: ``journey``, ``version``, ``reason``, ``inputs``, ``people``, ``last``."""
    return log.query(
        f"""
        SELECT journey, version, outcome AS reason, count(*) AS inputs, count(DISTINCT _profile) AS people,
               max(time) AS last
        FROM facts.journey_steps WHERE kind = 'discard' AND {of_journey(journey)}
        GROUP BY ALL ORDER BY inputs DESC, journey, version, reason
        """
    )


def discards_of(log: Log, profile: int) -> pl.DataFrame:
    """Of one profile, oldest first: ``time``, ``journey``, ``version``, ``reason``, ``detail``."""
    return log.query(
        f"""
        SELECT time, journey, version, outcome AS reason, detail
        FROM facts.journey_steps WHERE kind = 'discard' AND _profile = {int(profile)} ORDER BY _seq
        """
    )
