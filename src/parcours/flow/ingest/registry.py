"""The dense number of every profile: 0, 1, 2 … in order of appearance, never reused; and all the ids it goes by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.ingest.hashes import Hashes, SortedRuns, hashed
from parcours.flow.ingest.owners import Owners

Numbers = NDArray[np.int32]
Times = NDArray[np.int64]
_NONE = -1


class ProfileNumbers:
    """External ids (text) <-> dense number (int32). A profile may go by several ids; one of them is what it is called.

    An erased profile leaves its number as a hole: its ids are forgotten, and get a new number when they come
    again. So does a profile that was merged into another, but its ids lead to that one. About 24 bytes per profile
    beside the texts of its ids.

    Attributes:
        applied: how many links were applied (:meth:`apply`).
    """

    def __init__(self, ids: pl.Series | None = None) -> None:
        """``ids`` are the known ids in order of their numbers; null where a profile was erased."""
        self._names = pl.Series("_profile_id", [], pl.String)
        self._runs = SortedRuns(valued=True)
        self._owner, self._main, self._into = _Column(), _Column(), _Column()
        self._parent: dict[int, int] = {}
        self._children: dict[int, list[int]] = {}
        self._shared = Owners()
        self._merges: dict[int, int] = {}
        self.applied = 0
        if ids is not None and len(ids):
            self.append(ids)

    def __len__(self) -> int:
        """How many numbers were given out, holes included."""
        return len(self._main)

    # --- looking up --------------------------------------------------------------------------------

    def numbers(self, ids: pl.Series, times: Times | None = None) -> tuple[Numbers, pl.Series]:
        """The number of each id, giving new numbers to new ids in order of appearance.

        Args:
            ids: external ids.
            times: when something happened under each of them; without it, the latest owner of each counts.

        Returns:
            The numbers, and the new ids in the order of their numbers (the last ``len(new)`` ones).
        """
        keys = hashed(ids)
        places = self._found(ids, keys)
        missing = places < 0
        if not missing.any():
            return self._numbers_at(places, times), self._names.clear()
        absent = ids.filter(pl.Series(missing))
        new = absent.unique(maintain_order=True).alias("_profile_id")
        self.append(new)
        places[missing] = self._found(absent, keys[missing])
        return self._numbers_at(places, times), new

    def known(self, ids: pl.Series, times: Times | None = None) -> Numbers:
        """The number of each id (see :meth:`numbers`), -1 for ids nobody has."""
        return self._numbers_at(self._found(ids, hashed(ids)), times)

    def told_apart(self, ids: pl.Series, times: Times | None = None) -> tuple[Numbers, NDArray[np.bool_] | None]:
        """As :meth:`known`, and which of the ids are not what their profile is called; ``None``: all are."""
        places = self._found(ids, hashed(ids))
        numbers = self._numbers_at(places, times)
        if not self.applied:
            return numbers, None
        others = (numbers >= 0) & (self._main.values[np.maximum(numbers, 0)] != places)
        return numbers, others if others.any() else None

    def ids(self, numbers: Numbers) -> pl.Series:
        """What each profile is called; null for erased profiles and those merged into others."""
        places = self._main.values[numbers]
        if self._parent:
            places = np.where(self._into.values[numbers] == numbers, places, _NONE)
        return self._texts(places)

    def names(self, numbers: Numbers) -> pl.Series:
        """As :meth:`ids`, but for profiles merged into others what they were called."""
        return self._texts(self._main.values[numbers])

    def current(self, numbers: Numbers) -> Numbers:
        """The profile that each of these is part of now: itself, unless it was merged."""
        return self._into.values[numbers]

    def parts(self, number: int) -> Numbers:
        """The numbers of a profile: its own, and those of all that were merged into it."""
        return np.array(self._below(number), np.int32)

    def all_ids(self, number: int) -> list[str]:
        """Every id that leads to this profile now, what it is called first, the others sorted."""
        places = np.flatnonzero(np.isin(self._owner.values, self.parts(number)))
        numbers = self._numbers_at(places.astype(np.int32), None)
        others = {*self._texts(places[numbers == number]).drop_nulls()}
        foreign = [place for place, owner in self._shared.latest() if self._into.values[owner] == number]
        others |= {*self._texts(np.array(foreign, np.int64)).drop_nulls()}
        main = self.ids(np.array([number], np.int32)).drop_nulls().to_list()
        return [*main, *sorted(others.difference(main))]

    def owners_of(self, id_: str) -> list[tuple[int, int]]:
        """Of an id that several profiles have one after the other: since when, and which; else nothing."""
        if not self._shared:
            return []
        place = int(self._found(pl.Series([id_]), hashed(pl.Series([id_])))[0])
        return [(since, int(self._into.values[owner])) for since, owner in self._shared.of(place)]

    def every_id(self, numbers: Numbers) -> pl.Series:
        """All ids of these profiles, in no order."""
        if not self.applied:
            return self.ids(numbers)
        places = np.arange(len(self._names), dtype=np.int32)
        return self._texts(places[np.isin(self._numbers_at(places, None), numbers)]).drop_nulls()

    def is_merged(self, number: int) -> bool:
        """Whether this profile is part of another one."""
        return number in self._parent

    def merges_of(self, number: int) -> int:
        """How often this profile was merged into another one."""
        return self._merges.get(number, 0)

    def _numbers_at(self, places: NDArray[np.int32], times: Times | None) -> Numbers:
        if not len(self._owner):
            return np.full(len(places), _NONE, np.int32)
        owners = self._owner.values[np.maximum(places, 0)]
        if self._shared:
            self._shared.correct(places, times, owners)
        if self._parent:
            owners = self._into.values[owners]
        owners[places < 0] = _NONE
        return owners

    def _texts(self, places: NDArray[Any]) -> pl.Series:
        if not len(self._names):
            return pl.Series("_profile_id", [None] * len(places), pl.String)
        if len(places) and int(places.min()) < 0:
            return self._names.gather(pl.Series(places).set(pl.Series(places < 0), None))
        return self._names.gather(places)

    # --- changing ----------------------------------------------------------------------------------

    def append(self, new: pl.Series) -> None:
        """Give the next numbers to these ids, all unknown so far; a null leaves a hole."""
        start = len(self._main)
        numbers = np.arange(start, start + len(new), dtype=np.int32)
        places = self._add(new, numbers)
        self._main.extend(np.where(new.is_not_null().to_numpy(), places, _NONE))
        self._into.extend(numbers)

    def _add(self, names: pl.Series, owners: Numbers) -> NDArray[np.int32]:
        """More names, of these profiles; their places."""
        places = np.arange(len(self._names), len(self._names) + len(names), dtype=np.int32)
        if len(self._names):
            self._names.extend(names.cast(pl.String))
        else:
            self._names = names.cast(pl.String).alias("_profile_id").rechunk()
        self._owner.extend(owners)
        known = np.flatnonzero(names.is_not_null().to_numpy())
        self._runs.add(hashed(names)[known], places[known])
        return places

    def apply(self, links: pl.DataFrame) -> None:
        """Take over links, with ``LINK_COLUMNS``, in order. The profiles that they name have their numbers."""
        self._learn(links.filter(pl.col("kind").is_in(["main", "alias", "since"])))
        named = self._found(links["id"], hashed(links["id"])).tolist()
        times = links["_time"].to_physical().to_list()
        rows = zip(links["kind"], links["_profile"], links["_into"], named, times, strict=True)
        for kind, number, into, place, time in rows:
            match kind:
                case "main":
                    self._main.values[number] = place
                case "since":
                    self._shared.put(place, time, number, int(self._owner.values[place]))
                case "merge":
                    self._merges[number] = self._merges.get(number, 0) + 1
                    self._parent[number] = into
                    self._children.setdefault(into, []).append(number)
                    self._into.values[self._below(number)] = self._into.values[into]
                case "unmerge" if number in self._parent:
                    self._children[self._parent.pop(number)].remove(number)
                    self._into.values[self._below(number)] = number
        self.applied += links.height

    def _learn(self, links: pl.DataFrame) -> None:
        """Names that are new, each of the profile that gets it first."""
        unknown = pl.Series(self._found(links["id"], hashed(links["id"])) < 0)
        fresh = links.filter(unknown).unique("id", keep="first", maintain_order=True)
        if fresh.height:
            self._add(fresh["id"], fresh["_profile"].to_numpy())

    def _below(self, number: int) -> list[int]:
        """A number and all that lead to it."""
        found = [number]
        for each in found:  # grows as it goes
            found += self._children.get(each, ())
        return found

    def forget(self, numbers: Numbers) -> None:
        """Erase these profiles: their ids are gone, their numbers stay unused. Of profiles that were merged into one
        another all have to be named (:meth:`parts`)."""
        if not len(numbers):
            return
        gone = np.asarray(numbers, np.int64)
        self._into.values[gone] = gone
        self._main.values[gone] = _NONE
        for number in gone.tolist() if self._parent else ():
            self._parent.pop(number, None)
            self._children.pop(number, None)
        for place, owner in self._shared.forget(gone).items():
            self._owner.values[place] = owner
        places = np.flatnonzero(np.isin(self._owner.values, gone))
        if len(places):
            self._names = self._names.scatter(places, None)

    # --- snapshots ---------------------------------------------------------------------------------

    def dump(self) -> dict[str, pl.DataFrame]:
        """Everything as frames; :meth:`load` reads them back."""
        pairs = {"_profile": [*self._parent], "into": [*self._parent.values()]}
        counts = {"_profile": [*self._merges], "count": [*self._merges.values()]}
        return {
            "names": pl.DataFrame({"_profile_id": self._names, "owner": self._owner.values}),
            "numbers": pl.DataFrame({"main": self._main.values, "into": self._into.values}),
            "parents": pl.DataFrame(pairs, schema={"_profile": pl.Int32, "into": pl.Int32}),
            "merges": pl.DataFrame(counts, schema={"_profile": pl.Int32, "count": pl.Int32}),
            "shared": self._shared.dump(),
            "applied": pl.DataFrame({"applied": [self.applied]}),
        }

    @staticmethod
    def load(parts: Mapping[str, pl.DataFrame]) -> ProfileNumbers:
        """The inverse of :meth:`dump`."""
        register = ProfileNumbers()
        names, numbers = parts["names"], parts["numbers"]
        register._add(names["_profile_id"], names["owner"].to_numpy())
        register._main.extend(numbers["main"].to_numpy())
        register._into.extend(numbers["into"].to_numpy())
        register._parent = dict(parts["parents"].iter_rows())
        for number, into in register._parent.items():
            register._children.setdefault(into, []).append(number)
        register._merges = dict(parts["merges"].iter_rows())
        register._shared = Owners.load(parts["shared"])
        register.applied = int(parts["applied"]["applied"][0])
        return register

    @property
    def is_somebody(self) -> NDArray[np.bool_]:
        """Per number whether it is a profile: neither erased nor merged into another."""
        numbers = np.arange(len(self), dtype=np.int32)
        found: NDArray[np.bool_] = (self._main.values != _NONE) & (self._into.values == numbers)
        return found

    # --- by hash -----------------------------------------------------------------------------------

    def _found(self, ids: pl.Series, keys: Hashes) -> NDArray[np.int32]:
        """Places of names by hash, each confirmed by comparing the text."""
        places = self._runs.first_value(keys)
        hit = places >= 0
        if not hit.any():
            return places
        held = self._names.gather(np.where(hit, places, 0))
        wrong = hit & ~(held == ids).fill_null(False).to_numpy()
        if wrong.any():
            # rare: two ids with one hash, or an id that was erased before
            texts = ids.filter(pl.Series(wrong))
            places[wrong] = [self._among(key, text) for key, text in zip(keys[wrong], texts, strict=True)]
        return places

    def _among(self, key: np.uint64, text: str | None) -> int:
        candidates = self._runs.all_values(key)
        held: Collection[str | None] = self._names.gather(candidates).to_list()
        pairs = zip(candidates, held, strict=True)
        return next((int(place) for place, name in pairs if name is not None and name == text), _NONE)


class _Column:
    """An array of int32 that grows."""

    def __init__(self) -> None:
        self._held = np.empty(0, np.int32)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def values(self) -> NDArray[np.int32]:
        """What it holds; to be written to as well."""
        return self._held[: self._size]

    def extend(self, more: NDArray[Any]) -> None:
        size = self._size + len(more)
        if size > len(self._held):
            held = np.empty(size + size // 4, np.int32)
            held[: self._size] = self.values
            self._held = held
        self._held[self._size : size] = more
        self._size = size
