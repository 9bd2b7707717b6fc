"""Rows in bulk: whole tables from frames, without the checks of operations.

For imports that were checked before, for moving data from another system, and for states of tests and benchmarks.
What the rows lack is filled in as operations would have: numbers of profiles, companies and their names, search names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
from sqlalchemy import Column, Table, func, select

from parcours.contacts.office import Desk
from parcours.contacts.office.texts import check_texts
from parcours.contacts.people.fields import as_day
from parcours.contacts.tables import audit, contacts, interactions, metadata, mirrored
from parcours.core.errors import InputError, nearest

#: Rows that go to the database in one statement.
SLICE = 20_000
#: Prefixes of table names that may be left out.
PREFIXES = ("", "crm_", "contact_", "worksheet_")

Rows = pl.DataFrame | Sequence[Mapping[str, Any]]


def load(desk: Desk, table: str, rows: Rows, *, tell: bool = True) -> int:
    """Add rows to a table as they are. Returns how many.

    Args:
        desk: where.
        table: its name; the prefixes ``crm_``, ``contact_`` and ``worksheet_`` may be left out.
        rows: a frame with the columns that are known, or rows as mappings, which need not all have the same keys;
            columns that are missing, and values that are ``None`` in a column that cannot be, take their defaults.
        tell: whether the log is told of the contacts and interactions concerned.

    Raises:
        InputError: there is no such table or column, two rows cannot stand beside each other (``row-taken``), or a text
            holds a NUL character (``nul-character``).
    """
    target = table_named(table)
    frame = rows if isinstance(rows, pl.DataFrame) else _frame(target, rows)
    _check_columns(target, frame)
    if target is contacts.contacts:
        frame = _whole_contacts(desk, frame)
    last = _last_id(desk, target) if tell and target is interactions.interactions else None
    insert_frame(desk, target, frame)
    if tell and target.name.startswith("contact"):
        desk.touch(frame["no" if target is contacts.contacts else "contact_no"].unique().to_list())
    if last is not None:
        new = select(target.c.id).where(target.c.id > last, target.c.postponed.is_(False))
        desk.tell_from("interaction", new, audit.NEW)
    return frame.height


def table_named(name: str) -> Table:
    """The table of that name.

    Raises:
        InputError: ``unknown-table``.
    """
    for prefix in PREFIXES:
        if prefix + name in metadata.tables:
            return metadata.tables[prefix + name]
    raise InputError(f"the CRM has no table {name!r}", code="unknown-table", hint=nearest(name, metadata.tables))


def insert_frame(desk: Desk, table: Table, frame: pl.DataFrame) -> None:
    """Write a frame into a table as quickly as the database takes it; the columns must be the table's own.

    Raises:
        InputError: ``row-taken``, a key that must be there once is there twice; ``nul-character``.
    """
    if table.name in mirrored:
        frame = frame.with_columns(pl.lit(desk.revision).alias("revision"))
    for part in frame.iter_slices(SLICE):
        _insert(desk, table, part)


def _insert(desk: Desk, table: Table, frame: pl.DataFrame) -> None:
    from sqlalchemy.exc import IntegrityError

    dialect = desk.con.dialect
    quote = dialect.identifier_preparer
    names = ", ".join(quote.quote(name) for name in frame.columns)
    marks = ", ".join(("?" if dialect.paramstyle == "qmark" else "%s",) * frame.width)
    for name in frame.columns:
        check_texts(name, frame[name])
    values = [_for_database(table.c[name], frame[name], dialect) for name in frame.columns]
    statement = f"INSERT INTO {quote.format_table(table)} ({names}) VALUES ({marks})"
    try:
        desk.con.exec_driver_sql(statement, list(zip(*values, strict=True)))
    except IntegrityError as error:
        raise InputError(f"{table.name}: {error.orig}", code="row-taken") from None


def _for_database(column: Column[Any], values: pl.Series, dialect: Any) -> Iterable[Any]:
    default = None if column.nullable or column.default is None else getattr(column.default, "arg", None)
    filled = values.to_list()
    if default is not None and values.null_count():
        filled = [default if value is None else value for value in filled]
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return filled if process is None else map(process, filled)


def _frame(table: Table, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    names = dict.fromkeys(str(name) for row in rows for name in row)
    return pl.DataFrame([_column(table, name, [row.get(name) for row in rows]) for name in names])


def _column(table: Table, name: str, values: list[Any]) -> pl.Series:
    kind = _type(table, name)
    if kind == pl.Date:
        values = [as_day(name, value) for value in values]
    try:
        return pl.Series(name, values, kind)
    except (TypeError, OverflowError) as error:
        raise InputError(
            f"{table.name}: {name} cannot hold all of these values", code="bad-value", where=name
        ) from error


def _type(table: Table, name: str) -> Any:
    """Columns of nothing but ``None`` still need a type; JSON is kept as Python has it."""
    if name not in table.c:
        return None
    python = table.c[name].type.python_type
    kinds: Mapping[type, Any] = {str: pl.String, int: pl.Int64, bool: pl.Boolean, float: pl.Float64, dict: pl.Object}
    return kinds.get(python, pl.Date if python.__name__ == "date" else pl.Object)


def _check_columns(table: Table, frame: pl.DataFrame) -> None:
    for name in frame.columns:
        if name not in table.c:
            raise InputError(
                f"{table.name} has no field {name!r}", code="unknown-field", hint=nearest(name, table.c.keys())
            )


def _last_id(desk: Desk, table: Table) -> int:
    return int(desk.con.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())


def _whole_contacts(desk: Desk, frame: pl.DataFrame) -> pl.DataFrame:
    """Profiles are named after the contact, companies are their own company, persons carry their company's name."""
    blank = pl.lit("").alias
    lacking = [blank(name) for name in ("type", "name", "company_no", "company_name", "search_name", "profile_id")
               if name not in frame.columns]  # fmt: skip
    frame = frame.with_columns(*lacking).with_columns(pl.col(pl.String).fill_null(""))
    is_company = pl.col("type") == "company"
    frame = frame.with_columns(
        _unless_blank("profile_id", pl.col("no")),
        _unless_blank("search_name", pl.col("name").str.to_uppercase()),
        pl.when(is_company).then("no").otherwise("company_no").alias("company_no"),
        pl.when(is_company & (pl.col("company_name") == "")).then("name").otherwise("company_name")
        .alias("company_name"),
    )  # fmt: skip
    if "created_on" not in frame.columns:
        frame = frame.with_columns(pl.lit(desk.today).alias("created_on"))
    return _with_company_names(desk, frame)


def _unless_blank(name: str, otherwise: pl.Expr) -> pl.Expr:
    return pl.when(pl.col(name) == "").then(otherwise).otherwise(name).alias(name)


def _with_company_names(desk: Desk, frame: pl.DataFrame) -> pl.DataFrame:
    """Names of companies: those of the frame itself, else those stored already."""
    own = frame.filter(pl.col("type") == "company").select("no", found="name")
    wanted = frame.filter((pl.col("company_no") != "") & (pl.col("company_name") == ""))
    wanted = wanted.select("company_no").unique().join(own, left_on="company_no", right_on="no", how="anti")
    if not wanted.is_empty():
        table = contacts.contacts
        stored = desk.frame(
            select(table.c.no, table.c.name.label("found")).where(table.c.type == "company"),
            {"no": pl.String, "found": pl.String},
        )
        own = pl.concat([own, stored.join(own, on="no", how="anti")])
    named = frame.join(own, left_on="company_no", right_on="no", how="left", maintain_order="left")
    return named.with_columns(_unless_blank("company_name", pl.col("found").fill_null(""))).drop("found")
