"""Raw rows become typed frames for the inbox; rows that do not fit become dead letters with their reasons.

Good rows are never lost with bad ones: each row is judged on its own (events put together from lines: each
event). The schema comes back widened by what the rows bring.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from parcours.core.errors import InputError
from parcours.core.facts import INSTANT
from parcours.core.schema import NULL, Kind, Schema, Type
from parcours.flow.ingest import mapping as mappings
from parcours.flow.ingest.conversion import converted
from parcours.flow.ingest.formats.raw import Raw
from parcours.flow.ingest.identity import computed_ids
from parcours.flow.ingest.lines import gathered
from parcours.flow.ingest.mapping import ColumnMapping, Lines
from parcours.flow.ingest.properties import typed
from parcours.flow.ingest.refusals import Refusals
from parcours.flow.ingest.times import instants

_NAME = r"^[A-Za-z_][A-Za-z0-9_-]{0,62}$"


@dataclass(frozen=True, slots=True)
class Validated:
    """What a source gave.

    Attributes:
        frames: event type -> rows with ``_event_id``, ``_profile_id`` (text; null for events about nobody), ``_time``
            and typed properties; for profiles one frame under ``""`` with ``_profile_id``, ``_time``, ``_set`` and
            typed attributes.
        rejected: dead letters (``DEAD_LETTER_COLUMNS``), by row number.
        schema: the schema given, widened by these rows.
    """

    frames: Mapping[str, pl.DataFrame]
    rejected: pl.DataFrame
    schema: Schema

    @property
    def frame(self) -> pl.DataFrame:
        """The only frame: of profiles, or of a source with one type of event."""
        (frame,) = self.frames.values()
        return frame

    @property
    def accepted(self) -> int:
        """How many profiles or events were taken in."""
        return sum(frame.height for frame in self.frames.values())


def validate_events(raw: Raw, mapping: ColumnMapping, schema: Schema, *, received: int) -> Validated:
    """The events in ``raw``, typed, with the rows that cannot be taken in set aside.

    Args:
        raw: rows as read from a file or data frame.
        mapping: which column is what.
        schema: what is known already; values are converted to known types, known types are widened.
        received: the instant that dead letters carry, in microseconds.

    Raises:
        InputError: a column that the mapping names is missing, the mapping is incomplete, or a declared type
            contradicts the known one.
    """
    mapping = mappings.for_events(mapping, raw.frame.columns, raw.source)
    names = mappings.names_of(mapping, raw.frame.columns, raw.source)
    refusals = Refusals(raw)
    types = _event_types(raw, mapping, refusals)
    head = pl.DataFrame(
        {
            "_row": raw.rows,
            "_event_id": _event_ids(raw, mapping, types, refusals),
            "_profile_id": _profiles_of_events(raw, mapping, types, refusals),
            "_time": _event_times(raw, mapping, refusals),
        }
    )
    frames: dict[str, pl.DataFrame] = {}
    for kind in sorted(set(types.drop_nulls().unique())):
        mask = types == kind
        rows, found = _events_of(kind, raw, mask, head.filter(mask), mapping, names, schema, refusals)
        schema = schema.with_event(kind, found)
        if rows.height:
            frames[kind] = rows
    if not frames and mapping.event is not None:
        frames[mapping.event] = pl.DataFrame(
            schema={"_event_id": pl.String, "_profile_id": pl.String, "_time": INSTANT}
        )
    return Validated(frames, refusals.dead_letters(received), schema)


def validate_profiles(raw: Raw, mapping: ColumnMapping, schema: Schema, *, received: int) -> Validated:
    """The profiles in ``raw``, typed, with the rows that cannot be taken in set aside.

    ``_time`` is the mapping's time column, or ``received`` without one. ``_set`` lists the attributes with a
    value, and those without too when ``mapping.clear_empty``.

    Raises:
        InputError: see :func:`validate_events`.
    """
    mapping = mappings.for_profiles(mapping, raw.frame.columns, raw.source)
    names = mappings.names_of(mapping, raw.frame.columns, raw.source)
    refusals = Refusals(raw)
    head = pl.DataFrame({"_row": raw.rows, "_profile_id": _profile_ids(raw, mapping, refusals)})
    if mapping.time is None:
        head = head.with_columns(pl.lit(received, pl.Int64).cast(INSTANT).alias("_time"))
    else:
        head = head.with_columns(_event_times(raw, mapping, refusals).alias("_time"))
    columns = {column: raw.frame[column] for column in names}
    values, found = typed(columns, names, schema.attributes, mapping, raw, raw.rows, refusals)
    rows = _good(head.hstack(values), refusals)
    listed = [
        pl.lit(name) if mapping.clear_empty else pl.when(pl.col(name).is_not_null()).then(pl.lit(name))
        for name in found
    ]
    sets = pl.concat_list(listed).list.drop_nulls() if listed else pl.lit([], dtype=pl.List(pl.String))
    rows = rows.select("_profile_id", "_time", sets.alias("_set"), *found)
    return Validated({"": rows}, refusals.dead_letters(received), schema.with_attributes(found))


# --- the columns with a meaning of their own -----------------------------------------------------------


def _event_types(raw: Raw, mapping: ColumnMapping, refusals: Refusals) -> pl.Series:
    if mapping.event_column is None:
        return pl.Series("_type", [mapping.event], pl.String).new_from_index(0, raw.frame.height)
    values = raw.frame[mapping.event_column].cast(pl.String, strict=False).str.strip_chars()
    if mapping.event is not None:
        values = values.fill_null(mapping.event)
    good = values.str.contains(_NAME).fill_null(False)
    refusals.add(
        raw.rows,
        ~good,
        column=mapping.event_column,
        code="bad-event-type",
        reason="{} cannot be an event type",
        hint="use letters, digits, _ and -, starting with a letter, at most 63 characters",
        shown=values,
    )
    return values.set(~good, None).alias("_type")


def _profiles_of_events(raw: Raw, mapping: ColumnMapping, types: pl.Series, refusals: Refusals) -> pl.Series:
    """Whom each event is about; null for those about nobody."""
    if mapping.profile is None:
        return pl.Series("_profile_id", [None], pl.String).new_from_index(0, raw.frame.height)
    if isinstance(mapping.about_nobody, bool):
        return _profile_ids(raw, mapping, refusals)
    nobody = types.is_in(list(mapping.about_nobody)).fill_null(False)
    ids = _ids(raw, mapping.profile, "no-profile", "the row names no profile", refusals, optional=nobody)
    refusals.add(
        raw.rows,
        nobody & ids.is_not_null(),
        column=mapping.profile,
        code="about-somebody",
        reason="the row names profile {}, and events of its type are about nobody",
        hint="empty the column in this row, or take the type out of about_nobody",
        shown=ids,
    )
    return ids.alias("_profile_id")


def _profile_ids(raw: Raw, mapping: ColumnMapping, refusals: Refusals) -> pl.Series:
    assert mapping.profile is not None
    return _ids(raw, mapping.profile, "no-profile", "the row names no profile", refusals).alias("_profile_id")


def _event_ids(raw: Raw, mapping: ColumnMapping, types: pl.Series, refusals: Refusals) -> pl.Series:
    if mapping.id is None:
        return computed_ids(raw, types).alias("_event_id")
    return _ids(raw, mapping.id, "no-event-id", "the row names no event id", refusals).alias("_event_id")


def _ids(
    raw: Raw, column: str, code: str, reason: str, refusals: Refusals, optional: pl.Series | None = None
) -> pl.Series:
    """Ids as text without blanks around; whole numbers of any numeric type look the same. ``optional``: the rows that
    may have none."""
    values = raw.frame[column]
    if values.dtype.is_nested():
        raise InputError(f"column {column!r} holds {values.dtype}, no ids", code="wrong-type", where=raw.source)
    text = converted(values, Type(Kind.STRING)).values.str.strip_chars()
    missing = text.is_null() | (text == "").fill_null(True)
    hint = "fill the column, or leave the row out"
    refused = missing if optional is None else missing & ~optional
    refusals.add(raw.rows, refused, column=column, code=code, reason=reason, hint=hint)
    return text.set(missing, None)


def _event_times(raw: Raw, mapping: ColumnMapping, refusals: Refusals) -> pl.Series:
    assert mapping.time is not None
    values = raw.frame[mapping.time]
    found = instants(values, pattern=mapping.time_format, zone=mapping.zone)
    _check_time_column(values, found, mapping, raw.source)
    refusals.add(
        raw.rows,
        found.is_null(),
        column=mapping.time,
        code="bad-time",
        reason=f"{{}} is not a time between 1900 and 2200 in {mapping.zone}",
        hint="write it as 2026-03-14T10:30:00Z, or name the format (time_format)",
        shown=values,
    )
    return found


def _check_time_column(values: pl.Series, found: pl.Series, mapping: ColumnMapping, source: str) -> None:
    """A column in which no value at all is a time is a wrong mapping, not a thousand wrong rows."""
    if len(found) > found.null_count() or values.null_count() == len(values) or len(values) < 2:
        return
    numbers = values.dtype.is_numeric()
    example = values.drop_nulls()[0]
    raise InputError(
        f"no value of column {mapping.time!r} is a time; the first is {example!r}",
        code="bad-time",
        where=source,
        hint="for seconds since 1970 set time_format = unix (or unix-ms, unix-us)"
        if numbers and mapping.time_format is None
        else "set time_format, for example %d/%m/%Y %H:%M",
    )


# --- properties and attributes -------------------------------------------------------------------------


def _events_of(
    kind: str,
    raw: Raw,
    mask: pl.Series,
    head: pl.DataFrame,
    mapping: ColumnMapping,
    names: Mapping[str, str],
    schema: Schema,
    refusals: Refusals,
) -> tuple[pl.DataFrame, dict[str, Type]]:
    """The good events of one type, and the types of their properties."""
    known = schema.events.get(kind, {})
    columns = {column: raw.frame[column].filter(mask) for column in names}
    lines = mapping.lines
    inside = [names[column] for column in lines.columns] if lines else []
    flat = {**known, **_fields_of(known, lines, inside)}
    values, found = typed(columns, names, flat, mapping, raw, head["_row"], refusals)
    rows = head.hstack(values)
    if lines is not None:
        assert mapping.id is not None
        totals = {name: names[column] for name, column in lines.totals.items()}
        _check_totals(totals, found, raw.source)
        inside = [name for name in inside if name in found]
        rows = gathered(rows, Lines(lines.into, lines.columns, totals), inside, refusals, mapping.id)
        found = _types_of_lines(found, lines.into, inside, totals)
    rows = _good(rows, refusals).select("_event_id", "_profile_id", "_time", *found)
    return rows, found


def _check_totals(totals: Mapping[str, str], found: Mapping[str, Type], source: str) -> None:
    for name, value in totals.items():
        kind = found.get(value, NULL)
        if not kind.numeric:
            raise InputError(
                f"total {name!r} adds up {value!r}, which holds {kind} and no numbers",
                code="wrong-type",
                where=source,
                hint="name a column of numbers in lines.totals",
            )


def _fields_of(known: Mapping[str, Type], lines: Lines | None, inside: list[str]) -> dict[str, Type]:
    """The known types of the columns that go into the lines."""
    into = known.get(lines.into) if lines else None
    element = into.element if into else None
    fields = dict(element.fields) if element else {}
    return {name: fields.get(name, NULL) for name in inside}


def _types_of_lines(
    found: Mapping[str, Type], into: str, inside: list[str], totals: Mapping[str, str]
) -> dict[str, Type]:
    element = Type(Kind.OBJECT, fields=tuple((name, found[name]) for name in inside))
    outside = {name: kind for name, kind in found.items() if name not in inside}
    return {**outside, **{name: found[value] for name, value in totals.items()}, into: Type(Kind.LIST, element=element)}


def _good(rows: pl.DataFrame, refusals: Refusals) -> pl.DataFrame:
    refused = refusals.rows()
    return rows.filter(~pl.col("_row").is_in(refused.implode())) if len(refused) else rows
