"""What runs remember of the answers to their calls, and how expressions read it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import polars as pl

from parcours.core.columns import series
from parcours.core.schema import ANY, Kind, Type, polars_type
from parcours.core.untyped import is_of
from parcours.language.contexts.shapes import converted

#: Names under which the outcome of a call stands beside the fields of its answer (journeys.md, section 10).
STATUS = ("status_code", "jo_status_code")


def answer_rows(answers: pl.DataFrame) -> pl.DataFrame:
    """What is kept of answers: ``answer``, the JSON, and ``status``: ``http_<code>``, ``timedout``, ``capped`` …"""
    result, code = pl.col("result"), pl.lit("http_200")
    if "detail" in answers.columns:
        code = pl.when(pl.col("detail").str.starts_with("http_")).then("detail").otherwise(code)
    return answers.select("answer", pl.when(result == "ok").then(code).otherwise(result).alias("status"))


def field_of(answers: pl.DataFrame, path: Sequence[str], type_: Type) -> pl.Series:
    """A field of each answer kept by :func:`answer_rows`, null where there is none or it is of another type.

    ``path`` is empty for the whole answer.
    """
    if len(path) == 1 and path[0] in STATUS:
        return answers["status"].cast(polars_type(type_))
    texts = answers["answer"].alias("text")
    different = texts.unique()
    made = series([_found(text, path, type_) for text in different.to_list()], type_)
    places = pl.DataFrame({"text": different}).with_row_index("place")
    rows = texts.to_frame().join(places, on="text", how="left", maintain_order="left", nulls_equal=True)
    return made.gather(rows["place"])


def fields_of(answers: pl.DataFrame, names: Sequence[str]) -> pl.Series:
    """Fields of each answer kept by :func:`answer_rows` as the text of a JSON object, those that are there."""
    different = answers.select("answer", "status").unique(maintain_order=True)
    shown = [_object(text, status, names) for text, status in different.iter_rows()]
    rows = answers.select("answer", "status").join(
        different.with_columns(shown=pl.Series(shown, dtype=pl.String)),
        on=("answer", "status"),
        how="left",
        maintain_order="left",
        nulls_equal=True,
    )
    return rows["shown"]


def _object(text: str | None, status: str | None, names: Sequence[str]) -> str:
    try:
        found = None if text is None else json.loads(text)
    except ValueError:
        found = None
    fields = {**(found if isinstance(found, dict) else {}), **dict.fromkeys(STATUS, status)}
    return json.dumps({name: fields[name] for name in names if name in fields}, ensure_ascii=False)


def _found(text: str | None, path: Sequence[str], type_: Type) -> Any:
    try:
        value = None if text is None else json.loads(text)
    except ValueError:
        return None
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    try:
        found = converted(value, type_)
    except (ValueError, TypeError, ArithmeticError):
        return None
    if type_.kind is Kind.STRING and isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)
    return found if type_ == ANY or is_of(found, type_) else None
