"""What applying a configuration would do: each definition, who would move, which journeys are touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from parcours.core.clock import iso
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.language.tree import Node, members
from parcours.service import reports
from parcours.service.applying import Change
from parcours.service.checking import Checked
from parcours.service.configuration.folder import Configuration
from parcours.service.configuration.members import moved
from parcours.service.configuration.proposal import Proposal, base_of, proposal
from parcours.service.configuration.records import Action, Moved, Plan, Planned, Touched
from parcours.service.configuration.resources import Resources
from parcours.service.configuration.words import rule_changes, rule_lines, setting_changes
from parcours.service.definitions import journey_of, rule_in
from parcours.store.catalogue import Definition

if TYPE_CHECKING:
    from parcours.service.wiring import Parts


def plan(config: Configuration, parts: Parts, resources: Resources, *, prune: bool, language: str = "en") -> Plan:
    """See :meth:`parcours.service.workspace.Workspace.plan`."""
    base = base_of(parts, resources)
    found = proposal(config, parts, resources, prune=prune)
    changed = [one.id for one in found.changes if one.kind == "segment" and one.action != "unchanged"]
    gone = [one.id for one in found.gone if one.kind == "segment"]
    movements = {one.segment: one for one in moved(parts, found.rules(parts), changed, gone)}
    last = parts.log.last_tick()
    planner = _Planner(parts, found, movements, language)
    return Plan(
        items=(*planner.items(), *_others(found, resources)),
        follows=tuple(one for name, one in movements.items() if name not in changed and name not in gone),
        at=None if last is None else iso(last[1]),
        prune=prune,
        base=base,
        documents=config.documents(),
    )


class _Planner:
    """Says of each definition what is done to it."""

    def __init__(self, parts: Parts, found: Proposal, movements: Mapping[str, Moved], language: str) -> None:
        self._found, self._movements, self._language = found, movements, language
        self._known = _known(parts)
        self._inside = {
            str(row["journey"]): int(row["inside"]) for row in reports.journey_totals(parts.log).iter_rows(named=True)
        }
        self._journeys = {item.id: journey_of(item) for item in parts.catalogue.published("journey")}
        self._journeys |= {item.id: item.journey for item in found.found.items if item.journey is not None}

    def items(self) -> Iterator[Planned]:
        """In the order in which they are published, then those that are deleted."""
        for item, change in zip(self._found.found.items, self._found.changes, strict=True):
            if item.kind == "segment":
                yield self._segment(item, change)
            elif item.journey is not None:
                yield self._journey(item, item.journey, change)
            else:
                yield self._plain(item, change)
        yield from map(self._deleted, self._found.gone)

    def _segment(self, item: Checked, change: Change) -> Planned:
        old = self._known.get(("segment", item.id))
        rule = rule_in(item.body)
        return Planned(
            "segment",
            item.id,
            item.name,
            cast(Action, change.action),
            change.version,
            rule=tuple(rule_lines(rule, self._language)),
            words=() if old is None or change.action != "edited" else self._words(old, item, rule),
            evaluation=str(change.method or ""),
            members=self._movements.get(item.id),
            journeys=() if change.action == "unchanged" else tuple(self._touched(item.id)),
        )

    def _words(self, old: Definition, item: Checked, rule: Node) -> tuple[str, ...]:
        settings = setting_changes(_source(old.body), _source(item.body), without="rule")
        return (*rule_changes(rule_in(old.body), rule, self._language), *settings)

    def _journey(self, item: Checked, journey: JourneyDefinition, change: Change) -> Planned:
        old = self._known.get(("journey", item.id))
        words = () if old is None or change.action != "edited" else setting_changes(_source(old.body), journey.body)
        inside = self._inside.get(item.id, 0)
        note = "" if change.action == "unchanged" else "; ".join(self._on_publication(journey, change, inside))
        return Planned(
            "journey",
            item.id,
            item.name,
            cast(Action, change.action),
            change.version,
            words=words,
            journeys=() if change.action == "unchanged" else (Touched(item.id, "itself", inside, note),),
        )

    def _on_publication(self, journey: JourneyDefinition, change: Change, inside: int) -> Iterator[str]:
        """Whom publishing a version of a journey moves."""
        if change.action == "edited" and inside:
            yield f"{inside:,} inside go on in the version they are in"
        entry = journey.entry
        if entry.include_members and entry.segment is not None and (size := self._size(entry.segment)) is not None:
            yield f"{size:,} members of {entry.segment} enter at publication"
        if entry.kind == "read" and entry.read is not None and (size := self._size(entry.read)) is not None:
            yield f"{size:,} members of {entry.read} are there to be read"

    def _size(self, segment: str) -> int | None:
        movement = self._movements.get(segment)
        return None if movement is None else movement.after

    def _plain(self, item: Checked, change: Change) -> Planned:
        old = self._known.get((item.kind, item.id))
        edited = old is not None and change.action == "edited"
        words = setting_changes(_source(old.body), _source(item.body)) if edited and old is not None else ()
        return Planned(item.kind, item.id, item.name, cast(Action, change.action), change.version, words=words)

    def _deleted(self, item: Definition) -> Planned:
        if item.kind == "segment":
            rule = tuple(rule_lines(rule_in(item.body), self._language))
            return Planned(item.kind, item.id, item.name, "deleted", rule=rule, members=self._movements.get(item.id))
        inside = self._inside.get(item.id, 0) if item.kind == "journey" else 0
        note = f"{inside:,} inside are taken out" if inside else ""
        touched = (Touched(item.id, "itself", inside, note),) if item.kind == "journey" else ()
        return Planned(item.kind, item.id, item.name, "deleted", journeys=touched)

    # --- journeys that read a segment --------------------------------------------------------------------

    def _touched(self, segment: str) -> Iterator[Touched]:
        for journey in self._journeys.values():
            for role, note in _roles(journey, segment, self._movements.get(segment)):
                yield Touched(journey.id, role, self._inside.get(journey.id, 0), note)


def _roles(journey: JourneyDefinition, segment: str, movement: Moved | None) -> Iterator[tuple[str, str]]:
    """Where a journey refers to a segment, and what a change of the segment means there."""
    entry = journey.entry
    if entry.segment == segment:
        yield "entry", f"starts people who {_WAYS[entry.on]} it from then on; the change itself starts nobody"
    if entry.read == segment:
        size = "" if movement is None else f": {movement.after:,} instead of {movement.before:,}"
        yield "entry", f"reads its members{size}"
    if any(getattr(heard, "segment", None) == segment for _, heard in journey.listeners()):
        yield "wait", "people wait for changes of it; the change itself wakes nobody"
    if any(name == segment for _, name, _ in journey.exits()):
        yield "exit", "people leave by changes of it; the change itself takes nobody out"
    if any(segment in members(rule) for rule in journey.rules.values()):
        yield "rule", "its rules read it as it will be"


_WAYS = {"enter": "enter", "exit": "leave", "both": "enter or leave"}


def _known(parts: Parts) -> dict[tuple[str, str], Definition]:
    """What each definition is compared with: the version that is published, or else the newest."""
    newest = {(item.kind, item.id): item for item in parts.catalogue.list()}
    return newest | {(item.kind, item.id): item for item in parts.catalogue.published()}


def _source(body: Mapping[str, Any]) -> Mapping[str, Any]:
    source = body["source"]
    assert isinstance(source, Mapping)
    return source


def _others(found: Proposal, resources: Resources) -> Iterator[Planned]:
    there = {kind: resource.shapes() for kind, resource in resources.items()}
    for (kind, id), shape in found.others.items():
        old = there[kind].get(id)
        words = () if old is None else setting_changes(old, shape)
        action: Action = "new" if old is None else "edited" if words else "unchanged"
        yield Planned(kind, id, str(shape.get("name") or id), action, words=words)
    for kind, id in found.others_gone:
        yield Planned(kind, id, str(there[kind][id].get("name") or id), "deleted")
