"""The segments as a list to look through: thousands of them, found, sorted and counted within milliseconds.

What follows from a definition is worked out once for each of its revisions.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import polars as pl

from parcours.core.errors import InputError, nearest
from parcours.kernel.keys import Key, needed
from parcours.kernel.narrow import narrowed
from parcours.service.definitions import ACTIVE, method_in, referred, rule_of
from parcours.service.reporting.movements import Keeper, Movements
from parcours.store.catalogue import Definition, State

if TYPE_CHECKING:
    from parcours.service.wiring import Parts

#: States that a list may be asked for.
StateName: TypeAlias = Literal["draft", "published", "inactive", "deleted"]
UNDELETED: tuple[StateName, ...] = ("draft", "published", "inactive")
_LISTED: dict[str, Any] = {
    "segment": pl.String,
    "name": pl.String,
    "description": pl.String,
    "state": pl.String,
    "version": pl.Int64,
    "method": pl.String,
    "features": pl.Int64,
    "shared_features": pl.Int64,
    "used_by": pl.Int64,
}
#: In this order; what stood there first stays first.
COLUMNS = (
    "segment", "name", "state", "version", "members", "entries", "exits", "last_change", "description", "method",
    "features", "shared_features", "used_by", "trend",
)  # fmt: skip
_SORTED = tuple(name for name in COLUMNS if name != "trend")
#: With more definitions than this that have changed, all are read at once.
_FEW = 40


@dataclass(frozen=True, slots=True)
class _Seen:
    """What follows from one version of a definition."""

    name: str
    description: str
    method: str
    keys: frozenset[Key]
    refers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Uses:
    """What is kept for a segment, what of it others read, too, and who refers to it."""

    features: int
    shared_features: int
    used_by: list[str]


class Listing:
    """Makes the list. Used from any thread."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str, int], _Seen] = {}  # by kind, id and version
        self._width = 0  # of the schema by which rules were read
        self._keeper: Keeper | None = None

    def movements(self) -> Movements:
        """What moved until now."""
        with self._lock:
            if self._keeper is None:
                self._keeper = Keeper(self._parts.log, self._parts.settings.zone)
        return self._keeper.now()

    def rows(self, search: str | None, states: Sequence[str], sort: str) -> pl.DataFrame:
        """See :meth:`parcours.service.segments.Segments.list`.

        Raises:
            InputError: ``unknown-order``.
        """
        column, descending = sort.lstrip("-"), sort.startswith("-")
        if column not in _SORTED:
            raise InputError(
                f"nothing is ordered by {column!r}",
                code="unknown-order",
                where="sort",
                hint=nearest(column, _SORTED) or "a column, or one with - in front of it",
            )
        moved = self.movements()
        with self._lock:
            found = pl.DataFrame(list(self._each(states)), schema=_LISTED, orient="row")
        if search:
            folded = pl.concat_str("segment", "name", "description", separator="\n").str.to_lowercase()
            found = found.filter(folded.str.contains(search.lower(), literal=True))
        found = found.join(moved.totals, on="segment", how="left", maintain_order="left").with_columns(
            pl.col("entries", "exits").fill_null(0)
        )
        found = found.with_columns(members=pl.col("entries") - pl.col("exits"))
        key = pl.col(column).str.to_lowercase() if found.schema[column] == pl.String else pl.col(column)
        found = found.sort(key, "segment", descending=[descending, False], nulls_last=True)
        return found.with_columns(moved.trends(found["segment"])).select(*COLUMNS)

    def _each(self, states: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """A row for each segment in one of these states."""
        rows = self._rows()
        self._look_at(rows)
        running = {id: self._of("segment", id, version) for id, state, _, version in rows if state == State.PUBLISHED}
        users = self._users(running)
        read = Counter(key for seen in running.values() for key in seen.keys)
        for id, state, version, _ in rows:
            if state not in states:
                continue
            seen = self._of("segment", id, version)
            own = running[id].keys if id in running else frozenset[Key]()
            shared = sum(read[key] > (key in own) for key in seen.keys)
            yield id, seen.name, seen.description, state, version, seen.method, len(seen.keys), shared, users[id]

    def uses(self, segment: str) -> Uses:
        """What the newest version of a segment takes, and the definitions in use that refer to it, in words."""
        with self._lock:
            rows = self._rows()
            self._look_at(rows)
            running = {id: self._of("segment", id, one) for id, state, _, one in rows if state == State.PUBLISHED}
            segments = [id for id, seen in running.items() if id != segment and segment in seen.refers]
            journeys = sorted({id for id, seen in self._in_journeys() if segment in seen.refers})
            keys = next(self._of("segment", id, newest).keys for id, _, newest, _ in rows if id == segment)
            others = {key for id, seen in running.items() if id != segment for key in seen.keys}
        used_by = [*(f"journey {id!r}" for id in journeys), *(f"segment {id!r}" for id in segments)]
        return Uses(len(keys), len(keys & others), used_by)

    def _users(self, running: dict[str, _Seen]) -> Counter[str]:
        """How many definitions in use refer to each segment."""
        users = Counter(other for id, seen in running.items() for other in seen.refers if other != id)
        journeys: dict[str, set[str]] = {}
        for id, seen in self._in_journeys():
            journeys.setdefault(id, set()).update(seen.refers)
        for refers in journeys.values():
            users.update(refers)
        return users

    def _in_journeys(self) -> Iterator[tuple[str, _Seen]]:
        """The versions of journeys in which somebody may be, by id."""
        for id, statuses in self._parts.catalogue.statuses("journey").items():
            for number, status in statuses.items():
                if status in ACTIVE:
                    yield id, self._of("journey", id, number)

    # --- definitions -------------------------------------------------------------------------------------

    def _rows(self) -> list[tuple[str, str, int, int]]:
        """Id, state, newest version and published version."""
        heads = self._parts.catalogue.heads("segment")
        return [(one.id, one.state, one.version, one.published_version or one.version) for one in heads]

    def _look_at(self, rows: list[tuple[str, str, int, int]]) -> None:
        """Read the definitions that were not seen, all at once where there are many."""
        width = sum(map(len, self._parts.log.schema.events.values())) + len(self._parts.log.schema.events)
        if width != self._width:  # what rules read of events of any type depends on it
            self._seen, self._width = {}, width
        missing = [id for id, _, version, running in rows if not self._knows(id, version, running)]
        if len(missing) > _FEW:
            catalogue = self._parts.catalogue
            for found in (*catalogue.list("segment", list(State)), *catalogue.published("segment")):
                self._note(found)

    def _knows(self, id: str, *versions: int) -> bool:
        return all(("segment", id, version) in self._seen for version in versions)

    def _of(self, kind: str, id: str, version: int) -> _Seen:
        found = self._seen.get((kind, id, version))
        return self._note(self._parts.catalogue.get(kind, id, version)) if found is None else found

    def _note(self, found: Definition) -> _Seen:
        place = found.kind, found.id, found.version
        if place not in self._seen:
            self._seen[place] = self._segment(found) if found.kind == "segment" else _other(found)
        return self._seen[place]

    def _segment(self, found: Definition) -> _Seen:
        source: Any = found.body["source"]
        keys = frozenset(needed(narrowed(rule_of(found), self._parts.log.schema)))
        described = str(source.get("description") or "")
        return _Seen(found.name, described, method_in(found.body).kind, keys, frozenset(referred(found)))


def _other(found: Definition) -> _Seen:
    return _Seen(found.name, "", "", frozenset(), frozenset(referred(found)))
