"""Journeys and what is done with them: definitions, controls, refusals, statuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from parcours.core.errors import DefinitionError
from parcours.core.facts import DefinitionChange
from parcours.core.schema import Schema
from parcours.engines.state import State
from parcours.flow.journeys.definitions import read_journey
from parcours.flow.journeys.lifecycle import STARTABLE, Action, Context, Control, Refusal, Status, Version, decide
from parcours.flow.journeys.publication import Target
from tests.conformance.scenarios.definitions import Translation, length
from tests.conformance.scenarios.names import Names, journeys_of

#: Actions of the product that bring a published version into a status, by the status.
_FURTHER = {"live": (), "paused": ("pause",), "closed": ("close",), "stopped": ("stop",)}
_DRAFTS = {"draft_test": "test_on", "dry_run": "dry_run_on"}


class Controls:
    """The journeys of a scenario and their statuses.

    Attributes:
        results: what became of each control: instant, action, ``ok`` or ``refused``, and the rule.
    """

    def __init__(self, case: Mapping[str, Any], names: Names, schema: Schema) -> None:
        self._case = case
        self._names = names
        self._schema = schema
        self._known: dict[str, tuple[Version, ...]] = {}
        self.results: list[tuple[int, str, str, str | None]] = []
        for journey in sorted(journeys_of(case), key=lambda journey: journey.get("version", 1)):
            known = self._known.get(journey["id"], ())
            self._known[journey["id"]] = (*known, self._version(journey))

    def _version(self, journey: Mapping[str, Any]) -> Version:
        number, status = journey.get("version", 1), cast(Status, journey.get("status", "draft"))
        try:
            definition = read_journey(
                Translation.of(journey, self._names).body(),
                self._schema,
                list(self._case.get("segments", {})),
                number,
                namespaces=self._namespaces(journey),
                actions=self._names.actions,
                sources=self._names.sources,
                rule_sets=list(self._case.get("rule_sets", {})),
            )
        except DefinitionError as error:
            if status != "draft":
                told = "; ".join(f"{problem.where}: {problem.message}" for problem in error.problems or (error,))
                raise AssertionError(f"journey {journey['id']} is refused: {told}") from error
            return Version(number, status, None, tuple(error.problems or (error,)))
        return Version(number, status, definition)

    def _namespaces(self, journey: Mapping[str, Any]) -> dict[str, str | None]:
        """The identity type of each event; that of the journey where nothing is said."""
        said = self._case.get("events", {})
        return {name: said.get(name, {}).get("namespace", journey.get("namespace")) for name in self._schema.events}

    # --- the start ----------------------------------------------------------------------------------------

    def at_the_start(self) -> Iterator[DefinitionChange]:
        """What brings the journeys into the statuses that they have at the start."""
        for id_, versions in self._known.items():
            for version in versions:
                body = {} if version.definition is None else version.definition.to_json()
                if version.status in _FURTHER:
                    yield DefinitionChange("journey", id_, version.number, "publish", body)
                    for action in _FURTHER[version.status]:
                        options = {"profiles": "hold"} if action == "pause" else {}
                        yield DefinitionChange("journey", id_, version.number, action, options)
                elif version.status in _DRAFTS:
                    yield DefinitionChange("journey", id_, version.number, _DRAFTS[version.status], body)

    # --- the timeline -------------------------------------------------------------------------------------

    def decide(self, control: Mapping[str, Any], at: int, state: State) -> tuple[DefinitionChange, ...]:
        """What a control tells the tick; nothing where it is refused."""
        id_, action = control["journey"], control["action"]
        self._refresh(state)
        wanted = Control(cast(Action, action), control.get("version"), self._options(control))
        decision = decide(id_, self._known.get(id_, ()), wanted, Context(True, self._others(id_)))
        if isinstance(decision, Refusal):
            self.results.append((at, action, "refused", decision.rule))
            return ()
        self.results.append((at, action, "ok", None))
        self._known[id_] = decision.versions
        return decision.changes

    def _options(self, control: Mapping[str, Any]) -> dict[str, object]:
        options = {name: value for name, value in control.items() if name not in ("journey", "version", "action")}
        if "for" in options:
            options["for"] = length(options["for"])
        if "when" in options:
            options["when"] = self._names.reader().condition(options["when"])
        return options

    def _others(self, id_: str) -> dict[str, Target]:
        """The other journeys, each by its version that can be started, or else the newest."""
        found = {}
        for name, versions in self._known.items():
            told = [version for version in versions if version.definition is not None]
            startable = [version for version in told if version.status in STARTABLE]
            if name != id_ and told:
                version = (startable or told)[-1]
                assert version.definition is not None
                found[name] = Target.of(version.definition, startable=bool(startable))
        return found

    # --- statuses -----------------------------------------------------------------------------------------

    def statuses(self, state: State) -> dict[tuple[str, int], str]:
        """The status of every version."""
        self._refresh(state)
        return {(id_, version.number): version.status for id_, versions in self._known.items() for version in versions}

    def _refresh(self, state: State) -> None:
        """Statuses change with time, too; the state knows."""
        for id_, versions in self._known.items():
            journey = state.journeys.journeys.get(id_)
            running = {} if journey is None else {one.definition.version: one.status for one in journey.versions}
            self._known[id_] = tuple(_refreshed(version, running.get(version.number)) for version in versions)


def _refreshed(version: Version, status: str | None) -> Version:
    """The version with the status that the state knows; a draft whose test is over is a draft again."""
    if version.status in ("draft", *_DRAFTS):
        return version if status in _DRAFTS else replace(version, status="draft")
    return version if status is None else replace(version, status=cast(Status, status))
