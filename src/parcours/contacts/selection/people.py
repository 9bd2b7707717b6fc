"""All contacts as arrays: who they are, for which company they work; sets of them as masks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sqlalchemy import Table

from parcours.contacts.office import Desk
from parcours.contacts.selection.columns import mirror_of
from parcours.contacts.selection.dictionaries import Dictionary
from parcours.contacts.selection.fields import Mask, mask
from parcours.contacts.tables.contacts import contacts

#: The number of the blank text in every dictionary.
BLANK = 0
Positions = NDArray[np.int32]


class People:
    """The contacts that a transaction sees, by position: an order without meaning, the same for all arrays here.

    Attributes:
        no, company_no: the numbers, as numbers of :attr:`names`.
        names: the dictionary of contact numbers, shared by all tables that name contacts.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.mirror = mirror_of(desk.con)
        self._frames: dict[str, pl.DataFrame] = {}
        self.names = self.dictionary(contacts, "no")
        frame = self.columns("no", "company_no")
        self.no = frame["no"].to_numpy()
        self.company_no = frame["company_no"].to_numpy()
        self._positions = np.empty(0, dtype=np.int32)

    def frame(self, table: Table, names: Sequence[str]) -> pl.DataFrame:
        """Columns of a table, and any others; what the transaction changes meanwhile is not seen."""
        held = self._frames.get(table.name)
        if held is None or any(name not in held.columns for name in names):
            held = self._frames[table.name] = self.mirror.frame(self.desk.con, table, names)
        return held

    def dictionary(self, table: Table, column: str) -> Dictionary:
        """The texts of a column."""
        return self.mirror.dictionary(table.name, column)

    def __len__(self) -> int:
        return len(self.no)

    def columns(self, *names: str) -> pl.DataFrame:
        """Columns of the contacts, by position."""
        return self.frame(contacts, names)

    def texts(self, name: str) -> pl.Series:
        """A column of texts of the contacts, by position."""
        numbered = self.columns(name)[name]  # first: it may bring new texts
        return self.dictionary(contacts, name).values.gather(numbered)

    @cached_property
    def companies(self) -> Mask:
        """Which are companies."""
        types = self.columns("type")["type"]
        return mask(self.dictionary(contacts, "type").values.eq_missing("company").gather(types))

    def positions(self, codes: NDArray[Any]) -> Positions:
        """The positions of the contacts with these numbers of :attr:`names`, -1 where there is none."""
        if len(self._positions) < len(self.names):
            self._positions = np.full(len(self.names), -1, dtype=np.int32)
            self._positions[self.no] = np.arange(len(self), dtype=np.int32)
            self._positions[BLANK] = -1
        return np.take(self._positions, codes)

    def everybody(self) -> Mask:
        return np.ones(len(self), dtype=np.bool_)

    def nobody(self) -> Mask:
        return np.zeros(len(self), dtype=np.bool_)

    def of(self, numbers: Iterable[str] | pl.Series) -> Mask:
        """The contacts with these numbers; numbers of no contact are passed over."""
        named = numbers if isinstance(numbers, pl.Series) else pl.Series(list(numbers), dtype=pl.String)
        places = self.positions(self.names.numbers(named.cast(pl.String).drop_nulls()).to_numpy())
        return self.at(places[places >= 0])

    def at(self, positions: NDArray[Any]) -> Mask:
        """The contacts at these positions."""
        found = self.nobody()
        found[positions] = True
        return found

    def with_number(self, named: Mask) -> Mask:
        """The contacts whose own number is marked; ``named`` is by number of :attr:`names`."""
        found: Mask = np.take(named, self.no)
        return found

    def with_company(self, named: Mask) -> Mask:
        """The contacts whose company's number is marked; never those without company."""
        found: Mask = np.take(named, self.company_no) & (self.company_no != BLANK)
        return found

    def named(self, codes: NDArray[Any]) -> Mask:
        """A mask over :attr:`names`, from numbers of it."""
        marked = np.zeros(len(self.names), dtype=np.bool_)
        marked[codes] = True
        return marked

    def numbers(self, found: Mask) -> pl.Series:
        """The contact numbers of a set, in no particular order."""
        return self.names.values.gather(self.no[found]).alias("contact_no")


def fields_of(desk: Desk, numbers: Sequence[str] | pl.Series, *names: str) -> pl.DataFrame:
    """``no`` and texts of the cards of contacts, in the order given; null where there is no such contact.

    For many at once: the columns are those that selections have read anyway.
    """
    people = People(desk)
    wanted = pl.Series("no", numbers, dtype=pl.String)
    places = pl.Series(people.positions(people.names.numbers(wanted).to_numpy()))
    found = people.columns(*names)[places.set(places < 0, None)]
    return pl.DataFrame(
        [wanted, *(people.dictionary(contacts, name).values.gather(found[name]).alias(name) for name in names)]
    )
