"""What a pattern does to texts. One engine serves single values and columns, so that there is only one answer."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeAlias

import polars as pl

from parcours.core.errors import EvaluationError

#: The results, and the texts for which the search was given up (``None``: none).
Answer: TypeAlias = tuple[pl.Series, pl.Series | None]


class Pattern:
    """A pattern ready for use. Texts may be null; so is their result then."""

    def __init__(self, source: str) -> None:
        self.source = source
        try:
            pl.select(pl.lit("").str.contains(source))
        except pl.exceptions.ComputeError as error:
            reason = next((line for line in reversed(str(error).splitlines()) if line.startswith("error:")), str(error))
            raise bad(source, reason.removeprefix("error:").strip()) from None

    def found(self, texts: pl.Series) -> Answer:
        """Whether the pattern is found anywhere in each text."""
        return texts.str.contains(self.source), None

    def whole(self, texts: pl.Series) -> Answer:
        """Whether the pattern matches each whole text."""
        return texts.str.contains(rf"\A(?:{self.source})\z"), None

    def group(self, texts: pl.Series, number: int) -> Answer:
        """What the group matched in the first place where the pattern is found, else null."""
        return texts.str.extract(self.source, number), None

    def replaced(self, texts: pl.Series, new: str, every: bool) -> Answer:
        """The texts with the first or every match replaced by a literal text."""
        literal = new.replace("$", "$$")
        return (texts.str.replace_all if every else texts.str.replace)(self.source, literal), None

    def split(self, texts: pl.Series) -> Answer:
        """The pieces between the matches, without empty ones at the end."""
        frame = texts.alias("_text").to_frame().select(pl.col("_text").str.split(self.source, literal=False))
        return frame["_text"], None


@functools.lru_cache(maxsize=1024)
def compiled(source: str) -> Pattern:
    """The pattern of that source.

    Raises:
        EvaluationError: it is malformed or beyond the limits (code ``bad-pattern``).
    """
    return Pattern(source)


def bad(source: str, reason: str) -> EvaluationError:
    return EvaluationError(
        f"{source!r} is not a pattern: {reason}",
        code="bad-pattern",
        hint="patterns are written as in Java; a backslash in a text is written twice",
    )


def given_up(source: str) -> EvaluationError:
    return EvaluationError(
        f"searching with the pattern {source!r} takes too long",
        code="pattern-too-costly",
        hint="avoid back-references, and repetitions inside repetitions",
    )


Work: TypeAlias = Callable[[Pattern, pl.Series], Answer]
