"""Values that contacts are classified by: of customers, of vendors, of contacts (contact-segments.md, 19.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl
from sqlalchemy import and_, case, func, select

from parcours.contacts.office import Desk
from parcours.contacts.people import figures
from parcours.contacts.people.finding import CONTACTS
from parcours.contacts.tables import opportunities, trade

LEDGER = trade.ledger_entries
_TRADED = {
    "number": pl.String, "turnover": pl.Float64, "profit": pl.Float64, "discount": pl.Float64,
    "list_amount": pl.Float64, "invoices": pl.Int64, "invoiced": pl.Float64, "overdue": pl.Float64,
}  # fmt: skip
YEAR = 365.0


@dataclass(frozen=True, slots=True)
class Period:
    """Days from first to last, both included."""

    first: date
    last: date

    @property
    def years(self) -> float:
        """Its length."""
        return ((self.last - self.first).days + 1) / YEAR


def traded(desk: Desk, party: str, field: str, period: Period) -> pl.DataFrame:
    """A value by ``number`` of customers or vendors (``party``); those without postings are missing.

    Turnover is the sum of what was posted but payments; amounts of credit memos are negative.
    """
    invoice = LEDGER.c.document_type == "invoice"
    billed = LEDGER.c.document_type != "payment"
    query = select(
        LEDGER.c.no,
        func.sum(case((billed, LEDGER.c.amount), else_=0)),
        func.sum(LEDGER.c.profit),
        func.sum(LEDGER.c.discount),
        func.sum(LEDGER.c.list_amount),
        func.sum(case((invoice, 1), else_=0)),
        func.sum(case((invoice, LEDGER.c.amount), else_=0)),
        func.sum(case((invoice, LEDGER.c.days_overdue), else_=0)),
    ).where(LEDGER.c.party == party, LEDGER.c.posting_date.between(period.first, period.last))
    found = desk.frame(query.group_by(LEDGER.c.no), _TRADED)
    return found.select("number", _TRADE[field](period).alias("value"))


def _ratio(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    return pl.when(below == 0).then(0.0).otherwise(above / below)


_SUM: Callable[[Period], pl.Expr] = lambda period: pl.col("turnover")  # noqa: E731
_TRADE: Mapping[str, Callable[[Period], pl.Expr]] = {
    "sales": _SUM,
    "purchases": _SUM,
    "profit": lambda period: pl.col("profit"),
    "invoices_per_year": lambda period: pl.col("invoices") / period.years,
    "average_invoice": lambda period: _ratio(pl.col("invoiced"), pl.col("invoices")),
    "discount_pct": lambda period: _ratio(pl.col("discount") * 100, pl.col("list_amount")),
    "average_days_overdue": lambda period: _ratio(pl.col("overdue"), pl.col("invoices")),
}


def of_contacts(desk: Desk, field: str, period: Period) -> pl.DataFrame:
    """A value by ``contact_no`` from interactions or opportunities; a company's cover its persons."""
    if field == "opportunities_won_pct":
        return _won(desk, period)
    found = figures.figures(desk, since=period.first, until=period.last)
    return found.select(pl.col("no").alias("contact_no"), _TALKED[field](period).cast(pl.Float64).alias("value"))


_TALKS = pl.col("no_of_interactions")
_TALKED: Mapping[str, Callable[[Period], pl.Expr]] = {
    "number_of_interactions": lambda period: _TALKS,
    "interactions_per_year": lambda period: _TALKS / period.years,
    "average_cost": lambda period: _ratio(pl.col("cost"), _TALKS),
    "average_duration": lambda period: _ratio(pl.col("duration"), _TALKS),
}


def _won(desk: Desk, period: Period) -> pl.DataFrame:
    """Share of the opportunities closed in the period that were won, in percent."""
    deals = opportunities.opportunities
    query = select(
        deals.c.contact_no,
        deals.c.contact_company,
        func.sum(case((deals.c.status == "won", 1), else_=0)),
        func.count(),
    ).where(and_(deals.c.status.in_(("won", "lost")), deals.c.date_closed.between(period.first, period.last)))
    schema = {"contact_no": pl.String, "contact_company": pl.String, "won": pl.Int64, "closed": pl.Int64}
    found = desk.frame(query.group_by(deals.c.contact_no, deals.c.contact_company), schema)
    people = desk.frame(select(CONTACTS.c.no, CONTACTS.c.type), {"contact_no": pl.String, "type": pl.String})
    sums = (pl.sum("won"), pl.sum("closed"))
    own = people.filter(pl.col("type") == "person").join(
        found.group_by("contact_no").agg(sums), on="contact_no", how="left"
    )
    companies = found.group_by(pl.col("contact_company").alias("contact_no")).agg(sums)
    whole = people.filter(pl.col("type") == "company").join(companies, on="contact_no", how="left")
    both = pl.concat([own, whole]).with_columns(pl.col("won", "closed").fill_null(0))
    return both.select("contact_no", _ratio(pl.col("won") * 100.0, pl.col("closed")).alias("value"))
