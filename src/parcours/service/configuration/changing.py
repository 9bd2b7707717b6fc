"""Doing what a configuration says: everything in one transaction, or on any problem nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parcours.core.errors import ConflictError
from parcours.service import applying
from parcours.service.applying import Change
from parcours.service.configuration.folder import Configuration
from parcours.service.configuration.proposal import Proposal, base_of, proposal
from parcours.service.configuration.records import Plan
from parcours.service.configuration.resources import Resources
from parcours.service.lives import Lives
from parcours.store.catalogue import Definition

if TYPE_CHECKING:
    from parcours.service.wiring import Parts


def apply(
    config: Configuration,
    parts: Parts,
    resources: Resources,
    *,
    publish: bool = True,
    prune: bool = False,
    plan: Plan | None = None,
) -> list[Change]:
    """See :meth:`parcours.service.workspace.Workspace.apply`."""
    found = proposal(config, parts, resources, prune=prune)
    with parts.moving, parts.catalogue.together():  # in this order, as a tick takes them
        if plan is not None:
            _check_current(plan, parts, resources)
        done = applying.save(found.found, parts, publish=publish)
        done += _put_others(found, resources)
        done += _delete(found, parts, resources)
    for resource in resources.values():
        resource.settle()
    return done


def _check_current(plan: Plan, parts: Parts, resources: Resources) -> None:
    if plan.base != base_of(parts, resources):
        raise ConflictError(
            "the workspace is not as it was when the plan was made",
            code="moved-on",
            hint="make a new plan and look at it again: parcours plan FOLDER --out FILE",
        )


def _put_others(found: Proposal, resources: Resources) -> list[Change]:
    done = []
    for (kind, id), shape in found.others.items():
        old = resources[kind].shapes().get(id)
        change = Change(kind, id, str(shape.get("name") or id), "new" if old is None else "edited", 0)
        if old == shape:
            done.append(replace(change, action="unchanged"))
            continue
        done.append(replace(change, note=resources[kind].put(id, shape)))
    return done


def _delete(found: Proposal, parts: Parts, resources: Resources) -> list[Change]:
    """Journeys first, since people in them are moved by what they refer to; then everything else."""
    lives = Lives(parts)
    journeys = [item for item in found.gone if item.kind == "journey"]
    for item in journeys:
        lives.delete(item.id)
    for item in found.gone:
        if item.kind != "journey":
            parts.catalogue.delete(item.kind, item.id, at=parts.clock.now())
    for kind, id in found.others_gone:
        resources[kind].remove(id)
    return [*map(_deleted, found.gone), *(Change(kind, id, id, "deleted", 0) for kind, id in found.others_gone)]


def _deleted(item: Definition) -> Change:
    return Change(item.kind, item.id, item.name, "deleted", item.version)
