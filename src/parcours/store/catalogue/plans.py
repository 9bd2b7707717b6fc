"""Tracking plans, as the newest migration leaves them. Instants are microseconds in UTC."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, String, Table

from parcours.store.catalogue.tables import metadata

#: One row per event type (or ``identify``). ``mode`` is ``reject`` or ``accept``.
plans = Table(
    "plans",
    metadata,
    Column("event", String(64), primary_key=True),
    Column("mode", String(16), nullable=False),
    Column("schema", JSON, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)
