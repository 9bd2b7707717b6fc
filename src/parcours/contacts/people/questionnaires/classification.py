"""Automatic classification: answers worked out from figures, for chosen questionnaires (contact-segments.md, 19.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from parcours.contacts.office import Desk, Row
from parcours.contacts.people.questionnaires import audience, giving, rating, rating_order, sources, structure
from parcours.contacts.people.questionnaires.rating_order import Key
from parcours.contacts.people.questionnaires.sources import Period
from parcours.contacts.people.questionnaires.structure import Question
from parcours.contacts.tables import contacts
from parcours.contacts.tables.base import MILLION
from parcours.core.errors import Refused
from parcours.language.filters.formulas import parse_formula


def classify(desk: Desk, codes: Sequence[str], day: date | None = None) -> int:
    """Work out the answers to all automatic questions of questionnaires, as of a day (by default the work date).

    Ratings, the chosen ones and those of other questionnaires that build on what changed, follow, inner first.

    Returns:
        How many contacts have other answers than before.

    Raises:
        UnknownNameError: there is no such questionnaire.
        Refused: ``classification-dates-required``, ``classification-dates`` (the end lies before the start),
            ``classification-source-required``, ``classification-method-required``,
            ``classification-sorting-required`` or ``rating-loop``.
    """
    heads = {head["code"]: head for head in (structure.get(desk, code) for code in codes)}
    asked = [one for code in heads for one in structure.questions(desk, code) if one.row["auto"]]
    plain = [one for one in asked if not one.is_rating]
    periods = {one.key: _checked(one, day or desk.work_date) for one in plain}
    changed: set[str] = set()
    for question in plain:
        changed |= set(_classified(desk, heads[question.key[0]], question, periods[question.key]))
    changed |= _rated(desk, [one.key for one in asked])
    rating.follow(desk, [one.key for one in asked], sorted(changed), [one.key for one in asked])
    desk.describe("questionnaire", " ".join(heads), f"classified: {len(changed)} contacts changed")
    return len(changed)


def _rated(desk: Desk, chosen: Sequence[Key]) -> set[str]:
    changed: set[str] = set()
    for question in rating_order.ordered(structure.questions(desk), desk.rows(contacts.ratings)):
        if question.key in chosen:
            changed |= set(rating.rate(desk, question))
    return changed


def _checked(question: Question, day: date) -> Period:
    """The period of a question that can be worked out."""
    row = question.row
    if not row["start"] or not row["end"]:
        raise _refused(question, "has no start or end formula", "dates-required")
    period = Period(parse_formula(row["start"]).after(day), parse_formula(row["end"]).after(day))
    if period.last < period.first:
        raise _refused(question, f"ends on {period.last}, before its start on {period.first}", "dates")
    if not (row["customer_field"] or row["vendor_field"] or row["contact_field"]):
        raise _refused(question, "takes its value from nowhere", "source-required")
    if not row["method"]:
        raise _refused(question, "has no method", "method-required")
    if row["method"].startswith("percentage") and not row["sorting"]:
        raise _refused(question, "needs a sorting", "sorting-required")
    return period


def _refused(question: Question, why: str, code: str) -> Refused:
    return Refused(f"{question} {why}", code=f"classification-{code}", where=str(question))


def _classified(desk: Desk, head: Row, question: Question, period: Period) -> list[str]:
    values = _values(desk, head, question, period)
    measured = values.with_columns(_measured(question).alias("value"), pl.lit(0.0).alias("share_answered"))
    exact = measured.with_columns((pl.col("value") * MILLION).round().cast(pl.Int64))
    if not question.row["contact_field"]:
        exact = audience.spread(desk, head, exact)
    return giving.replace(desk, question, giving.fitting(question, exact))


def _values(desk: Desk, head: Row, question: Question, period: Period) -> pl.DataFrame:
    """``contact_no``, ``company_no`` and ``value`` of whoever is classified."""
    row = question.row
    if row["contact_field"]:
        people = audience.of_questionnaire(desk, head)
        return people.join(sources.of_contacts(desk, row["contact_field"], period), on="contact_no")
    party = "customer" if row["customer_field"] else "vendor"
    found = sources.traded(desk, party, row["customer_field"] or row["vendor_field"], period)
    people = audience.linked(desk, head, party).join(found, on="number", how="left")
    return people.select("contact_no", "company_no", pl.col("value").fill_null(0.0))


def _measured(question: Question) -> pl.Expr:
    """The value itself, its share of the total, or its rank among the contacts; contacts rank by number in a tie."""
    value = pl.col("value")
    method = question.row["method"]
    if method == "defined_value":
        return value
    if method == "percentage_of_value":
        return pl.when(value.sum() == 0).then(0.0).otherwise(value / value.sum() * 100)
    descending = question.row["sorting"] == "descending"
    order = pl.struct(-value if descending else value, "contact_no").rank("ordinal")
    return order * 100.0 / pl.len()
