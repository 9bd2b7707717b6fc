"""``workspace.letters``: what was not taken in, to be looked at, mended and sent again."""

from __future__ import annotations

import builtins
import io
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import msgspec
import polars as pl

from parcours.core.clock import as_datetime
from parcours.core.errors import InputError, UnknownNameError
from parcours.flow.ingest import Raw
from parcours.flow.ingest.formats.raw import Typing, numbered
from parcours.service.importing import Importer, column_mapping
from parcours.service.letters.mending import Mending, content, encoded
from parcours.service.letters.sending import Whole, is_row, records_of, rows_of
from parcours.service.segments import Moment, as_instant
from parcours.service.wiring import Parts

#: ``unsettled`` is ``open`` or ``mended``.
Status: TypeAlias = Literal["unsettled", "open", "mended", "replayed", "dismissed"]
Numbers: TypeAlias = Collection[int] | None
_PORTION = 5_000
#: Letters that one call lists at most, and a number above that of all letters.
_MOST, _LAST = 100_000, 2**62


class Letters:
    """Dead letters: calls, rows and single values that were not taken in, each with its reason.

    A letter is ``open``, and then ``mended`` (its payload was changed), ``replayed`` (it was sent again; if it fails
    again, there is a new letter) or ``dismissed``. Letters are named by their numbers; without numbers, what is done is
    done with all that are not settled and fit the filter.
    """

    def __init__(self, parts: Parts, catch_up: Callable[[], None]) -> None:
        self._parts, self._catch_up = parts, catch_up

    # --- looking -----------------------------------------------------------------------------------------

    def list(
        self,
        *,
        source: str | None = None,
        code: str | None = None,
        event: str | None = None,
        since: Moment | None = None,
        status: Status | None = "unsettled",
        limit: int = 100,
        before: int | None = None,
    ) -> pl.DataFrame:
        """Letters without their payload, the newest first: ``letter`` (its number), ``source``, ``row``, ``column``,
        ``event``, ``code``, ``reason``, ``hint``, ``status``, ``received``, ``settled``.

        Args:
            source: from this source or file.
            code: with this code.
            event: about this event type, or kind of call.
            since: received since then.
            status: in this state; ``None``: all.
            limit: this many at most.
            before: with numbers below this one: the last number of a page asks for the next page.

        Raises:
            InputError: the limit is not positive.
        """
        if not 1 <= limit <= _MOST:
            raise InputError(f"the limit must be between 1 and {_MOST:,}", code="bad-limit", where="limit")
        before = None if before is None else max(0, min(before, _LAST))
        wanted = _filter(None, source, code, event, since, status)
        return self._parts.log.letters(wanted, before=before, limit=limit)

    def counts(self) -> pl.DataFrame:
        """How many letters there are by ``source``, ``event``, ``code`` and ``status``, and when the last one came."""
        return self._parts.log.letter_counts()

    def get(self, letter: int) -> dict[str, object]:
        """One letter whole: ``payload`` as plain data.

        Args:
            letter: its number.

        Raises:
            UnknownNameError: there is no such letter.
        """
        found = self._parts.log.whole_letters({"letters": [min(letter, _LAST)]}, limit=1)
        if not found.height:
            raise UnknownNameError(f"there is no dead letter {letter}", code="unknown-letter")
        row = found.to_dicts()[0]
        return {**row, "payload": content(row["payload"] or "")}

    # --- settling ----------------------------------------------------------------------------------------

    def mend(
        self,
        letters: Sequence[int] | None = None,
        *,
        payload: Mapping[str, Any] | None = None,
        values: Mapping[str, Any] | None = None,
        rename: Mapping[str, str] | None = None,
        convert: Mapping[str, str] | None = None,
        drop: Sequence[str] = (),
        name: str | None = None,
        source: str | None = None,
        code: str | None = None,
        event: str | None = None,
        since: Moment | None = None,
    ) -> int:
        """Change what letters hold; gives how many were changed. Paths lead into the call (``properties.total``), the
        part of a request, or the row of a file.

        Args:
            letters: their numbers; without: all that are not settled and fit the filter.
            payload: of one letter: all of its payload anew.
            values: path -> new value.
            rename: path -> new name (or path).
            convert: path -> ``integer``, ``decimal``, ``string`` or ``boolean``: the number in ``"12,50 EUR"``.
            drop: paths to leave out.
            name: the name of the event.
            source: only those from this source or file.
            code: only those with this code.
            event: only those about this event type, or kind of call.
            since: only those received since then.

        Raises:
            InputError: there is nothing to change, or it cannot be done.
            UnknownNameError: there is no such letter.
        """
        mending = Mending(name, rename or {}, convert or {}, values or {}, tuple(drop))
        mending.check()
        if payload is not None and (letters is None or len(letters) != 1):
            raise InputError("name the one letter that gets this payload", code="bad-payload", where="payload")
        if payload is None and not mending:
            raise InputError("say what is to be changed", code="nothing-to-do", hint="payload, values, rename …")
        whole = None if payload is None else encoded(payload)
        changed = 0
        for part in self._portions(_filter(letters, source, code, event, since, "unsettled")):
            new = [mending.applied(letter.payload) if whole is None else whole for letter in part]
            different = [at for at, letter in enumerate(part) if new[at] != letter.payload]
            self._settle([part[at].number for at in different], "mended", [new[at] for at in different])
            changed += len(different)
        return changed

    def replay(
        self,
        letters: Sequence[int] | None = None,
        *,
        mapping: Mapping[str, Any] | None = None,
        source: str | None = None,
        code: str | None = None,
        event: str | None = None,
        since: Moment | None = None,
    ) -> dict[str, object]:
        """Send letters again, through the same conversion; gives ``replayed`` (how many) and ``left`` (letters that
        cannot be sent, with the reason).

        They are taken in with the next tick. What fails again becomes a new letter. A value that was set aside takes
        its place in the event that was taken in without it.

        Args:
            letters: their numbers; without: all that are not settled and fit the filter.
            mapping: for rows of files: which column is what, as for an import; with ``time`` they are events, without
                profiles.
            source: only those from this source or file.
            code: only those with this code.
            event: only those about this event type, or kind of call.
            since: only those received since then.

        Raises:
            UnknownNameError: there is no such letter.
            Overloaded: too much waits already; what was not sent yet stays as it is.
            WorkspaceError: the disk is full or cannot be written.
        """
        replayed = 0
        left: dict[int, str] = {}
        for part in self._portions(_filter(letters, source, code, event, since, "unsettled")):
            rows = [letter for letter in part if is_row(letter)]
            sent = self._import(rows, mapping, left) if rows else []
            records, numbers, problems = records_of(
                (letter for letter in part if not is_row(letter)), self._parts.clock.now()
            )
            left |= problems
            self._parts.journal.append(records).result()
            self._settle([*sent, *numbers], "replayed")
            replayed += len(sent) + len(numbers)
        self._parts.arrived()
        self._catch_up()
        return {"replayed": replayed, "left": [{"letter": number, "reason": why} for number, why in left.items()]}

    def dismiss(
        self,
        letters: Sequence[int] | None = None,
        *,
        source: str | None = None,
        code: str | None = None,
        event: str | None = None,
        since: Moment | None = None,
    ) -> int:
        """Put letters by: nothing is to be done about them. Gives how many there were.

        Args:
            letters: their numbers; without: all that are not settled and fit the filter.
            source: only those from this source or file.
            code: only those with this code.
            event: only those about this event type, or kind of call.
            since: only those received since then.

        Raises:
            InputError: neither letters nor a filter are named.
            UnknownNameError: there is no such letter.
        """
        if letters is None and not any((source, code, event, since)):
            raise InputError("name letters, or a source, code or event", code="nothing-to-do")
        done = 0
        for part in self._portions(_filter(letters, source, code, event, since, "unsettled")):
            self._settle([letter.number for letter in part], "dismissed")
            done += len(part)
        return done

    # --- portions ----------------------------------------------------------------------------------------

    def _portions(self, wanted: Mapping[str, Any]) -> Iterator[builtins.list[Whole]]:
        """What is wanted, the oldest first; only what is there now."""
        self._check_known(wanted)
        last = self._parts.log.letters(wanted, limit=1)
        after, end = 0, int(last["letter"][0]) if last.height else 0
        while after < end:
            found = self._parts.log.whole_letters(wanted, after=after, limit=_PORTION).filter(pl.col("letter") <= end)
            if not found.height:
                return
            after = int(found["letter"][-1])
            received = found["received"].dt.timestamp("us").fill_null(self._parts.clock.now())
            columns = (found["letter"], found["source"], found["code"], found["payload"].fill_null(""), received)
            yield [Whole(*row) for row in zip(*(column.to_list() for column in columns), strict=True)]

    def _check_known(self, wanted: Mapping[str, Any]) -> None:
        numbers = wanted.get("letters")
        if numbers is None:
            return
        asked = [number for number in numbers if 0 < number < _LAST]
        there = set(self._parts.log.letters({"letters": asked}, limit=max(1, len(asked)))["letter"].to_list())
        for number in numbers:
            if number not in there:
                raise UnknownNameError(f"there is no dead letter {number}", code="unknown-letter")

    def _settle(self, numbers: Sequence[int], status: str, payloads: Sequence[str] | None = None) -> None:
        if not numbers:
            return
        changes = pl.DataFrame(
            {
                "letter": pl.Series(numbers, dtype=pl.Int64),
                "status": pl.repeat(status, len(numbers), eager=True),
                "payload": pl.Series(payloads or [None] * len(numbers), dtype=pl.String),
                "event": pl.Series([None] * len(numbers), dtype=pl.String),
            }
        )
        self._parts.log.settle_letters(changes, as_datetime(self._parts.clock.now()))

    def _import(
        self, rows: Sequence[Whole], mapping: Mapping[str, Any] | None, left: dict[int, str]
    ) -> builtins.list[int]:
        """Rows of files imported again; what does not fit becomes new letters."""
        if mapping is None:
            reason = "a row of a file needs a mapping that says which column is what"
            left |= {letter.number: reason for letter in rows}
            return []
        by_source: dict[str, builtins.list[Whole]] = {}
        for letter in rows:
            by_source.setdefault(letter.source, []).append(letter)
        chosen, importer = column_mapping(mapping), Importer(self._parts)
        sources = [_raw(source, held) for source, held in by_source.items()]
        importer.events(sources, chosen) if chosen.time else importer.profiles(sources, chosen)
        return [letter.number for letter in rows]


def _raw(source: str, letters: Sequence[Whole]) -> Raw:
    """Rows of one file as they would be read."""
    lines = b"\n".join(msgspec.json.encode(row) for row in rows_of(letters))
    try:
        frame = pl.read_ndjson(io.BytesIO(lines), infer_schema_length=None)
    except pl.exceptions.PolarsError as problem:
        raise InputError(f"the rows of {source!r} cannot be read together: {problem}", code="bad-rows") from None
    return Raw(source, frame, numbered(frame), Typing.NONE if _all_text(frame) else Typing.JSON)


def _all_text(frame: pl.DataFrame) -> bool:
    return all(dtype in (pl.String, pl.Null) for dtype in frame.dtypes)


def _filter(
    letters: Numbers, source: str | None, code: str | None, event: str | None, since: Moment | None, status: str | None
) -> dict[str, Any]:
    after = None if since is None else as_datetime(as_instant(since))
    given = {"source": source, "code": code, "event": event, "since": after, "status": status}
    return {**given, "letters": None if letters is None else [*letters]}
