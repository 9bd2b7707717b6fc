"""Rows of files that contradict what became known after they were queued.

A file is checked against the schema of its moment. Requests that were on their way then may have brought the same name
with another type, or spelled in another case. The name that was first in order of arrival stays; values that cannot be
made into its type are set aside as dead letters, the rest of their row is taken in.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from parcours.core.errors import InputError
from parcours.core.facts import INSTANT
from parcours.core.schema import NULL, Schema, Type, type_of_polars, widest
from parcours.flow.ingest.conversion import converted
from parcours.flow.ingest.turning.letters import LETTER_COLUMNS, PUT_ASIDE


def widened(schema: Schema, event: str | None, frame: pl.DataFrame) -> Schema:
    """The schema with the names of a frame of events, or (``None``) of profile changes.

    Raises:
        InputError: they contradict it; see :func:`fitted`.
    """
    types = types_of(frame)
    return schema.with_attributes(types) if event is None else schema.with_event(event, types)


def types_of(frame: pl.DataFrame) -> dict[str, Type]:
    """The types of the properties of a frame."""
    return {name: type_of_polars(dtype) for name, dtype in frame.schema.items() if not name.startswith("_")}


def fitted(
    frame: pl.DataFrame, known: Mapping[str, Type], source: str, event: str | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The frame with names and types that the known ones hold, and dead letters of what does not fit.

    Args:
        frame: events or profile changes.
        known: the types of their properties.
        source: name of the file, for the letters.
        event: the event type; of profile changes ``None``.
    """
    letters = [pl.DataFrame(schema=LETTER_COLUMNS)]
    frame = _respelled(frame, known)
    for name, kind in types_of(frame).items():
        target = known.get(name, NULL)
        if widest(target, kind) is None:
            done = converted(frame[name], target)
            bad = done.misfit | done.beyond
            letters.append(_letters(frame.filter(bad), name, target, source, event))
            frame = frame.with_columns(done.values.alias(name))
            if "_set" in frame.columns and bad.any():
                without = pl.col("_set").list.set_difference(pl.lit([name]))
                frame = frame.with_columns(pl.when(bad).then(without).otherwise("_set").alias("_set"))
    return frame, pl.concat(letters)


def _respelled(frame: pl.DataFrame, known: Mapping[str, Type]) -> pl.DataFrame:
    """Names as the known ones are spelled. Of two spellings in one frame the known one has the values that count."""
    spelled = {name.lower(): name for name in known}
    new = {name: spelled.get(name.lower(), name) for name in frame.columns if not name.startswith("_")}
    new = {name: other for name, other in new.items() if name != other}
    if not new:
        return frame
    twins = [name for name, other in new.items() if other in frame.columns]
    frame = frame.drop(twins).rename({name: other for name, other in new.items() if name not in twins})
    if "_set" not in frame.columns:
        return frame
    return frame.with_columns(pl.col("_set").list.eval(pl.element().replace(new)).list.unique(maintain_order=True))


def _letters(rows: pl.DataFrame, name: str, target: Type, source: str, event: str | None) -> pl.DataFrame:
    """A letter for each row, about one of its values."""
    if not rows.height:
        return pl.DataFrame(schema=LETTER_COLUMNS)
    shown = rows.select(pl.struct(name).struct.json_encode()).to_series()
    return pl.DataFrame(
        {
            "source": pl.repeat(source, rows.height, eager=True),
            "row": pl.Series([None], dtype=pl.Int64).new_from_index(0, rows.height),
            "column": pl.repeat(name, rows.height, eager=True),
            "code": pl.repeat(PUT_ASIDE, rows.height, eager=True),
            "reason": pl.select(pl.concat_str(shown, pl.lit(f" is not of type {target}"))).to_series(),
            "hint": pl.repeat("import the row again with the value mended", rows.height, eager=True),
            "payload": rows.select(pl.struct(pl.all()).struct.json_encode()).to_series(),
            "received": rows["_time"].cast(INSTANT),
            "event": pl.repeat(event, rows.height, dtype=pl.String, eager=True),
        }
    ).select(pl.col(column).cast(dtype) for column, dtype in LETTER_COLUMNS.items())


def known_type(schema: Schema, event: str) -> str:
    """The event type as it is spelled already."""
    if event in schema.events:
        return event
    return next((other for other in schema.events if other.lower() == event.lower()), event)


def taken_over(
    schema: Schema, event: str | None, frame: pl.DataFrame, source: str
) -> tuple[Schema, pl.DataFrame, pl.DataFrame]:
    """The schema with the names of a frame, the frame as it fits, and what did not fit."""
    try:
        return widened(schema, event, frame), frame, pl.DataFrame(schema=LETTER_COLUMNS)
    except InputError:
        known = schema.attributes if event is None else schema.events.get(event, {})
        frame, letters = fitted(frame, known, source, event)
        return widened(schema, event, frame), frame, letters
