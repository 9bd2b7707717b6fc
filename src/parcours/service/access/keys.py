"""``workspace.access.keys``: keys with which programs use the service."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import polars as pl
from sqlalchemy import Row, bindparam, delete, insert, select, update

from parcours.core.clock import Clock
from parcours.core.errors import InputError, UnknownNameError, nearest
from parcours.service.access.caller import Caller
from parcours.service.access.frames import AT, end_of, framed, told
from parcours.service.access.scopes import ROLES, SCOPES, closed
from parcours.service.access.tokens import Randomness, digest, new_id, new_token
from parcours.store.catalogue import Catalogue
from parcours.store.catalogue.access import keys

#: How every key begins, so that programs that look for leaked secrets find it.
PREFIX = "pk_"
#: So much of a key is shown to recognise it by.
_SHOWN = len(PREFIX) + 6
_COLUMNS = {
    "id": pl.String, "name": pl.String, "prefix": pl.String, "scopes": pl.List(pl.String), "disabled": pl.Boolean,
    "created_at": AT, "expires_at": AT, "used_at": AT,
}  # fmt: skip


class Keys:
    """Keys are made, listed and revoked. A key is shown once, when it is made; only its digest is kept."""

    def __init__(self, catalogue: Catalogue, clock: Clock, random: Randomness, changed: Callable[[], None]) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._random = random
        self._changed = changed

    def list(self) -> pl.DataFrame:
        """All keys, the newest first, without what they are."""
        with self._catalogue.reading() as con:
            found = con.execute(select(keys).order_by(keys.c.created_at.desc(), keys.c.id)).mappings().all()
        return framed(found, _COLUMNS)

    def create(
        self,
        name: str,
        *,
        scopes: Sequence[str] = (),
        role: str = "",
        expires: str | None = None,
    ) -> dict[str, object]:
        """Make a key; ``key`` of the answer is it, and is never shown again.

        Args:
            name: what it is for.
            scopes: what it may do, for example ``profiles:read``; writing includes reading.
            role: instead of scopes, what people of this role may do: viewer, marketer, developer or admin.
            expires: when it ends: a time from now (``90 days``) or an instant; never, unless given.

        Raises:
            InputError: the name is blank, a scope or role does not exist, or neither is given.
        """
        if not name.strip():
            raise InputError("a key needs a name", where="name", hint="say what it is for: nightly import")
        now = self._clock.now()
        key = PREFIX + new_token(self._random)
        row = {
            "id": new_id(self._random),
            "name": name.strip(),
            "prefix": key[:_SHOWN],
            "scopes": sorted(_wanted(scopes, role)),
            "disabled": False,
            "created_at": now,
            "expires_at": end_of(expires, now),
        }
        with self._catalogue.writing() as con:
            con.execute(insert(keys).values(**row, token=digest(key)))
        return {"key": key, **told(row)}

    def revoke(self, key: str) -> bool:
        """End a key at once; whether it was still good.

        Args:
            key: its id.

        Raises:
            UnknownNameError: there is no such key.
        """
        with self._catalogue.writing() as con:
            row = con.execute(select(keys.c.disabled).where(keys.c.id == key)).first()
            if row is None:
                known = con.execute(select(keys.c.id)).scalars()
                raise UnknownNameError(f"there is no key {key!r}", code="unknown-key", hint=nearest(key, known))
            con.execute(update(keys).where(keys.c.id == key).values(disabled=True))
        self._changed()
        return not row.disabled

    def delete(self, key: str) -> None:
        """Forget a key; what it did stays in the audit log.

        Args:
            key: its id.

        Raises:
            UnknownNameError: there is no such key.
        """
        self.revoke(key)
        with self._catalogue.writing() as con:
            con.execute(delete(keys).where(keys.c.id == key))

    def _row(self, key: str) -> Row[Any] | None:
        with self._catalogue.reading() as con:
            return con.execute(select(keys).where(keys.c.token == digest(key), ~keys.c.disabled)).first()

    def _find(self, key: str) -> tuple[Caller, int | None] | None:
        """Who has this key, and when it ends."""
        row = self._row(key) if key.startswith(PREFIX) else None
        if row is None:
            return None
        return Caller(row.name, "key", frozenset(row.scopes), row.id), row.expires_at

    def _used(self, uses: Iterable[tuple[str, int]]) -> None:
        """Note when keys were used last."""
        rows = [{"key": id_, "at": at} for id_, at in uses]
        if rows:
            noting = update(keys).where(keys.c.id == bindparam("key")).values(used_at=bindparam("at"))
            with self._catalogue.writing() as con:
                con.execute(noting, rows)


def _wanted(scopes: Sequence[str], role: str) -> frozenset[str]:
    if bool(scopes) == bool(role):
        raise InputError(
            "a key needs either scopes or a role", where="scopes", hint="for example --scope profiles:read"
        )
    if role and role not in ROLES:
        raise InputError(f"there is no role {role!r}", code="unknown-role", where="role", hint=nearest(role, ROLES))
    unknown: builtins.list[str] = [scope for scope in scopes if scope not in SCOPES]
    if unknown:
        hint = nearest(unknown[0], SCOPES) or "scopes are: " + ", ".join(SCOPES)
        raise InputError(f"there is no scope {unknown[0]!r}", code="unknown-scope", where="scopes", hint=hint)
    return ROLES[role] if role else closed(scopes)
