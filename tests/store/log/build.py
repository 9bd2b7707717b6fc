"""Short ways to write facts down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from parcours.core.clock import SECOND, instant
from parcours.core.facts import (
    DEAD_LETTER_COLUMNS,
    DELIVERY_COLUMNS,
    EVENT_COLUMNS,
    INSTANT,
    NEW_PROFILE_COLUMNS,
    OUTCOME_COLUMNS,
    PROFILE_CHANGE_COLUMNS,
    QUALIFICATION_COLUMNS,
    STEP_COLUMNS,
    Batch,
    EventBatch,
    Outputs,
    TickRecord,
)
from parcours.core.schema import DECIMAL, INTEGER, STRING, Schema, Type, list_of, object_of, polars_type

NOON = instant("2026-03-14T12:00")
ITEMS = list_of(object_of({"sku": STRING, "n": INTEGER}))
SHOP = (
    Schema()
    .with_attributes({"city": STRING, "age": INTEGER})
    .with_event("purchase", {"total": DECIMAL, "items": ITEMS})
    .with_event("Log-in", {"device": STRING})
)


def frame(columns: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows as a frame with typed columns; an ``int`` in a column of instants is microseconds, missing is null."""
    series = []
    for name, dtype in columns.items():
        values = [row.get(name) for row in rows]
        whole = dtype == INSTANT and all(isinstance(value, int | None) for value in values)
        series.append(pl.Series(name, values, pl.Int64 if whole else dtype).cast(dtype))
    return pl.DataFrame(series)


def events(type_: str, *rows: Mapping[str, Any], schema: Schema = SHOP) -> EventBatch:
    """A batch of events: ``id``, ``who`` (0) and ``at`` (noon) stand for the columns of Parcours."""
    fixed = [
        {"_event_id": row["id"], "_profile": row.get("who", 0), "_time": row.get("at", NOON), **row} for row in rows
    ]
    return EventBatch(type_, frame({**EVENT_COLUMNS, **typed(schema.events[type_])}, fixed))


def typed(kinds: Mapping[str, Type]) -> dict[str, pl.DataType]:
    return {name: polars_type(kind) for name, kind in kinds.items()}


def profiles(*ids: str, first: int = 0, at: int = NOON) -> pl.DataFrame:
    rows = [{"_profile": first + number, "_profile_id": name, "_time": at} for number, name in enumerate(ids)]
    return frame(NEW_PROFILE_COLUMNS, rows)


def change(profile: int, /, at: int = NOON, schema: Schema = SHOP, **values: Any) -> pl.DataFrame:
    row = {"_profile": profile, "_time": at, "_set": list(values), **values}
    return frame({**PROFILE_CHANGE_COLUMNS, **typed(schema.attributes)}, [row])


def qualified(segment: str, profile: int, status: str = "realized", at: int = NOON) -> pl.DataFrame:
    row = {
        "segment": segment,
        "version": 1,
        "_profile": profile,
        "status": status,
        "effective": at,
        "cause": "change",
    }
    return frame(QUALIFICATION_COLUMNS, [row])


def delivery(key: str, profile: int, content: str = "{}") -> pl.DataFrame:
    row = {"key": key, "channel": "email", "journey": "j", "version": 1, "run": "r", "activity": "a"}
    return frame(DELIVERY_COLUMNS, [{**row, "_profile": profile, "decided": NOON, "content": content}])


def step(profile: int, activity: str = "a", detail: str | None = None) -> pl.DataFrame:
    row = {"journey": "j", "version": 1, "run": "r", "_profile": profile, "activity": activity, "kind": "wait"}
    return frame(STEP_COLUMNS, [{**row, "outcome": "waiting", "time": NOON, "detail": detail}])


def outcome(key: str, detail: str = "250 ok") -> pl.DataFrame:
    row = {"key": key, "result": "sent", "attempts": 1, "detail": detail, "time": NOON, "started": NOON}
    return frame(OUTCOME_COLUMNS, [row])


def dead_letter(payload: str, reason: str = "no time") -> pl.DataFrame:
    row = {"source": "f.csv", "row": 1, "column": "time", "code": "bad-time", "reason": reason, "hint": "write a time"}
    return frame(DEAD_LETTER_COLUMNS, [{**row, "payload": payload, "received": NOON}])


def tick(number: int, outputs: Outputs | None = None, **batch: Any) -> TickRecord:
    """Tick ``number``, so many seconds after noon; ``erased`` may be a list."""
    if "erased" in batch:
        batch["erased"] = np.array(batch["erased"], np.int32)
    return TickRecord(number, NOON + number * SECOND, Batch(**batch), outputs or Outputs())
