"""Runs of one journey as columns: a slot per place where somebody is, or last was.

A slot belongs to a key: a profile, or (with a supplemental identifier, or where runs may go on side by side) one of
several keys of a profile. It holds the newest run of its key, and after the end of that run what the re-entry rule
has to remember, for ever (journeys.md, section 21, line 8). A run that forks takes further slots, one per branch,
and gives them back as the branches end.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.journeys.activities.base import NEVER
from parcours.flow.journeys.slots import NONE, Column, Instants, Profiles, Slots, SlotTable

#: Above every number of laps.
MOST_LAPS = 100_000
#: What a change of membership can be.
DIRECTIONS = ("enter", "exit")
#: How runs begin, by :attr:`RunTable.via`.
WAYS = ("enter", "exit", "event", "read", "business_event", "jump", "call")
#: :attr:`RunTable.entered` of runs that are as if they had never been: those of a test that is over.
FORGOTTEN = int(np.iinfo(np.int64).min) // 4
#: How runs end, by :attr:`RunTable.status`; the first says that the run goes on, or that there never was one.
ENDS = ("", "finished", "error", "timed_out", "instance_timed_out", "stopped", "exited", "merged")
#: Why a run stands before an activity that has not been done, by :attr:`RunTable.held`.
HOLDS = ("", "pause", "quiet_hours", "calling", "child")
#: :attr:`RunTable.winner` of a run that is due because its maximum stay is over, or because it is let go.
STAY_OVER, RELEASE = -2, -3

_COLUMNS: dict[str, Column] = {
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
    "foreign": (np.int8, 0),
}
#: What a branch has of the run that it is of.
_OF_BRANCHES = (
    "version", "number", "entered", "ended", "via", "laps", "path", "root", "last", "supplement", "waited", "foreign",
)  # fmt: skip


class RunTable(SlotTable):
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
        foreign: whether the run was begun by a profile that is part of this one now. Its slot is not used again, so
            that the run can be given back.
    """

    columns = _COLUMNS
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
    supplement: NDArray[np.int32]
    caller: NDArray[np.int32]
    calling: NDArray[np.int16]
    waited: NDArray[np.int8]
    foreign: NDArray[np.int8]

    def __init__(self) -> None:
        super().__init__()
        self._supplements: dict[str, int] = {}

    # --- finding -----------------------------------------------------------------------------------

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
            own &= self.foreign[found] == 0
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
        self.supplement[slots] = NONE
        self.number[slots] = 0
        self._let_go(profiles, slots)

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
        table._link()
        return table


def run_keys(journeys: pl.Series, numbers: pl.Series, profile_ids: pl.Series) -> pl.Series:
    """Text keys of runs: journey, run number and external id of the profile, as ``win-back/2/1023``.

    Readable, the same on every machine, and free of dense numbers, so any split of the profiles gives the same
    keys. Unambiguous, as neither a journey's id nor a number contains a slash.
    """
    parts = (journeys.alias("j"), numbers.cast(pl.String).alias("n"), profile_ids.alias("p"))
    return pl.DataFrame(parts).select(run=pl.concat_str("j", "n", "p", separator="/")).to_series()
