"""A folder of definitions becomes what is evaluated: everything is checked first, then all of it is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from parcours.core.errors import DefinitionError, InputError, ParcoursError
from parcours.core.facts import DefinitionChange
from parcours.core.schema import Schema
from parcours.flow.journeys.builder import Journey as Built
from parcours.flow.segments.definitions import KINDS, SegmentDefinition, read_definitions
from parcours.language.method import Method
from parcours.service.checking import Checked, Checker, Published, all_problems, single
from parcours.service.definitions import called_in, method_in, rule_in, rules_of_segments
from parcours.service.expressions import Rule
from parcours.service.lives import Lives
from parcours.service.wiring import DECLARED, Parts
from parcours.store.catalogue import Catalogue, Definition, State


@dataclass(frozen=True, slots=True)
class Change:
    """What publishing does to one definition.

    ``action`` is ``new``, ``edited`` (also: published again), ``unchanged`` or ``deleted``; ``version`` is the number
    it gets. A segment has its ``rule``, and the ``method`` by which it will be kept up to date. ``note`` is what has to
    be told once, such as the secret of a new web hook.
    """

    kind: str
    id: str
    name: str
    action: str
    version: int
    rule: Rule | None = field(default=None, compare=False, repr=False)
    method: Method | None = field(default=None, compare=False, repr=False)
    note: str = field(default="", compare=False, repr=False)


def published(parts: Parts) -> Published:
    """What there is already."""
    catalogue = parts.catalogue
    return Published(
        parts.schema,
        rules_of_segments(catalogue),
        called_in(catalogue),
        [item.id for item in catalogue.published("rule_set")],
        [item.id for item in catalogue.list("journey")],
    )


@dataclass(frozen=True, slots=True)
class Found:
    """Definitions that can be accepted, and the schema with the names that they bring."""

    items: Sequence[Checked]
    schema: Schema


#: A file or folder, plain data, a journey that was built in Python, or several of these.
Definitions: TypeAlias = str | Path | Mapping[str, object] | Built | Sequence["Definitions"]


def checked(definitions: Definitions, parts: Parts) -> Found:
    """Definitions, checked against the workspace.

    Raises:
        InputError: there are none, or a file cannot be read.
        DefinitionError: with everything that is wrong.
    """
    where = str(definitions) if isinstance(definitions, str | Path) else "the definitions"
    return checked_all(read(definitions), where, parts)


def read(definitions: Definitions) -> list[SegmentDefinition | Mapping[str, object]]:
    """Definitions in the form in which they are checked. Raises as :func:`read_definitions`."""
    if isinstance(definitions, str | Path):
        return read_definitions(definitions)
    if isinstance(definitions, Built):
        return [definitions.body()]
    if isinstance(definitions, Mapping):
        return [SegmentDefinition.from_json(definitions) if "segment" in definitions else _with_kind(definitions)]
    return [one for each in definitions for one in read(each)]


def _with_kind(shape: Mapping[str, object]) -> Mapping[str, object]:
    if not any(kind in shape for kind in KINDS):
        hint = "one of these keys, with the id: " + ", ".join(KINDS)
        raise DefinitionError("nothing says what this defines", code="no-kind", hint=hint)
    return shape


def checked_all(definitions: Sequence[SegmentDefinition | Mapping[str, object]], where: str, parts: Parts) -> Found:
    """Definitions as plain data, checked against the workspace.

    Raises:
        DefinitionError: with everything that is wrong.
    """
    checker = Checker(published(parts))
    return Found(checker.check(definitions, where), checker.schema)


def changes(found: Sequence[Checked], parts: Parts) -> list[Change]:
    """What publishing these would do."""
    known = {(item.kind, item.id): item for item in parts.catalogue.list(states=list(State))}
    statuses = Lives(parts).statuses() if any(item.kind == "journey" for item in found) else {}
    return [_change(item, known.get((item.kind, item.id)), statuses.get(item.id, {})) for item in found]


def _change(new: Checked, old: Definition | None, statuses: Mapping[int, str]) -> Change:
    change = _difference_of_journey(new, old, statuses) if new.kind == "journey" else _difference(new, old)
    if new.kind != "segment":
        return change
    return replace(change, rule=Rule(rule_in(new.body)), method=method_in(new.body))


def _difference(new: Checked, old: Definition | None) -> Change:
    if old is None:
        return Change(new.kind, new.id, new.name, "new", 1)
    same = old.body == new.body and old.name == new.name and old.state != State.DELETED
    if same and old.published_version == old.version:
        return Change(new.kind, new.id, new.name, "unchanged", old.version)
    version = old.version if same else old.version + 1
    return Change(new.kind, new.id, new.name, "edited" if old.state != State.DELETED else "new", version)


def _difference_of_journey(new: Checked, old: Definition | None, statuses: Mapping[int, str]) -> Change:
    """What is live stays as it is; what is over begins anew as a version of its own."""
    if old is None or not statuses:
        return Change(new.kind, new.id, new.name, "new", 1 if old is None else old.latest + 1)
    status = statuses.get(old.latest)
    same = old.body == new.body and old.name == new.name
    if same and status in ("live", "paused"):
        return Change(new.kind, new.id, new.name, "unchanged", old.latest)
    kept = same and status in ("draft", "draft_test", "dry_run")
    return Change(new.kind, new.id, new.name, "edited", old.latest if kept else old.latest + 1)


def save(found: Found, parts: Parts, *, publish: bool, publish_journeys: bool | None = None) -> list[Change]:
    """Save, and publish if asked for: all of them in one transaction. Tells what changed.

    ``publish_journeys``: whether journeys are published, where they are not treated as the rest.

    Raises:
        DefinitionError: the publication of a journey is refused; nothing was changed.
    """
    catalogue, lives, problems = parts.catalogue, Lives(parts), list[ParcoursError]()
    journeys = publish if publish_journeys is None else publish_journeys
    with parts.moving, catalogue.together():
        done = changes(found.items, parts)
        for item in found.items:
            if item.kind != "journey":
                _save(item, catalogue, parts.clock.now(), publish=publish)
                continue
            try:
                lives.save(item.id, item.name, item.body, publish=journeys, definition=item.journey)
            except DefinitionError as error:
                problems.extend(single(error, f"journey {item.id!r}", item.source))
        if problems:
            raise all_problems(problems, "")
        _declare(found.schema, parts)
    return done


def save_one(parts: Parts, kind: str, id: str, shape: Mapping[str, object], *, publish: bool) -> Definition:
    """Save one definition of a kind, and publish it if asked for; ``shape`` need not say kind and id again.

    Raises:
        InputError: ``other-id``, it says another one.
        DefinitionError: with everything that is wrong; nothing was changed.
    """
    if shape.get(kind, id) != id:
        raise InputError(
            f"this is {kind} {shape[kind]!r}, not {id!r}", code="other-id", where=kind, hint="leave it out"
        )
    found = checked({kind: id, **shape}, parts)
    with parts.moving:
        save(found, parts, publish=publish)
    return parts.catalogue.get(kind, id)


def _save(item: Checked, catalogue: Catalogue, at: int, *, publish: bool) -> None:
    saved = catalogue.save_draft(item.kind, item.id, item.body, name=item.name, at=at)
    if not publish:
        return
    catalogue.publish(item.kind, item.id, at=at)
    if item.kind == "rule_set" and saved.published_version != saved.latest:
        body = item.body["source"]
        assert isinstance(body, Mapping)
        catalogue.add_controls([DefinitionChange("rule_set", item.id, saved.latest, "publish", body)], at=at)


def _declare(schema: Schema, parts: Parts) -> None:
    """Keep the names that journeys brought, until they are in the log."""
    known = parts.schema
    if schema == known:
        return
    attributes = {name: kind for name, kind in schema.attributes.items() if name not in known.attributes}
    found = parts.declared(Schema()).with_attributes(attributes)
    for event, properties in schema.events.items():
        if event not in known.events or properties != known.events[event]:
            found = found.with_event(event, properties)
    parts.catalogue.set_setting(DECLARED, found.to_json(), at=parts.clock.now())
