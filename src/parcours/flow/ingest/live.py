"""Takes rows and requests out of the inbox in order of arrival: what a live tick takes in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from parcours.core.schema import Schema
from parcours.flow.ingest import fitting
from parcours.flow.ingest.arrivals import CORRECTIONS, FORGETTABLE, TYPED, Arrivals, arrivals_of, joined
from parcours.flow.ingest.inbox import REQUESTS, Inbox, InboxFile
from parcours.flow.ingest.turning.portion import Portion
from parcours.flow.ingest.turning.turn import Turned, turned_in_any_case, uncollected

#: Records that are read at once, and bytes of them that one call takes at most.
_RECORDS, _BYTES = 256, 32_000_000


class ArrivalReader:
    """Rows in order of arrival, file after file; sees files and requests that are queued later.

    Corrections of files come alone, so that one call never holds a correction and what was queued before or after it.
    Requests are turned into rows as they are taken; what they correct among themselves is settled by then.

    Args:
        inbox: the queue.
        consumed: rows of each file that were consumed before.
    """

    def __init__(self, inbox: Inbox, consumed: Mapping[str, int]) -> None:
        self._inbox = inbox
        self._consumed = dict(consumed)
        self._open: tuple[str, pl.DataFrame] | None = None
        self._done: set[str] = set()
        #: Whether the last call left something that waited already.
        self.more = False

    def take(self, limit: int, schema: Schema | None = None) -> Arrivals:
        """At most ``limit`` rows that wait longest, and what else came in one request with the last of them; false
        when nothing waits.

        Profile changes queued after events of the same call are applied with them in one tick. ``schema`` is what is
        known: what contradicts it is fitted.
        """
        taken = _Taken(schema or Schema())
        self.more = False
        for file in self._inbox.files():
            if file.name in self._done:
                continue
            if limit <= 0 or (file.kind in CORRECTIONS and taken.consumed):
                self.more = True
                break
            limit -= (
                self._take_requests(file, limit, taken) if file.kind == REQUESTS else self._take(file, limit, taken)
            )
            if file.kind in CORRECTIONS and taken.consumed:
                break
        return taken.arrivals()

    def _take(self, file: InboxFile, limit: int, taken: _Taken) -> int:
        frame = self._rows(file)
        start = self._consumed.get(file.name, 0)
        rows = frame.slice(start, limit)
        if start + rows.height == frame.height:
            self._done.add(file.name)
        if rows.height:
            taken.add(file, rows)
            self._consumed[file.name] = taken.consumed[file.name] = start + rows.height
        return rows.height

    def _take_requests(self, file: InboxFile, limit: int, taken: _Taken) -> int:
        start = self._consumed.get(file.name, 0)
        if self._inbox.used_up(file.name, start):
            self._done.add(file.name)
            return 0
        portion, end = read_requests(self._inbox, file.name, start, limit)
        if end > start:
            for turned in turned_in_any_case(portion, taken.schema, self._inbox.rules()):
                taken.add_turned(turned)
            self._consumed[file.name] = taken.consumed[file.name] = end
            self.more = end < self._inbox.rows(file.name)
        return len(portion)

    def _rows(self, file: InboxFile) -> pl.DataFrame:
        """The file's rows; the last one read is kept, because a long file is taken in many calls."""
        if self._open is None or self._open[0] != file.name:
            self._open = (file.name, self._inbox.read(file.name))
        return self._open[1]


def read_requests(inbox: Inbox, name: str, start: int, limit: int) -> tuple[Portion, int]:
    """The calls of requests from ``start`` on, about ``limit`` at most; and where the next ones begin."""
    assert inbox.journal is not None
    portion, at, size = Portion(), start, 0
    with uncollected():
        while len(portion) < limit and size < _BYTES:
            records = inbox.journal.read(name, at, _RECORDS, most_bytes=_BYTES // 8)
            if not records:
                break
            for record in records:
                portion.add(record)
                at += 1
                size += len(record.body)
                if len(portion) >= limit:
                    break
    return portion, at


class _Taken:
    """What one call takes out, as it comes together."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.consumed: dict[str, int] = {}
        self._parts: dict[tuple[str, str], list[pl.DataFrame]] = {}
        self._erased: list[pl.Series] = []
        self._letters: list[pl.DataFrame] = []
        self._violations: list[pl.DataFrame] = []

    def add(self, file: InboxFile, rows: pl.DataFrame) -> None:
        """Rows of a file, as they fit."""
        type = file.type
        if file.kind in TYPED:
            type = fitting.known_type(self.schema, type)
            event = None if file.kind == "profiles" else type
            self.schema, rows, letters = fitting.taken_over(self.schema, event, rows, file.name)
            self._letters.append(letters)
        self._parts.setdefault((file.kind, type), []).append(rows)

    def add_turned(self, turned: Turned) -> None:
        """What requests became."""
        if turned.erased.height:
            self._erased.append(turned.erased["_profile_id"])
            forget_before(self._parts, turned.erased["_profile_id"])
        self.schema = turned.schema
        for key, frame in rows_of(turned):
            self._parts.setdefault(key, []).append(frame)
        self._letters.append(turned.letters)
        self._violations.append(turned.violations)

    def arrivals(self) -> Arrivals:
        """All of it."""
        found = arrivals_of({key: joined(frames, *key) for key, frames in self._parts.items()}, self.consumed)
        if not self._erased and not self._letters:
            return found
        letters = pl.concat(self._letters) if self._letters else found.letters
        violations = pl.concat(self._violations) if self._violations else found.violations
        erased = pl.concat([found.erased, *self._erased]).unique(maintain_order=True)
        return replace(found, erased=erased, letters=letters, violations=violations)


def forget_before(parts: Mapping[tuple[str, str], list[pl.DataFrame]], ids: pl.Series) -> None:
    """Take what came of these profiles so far out of frames by kind and type: nothing of it may come after their
    erasure."""
    gone = ids.implode()
    for (kind, _), frames in parts.items():
        for column in FORGETTABLE.get(kind, ()):
            frames[:] = [frame.filter(~pl.col(column).is_in(gone).fill_null(False)) for frame in frames]


def rows_of(turned: Turned) -> Iterator[tuple[tuple[str, str], pl.DataFrame]]:
    """The frames of turned requests with rows, by kind and event type; erasures are no part of them."""
    yield from ((("events", event), frame) for event, frame in turned.events.items() if frame.height)
    yield from ((("replace", event), frame) for event, frame in turned.replaced.items() if frame.height)
    if turned.profiles.height:
        yield ("profiles", ""), turned.profiles
    if turned.links.height:
        yield ("links", ""), turned.links
