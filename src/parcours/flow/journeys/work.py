"""Everything that one tick of the journeys works on, and what is asked about runs while they move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.schema import polars_type
from parcours.flow.journeys.answers import field_of
from parcours.flow.journeys.chances import draws
from parcours.flow.journeys.columns import instants
from parcours.flow.journeys.inputs import JourneyInputs
from parcours.flow.journeys.instances import MOST_LAPS, WAYS, run_keys
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.memory import Root
from parcours.flow.journeys.pressure.caps import Zones
from parcours.flow.journeys.pressure.consent import consent_attributes, consents
from parcours.flow.journeys.slots import NONE, Instants, Profiles, Slots
from parcours.flow.journeys.state import JourneysState
from parcours.flow.journeys.steplog import StepLog
from parcours.flow.journeys.versions import Version
from parcours.kernel.beside import NOTHING, Beside, Overlay
from parcours.kernel.known import fitted, known
from parcours.language.tree import Given, Node

#: The attribute that holds the time zone of a person.
ZONE = "timezone"
#: The attribute that holds the address of a person, by channel; the first one that exists.
ADDRESSES = {"email": ("email",), "sms": ("phone", "mobile"), "push": ("push_token",)}
#: The attribute that holds the ids of a person in other identity types.
IDENTITIES = "identities"
#: Roots of what runs remember besides what they heard: the values of the read they came by, what went wrong last, the
#: last event heard, the payload that a run was begun with.
SNAPSHOT: Root = ("entry", "snapshot")
TROUBLE: Root = ("journey", "trouble")
HEARD: Root = ("heard", "")
QUALIFIED: Root = ("qualification", "last")


@dataclass(frozen=True)
class Work:
    """One tick of all journeys."""

    state: JourneysState
    inputs: JourneyInputs
    log: StepLog

    # --- what runs know ----------------------------------------------------------------------------

    def beside(self, journey: Journey, version: Version, stop: str, slots: Slots) -> Beside:
        """What the runs in these slots read besides the features of their profiles."""
        written = self.state.writes.overlay
        snapshot = self._snapshot(journey, slots)
        if not version.plan.wanted and written is None and snapshot is None:
            return NOTHING
        given = partial(self._given, journey, version, stop, slots)
        return Beside(given, written, snapshot)

    def _snapshot(self, journey: Journey, slots: Slots) -> Overlay | None:
        if SNAPSHOT not in journey.memory:
            return None
        roots = journey.runs.root[slots]
        known = journey.memory.known(SNAPSHOT, roots) & (journey.runs.waited[roots] == 0)
        frame = journey.memory.frame(SNAPSHOT, roots)
        if frame is None or not known.any():
            return None
        return Overlay({name: frame[name] for name in frame.columns}, dict.fromkeys(frame.columns, known))

    def _given(self, journey: Journey, version: Version, stop: str, slots: Slots, leaf: Given) -> pl.Series:
        """The values of a leaf for the runs in these slots."""
        dtype = polars_type(leaf.type)
        found = self._remembered(journey, version, stop, slots, leaf)
        if found is None:
            return pl.repeat(None, len(slots), dtype=dtype, eager=True)
        if found.dtype == dtype:
            return found
        return fitted(found, leaf.type)

    def _remembered(self, journey: Journey, version: Version, stop: str, slots: Slots, leaf: Given) -> pl.Series | None:
        head, name, *rest = leaf.path
        roots = journey.runs.root[slots]
        match head:
            case "chance":
                runs = journey.runs
                seed = "/".join((version.settings.seed, stop, *rest))
                turn = runs.number[slots].astype(np.int64) * MOST_LAPS + runs.visits(slots)
                return draws(name, seed, self.inputs.people.hashes(runs.profile[slots]), turn)
            case "journey":
                return self._property(journey, version, stop, slots, name)
            case "qualification":
                return journey.memory.column(QUALIFIED, name, roots)
            case "action" | "source":
                answers = journey.memory.frame((head, name), roots)
                return None if answers is None else field_of(answers, rest, leaf.type)
            case _:
                asked = rest[:1]
                kept = journey.memory.frame((head, name), roots, asked or None)
                return None if kept is None else known(kept, rest, leaf.type)

    def qualification(self, journey: Journey, version: Version, slots: Slots) -> pl.DataFrame:
        """How runs began: ``segment``, ``status`` (enter, exit), ``time``."""
        runs = journey.runs
        status = pl.Series("status", WAYS)[runs.via[slots].astype(np.int32)]
        segment = version.definition.entry.segment or version.definition.entry.read
        time = instants(runs.entered[slots]).alias("time")
        return pl.DataFrame((status, time)).with_columns(segment=pl.lit(segment, dtype=pl.String))

    def _property(self, journey: Journey, version: Version, stop: str, slots: Slots, name: str) -> pl.Series | None:
        """A property of the journey (journeys.md, section 5)."""
        runs, definition = journey.runs, version.definition
        constants = {
            "journeyUID": definition.id,
            "journeyVersionUID": f"{definition.id}/{definition.version}",
            "journeyVersionName": definition.name,
            "journeyVersionDescription": definition.description,
            "journeyVersion": str(definition.version),
            "namespace": definition.namespace,
            "currentNodeId": stop,
            "currentNodeName": self._label(version, stop),
        }
        if name in constants:
            return pl.repeat(constants[name], len(slots), dtype=pl.String, eager=True)
        if name in ("profileId", "externalKey"):
            return self.inputs.people.ids(runs.profile[slots])
        if name == "instanceUID":
            ids, profiles = self.inputs.people.ids(runs.profile[slots]), runs.profile[slots]
            journeys = pl.repeat(journey.id, len(slots), dtype=pl.String, eager=True)
            ids, numbers = self.state.names.named(journeys, profiles, runs.number[slots], ids)
            return run_keys(journeys, pl.Series(numbers), ids)
        if name in ("previousNodeId", "previousNodeName"):
            names = [members[0].name for members in version.plan.places]
            shown = names if name == "previousNodeId" else [self._label(version, each) for each in names]
            last = runs.last[slots].tolist()
            return pl.Series([None if place == NONE else shown[place] for place in last], dtype=pl.String)
        return journey.memory.column(TROUBLE, name, runs.root[slots])

    @staticmethod
    def _label(version: Version, stop: str) -> str:
        activity = version.definition.activities.get(stop)
        return stop if activity is None else activity.label or stop

    def plain(self) -> Beside:
        """What rules about people read where there are no runs: what was written in this tick."""
        written = self.state.writes.overlay
        return NOTHING if written is None else Beside(None, written)

    # --- asking ------------------------------------------------------------------------------------

    def holds(
        self, rule: Node, journey: Journey, version: Version, stop: str, slots: Slots, at: Instants
    ) -> NDArray[np.bool_]:
        """Whether a rule holds for each run."""
        beside = self.beside(journey, version, stop, slots)
        return self.inputs.people.holds(rule, journey.runs.profile[slots], beside, at)

    def attributes(self, names: Sequence[str], journey: Journey, slots: Slots) -> pl.DataFrame:
        """Current values of attributes, a row per run."""
        written, snapshot = self.state.writes.overlay, self._snapshot(journey, slots)
        beside = NOTHING if written is None and snapshot is None else Beside(None, written, snapshot)
        return self.inputs.people.attributes(names, journey.runs.profile[slots], beside)

    def exist(self, names: Sequence[str]) -> list[str]:
        """Those of these attributes that exist, or were just written."""
        written = self.state.writes.overlay
        fresh = () if written is None else written.values
        known = self.inputs.people.known(names)
        return [name for name in names if name in known or name in fresh]

    def of_people(self, names: Sequence[str], profiles: Profiles) -> pl.DataFrame:
        """Current values of attributes, a row per profile."""
        return self.inputs.people.attributes(names, profiles, self.plain())

    def zones(self, version: Version, profiles: Profiles) -> Zones:
        """The zone of the journey, or of each person: what times of day mean."""
        head = version.definition.head
        if not head.zone_of_person:
            return Zones(np.zeros(len(profiles), np.intp), [head.zone_name])
        found = self.people_zones(profiles)
        names = [name or head.zone_name for name in found.names]
        return Zones(np.where(found.codes < 0, len(names), found.codes), [*names, head.zone_name])

    def people_zones(self, profiles: Profiles) -> Zones:
        """The zone of each person; negative where there is none."""
        if not self.exist([ZONE]):
            return Zones(np.full(len(profiles), -1, np.intp), [])
        zones = self.of_people([ZONE], profiles)[ZONE].cast(pl.String)
        names = zones.drop_nulls().unique(maintain_order=True).to_list()
        if not names:
            return Zones(np.full(len(profiles), -1, np.intp), [])
        codes = zones.replace_strict(names, range(len(names)), default=-1).fill_null(-1)
        return Zones(codes.cast(pl.Int64).to_numpy().astype(np.intp), names)

    def addresses(self, channel: str, profiles: Profiles) -> pl.Series | None:
        """The address of each person on a channel, ``None`` where no attribute holds one."""
        names = self.exist(ADDRESSES.get(channel, ()))
        if not names:
            return None
        found = self.of_people(names, profiles)
        return found.select(pl.coalesce(pl.col(name).cast(pl.String) for name in names)).to_series()

    def consents(self, channel: str, profiles: Profiles) -> NDArray[np.bool_]:
        """Whether each person consents to a channel."""
        names = self.exist(consent_attributes(channel))
        if not names:
            return np.ones(len(profiles), np.bool_)
        return consents(self.of_people(names, profiles), channel)
