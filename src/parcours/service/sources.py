"""``workspace.sources``: where events come from, and the keys by which requests are let in."""

from __future__ import annotations

import builtins
import hmac
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from parcours.core.clock import MINUTE
from parcours.core.errors import AccessError, ConflictError, InputError, UnknownNameError, nearest
from parcours.core.ids import checked_name
from parcours.flow.ingest.connectors import settings_of
from parcours.service.access.frames import AT, framed, told
from parcours.service.access.tokens import SYSTEM, Randomness, digest, new_token
from parcours.service.connecting import Connections, Surroundings, Wanted, connecting
from parcours.service.mailing import plain_secrets
from parcours.service.wiring import Parts
from parcours.store.catalogue.sources import sources

#: Requests with a write key, of any of the client libraries.
HTTP = "http"
#: How often it is noted what came; what is not noted yet is lost when the process is killed.
NOTED_EVERY = MINUTE
_COLUMNS = {
    "source": pl.String, "name": pl.String, "kind": pl.String, "enabled": pl.Boolean, "write_key": pl.String,
    "requests": pl.Int64, "seen_at": AT, "created_at": AT,
}  # fmt: skip
_STATES = {
    "source": pl.String, "state": pl.String, "behind": pl.Int64, "messages": pl.Int64, "last_at": AT,
    "failures": pl.Int64, "error": pl.String, "failed_at": AT,
}  # fmt: skip
_KEY = re.compile(r"[A-Za-z0-9_.~-]{6,128}")
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Door:
    """What a write key opens. ``secret`` is a digest, blank where none is asked for."""

    source: str
    enabled: bool
    secret: str

    def check(self, secret: str | None) -> None:
        """Make sure that a request may come in.

        Args:
            secret: what came beside the key; ``None`` where the client sends none.

        Raises:
            AccessError: the secret is wrong (401), or the source is switched off (403).
        """
        if self.secret and secret is not None and not hmac.compare_digest(self.secret, digest(secret)):
            raise AccessError("the API key is wrong", known=False, code="wrong-key", hint="look it up at its source")
        if not self.enabled:
            raise AccessError("the source is switched off", code="source-disabled", hint="switch it on again")


