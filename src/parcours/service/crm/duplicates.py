"""``workspace.contacts.duplicates``: contacts that may be the same, told apart or merged."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from parcours.contacts.people.duplicates import hits, merging, strings
from parcours.service.crm.desks import Record, Room


class Duplicates(Room):
    """Possible duplicates, found by search strings over parts of fields (contact-segments.md, 2.1)."""

    def find(self, contacts: Collection[str] | None = None, *, decided: bool = False) -> pl.DataFrame:
        """Pairs of contacts that may be the same, the most alike first.

        Args:
            contacts: only pairs with one of these; ``None``: all pairs.
            decided: whether pairs that somebody has kept apart come, too.
        """
        with self._desks.look() as desk:
            return hits.hits(desk, contacts, decided=decided)

    def keep_apart(self, no: str, other: str) -> None:
        """Two contacts are not the same: the pair is not offered any more.

        Raises:
            UnknownNameError: one of them does not exist.
            Refused: ``same-contact``.
        """
        with self._desks.change("keep_apart") as desk:
            hits.keep_apart(desk, no, other)

    def reconsider(self, no: str, other: str) -> bool:
        """Offer a pair that was kept apart again. Returns ``False`` when it was not.

        Raises:
            UnknownNameError: one of them does not exist.
            Refused: ``same-contact``.
        """
        with self._desks.change("reconsider") as desk:
            return hits.reconsider(desk, no, other)

    def merge(self, into: str, gone: str, *, preview: bool = False) -> Record:
        """Let a contact become part of another one, with all that hangs on it. Returns the one that stays.

        Raises:
            UnknownNameError: one of them does not exist.
            Refused: ``same-contact``, ``wrong-contact-type``, ``both-linked``.
        """
        with self._desks.change("merge_contacts", preview=preview) as desk:
            return merging.merge(desk, into, gone)

    def rebuild(self) -> int:
        """Make the search strings of all contacts anew, after bulk loads or other settings. Returns how many."""
        with self._desks.change("rebuild_search_strings") as desk:
            return strings.rebuild(desk)
