"""The tables of the catalogue, as the newest migration leaves them. Instants are microseconds in UTC."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, ForeignKeyConstraint, Index, Integer, MetaData, String, Table

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s",
    }
)

#: One row per definition. ``version`` is the newest, ``published_version`` the one that is evaluated;
#: ``revision`` counts every change, so that two writers cannot undo each other unseen.
definitions = Table(
    "definitions",
    metadata,
    Column("kind", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("name", String, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("published_version", Integer, nullable=True),
    Column("revision", Integer, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", String, nullable=False),
)

#: Every version that was ever saved; rows are never changed.
definition_versions = Table(
    "definition_versions",
    metadata,
    Column("kind", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("body", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", String, nullable=False),
    ForeignKeyConstraint(["kind", "id"], ["definitions.kind", "definitions.id"], name="fk_definition_versions"),
)

#: Who did what when.
history = Table(
    "history",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("action", String(16), nullable=False),
    Column("note", String, nullable=False),
    Index("ix_history_kind_id", "kind", "id"),
)

#: Settings of the workspace that people change while it runs.
settings = Table(
    "settings",
    metadata,
    Column("key", String(128), primary_key=True),
    Column("value", JSON, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", String, nullable=False),
)

#: What was decided about journeys, rule sets, suppressed addresses and signals, in the order in which ticks have to be
#: told of it; rows are never changed.
controls = Table(
    "controls",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(64), nullable=False),
    Column("id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("action", String(32), nullable=False),
    Column("body", JSON, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    Index("ix_controls_kind_id", "kind", "id"),
)

#: Where each version of a journey stands in its life (journeys.md, section 12), as far as people decided it.
version_statuses = Table(
    "version_statuses",
    metadata,
    Column("kind", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("status", String(16), nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", String, nullable=False),
)