class Sources:
    """Sources of events. Every request over HTTP belongs to one, by its write key."""

    def __init__(self, parts: Parts, random: Randomness = SYSTEM) -> None:
        self._parts = parts
        self._random = random
        self._lock = threading.Lock()
        self._doors: Mapping[str, Door] | None = None
        self._seen: dict[str, builtins.list[int]] = {}  # source -> requests and the last instant, not noted yet
        self._noted: int | None = None
        self._watchers: builtins.list[Callable[[], None]] = []
        self._connections: Connections | None = None

    def list(self) -> pl.DataFrame:
        """All sources, in order of their ids, with what came so far."""
        self.note()
        with self._parts.catalogue.reading() as con:
            found = con.execute(select(sources, sources.c.id.label("source")).order_by(sources.c.id)).mappings().all()
        return framed(found, _COLUMNS)

    def get(self, source: str) -> dict[str, object]:
        """One source with its settings and its write key.

        Args:
            source: its id.

        Raises:
            UnknownNameError: there is no such source.
        """
        self.note()
        return _shown(self._row(source))

    def create(
        self,
        source: str,
        *,
        name: str = "",
        kind: str = HTTP,
        settings: Mapping[str, object] | None = None,
        write_key: str = "",
        secret: str = "",
        new_secret: bool = False,
    ) -> dict[str, object]:
        """Make a source; gives it with its write key, and with its secret, which is not shown again.

        Args:
            source: its id: letters, digits, ``_`` and ``-``.
            name: for people; without it the id.
            kind: ``http``: requests of client libraries; or one of the connectors: ``kafka``, ``nats``, ``postgres``.
            settings: of a connector.
            write_key: the key that clients have already; without it a new one.
            secret: what clients send beside the key already: the API key of Customer.io.
            new_secret: make a new secret.

        Raises:
            InputError: a name or key cannot be one, or there is no such kind.
            DefinitionError: the settings of a connector are wrong.
            ConflictError: there is such a source, or one with this key.
        """
        checked_name(source, "a source")
        self._check_kind(kind, settings or {}, write_key)
        secret = secret or (new_token(self._random) if new_secret else "")
        now = self._parts.clock.now()
        row = {
            "id": source,
            "name": name.strip() or source,
            "kind": kind,
            "settings": dict(settings or {}),
            "write_key": (write_key or new_token(self._random)) if kind == HTTP else None,
            "secret": digest(secret) if secret else "",
            "enabled": True,
            "created_at": now,
            "changed_at": now,
        }
        self._insert(row)
        self._changed()
        return {**self.get(source), **({"secret": secret} if secret else {})}

    def change(
        self,
        source: str,
        *,
        name: str | None = None,
        settings: Mapping[str, object] | None = None,
        enabled: bool | None = None,
    ) -> dict[str, object]:
        """Change what is given of a source; gives it as it is then.

        Args:
            source: its id.
            name: for people.
            settings: of a connector, all of them.
            enabled: whether it takes anything in.

        Raises:
            UnknownNameError: there is no such source.
            InputError, DefinitionError: the settings are wrong.
        """
        row = self._row(source)
        if settings is not None:
            self._check_kind(row.kind, settings, "")
        given = {"name": name, "settings": None if settings is None else dict(settings), "enabled": enabled}
        changes = {key: value for key, value in given.items() if value is not None}
        if changes:
            self._update(source, changes)
        return self.get(source)

    def connections(self) -> pl.DataFrame:
        """How connectors stand while the service runs: ``state`` (``connecting``, ``connected``, ``waiting``,
        ``failed``), how many messages are ``behind``, and the last error. Nothing while nothing runs."""
        states = self._connections.states() if self._connections is not None else {}
        rows = [
            {
                "source": each.source, "state": each.state, "behind": each.behind, "messages": each.messages,
                "last_at": each.last, "failures": each.failures, "error": each.error, "failed_at": each.failed,
            }
            for _, each in sorted(states.items())
        ]  # fmt: skip
        return framed(rows, _STATES)

    def delete(self, source: str) -> None:
        """Forget a source; what came from it stays.

        Args:
            source: its id.

        Raises:
            UnknownNameError: there is no such source.
        """
        self._row(source)
        with self._parts.catalogue.writing() as con:
            con.execute(delete(sources).where(sources.c.id == source))
        self._changed()

    def rotate_key(self, source: str) -> dict[str, object]:
        """Give a source a new write key, and a new secret where it has one; the old ones open nothing any more.

        Args:
            source: its id.

        Raises:
            UnknownNameError: there is no such source.
            InputError: nobody sends requests to it.
        """
        row = self._row(source)
        if row.kind != HTTP:
            raise InputError(f"a {row.kind} source has no key", code="no-key")
        secret = new_token(self._random) if row.secret else ""
        keys = {"write_key": new_token(self._random), "secret": digest(secret) if secret else ""}
        self._update(source, keys)
        return {**self.get(source), **({"secret": secret} if secret else {})}

    # --- letting in --------------------------------------------------------------------------------------

    def remembered(self, key: str) -> tuple[bool, Door | None]:
        """Whether it is known without asking the database what a write key opens, and what it opens."""
        doors = self._doors
        return doors is not None, None if doors is None else doors.get(key)

    def door(self, key: str) -> Door | None:
        """What a write key opens; ``None``: nothing."""
        with self._lock:
            if self._doors is None:
                with self._parts.catalogue.reading() as con:
                    rows = con.execute(select(sources).where(sources.c.kind == HTTP)).all()
                self._doors = {row.write_key: Door(row.id, row.enabled, row.secret) for row in rows}
            return self._doors.get(key)

    def seen(self, source: str, at: int) -> bool:
        """A request came in; tells whether it is time to :meth:`note` this. Costs nothing."""
        with self._lock:
            if self._noted is None:
                self._noted = at
                self._parts.before_closing(self.note)
            counted = self._seen.setdefault(source, [0, 0])
            counted[0] += 1
            counted[1] = at
            due = at - self._noted >= NOTED_EVERY
            if due:
                self._noted = at
            return due

    def note(self) -> None:
        """Note how many requests came, and when the last one did."""
        with self._lock:
            seen, self._seen = self._seen, {}
        if seen:
            rows = [{"source": source, "count": count, "at": at} for source, (count, at) in seen.items()]
            counting = update(sources).where(sources.c.id == bindparam("source"))
            counting = counting.values(requests=sources.c.requests + bindparam("count"), seen_at=bindparam("at"))
            with self._parts.catalogue.writing() as con:
                con.execute(counting, rows)

    def watch(self, hear: Callable[[], None]) -> None:
        """Call this whenever a source is made, changed or deleted."""
        self._watchers.append(hear)

    # --- connectors --------------------------------------------------------------------------------------

    @contextmanager
    def _connecting(self) -> Iterator[None]:
        """While it lasts, the connectors of sources work."""
        parts = self._parts
        surroundings = Surroundings(
            folder=parts.folder.sources,
            append=lambda records: parts.journal.append(records),
            arrived=lambda: parts.arrived(),
            seen=self._seen_by_connector,
            now=parts.clock.now,
            secrets=lambda: plain_secrets(parts.settings),
        )
        with connecting(Connections(surroundings, self._wanted)) as connections:
            self._connections = connections
            self.watch(connections.look)
            try:
                yield
            finally:
                self._watchers.remove(connections.look)
                self._connections = None

    def _wanted(self) -> builtins.list[Wanted]:
        with self._parts.catalogue.reading() as con:
            rows = con.execute(select(sources).where(sources.c.kind != HTTP, sources.c.enabled)).all()
        return [Wanted(row.id, row.kind, row.settings, row.changed_at) for row in rows]

    def _seen_by_connector(self, source: str, at: int) -> None:
        if self.seen(source, at):
            self.note()

    # --- rows --------------------------------------------------------------------------------------------

    def _row(self, source: str) -> Row[Any]:
        with self._parts.catalogue.reading() as con:
            row = con.execute(select(sources).where(sources.c.id == source)).first()
            if row is None:
                known = con.execute(select(sources.c.id)).scalars()
                raise UnknownNameError(
                    f"there is no source {source!r}", code="unknown-source", hint=nearest(source, known)
                )
        return row

    def _insert(self, row: Values) -> None:
        with self._parts.catalogue.writing() as con:
            try:
                con.execute(insert(sources).values(**row))
            except IntegrityError:
                raise ConflictError(
                    f"there is a source {row['id']!r}, or one with this key",
                    code="exists",
                    hint="choose another id or key",
                ) from None

    def _update(self, source: str, values: Values) -> None:
        with self._parts.catalogue.writing() as con:
            changed = {**values, "changed_at": self._parts.clock.now()}
            con.execute(update(sources).where(sources.c.id == source).values(**changed))
        self._changed()

    def _changed(self) -> None:
        with self._lock:
            self._doors = None
        for hear in self._watchers:
            hear()

    def _check_kind(self, kind: str, settings: Mapping[str, object], write_key: str) -> None:
        if write_key and not (kind == HTTP and _KEY.fullmatch(write_key)):
            raise InputError(
                "this cannot be a write key",
                code="bad-key",
                where="write_key",
                hint="6 to 128 letters, digits and _.~-, of a source of kind http",
            )
        if kind == HTTP and settings:
            raise InputError("a source of kind http has no settings", code="bad-settings", where="settings")
        if kind != HTTP:
            settings_of(kind, settings)


def _shown(row: Row[Any]) -> dict[str, object]:
    shape = {name: value for name, value in row._mapping.items() if name not in ("id", "secret")}
    return {"source": row.id, **told(shape), "has_secret": bool(row.secret)}
