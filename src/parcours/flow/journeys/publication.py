"""What must be true when a version is published or tested, beside what :func:`read_journey` checks: the journeys it
jumps into, and the version before it (journeys.md, section 3 and 12).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from parcours.core.errors import CycleError, DefinitionError, ParcoursError, nearest
from parcours.flow.journeys.activities.base import SegmentListener
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.definitions.entry import EntryKind

#: The codes of problems that go by another name in the list of refusal rules.
_RULES = {"cycle": "loop", "unreachable-activity": "disconnected", "missing-setting": "incomplete_activity"}


@dataclass(frozen=True, slots=True)
class Target:
    """A journey that others may jump into, as its newest version.

    Attributes:
        entry: what starts its runs.
        namespace: its identity type.
        startable: whether it is live, paused or in test, so that a jump can start it.
        jumps: the journeys that it jumps into itself.
    """

    entry: EntryKind
    namespace: str | None
    startable: bool
    jumps: frozenset[str] = frozenset()

    @staticmethod
    def of(definition: JourneyDefinition, *, startable: bool) -> Target:
        """The target that a version of a journey is."""
        return Target(definition.entry.kind, definition.namespace, startable, frozenset(jumps(definition).values()))


def jumps(definition: JourneyDefinition) -> dict[str, str]:
    """The journeys that activities of type ``jump`` start, by activity."""
    found = ((name, activity) for name, activity in definition.activities.items() if activity.kind == "jump")
    return {name: str(getattr(activity, "journey", "")) for name, activity in found}


def jump_problems(definition: JourneyDefinition, others: Mapping[str, Target]) -> Iterator[ParcoursError]:
    """What is wrong with the jumps of a journey; ``others`` are all journeys but itself. Of each jump the first."""
    for name, to in jumps(definition).items():
        found = (
            jump_with_segment_entry(definition, name)
            or jump_loop(definition, name, to, others)
            or jump_target_not_live(name, to, others)
            or jump_target_segment_entry(name, to, others)
            or jump_target_namespace(definition, name, to, others)
        )
        if found is not None:
            yield found


def jump_with_segment_entry(definition: JourneyDefinition, name: str) -> ParcoursError | None:
    """A journey with a qualification or a read of a segment does not jump."""
    waits = any(isinstance(listener, SegmentListener) for _, listener in definition.listeners())
    if definition.entry.kind == "event" and not waits:
        return None
    return DefinitionError(
        "a journey with a qualification or a read of a segment cannot jump",
        code="jump-with-segment-entry",
        where=f"activities.{name}",
        hint="use an activity of type call: it may start any journey, and comes back with its result",
    )


def jump_loop(definition: JourneyDefinition, name: str, to: str, others: Mapping[str, Target]) -> ParcoursError | None:
    """Jumps do not lead back to the journey that they started in."""
    path = _way_back(to, definition.id, others)
    if path is None:
        return None
    return CycleError(
        "jumps lead back to this journey: " + " → ".join((definition.id, *path)),
        code="jump-loop",
        where=f"activities.{name}.journey",
    )


def jump_target_not_live(name: str, to: str, others: Mapping[str, Target]) -> ParcoursError | None:
    """The target can be started now."""
    if to in others and others[to].startable:
        return None
    message = f"journey {to!r} is neither live nor in test" if to in others else f"there is no journey {to!r}"
    return DefinitionError(
        message,
        code="jump-target-not-live",
        where=f"activities.{name}.journey",
        hint="publish it first" if to in others else nearest(to, others),
    )


def jump_target_segment_entry(name: str, to: str, others: Mapping[str, Target]) -> ParcoursError | None:
    """The target starts with an event about a person."""
    if others[to].entry == "event":
        return None
    return DefinitionError(
        f"journey {to!r} does not start with an event about a person, so a jump cannot start it",
        code="jump-target-segment-entry",
        where=f"activities.{name}.journey",
        hint="use an activity of type call: it may start any journey",
    )


def jump_target_namespace(
    definition: JourneyDefinition, name: str, to: str, others: Mapping[str, Target]
) -> ParcoursError | None:
    """Both sides of a jump have one identity type."""
    theirs = others[to].namespace
    if theirs == definition.namespace or definition.head.identities == "resolved":
        return None
    return DefinitionError(
        f"journey {to!r} has namespace {theirs!r}, this one {definition.namespace!r}",
        code="jump-target-namespace",
        where=f"activities.{name}.journey",
        hint="a person is known by one identity type on both sides of a jump",
    )


def _way_back(start: str, home: str, others: Mapping[str, Target]) -> tuple[str, ...] | None:
    """The journeys from ``start`` to ``home`` by jumps, or ``None``."""
    seen: set[str] = set()
    trails: list[tuple[str, ...]] = [(start,)]
    while trails:
        trail = trails.pop()
        if trail[-1] == home:
            return trail
        if trail[-1] in others and trail[-1] not in seen:
            seen.add(trail[-1])
            trails.extend((*trail, to) for to in sorted(others[trail[-1]].jumps))
    return None


# --- versions ---------------------------------------------------------------------------------------------


def version_problems(new: JourneyDefinition, previous: JourneyDefinition) -> Iterator[ParcoursError]:
    """What a version must not change against the one before; with ``version_rules: free`` it may change everything."""
    if new.head.version_rules == "free":
        return
    yield from entry_type_changed(new, previous)
    yield from entry_segment_changed(new, previous)
    yield from reentrance_changed(new, previous)


def entry_type_changed(new: JourneyDefinition, previous: JourneyDefinition) -> Iterator[ParcoursError]:
    """All versions have the same kind of entry."""
    if new.entry.kind != previous.entry.kind:
        yield _changed(
            "entry-type-changed", "entry", f"starts with {_kind(previous.entry.kind)}, not {_kind(new.entry.kind)}"
        )


def entry_segment_changed(new: JourneyDefinition, previous: JourneyDefinition) -> Iterator[ParcoursError]:
    """The first segment stays (section 21, line 23), and with it the namespace of a qualification entry."""
    if new.entry.kind != previous.entry.kind:
        return
    if new.entry.kind == "read" and new.entry.read != previous.entry.read:
        said = f"reads segment {previous.entry.read!r}, not {new.entry.read!r}"
        yield _changed("entry-segment-changed", "entry.read", said)
    if new.entry.kind != "segment":
        return
    if new.entry.segment != previous.entry.segment:
        said = f"starts with segment {previous.entry.segment!r}, not {new.entry.segment!r}"
        yield _changed("entry-segment-changed", "entry.segment", said)
    elif new.namespace != previous.namespace:
        yield _changed("entry-segment-changed", "namespace", f"has namespace {previous.namespace!r}")


def reentrance_changed(new: JourneyDefinition, previous: JourneyDefinition) -> Iterator[ParcoursError]:
    """The rule of re-entrance stays."""
    after, before = new.reentry, previous.reentry
    if after.allowed != before.allowed:
        said = "lets people enter again" if before.allowed else "lets nobody enter again"
        yield _changed("reentrance-changed", "reentry.allowed", said)
    elif after.allowed and after.pause != before.pause:
        yield _changed("reentrance-changed", "reentry.wait", f"lets people enter again after {before.wait}")


def _changed(code: str, where: str, said: str) -> DefinitionError:
    return DefinitionError(
        f"the version before {said}", code=code, where=where, hint="keep it, or allow it by version_rules: free"
    )


def _kind(kind: EntryKind) -> str:
    names = {"event": "an event", "segment": "a qualification", "read": "a read of a segment"}
    return names.get(kind, "a business event")


# --- names ------------------------------------------------------------------------------------------------


def rule_of(problem: ParcoursError) -> str:
    """The name of the rule that a problem breaks, as the lists of refusals have it: ``entry_must_be_event``."""
    if problem.code == "missing-setting" and problem.where == "entry":
        return "entry_must_be_event"
    return _RULES.get(problem.code, problem.code.replace("-", "_"))
