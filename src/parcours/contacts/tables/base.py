"""The kinds of columns that the tables of the CRM are made of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Dialect, Integer, MetaData, String, Table, false
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s",
    }
)

#: Tables whose rows carry the revision that changed them last, so that copies in columns can be brought up to date.
mirrored: dict[str, Table] = {}

MILLION = 1_000_000


class Amount(TypeDecorator[float]):
    """A cost, price or value: exact in millionths, so that sums do not depend on their order."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        """Round to the millionth."""
        return None if value is None else round(float(value) * MILLION)

    def process_result_value(self, value: Any, dialect: Dialect) -> float | None:
        """The number again; sums of some databases come as decimals."""
        return None if value is None else int(value) / MILLION


def text(name: str, length: int | None = None, **options: Any) -> Column[str]:
    """A text, blank unless given."""
    return Column(name, String(length), nullable=False, server_default="", default="", **options)


def code(name: str, **options: Any) -> Column[str]:
    """A short key, or a number drawn from a series; blank unless given."""
    return text(name, 64, **options)


def flag(name: str) -> Column[bool]:
    """Yes or no; no unless given."""
    return Column(name, Boolean, nullable=False, server_default=false(), default=False)


def day(name: str) -> Column[Any]:
    """A date, or none."""
    return Column(name, Date, nullable=True)


def whole(name: str) -> Column[int]:
    """A whole number, 0 unless given."""
    return Column(name, Integer, nullable=False, server_default="0", default=0)


def amount(name: str) -> Column[float]:
    """A cost, price or value, 0 unless given."""
    return Column(name, Amount, nullable=False, server_default="0", default=0.0)


def link(name: str, **options: Any) -> Column[int]:
    """The ``id`` of a row of another table, or none."""
    return Column(name, Integer, nullable=True, **options)


def moment(name: str) -> Column[int]:
    """An instant in microseconds UTC."""
    return Column(name, BigInteger, nullable=False, server_default="0", default=0)


def numbered() -> Column[int]:
    """The key of tables whose rows have no name of their own: numbers that are never used again."""
    return Column("id", Integer, primary_key=True, autoincrement=True)


def version() -> Column[int]:
    """Counts the changes of a row, so that two people cannot undo each other unseen."""
    return Column("version", Integer, nullable=False, server_default="1", default=1)


def mirror(name: str, *parts: Any) -> Table:
    """A table that selections read in columns: rows have a number and the revision that changed them last."""
    table = Table(
        name,
        metadata,
        numbered(),
        *parts,
        Column("revision", BigInteger, nullable=False, server_default="0", default=0, index=True),
        sqlite_autoincrement=True,
    )
    mirrored[name] = table
    return table


def rows(name: str, *parts: Any) -> Table:
    """A table whose rows are numbered."""
    return Table(name, metadata, numbered(), *parts, sqlite_autoincrement=True)


def named(name: str, key: str, *parts: Any) -> Table:
    """A table whose rows have a code or number of their own."""
    return Table(name, metadata, Column(key, String(64), primary_key=True), *parts)
