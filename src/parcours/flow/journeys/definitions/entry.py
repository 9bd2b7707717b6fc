"""Who enters a journey, and when (journeys.md, sections 1, 8, 9 and 14)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

import msgspec

from parcours.core.clock import duration
from parcours.core.errors import DefinitionError, ParcoursError
from parcours.flow.journeys.definitions.problems import length_problem
from parcours.flow.journeys.definitions.schedule import Schedule
from parcours.flow.journeys.problems import wrong_value

#: The kinds of entry; :attr:`Entry.kind`.
EntryKind: TypeAlias = Literal["event", "segment", "read", "business_event"]
KINDS: tuple[EntryKind, ...] = ("event", "segment", "read", "business_event")
#: Name of the entry in step rows where it has none of its own; no activity can have it. Likewise that of a read behind
#: a business event.
ENTRY, READ = "entry", "read"

_ONLY_FOR: dict[str, tuple[EntryKind, ...]] = {
    "on": ("segment",),
    "include_members": ("segment",),
    "where": ("event", "business_event"),
    "supplemental": ("event", "business_event"),
    "schedule": ("read",),
    "rate": ("read", "business_event"),
    "spread": ("read", "business_event"),
    "read_id": ("business_event",),
    "properties": ("business_event",),
}
_EXAMPLE = "{event: visit}, {segment: lapsing, on: enter}, {read: silver} or {business_event: restocked, read: silver}"


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who enters. Exactly one kind:

    ``event``: whoever has an event of this type that meets ``where``; with ``supplemental`` one run per value of that
    property, at once. ``segment``: whoever enters or leaves it, as ``on`` says; ``include_members``: and its members at
    publication. ``read``: all its members, when ``schedule`` says, at most ``rate`` people per second, spread over a
    time. ``business_event``: all members of ``read``, whenever an event of this type about nobody meets ``where``.

    ``properties`` names the types of what a business event says (``{sku: string}``), where nobody has told of one yet.
    ``when`` is a condition on the profile for all kinds. ``id`` and ``read_id`` are names in step rows.
    """

    event: str | None = None
    segment: str | None = None
    read: str | None = None
    business_event: str | None = None
    on: Literal["enter", "exit", "both"] = "enter"
    include_members: bool = False
    where: Any = None
    when: Any = None
    supplemental: str | None = None
    schedule: Schedule | None = None
    rate: int | float | None = None
    spread: str | int | float | None = None
    namespace: str | None = None
    id: str = ENTRY
    read_id: str = READ
    properties: dict[str, str] | None = None
    label: str = ""
    description: str = ""

    @property
    def kind(self) -> EntryKind:
        """What starts a run. Of an entry that :meth:`check` refuses, the first thing said."""
        return next(iter(self._kinds()), "event")

    def _kinds(self) -> list[EntryKind]:
        named = [kind for kind in KINDS if getattr(self, kind) is not None]
        return [kind for kind in named if kind != "read" or "business_event" not in named]

    def admits(self, direction: str) -> bool:
        """Whether a change of membership in this direction, ``enter`` or ``exit``, starts a run."""
        return self.on in ("both", direction)

    @property
    def timetable(self) -> Schedule:
        """When the segment is read; once, at publication, if not said."""
        return self.schedule or Schedule()

    @property
    def spread_over(self) -> int:
        """Microseconds over which those who are read enter; 0: all at once."""
        return 0 if self.spread is None else duration(self.spread)

    @property
    def trigger(self) -> str | None:
        """The event type that starts runs, whether about a person or a business event."""
        return self.event or self.business_event

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments that are looked at."""
        return tuple(name for name in (self.segment, self.read) if name is not None)

    @property
    def heard_as(self) -> tuple[str, ...]:
        """The names of the steps of an entry: two where a business event is followed by a read."""
        return (self.id, self.read_id) if self.kind == "business_event" else (self.id,)

    def check(self, zone: str) -> Iterator[ParcoursError]:
        """What is wrong with it; ``zone`` is that of the journey."""
        found = self._kinds()
        if len(found) != 1:
            yield entry_must_be_event(found)
            return
        yield from self._other_settings(found[0])
        if found == ["business_event"] and self.read is None:
            yield DefinitionError(
                "a business event brings the members of a segment, and none is named",
                code="missing-setting",
                where="entry.read",
                hint="{business_event: restocked, read: silver}",
            )
        if self.schedule is not None:
            yield from self.schedule.check("entry.schedule", zone)
        if self.rate is not None and not 0 < self.rate <= 1e9:
            yield wrong_value("entry.rate", f"{self.rate!r} is no number of people per second")
        if self.spread is not None:
            yield from length_problem("entry.spread", self.spread)

    def _other_settings(self, kind: EntryKind) -> Iterator[ParcoursError]:
        defaults = {field.name: field.default for field in msgspec.structs.fields(type(self))}
        for name, kinds in _ONLY_FOR.items():
            if kind not in kinds and getattr(self, name) != defaults[name]:
                yield DefinitionError(
                    f"{name!r} does not go with an entry by {kind.replace('_', ' ')}",
                    code="unknown-setting",
                    where=f"entry.{name}",
                    hint="it goes with: " + ", ".join(kinds),
                )


def entry_must_be_event(found: list[EntryKind]) -> DefinitionError:
    """The entry is no event, qualification, read or business event, or several of them (journeys.md, section 3)."""
    said = "a journey starts with " + " and ".join(found) if found else "nothing says who enters"
    return DefinitionError(
        f"{said}; it must start with exactly one event, change of membership, read of a segment or business event",
        code="entry-must-be-event",
        where="entry",
        hint=_EXAMPLE,
    )
