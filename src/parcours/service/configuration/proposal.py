"""A configuration beside a workspace: what is in it was checked, and what is in the workspace besides is known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parcours.core.errors import DefinitionError, InputError, ParcoursError
from parcours.flow.segments.definitions import KINDS, SegmentDefinition
from parcours.language.tree import Node
from parcours.service.applying import Change, Found, changes, published
from parcours.service.checking import Checker, Published, all_problems, single
from parcours.service.configuration.folder import Configuration, Written
from parcours.service.configuration.resources import Resources
from parcours.service.definitions import named, rule_in, rules_of_segments
from parcours.store.catalogue import Definition

if TYPE_CHECKING:
    from parcours.service.wiring import Parts

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be so, next to what is.

    Attributes:
        found: the definitions of the configuration, checked.
        changes: what publishing each of them does.
        others: the rest of it, with all settings.
        gone: definitions that are deleted; empty unless asked for.
        others_gone: the same of the rest.
    """

    found: Found
    changes: Sequence[Change]
    others: Mapping[Key, Mapping[str, object]]
    gone: tuple[Definition, ...]
    others_gone: tuple[Key, ...]

    def rules(self, parts: Parts) -> dict[str, Node]:
        """The rules of all segments as they would be."""
        left = {item.id for item in self.gone if item.kind == "segment"}
        kept = {name: rule for name, rule in rules_of_segments(parts.catalogue).items() if name not in left}
        return kept | {item.id: rule_in(item.body) for item in self.found.items if item.kind == "segment"}


def proposal(config: Configuration, parts: Parts, resources: Resources, *, prune: bool) -> Proposal:
    """Check a configuration against a workspace; with ``prune`` against what would be left of it.

    Raises:
        DefinitionError: with everything that is wrong.
    """
    here = {_key(one) for one in config.definitions}
    gone = tuple(item for item in parts.catalogue.list() if prune and item.kind in KINDS and _of(item) not in here)
    checker = Checker(_without(published(parts), gone))
    items = checker.check(config.definitions, config.where) if config.definitions else []
    found = Found(items, checker.schema)
    others = _checked_others(config, resources)
    there = {(kind, id) for kind, resource in resources.items() if resource.prunes for id in resource.shapes()}
    others_gone = tuple(sorted(there - others.keys())) if prune else ()
    return Proposal(found, changes(items, parts), others, gone, others_gone)


def _key(written: Written) -> Key:
    if isinstance(written, SegmentDefinition):
        return "segment", written.id
    kind = next((kind for kind in KINDS if kind in written), "")
    return kind, str(written.get(kind))


def _of(item: Definition) -> Key:
    return item.kind, item.id


def _without(known: Published, gone: Sequence[Definition]) -> Published:
    """What there is, without what is deleted: so what refers to that is refused."""
    left = {_of(item) for item in gone}
    return replace(
        known,
        rules={name: rule for name, rule in known.rules.items() if ("segment", name) not in left},
        called=[shape for shape in known.called if named(shape) not in left],
        rule_sets=[name for name in known.rule_sets if ("rule_set", name) not in left],
        journeys=[name for name in known.journeys if ("journey", name) not in left],
    )


def _checked_others(config: Configuration, resources: Resources) -> dict[Key, Mapping[str, object]]:
    found: dict[Key, Mapping[str, object]] = {}
    problems: list[ParcoursError] = []
    for (kind, id), shape in config.others.items():
        try:
            whole = resources[kind].whole(shape)
            found[kind, str(whole[kind])] = whole
        except DefinitionError as error:
            problems.extend(single(error, f"{kind} {id!r}", shape))
        except InputError as error:
            problem = DefinitionError(error.message, code=error.code, hint=error.hint)
            problems.extend(single(problem, f"{kind} {id!r}", shape))
    if problems:
        raise all_problems(problems, config.where)
    return found


def base_of(parts: Parts, resources: Resources) -> str:
    """A fingerprint of everything that a plan looks at: when it is the same, the plan still holds."""
    catalogue = parts.catalogue
    state = {
        "definitions": [
            [item.kind, item.id, item.name, str(item.state), item.latest, item.published_version]
            for item in catalogue.list()
            if item.kind in KINDS
        ],
        "statuses": {id: sorted(known.items()) for id, known in sorted(catalogue.statuses("journey").items())},
        "others": {kind: dict(sorted(resource.shapes().items())) for kind, resource in sorted(resources.items())},
    }
    return hashlib.sha256(json.dumps(state, sort_keys=True, default=str).encode()).hexdigest()
