"""Texts against forms with wildcards: ``*`` is any run of characters, also none, ``?`` is exactly one."""

from __future__ import annotations

import functools
import re

import polars as pl

from parcours.core.schema import BOOLEAN, STRING
from parcours.language.functions.declaration import Column, Function, NullRule
from parcours.language.functions.signatures import Constant
from parcours.language.functions.types import signature

FAMILY = "text"
FORM = Constant("a form with wildcards", lambda form: None, ("A*", "?", "*an*", "", "b?n*", "*"))


@functools.lru_cache(maxsize=1024)
def _pattern(form: str, *, fold: bool) -> tuple[str, ...]:
    """The runs of characters between the stars of a form; a question mark stays."""
    return tuple((form.lower() if fold else form).split("*"))


def _fits(text: str, form: str, *, fold: bool) -> bool:
    """Stars are greedy from the left: the earliest place for each run is never worse than a later one."""
    text = text.lower() if fold else text
    first, *rest = _pattern(form, fold=fold)
    if not rest:
        return _here(text, first, 0) and len(text) == len(first)
    *inner, last = rest
    if not _here(text, first, 0):
        return False
    at = len(first)
    for run in inner:
        found = _find(text, run, at)
        if found is None:
            return False
        at = found + len(run)
    return len(text) - len(last) >= at and _here(text, last, len(text) - len(last))


def _here(text: str, run: str, at: int) -> bool:
    piece = text[at : at + len(run)]
    return len(piece) == len(run) and all(want in ("?", have) for want, have in zip(run, piece, strict=True))


def _find(text: str, run: str, start: int) -> int | None:
    return next((at for at in range(start, len(text) - len(run) + 1) if _here(text, run, at)), None)


def _columns(text: Column, form: Column, *, fold: bool) -> pl.Expr:
    wanted = str(form.value).lower() if fold else str(form.value)
    pieces = "".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in wanted)
    column = text.expr.str.to_lowercase() if fold else text.expr
    return column.str.contains(rf"(?s)\A{pieces}\z")


FUNCTIONS: tuple[Function, ...] = (
    Function(
        "fits",
        FAMILY,
        (signature(("text", STRING), ("form", STRING, FORM), to=BOOLEAN),),
        NullRule.FALSE,
        "Whether the whole text has the form: `*` stands for any characters, also none, `?` for exactly one.",
        ((("Hansen", "Hans?n"), True), (("Hansson", "Hans?n"), False), (("Manchester", "Man*"), True)),
        functools.partial(_fits, fold=False),
        functools.partial(_columns, fold=False),
    ),
    Function(
        "fits_ignore_case",
        FAMILY,
        (signature(("text", STRING), ("form", STRING, FORM), to=BOOLEAN),),
        NullRule.FALSE,
        "Whether the whole text has the form, upper and lower case being the same.",
        ((("MANUAL", "man*"), True), (("Hansen", "*SON"), False)),
        functools.partial(_fits, fold=True),
        functools.partial(_columns, fold=True),
    ),
)
