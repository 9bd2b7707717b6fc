"""Who has bought or sold items: item entries through business relations and documents (section 7.3)."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sqlalchemy import Table

from parcours.contacts.selection.fields import Mask
from parcours.contacts.selection.people import People
from parcours.contacts.tables.contacts import contact_business_relations
from parcours.contacts.tables.trade import document_contacts, item_entries

#: Which roles on a document make its contact a partner of that side.
SIDES = {"sell_to": "customer", "bill_to": "customer", "buy_from": "vendor", "pay_to": "vendor"}


def buyers(people: People, relations: pl.DataFrame, entries: pl.DataFrame, *, documents: bool) -> Mask:
    """The contacts whose company is related, as customer or vendor, to whoever moved items.

    Args:
        relations: business relations that pass their filter: ``contact_no``, ``code``, ``link_to``, ``no``.
        entries: item entries that pass theirs: ``source_type``, ``source_no``, ``document_type``, ``document_no``.
        documents: whether persons count only when a document of such an entry names them.
    """
    moved = _sided(people, item_entries, "source_type", entries).rename({"source_no": "partner"})
    linked = _sided(people, contact_business_relations, "link_to", relations).rename({"no": "partner"})
    tried = linked.join(moved, on=["side", "partner"], how="semi")
    found = people.with_company(people.named(tried["contact_no"].to_numpy()))
    if not documents:
        return found
    if people.desk.reference:
        tried = _last_tried(people, tried)
    return found & (people.companies | _named(people, tried, moved))


def _last_tried(people: People, tried: pl.DataFrame) -> pl.DataFrame:
    """The last relation of each company, in order of codes: in the reference its check of the person decides."""
    codes = people.dictionary(contact_business_relations, "code").values.gather(tried["code"])
    ordered = tried.with_columns(codes.alias("code")).sort("code", "id")
    return ordered.unique("contact_no", keep="last")


def _sided(people: People, table: Table, column: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of customers and vendors, with ``side``: 0 or 1."""
    sides = {"customer": 0, "vendor": 1}
    known = people.dictionary(table, column).values.replace_strict(sides, default=None, return_dtype=pl.Int8)
    return rows.with_columns(known.gather(rows[column]).alias("side")).filter(pl.col("side").is_not_null())


def _named(people: People, tried: pl.DataFrame, moved: pl.DataFrame) -> Mask:
    """Who is named, on the document of an entry, as partner on that side; the company must have that relation."""
    documents = people.frame(document_contacts, ("document_type", "document_no", "contact_no", "role"))
    sides = {role: 0 if side == "customer" else 1 for role, side in SIDES.items()}
    known = people.dictionary(document_contacts, "role").values
    side = known.replace_strict(sides, default=None, return_dtype=pl.Int8).gather(documents["role"])
    naming = documents.with_columns(side.alias("side")).filter(pl.col("side").is_not_null())
    pairs = _on_documents(moved, naming)
    places = people.positions(pairs["contact_no"].to_numpy())
    there = places >= 0
    company = pl.Series("contact_no", people.company_no[places[there]], dtype=pl.UInt32)
    placed = pairs.filter(there).select("side", "partner").with_columns(company, pl.Series("place", places[there]))
    return people.at(_kept(placed, tried))


def _on_documents(moved: pl.DataFrame, naming: pl.DataFrame) -> pl.DataFrame:
    """Side, partner and contact of entries and those whom their documents name; an entry may not know the type."""
    wanted = moved.select("side", "partner", "document_no", "document_type").unique()
    typed = wanted.filter(pl.col("document_type") != 0)
    untyped = wanted.filter(pl.col("document_type") == 0).drop("document_type")
    of_names = naming.select("side", "document_no", "document_type", "contact_no")
    found = [
        of_names.join(typed, on=["side", "document_no", "document_type"]).select("side", "partner", "contact_no"),
        of_names.join(untyped, on=["side", "document_no"]).select("side", "partner", "contact_no"),
    ]
    return pl.concat(found).unique()


def _kept(placed: pl.DataFrame, tried: pl.DataFrame) -> NDArray[np.int32]:
    kept = placed.join(tried, on=["contact_no", "side", "partner"], how="semi")
    return kept["place"].to_numpy()
