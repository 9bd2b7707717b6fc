"""``workspace.access.sessions``: who is signed in, from where, since when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from parcours.core.clock import DAY, HOUR, Clock
from parcours.core.errors import UnknownNameError
from parcours.service.access.accounts import row_of, sign_out
from parcours.service.access.frames import AT, framed
from parcours.service.access.tokens import Randomness, digest, new_id, new_token
from parcours.store.catalogue import Catalogue
from parcours.store.catalogue.access import accounts, sessions

_COLUMNS = {
    "id": pl.String, "email": pl.String, "name": pl.String, "created_at": AT, "used_at": AT, "expires_at": AT,
    "agent": pl.String, "address": pl.String,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Times:
    """How long somebody stays signed in, in microseconds: at most, and without asking for anything."""

    most: int = 7 * DAY
    idle: int = 12 * HOUR


class Sessions:
    """Sessions begin when somebody signs in; they end by signing out, by time, and when they are revoked."""

    def __init__(
        self, catalogue: Catalogue, clock: Clock, random: Randomness, times: Times, changed: Callable[[], None]
    ) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._random = random
        self._times = times
        self._changed = changed

    def list(self, account: str = "") -> pl.DataFrame:
        """Sessions that are good, the last used first.

        Args:
            account: only of this one, by id or e-mail address.

        Raises:
            UnknownNameError: there is no such account.
        """
        now, table = self._clock.now(), sessions.c
        query = select(sessions, accounts.c.email, accounts.c.name).join(accounts, accounts.c.id == table.account)
        query = query.where(table.expires_at > now, table.used_at > now - self._times.idle)
        with self._catalogue.reading() as con:
            if account:
                query = query.where(table.account == row_of(con, account)["id"])
            found = con.execute(query.order_by(table.used_at.desc(), table.id)).mappings().all()
        return framed(found, _COLUMNS)

    def revoke(self, session: str) -> None:
        """End a session at once.

        Args:
            session: its id.

        Raises:
            UnknownNameError: there is none.
        """
        with self._catalogue.writing() as con:
            done = con.execute(delete(sessions).where(sessions.c.id == session))
            if not done.rowcount:
                raise UnknownNameError(f"there is no session {session!r}", code="unknown-session")
        self._changed()

    def revoke_all(self, account: str) -> None:
        """Sign somebody out everywhere.

        Args:
            account: by id or e-mail address.

        Raises:
            UnknownNameError: there is no such account.
        """
        with self._catalogue.writing() as con:
            sign_out(con, row_of(con, account)["id"])
        self._changed()

    # --- for signing in and the guard ------------------------------------------------------------------------

    def _begin(self, con: Connection, account: str, address: str, agent: str) -> str:
        """A new session of an account; gives its token. Forgets those that are over."""
        now, token = self._clock.now(), new_token(self._random)
        over = (sessions.c.expires_at <= now) | (sessions.c.used_at <= now - self._times.idle)
        con.execute(delete(sessions).where(over))
        con.execute(
            insert(sessions).values(
                id=new_id(self._random),
                token=digest(token),
                account=account,
                created_at=now,
                used_at=now,
                expires_at=now + self._times.most,
                agent=agent[:200],
                address=address[:64],
            )
        )
        con.execute(update(accounts).where(accounts.c.id == account).values(signed_in_at=now))
        return token

    def _find(self, token: str) -> Mapping[str, Any] | None:
        """The account of a token, with its session as ``session``, ``expires_at`` and ``used_at``."""
        table = sessions.c
        query = (
            select(accounts, table.id.label("session"), table.expires_at, table.used_at)
            .join(accounts, accounts.c.id == table.account)
            .where(table.token == digest(token), ~accounts.c.disabled)
        )
        with self._catalogue.reading() as con:
            found = con.execute(query).mappings().first()
        return None if found is None else dict(found)

    def _used(self, uses: Iterable[tuple[str, int]]) -> None:
        """Note when sessions were used last."""
        rows = [{"session": id_, "at": at} for id_, at in uses]
        if rows:
            noting = update(sessions).where(sessions.c.id == bindparam("session")).values(used_at=bindparam("at"))
            with self._catalogue.writing() as con:
                con.execute(noting, rows)
