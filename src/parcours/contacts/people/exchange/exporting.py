"""Contacts taken out: as columns, from which files are written."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl
from sqlalchemy import select

from parcours.contacts.office import Desk
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.people.attributes import KINDS
from parcours.contacts.people.exchange.records import LISTS
from parcours.contacts.people.finding import CONTACTS
from parcours.core.errors import InputError, nearest

#: All that can be taken out: fields of contacts, and lists of codes.
FIELDS = (*(column.name for column in CONTACTS.c if column.name not in ("id", "revision", "version")), *LISTS)


def exported(desk: Desk, nos: Collection[str] | None = None, fields: Sequence[str] = ()) -> pl.DataFrame:
    """Contacts by number, one row each, with these fields (by default :data:`FIELDS`); groups are lists of codes.

    Args:
        desk: where.
        nos: which contacts; ``None``: all. Those that do not exist are missing.
        fields: which fields, in this order.

    Raises:
        InputError: ``unknown-field``.
    """
    wanted = tuple(fields) or FIELDS
    for name in wanted:
        if name not in FIELDS:
            raise InputError(f"contacts have no field {name!r}", code="unknown-field", hint=nearest(name, FIELDS))
    frame = _contacts(desk, nos, ["no", *(name for name in wanted if name not in LISTS and name != "no")])
    for name in wanted:
        if name in LISTS:
            frame = frame.join(_codes(desk, name), on="no", how="left", maintain_order="left")
    lists = [pl.col(name).fill_null([]) for name in wanted if name in LISTS]
    return frame.with_columns(lists).select(wanted)


def _contacts(desk: Desk, nos: Collection[str] | None, names: Sequence[str]) -> pl.DataFrame:
    query = select(*(CONTACTS.c[name] for name in names))
    types = {bool: pl.Boolean, str: pl.String}
    schema = {name: types.get(CONTACTS.c[name].type.python_type, pl.Date) for name in names}
    if nos is None:
        return desk.frame(query.order_by(CONTACTS.c.no), schema)
    parts = [desk.frame(query.where(CONTACTS.c.no.in_(part)), schema) for part in in_chunks(dict.fromkeys(nos))]
    return pl.concat([pl.DataFrame(schema=schema), *parts]).sort("no")


def _codes(desk: Desk, name: str) -> pl.DataFrame:
    table = KINDS[LISTS[name]].table
    found = desk.frame(select(table.c.contact_no.label("no"), table.c.code), {"no": pl.String, "code": pl.String})
    return found.group_by("no").agg(pl.col("code").sort().alias(name))
