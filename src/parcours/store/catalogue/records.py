"""What the catalogue gives back. Instants are microseconds in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from parcours.core.facts import DefinitionChange
from parcours.store.catalogue.states import State


@dataclass(frozen=True, slots=True)
class Definition:
    """A segment, journey … with one of its versions: the newest, unless another was asked for.

    ``latest`` is the number of the newest version, ``published_version`` that of the one being evaluated
    (``None`` when none is); ``changed_at`` and ``changed_by`` say who touched the definition last, and ``revision``
    counts every time that somebody did.
    """

    kind: str
    id: str
    name: str
    state: State
    version: int
    body: Mapping[str, object]
    latest: int
    published_version: int | None
    changed_at: int
    changed_by: str
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """A definition without the bodies of its versions: its newest version, and the one that is published."""

    id: str
    state: State
    version: int
    published_version: int | None


@dataclass(frozen=True, slots=True)
class Version:
    """A version as it was saved; it never changes."""

    kind: str
    id: str
    version: int
    name: str
    body: Mapping[str, object]
    created_at: int
    created_by: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Who did what to which version of a definition, and when."""

    at: int
    by: str
    kind: str
    id: str
    version: int
    action: str
    note: str
    number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Control:
    """What was decided about a definition, as a tick is told of it; they are told in order of their numbers."""

    number: int
    kind: str
    id: str
    version: int
    action: str
    body: Mapping[str, object]
    at: int
    by: str

    @property
    def change(self) -> DefinitionChange:
        """What the tick takes in; its body says the number, so that it is taken in once."""
        body = {**self.body, "control": self.number}
        return DefinitionChange(self.kind, self.id, self.version, self.action, body)
