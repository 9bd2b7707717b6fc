"""The log of a journey that is tried, line by line: steps, calls, and messages as people would get them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from parcours.core.clock import iso
from parcours.core.errors import DeliveryError
from parcours.engines.outside import CALL, SEAT, SOURCE
from parcours.flow.delivery.templates import render
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.telling.trace import told

_CALLS = (CALL, SOURCE, SEAT)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log: when (microseconds), who, where, and what happened; ``message`` are the fields of a message
    as the person would get it."""

    time: int
    profile: str
    activity: str
    text: str
    message: Mapping[str, str] | None = None

    def __str__(self) -> str:
        return f"{iso(self.time)}  {self.profile}  {self.text}"


def lines_of(
    steps: pl.DataFrame, deliveries: pl.DataFrame, known: Iterable[JourneyDefinition], own: str, lang: str = "en"
) -> list[Line]:
    """What these steps and deliveries say, in order of time.

    Args:
        known: the journeys that they are of.
        own: id of the journey that is tried; lines of others name theirs.
        lang: of what steps say: ``en`` or ``fr``.
    """
    known = list(known)
    return sorted([*_said(steps, known, own, lang), *_shown(deliveries, known)], key=lambda line: line.time)


def _said(steps: pl.DataFrame, known: Iterable[JourneyDefinition], own: str, lang: str) -> Iterator[Line]:
    for one in known:
        for part in told(steps.filter(pl.col("journey") == one.id), one, one.head.zone_name, lang):
            name = "" if one.id == own else f"{one.id}: "
            yield Line(part.time, part.run.split("/", 2)[-1], part.activity, name + part.text)


def _shown(deliveries: pl.DataFrame, known: Iterable[JourneyDefinition]) -> Iterator[Line]:
    texts = {(one.id, one.version, activity): sources for one in known for activity, sources in one.templates().items()}
    for row in deliveries.iter_rows(named=True):
        at, who = int(row["decided"].timestamp() * 1e6), row["run"].split("/", 2)[-1]
        if row["channel"] in _CALLS:
            if row["channel"] != SEAT:
                yield Line(at, who, row["activity"], f"call from {row['activity']}: {row['content']}")
            continue
        try:
            fields = dict(render(row, texts, at).fields)
        except DeliveryError as error:
            yield Line(at, who, row["activity"], f"message of {row['activity']} fails: {error.message}")
            continue
        shown = fields.get("subject") or fields.get("text") or fields.get("body") or ""
        yield Line(at, who, row["activity"], f"{row['channel']} from {row['activity']}: {shown[:120]}", fields)
