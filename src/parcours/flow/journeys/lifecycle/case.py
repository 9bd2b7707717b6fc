"""One action on one version of a journey, and the short words of those who decide it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from parcours.core.facts import DefinitionChange
from parcours.flow.journeys.lifecycle.types import Context, Control, Decision, Refusal, Status, Version


@dataclass(frozen=True, slots=True)
class Case:
    """An action on one version of a journey."""

    id: str
    versions: tuple[Version, ...]
    version: Version
    control: Control
    context: Context

    def change(self, action: str, version: Version | None = None, body: object = None) -> DefinitionChange:
        shape = body if isinstance(body, Mapping) else {}
        return DefinitionChange("journey", self.id, (version or self.version).number, action, shape)

    def body(self, version: Version | None = None) -> dict[str, object]:
        definition = (version or self.version).definition
        return {} if definition is None else definition.to_json()

    def after(self, *changed: Version) -> tuple[Version, ...]:
        new = {version.number: version for version in changed}
        return tuple(new.get(version.number, version) for version in self.versions)

    def becomes(self, status: Status, action: str, body: object = None) -> Decision:
        """The version has this status from now on, and the tick is told the action."""
        return Decision(self.after(replace(self.version, status=status)), (self.change(action, body=body),))

    def refuse(self, rule: str, message: str, hint: str | None = None) -> Refusal:
        return Refusal(rule, f"version {self.version.number} of journey {self.id!r} {message}", hint)

    def others(self, statuses: frozenset[Status]) -> list[Version]:
        return [one for one in self.versions if one.status in statuses and one.number != self.version.number]
