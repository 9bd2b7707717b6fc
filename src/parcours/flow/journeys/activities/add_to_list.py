"""Add to a list: puts the person on a list (journeys.md, section 2)."""

from __future__ import annotations

from typing import ClassVar

import polars as pl

from parcours.flow.journeys.activities.listing import Listing


class AddToList(Listing, frozen=True, kw_only=True):
    """Puts the person on ``list``; who is on it stays on it, once."""

    kind: ClassVar[str] = "add_to_list"

    def changed(self, lists: pl.Expr) -> pl.Expr:
        name = pl.lit(self.list)
        return pl.when(lists.list.contains(name)).then(lists).otherwise(lists.list.concat(name))
