"""Requests that wait become files of the inbox, so that a replay can take their rows in order of event time.

All or nothing, also over a crash: the log notes that the records of a file were taken in after the rows they became
are queued, in the same transaction with what was not taken in. Rows beside a file of the journal of which the log notes
nothing are of a transfer that did not end; they are removed and made again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import polars as pl

from parcours.core.errors import WorkspaceError
from parcours.core.schema import Schema
from parcours.flow.ingest import fitting
from parcours.flow.ingest.inbox import REQUESTS, Inbox, InboxFile
from parcours.flow.ingest.live import forget_before, read_requests, rows_of
from parcours.flow.ingest.turning.turn import Turned, turned_in_any_case
from parcours.flow.ingest.turning.work import whom
from parcours.store.log import Log

#: Calls that are turned at once.
_CALLS = 100_000


def queue_requests(inbox: Inbox, log: Log, schema: Schema, crash: Callable[[str], None]) -> None:
    """Queue what all requests so far hold, in their places among the other files.

    Args:
        schema: what is known; what waits in front of a request counts, too.
        crash: called with the name of every point at which a crash is interesting.

    Raises:
        WorkspaceError: the disk is full or cannot be written; requests that were not queued wait on.
    """
    if inbox.journal is None:
        return
    inbox.journal.seal()
    remove_unfinished(inbox, log)
    consumed = log.consumed()
    for file in inbox.files():
        if file.kind == REQUESTS:
            _queue(file, consumed.get(file.name, 0), inbox, log, schema, crash)
            schema = _after(inbox, file.number, schema)
        elif file.kind in ("profiles", "events", "replace"):
            schema = _with(inbox, file, schema)


def profiles_in_requests(inbox: Inbox, log: Log) -> set[str]:
    """Ids of profiles that waiting requests are about."""
    found: set[str] = set()
    consumed = log.consumed()
    for file in inbox.files():
        if file.kind == REQUESTS:
            at, end = consumed.get(file.name, 0), inbox.rows(file.name)
            while at < end:
                portion, at = read_requests(inbox, file.name, at, _CALLS)
                found |= {whom(call) for call in portion.calls}
    return found


def remove_unfinished(inbox: Inbox, log: Log) -> None:
    """Remove rows of a transfer that a crash interrupted; and requests whose transfer was complete."""
    assert inbox.journal is not None
    consumed = log.consumed()
    for file in inbox.journal.files():
        beside = [other.name for other in inbox.files() if other.number == file.number and other.kind != REQUESTS]
        whole = consumed.get(file.name, 0) >= inbox.rows(file.name)
        if beside:
            inbox.forget([file.name] if whole else beside)


def _queue(file: InboxFile, start: int, inbox: Inbox, log: Log, schema: Schema, crash: Callable[[str], None]) -> None:
    parts: dict[tuple[str, str], list[pl.DataFrame]] = {}
    turned: list[Turned] = []
    end = inbox.rows(file.name)
    at = start
    while at < end:
        portion, at = read_requests(inbox, file.name, at, _CALLS)
        for found in turned_in_any_case(portion, schema, inbox.rules()):
            turned.append(found)
            schema = found.schema
            if found.erased.height:
                forget_before(parts, found.erased["_profile_id"])
                parts.setdefault(("erase", ""), []).append(found.erased)
            for key, frame in rows_of(found):
                parts.setdefault(key, []).append(frame)
    try:
        for (kind, type), frames in parts.items():
            inbox.put_turned(file.number, kind, type, pl.concat(frames, how="diagonal_relaxed"))
            crash("requests-queued")
    except WorkspaceError:
        with suppress(WorkspaceError):
            remove_unfinished(inbox, log)
        raise
    letters = pl.concat([each.letters for each in turned]) if turned else None
    violations = pl.concat([each.violations for each in turned]) if turned else None
    log.commit([], dead_letters=letters, violations=violations, consumed={file.name: end})
    crash("requests-noted")
    inbox.forget([file.name])


def _after(inbox: Inbox, number: int, schema: Schema) -> Schema:
    """The schema with what became of the requests of a file."""
    for file in inbox.files():
        if file.number == number and file.kind in ("profiles", "events", "replace"):
            schema = _with(inbox, file, schema)
    return schema


def _with(inbox: Inbox, file: InboxFile, schema: Schema) -> Schema:
    event = None if file.kind == "profiles" else fitting.known_type(schema, file.type)
    return fitting.taken_over(schema, event, inbox.read(file.name).head(0), file.name)[0]
