"""Where events come from, as the newest migration leaves it. Instants are microseconds in UTC."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, String, Table, true

from parcours.store.catalogue.tables import metadata

#: One row per source. ``write_key`` stands in web pages and is no secret, and is
#: null where nobody sends requests; ``secret`` is the SHA-256 digest of what
#: some clients send beside it, blank where none is asked for. ``requests`` and ``seen_at`` say what came so far.
sources = Table(
    "sources",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("settings", JSON, nullable=False),
    Column("write_key", String(128), nullable=True),
    Column("secret", String(64), nullable=False, server_default=""),
    Column("enabled", Boolean, nullable=False, server_default=true()),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=True),
    Column("requests", BigInteger, nullable=False, server_default="0"),
    Index("ix_sources_write_key", "write_key", unique=True),
)
