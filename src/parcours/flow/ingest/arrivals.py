"""What is taken out of the inbox; and how a replay takes it: in order of event time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.errors import InputError
from parcours.flow.ingest.inbox import KINDS, REQUESTS, Inbox, InboxFile
from parcours.flow.ingest.turning.letters import LETTER_COLUMNS
from parcours.flow.ingest.turning.work import VIOLATION_COLUMNS

Times = NDArray[np.int64]

#: Stands for "no time" of corrections: before every instant.
_AT_ONCE = np.iinfo(np.int64).min
#: Kinds of files that change what was taken in before.
CORRECTIONS = ("replace", "delete", "erase", "unmerge")
#: Kinds of rows with columns of the user.
TYPED = ("profiles", "events", "replace")
#: Kinds of rows that an erasure of their profile takes away, and where its id stands in them.
FORGETTABLE = {
    "profiles": ("_profile_id",),
    "events": ("_profile_id",),
    "replace": ("_profile_id",),
    "links": ("id", "into"),
}


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Rows taken out together. Frames have the columns of :data:`~parcours.flow.ingest.inbox.KINDS` in front.

    Attributes:
        profiles: profile changes, in the order in which they apply.
        events: event type -> events.
        replaced: event type -> events that take the place of those with the same id.
        deleted: ids of events to take back.
        erased: ids of profiles to erase.
        links: statements that ``id`` and ``into`` are one person, in the order in which they apply. ``kind`` is
            ``identify`` (a visitor's id belongs to a user), ``alias`` or ``merge``; ``message_id`` may be null.
        unmerged: ids of merges to take back.
        letters: what of the rows was not taken in, with ``LETTER_COLUMNS``.
        violations: what was done against tracking plans, with ``VIOLATION_COLUMNS``.
        consumed: file -> rows of it that are consumed with these and all earlier ones; to be committed with
            the tick that takes these rows in. Only files that gave rows now.
    """

    profiles: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(KINDS["profiles"])))
    events: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    replaced: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    deleted: pl.Series = field(default_factory=lambda: pl.Series("_event_id", [], pl.String))
    erased: pl.Series = field(default_factory=lambda: pl.Series("_profile_id", [], pl.String))
    links: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(KINDS["links"])))
    unmerged: pl.Series = field(default_factory=lambda: pl.Series("merge", [], pl.String))
    letters: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LETTER_COLUMNS))
    violations: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(VIOLATION_COLUMNS)))
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
            if file.kind != REQUESTS:  # see parcours.engines.requests
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
    def next_link(self) -> int | None:
        """The time of the earliest link or separation that is left; ``None`` when none is left. Those without a time
        apply at once."""
        lanes = [lane for lane in self._lanes if lane.kind in ("links", "unmerge") and lane.left]
        return min((int(lane.times[len(lane.times) - lane.left]) for lane in lanes), default=None)

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
            for column in FORGETTABLE.get(lane.kind, ()):
                for erased in erasures:
                    if erased.height:
                        lane.drop(_queued_before(lane, erased, column))
        frames: dict[tuple[str, str], pl.DataFrame] = {}
        touched: dict[str, int] = {}
        for lane in self._lanes:
            frame, counts = lane.take(until)
            for name, count in counts.items():
                self._consumed[name] += count
                touched[name] = self._consumed[name]
            if frame is not None and frame.height:
                frames[lane.kind, lane.type] = frame
        return arrivals_of(frames, touched)


class _Lane:
    """The pending rows of one kind and event type over all files, ordered by time, then by arrival."""

    def __init__(self, inbox: Inbox, kind: str, type: str, files: list[InboxFile], consumed: Mapping[str, int]) -> None:
        self.kind, self.type = kind, type
        self.names = [file.name for file in files]
        frames = [inbox.read(file.name).slice(consumed.get(file.name, 0)) for file in files]
        self.frame = joined(frames, kind, type)
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


def _queued_before(lane: _Lane, erased: pl.DataFrame, column: str) -> NDArray[np.bool_]:
    """Rows of profiles that are erased now which were queued before the erasure, whatever their time.

    Nothing of them may come with the erasure or after it: they would bring the profile back.
    """
    held = pl.DataFrame({"_profile_id": lane.frame[column], "own": lane.numbers()})
    found = held.join(erased, on="_profile_id", how="left", maintain_order="left")
    return (found["number"] > found["own"]).fill_null(False).to_numpy()


def joined(frames: list[pl.DataFrame], kind: str, type: str) -> pl.DataFrame:
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


def arrivals_of(frames: Mapping[tuple[str, str], pl.DataFrame], consumed: Mapping[str, int]) -> Arrivals:
    none = Arrivals()
    return Arrivals(
        profiles=frames.get(("profiles", ""), none.profiles),
        events={type: frame for (kind, type), frame in frames.items() if kind == "events"},
        replaced={type: frame for (kind, type), frame in frames.items() if kind == "replace"},
        deleted=frames["delete", ""]["_event_id"] if ("delete", "") in frames else none.deleted,
        erased=frames["erase", ""]["_profile_id"] if ("erase", "") in frames else none.erased,
        links=frames.get(("links", ""), none.links),
        unmerged=frames["unmerge", ""]["merge"] if ("unmerge", "") in frames else none.unmerged,
        consumed=consumed,
    )
