"""What makes a company a target of a campaign: target lines of segments and target interactions (section 18)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Select, case, select

from parcours.contacts.office.desk import Desk, in_chunks
from parcours.contacts.tables import contacts, interactions, worksheets

LINES = worksheets.worksheet_lines
INTERACTIONS = interactions.interactions
#: Up to as many companies are looked up one by one; more of them by reading the whole campaign.
_FEW = 2_000
_PAIR = {"campaign_no": pl.String, "company": pl.String}


def targets_of(
    desk: Desk, campaigns: Collection[str], companies: Collection[str] | None = None, *, without: Collection[int] = ()
) -> pl.DataFrame:
    """The target lines and target interactions of campaigns, a row each, with the company they stand for.

    A person without company stands for itself. Interactions that are postponed are left out, canceled ones only
    outside the reference.

    Args:
        desk: where.
        campaigns: numbers of campaigns.
        companies: only these; by default all.
        without: ids of lines that do not count, because they are about to go.

    Returns:
        ``campaign_no``, ``company``.
    """
    lines = _query(LINES, LINES.c.contact_company, LINES.c.campaign_no.in_(campaigns), LINES.c.campaign_target)
    logged = _query(
        INTERACTIONS,
        INTERACTIONS.c.company_no,
        INTERACTIONS.c.campaign_no.in_(campaigns),
        INTERACTIONS.c.campaign_target,
        ~INTERACTIONS.c.postponed,
        *(() if desk.reference else (~INTERACTIONS.c.canceled,)),
    )
    found = pl.concat([_read(desk, lines, companies, without), _read(desk, logged, companies, ())])
    return found if companies is None else found.filter(pl.col("company").is_in(list(companies)))


def customers_of(desk: Desk, companies: Collection[str]) -> dict[str, str]:
    """The customers that these contacts are, by number of the contact; where there are several, the lowest number."""
    table = contacts.contact_business_relations
    found: dict[str, str] = {}
    query = select(table.c.contact_no, table.c.no).where(table.c.link_to == "customer", table.c.no != "")
    for chunk in in_chunks(sorted(companies)):
        for contact, customer in desk.con.execute(query.where(table.c.contact_no.in_(chunk))):
            found[contact] = min(found.get(contact, customer), customer)
    return found


def company_of(row: Any) -> str:
    """The company that a line stands for; a person without company stands for itself."""
    return str(row["contact_company"] or row["contact_no"])


def _query(table: Any, company: ColumnElement[str], *where: ColumnElement[bool]) -> Select[Any]:
    stands_for = case((company != "", company), else_=table.c.contact_no).label("company")
    return select(table.c.id, table.c.campaign_no, stands_for).where(*where, table.c.contact_no != "")


def _read(desk: Desk, query: Select[Any], companies: Collection[str] | None, without: Collection[int]) -> pl.DataFrame:
    schema = {"id": pl.Int64, **_PAIR}
    if companies is None or len(companies) > _FEW:
        found = desk.frame(query, schema)
    else:
        company = query.selected_columns["company"]
        parts = [desk.frame(query.where(company.in_(chunk)), schema) for chunk in in_chunks(sorted(companies))]
        found = pl.concat(parts) if parts else pl.DataFrame(schema=schema)
    return found.filter(~pl.col("id").is_in(list(without))).drop("id") if without else found.drop("id")
