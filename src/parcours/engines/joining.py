"""What links between ids mean: which profiles get which ids, which become one, and what moves with that.

Links apply in order, each to what the ones before it left (decision 023):

- ``into`` is new and ``id`` is known: the profile of ``id`` is called ``into`` from now on. Nothing moves.
- ``id`` is new: it is one more id of the profile of ``into``, which is made when it is new, too.
- Both lead to one profile: nothing happens.
- They lead to two: the profile of ``id`` becomes part of that of ``into``. But where a visitor's id (``identify``) was
  joined to somebody before, and so is not what the profile is called, two people share a device: what happens under
  ``id`` from the time of the link on is that of ``into``, and nothing else changes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.facts import INSTANT, LINK_COLUMNS, NEW_PROFILE_COLUMNS, EventBatch, empty
from parcours.flow.ingest.arrivals import Arrivals
from parcours.flow.ingest.owners import ALWAYS
from parcours.flow.ingest.registry import ProfileNumbers
from parcours.store.log import Log

#: One row of ``LINK_COLUMNS``.
Row = tuple[str, int, int | None, str | None, str | None, str | None, int, str | None, str | None]
Profiles = NDArray[np.int32]


@dataclass(slots=True)
class Joined:
    """What links came to.

    Attributes:
        links: with ``LINK_COLUMNS``.
        born: profiles that exist because of a link; with ``NEW_PROFILE_COLUMNS``.
        moved: events that change hands, with a column ``WAS``.
        changes: attributes that come over, and that go; as profile changes with numbers. Before all others.
    """

    links: pl.DataFrame = field(default_factory=lambda: empty(LINK_COLUMNS))
    born: pl.DataFrame = field(default_factory=lambda: empty(NEW_PROFILE_COLUMNS))
    moved: tuple[EventBatch, ...] = ()
    changes: pl.DataFrame | None = None


def join(
    arrivals: Arrivals, register: ProfileNumbers, log: Log, now: int, durable: Callable[[], None] = lambda: None
) -> Joined:
    """Take over the links and separations that arrived; the register knows of them then.

    Args:
        arrivals: what arrived; events that are corrected by it do not move.
        register: who is who.
        log: holds everything of the ticks before, once ``durable`` was called.
        now: stands for the missing time of a link.
        durable: called before the log is read.
    """
    found = Joined()
    corrected = _corrected(arrivals)
    if len(arrivals.unmerged):
        durable()
        for merge in dict.fromkeys(arrivals.unmerged.to_list()):
            _separate(found, merge, register, log, now, corrected)
    if arrivals.links.height:
        desk = _Desk(register, now)
        desk.take(arrivals.links)
        if desk.rows:
            links, found.born = desk.links(), desk.born()
            found.links = pl.concat([found.links, links])
            register.append(found.born["_profile_id"])
            register.apply(links)
        if desk.gone:
            if not len(arrivals.unmerged):
                durable()
            _unite(found, desk.gone, register, log, now, corrected)
    return found


class _Desk:
    """Goes through links one after the other; keeps in mind what each changes."""

    def __init__(self, register: ProfileNumbers, now: int) -> None:
        self.rows: list[Row] = []
        self.gone: list[tuple[int, int]] = []
        self._register, self._now = register, now
        self._first = len(register)
        self._new: list[tuple[str, int]] = []
        self._number: dict[str, int] = {}
        self._called: dict[int, str] = {}
        self._into: dict[int, int] = {}
        self._owners: dict[str, list[tuple[int, int]]] = {}

    def take(self, links: pl.DataFrame) -> None:
        """Decide about all of these, in order."""
        times = links["_time"].cast(INSTANT).to_physical().fill_null(self._now)
        links = links.with_columns(times.alias("_time"))
        links = self._told(links)
        if links.height:
            self._look_up(links)
            for row in links.select("id", "into", "_time", "kind", "message_id").iter_rows():
                self._decide(*row)

    def _told(self, links: pl.DataFrame) -> pl.DataFrame:
        """Those that may change something, each once."""
        links = links.filter(
            pl.col("id").is_not_null() & pl.col("into").is_not_null() & (pl.col("id") != pl.col("into"))
        ).filter((pl.col("id") != "") & (pl.col("into") != ""))
        links = links.unique(["id", "into", "_time", "kind"], keep="first", maintain_order=True)
        if not links.height:
            return links
        at = links["_time"].to_numpy()
        one, other = self._register.known(links["id"], at), self._register.known(links["into"], at)
        same = (one == other) & (one >= 0)
        if same.any() and not same.all():  # another link may separate the two again
            changing = pl.concat([links["id"], links["into"]]).filter(pl.Series(np.tile(~same, 2)))
            same &= ~links["id"].is_in(changing.implode()).to_numpy()
            same &= ~links["into"].is_in(changing.implode()).to_numpy()
        return links.filter(pl.Series(~same))

    def _look_up(self, links: pl.DataFrame) -> None:
        ids = pl.concat([links["id"], links["into"]]).unique(maintain_order=True)
        numbers = self._register.known(ids)
        self._number = dict(zip(ids.to_list(), numbers.tolist(), strict=True))
        somebody = np.unique(numbers[numbers >= 0])
        self._called = dict(zip(somebody.tolist(), self._register.ids(somebody).to_list(), strict=True))

    def _find(self, id_: str, time: int | None = None) -> int:
        number, owners = self._number[id_], self._owners_of(id_) if time is not None else []
        if owners and time is not None:
            number = owners[bisect_right(owners, time, key=lambda pair: pair[0]) - 1][1]
        while number in self._into:
            number = self._into[number]
        return number

    def _owners_of(self, id_: str) -> list[tuple[int, int]]:
        if id_ not in self._owners:
            self._owners[id_] = self._register.owners_of(id_)
        return self._owners[id_]

    def _name(self, number: int) -> str:
        if number not in self._called:
            self._called[number] = self._register.ids(np.array([number], np.int32))[0]
        return self._called[number]

    def _decide(self, id_: str, into: str, time: int, kind: str, message: str | None) -> None:
        device = kind == "identify"
        a, b = self._find(id_, time if device else None), self._find(into)
        if a == b and a >= 0:
            return
        taken = device and a >= 0 and self._name(a) != id_
        if b < 0 and (a < 0 or taken):
            b = self._make(into, time)
        if b < 0:
            was, self._called[a], self._number[into] = self._name(a), into, a
            self._note("main", a, None, into, was, None, time, kind, message)
        elif a < 0:
            self._number[id_] = b
            self._note("alias", b, None, id_, None, None, time, kind, message)
        elif taken:
            self._share(id_, b, time)
            self._note("since", b, None, id_, None, None, time, kind, message)
        else:
            self._merge(a, b, time, kind, message)

    def _share(self, id_: str, owner: int, time: int) -> None:
        owners = self._owners_of(id_)
        if not owners:
            owners.append((ALWAYS, self._number[id_]))
        at = bisect_right(owners, time, key=lambda pair: pair[0])
        owners.insert(at, (time, owner))
        self._number[id_] = owners[-1][1]

    def _make(self, name: str, time: int) -> int:
        number = self._first + len(self._new)
        self._new.append((name, time))
        self._number[name], self._called[number] = number, name
        return number

    def _merge(self, a: int, b: int, time: int, kind: str, message: str | None) -> None:
        merge = f"{a}.{self._register.merges_of(a) + 1}"
        self._into[a] = b
        self.gone.append((a, b))
        self._note("merge", a, b, None, self._name(a), merge, time, kind, message)

    def _note(self, *row: object) -> None:
        self.rows.append(row)  # type: ignore[arg-type]

    def links(self) -> pl.DataFrame:
        """What was decided, with ``LINK_COLUMNS``."""
        return _links(self.rows)

    def born(self) -> pl.DataFrame:
        """Profiles that are made, in order of their numbers."""
        numbers = np.arange(self._first, self._first + len(self._new), dtype=np.int32)
        names, times = [name for name, _ in self._new], [time for _, time in self._new]
        columns = {"_profile": pl.Series(numbers), "_profile_id": names, "_time": pl.Series(times, dtype=pl.Int64)}
        return pl.DataFrame(columns).cast(NEW_PROFILE_COLUMNS)  # type: ignore[arg-type]


def _links(rows: Sequence[Row]) -> pl.DataFrame:
    schema = {**LINK_COLUMNS, "_time": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").cast({"_time": INSTANT})


# --- what moves --------------------------------------------------------------------------------------------


def _unite(
    found: Joined,
    gone: Sequence[tuple[int, int]],
    register: ProfileNumbers,
    log: Log,
    now: int,
    corrected: Mapping[str, Collection[str]],
) -> None:
    """Events of profiles that are gone, and attributes that only they have, come over."""
    known = log.profile_count()
    parts = np.array([a for a, _ in gone if a < known], np.int32)
    if not len(parts):
        return
    now_of = dict(zip(parts.tolist(), register.current(parts).tolist(), strict=True))
    hands = pl.col("_profile").replace_strict([*now_of], [*now_of.values()], return_dtype=pl.Int32)
    batches = [EventBatch(b.type, b.rows.with_columns(hands)) for b in log.events_of(now_of)]
    found.moved += tuple(_uncorrected(batches, corrected))
    order: dict[int, list[int]] = {}  # whose attributes win, by the profile that each is part of in the end
    for a, b in gone:
        order.setdefault(b, [b]).extend(order.pop(a, [a]))
    changes = log.changes_of([number for numbers in order.values() for number in numbers if number < known])
    _add_changes(found, [*_coming_over(changes, order), *_cleared(changes, parts.tolist(), now)])


def _separate(
    found: Joined,
    merge: str,
    register: ProfileNumbers,
    log: Log,
    now: int,
    corrected: Mapping[str, Collection[str]],
) -> None:
    """A profile that was merged comes back, with all that was its own."""
    known = log.merge_of(merge)
    if known is None or not register.is_merged(known[0]):
        return
    number, tick = known
    whole = int(register.current(np.array([number], np.int32))[0])
    row: Row = ("unmerge", number, whole, None, None, merge, now, "asked", None)
    links = _links([row])
    register.apply(links)
    found.links = pl.concat([found.links, links])
    batches = log.events_to_give_back(number, tick, whole, register.all_ids(number))
    hands = pl.lit(number, pl.Int32).alias("_profile")
    found.moved += tuple(_uncorrected([EventBatch(b.type, b.rows.with_columns(hands)) for b in batches], corrected))
    changes = log.changes_of([number, whole])
    before = changes.filter(pl.col("_tick") < tick)
    own = _values(before.filter(pl.col("_profile") == number))
    taken = own.keys() - _values(before.filter(pl.col("_profile") == whole)).keys()
    since = changes.filter((pl.col("_profile") == whole) & (pl.col("_tick") >= tick))
    kept = {name for name in taken if since["_set"].list.contains(name).sum() > 1}  # changed since then
    _add_changes(
        found,
        [
            *_as_rows(before.filter(pl.col("_profile") == number), own, number),
            *_nulls(changes, whole, taken - kept, now),
        ],
    )


def _corrected(arrivals: Arrivals) -> dict[str, Collection[str]]:
    """Ids of events that are deleted (under a blank type) or replaced, by type."""
    found: dict[str, Collection[str]] = {"": set(arrivals.deleted.to_list())}
    return found | {name: set(rows["_event_id"].to_list()) for name, rows in arrivals.replaced.items()}


def _uncorrected(batches: Sequence[EventBatch], corrected: Mapping[str, Collection[str]]) -> Iterator[EventBatch]:
    for batch in batches:
        ids = [*corrected[""], *corrected.get(batch.type, ())]
        rows = batch.rows.filter(~pl.col("_event_id").is_in(ids)) if ids else batch.rows
        if rows.height:
            yield EventBatch(batch.type, rows)


# --- attributes --------------------------------------------------------------------------------------------


def _values(changes: pl.DataFrame) -> dict[str, int]:
    """The attributes that have a value after these changes of one profile, and the row that set each."""
    found: dict[str, int] = {}
    for row, names in enumerate(changes["_set"].to_list()):
        for name in names:
            if changes[name][row] is None:
                found.pop(name, None)
            else:
                found[name] = row
    return found


def _coming_over(changes: pl.DataFrame, order: Mapping[int, Sequence[int]]) -> Iterator[pl.DataFrame]:
    """What profiles have that become part of others which have no such attribute, with the times it was set at."""
    for whole, numbers in order.items():
        had: set[str] = set()
        for number in numbers:
            rows = changes.filter(pl.col("_profile") == number)
            values = _values(rows)
            if number != whole:
                yield from _as_rows(rows, {name: row for name, row in values.items() if name not in had}, whole)
            had |= values.keys()


def _as_rows(changes: pl.DataFrame, values: Mapping[str, int], profile: int) -> Iterator[pl.DataFrame]:
    """These values, by the rows that set them, as changes of a profile."""
    for row in sorted(set(values.values())):
        names = [name for name, where in values.items() if where == row]
        yield changes[row].select(
            pl.lit(profile, pl.Int32).alias("_profile"), "_time", pl.lit(pl.Series([names])).alias("_set"), *names
        )


def _cleared(changes: pl.DataFrame, gone: Sequence[int], now: int) -> Iterator[pl.DataFrame]:
    """Profiles that are gone have no attributes any more."""
    for number in gone:
        values = _values(changes.filter(pl.col("_profile") == number))
        yield from _nulls(changes, number, values.keys(), now)


def _nulls(changes: pl.DataFrame, profile: int, names: Collection[str], now: int) -> Iterator[pl.DataFrame]:
    if names:
        head = {"_profile": pl.Series([profile], dtype=pl.Int32), "_time": pl.Series([now]).cast(INSTANT)}
        blank = {name: pl.Series([None], dtype=changes.schema[name]) for name in sorted(names)}
        yield pl.DataFrame({**head, "_set": [sorted(names)], **blank})


def _add_changes(found: Joined, parts: Sequence[pl.DataFrame]) -> None:
    known = [] if found.changes is None else [found.changes]
    if parts:
        found.changes = pl.concat([*known, *parts], how="diagonal_relaxed")
