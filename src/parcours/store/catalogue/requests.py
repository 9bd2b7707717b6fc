"""Requests that may be sent again, with the answers they got; as the newest migration leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from parcours.store.catalogue.tables import metadata

#: One row per key of a caller. ``fingerprint`` is the SHA-256 digest of method, path and body; ``status`` is null while
#: the request is being answered, by the process ``process``. ``body`` is null where the answer was too long to be kept,
#: or holds a secret. ``at`` is in microseconds.
requests = Table(
    "requests",
    metadata,
    Column("caller", String(160), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("process", String(32), nullable=False),
    Column("status", Integer, nullable=True),
    Column("headers", JSON, nullable=False),
    Column("body", LargeBinary, nullable=True),
    Column("at", BigInteger, nullable=False),
    Index("ix_requests_at", "at"),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A request that was sent before: its fingerprint, and its answer once there is one (``status``)."""

    fingerprint: str
    process: str
    status: int | None
    headers: Mapping[str, str]
    body: bytes | None


def find(con: Connection, caller: str, key: str) -> Kept | None:
    """The request of this caller with this key."""
    row = con.execute(select(requests).where(*_mine(caller, key))).mappings().first()
    if row is None:
        return None
    return Kept(row["fingerprint"], row["process"], row["status"], row["headers"], row["body"])


def begin(con: Connection, caller: str, key: str, fingerprint: str, process: str, at: int) -> None:
    """From now on it is being answered, by this process."""
    con.execute(delete(requests).where(*_mine(caller, key)))
    values = {"caller": caller, "key": key, "fingerprint": fingerprint, "process": process, "at": at}
    con.execute(insert(requests).values(**values, status=None, headers={}, body=None))


def finish(con: Connection, caller: str, key: str, status: int, headers: Mapping[str, str], body: bytes | None) -> None:
    """This is its answer."""
    values: dict[str, Any] = {"status": status, "headers": dict(headers), "body": body}
    con.execute(update(requests).where(*_mine(caller, key)).values(**values))


def forget(con: Connection, caller: str, key: str) -> None:
    """It did not get through: it may be sent again as if it were new."""
    con.execute(delete(requests).where(*_mine(caller, key)))


def forget_older(con: Connection, at: int) -> None:
    """Forget all requests from before an instant."""
    con.execute(delete(requests).where(requests.c.at < at))


def _mine(caller: str, key: str) -> tuple[Any, ...]:
    return requests.c.caller == caller, requests.c.key == key
