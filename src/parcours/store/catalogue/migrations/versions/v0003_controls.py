"""What was decided about journeys, to be told to ticks, and where their versions stand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from parcours.store.catalogue.tables import controls, definition_versions, definitions, version_statuses

revision = "0003"
down_revision = "0002"
#: Whoever did what was done before there were controls.
BY = "migration"


def upgrade() -> None:
    op.create_table(
        "controls",
        sa.Column("number", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_controls"),
    )
    op.create_index("ix_controls_kind_id", "controls", ["kind", "id"])
    op.create_table(
        "version_statuses",
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", "version", name="pk_version_statuses"),
    )
    _take_over(op.get_bind())


def _take_over(con: sa.Connection) -> None:
    """Journeys so far were published or not; published ones are told again, unless the state knows them by then."""
    table, versions = definitions.c, definition_versions.c
    query = sa.select(definitions).where(table.kind == "journey", table.state != "deleted")
    for row in con.execute(query).mappings().all():
        mine = sa.select(definition_versions).where(versions.kind == "journey", versions.id == row["id"])
        for version in con.execute(mine.order_by(versions.version)).mappings().all():
            head = {"kind": "journey", "id": row["id"], "version": version["version"]}
            status = _status(row, version["version"])
            told = {"changed_at": row["changed_at"], "changed_by": row["changed_by"]}
            con.execute(sa.insert(version_statuses).values(**head, status=status, **told))
            if status == "live":
                body = {
                    "version": version["version"],
                    "body": version["body"]["source"],
                    "rules": version["body"]["trees"],
                }
                told = {"action": "publish", "at": row["changed_at"], "by": BY}
                con.execute(sa.insert(controls).values(**head, body=body, **told))


def _status(row: sa.RowMapping, version: int) -> str:
    live = row["published_version"] if row["state"] == "published" else None
    if live is None:
        last = "stopped" if row["state"] == "inactive" else "draft"
        return last if version == row["version"] else "closed" if row["state"] == "inactive" else "replaced"
    return "live" if version == live else "closed" if version < live else "draft"
