"""Run by Alembic: migrate over the connection that the catalogue hands in, in its transaction."""

from __future__ import annotations

from alembic import context

from parcours.store.catalogue.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
