"""Search strings: the first and last letters of chosen fields of contacts, by which duplicates are found.

Only letters and digits count, in upper case and without accents. Blank fields give none, and neither do fields of a
person that are those of its company, else all persons of a company would look alike.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl
from sqlalchemy import select

from parcours.contacts.office import Desk
from parcours.contacts.office import setup as settings
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.people import loading
from parcours.contacts.people.finding import CONTACTS
from parcours.contacts.tables import contacts

STRINGS = contacts.search_strings
PARTS = ("first", "last")
_COLUMNS = ("contact_no", "field", "part", "string")


def index(desk: Desk, nos: Collection[str]) -> None:
    """Bring the search strings of these contacts up to date, where the setting says that they are kept."""
    if not settings.get(desk, "maintain_search_strings"):
        return
    for part in in_chunks(dict.fromkeys(nos)):
        desk.remove_many(STRINGS, STRINGS.c.contact_no.in_(part))
        desk.add_many(STRINGS, strings(desk, part))


def rebuild(desk: Desk) -> int:
    """Make the search strings of all contacts anew, after bulk loads or other settings. Returns how many there are."""
    desk.remove_many(STRINGS)
    made = strings(desk, None)
    loading.insert_frame(desk, STRINGS, made)
    desk.describe("contact", "", f"{made.height} search strings")
    return made.height


def strings(desk: Desk, nos: Collection[str] | None) -> pl.DataFrame:
    """The search strings of some contacts, or all, as rows of the table."""
    fields: Mapping[str, int] = settings.get(desk, "duplicate_fields")
    people = _people(desk, list(fields), nos)
    if not fields or people.is_empty():
        return pl.DataFrame(schema=dict.fromkeys(_COLUMNS, pl.String))
    companies = _people(desk, list(fields), people["company_no"].unique().to_list() if nos is not None else None)
    found = [_of_field(people, companies, field, length) for field, length in fields.items()]
    return pl.concat(found).sort("contact_no", "field", "part")


def _people(desk: Desk, fields: list[str], nos: Collection[str] | None) -> pl.DataFrame:
    columns = ["no", "type", "company_no", *(name for name in fields if name not in ("no", "type", "company_no"))]
    query = select(*(CONTACTS.c[name] for name in columns))
    schema = dict.fromkeys(columns, pl.String)
    if nos is None:
        return desk.frame(query, schema)
    return pl.concat(
        [pl.DataFrame(schema=schema)]
        + [desk.frame(query.where(CONTACTS.c.no.in_(part)), schema) for part in in_chunks(nos)]
    )


def _of_field(people: pl.DataFrame, companies: pl.DataFrame, field: str, length: int) -> pl.DataFrame:
    of_company = companies.select(company_no="no", of_company=folded(pl.col(field)))
    text = people.select("no", "type", "company_no", text=folded(pl.col(field)))
    own = text.join(of_company, on="company_no", how="left").filter(
        (pl.col("text") != "")
        & ((pl.col("type") == "company") | pl.col("of_company").is_null() | (pl.col("text") != pl.col("of_company")))
    )
    parts = {"first": pl.col("text").str.head(length), "last": pl.col("text").str.tail(length)}
    return pl.concat(
        [
            own.select(contact_no="no", field=pl.lit(field), part=pl.lit(name), string=expression)
            for name, expression in parts.items()
        ]
    )


def folded(text: pl.Expr) -> pl.Expr:
    """Letters and digits in upper case, without accents."""
    bare = text.str.normalize("NFKD").str.replace_all(r"[^\p{L}\p{N}]", "")
    return bare.str.to_uppercase()
