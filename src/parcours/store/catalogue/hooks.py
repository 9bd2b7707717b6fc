"""Web hooks on entries and exits, as the newest migration leaves them. Instants are microseconds in UTC."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from parcours.store.catalogue.tables import metadata

#: Who is told. ``segments`` null: of all of them. ``cursor`` is the arrival number of the last entry or exit that was
#: delivered, ``batch_end`` the last one of the message under way where it holds several. ``failing_since``,
#: ``attempts`` and ``next_at`` speak of the message that could not be delivered so far. Secrets have to be readable to
#: sign with. ``revision`` counts what people changed, so that what a sender writes down afterwards does not undo it.
hooks = Table(
    "hooks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("url", String, nullable=False),
    Column("description", String, nullable=False, server_default=""),
    Column("segments", JSON(none_as_null=True), nullable=True),
    Column("on", String(8), nullable=False),
    Column("attributes", JSON, nullable=False),
    Column("batch", Integer, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("note", String, nullable=False, server_default=""),
    Column("secret", String(128), nullable=False),
    Column("old_secret", String(128), nullable=False, server_default=""),
    Column("old_until", BigInteger, nullable=True),
    Column("cursor", BigInteger, nullable=False),
    Column("batch_end", BigInteger, nullable=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("failing_since", BigInteger, nullable=True),
    Column("next_at", BigInteger, nullable=True),
    Column("revision", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

#: What became of attempts, the newest of each hook. ``first`` and ``last`` are arrival numbers.
attempts = Table(
    "hook_attempts",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("hook", String(64), nullable=False),
    Column("message", String(160), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("items", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("result", String(16), nullable=False),
    Column("status", Integer, nullable=True),
    Column("answer", Text, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Index("ix_hook_attempts_hook", "hook", "number"),
)
