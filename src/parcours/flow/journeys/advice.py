"""Warnings about a journey that can be published: what its author may not have meant (journeys.md, section 3)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from parcours.core.errors import DefinitionError
from parcours.flow.journeys.activities.base import SegmentListener, SignalListener
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.graph import avoidable, positions


def warnings(definition: JourneyDefinition, computed: Collection[str] | None = None) -> list[DefinitionError]:
    """What is worth a look; nothing of it stops a publication. ``computed``: the segments that have been evaluated.

    Those of the whole journey come first, then those of activities from left to right.
    """
    places = positions(definition.start, definition.activities)
    found = [*_never_computed(definition, computed), *_waits(definition), *_skipped_messages(definition)]
    found += _reentry_while_inside(definition)

    def place(warning: DefinitionError) -> int:
        parts = (warning.where or "").split(".")
        return places.get(parts[1], -1) if parts[0] == "activities" else -1

    return sorted(found, key=place)


def _never_computed(definition: JourneyDefinition, computed: Collection[str] | None) -> Iterator[DefinitionError]:
    if computed is None:
        return
    entry, heard = definition.entry, definition.listeners()
    used = [("entry.segment", entry.segment), ("entry.read", entry.read)]
    used += [(f"exit_when[{at}].segment", rule.segment) for at, rule in enumerate(definition.head.exit_when)]
    used += [(f"activities.{name}.segment", on.segment) for name, on in heard if isinstance(on, SegmentListener)]
    for where, name in used:
        if name is not None and name not in computed:
            yield _warning("segment-never-computed", where, f"segment {name!r} has never been evaluated")


def _waits(definition: JourneyDefinition) -> Iterator[DefinitionError]:
    """Waits for something that may never come."""
    for name, activity in definition.activities.items():
        if not activity.listens():
            continue
        if getattr(activity, "timeout", None) is None:
            if definition.head.stay_limit is None:
                text = "it has no time-out and the stay no limit: people may wait here for ever"
                yield _warning("waits-for-ever", f"activities.{name}.timeout", text)
        elif getattr(activity, "on_timeout", None) is None:
            text = "people whose time is out go on as if it had happened; draw a path for them by on_timeout"
            yield _warning("no-timeout-path", f"activities.{name}.on_timeout", text)


def _skipped_messages(definition: JourneyDefinition) -> Iterator[DefinitionError]:
    """Signals of a message that some people have not got."""
    for name, listener in definition.listeners():
        if not isinstance(listener, SignalListener):
            continue
        if avoidable(definition.start, definition.activities, name, listener.activity):
            text = f"some paths come here without {listener.activity!r}, whose signals they wait for"
            yield _warning("message-may-be-missing", f"activities.{name}.of", text)


def _reentry_while_inside(definition: JourneyDefinition) -> Iterator[DefinitionError]:
    if not definition.reentry.allowed and definition.head.on_entry_inside in ("queue", "parallel"):
        text = f"nobody enters twice, so {definition.head.on_entry_inside!r} never happens"
        yield _warning("no-reentry", "on_entry_inside", text)


def _warning(code: str, where: str, message: str) -> DefinitionError:
    return DefinitionError(message, code=code, where=where)
