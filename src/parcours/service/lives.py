"""What is done with journeys: decided by the rules of their life, written down, and kept for the tick to be told.

:mod:`parcours.flow.journeys.lifecycle` decides. Statuses stand in the catalogue, with the controls that follow from a
decision, in one transaction. What comes with time (the end of a pause, of a stay, an end date) the state knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from parcours.core.errors import DefinitionError, ParcoursError, nearest
from parcours.core.facts import DefinitionChange
from parcours.engines.tick import STARTS
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.lifecycle import (
    RUNNING,
    STARTABLE,
    Action,
    Context,
    Control,
    Decision,
    Refusal,
    Status,
    Version,
    decide,
)
from parcours.flow.journeys.publication import Target, jumps
from parcours.service.definitions import ACTIVE, referred_by
from parcours.store.catalogue import State

if TYPE_CHECKING:
    from parcours.flow.journeys.state import JourneysState
    from parcours.service.wiring import Parts
    from parcours.store.catalogue import Version as Stored

KIND = "journey"
#: A draft in whose place a newer one was saved; it has no part in the life of its journey any more.
REPLACED = "replaced"
_TRIALS = frozenset({"draft_test", "dry_run"})

Statuses = dict[int, str]


class Lives:
    """The lives of all journeys of a workspace."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._read: dict[
            tuple[str, int], tuple[Mapping[str, object], JourneyDefinition]
        ] = {}  # and what it was read from

    # --- statuses ----------------------------------------------------------------------------------------

    def statuses(self) -> dict[str, Statuses]:
        """The status of every version, by journey and number, as of now; replaced drafts are left out."""
        found = self._refreshed()
        return {id_: _without_replaced(known) for id_, known in found.items()}

    def statuses_of(self, id_: str) -> Statuses:
        """The same of one journey."""
        return _without_replaced(self._refreshed(id_).get(id_, {}))

    def _refreshed(self, only: str | None = None) -> dict[str, Statuses]:
        known = self._parts.catalogue.statuses(KIND, only)
        if self._parts.log.last_tick() is None or not any(map(self._moves, known, known.values())):
            return known
        with self._parts.moving:
            state = self._parts.runner.state
            last = self._parts.catalogue.last_controls(KIND, only)
            for id_, before in known.items():
                if last.get((KIND, id_), 0) > state.controls.get((KIND, id_), 0):
                    continue  # the tick has not been told of everything
                now = _with_time(id_, before, state.journeys)
                if now != before:
                    self._note(id_, before, now)
                    known[id_] = now
        return known

    def _moves(self, id_: str, known: Statuses) -> bool:
        """Whether time may change a status."""
        if _TRIALS.union({"paused", "closed"}) & set(known.values()):
            return True
        live = [number for number, status in known.items() if status == "live"]
        return any(_ends(self._parts.catalogue.get(KIND, id_, number).body["source"]) for number in live)

    def _note(self, id_: str, before: Statuses, now: Statuses) -> None:
        """Write down what has come with time."""
        state, published = _whole(now)
        for number, status in now.items():
            if status != before.get(number):
                self._parts.catalogue.set_life(
                    KIND,
                    id_,
                    {number: status},
                    state=state,
                    published_version=published,
                    action=status,
                    version=number,
                    at=self._parts.clock.now(),
                    note="by time",
                )

    # --- versions ----------------------------------------------------------------------------------------

    def versions(self, id_: str) -> tuple[Version, ...]:
        """The versions of a journey with their statuses, in order; deleted ones and replaced drafts are left out."""
        return self._with_definitions(id_, self.statuses_of(id_))

    def _with_definitions(self, id_: str, statuses: Statuses) -> tuple[Version, ...]:
        stored = {version.version: version for version in self._parts.catalogue.versions(KIND, id_)}
        return tuple(self._version(id_, stored[number], status) for number, status in sorted(statuses.items()))

    def _version(self, id_: str, stored: Stored, status: str) -> Version:
        try:
            definition = self._definition(id_, stored)
        except DefinitionError as error:
            return Version(stored.version, cast(Status, status), None, tuple(error.problems or (error,)))
        return Version(stored.version, cast(Status, status), definition)

    def _definition(self, id_: str, stored: Stored) -> JourneyDefinition:
        """A version as it is read; once, as long as it stays the same."""
        body, found = self._read.get((id_, stored.version), (None, None))
        if found is None or body != stored.body:
            plain = cast(Mapping[str, Any], stored.body)
            shape = {"version": stored.version, "body": plain["source"], "rules": plain["trees"]}
            found = replace(JourneyDefinition.from_json(shape), version=stored.version)
            self._read[id_, stored.version] = stored.body, found
        return found

    def others(self, id_: str) -> dict[str, Target]:
        """The other journeys, each by its version that can be started, or else the newest."""
        found = {}
        for other, statuses in self.statuses().items():
            if other == id_ or not statuses:
                continue
            startable = [number for number, status in statuses.items() if status in STARTABLE]
            number = max(startable or statuses)
            version = self._with_definitions(other, {number: statuses[number]})[0]
            if version.definition is not None:
                found[other] = Target.of(version.definition, startable=bool(startable))
        return found

    # --- actions -----------------------------------------------------------------------------------------

    def act(self, id_: str, control: Control) -> Decision:
        """Do something with a journey, or with one of its versions.

        Raises:
            DefinitionError: it is refused; ``code`` is the name of the rule. Nothing was changed.
        """
        with self._parts.moving, self._parts.catalogue.together():  # in this order, as a tick takes them
            versions = self.versions(id_)
            found = decide(id_, versions, control, self._context(id_, versions, control))
            if isinstance(found, Refusal):
                raise refused(found)
            for change in found.changes:
                self._check_segments(change, found.versions)
            self._write(id_, versions, found, control)
        return found

    def _check_segments(self, change: DefinitionChange, versions: tuple[Version, ...]) -> None:
        """What people are let into refers to segments that are published: some may be gone since it was saved."""
        definition = next((one.definition for one in versions if one.number == change.version), None)
        if change.action not in STARTS or definition is None:
            return
        known = self._parts.catalogue.published_ids("segment")
        for name in sorted(referred_by(definition) - known):
            raise DefinitionError(
                f"version {change.version} of journey {change.id!r} uses segment {name!r}, which is not published",
                code="unknown-segment",
                hint=nearest(name, known) or "publish it first",
            )

    def _context(self, id_: str, versions: tuple[Version, ...], control: Control) -> Context:
        """The other journeys are read only where there are jumps."""
        wanted = [version for version in versions if control.version in (None, version.number)][-1:]
        definition = wanted[0].definition if wanted else None
        return Context(others=None if definition is None or not jumps(definition) else self.others(id_))

    def _write(self, id_: str, before: tuple[Version, ...], found: Decision, control: Control) -> None:
        catalogue, at = self._parts.catalogue, self._parts.clock.now()
        number = control.version or before[-1].number
        known = {version.number: version for version in before}
        now: Statuses = {version.number: version.status for version in found.versions}
        for version in found.versions:
            if version.number not in known:
                now[self._save(id_, number)] = now.pop(version.number)
            elif version.definition != known[version.number].definition:
                self._change_texts(id_, version)
        gone = [one for one in known if one not in now]
        if gone:
            catalogue.forget_statuses(KIND, id_, gone)
        state, published = _whole(now)
        catalogue.set_life(
            KIND,
            id_,
            now,
            state=state,
            published_version=published,
            action=_ACTIONS.get(control.action, control.action),
            version=number,
            at=at,
        )
        catalogue.add_controls(found.changes, at=at)

    def _save(self, id_: str, like: int) -> int:
        """A new version like an old one."""
        old = self._parts.catalogue.get(KIND, id_, like)
        at = self._parts.clock.now()
        return self._parts.catalogue.save_draft(KIND, id_, old.body, name=old.name, at=at, again=True).latest

    def _change_texts(self, id_: str, version: Version) -> None:
        definition = version.definition
        assert definition is not None
        shape = definition.to_json()
        body = {"source": shape["body"], "trees": shape["rules"]}
        self._parts.catalogue.change_texts(KIND, id_, version.number, definition.name, body)
        self._parts.templates.forget(id_, version.number)

    # --- definitions -------------------------------------------------------------------------------------

    def save(
        self,
        id_: str,
        name: str,
        body: Mapping[str, object],
        *,
        publish: bool,
        definition: JourneyDefinition | None = None,
    ) -> int:
        """Save a version of a journey, and publish it if asked for. Nothing happens where that is so already.

        A draft takes the place of an older one that was never published. What is over begins anew as a new version.
        ``definition`` is the body as it is read, where somebody has read it already.

        Returns the number of the version.

        Raises:
            DefinitionError: the publication is refused.
        """
        catalogue, at = self._parts.catalogue, self._parts.clock.now()
        with self._parts.moving, catalogue.together():
            before = self.statuses_of(id_)
            newest = max(before, default=0)
            over = before.get(newest) in ("closed", "stopped", "finished") and publish
            number = catalogue.save_draft(KIND, id_, body, name=name, at=at, again=over).latest
            if number != newest:
                drafts = {one: REPLACED for one, status in before.items() if status == "draft"}
                now = {**before, **drafts, number: "draft"}
                state, published = _whole(now)
                catalogue.set_life(
                    KIND,
                    id_,
                    {**drafts, number: "draft"},
                    state=state,
                    published_version=published,
                    action=None,
                    version=number,
                    at=at,
                )
            if definition is not None:
                self._read[id_, number] = body, replace(definition, version=number)
            if publish and before.get(number) not in RUNNING:
                self.act(id_, Control("publish", number))
        return number

    def delete(self, id_: str) -> None:
        """Stop all versions of a journey and take it out of use; versions and history stay readable."""
        with self._parts.moving, self._parts.catalogue.together():  # in this order, as a tick takes them
            for number, status in self.statuses_of(id_).items():
                if status in ACTIVE:
                    off: dict[str, Action] = {"draft_test": "test_off", "dry_run": "dry_run_off"}
                    self.act(id_, Control(off.get(status, "stop"), number))
            self._parts.catalogue.delete(KIND, id_, at=self._parts.clock.now())
            self._parts.catalogue.forget_statuses(KIND, id_, list(self.statuses_of(id_)))


