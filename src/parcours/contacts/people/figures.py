"""Computed fields of contacts: never stored, always counted from their rows (contact-segments.md, 2.1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    FromClause,
    Select,
    and_,
    case,
    cast,
    func,
    select,
    true,
    type_coerce,
)

from parcours.contacts.office import Desk, Row
from parcours.contacts.office.desk import CHUNK, in_chunks
from parcours.contacts.people import finding, relations
from parcours.contacts.people.finding import CONTACTS
from parcours.contacts.tables import contacts, interactions, opportunities
from parcours.contacts.tables.base import MILLION

#: Fields by name, each with its type; blank dates are null.
FIGURES: Mapping[str, type[pl.DataType]] = {
    "no_of_mailing_groups": pl.Int64,
    "no_of_job_responsibilities": pl.Int64,
    "no_of_industry_groups": pl.Int64,
    "no_of_business_relations": pl.Int64,
    "business_relation": pl.String,
    "no_of_interactions": pl.Int64,
    "cost": pl.Float64,
    "duration": pl.Int64,
    "last_date_attempted": pl.Date,
    "date_of_last_interaction": pl.Date,
    "next_task_date": pl.Date,
    "no_of_opportunities": pl.Int64,
    "estimated_value": pl.Float64,
    "current_value": pl.Float64,
}
#: With more contacts than this the rows of all are counted.
MANY = 20 * CHUNK
_LOG, _TASKS, _DEALS = interactions.interactions, opportunities.tasks, opportunities.opportunities
_ENTRIES = opportunities.opportunity_entries


def figures(
    desk: Desk, nos: Collection[str] | None = None, *, since: date | None = None, until: date | None = None
) -> pl.DataFrame:
    """The computed fields of contacts (all of them: ``None``), one row each, with its ``no`` in front, by number.

    ``since`` and ``until``, both included, limit number, cost and duration of interactions. Figures of interactions,
    tasks and opportunities of a company cover its persons. Canceled interactions leave the two dates, too; not so in
    the reference.
    """
    people = _people(desk, nos)
    own = _Counter(desk, people, "no", people["no"].to_list())
    company = _Counter(desk, people, "company_no", people["company_no"].unique().to_list())
    parts = [
        own.rows_of(contacts.contact_mailing_groups, "no_of_mailing_groups"),
        own.rows_of(contacts.contact_job_responsibilities, "no_of_job_responsibilities"),
        company.rows_of(contacts.contact_industry_groups, "no_of_industry_groups"),
        company.rows_of(contacts.contact_business_relations, "no_of_business_relations"),
        company.of_holders(relations.summaries(desk, company.tests(relations.RELATIONS.c.contact_no))),
        *_both(own, company, _LOG, _LOG.c.company_no, talked(desk.reference, since, until)),
        *_both(own, company, _TASKS, _TASKS.c.contact_company, {"next_task_date": func.min(_TASKS.c.date)}, *_TO_DO),
        *_both(own, company, _DEALS_NOW, _DEALS.c.contact_company, _worth()),
    ]
    return _together(people, parts)


def of_one(desk: Desk, no: str, *, since: date | None = None, until: date | None = None) -> Row:
    """The computed fields of one contact.

    Raises:
        UnknownNameError: there is no such contact.
    """
    row = finding.get(desk, no)
    return figures(desk, [row["no"]], since=since, until=until).row(0, named=True)


def talked(reference: bool, since: date | None = None, until: date | None = None) -> dict[str, ColumnElement[Any]]:
    """Figures over the interaction log, as columns of a query that is grouped."""
    live = and_(~_LOG.c.canceled, ~_LOG.c.postponed)
    counted = and_(live, true() if since is None else _LOG.c.date >= since,
                   true() if until is None else _LOG.c.date <= until)  # fmt: skip
    dated = ~_LOG.c.postponed if reference else live
    return {
        "no_of_interactions": _whole(func.sum(case((counted, 1), else_=0))),
        "cost": func.sum(case((counted, _LOG.c.cost), else_=0)),
        "duration": _whole(func.sum(case((counted, _LOG.c.duration), else_=0))),
        "last_date_attempted": func.max(case((and_(dated, _LOG.c.initiated_by == "us"), _LOG.c.date))),
        "date_of_last_interaction": func.max(case((and_(dated, ~_LOG.c.attempt_failed), _LOG.c.date))),
    }


def _whole(sum: ColumnElement[int]) -> ColumnElement[int]:
    """Sums of whole numbers come as decimals from some databases."""
    return cast(sum, BigInteger)


_TO_DO = (~_TASKS.c.closed, ~_TASKS.c.canceled)
_DEALS_NOW = _DEALS.outerjoin(_ENTRIES, and_(_ENTRIES.c.opportunity_no == _DEALS.c.no, _ENTRIES.c.active))


def _worth() -> dict[str, ColumnElement[Any]]:
    """Values are those of the active entries; the current value is the estimate times its probability in percent."""
    estimate, chance = (cast(type_coerce(_ENTRIES.c[name], BigInteger), Float) / MILLION
                        for name in ("estimated_value", "probability_pct"))  # fmt: skip
    return {
        "no_of_opportunities": func.count(_DEALS.c.no.distinct()),
        "estimated_value": func.sum(_ENTRIES.c.estimated_value),
        "current_value": func.sum(estimate * chance / 100),
    }


def _people(desk: Desk, nos: Collection[str] | None) -> pl.DataFrame:
    query = select(CONTACTS.c.no, CONTACTS.c.type, CONTACTS.c.company_no)
    found: list[tuple[Any, ...]] = []
    if nos is None or len(nos) > MANY:
        found = [tuple(row) for row in desk.con.execute(query)]
    else:
        for part in in_chunks(dict.fromkeys(nos)):
            found += [tuple(row) for row in desk.con.execute(query.where(CONTACTS.c.no.in_(part)))]
    frame = pl.DataFrame(found, ["no", "type", "company_no"], orient="row", schema_overrides=_TEXTS)
    if nos is not None and len(nos) > MANY:
        frame = frame.filter(pl.col("no").is_in(list(nos)))
    own = pl.when(pl.col("company_no") == "").then("no").otherwise("company_no").alias("company_no")
    return frame.with_columns(own).sort("no")


_TEXTS = {"no": pl.String, "type": pl.String, "company_no": pl.String}


class _Counter:
    """Groups rows by one key of the contacts: their number, or that of their company."""

    def __init__(self, desk: Desk, people: pl.DataFrame, key: str, keys: Sequence[str]) -> None:
        self.desk = desk
        self.people = people
        self.key = key
        self.keys = keys

    def rows_of(self, table: FromClause, name: str) -> pl.DataFrame:
        """How many rows of a table there are by contact."""
        return self.grouped(table, table.c.contact_no, {name: func.count()})

    def grouped(
        self, source: FromClause, by: ColumnElement[str], columns: Mapping[str, Any], *where: ColumnElement[bool]
    ) -> pl.DataFrame:
        """The columns by contact; contacts without rows are missing."""
        query = select(by.label(self.key), *(value.label(name) for name, value in columns.items()))
        query = query.select_from(source).where(*where).group_by(by)
        schema: dict[str, Any] = {self.key: pl.String, **{name: FIGURES[name] for name in columns}}
        found = pl.DataFrame([tuple(row) for row in self._found(query, by)], schema, orient="row")
        return self.people.select("no", *({self.key} - {"no"})).join(found, on=self.key).select("no", *columns)

    def of_holders(self, found: pl.DataFrame) -> pl.DataFrame:
        """What was found by ``contact_no``, of the contacts that it holds for."""
        return self.people.select("no", contact_no=self.key).join(found, on="contact_no").drop("contact_no")

    def tests(self, by: ColumnElement[str]) -> list[ColumnElement[bool]]:
        """Conditions that together take the rows wanted: few keys at a time, or everything at once."""
        return [true()] if len(self.keys) > MANY else [by.in_(part) for part in in_chunks(self.keys)]

    def _found(self, query: Select[Any], by: ColumnElement[str]) -> list[Any]:
        return [row for test in self.tests(by) for row in self.desk.con.execute(query.where(test)).all()]


def _both(
    own: _Counter,
    company: _Counter,
    source: FromClause,
    by_company: ColumnElement[str],
    columns: Mapping[str, Any],
    *where: ColumnElement[bool],
) -> list[pl.DataFrame]:
    """Of persons what is their own, of companies what is theirs and their persons'."""
    table = by_company.table
    persons = own.grouped(source, table.c.contact_no, columns, *where)
    companies = company.grouped(source, by_company, columns, *where)
    types = own.people.select("no", "type")
    return [
        pl.concat(
            [
                persons.join(types.filter(pl.col("type") != "company"), on="no", how="semi"),
                companies.join(types.filter(pl.col("type") == "company"), on="no", how="semi"),
            ]
        )
    ]


def _together(people: pl.DataFrame, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    frame = people.select("no")
    for part in parts:
        frame = frame.join(part, on="no", how="left", maintain_order="left")
    numbers = [pl.col(name).fill_null(0) for name, kind in FIGURES.items() if kind in (pl.Int64, pl.Float64)]
    frame = frame.with_columns(*numbers, pl.col("business_relation").fill_null("none")).with_columns(
        pl.col("current_value").round(6)
    )
    return frame.select("no", *FIGURES)
