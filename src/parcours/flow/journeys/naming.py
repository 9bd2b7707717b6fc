"""The names that runs keep when their profile is called anew, or becomes part of another one.

The key of a run (journey, number, id of the profile: ``win-back/2/1023``) is known to the world outside: it stands in
the keys of messages, whose outcomes come back by it. So it never changes. A run that was begun under another id than
the one its profile has now is remembered here with the id and the number that it was begun with.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.journeys.slots import Profiles

_SCHEMA = {"journey": pl.String, "profile": pl.Int32, "number": pl.Int32, "name": pl.String, "own": pl.Int32}
_RUN = ["journey", "profile", "number"]
RunNumbers = NDArray[np.int32]


class RunNames:
    """Runs under other names than those of their profiles: few, or none.

    Attributes:
        rows: journey, profile and number of a run; the id (``name``) and the number (``own``) that it was begun with.
    """

    def __init__(self, rows: pl.DataFrame | None = None) -> None:
        self.rows = pl.DataFrame(schema=_SCHEMA) if rows is None else rows

    def keep(self, journey: str, profiles: Profiles, numbers: RunNumbers, names: pl.Series) -> None:
        """These runs were begun as their profiles were called so, but for those that have a name already."""
        columns = {"profile": profiles, "number": numbers, "name": names, "own": numbers}
        fresh = pl.DataFrame(columns).select(pl.lit(journey).alias("journey"), pl.all()).cast(_SCHEMA)  # type: ignore[arg-type]
        fresh = fresh.unique(_RUN, maintain_order=True).join(self.rows, on=_RUN, how="anti", maintain_order="left")
        if fresh.height:
            self.rows = pl.concat([self.rows, fresh])

    def hand_on(self, journey: str, profile: int, into: int, more: int) -> None:
        """All runs of a profile are those of another one, with numbers that are greater by ``more``."""
        mine = (pl.col("journey") == journey) & (pl.col("profile") == profile)
        self.rows = self.rows.with_columns(
            profile=pl.when(mine).then(pl.lit(into, pl.Int32)).otherwise("profile"),
            number=pl.when(mine).then(pl.col("number") + pl.lit(more, pl.Int32)).otherwise("number"),
        )

    def give_back(self, back: pl.DataFrame) -> None:
        """These rows (with ``to``, the profile) are runs of another profile again, numbered as they were."""
        self.rows = self.rows.join(back, on=_RUN, how="anti", maintain_order="left")
        moved = back.select("journey", profile="to", number="own", name="name", own="own")
        self.rows = pl.concat([self.rows, moved.cast(_SCHEMA)])  # type: ignore[arg-type]

    def erase(self, profiles: Profiles) -> None:
        """Forget these profiles."""
        if self.rows.height:
            self.rows = self.rows.filter(~pl.col("profile").is_in(pl.Series(profiles, dtype=pl.Int32).implode()))

    def named(
        self, journeys: pl.Series, profiles: Profiles, numbers: RunNumbers, ids: pl.Series
    ) -> tuple[pl.Series, RunNumbers]:
        """The ids and numbers in the keys of runs, of profiles with these ids."""
        if not self.rows.height:
            return ids, numbers
        which = np.flatnonzero(np.isin(profiles, self.rows["profile"].to_numpy()))
        if not len(which):
            return ids, numbers
        asked = pl.DataFrame(
            {"journey": journeys.gather(pl.Series(which)), "profile": profiles[which], "number": numbers[which]},
            schema={name: _SCHEMA[name] for name in _RUN},
        )
        found = asked.join(self.rows, on=_RUN, how="left", maintain_order="left")
        known = found["own"].is_not_null().to_numpy()
        which, found = which[known], found.filter(pl.Series(known))
        numbers = numbers.copy()
        numbers[which] = found["own"].to_numpy()
        return ids.scatter(which, found["name"]), numbers

    def found(
        self, journeys: pl.Series, names: pl.Series, own: RunNumbers, profiles: Profiles, ids: pl.Series
    ) -> RunNumbers:
        """The numbers of runs by what is in their keys: -1 of those begun under an id that their profile, now called as
        in ``ids``, is not called any more, and not known here."""
        numbers = np.where((names == ids).fill_null(False).to_numpy(), own, -1).astype(np.int32)
        if not self.rows.height:
            return numbers
        asked = pl.DataFrame({"journey": journeys, "profile": profiles, "name": names, "own": own})
        asked = asked.cast({"profile": pl.Int32, "own": pl.Int32})
        found = asked.join(self.rows, on=["journey", "profile", "name", "own"], how="left", maintain_order="left")
        known = found["number"].is_not_null().to_numpy()
        numbers[known] = found["number"].drop_nulls().to_numpy()
        return numbers
