"""Runs of one journey as columns: a slot per place where somebody is, or last was.

A slot belongs to a key: a profile, or (with a supplemental identifier, or where runs may go on side by side) one of
several keys of a profile. It holds the newest run of its key, and after the end of that run what the re-entry rule
has to remember, for ever (journeys.md, section 21, line 8). A run that forks takes further slots, one per branch,
and gives them back as the branches end.

All slots of a profile form a chain from the newest one backwards, so that everybody who hears an event is found
with as many lookups as the longest chain of the profiles in question is long: one, nearly always.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.journeys.activities.base import NEVER

Slots = NDArray[np.int32]
Instants = NDArray[np.int64]
Profiles = NDArray[np.int32]
Scalar = TypeVar("Scalar", bound=np.generic)

#: Above every number of laps.
MOST_LAPS = 100_000
#: What a change of membership can be.
DIRECTIONS = ("enter", "exit")
#: How runs begin, by :attr:`RunTable.via`.
WAYS = ("enter", "exit", "event", "read", "business_event", "jump", "call")
#: :attr:`RunTable.entered` of runs that are as if they had never been: those of a test that is over.
FORGOTTEN = int(np.iinfo(np.int64).min) // 4
#: How runs end, by :attr:`RunTable.status`; the first says that the run goes on, or that there never was one.
ENDS = ("", "finished", "error", "timed_out", "instance_timed_out", "stopped", "exited")
#: Why a run stands before an activity that has not been done, by :attr:`RunTable.held`.
HOLDS = ("", "pause", "quiet_hours", "calling", "child")
#: :attr:`RunTable.place` of a run that has ended, :attr:`RunTable.profile` of an unused slot, end of a chain.
NONE = -1
#: :attr:`RunTable.winner` of a run that is due because its maximum stay is over, or because it is let go.
STAY_OVER, RELEASE = -2, -3

_COLUMNS: dict[str, tuple[type[np.generic], int]] = {
    "profile": (np.int32, NONE),
    "version": (np.int16, 0),
    "place": (np.int16, NONE),
    "last": (np.int16, NONE),
    "arrived": (np.int64, 0),
    "due": (np.int64, NEVER),
    "winner": (np.int8, 0),
    "number": (np.int32, 0),
    "entered": (np.int64, 0),
    "ended": (np.int64, NEVER),
    "status": (np.int8, 0),
    "via": (np.int8, 0),
    "held": (np.int8, 0),
    "laps": (np.int16, 0),
    "path": (np.int64, 0),
    "root": (np.int32, NONE),
    "older": (np.int32, NONE),
    "supplement": (np.int32, NONE),
    "caller": (np.int32, NONE),
    "calling": (np.int16, NONE),
    "waited": (np.int8, 0),
}
#: What a branch has of the run that it is of.
_OF_BRANCHES = (
    "version", "number", "entered", "ended", "via", "laps", "path", "root", "last", "supplement", "waited",
)  # fmt: skip


class RunTable:
    """Columns by slot. Read and write them with arrays of slots.

    Attributes:
        profile: dense number of the profile.
        version: index of the version the run is in.
        place: index of the place where the run stands, or :data:`NONE`.
        last: the place before; of a run that has ended the one where it ended.
        arrived: instant of arrival there.
        due: instant at which it leaves by itself, or ``NEVER``.
        winner: which activity of a race is due then, or :data:`STAY_OVER`, or :data:`RELEASE`.
        number: 1 for the first run of the profile in this journey, 2 for the second …
        entered, ended: instants of entry and end; ``ended`` is ``NEVER`` while the run is inside.
        status: how the run ended, an index into :data:`ENDS`.
        via: how the run began, an index into :data:`WAYS`.
        held: what holds it before the activity, an index into :data:`HOLDS`.
        laps: how often it went back in loops.
        path: by which forks a branch came about; 0 of the run itself.
        root: the slot of the run, which is the slot itself but for branches.
        older: the next slot of the same profile.
        supplement: number of the supplemental identifier.
        calling, caller: number of the journey, and slot there, that goes on when this run ends; or :data:`NONE`.
        waited: whether it has waited somewhere, so that it sees current values, not those of the read it came by (R17).
    """

    profile: NDArray[np.int32]
    version: NDArray[np.int16]
    place: NDArray[np.int16]
    last: NDArray[np.int16]
    arrived: NDArray[np.int64]
    due: NDArray[np.int64]
    winner: NDArray[np.int8]
    number: NDArray[np.int32]
    entered: NDArray[np.int64]
    ended: NDArray[np.int64]
    status: NDArray[np.int8]
    via: NDArray[np.int8]
    held: NDArray[np.int8]
    laps: NDArray[np.int16]
    path: NDArray[np.int64]
    root: NDArray[np.int32]
    older: NDArray[np.int32]
    supplement: NDArray[np.int32]
    caller: NDArray[np.int32]
    calling: NDArray[np.int16]
    waited: NDArray[np.int8]

    def __init__(self) -> None:
        self.size = 0
        for name, (kind, _) in _COLUMNS.items():
            setattr(self, name, np.empty(0, kind))
        self._newest: Slots = np.full(0, NONE, np.int32)
        self._free: list[int] = []
        self._supplements: dict[str, int] = {}

    # --- finding -----------------------------------------------------------------------------------

    def newest_of(self, profiles: Profiles) -> Slots:
        """The first slot in the chain of each profile, or :data:`NONE`."""
        known = profiles < len(self._newest)
        if known.all():
            return self._newest[profiles]
        slots = np.full(len(profiles), NONE, np.int32)
        slots[known] = self._newest[profiles[known]]
        return slots

    def chains(self, profiles: Profiles) -> Iterator[tuple[NDArray[np.intp], Slots]]:
        """All slots of these profiles: pieces of positions among ``profiles`` and slots."""
        slots = self.newest_of(profiles)
        rows = np.flatnonzero(slots != NONE)
        slots = slots[rows]
        while len(rows):
            yield rows, slots
            slots = self.older[slots]
            more = slots != NONE
            rows, slots = rows[more], slots[more]

    def slots_of(self, profiles: Profiles) -> tuple[NDArray[np.intp], Slots]:
        """All slots of these profiles at once, see :meth:`chains`."""
        pieces = [*self.chains(profiles)]
        if not pieces:
            return np.empty(0, np.intp), np.empty(0, np.int32)
        if len(pieces) == 1:
            return pieces[0]
        return np.concatenate([rows for rows, _ in pieces]), np.concatenate([slots for _, slots in pieces])

    def inside(self) -> Slots:
        """Slots where somebody stands."""
        return np.flatnonzero(self.place[: self.size] != NONE).astype(np.int32)

    def are_inside(self, profiles: Profiles) -> NDArray[np.bool_]:
        """Which of these profiles stand somewhere."""
        inside = np.zeros(len(profiles), np.bool_)
        for rows, slots in self.chains(profiles):
            inside[rows[self.place[slots] != NONE]] = True
        return inside

    def since(self, profiles: Profiles) -> Instants:
        """When the oldest run of each profile entered that is inside, or ``NEVER``."""
        since = np.full(len(profiles), NEVER, np.int64)
        for rows, slots in self.chains(profiles):
            entered = np.where(self.place[slots] == NONE, NEVER, self.entered[slots])
            since[rows] = np.minimum(since[rows], entered)
        return since

    def numbers_of(self, profiles: Profiles) -> NDArray[np.int32]:
        """How many runs each profile has begun."""
        numbers = np.zeros(len(profiles), np.int32)
        for rows, slots in self.chains(profiles):
            numbers[rows] = np.maximum(numbers[rows], self.number[slots])
        return numbers

    def branches(self, roots: Slots) -> Slots:
        """The slots where these runs stand, branches included; runs that never forked stand in their own."""
        rows, slots = self.slots_of(self.profile[roots])
        mine = (self.root[slots] == roots[rows]) & (self.place[slots] != NONE)
        return np.unique(slots[mine])

    def forked(self, slots: Slots) -> NDArray[np.bool_]:
        """Whether the run of each slot stands in other slots, too."""
        found = np.zeros(len(slots), np.bool_)
        for rows, other in self.chains(self.profile[slots]):
            mine = (self.root[other] == self.root[slots[rows]]) & (other != slots[rows]) & (self.place[other] != NONE)
            found[rows[mine]] = True
        return found

    def at_rest(self, slots: Slots) -> NDArray[np.bool_]:
        """Whether the run of each slot has ended, with all its branches, or there never was one."""
        rest: NDArray[np.bool_] = (self.ended[slots] != NEVER) | (self.number[slots] == 0)
        return rest

    # --- beginning and ending ----------------------------------------------------------------------

    def slots_for(
        self,
        profiles: Profiles,
        supplements: NDArray[np.int32] | None = None,
        versions: NDArray[np.bool_] | None = None,
    ) -> Slots:
        """The slot of each key, each at most once: one that is at rest, or a new one.

        ``versions``: by index whether slots of runs of that version may be used; so a test leaves alone what has to be
        known of runs that were meant.
        """
        slots = np.full(len(profiles), NONE, np.int32)
        wanted = np.full(len(profiles), NONE, np.int32) if supplements is None else supplements
        for rows, found in self.chains(profiles):
            own = (self.root[found] == found) & (self.supplement[found] == wanted[rows]) & self.at_rest(found)
            if versions is not None:
                own &= versions[self.version[found]]
            rows, found = rows[own], found[own]
            slots[rows] = np.where(slots[rows] == NONE, found, slots[rows])
        new = np.flatnonzero(slots == NONE)
        if len(new):
            fresh = self.add(profiles[new])
            self.supplement[fresh] = wanted[new]
            slots[new] = fresh
        return slots

    def add(self, profiles: Profiles) -> Slots:
        """New slots in front of the chains of these profiles, of which one may be there several times."""
        fresh = self._take(len(profiles))
        highest = int(profiles.max())
        if highest >= len(self._newest):
            self._newest = _grown(self._newest, max(highest + 1, 2 * len(self._newest)), NONE)
        self.profile[fresh] = profiles
        self.root[fresh] = fresh
        if len(profiles) == 1 or not _repeats(profiles):
            self.older[fresh] = self._newest[profiles]
            self._newest[profiles] = fresh
        else:
            for profile, slot in zip(profiles.tolist(), fresh.tolist(), strict=True):  # several branches of one run
                self.older[slot] = self._newest[profile]
                self._newest[profile] = slot
        return fresh

    def _take(self, count: int) -> Slots:
        again = [self._free.pop() for _ in range(min(count, len(self._free)))]
        needed = self.size + count - len(again)
        if needed > len(self.profile):
            capacity = max(needed, 2 * len(self.profile), 16)
            for name, (_, fill) in _COLUMNS.items():
                setattr(self, name, _grown(getattr(self, name), capacity, fill))
        fresh = np.array([*again, *range(self.size, needed)], np.int32)
        self.size = needed
        for name, (_, fill) in _COLUMNS.items():
            getattr(self, name)[fresh] = fill
        return fresh

    def release(self, slots: Slots) -> None:
        """Give back the slots of branches that have ended."""
        for slot in slots.tolist():  # as many as branches end
            self._unchain(slot)
            self._free.append(slot)
        self.profile[slots] = NONE
        self.root[slots] = NONE

    def _unchain(self, slot: int) -> None:
        profile = int(self.profile[slot])
        at = int(self._newest[profile])
        if at == slot:
            self._newest[profile] = self.older[slot]
            return
        while int(self.older[at]) != slot:
            at = int(self.older[at])
        self.older[at] = self.older[slot]

    def begin(self, slots: Slots, version: int, at: Instants, via: NDArray[np.int8], number: NDArray[np.int32]) -> None:
        """Start runs in these slots; where they stand is set by :meth:`park`."""
        self.number[slots] = number
        self.version[slots] = version
        self.arrived[slots] = NEVER  # nowhere yet: what began it is not heard by it
        self.entered[slots] = at
        self.via[slots] = via
        self.ended[slots] = NEVER
        self.status[slots] = 0
        self.laps[slots] = 0
        self.path[slots] = 0
        self.last[slots] = NONE
        self.calling[slots] = NONE
        self.waited[slots] = 0

    def visits(self, slots: Slots) -> NDArray[np.int64]:
        """Numbers that tell the visits of a run to one activity apart: by laps, and by branches that all come there."""
        numbers: NDArray[np.int64] = self.laps[slots] + 1 + MOST_LAPS * self.path[slots]
        return numbers

    def branch(self, slots: Slots) -> Slots:
        """A further slot for the run of each of these, in which it may stand, too."""
        fresh = self.add(self.profile[slots])
        for name in _OF_BRANCHES:
            column = getattr(self, name)
            column[fresh] = column[slots]
        return fresh

    def park(self, slots: Slots, place: int, at: Instants, due: Instants, winner: NDArray[np.int8], held: int) -> None:
        """The runs stand at ``place`` since ``at`` and leave by themselves at ``due``."""
        self.place[slots] = place
        self.arrived[slots] = at
        self.due[slots] = due
        self.winner[slots] = winner
        self.held[slots] = held

    def finish(self, slots: Slots, at: Instants, status: int) -> None:
        """The runs have ended."""
        self.place[slots] = NONE
        self.due[slots] = NEVER
        self.held[slots] = 0
        self.ended[slots] = at
        self.status[slots] = status

    def numbered(self, texts: pl.Series) -> NDArray[np.int32]:
        """A number for each supplemental identifier; null is one of its own, :data:`NONE`."""
        distinct = texts.drop_nulls().unique(maintain_order=True).to_list()
        for text in distinct:
            self._supplements.setdefault(text, len(self._supplements))
        if not distinct:
            return np.full(len(texts), NONE, np.int32)
        codes = texts.replace_strict(distinct, [self._supplements[text] for text in distinct], default=NONE)
        return codes.fill_null(NONE).cast(pl.Int32).to_numpy()

    def erase(self, profiles: Profiles) -> None:
        """Forget these profiles."""
        _, slots = self.slots_of(np.unique(profiles))
        self.finish(slots, np.zeros(len(slots), np.int64), 0)
        known = profiles[profiles < len(self._newest)]
        self._newest[known] = NONE
        for name in ("profile", "root", "older", "supplement"):
            getattr(self, name)[slots] = NONE
        self.number[slots] = 0
        self._free.extend(slots.tolist())

    # --- snapshots ---------------------------------------------------------------------------------

    def dump(self) -> tuple[dict[str, object], pl.DataFrame, NDArray[np.int32]]:
        """What is no column; the runs that are known of, a row each; their slots.

        Slots have other numbers when loaded, in the same order.
        """
        alive = np.flatnonzero(self.profile[: self.size] != NONE).astype(np.int32)
        frame = pl.DataFrame({name: getattr(self, name)[alive] for name in _COLUMNS})
        place = np.full(self.size + 1, NONE, np.int32)  # the last one for NONE itself
        place[alive] = np.arange(len(alive))
        links = {name: place[frame[name].to_numpy()] for name in ("root", "older")}
        frame = frame.with_columns(**{name: pl.Series(values) for name, values in links.items()})
        return {"supplements": [*self._supplements]}, frame, alive

    @staticmethod
    def load(meta: dict[str, list[str]], frame: pl.DataFrame) -> RunTable:
        """The inverse of :meth:`dump`."""
        table = RunTable()
        for name, (kind, _) in _COLUMNS.items():
            setattr(table, name, frame[name].to_numpy().astype(kind))
        table.size = frame.height
        table._supplements = {text: number for number, text in enumerate(meta["supplements"])}
        if table.size:
            table._newest = np.full(int(table.profile.max()) + 1, NONE, np.int32)
            first = np.ones(table.size, np.bool_)
            first[table.older[table.older != NONE]] = False
            heads = np.flatnonzero(first)
            table._newest[table.profile[heads]] = heads
        return table


def _repeats(values: NDArray[np.int32]) -> bool:
    return len(np.unique(values)) < len(values)


def _grown(array: NDArray[Scalar], length: int, fill: object) -> NDArray[Scalar]:
    longer: NDArray[Scalar] = np.full(length, fill, array.dtype)
    longer[: len(array)] = array
    return longer


def run_keys(journeys: pl.Series, numbers: pl.Series, profile_ids: pl.Series) -> pl.Series:
    """Text keys of runs: journey, run number and external id of the profile, as ``win-back/2/1023``.

    Readable, the same on every machine, and free of dense numbers, so any split of the profiles gives the same
    keys. Unambiguous, as neither a journey's id nor a number contains a slash.
    """
    parts = (journeys.alias("j"), numbers.cast(pl.String).alias("n"), profile_ids.alias("p"))
    return pl.DataFrame(parts).select(run=pl.concat_str("j", "n", "p", separator="/")).to_series()
