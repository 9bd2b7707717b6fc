"""Who did what when, and what of it the rest of the product has to be told."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, Table

from parcours.contacts.tables.base import code, metadata, moment, rows, text

#: One row: the number of the last operation. Whoever changes anything takes the next one first, in order.
head = Table(
    "crm_head",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("revision", BigInteger, nullable=False),
)

#: Every operation that changed something.
operations = Table(
    "crm_operations",
    metadata,
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    moment("at"),
    code("by"),
    code("operation"),
    code("kind"),
    text("key"),
    text("note"),
)

#: What the operations changed on single rows, field by field: ``{field: [before, after]}``.
changes = rows(
    "crm_changes",
    Column("revision", BigInteger, nullable=False, index=True),
    code("table_name"),
    text("key"),
    code("action"),  # added, changed, removed
    Column("fields", JSON, nullable=False),
    Index("ix_crm_changes_key", "table_name", "key"),
)

#: Rows of mirrored tables that are gone.
removals = rows(
    "crm_removals",
    Column("revision", BigInteger, nullable=False, index=True),
    code("table_name"),
    Column("row_id", Integer, nullable=False),
)

#: Body of a note on an interaction that the log does not know yet.
NEW = "new"

#: What the log has to be told: written with the change it comes from, removed when the log has it.
outbox = Table(
    "crm_outbox",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("revision", BigInteger, nullable=False),
    code("kind"),  # profile, interaction, erased, merged, delivery
    text("key"),  # number of the contact, or of the interaction
    Column("body", JSON, nullable=True),
    sqlite_autoincrement=True,
)
