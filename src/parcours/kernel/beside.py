"""What rules read besides the features of profiles: what a run of a journey knows, and values not yet in the store.

Rows are what is evaluated: one per profile given, and one profile may be there several times, with a run each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.errors import RuleError
from parcours.core.schema import polars_type, type_of_polars
from parcours.kernel.known import fitted
from parcours.kernel.rows import Bools, Profiles
from parcours.language.tree import Given

#: The values of a leaf that runs know, one per row, of the leaf's type.
GivenOf: TypeAlias = Callable[[Given], pl.Series]
#: Which rows have another value than the store says, and these values, one per row.
Replaced: TypeAlias = tuple[Bools, pl.Series]


@dataclass(frozen=True, slots=True)
class Overlay:
    """Values of attributes that count in place of those in the store.

    Attributes:
        values: per attribute a value for each of ``profiles``, or for each row; a null that is set is a null.
        known: per attribute which of these are set; of an attribute that is not named here, all.
        profiles: whose values they are, ascending, each once; ``None``: there is a value for each row.
    """

    values: Mapping[str, pl.Series]
    known: Mapping[str, Bools] = field(default_factory=dict)
    profiles: Profiles | None = None

    def of(self, attribute: str, profiles: Profiles) -> Replaced | None:
        """The values of an attribute for these rows; ``None``: it is as the store says."""
        values = self.values.get(attribute)
        if values is None or not len(values):
            return None
        known = self.known.get(attribute)
        if self.profiles is None:
            return np.ones(len(values), np.bool_) if known is None else known, values
        places = np.minimum(self.profiles.searchsorted(profiles), len(self.profiles) - 1)
        found = self.profiles[places] == profiles
        if known is not None:
            found &= known[places]
        return (found, values.gather(pl.Series(places))) if found.any() else None

    def at(self, places: slice | NDArray[np.intp]) -> Overlay:
        """The same for some of the rows."""
        if self.profiles is not None:
            return self
        known = {name: which[places] for name, which in self.known.items()}
        return Overlay({name: _some(values, places) for name, values in self.values.items()}, known)


@dataclass(frozen=True)
class Beside:
    """What the rows of one evaluation read besides features.

    Attributes:
        given: what the run of each row knows; ``None``: there are no runs.
        written: attributes set within the tick, by profile; these count before ``snapshot``.
        snapshot: attributes as they were when the run began (in an export), by row.
    """

    given: GivenOf | None = None
    written: Overlay | None = None
    snapshot: Overlay | None = None
    _columns: dict[Given, pl.Series] = field(default_factory=dict, repr=False)

    def column(self, leaf: Given) -> pl.Series:
        """The values of a leaf that runs know, asked for once.

        Raises:
            RuleError: there are no runs (code ``no-run``).
        """
        found = self._columns.get(leaf)
        if found is None:
            if self.given is None:
                raise RuleError(f"there is no run that knows {'.'.join(leaf.path)}", code="no-run")
            found = self.given(leaf)
            if found.dtype == pl.Null:
                found = found.cast(polars_type(leaf.type))
            self._columns[leaf] = found
        return found

    def replaces(self, attribute: str) -> bool:
        """Whether an attribute may have another value than the store says."""
        return any(overlay is not None and attribute in overlay.values for overlay in (self.written, self.snapshot))

    def replaced(self, attribute: str, profiles: Profiles) -> Replaced | None:
        """The values of an attribute that count in place of those in the store; ``None``: there are none."""
        written = None if self.written is None else self.written.of(attribute, profiles)
        before = None if self.snapshot is None else self.snapshot.of(attribute, profiles)
        if written is None or before is None:
            return written or before
        which = pl.Series(written[0])
        return written[0] | before[0], written[1].zip_with(which, _as(before[1], written[1].dtype))

    def laid_over(self, attribute: str, profiles: Profiles, column: pl.Series) -> pl.Series:
        """The column of an attribute from the store with the values that count in its place."""
        found = self.replaced(attribute, profiles)
        if found is None:
            return column
        which, values = found
        return _as(values, column.dtype).zip_with(pl.Series(which), column)

    def at(self, places: slice | NDArray[np.intp]) -> Beside:
        """What some of the rows read."""
        given = None if self.given is None else lambda leaf: _some(self.column(leaf), places)
        snapshot = None if self.snapshot is None else self.snapshot.at(places)
        return replace(self, given=given, snapshot=snapshot, _columns={})


def _as(values: pl.Series, dtype: pl.DataType) -> pl.Series:
    return values if values.dtype == dtype else fitted(values, type_of_polars(dtype))


def _some(values: pl.Series, places: slice | NDArray[np.intp]) -> pl.Series:
    return values[places] if isinstance(places, slice) else values.gather(pl.Series(places))


#: Nothing but features.
NOTHING = Beside()
