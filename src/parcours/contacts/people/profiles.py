"""Contacts as profiles: what rules of live segments and journeys see of them.

The attribute ``contact`` is an object with every field of the card, by its name, and lists of what hangs on it:
``mailing_groups``, ``job_responsibilities``, and through the company ``industry_groups`` and ``business_relations``
(codes), ``answers`` (questionnaire, question, answer). Beside it stand ``email``, ``phone``, ``first_name`` and
``last_name``, where messages and other sources look for them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import polars as pl
from sqlalchemy import Boolean, Column, Date, Select, Table, select

from parcours.contacts.office.desk import Desk, in_chunks
from parcours.contacts.tables import contacts as tables

_CARD = tables.contacts
#: Columns of the card that are not attributes.
_INTERNAL = ("id", "profile_id", "version", "revision")
_FIELDS = [column for column in _CARD.c if column.name not in _INTERNAL]
_ANSWER = pl.Struct({"questionnaire_code": pl.String, "line_no": pl.Int64, "question": pl.String, "answer": pl.String})
#: Lists by name: where the codes are, and whether they are those of the company.
_LISTS: Mapping[str, tuple[Table, bool]] = {
    "mailing_groups": (tables.contact_mailing_groups, False),
    "job_responsibilities": (tables.contact_job_responsibilities, False),
    "industry_groups": (tables.contact_industry_groups, True),
    "business_relations": (tables.contact_business_relations, True),
}
#: Contacts that are looked at together.
_SLICE = 5_000


def profiles_of(desk: Desk, numbers: Collection[str]) -> pl.DataFrame:
    """The attributes of these contacts, those that are gone left out.

    Returns:
        A row per contact: ``profile_id``, ``contact``, ``email``, ``phone``, ``first_name``, ``last_name``; null for
        blank.
    """
    parts = [_part(desk, chunk) for chunk in in_chunks(numbers, _SLICE)]
    return pl.concat(parts) if parts else _part(desk, [])


def _part(desk: Desk, numbers: list[str]) -> pl.DataFrame:
    columns = [_CARD.c.profile_id, *_FIELDS]
    cards = _rows(desk, select(*columns), _CARD.c.no, numbers, {column.name: _type(column) for column in columns})
    cards = cards.with_columns(_blank_as_null(column) for column in _FIELDS)
    companies = [*numbers, *cards["company_no"].drop_nulls().unique()]  # whoever has no company stands for himself
    for name, (table, through_company) in _LISTS.items():
        codes = _codes(desk, table, companies if through_company else numbers, name)
        holder = pl.coalesce("company_no", "no") if through_company else pl.col("no")
        cards = cards.join(codes, left_on=holder, right_on="contact_no", how="left")
    cards = cards.join(_answers(desk, numbers), left_on="no", right_on="contact_no", how="left")
    return cards.select(
        "profile_id",
        pl.struct(*(column.name for column in _FIELDS), *_LISTS, "answers").alias("contact"),
        "email",
        pl.coalesce("mobile_phone_no", "phone_no").alias("phone"),
        "first_name",
        "last_name",
    )


def _codes(desk: Desk, table: Table, numbers: Collection[str], name: str) -> pl.DataFrame:
    query = select(table.c.contact_no, table.c.code)
    rows = _rows(desk, query, table.c.contact_no, numbers, {"contact_no": pl.String, "code": pl.String})
    return rows.group_by("contact_no").agg(pl.col("code").unique().sort().alias(name))


def _answers(desk: Desk, numbers: Collection[str]) -> pl.DataFrame:
    given = tables.profile_answers
    schema = {"contact_no": pl.String, "questionnaire_code": pl.String, "line_no": pl.Int64}
    query = select(given.c.contact_no, given.c.questionnaire_code, given.c.line_no)
    rows = _rows(desk, query, given.c.contact_no, numbers, schema)
    if rows.is_empty():
        return pl.DataFrame(schema={"contact_no": pl.String, "answers": pl.List(_ANSWER)})
    return (
        rows.join(_texts(desk), on=["questionnaire_code", "line_no"], how="left")
        .sort("questionnaire_code", "line_no")
        .group_by("contact_no")
        .agg(pl.struct("questionnaire_code", "line_no", "question", "answer").alias("answers"))
    )


def _texts(desk: Desk) -> pl.DataFrame:
    """What every answer says, and the question above it."""
    line = tables.questionnaire_lines.c
    query = select(line.questionnaire_code, line.line_no, line.type, line.description)
    schema = {"questionnaire_code": pl.String, "line_no": pl.Int64, "type": pl.String, "answer": pl.String}
    texts = desk.frame(query.order_by(line.questionnaire_code, line.line_no), schema)
    question = pl.when(pl.col("type") == "question").then(pl.col("answer"))
    return texts.with_columns(question.forward_fill().over("questionnaire_code").alias("question")).drop("type")


def _rows(
    desk: Desk, query: Select[Any], key: Column[Any], values: Collection[str], schema: Mapping[str, Any]
) -> pl.DataFrame:
    parts = [desk.frame(query.where(key.in_(chunk)), schema) for chunk in in_chunks(sorted(set(values)))]
    return pl.concat(parts) if parts else pl.DataFrame(schema=dict(schema))


def _type(column: Column[Any]) -> type[pl.DataType]:
    if isinstance(column.type, Boolean):
        return pl.Boolean
    return pl.Date if isinstance(column.type, Date) else pl.String


def _blank_as_null(column: Column[Any]) -> pl.Expr:
    value = pl.col(column.name)
    return pl.when(value != "").then(value) if _type(column) is pl.String else value
