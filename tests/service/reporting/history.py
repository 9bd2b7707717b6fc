"""Journeys that happened, written down as lines, in a log."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from parcours.core.clock import MINUTE, instant
from parcours.core.facts import DELIVERY_COLUMNS, OUTCOME_COLUMNS, STEP_COLUMNS, DefinitionChange, Outputs
from parcours.core.schema import Schema
from parcours.store.log import Log
from tests.store.log.build import events, frame, profiles, tick

START = instant("2026-03-14T12:00")
PEOPLE = ("ada", "ben", "cy", "dan", "eve")


def rows(text: str, journey: str = "j", version: int = 1) -> list[dict[str, Any]]:
    """Lines ``person/run minute activity kind outcome detail``; the order of lines is that of the rows."""
    found = []
    for line in text.strip().splitlines():
        who, minute, activity, kind, outcome, *detail = line.split()
        person, _, number = who.partition("/")
        found.append(
            {
                "journey": journey,
                "version": version,
                "run": f"{journey}/{number or 1}/{person}",
                "_profile": PEOPLE.index(person),
                "activity": activity,
                "kind": kind,
                "outcome": outcome,
                "time": START + int(minute) * MINUTE,
                "detail": " ".join(detail) or None,
            }
        )
    return found


def history(
    path: Path,
    steps: list[dict[str, Any]],
    *,
    deliveries: list[dict[str, Any]] | None = None,
    outcomes: list[dict[str, Any]] | None = None,
    purchases: list[dict[str, Any]] | None = None,
    schema: Schema | None = None,
    before: Sequence[DefinitionChange] = (),
) -> Log:
    """A log in which this happened, in one tick and a later one for the outcomes."""
    log = Log.open(path / "history.duckdb")
    schema = schema or Schema()
    bought = (events("purchase", *purchases, schema=schema),) if purchases else ()
    outputs = Outputs(
        steps=frame(STEP_COLUMNS, steps),
        deliveries=frame(
            DELIVERY_COLUMNS, [{"version": 1, "run": "r", "decided": START} | d for d in deliveries or []]
        ),
    )
    settled = frame(OUTCOME_COLUMNS, outcomes or [])
    first = tick(1, outputs, new_profiles=profiles(*PEOPLE), events=bought, definitions=tuple(before))
    log.commit([first, tick(2, outcomes=settled)], schema)
    return log


def lines(found: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """The rows of some columns."""
    return found.select(columns).rows()
