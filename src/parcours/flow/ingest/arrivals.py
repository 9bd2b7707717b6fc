"""Takes rows out of the inbox: in order of arrival (live), or in order of event time (replay)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.errors import InputError
from parcours.flow.ingest.inbox import KINDS, Inbox, InboxFile

Times = NDArray[np.int64]

#: Stands for "no time" of corrections: before every instant.
_AT_ONCE = np.iinfo(np.int64).min
_CORRECTIONS = ("replace", "delete", "erase")
#: Kinds of rows that an erasure of their profile takes away.
_FORGETTABLE = ("profiles", "events", "replace")


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Rows taken out together. Frames have the columns of :data:`~parcours.flow.ingest.inbox.KINDS` in front.

    Attributes:
        profiles: profile changes, in the order in which they apply.
        events: event type -> events.
        replaced: event type -> events that take the place of those with the same id.
        deleted: ids of events to take back.
        erased: ids of profiles to erase.
        consumed: file -> rows of it that are consumed with these and all earlier ones; to be committed with
            the tick that takes these rows in. Only files that gave rows now.
    """

    profiles: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(KINDS["profiles"])))
    events: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    replaced: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    deleted: pl.Series = field(default_factory=lambda: pl.Series("_event_id", [], pl.String))
    erased: pl.Series = field(default_factory=lambda: pl.Series("_profile_id", [], pl.String))
    consumed: Mapping[str, int] = field(default_factory=dict)

    @property
    def event_count(self) -> int:
        """How many events arrived, replacements not counted."""
        return sum(frame.height for frame in self.events.values())

    def __bool__(self) -> bool:
        return bool(self.consumed)


class EventTimeReader:
    """All pending rows in order of event time; what was queued at the time of making it, nothing later.

    Rows of equal time come in order of arrival. A deletion or erasure without a time applies at once. What was
    queued before its own correction and is still pending is left out, so a replay shows the corrected past; a
    replacement then comes without the event it replaces and simply is the event.

    Args:
        inbox: the queue.
        consumed: rows of each file that were consumed before.

    Raises:
        InputError: two files hold different types under one name.
        WorkspaceError: a file is damaged.
    """

    def __init__(self, inbox: Inbox, consumed: Mapping[str, int]) -> None:
        groups: dict[tuple[str, str], list[InboxFile]] = {}
        for file in inbox.files():
            groups.setdefault((file.kind, file.type), []).append(file)
        self._lanes = [_Lane(inbox, kind, type, files, consumed) for (kind, type), files in groups.items()]
        self._consumed = {file.name: consumed.get(file.name, 0) for files in groups.values() for file in files}
        _correct_pending(self._lanes)

    @property
    def next_time(self) -> int | None:
        """The time of the earliest row that is left, in microseconds; ``None`` when none is left.

        Corrections that apply at once do not count.
        """
        times = [lane.next_time for lane in self._lanes]
        return min((time for time in times if time is not None), default=None)

    @property
    def last_time(self) -> int | None:
        """The time of the latest row that is left."""
        times = [int(lane.times[-1]) for lane in self._lanes if lane.left and lane.times[-1] != _AT_ONCE]
        return max(times, default=None)

    @property
    def left(self) -> int:
        """How many rows are left."""
        return sum(lane.left for lane in self._lanes)

    def take(self, until: int) -> Arrivals:
        """The rows left with a time up to and including ``until`` (microseconds), also those that came late."""
        erasures = [lane.upcoming(until) for lane in self._lanes if lane.kind == "erase"]
        for lane in self._lanes:
            if lane.kind in _FORGETTABLE:
                for erased in erasures:
                    if erased.height:
                        lane.drop(_queued_before(lane, erased))
        frames: dict[tuple[str, str], pl.DataFrame] = {}
        touched: dict[str, int] = {}
        for lane in self._lanes:
            frame, counts = lane.take(until)
            for name, count in counts.items():
                self._consumed[name] += count
                touched[name] = self._consumed[name]
            if frame is not None and frame.height:
                frames[lane.kind, lane.type] = frame
        return _arrivals(frames, touched)


class ArrivalReader:
    """Rows in order of arrival, file after file; sees files that are queued later.

    Corrections come alone, so that one call never holds a correction and what was queued before or after it.

    Args:
        inbox: the queue.
        consumed: rows of each file that were consumed before.
    """

    def __init__(self, inbox: Inbox, consumed: Mapping[str, int]) -> None:
        self._inbox = inbox
        self._consumed = dict(consumed)
        self._open: tuple[str, pl.DataFrame] | None = None
        self._done: set[str] = set()

    def take(self, limit: int) -> Arrivals:
        """At most ``limit`` rows that wait longest; false when nothing waits.

        Profile changes queued after events of the same call are applied with them in one tick.
        """
        parts: dict[tuple[str, str], list[pl.DataFrame]] = {}
        touched: dict[str, int] = {}
        for file in self._inbox.files():
            if file.name in self._done:
                continue
            if limit <= 0 or (file.kind in _CORRECTIONS and parts):
                break
            frame = self._rows(file)
            start = self._consumed.get(file.name, 0)
            rows = frame.slice(start, limit)
            if start + rows.height == frame.height:
                self._done.add(file.name)
            if not rows.height:
                continue
            limit -= rows.height
            parts.setdefault((file.kind, file.type), []).append(rows)
            self._consumed[file.name] = touched[file.name] = start + rows.height
            if file.kind in _CORRECTIONS:
                break
        return _arrivals({key: _joined(frames, *key) for key, frames in parts.items()}, touched)

    def _rows(self, file: InboxFile) -> pl.DataFrame:
        """The file's rows; the last one read is kept, because a long file is taken in many calls."""
        if self._open is None or self._open[0] != file.name:
            self._open = (file.name, self._inbox.read(file.name))
        return self._open[1]


