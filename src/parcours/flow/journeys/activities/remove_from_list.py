"""Remove from a list: takes the person off a list (journeys.md, section 2)."""

from __future__ import annotations

from typing import ClassVar

import polars as pl

from parcours.flow.journeys.activities.listing import Listing


class RemoveFromList(Listing, frozen=True, kw_only=True):
    """Takes the person off ``list``, if on it."""

    kind: ClassVar[str] = "remove_from_list"

    def changed(self, lists: pl.Expr) -> pl.Expr:
        return lists.list.eval(pl.element().filter(pl.element() != self.list))
