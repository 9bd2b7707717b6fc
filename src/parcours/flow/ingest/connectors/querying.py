"""Reads the query of a PostgreSQL source: what is new since the last time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import psycopg
from cronsim import CronSim
from psycopg import sql

from parcours.core.clock import SECOND, as_datetime, duration
from parcours.core.errors import InputError
from parcours.core.secrets import Secrets
from parcours.flow.ingest.clients.portion import Sorter
from parcours.flow.ingest.clients.rows import field, plain_text
from parcours.flow.ingest.connectors.base import Line
from parcours.flow.ingest.connectors.memory import Hashes, Memory
from parcours.flow.ingest.connectors.postgres import PostgresSettings

#: A row on its way: its place, its id, and itself as JSON.
Row = tuple[str, str, str]
_TIMES = ("timestamp with time zone", "timestamp without time zone", "date")
_TYPE = re.compile(r'[A-Za-z_][A-Za-z0-9_ ."]*')


class PostgresConnector:
    """Reads the query of one source."""

    def __init__(self, settings: PostgresSettings, source: str, secrets: Secrets) -> None:
        self._settings, self._source, self._secrets = settings, source, secrets

    def run(self, line: Line) -> None:
        """See :meth:`Connector.run`."""
        memory = Memory(line.folder, self._source, self._about)
        while not line.stopped:
            due = self._due(memory.recall().get("last"))
            if due is not None and line.wait(max(0, due - line.now()) / SECOND):
                return
            began = line.now()
            with self._connected() as connection:
                line.connected()
                read = self._read_on if self._settings.cursor else self._read_all
                finished = read(connection, memory, line)
            if not finished:
                return
            memory.remember({**memory.recall(), "last": began})
            line.connected(0)

    def _due(self, last: int | None) -> int | None:
        """When to read next; ``None``: at once."""
        if last is None:
            return None
        if not self._settings.cron:
            return last + duration(self._settings.every)
        there = as_datetime(last).astimezone(ZoneInfo(self._settings.zone))
        return round(next(CronSim(self._settings.cron, there)).timestamp() * SECOND)

    @property
    def _about(self) -> str:
        """What the memory is about: where rows come from, and how they are told apart."""
        settings = self._settings
        told = (settings.url, settings.query, settings.table, settings.key, settings.cursor)
        return hashlib.blake2b(msgspec.json.encode(told), digest_size=8).hexdigest()

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection that only reads, with one view of the data, and does not wait for ever."""
        settings = self._settings
        limit = round(settings.timeout * 1_000)
        connection = psycopg.connect(
            settings.url.replace("+psycopg", "", 1),
            password=self._secrets.get(settings.password) if settings.password else None,
            connect_timeout=10,
            application_name="parcours",
            client_encoding="UTF8",
            options=f"-c statement_timeout={limit} -c lock_timeout={limit} -c timezone=UTC -c datestyle=ISO",
        )
        try:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield connection
        finally:
            connection.close()

    # --- rows that came since the last time --------------------------------------------------------------

    def _read_on(self, connection: psycopg.Connection[Any], memory: Memory, line: Line) -> bool:
        """Rows from the cursor on; whether all were read. What was read already is known by its mark."""
        state = memory.recall()
        column = sql.Identifier("q", self._settings.cursor)
        statement = sql.SQL("SELECT to_json(q)::text, {0}::text, pg_typeof({0})::text FROM {1} WHERE {2} ORDER BY {0}")
        seen: dict[str, str] = dict(state.get("seen", {}))
        for rows in self._portions(connection, statement.format(column, self._query(), self._since(column, state))):
            if line.stopped:
                return False
            told = [(self._key(text), at, text) for text, at, _ in rows]
            new = [(key, at, text) for key, at, text in told if _mark(key, at) not in seen]
            self._keep(line, [(key, f"{self._source}-{key}-{at}", text) for key, at, text in new])
            _, last, kind = rows[-1]
            seen = self._recent({**seen, **{_mark(key, at): at for key, at, _ in told}}, last, kind)
            state = {**state, "cursor": last, "type": kind, "seen": seen}
            memory.remember(state)
        return True

    def _since(self, column: sql.Identifier, state: Mapping[str, Any]) -> sql.Composable:
        """Which rows to read. Those at the cursor's last value come again: others may have it, too."""
        if state.get("cursor") is None:
            return sql.SQL("{} IS NOT NULL").format(column)
        kind = str(state["type"])
        if not _TYPE.fullmatch(kind):
            raise InputError(f"a cursor cannot be of type {kind}", code="bad-cursor", hint="take a time or a number")
        since: sql.Composable = sql.SQL("CAST({} AS {})").format(sql.Literal(state["cursor"]), sql.SQL(kind))
        if self._settings.overlap:
            back = self._overlap(kind)
            text = f"{back / timedelta(microseconds=1):.0f} microseconds" if isinstance(back, timedelta) else str(back)
            step = sql.SQL("CAST({} AS interval)") if isinstance(back, timedelta) else sql.SQL("CAST({} AS numeric)")
            since = since + sql.SQL(" - ") + step.format(sql.Literal(text))
        return sql.SQL("{} >= {}").format(column, since)

    def _recent(self, seen: dict[str, str], last: str, kind: str) -> dict[str, str]:
        """The marks of rows that will be read again."""
        if not self._settings.overlap:
            return {mark: at for mark, at in seen.items() if at == last}
        back, end = self._overlap(kind), _value(last, kind)
        return {mark: at for mark, at in seen.items() if _value(at, kind) + back >= end}

    def _overlap(self, kind: str) -> Any:
        """How far to look back, in the cursor's own unit."""
        text = self._settings.overlap
        if kind in _TIMES and not text.isdigit():
            return timedelta(microseconds=duration(text))
        if kind not in _TIMES and text.isdigit():
            return Decimal(text)
        raise InputError(
            f"an overlap of {text!r} does not fit a cursor of type {kind}",
            code="bad-cursor",
            hint="give a length of time for times, a number for numbers",
        )

    # --- all rows, compared with the last time -----------------------------------------------------------

    def _read_all(self, connection: psycopg.Connection[Any], memory: Memory, line: Line) -> bool:
        """Rows that are new or have changed; whether all were read."""
        known = memory.hashes()
        found: list[Hashes] = []
        for rows in self._portions(connection, sql.SQL("SELECT to_json(q)::text FROM {}").format(self._query())):
            if line.stopped:
                return False
            told = [(self._key(text), _hash(text), text) for (text,) in rows]
            hashes = np.array([(_hash(key), content) for key, content, _ in told], np.uint64).reshape(-1, 2)
            new = _changed(hashes, known)
            self._keep(
                line,
                [
                    (key, f"{self._source}-{key}-{content:016x}", text)
                    for (key, content, text), fresh in zip(told, new, strict=True)
                    if fresh
                ],
            )
            found.append(hashes)
        memory.remember_hashes(np.concatenate(found) if found else np.empty((0, 2), np.uint64))
        return True

    # --- both --------------------------------------------------------------------------------------------

    def _query(self) -> sql.Composable:
        """What to read from, under the name ``q``. The statement stands in parentheses: it can only be a SELECT."""
        settings = self._settings
        if settings.table:
            return sql.SQL("{} AS q").format(sql.Identifier(*settings.table.strip().split(".")))
        text = settings.query.strip().rstrip(";")
        return sql.SQL("(\n{}\n) AS q").format(sql.SQL(text))

    def _portions(self, connection: psycopg.Connection[Any], statement: sql.Composed) -> Iterator[list[Any]]:
        """The rows, some at a time: the server keeps the others."""
        with connection.transaction(), connection.cursor("parcours") as cursor:
            cursor.execute(statement)
            while rows := cursor.fetchmany(self._settings.portion):
                yield rows

    def _key(self, text: str) -> str:
        """The key of a row as text; its content where no columns are named."""
        row = msgspec.json.decode(text)
        names = self._settings.key
        if not names:
            return f"{_hash(text):016x}"
        return "/".join(plain_text(field(row, name)) for name in names)

    def _keep(self, line: Line, rows: Iterable[Row]) -> None:
        now, settings = line.now(), self._settings
        sorter = Sorter(self._source, "rows", settings.mapping, now)
        for key, id, text in rows:
            sorter.add(f"row {key}", id, now, text.encode())
        if sorter.count:
            line.keep(sorter.records(), sorter.count)


def _mark(key: str, at: str) -> str:
    return hashlib.blake2b(f"{key}\0{at}".encode(), digest_size=8).hexdigest()


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def _changed(hashes: Hashes, known: Hashes) -> list[bool]:
    """Which rows were not there, or were different. ``known`` is in order of the keys."""
    if not len(known):
        return [True] * len(hashes)
    places = np.minimum(np.searchsorted(known[:, 0], hashes[:, 0]), len(known) - 1)
    same: list[bool] = (known[places] == hashes).all(axis=1).tolist()
    return [not each for each in same]


def _value(text: str, kind: str) -> Any:
    """A value of the cursor, to be compared."""
    try:
        if kind not in _TIMES:
            return Decimal(text)
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, InvalidOperation):
        raise InputError(
            f"the cursor stands at {text!r}, which is no {kind}", code="bad-cursor", hint="leave such rows out"
        ) from None