class _Lane:
    """The pending rows of one kind and event type over all files, ordered by time, then by arrival."""

    def __init__(self, inbox: Inbox, kind: str, type: str, files: list[InboxFile], consumed: Mapping[str, int]) -> None:
        self.kind, self.type = kind, type
        self.names = [file.name for file in files]
        frames = [inbox.read(file.name).slice(consumed.get(file.name, 0)) for file in files]
        self.frame = _joined(frames, kind, type)
        self.origin = np.repeat(np.arange(len(files), dtype=np.int32), [frame.height for frame in frames])
        self.times = self.frame["_time"].cast(pl.Int64).fill_null(_AT_ONCE).to_numpy()
        if len(files) > 1:
            order = np.argsort(self.times, kind="stable")
            self.frame, self.origin, self.times = self.frame[order], self.origin[order], self.times[order]
        self.dropped: NDArray[np.bool_] | None = None
        self._at = 0

    @property
    def left(self) -> int:
        return len(self.times) - self._at

    @property
    def next_time(self) -> int | None:
        at = max(self._at, int(np.searchsorted(self.times, _AT_ONCE, "right")))
        return int(self.times[at]) if at < len(self.times) else None

    def upcoming(self, until: int) -> pl.DataFrame:
        """Of erasures: the profiles erased up to ``until``, each with the number of the last file that says so."""
        end = int(np.searchsorted(self.times, until, "right"))
        coming = self.frame.slice(self._at, max(0, end - self._at)).select("_profile_id")
        numbers = pl.Series("number", self.numbers()[self._at : max(self._at, end)])
        return coming.with_columns(numbers).group_by("_profile_id").agg(pl.col("number").max())

    def numbers(self) -> NDArray[np.int64]:
        """The number of the file that each row came with."""
        return np.array([int(name[:12]) for name in self.names], np.int64)[self.origin]

    def drop(self, rows: NDArray[np.bool_]) -> None:
        """Leave these rows out when they are taken; they count as consumed all the same."""
        self.dropped = rows if self.dropped is None else self.dropped | rows

    def take(self, until: int) -> tuple[pl.DataFrame | None, dict[str, int]]:
        """The rows up to ``until`` and how many of them each file gave."""
        start, end = self._at, int(np.searchsorted(self.times, until, "right"))
        if end <= start:
            return None, {}
        self._at = end
        counts = np.bincount(self.origin[start:end], minlength=len(self.names))
        frame = self.frame.slice(start, end - start)
        if self.dropped is not None and self.dropped[start:end].any():
            frame = frame.filter(pl.Series(~self.dropped[start:end]))
        return frame, {name: int(count) for name, count in zip(self.names, counts, strict=True) if count}


def _correct_pending(lanes: list[_Lane]) -> None:
    """Apply deletions and replacements to events that are pending too: what was queued before them is left out.

    A deletion whose event is found here has nothing left to do and is left out itself.
    """
    for correction in lanes:
        if correction.kind in ("delete", "replace"):
            _correct_events(correction, [lane for lane in lanes if lane.kind == "events"])


def _correct_events(correction: _Lane, events: list[_Lane]) -> None:
    asked = pl.DataFrame({"_event_id": correction.frame["_event_id"], "number": correction.numbers()})
    if correction.kind == "delete":
        asked = asked.filter(pl.Series(correction.times == _AT_ONCE))
    asked = asked.group_by("_event_id").agg(pl.col("number").max())
    for lane in events:
        held = pl.DataFrame({"_event_id": lane.frame["_event_id"], "own": lane.numbers()})
        number = held.join(asked, on="_event_id", how="left", maintain_order="left")["number"]
        hit = (number > held["own"]).fill_null(False)
        lane.drop(hit.to_numpy())
        if correction.kind == "delete":
            gone = correction.frame["_event_id"].is_in(held["_event_id"].filter(hit).implode())
            correction.drop(gone.to_numpy() & (correction.times == _AT_ONCE))


def _queued_before(lane: _Lane, erased: pl.DataFrame) -> NDArray[np.bool_]:
    """Rows of profiles that are erased now which were queued before the erasure, whatever their time.

    Nothing of them may come with the erasure or after it: they would bring the profile back.
    """
    held = pl.DataFrame({"_profile_id": lane.frame["_profile_id"], "own": lane.numbers()})
    found = held.join(erased, on="_profile_id", how="left", maintain_order="left")
    return (found["number"] > found["own"]).fill_null(False).to_numpy()


def _joined(frames: list[pl.DataFrame], kind: str, type: str) -> pl.DataFrame:
    if len(frames) == 1:
        return frames[0]
    try:
        return pl.concat(frames, how="diagonal_relaxed")
    except pl.exceptions.PolarsError as problem:
        what = f"events of type {type!r}" if type else kind
        raise InputError(
            f"queued files hold different types under one name: {problem}",
            code="type-conflict",
            where=what,
            hint="import the later file again with the type of that column declared",
        ) from problem


def _arrivals(frames: Mapping[tuple[str, str], pl.DataFrame], consumed: Mapping[str, int]) -> Arrivals:
    none = Arrivals()
    return Arrivals(
        profiles=frames.get(("profiles", ""), none.profiles),
        events={type: frame for (kind, type), frame in frames.items() if kind == "events"},
        replaced={type: frame for (kind, type), frame in frames.items() if kind == "replace"},
        deleted=frames["delete", ""]["_event_id"] if ("delete", "") in frames else none.deleted,
        erased=frames["erase", ""]["_profile_id"] if ("erase", "") in frames else none.erased,
        consumed=consumed,
    )
