"""A question about profiles, as it is written in each language and for each peer, and how questions are joined.

For Polars a question is an expression over the columns of the profiles, or the profiles themselves
(:class:`Among`): whoever does it by hand groups the events and joins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import TypeAlias

import polars as pl

#: Frames of the peers: ``profiles``, ``e_<type>``, and ``m_<segment>`` for the members of an earlier segment.
Frames: TypeAlias = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Among:
    """The profiles in column ``_profile`` (``inverted``: all others)."""

    found: pl.LazyFrame
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One question.

    Attributes:
        sort: what it is about: text, dates, lists, objects, events, sequences …
        said: by language the text, or the shape; for ``filter`` an attribute with its expression.
        sql: the condition over the columns of ``profiles`` as of an instant; never null.
        polars: the same for Polars.
    """

    sort: str
    said: Mapping[str, object]
    sql: Callable[[int], str]
    polars: Callable[[int, Frames], pl.Expr | Among]


@dataclass(frozen=True, slots=True)
class Question:
    """A rule of a segment: some parts, of which all or any must hold, some of them turned round."""

    id: str
    language: str
    parts: Sequence[Part]
    negated: Sequence[bool]
    any: bool = False

    @property
    def sorts(self) -> str:
        """What the parts are about."""
        return ", ".join(dict.fromkeys(part.sort for part in self.parts))

    @property
    def written(self) -> object:
        """The rule in its language."""
        said = [part.said[self.language] for part in self.parts]
        if self.language == "filter":
            return dict(said)  # type: ignore[arg-type]
        if self.language == "tree":
            shapes = [{"not": one} if no else one for one, no in zip(said, self.negated, strict=True)]
            return shapes[0] if len(shapes) == 1 else {"any" if self.any else "all": shapes}
        texts = [f"not({one})" if no else f"({one})" for one, no in zip(said, self.negated, strict=True)]
        return (" or " if self.any else " and ").join(texts)

    def sql(self, now: int) -> str:
        """One query for the members as of an instant."""
        conditions = [
            f"NOT ({part.sql(now)})" if no else f"({part.sql(now)})"
            for part, no in zip(self.parts, self.negated, strict=True)
        ]
        return f"SELECT _profile FROM profiles WHERE {(' OR ' if self.any else ' AND ').join(conditions)}"

    def polars(self, now: int, frames: Frames) -> pl.LazyFrame:
        """One lazy frame of the members as of an instant: attributes filter, events join."""
        source = frames["profiles"].lazy()
        conditions = []
        for place, (part, no) in enumerate(zip(self.parts, self.negated, strict=True)):
            found = part.polars(now, frames)
            if isinstance(found, Among):
                mark = f"_among{place}"
                source = source.join(found.found.with_columns(pl.lit(True).alias(mark)), on="_profile", how="left")
                held = pl.col(mark).is_null() if found.inverted else pl.col(mark).is_not_null()
            else:
                held = found.fill_null(False)
            conditions.append(~held if no else held)
        return source.filter(reduce(or_ if self.any else and_, conditions)).select("_profile")
