"""Answers written: what questions have now takes the place of what they had (contact-segments.md, 19.2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, and_, select

from parcours.contacts.office import Desk
from parcours.contacts.office.desk import CHUNK, in_chunks
from parcours.contacts.people.questionnaires.structure import Question
from parcours.contacts.tables import contacts
from parcours.contacts.tables.base import MILLION

ANSWERS = contacts.profile_answers
#: Columns of the values that :func:`fitting` takes: in millionths, so that comparisons are exact.
VALUES = {"contact_no": pl.String, "company_no": pl.String, "value": pl.Int64, "share_answered": pl.Float64}
#: With more contacts than this the answers of all are read.
MANY = 20 * CHUNK
_STORED = {"id": pl.Int64, "contact_no": pl.String, "line_no": pl.Int64, "share_answered": pl.Float64}


def fitting(question: Question, values: pl.DataFrame) -> pl.DataFrame:
    """The answers that contacts get for their values: ``contact_no``, ``company_no``, ``line_no``, ``share_answered``.

    An answer fits when from <= value <= to; a zero end is open; with both zero it never fits; several may fit.
    """
    rounded = values.with_columns(_rounded("value", question.row["decimals"]))
    parts = [
        rounded.filter(_fits(answer)).with_columns(pl.lit(answer["line_no"], pl.Int64).alias("line_no"))
        for answer in question.answers
        if answer["from"] or answer["to"]
    ]
    wanted = ("contact_no", "company_no", "line_no", "share_answered")
    return pl.concat([part.select(wanted) for part in parts]) if parts else _no_answers()


def _fits(answer: dict[str, Any]) -> pl.Expr:
    low, high = (round(answer[name] * MILLION) for name in ("from", "to"))
    value = pl.col("value")
    return pl.all_horizontal(value >= low if low else True, value <= high if high else True)


def _rounded(name: str, decimals: int) -> pl.Expr:
    """Half away from zero, in millionths."""
    unit = int(10 ** (6 - min(decimals, 6)))
    value = pl.col(name)
    return (((value.abs() + unit // 2) // unit) * unit * value.sign()).alias(name)


def _no_answers() -> pl.DataFrame:
    return pl.DataFrame(
        schema={"contact_no": pl.String, "company_no": pl.String, "line_no": pl.Int64, "share_answered": pl.Float64}
    )


def replace(desk: Desk, question: Question, given: pl.DataFrame, within: Collection[str] | None = None) -> list[str]:
    """Let contacts have just these answers to a question; answers that stay are not written again.

    Args:
        desk: where.
        question: the question.
        given: what :func:`fitting` gives.
        within: numbers of the contacts it is about; ``None``: all.

    Returns:
        The numbers of the contacts whose answers changed; they are told to the log.
    """
    stored = _stored(desk, question, within)
    key = ["contact_no", "line_no", "share_answered"]
    gone = stored.join(given, on=key, how="anti")
    come = given.join(stored, on=key, how="anti")
    for part in in_chunks(gone["id"].to_list()):
        desk.remove_many(ANSWERS, ANSWERS.c.id.in_(part))
    made = come.select(
        "contact_no",
        "company_no",
        pl.lit(question.key[0]).alias("questionnaire_code"),
        "line_no",
        pl.lit(desk.today).alias("updated_on"),
        "share_answered",
    )
    desk.add_many(ANSWERS, made)
    changed = sorted({*gone["contact_no"].to_list(), *come["contact_no"].to_list()})
    desk.touch(changed)
    return changed


def _stored(desk: Desk, question: Question, within: Collection[str] | None) -> pl.DataFrame:
    lines = [answer["line_no"] for answer in question.answers]
    query = select(ANSWERS.c.id, ANSWERS.c.contact_no, ANSWERS.c.line_no, ANSWERS.c.share_answered)
    query = query.where(ANSWERS.c.questionnaire_code == question.key[0], ANSWERS.c.line_no.in_(lines))
    parts = [desk.frame(query.where(test), _STORED) for test in tests_for(ANSWERS.c.contact_no, within)]
    frame = pl.concat(parts) if parts else pl.DataFrame(schema=_STORED)
    return frame if within is None else frame.filter(pl.col("contact_no").is_in(list(within)))


def tests_for(column: ColumnElement[str], within: Collection[str] | None) -> Sequence[ColumnElement[bool]]:
    """Conditions that together read the rows of some contacts: few at a time, or those of all at once."""
    if within is None or len(within) > MANY:
        return [and_(True)]
    return [column.in_(part) for part in in_chunks(within)]
