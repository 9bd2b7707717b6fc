"""The state of all journeys of a workspace (or of one partition of its profiles)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.facts import EventBatch
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.instances import ENDS, RunTable
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.memory import Memory, Root
from parcours.flow.journeys.naming import RunNames
from parcours.flow.journeys.pressure.board import Board
from parcours.flow.journeys.pressure.rule_sets import read_rule_set
from parcours.flow.journeys.pressure.suppression import Suppressions
from parcours.flow.journeys.signals import Signals
from parcours.flow.journeys.slots import Profiles
from parcours.flow.journeys.versions import OVER, RUNNING, Version
from parcours.flow.journeys.writes import Writes

#: A part of a snapshot: flat data that a store can keep as a file.
Part = NDArray[np.generic] | pl.DataFrame | bytes


class JourneysState:
    """All journeys. Changed by :func:`parcours.flow.journeys.advance.advance` only, but for what happens to profiles.

    Nothing here depends on the order in which profiles were numbered.

    Attributes:
        writes: attributes that were set, and events that were sent, by the last tick: input of the next one.
        early: events whose time has not come.
        board: rule sets and what was counted by them.
        suppressed: the addresses that nothing is sent to.
        signals: when people opened and clicked.
        names: runs under other names than those of their profiles.
    """

    def __init__(self) -> None:
        self.journeys: dict[str, Journey] = {}
        self.early: dict[str, pl.DataFrame] = {}
        self.writes = Writes()
        self.board = Board()
        self.suppressed = Suppressions()
        self.signals = Signals()
        self.names = RunNames()

    def journey(self, id_: str) -> Journey:
        """The journey of that id, made when it is first asked for."""
        if id_ not in self.journeys:
            self.journeys[id_] = Journey(id_, len(self.journeys))
        return self.journeys[id_]

    def numbered(self, number: int) -> Journey:
        """The journey of that number."""
        return list(self.journeys.values())[number]

    def in_order(self) -> list[Journey]:
        """All journeys, in the order in which people enter them who enter several at one instant."""
        return sorted(self.journeys.values(), key=lambda journey: journey.precedence)

    def erase(self, profiles: Profiles) -> None:
        """Forget these profiles: their runs end without a trace, their events are not heard any more."""
        for journey in self.journeys.values():
            _, slots = journey.runs.slots_of(profiles)
            journey.memory.forget(slots)
            journey.runs.erase(profiles)
            others = ~pl.col("_profile").is_in(pl.Series(profiles, dtype=pl.Int32).implode())
            journey.queued = {name: rows.filter(others) for name, rows in journey.queued.items()}
            for version in journey.versions:
                if version.rounds is not None:
                    version.rounds.erase(profiles)
        self.writes.erase(profiles)
        self.board.erase(profiles)
        self.signals.erase(profiles)
        self.names.erase(profiles)
        self._keep_early(~pl.col("_profile").is_in(pl.Series(profiles, dtype=pl.Int32).implode()))

    def retract(self, batches: Iterable[EventBatch]) -> None:
        """Forget events that were taken back before their time came; what was heard already stays heard."""
        if self.early:
            ids = pl.concat([batch.rows["_event_id"] for batch in batches] or [pl.Series(dtype=pl.String)])
            self._keep_early(~pl.col("_event_id").is_in(ids.implode()))

    def _keep_early(self, condition: pl.Expr) -> None:
        kept = {type_: rows.filter(condition) for type_, rows in self.early.items()}
        self.early = {type_: rows for type_, rows in kept.items() if rows.height}

    def has_stopped(self, journey: str) -> bool:
        """Whether all versions are over, so that none of its rules is looked at any more."""
        known = self.journeys.get(journey)
        return known is not None and bool(known.versions) and all(v.status in OVER for v in known.versions)

    def definitions(self) -> Iterable[JourneyDefinition]:
        """Every version that is not over."""
        for journey in self.journeys.values():
            yield from (version.definition for version in journey.versions if version.status in RUNNING)

    def next_due(self) -> int | None:
        """The earliest instant at which something may happen by itself, or ``None``."""
        found = []
        for journey in self.journeys.values():
            found += [due for due in (journey.timers.next_due(),) if due is not None]
            for version in journey.versions:
                found += version.marks()
                if version.rounds is not None and (due := version.rounds.people.next_due()) is not None:
                    found.append(due)
        found += [int(rows["_time"].cast(pl.Int64).min()) for rows in self.early.values() if rows.height]  # type: ignore[arg-type]
        return min(found, default=None)

    def totals(self) -> pl.DataFrame:
        """Per journey: status, runs entered, in progress, ended. Erased profiles do not count."""
        rows = []
        for journey in sorted(self.journeys.values(), key=lambda journey: journey.id):
            runs = journey.runs
            known = np.flatnonzero((runs.profile[: runs.size] >= 0) & (runs.root[: runs.size] == np.arange(runs.size)))
            entered = _highest_numbers(runs.profile[known], runs.number[known])
            inside = int((~runs.at_rest(known.astype(np.int32))).sum())
            rows.append((journey.id, journey.status(), entered, inside, entered - inside))
        names = {"journey": pl.String, "status": pl.String, "entered": pl.Int64}
        return pl.DataFrame(rows, schema={**names, "in_progress": pl.Int64, "ended": pl.Int64}, orient="row")

    def standing(self) -> pl.DataFrame:
        """Per journey, version and activity that holds runs: how many stand there now."""
        rows = []
        for journey in sorted(self.journeys.values(), key=lambda journey: journey.id):
            inside = journey.runs.inside()
            places = np.stack((journey.runs.version[inside], journey.runs.place[inside]), axis=1)
            for (version, place), count in zip(*np.unique(places, axis=0, return_counts=True), strict=True):
                plan = journey.versions[version].plan
                for stop in plan.places[place]:
                    rows.append((journey.id, plan.definition.version, stop.name, int(count)))
        names = {"journey": pl.String, "version": pl.Int32, "activity": pl.String, "runs": pl.Int64}
        return pl.DataFrame(rows, schema=names, orient="row")

    def where(self, journey: str) -> pl.DataFrame:
        """Every run that is known of: ``_profile``, ``number``, ``version``, ``status`` (``waiting`` while it goes on,
        or how it ended), ``activities`` (where it stands), ``held``, ``entered``, ``due``."""
        known = self.journeys[journey]
        runs = known.runs
        slots = np.flatnonzero(runs.profile[: runs.size] >= 0).astype(np.int32)
        slots = slots[(runs.number[slots] > 0)]
        names = [[[s.name for s in place] for place in v.plan.places] for v in known.versions]
        stands = zip(runs.version[slots].tolist(), runs.place[slots].tolist(), strict=True)
        here = [[] if place < 0 else names[version][place] for version, place in stands]
        return pl.DataFrame(
            {
                "_profile": runs.profile[slots],
                "number": runs.number[slots],
                "version": [known.versions[index].definition.version for index in runs.version[slots].tolist()],
                "status": [ENDS[status] or "waiting" for status in runs.status[slots].tolist()],
                "activities": pl.Series(here, dtype=pl.List(pl.String)),
                "entered": runs.entered[slots],
                "due": runs.due[slots],
                "main": runs.root[slots] == slots,
            }
        )

    # --- snapshots ---------------------------------------------------------------------------------

    def dump(self) -> dict[str, Part]:
        """Everything as flat parts for a snapshot."""
        head, parts, slots = [], dict[str, Part](), {}
        for journey in self.journeys.values():
            meta, frame, alive = journey.runs.dump()
            slots[journey.number] = alive
            parts[f"runs.{journey.id}"] = frame
            for root, rows in journey.memory.dump(alive).items():
                parts[f"memory.{journey.id}.{json.dumps(root)}"] = rows
            parts |= {f"queued.{journey.id}.{n}": _renumbered(r, alive) for n, r in journey.queued.items()}
            for version in journey.versions:
                if version.rounds is not None:
                    parts |= {f"rounds.{journey.id}.{version.index}.{n}": p for n, p in version.rounds.dump().items()}
            versions = [version.to_json() for version in journey.versions]
            head.append({"id": journey.id, "versions": versions, "runs": meta})
        _relink(parts, [journey.id for journey in self.journeys.values()], slots)
        sets = [rule_set.to_json() for rule_set in self.board.sets.values()]
        parts["journeys.json"] = json.dumps({"journeys": head, "rule_sets": sets}, default=str).encode()
        parts |= {f"early.{type_}": rows for type_, rows in self.early.items()}
        parts |= {f"writes.{name}": rows for name, rows in self.writes.dump().items()}
        return parts | {
            "board": self.board.dump(),
            "suppressed": self.suppressed.dump(),
            "signals": self.signals.dump(),
            "names": self.names.rows,
        }

    @staticmethod
    def load(parts: Mapping[str, Part]) -> JourneysState:
        """The inverse of :meth:`dump`."""
        state = JourneysState()
        head = parts["journeys.json"]
        assert isinstance(head, bytes)
        shapes = json.loads(head)
        state.board = Board(read_rule_set(shape) for shape in shapes["rule_sets"])
        state.board.load(_frame(parts["board"]))
        state.suppressed.load(_frame(parts["suppressed"]))
        state.signals = Signals.load(_frame(parts["signals"]))
        state.names = RunNames(_frame(parts["names"]))
        for shape in shapes["journeys"]:
            journey = state.journey(shape["id"])
            for index, version in enumerate(shape["versions"]):
                journey.versions.append(Version.from_json(version, index))
                rounds = journey.versions[-1].rounds
                if rounds is not None:
                    own = _below(f"rounds.{journey.id}.{index}.", parts)
                    rounds.load({name: _frame(part) for name, part in own.items()})
            journey.runs = RunTable.load(shape["runs"], _frame(parts[f"runs.{journey.id}"]))
            memories = _below(f"memory.{journey.id}.", parts)
            roots: dict[Root, pl.DataFrame] = {tuple(json.loads(root)): _frame(p) for root, p in memories.items()}
            journey.memory = Memory.load(roots)
            journey.queued = {name: _frame(part) for name, part in _below(f"queued.{journey.id}.", parts).items()}
            journey.arm(journey.runs.inside())
        state.early = {type_: _frame(part) for type_, part in _below("early.", parts).items()}
        state.writes = Writes.load({name: _frame(part) for name, part in _below("writes.", parts).items()})
        return state


def _highest_numbers(profiles: Profiles, numbers: NDArray[np.int32]) -> int:
    """The sum over profiles of how many runs each has begun."""
    if not len(profiles):
        return 0
    order = np.lexsort((numbers, profiles))
    last = np.append(profiles[order][1:] != profiles[order][:-1], True)
    return int(numbers[order][last].sum())


def _relink(parts: dict[str, Part], ids: list[str], slots: Mapping[int, NDArray[np.int32]]) -> None:
    """Runs that wait for the end of a run of another journey name its slot as it will be numbered when loaded."""
    for id_ in ids:
        frame = _frame(parts[f"runs.{id_}"])
        calling, caller = frame["calling"].to_numpy(), frame["caller"].to_numpy().copy()
        for number in np.unique(calling[calling >= 0]).tolist():
            mine = calling == number
            caller[mine] = np.searchsorted(slots[number], caller[mine])
        parts[f"runs.{id_}"] = frame.with_columns(caller=pl.Series(caller))


def _renumbered(rows: pl.DataFrame, alive: NDArray[np.int32]) -> pl.DataFrame:
    """Events that are kept for runs, with the slots as they will be numbered when loaded."""
    if "_slot" not in rows.columns:
        return rows
    rows = rows.filter(pl.col("_slot").is_in(alive.tolist()))
    return rows.with_columns(_slot=pl.Series(np.searchsorted(alive, rows["_slot"].to_numpy()), dtype=pl.Int32))


def _below(prefix: str, parts: Mapping[str, Part]) -> dict[str, Part]:
    return {name.removeprefix(prefix): part for name, part in parts.items() if name.startswith(prefix)}


def _frame(part: Part) -> pl.DataFrame:
    assert isinstance(part, pl.DataFrame)
    return part
