"""What a pattern does to texts. One engine serves single values and columns, so that there is only one answer.

Polars does the work where the pattern has a form that it understands, for all texts at once and in linear time. Texts
and patterns beyond that go through the matcher of ``machine.py``, once for every different text.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import polars as pl

from parcours.core.errors import EvaluationError
from parcours.language.patterns.machine import Match, Search, TooCostly
from parcours.language.patterns.parse import BadPattern, parse
from parcours.language.patterns.program import Program, program
from parcours.language.patterns.rust import relaxed_form, rust_form
from parcours.language.patterns.syntax import widths

#: The results, and the texts for which the search was given up (``None``: none).
Answer: TypeAlias = tuple[pl.Series, pl.Series | None]
_TEXT, _TEXTS, _TRUTH = pl.String(), pl.List(pl.String()), pl.Boolean()


class Pattern:
    """A Java pattern ready for use. Texts may be null; so is their result then.

    Raises:
        EvaluationError: it is malformed or beyond the limits (code ``bad-pattern``).
    """

    def __init__(self, source: str) -> None:
        self.source = source
        try:
            self._parsed = parse(source)
        except BadPattern as error:
            raise bad(source, str(error)) from None
        self._rust = rust_form(self._parsed.part)
        self._may_be_empty = widths(self._parsed.part)[0] == 0
        _try(source, self._relaxed if self._rust is None else self._rust.source)

    @property
    def may_be_given_up(self) -> bool:
        """Whether there may be texts for which the search takes too long."""
        return self._rust is None or self._rust.except_for is not None or self._may_be_empty

    @functools.cached_property
    def _program(self) -> Program:
        return program(self._parsed.part, self._parsed.groups)

    @functools.cached_property
    def _relaxed(self) -> str:
        """For Polars: texts that this is not found in need no search."""
        return relaxed_form(self._parsed.part)

    def found(self, texts: pl.Series) -> Answer:
        """Whether the pattern is found anywhere in each text."""
        return self._done(texts, _TRUTH, lambda rust: texts.str.contains(rust), _found)

    def whole(self, texts: pl.Series) -> Answer:
        """Whether the pattern matches each whole text."""
        return self._done(texts, _TRUTH, lambda rust: texts.str.contains(rf"\A(?:{rust})\z"), _whole)

    def group(self, texts: pl.Series, number: int) -> Answer:
        """What the group matched in the first place where the pattern is found, else null."""
        if not 0 <= number <= self._parsed.groups:
            return pl.Series(texts.name, [None], dtype=_TEXT).new_from_index(0, len(texts)), None
        return self._done(texts, _TEXT, lambda rust: texts.str.extract(rust, number), _group, number)

    def replaced(self, texts: pl.Series, new: str, every: bool) -> Answer:
        """The texts with the first or every match replaced by a literal text."""
        literal = new.replace("$", "$$")
        if not every:
            return self._done(texts, _TEXT, lambda rust: texts.str.replace(rust, literal), _replaced, new, 1)
        return self._done(
            texts, _TEXT, lambda rust: texts.str.replace_all(rust, literal), _replaced, new, 0, between=True
        )

    def split(self, texts: pl.Series) -> Answer:
        """The pieces between the matches, without empty ones at the end."""
        return self._done(texts, _TEXTS, lambda rust: _pieces(texts, rust), _split, between=True)

    def _done(
        self,
        texts: pl.Series,
        dtype: pl.DataType,
        by_polars: Callable[[str], pl.Series],
        by_machine: Callable[..., Any],
        *more: Any,
        between: bool = False,
    ) -> Answer:
        """``between``: the work goes on behind a match, where Java and Polars find different empty matches."""
        rust = self._rust
        if rust is None or (between and self._may_be_empty):
            return self._searched(texts, dtype, by_machine, *more)
        values = by_polars(rust.source)
        if rust.except_for is None:
            return values, None
        excepted = texts.str.contains(rust.except_for).fill_null(False)
        if not excepted.any():
            return values, None
        others, failed = self._searched(texts.set(~excepted, None), dtype, by_machine, *more)
        return others.zip_with(excepted, values), failed

    def _searched(
        self, texts: pl.Series, dtype: pl.DataType, work: Callable[..., Any], *more: Any
    ) -> tuple[pl.Series, pl.Series]:
        frame = texts.alias("text").to_frame()
        different = frame.unique().drop_nulls()
        candidates = different["text"].str.contains(self._relaxed)
        results = [
            self._one(text, work, *more) if candidate else (work(_NoSearch(text), *more), False)
            for text, candidate in zip(different["text"], candidates, strict=True)
        ]
        known = different.with_columns(
            pl.Series("value", [value for value, _ in results], dtype=dtype),
            pl.Series("failed", [failed for _, failed in results], dtype=_TRUTH),
        )
        found = frame.join(known, on="text", how="left", maintain_order="left")
        return found["value"].rename(texts.name), found["failed"].fill_null(False)

    def _one(self, text: str, work: Callable[..., Any], *more: Any) -> tuple[Any, bool]:
        try:
            return work(Search(self._program, text), *more), False
        except TooCostly:
            return None, True


class _NoSearch(Search):
    """The search in a text that is known to hold no match."""

    def __init__(self, text: str) -> None:
        self.text = text

    def whole(self) -> bool:
        return False

    def matches(self) -> Iterator[Match]:
        return iter(())


def _try(source: str, rust: str) -> None:
    try:
        pl.Series([""]).str.contains(rust)
    except pl.exceptions.ComputeError:
        raise bad(source, "its repetitions make it too large") from None


# --- the same, for one text ----------------------------------------------------------------------------


def _found(search: Search) -> bool:
    return next(search.matches(), None) is not None


def _whole(search: Search) -> bool:
    return search.whole()


def _group(search: Search, number: int) -> str | None:
    match = next(search.matches(), None)
    if match is None:
        return None
    start, end = match[:2] if number == 0 else match[2][2 * number - 2 : 2 * number]
    return search.text[start:end] if start >= 0 else None


def _replaced(search: Search, new: str, most: int) -> str:
    text, kept, behind = search.text, [], 0
    for start, end, _ in search.matches():
        kept.append(text[behind:start])
        behind = end
        if len(kept) == most:
            break
    return new.join([*kept, text[behind:]])


def _split(search: Search) -> list[str]:
    text, pieces, behind = search.text, [], 0
    for start, end, _ in search.matches():
        if end == 0:  # an empty match at the beginning gives no piece
            continue
        pieces.append(text[behind:start])
        behind = end
    if not pieces:
        return [text]
    pieces.append(text[behind:])
    while pieces and not pieces[-1]:
        pieces.pop()
    return pieces


def _pieces(texts: pl.Series, rust: str) -> pl.Series:
    pieces = pl.col("text").str.split(rust, literal=False)
    filled = pl.when(pl.element() != "").then(pl.element().cum_count())
    kept = pieces.list.eval(filled).list.max().fill_null(0)
    alone = pieces.list.len() == 1
    cut = pl.when(alone).then(pieces).otherwise(pieces.list.head(kept))
    return texts.alias("text").to_frame().select(cut.alias("text"))["text"].rename(texts.name)


# --- errors --------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=1024)
def compiled(source: str) -> Pattern:
    """The pattern of that source.

    Raises:
        EvaluationError: it is malformed or beyond the limits (code ``bad-pattern``).
    """
    return Pattern(source)


def bad(source: str, reason: str) -> EvaluationError:
    return EvaluationError(
        f"{_shown(source)} is not a pattern: {reason}",
        code="bad-pattern",
        hint="patterns are written as in Java; a backslash in a text is written twice",
    )


def given_up(source: str) -> EvaluationError:
    return EvaluationError(
        f"searching with the pattern {_shown(source)} takes too long",
        code="pattern-too-costly",
        hint="avoid references back such as \\1, and repetitions inside repetitions",
    )


def _shown(source: str) -> str:
    return repr(source if len(source) <= 80 else source[:79] + "…")
