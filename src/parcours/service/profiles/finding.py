"""People in pages, found by what they are: from the attributes and memberships in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from parcours.core.errors import DefinitionError
from parcours.core.interrupting import look
from parcours.core.schema import Kind
from parcours.kernel.evaluate import BLOCK, Compiled, holds
from parcours.kernel.keys import needed
from parcours.kernel.rows import Bools, Profiles
from parcours.kernel.threads import together
from parcours.language.tree import Node
from parcours.service.paging import Order, Page, cursor_of, next_rows, place_in

if TYPE_CHECKING:
    from parcours.engines.state import State

#: Attributes that a search looks at, beside the id, where they exist and are texts.
SEARCHED = ("email", "name", "first_name", "last_name", "full_name", "phone", "company")
#: The order in which profiles appeared, that of their numbers.
APPEARED = "appeared"
#: So many blocks are looked through at once, at most.
_AT_ONCE = 8
#: Kinds of attributes that profiles can be ordered by.
_ORDERED = (Kind.BOOLEAN, Kind.INTEGER, Kind.DECIMAL, Kind.STRING, Kind.DATE_ONLY, Kind.DATE_TIME, Kind.DATE_TIME_ONLY)


@dataclass(frozen=True, slots=True)
class Question:
    """Who is looked for: every word of ``search`` in id or names, ``rule`` about attributes and segments, members of
    ``segment``."""

    search: str | None = None
    rule: Node | None = None
    segment: str | None = None

    @property
    def open(self) -> bool:
        """Whether it is everybody."""
        return self.search is None and self.rule is None and self.segment is None


class Finder:
    """Finds people in a state that nobody changes meanwhile."""

    def __init__(self, state: State, question: Question) -> None:
        """Prepare.

        Raises:
            DefinitionError: ``not-kept``, the rule counts events that nothing keeps count of.
        """
        self._state, self._question = state, question
        self._words = (question.search or "").split()
        self._compiled: Compiled | None = None
        if question.rule is not None:
            rule = state.readable(question.rule)
            if not all(key in state.book for key in needed(rule)):
                raise DefinitionError(
                    "people are looked for by attributes and segments, not by events that no segment counts",
                    code="not-kept",
                    where="where",
                    hint="preview it as a segment, or make one of it",
                )
            self._compiled = Compiled(rule)

    def page(self, order: Order, cursor: str | None, limit: int, *, total: bool) -> Page:
        """A page of people: ``profile_id`` and their attributes.

        Raises:
            InputError: ``bad-cursor``.
        """
        whole = self._all() if total and not self._question.open else None
        by_number = order.column == APPEARED
        found, following = (self._in_order if by_number else self._sorted)(order, cursor, limit, whole)
        names = list(self._state.schema.attributes)
        ids = self._state.ids(found).alias("profile_id")
        items = pl.DataFrame([ids, *self._state.book.attributes.frame(names, found).get_columns()])
        if self._question.open:
            return Page(items, following, int(self._state.alive.sum()))
        return Page(items, following, None if whole is None else len(whole))

    def _all(self) -> Profiles:
        """Everybody who is looked for."""
        return _joined(list(self._blocks(self._candidates())))

    # --- in order of appearance --------------------------------------------------------------------------

    def _in_order(
        self, order: Order, cursor: str | None, limit: int, whole: Profiles | None
    ) -> tuple[Profiles, str | None]:
        place = place_in(cursor, order, int)
        candidates = self._candidates() if whole is None else whole
        if order.descending:
            candidates = candidates[::-1]
            start = 0 if place is None else int(np.searchsorted(-candidates, -place[0], side="right"))
        else:
            start = 0 if place is None else int(np.searchsorted(candidates, place[0], side="right"))
        found: list[Profiles] = []
        for block in self._blocks(candidates[start:]) if whole is None else [candidates[start:]]:
            found.append(block)
            if sum(map(len, found)) > limit:
                break
        numbers = _joined(found)
        shown = numbers[:limit]
        return shown, cursor_of(order, int(shown[-1])) if len(numbers) > limit else None

    def _candidates(self) -> Profiles:
        """Everybody, or the members of the segment, by number."""
        if self._question.segment is not None:
            return self._state.segments.bits.members(self._question.segment)
        return np.flatnonzero(self._state.alive).astype(np.int32)

    def _blocks(self, candidates: Profiles) -> Iterator[Profiles]:
        """Those of the candidates who are looked for, piece by piece: first one, then more and more at once."""
        start, pieces = 0, 1
        while start < len(candidates):
            look()
            ends = [start + BLOCK * number for number in range(pieces + 1)]
            parts = [candidates[first:last] for first, last in pairwise(ends) if first < len(candidates)]
            yield from together([partial(self._looked_for, part) for part in parts])
            start, pieces = ends[-1], min(2 * pieces, _AT_ONCE)

    def _looked_for(self, block: Profiles) -> Profiles:
        for word in self._words:
            if len(block):
                block = block[self._matches(block, word)]
        if self._compiled is not None and len(block):
            now, member = self._state.now or 0, self._state.segments.bits.get
            block = block[holds(self._compiled, self._state.book, block, now, member)]
        return block

    def _matches(self, profiles: Profiles, word: str) -> Bools:
        """Whose id or names contain a word, in capitals or not."""
        pattern = "(?i)" + re.escape(word)
        attributes = self._state.schema.attributes
        known = [name for name in SEARCHED if name in attributes and attributes[name].kind is Kind.STRING]
        found = self._state.ids(profiles).str.contains(pattern).fill_null(False).to_numpy()
        for name in known:
            column = self._state.book.attributes.get(name, profiles)
            found = found | column.str.contains(pattern).fill_null(False).to_numpy()
        return found

    # --- ordered by an attribute -------------------------------------------------------------------------

    def _sorted(
        self, order: Order, cursor: str | None, limit: int, whole: Profiles | None
    ) -> tuple[Profiles, str | None]:
        place = place_in(cursor, order, Any, int)
        numbers = self._all() if whole is None else whole
        values = self._state.book.attributes.get(order.column, numbers).to_physical()
        shown, following = next_rows(pl.DataFrame({"value": values, "key": numbers}), order, place, limit)
        return shown["key"].to_numpy(), following


def _joined(blocks: list[Profiles]) -> Profiles:
    return np.concatenate([np.empty(0, np.int32), *blocks])


def orders(state: State) -> list[str]:
    """What people can be ordered by."""
    return [APPEARED, *(name for name, kind in state.schema.attributes.items() if kind.kind in _ORDERED)]
