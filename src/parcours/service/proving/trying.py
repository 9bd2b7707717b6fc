"""Doing a test: a workspace of its own, a clock that is moved from step to step, and a look at what came of it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from parcours.core.clock import instant, iso
from parcours.core.errors import DeliveryError, ParcoursError, UnknownNameError
from parcours.core.schema import Schema
from parcours.flow.delivery.templates import render
from parcours.service.applying import Definitions
from parcours.service.folder import SETTINGS
from parcours.service.proving.form import ExpectedMessage, Step, ToldSignal, Trial, Trials, Written
from parcours.service.reporting.sql import text
from parcours.service.wiring import DECLARED
from parcours.service.workspace import Workspace

#: Nothing is sent, so web hooks to machines of one's own network are as good as any.
_SETTINGS = '[outgoing]\ninternal = ["0.0.0.0/0", "::/0"]\n'


@dataclass(frozen=True, slots=True)
class Failure:
    """Something was not as it has to be.

    Attributes:
        at: the instant, ISO text; blank where the test could not be done at all.
        message: what is and what has to be.
        why: the explanation, in lines: the rule with the values seen, or the way of the person in the journey.
    """

    at: str
    message: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proved:
    """What came of a test."""

    name: str
    place: str
    failures: tuple[Failure, ...]
    seconds: float
    steps: int

    @property
    def passed(self) -> bool:
        """Whether everything was as it has to be."""
        return not self.failures


def prove(
    trials: Trials, definitions: Definitions, only: str = "", watch: Callable[[Proved], None] | None = None
) -> list[Proved]:
    """Do all tests, or those with ``only`` in their names.

    Args:
        trials: the tests.
        definitions: what they are about.
        only: part of a name.
        watch: told of each as soon as it is done.
    """
    found = []
    for written in trials.tests:
        if only.lower() not in written.trial.test.lower():
            continue
        found.append(_proved(written, definitions, trials.schema))
        if watch is not None:
            watch(found[-1])
    return found


def _proved(written: Written, definitions: Definitions, schema: Schema) -> Proved:
    began, failures = time.perf_counter(), list[Failure]()
    try:
        with tempfile.TemporaryDirectory(prefix="parcours-test-") as folder:
            failures += _Doing(written.trial, Path(folder)).done(definitions, schema)
    except ParcoursError as error:
        failures.append(Failure("", f"the test cannot be done: {error.message}", tuple(str(error).splitlines())))
    seconds = time.perf_counter() - began
    return Proved(written.trial.test, written.place, tuple(failures), seconds, len(written.trial.steps))


class _Doing:
    """One test in a workspace in ``folder``."""

    def __init__(self, trial: Trial, folder: Path) -> None:
        self._trial, self._folder = trial, folder
        self._tick = 0  # the last one that messages were looked at

    def done(self, definitions: Definitions, schema: Schema) -> list[Failure]:
        place = self._folder / "workspace"
        Workspace.init(place).close()
        (place / SETTINGS).write_text(_SETTINGS)
        with Workspace.open(place) as workspace:
            if schema.attributes or schema.events:
                workspace._parts.catalogue.set_setting(DECLARED, schema.to_json(), at=0)
            self._tell(workspace)
            workspace.apply(definitions)
            return [failure for step in self._trial.steps for failure in self._step(workspace, step)]

    # --- what happens ------------------------------------------------------------------------------------

    @property
    def _start(self) -> int:
        if self._trial.start is not None:
            return instant(self._trial.start)
        told = [*self._trial.profiles, *self._trial.events]
        times = [instant(str(row["time"])) for row in told if "time" in row]
        return min([*times, instant(self._trial.steps[0].at)])

    def _tell(self, workspace: Workspace) -> None:
        start = iso(self._start)
        people = [{"time": start, **row, "id": str(row["id"])} for row in self._trial.profiles]
        if people:
            self._refuse(workspace.import_profiles(self._file("profiles", people), profile="id", time="time"))
        events: dict[str, list[dict[str, Any]]] = {}
        for number, row in enumerate(self._trial.events):
            row = {"id": f"event {number + 1}", **row, "profile": str(row["profile"])}
            events.setdefault(str(row.pop("event")), []).append(row)
        for event, rows in events.items():
            file = self._file(f"events {len(events)}", rows)
            mapping = {"profile": "profile", "time": "time", "id": "id"}
            self._refuse(workspace.import_events(file, event=event, mapping=mapping))

    def _file(self, name: str, rows: Sequence[dict[str, Any]]) -> Path:
        path = self._folder / f"{name}.ndjson"
        path.write_bytes(b"\n".join(map(msgspec.json.encode, rows)) + b"\n")
        return path

    def _refuse(self, imported: Any) -> None:
        """Rows that cannot be taken in are a mistake of the test."""
        if imported.rejected.height:
            row = imported.rejected.row(0, named=True)
            raise UnknownNameError(f"{row['payload']} cannot be taken in: {row['reason']}", code=row["code"])

    # --- what has to be ----------------------------------------------------------------------------------

    def _step(self, workspace: Workspace, step: Step) -> list[Failure]:
        at = instant(step.at)
        first = None if workspace.now is not None else iso(min(self._start, at))
        workspace.replay(first, step.at, self._trial.tick, also_at=[step.at])
        checks = (self._members, self._counts, self._sides, self._places, self._passed, self._messages)
        found = [Failure(iso(at), *each) for check in checks for each in check(workspace, step)]
        self._tick = int(workspace.sql("SELECT max(_tick) FROM ticks").item())
        for signal in step.signals:
            self._signal(workspace, signal, at)
        return found

    def _members(self, workspace: Workspace, step: Step) -> Iterator[tuple[str, tuple[str, ...]]]:
        for segment, wanted in step.members.items():
            found = set(workspace.segments.members(segment)["_profile_id"])
            for profile in sorted({*wanted} - found):
                yield f"{profile} is not in segment {segment}, and has to be", _why(workspace, segment, profile)
            for profile in sorted(found - {*wanted}):
                yield f"{profile} is in segment {segment}, and must not be", _why(workspace, segment, profile)

    def _counts(self, workspace: Workspace, step: Step) -> Iterator[tuple[str, tuple[str, ...]]]:
        for segment, wanted in step.counts.items():
            members = workspace.segments.members(segment)["_profile_id"].to_list()
            if len(members) != wanted:
                yield f"segment {segment} has {len(members)} members, and has to have {wanted}", (_listed(members),)

    def _sides(self, workspace: Workspace, step: Step) -> Iterator[tuple[str, tuple[str, ...]]]:
        for wanted, sides in ((True, step.inside), (False, step.outside)):
            for profile, segments in sides.items():
                for segment in segments:
                    if (profile in set(workspace.segments.members(segment)["_profile_id"])) is wanted:
                        continue
                    words = ("is not in", "has to be") if wanted else ("is in", "must not be")
                    message = f"{profile} {words[0]} segment {segment}, and {words[1]}"
                    yield message, _why(workspace, segment, profile)

    def _places(self, workspace: Workspace, step: Step) -> Iterator[tuple[str, tuple[str, ...]]]:
        for journey, people in step.journeys.items():
            workspace.journeys.get(journey)
            for profile, wanted in people.items():
                named = [] if wanted is None else [wanted] if isinstance(wanted, str) else wanted
                found = _activities(workspace, journey, profile, "\"left\" IS NULL AND activity <> 'entry'")
                if sorted(found) != sorted(named):
                    message = f"{profile} is {_at(found)} journey {journey}, and has to be {_at(named)} it"
                    yield message, _story(workspace, journey, profile)

    def _passed(self, workspace: Workspace, step: Step) -> Iterator[tuple[str, tuple[str, ...]]]:
        for journey, people in step.passed.items():
            workspace.journeys.get(journey)
            for profile, wanted in people.items():
                found = _activities(workspace, journey, profile, "activity <> 'entry'")
                if found != wanted:
                    message = f"{profile} came to {_listed(found)} in journey {journey}, and has to: {_listed(wanted)}"
                    yield message, _story(workspace, journey, profile)

    def _messages(self, workspace: Workspace, step: Step) -> Iterator[tuple[str, tuple[str, ...]]]:
        if step.messages is None:
            return
        left = _messages_since(workspace, self._tick)
        for wanted in step.messages:
            match = next((one for one in left if _fits(one, wanted)), None)
            if match is None:
                near = [_shown(one) for one in left if one["profile"] == wanted.profile]
                seen = tuple(f"there is: {one}" for one in near) or ("there is none to this profile",)
                yield f"there is no message {_wanted(wanted)}", seen
            else:
                left.remove(match)
        for one in left:
            yield f"there must be no message {_shown(one)}", _story(workspace, one["journey"], one["profile"])

    def _signal(self, workspace: Workspace, told: ToldSignal, at: int) -> None:
        found = workspace.sql(
            f"SELECT key FROM deliveries WHERE _profile_id = {text(told.profile)} AND journey = {text(told.journey)} "
            f"AND activity = {text(told.activity)} ORDER BY _seq DESC LIMIT 1"
        )
        if not found.height:
            what = f"{told.profile} got no message of activity {told.activity} of journey {told.journey}"
            raise UnknownNameError(f"{what}, so there can be no signal {told.signal!r}", code="unknown-delivery")
        workspace.signal(found.item(), told.signal, told.link, at)


# --- looking at it -----------------------------------------------------------------------------------------


def _why(workspace: Workspace, segment: str, profile: str) -> tuple[str, ...]:
    try:
        return tuple(str(workspace.explain(segment, profile)).splitlines())
    except UnknownNameError as error:
        return (error.message,)


def _story(workspace: Workspace, journey: str, profile: str) -> tuple[str, ...]:
    try:
        return tuple(workspace.journeys.trace(journey, profile))
    except UnknownNameError as error:
        return (error.message,)


def _activities(workspace: Workspace, journey: str, profile: str, which: str) -> list[str]:
    query = (
        f"SELECT activity FROM journey_visits WHERE journey = {text(journey)} AND _profile_id = {text(profile)} "
        f"AND {which} ORDER BY _seq"
    )
    return [str(name) for name in workspace.sql(query)["activity"]]


def _messages_since(workspace: Workspace, tick: int) -> list[dict[str, Any]]:
    """The messages that were decided behind a tick, rendered."""
    rows = workspace.sql(
        f"SELECT * FROM deliveries WHERE _tick > {tick} AND _profile_id IS NOT NULL ORDER BY _seq"
    ).with_columns(pl.col("decided").cast(pl.Int64).alias("at"))
    found = []
    for row in rows.iter_rows(named=True):
        shape = {name: row[name] for name in ("journey", "activity", "channel")} | {"profile": row["_profile_id"]}
        try:
            fields = dict(render(row, workspace._parts.templates, int(row["at"])).fields)
        except DeliveryError:  # a call to another service has no texts
            fields = {}
        found.append({**shape, "fields": fields})
    return found


def _fits(found: dict[str, Any], wanted: ExpectedMessage) -> bool:
    fields = found["fields"]
    named = ("profile", "journey", "activity", "channel")
    if any(getattr(wanted, name) not in (None, found[name]) for name in named):
        return False
    if any(getattr(wanted, name) not in (None, fields.get(name, "").strip()) for name in ("to", "subject")):
        return False
    written = "\n".join(fields.values())
    return all(part in written for part in ([wanted.contains] if isinstance(wanted.contains, str) else wanted.contains))


def _wanted(wanted: ExpectedMessage) -> str:
    shape = {name: getattr(wanted, name) for name in wanted.__struct_fields__}
    return ", ".join(f"{name} {value!r}" for name, value in shape.items() if value)


def _shown(found: dict[str, Any]) -> str:
    shape = {name: found[name] for name in ("profile", "journey", "activity", "channel")}
    shape |= {name: value for name in ("to", "subject") if (value := found["fields"].get(name))}
    return ", ".join(f"{name} {value!r}" for name, value in shape.items())


def _at(activities: Sequence[str]) -> str:
    return f"at {_listed(activities)} in" if activities else "not in"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) if names else "nothing"
