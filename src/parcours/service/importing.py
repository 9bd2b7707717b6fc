"""Files and data frames into the inbox: everything good is queued, everything else kept with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

import polars as pl

from parcours.core.facts import INSTANT
from parcours.core.schema import Schema, Type
from parcours.flow.ingest import (
    ColumnMapping,
    Lines,
    Raw,
    ReadOptions,
    Validated,
    from_frame,
    mapping_of,
    read_file,
    read_mapping,
    validate_events,
    validate_profiles,
)
from parcours.service.wiring import Parts

#: What rows are.
What: TypeAlias = Literal["events", "profiles"]
#: What data can come from: a file, or a table of Polars or any library with an Arrow stream.
Source = object


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import took in.

    Attributes:
        accepted: rows taken in by event type; profiles under ``""``.
        rejected: rows that were not, with ``DEAD_LETTER_COLUMNS``; they are kept in the log too.
        names: the attributes or properties taken in, with their types, by event type.
    """

    accepted: Mapping[str, int]
    rejected: pl.DataFrame
    names: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many profiles or events were taken in."""
        return sum(self.accepted.values())


def raw_rows(source: Source, format: str | None = None, options: ReadOptions | None = None) -> Raw:
    """The rows of a file (a path) or of a data frame; rows that were read already as they are.

    Raises:
        InputError: it cannot be read, or is no table.
    """
    if isinstance(source, Raw):
        return source
    if isinstance(source, str | Path):
        return read_file(source, format=format, options=options)
    return from_frame(_plain_columns(source) if hasattr(source, "__dataframe__") else source)


def _plain_columns(source: object) -> object:
    """A pandas frame whose Arrow stream needs a package that is not there, by way of plain lists."""
    try:
        return pl.DataFrame(source)  # type: ignore[arg-type]
    except (ImportError, TypeError, ValueError):
        return pl.DataFrame(source.to_dict(orient="list"))  # type: ignore[attr-defined]


def column_mapping(mapping: ColumnMapping | Mapping[str, object] | Path | str | None, **options: Any) -> ColumnMapping:
    """A mapping, plain data or a TOML file that describe one, with these options in place of its own.

    Raises:
        InputError: an unknown or ill-typed part.
    """
    if isinstance(mapping, str | Path):
        mapping = read_mapping(mapping)
    elif not isinstance(mapping, ColumnMapping):
        mapping = mapping_of(mapping or {})
    given = {name: value for name, value in options.items() if value not in (None, (), {}, False)}
    return replace(mapping, **{name: _typed(name, value) for name, value in given.items()})


def _typed(name: str, value: Any) -> Any:
    """A part of a mapping, checked; ``Lines`` and types may come made."""
    if isinstance(value, Lines):
        return value
    if name == "types" and isinstance(value, Mapping):
        value = {key: kind.to_json() if isinstance(kind, Type) else kind for key, kind in value.items()}
    return getattr(mapping_of({name: value}), name)


class Importer:
    """Takes sources into the workspace: all of them, or on any error none."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def profiles(self, sources: Sequence[Raw], mapping: ColumnMapping) -> Imported:
        """Queue profile changes."""
        with self._parts.importing:
            return self.queue(self.checked(sources, mapping, of="profiles"), of="profiles", timed=bool(mapping.time))

    def events(self, sources: Sequence[Raw], mapping: ColumnMapping, *, replacing: bool = False) -> Imported:
        """Queue events; ``replacing``: in place of those with the same ids."""
        with self._parts.importing:
            return self.queue(self.checked(sources, mapping, of="events"), of="events", replacing=replacing)

    def checked(self, sources: Sequence[Raw], mapping: ColumnMapping, *, of: What) -> list[Validated]:
        """What each source gives. Changes nothing."""
        validate = validate_profiles if of == "profiles" else validate_events
        return self._validated(sources, lambda raw, schema, now: validate(raw, mapping, schema, received=now))

    def queue(self, found: Sequence[Validated], *, of: What, timed: bool = False, replacing: bool = False) -> Imported:
        """Queue what was checked; ``timed``: profile changes have times of their own."""
        inbox = self._parts.inbox
        timeless = pl.lit(None, INSTANT).alias("_time")  # applied by the next tick, whatever time that is

        def put(kind: str, frame: pl.DataFrame) -> str:
            if of == "profiles":
                return inbox.put_profiles(frame if timed else frame.with_columns(timeless))
            return inbox.put_corrections(replace={kind: frame})[0] if replacing else inbox.put_events(kind, frame)

        return self._queue(found, put)

    def _validated(self, sources: Sequence[Raw], validate: Callable[[Raw, Schema, int], Validated]) -> list[Validated]:
        schema, now = self._parts.schema, self._parts.clock.now()
        found = []
        for raw in sources:
            found.append(validate(raw, schema, now))
            schema = found[-1].schema
        return found

    def _queue(self, found: Sequence[Validated], put: Callable[[str, pl.DataFrame], str]) -> Imported:
        names: list[str] = []
        accepted: dict[str, int] = {}
        rejected = pl.concat([validated.rejected for validated in found])
        try:
            for validated in found:
                for kind, frame in validated.frames.items():
                    accepted[kind] = accepted.get(kind, 0) + frame.height
                    if frame.height:
                        names.append(put(kind, frame))
            if rejected.height:
                self._parts.log.commit([], dead_letters=rejected)
        except BaseException:
            self._parts.inbox.forget(names)
            raise
        schema = found[-1].schema
        kinds = {kind: schema.events[kind] if kind else schema.attributes for kind in accepted}
        return Imported(accepted, rejected, kinds)
