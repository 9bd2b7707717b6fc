"""The tables that the rooms declare are those that the migrations make."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from parcours.contacts.tables import Amount, metadata
from parcours.store.catalogue import Catalogue


def test_migrations_make_what_is_declared(catalogue: Catalogue) -> None:
    def ours(object: Any, name: str | None, kind: str, reflected: bool, compared: Any) -> bool:
        return kind != "table" or name in metadata.tables

    def same_type(context: Any, column: Any, meta: Any, found: Any, declared: Any) -> bool | None:
        return False if isinstance(declared, Amount) else None

    with catalogue.reading() as con:
        context = MigrationContext.configure(
            con, opts={"include_object": ours, "compare_type": same_type, "compare_server_default": False}
        )
        assert compare_metadata(context, metadata) == []
