"""Ratings: values from points of the answers that contacts have (contact-segments.md, 19.3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl
from sqlalchemy import select

from parcours.contacts.office import Desk, Row
from parcours.contacts.people.questionnaires import audience, giving, rating_order, structure
from parcours.contacts.people.questionnaires.rating_order import Key
from parcours.contacts.people.questionnaires.structure import Question
from parcours.contacts.tables import contacts
from parcours.contacts.tables.base import MILLION

ANSWERS, RATINGS = contacts.profile_answers, contacts.ratings
_ANSWERED = {"contact_no": pl.String, "questionnaire_code": pl.String, "line_no": pl.Int64}


def rate(desk: Desk, question: Question, within: Collection[str] | None = None) -> list[str]:
    """Work out a rating: for these contacts, or for all that the questionnaire is for.

    Contacts whose share of answered questions, of those whose answers give points, lies below the minimum get no
    answer. Returns the numbers of the contacts whose answers changed.
    """
    people = audience.of_questionnaire(desk, structure.get(desk, question.key[0]), within)
    points = _points(desk, question)
    answered = _answered(desk, points, within).join(points, on=["questionnaire_code", "line_no"])
    total = answered.group_by("contact_no").agg(pl.sum("points"), pl.col("asked").n_unique().alias("count"))
    valued = people.join(total, on="contact_no", how="left").with_columns(pl.col("points", "count").fill_null(0))
    share = pl.col("count") * 100.0 / max(points["asked"].n_unique(), 1)
    valued = valued.select("contact_no", "company_no", pl.col("points").alias("value"), share.alias("share_answered"))
    enough = valued.filter(pl.col("share_answered") >= question.row["min_pct_answered"])
    given = giving.fitting(question, enough.with_columns(pl.col("share_answered").round(6)))
    return giving.replace(desk, question, given, within)


def _points(desk: Desk, question: Question) -> pl.DataFrame:
    """Points in millionths by answer, with the number of the question that it answers."""
    code, line_no = question.key
    rows = desk.rows(RATINGS, questionnaire_code=code, question=line_no)
    asked = {
        (one.key[0], answer["line_no"]): number
        for number, one in enumerate(structure.questions(desk))
        for answer in one.answers
    }
    found = [
        (row["answer_questionnaire_code"], row["answer"], round(row["points"] * MILLION), asked[key])
        for row in rows
        if (key := (row["answer_questionnaire_code"], row["answer"])) in asked
    ]
    return pl.DataFrame(
        found,
        {"questionnaire_code": pl.String, "line_no": pl.Int64, "points": pl.Int64, "asked": pl.Int64},
        orient="row",
    )


def _answered(desk: Desk, points: pl.DataFrame, within: Collection[str] | None) -> pl.DataFrame:
    codes = points["questionnaire_code"].unique().to_list()
    query = select(ANSWERS.c.contact_no, ANSWERS.c.questionnaire_code, ANSWERS.c.line_no)
    query = query.where(ANSWERS.c.questionnaire_code.in_(codes))
    parts = [desk.frame(query.where(test), _ANSWERED) for test in giving.tests_for(ANSWERS.c.contact_no, within)]
    return pl.concat(parts) if parts else pl.DataFrame(schema=_ANSWERED)


def follow(desk: Desk, changed: Collection[Key], nos: Collection[str], but: Sequence[Key] = ()) -> None:
    """Work out again, for these contacts, the ratings that build on questions whose answers have changed.

    Args:
        desk: where.
        changed: the questions, by questionnaire and line.
        nos: the contacts.
        but: ratings that were worked out already.
    """
    rows: list[Row] = desk.rows(RATINGS)
    if not rows or not nos:
        return
    for question in rating_order.depending(structure.questions(desk), rows, changed):
        if question.key not in but and question.row["auto"]:
            rate(desk, question, nos)
