"""The past of new streams, from frames of events that the log holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import polars as pl

from parcours.kernel.book import FeatureBook
from parcours.kernel.reduce import Reducer
from parcours.kernel.rows import Rows
from parcours.kernel.streams import StreamSpec
from parcours.kernel.threads import together

#: Values that stand in a pool.
_NUMBERED = frozenset({"code", "row"})


def history_of(
    book: FeatureBook, specs: Sequence[StreamSpec], frames: Mapping[str, pl.DataFrame]
) -> dict[StreamSpec, Rows]:
    """Rows for new streams from frames of past events by type (event columns and the properties needed)."""
    by_event: dict[str, list[StreamSpec]] = {}
    for spec in specs:
        if spec.event in frames:
            by_event.setdefault(spec.event, []).append(spec)

    def rows(event: str) -> list[Rows]:
        properties = book.schema.events.get(event, {})
        return Reducer(event, by_event[event], properties).rows(frames[event], book.pool)

    found: dict[StreamSpec, Rows] = {}
    numbering = [event for event, own in by_event.items() if any(spec.encoding in _NUMBERED for spec in own)]
    others = [event for event in by_event if event not in numbering]
    for event in numbering:  # one after the other: texts are numbered in order of appearance
        found.update(zip(by_event[event], rows(event), strict=True))
    for event, some in zip(others, together([partial(rows, event) for event in others]), strict=True):
        found.update(zip(by_event[event], some, strict=True))
    return found


def columns_needed(book: FeatureBook, specs: Sequence[StreamSpec]) -> dict[str, list[str]]:
    """Per event type the properties that these streams read."""
    return {
        event: Reducer(
            event, [spec for spec in specs if spec.event == event], book.schema.events.get(event, {})
        ).columns
        for event in dict.fromkeys(spec.event for spec in specs)
    }