#: Names of actions as they fit into the history.
_ACTIONS = {"set_attribute_exit": "attribute_exit"}


def refused(refusal: Refusal) -> DefinitionError:
    """A refusal as an error."""
    problems: tuple[ParcoursError, ...] = refusal.problems if len(refusal.problems) > 1 else ()
    where = refusal.problems[0].where if refusal.problems else None
    return DefinitionError(
        refusal.message, code=refusal.rule.replace("_", "-"), where=where, hint=refusal.hint, problems=problems
    )


def overall(statuses: Statuses) -> str:
    """The status of a journey as a whole: that of its newest version that is active, or else of its newest."""
    active = [number for number, status in statuses.items() if status in RUNNING]
    active = active or [number for number, status in statuses.items() if status in ACTIVE]
    return statuses[max(active or statuses)] if statuses else ""


def _whole(statuses: Statuses) -> tuple[State, int | None]:
    """What the statuses of versions mean for the definition as a whole."""
    running = [number for number, status in statuses.items() if status in RUNNING]
    if running:
        return State.PUBLISHED, max(running)
    over = any(status in ("closed", "stopped", "finished") for status in statuses.values())
    return (State.INACTIVE if over else State.DRAFT), None


def _with_time(id_: str, before: Statuses, state: JourneysState) -> Statuses:
    """The statuses with what has come with time: drafts whose test is over are drafts again."""
    known = state.journeys.get(id_)
    running = {} if known is None else {one.definition.version: one.status for one in known.versions}
    return {number: _timed(status, running.get(number)) for number, status in before.items()}


def _timed(status: str, running: str | None) -> str:
    if status in _TRIALS:
        return status if running in _TRIALS else "draft"
    return status if status in ("draft", REPLACED) or running is None else running


def _ends(source: Any) -> bool:
    """Whether a live version may close by itself."""
    return source.get("ends") is not None or "read" in (source.get("entry") or {})


def _without_replaced(known: Statuses) -> Statuses:
    return {number: status for number, status in known.items() if status != REPLACED}
