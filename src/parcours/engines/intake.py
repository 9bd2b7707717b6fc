"""From what arrived to the batch of a tick: known event ids dropped, profiles numbered, columns typed.

A replay prepares a whole stretch of time at once and cuts it into ticks, so that a tick of a quiet hour
costs next to nothing; a live tick prepares what arrived and takes it whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.facts import (
    INSTANT,
    NEW_PROFILE_COLUMNS,
    ORIGIN_COLUMNS,
    OUTCOME_COLUMNS,
    Batch,
    DefinitionChange,
    EventBatch,
    empty,
)
from parcours.core.schema import Schema, Type, polars_type, type_of_polars
from parcours.engines import once
from parcours.engines.joining import Joined, join
from parcours.engines.once import Has
from parcours.flow.ingest.arrivals import Arrivals
from parcours.flow.ingest.dedup import SeenIds
from parcours.flow.ingest.registry import ProfileNumbers
from parcours.kernel.book import FeatureBook, Reduced
from parcours.store.log import Log
from parcours.store.log.tables import MESSAGE, MESSAGES

#: In place of the number of a profile: the event is about nobody.
NOBODY = -1
Columns = dict[str, pl.DataType | type[pl.DataType]]
TypedEvents = tuple[str, pl.DataFrame]


class Prepared:
    """An intake made ready: batches of it can be cut by time."""

    def __init__(
        self,
        events: dict[str, pl.DataFrame],
        changes: pl.DataFrame,
        new: pl.DataFrame,
        retracted: tuple[EventBatch, ...],
        erased: NDArray[np.int32],
        joined: Joined | None = None,
        origins: pl.DataFrame | None = None,
    ) -> None:
        self._tables = {name: Cut(rows) for name, rows in events.items()}
        self._changes, self._new = Cut(changes), Cut(new)
        self._retracted, self._erased = retracted, erased
        self._joined = Joined() if joined is None else joined
        self._origins = empty(ORIGIN_COLUMNS) if origins is None else origins

    @property
    def events(self) -> Iterator[EventBatch]:
        """All events, by type."""
        return (EventBatch(name, cut.rows) for name, cut in self._tables.items())

    def take(
        self,
        until: int | None = None,
        definitions: tuple[DefinitionChange, ...] = (),
        outcomes: pl.DataFrame | None = None,
    ) -> Batch:
        """The next rows up to and including ``until`` (``None``: all); corrections and links come with the first."""
        events = tuple(EventBatch(name, rows) for name, cut in self._tables.items() if (rows := cut.take(until)).height)
        retracted, self._retracted = self._retracted, ()
        erased, self._erased = self._erased, np.empty(0, np.int32)
        joined, self._joined = self._joined, Joined()
        origins, self._origins = self._origins, self._origins.clear()
        return Batch(
            new_profiles=self._new.take(until),
            profile_changes=self._changes.take(until),
            events=events,
            retracted=retracted,
            erased=erased,
            definitions=definitions,
            outcomes=empty(OUTCOME_COLUMNS) if outcomes is None else outcomes,
            links=joined.links,
            moved=joined.moved,
            origins=origins,
        )


class Cut:
    """A table sorted by one of its columns of instants, taken piece by piece.

    Attributes:
        rows: the table.
        times: its instants, microseconds.
    """

    def __init__(self, rows: pl.DataFrame, column: str = "_time") -> None:
        self.rows = rows
        self.times: NDArray[np.int64] = rows[column].to_physical().to_numpy() if rows.height else np.empty(0, np.int64)
        self._at = 0

    def take(self, until: int | None) -> pl.DataFrame:
        """The next rows up to and including ``until``; ``None``: all."""
        end = len(self.times) if until is None else int(np.searchsorted(self.times, until, side="right"))
        start, self._at = self._at, max(end, self._at)
        return self.rows.slice(start, self._at - start)


class Ahead:
    """The rows that a stretch of events means to the streams, worked out at once and handed out tick by tick."""

    def __init__(self, book: FeatureBook, events: Iterable[EventBatch]) -> None:
        """``events`` must be in order of time."""
        self._rows = [pair for batch in events for pair in book.reduce(batch)]
        self._at = [0] * len(self._rows)

    def take(self, until: int) -> list[Reduced]:
        """The next rows up to and including ``until``."""
        taken: Reduced = []
        for place, (stream, rows) in enumerate(self._rows):
            start, end = self._at[place], int(rows.times.searchsorted(until, "right"))
            if end > start:
                self._at[place] = end
                taken.append((stream, rows[start:end]))
        return [taken]


class Preparer:
    """Prepares intakes against what a workspace knows: its schema, its profiles, the event ids it has seen."""

    def __init__(
        self, schema: Schema, register: ProfileNumbers, seen: SeenIds, log: Log, has: Has = once.nobody
    ) -> None:
        """``has`` tells who has a value of an attribute."""
        self.schema = schema
        self._register, self._seen, self._log, self._has = register, seen, log, has
        self._known_shapes: set[tuple[object, ...]] = set()

    def prepare(
        self, arrivals: Arrivals, now: int, by_time: bool = False, durable: Callable[[], None] = lambda: None
    ) -> Prepared:
        """Make what arrived ready.

        Args:
            arrivals: rows out of the inbox.
            now: the instant that stands for a missing time of a profile change.
            by_time: sort everything by time, to be cut into ticks; else the order of arrival is kept.
            durable: called before the log is asked what profiles have done that become one, or two; links belong to
                the first tick that is cut out.

        Raises:
            InputError: a column contradicts the schema.
        """
        erased = self._erase(arrivals.erased)
        retracted = self._corrected(arrivals)
        joined = self._linked(arrivals, now, durable)
        fresh = [(name, self._unseen(name, rows)) for name, rows in arrivals.events.items()]
        fresh = [(name, _without(rows, arrivals, name)) for name, rows in fresh]
        for name, rows in arrivals.replaced.items():
            self._seen.add(rows["_event_id"], name)
        events = self._typed_events([*fresh, *arrivals.replaced.items()], by_time)
        changes = self._typed_profiles(self._untold(arrivals.profiles), now, by_time)
        new = self._number(events, changes, by_time)
        origins: list[pl.DataFrame] = []
        numbered = {name: self._numbered(rows, name, origins) for name, rows in events.items()}
        changes = once.settled(self._numbered(changes), self._has)
        if joined is None:
            return Prepared(numbered, changes, new, retracted, erased)
        if joined.changes is not None:
            changes = pl.concat([_conform(joined.changes, dict(changes.schema)), changes])
        if joined.born.height:
            born = joined.born if by_time else _since_first_row(joined.born, [changes, *numbered.values()])
            new = pl.concat([born, new])
        return Prepared(numbered, changes, new, retracted, erased, joined, pl.concat(origins) if origins else None)

    def _linked(self, arrivals: Arrivals, now: int, durable: Callable[[], None]) -> Joined | None:
        if not arrivals.links.height and not len(arrivals.unmerged) and not self._register.applied:
            return None
        joined = join(arrivals, self._register, self._log, now, durable)
        typed = {batch.type: self.schema.events[batch.type] for batch in joined.moved}
        joined.moved = tuple(EventBatch(batch.type, _retyped(batch.rows, typed[batch.type])) for batch in joined.moved)
        return joined

    def _erase(self, ids: pl.Series) -> NDArray[np.int32]:
        if not len(ids):
            return np.empty(0, np.int32)
        numbers = self._register.known(ids)
        found = [self._register.parts(number) for number in np.unique(numbers[numbers >= 0]).tolist()]
        erased = np.unique(np.concatenate([np.empty(0, np.int32), *found]))
        self._register.forget(erased)
        return erased

    def _corrected(self, arrivals: Arrivals) -> tuple[EventBatch, ...]:
        """The events to be taken back, as the log holds them."""
        found = self._log.find_events(arrivals.deleted.to_list()) if len(arrivals.deleted) else ()
        for name, rows in arrivals.replaced.items():
            known = {id_ for batch in found if batch.type == name for id_ in batch.rows["_event_id"]}
            wanted = [id_ for id_ in rows["_event_id"].to_list() if id_ not in known]
            found += self._log.find_events(wanted, name)
        return found

    def _unseen(self, event: str, rows: pl.DataFrame) -> pl.DataFrame:
        new = self._seen.add(rows["_event_id"], event)
        return rows if new.all() else rows.filter(pl.Series(new))

    def _untold(self, changes: pl.DataFrame) -> pl.DataFrame:
        """Without those of messages that were taken in before."""
        if MESSAGE.name not in changes.columns:
            return changes
        new = changes[MESSAGE.name].is_null().to_numpy().copy()
        new[~new] = self._seen.add(changes[MESSAGE.name].drop_nulls(), MESSAGES)
        return changes if new.all() else changes.filter(pl.Series(new))

    def _typed_events(self, events: Sequence[TypedEvents], by_time: bool) -> dict[str, pl.DataFrame]:
        for name, rows in events:
            self._widen(name, rows)
        tables: dict[str, list[pl.DataFrame]] = {}
        for name, rows in events:
            if rows.height:
                columns: Columns = {"_event_id": pl.String, "_profile_id": pl.String, "_time": INSTANT}
                properties = {part: polars_type(kind) for part, kind in self.schema.events[name].items()}
                tables.setdefault(name, []).append(_conform(rows, {**columns, **properties}))
        return {name: _joined(parts, by_time) for name, parts in tables.items()}

    def _typed_profiles(self, rows: pl.DataFrame, now: int, by_time: bool) -> pl.DataFrame:
        self._widen(None, rows)
        columns: Columns = {"_profile_id": pl.String, "_time": INSTANT, "_set": pl.List(pl.String)}
        attributes = {part: polars_type(kind) for part, kind in self.schema.attributes.items()}
        if not rows.height:
            return empty({**columns, **attributes})
        own = {name: dtype for name, dtype in rows.schema.items() if name in (MESSAGE.name, once.ONCE)}
        rows = _conform(rows, {**columns, **own, **attributes})
        rows = rows.with_columns(pl.col("_time").fill_null(pl.lit(now).cast(INSTANT)))
        return rows.sort("_time", maintain_order=True) if by_time else rows

    def _widen(self, event: str | None, rows: pl.DataFrame) -> None:
        shape = (event, *rows.schema.items())
        if shape in self._known_shapes:
            return
        named = {name: type_of_polars(dtype) for name, dtype in rows.schema.items() if not name.startswith("_")}
        self.schema = self.schema.with_attributes(named) if event is None else self.schema.with_event(event, named)
        self._known_shapes.add(shape)

    def _number(self, events: dict[str, pl.DataFrame], changes: pl.DataFrame, by_time: bool) -> pl.DataFrame:
        """Give numbers to new profiles, in order of appearance; each with the time of its first row."""
        rows = [table.select("_profile_id", "_time") for table in [changes, *events.values()] if table.height]
        if not rows:
            return empty(NEW_PROFILE_COLUMNS)
        seen = pl.concat(rows).filter(pl.col("_profile_id").is_not_null())  # events about nobody
        if by_time:
            seen = seen.sort("_time", maintain_order=True)
        before = len(self._register)
        _, new = self._register.numbers(seen["_profile_id"])
        if not len(new):
            return empty(NEW_PROFILE_COLUMNS)
        first = before
        born = (
            seen.filter(pl.col("_profile_id").is_in(new.implode())).group_by("_profile_id").agg(pl.col("_time").min())
        )
        table = pl.DataFrame(
            {
                "_profile": pl.Series(np.arange(first, first + len(new), dtype=np.int32)),
                "_profile_id": new,
            }
        ).join(born, on="_profile_id", how="left", maintain_order="left")
        return table

    def _numbered(self, rows: pl.DataFrame, event: str = "", origins: list[pl.DataFrame] | None = None) -> pl.DataFrame:
        """The rows with the numbers of the profiles; of events under other ids than those are called by, what came is
        added to ``origins``."""
        if not rows.height:
            return (
                rows.select(pl.lit(0, pl.Int32).alias("_profile"), pl.exclude("_profile_id"))
                if "_profile_id" in rows.columns
                else rows
            )
        ids = rows["_profile_id"]
        numbers, others = self._register.told_apart(ids, rows["_time"].to_physical().to_numpy())
        if others is not None and origins is not None:
            named = {"_profile": numbers, "event": event, "_event_id": rows["_event_id"], "id": ids}
            origins.append(pl.DataFrame(named).cast(ORIGIN_COLUMNS).filter(pl.Series(others)))  # type: ignore[arg-type]
        if ids.null_count():
            numbers[ids.is_null().to_numpy()] = NOBODY
        return rows.select(
            *([pl.col("_event_id")] if "_event_id" in rows.columns else []),
            pl.Series("_profile", numbers),
            pl.exclude("_event_id", "_profile_id"),
        )


def _retyped(rows: pl.DataFrame, properties: Mapping[str, Type]) -> pl.DataFrame:
    """Events out of the log with the types of today."""
    columns = {name: dtype for name, dtype in rows.schema.items() if name.startswith("_")}
    return _conform(rows, {**columns, **{name: polars_type(kind) for name, kind in properties.items()}})


def _since_first_row(born: pl.DataFrame, tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Profiles that a link has made, known of since their first row where that is before the link."""
    rows = [table.select("_profile", "_time") for table in tables if table.height]
    if not rows:
        return born
    first = pl.concat(rows).group_by("_profile").agg(pl.col("_time").min().alias("first"))
    joined = born.join(first, on="_profile", how="left", maintain_order="left")
    return joined.with_columns(pl.min_horizontal("_time", "first").alias("_time")).select(born.columns)


def _without(rows: pl.DataFrame, arrivals: Arrivals, event: str) -> pl.DataFrame:
    """Events that are corrected in the same moment as they come are left out: the correction is what counts."""
    corrected = [arrivals.deleted, *(rows["_event_id"] for name, rows in arrivals.replaced.items() if name == event)]
    ids = pl.concat(corrected)
    return rows.filter(~pl.col("_event_id").is_in(ids.implode())) if len(ids) else rows


def _conform(rows: pl.DataFrame, columns: Columns) -> pl.DataFrame:
    """The rows with exactly these columns, cast; missing ones are null."""
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in columns.items()
    )


def _joined(parts: list[pl.DataFrame], by_time: bool) -> pl.DataFrame:
    rows = parts[0] if len(parts) == 1 else pl.concat(parts)
    return rows.sort("_time", maintain_order=True) if by_time else rows
