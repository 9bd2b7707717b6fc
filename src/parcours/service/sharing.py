"""A journey as one document with everything it uses, and back again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from parcours.core.errors import UnknownNameError
from parcours.flow.journeys.transfer import Imported, Lookup, export, plan_import
from parcours.flow.segments.definitions import SegmentDefinition
from parcours.service import applying
from parcours.service.definitions import journey_of
from parcours.store.catalogue import State

if TYPE_CHECKING:
    from parcours.service.wiring import Parts


def exported(parts: Parts, journey: str, version: int | None) -> dict[str, object]:
    """A version of a journey with everything it uses, see :func:`parcours.flow.journeys.transfer.export`."""
    return export(journey_of(parts.catalogue.get("journey", journey, version)), parts.schema, _lookup(parts))


def imported(
    parts: Parts, document: Mapping[str, Any], secrets: Mapping[str, str], *, publish: bool, plan: bool
) -> tuple[Imported, ...]:
    """Do what importing a document does, or (``plan``) only say so. What is there already, and equal, stays as it is.

    What the journey uses is published; the journey itself is a draft unless it is published, too.
    """
    found = plan_import(document, _lookup(parts), secrets)
    new = [one for one in found if one.action != "unchanged"]
    if not plan and new:
        checked = applying.checked_all(_definitions(new), f"journey {document.get('journey')!r}", parts)
        applying.save(checked, parts, publish=True, publish_journeys=publish)
    elif publish and not plan:
        journeys = [one for one in found if one.kind == "journey"]
        applying.save(applying.checked_all(_definitions(journeys), "", parts), parts, publish=True)
    return found


def _definitions(found: Sequence[Imported]) -> list[SegmentDefinition | Mapping[str, object]]:
    """Groups of one data source stand in a document one by one, each with the whole source."""
    shapes: dict[tuple[str, str], SegmentDefinition | Mapping[str, object]] = {}
    for one in found:
        shape = SegmentDefinition.from_json(one.body) if one.kind == "segment" else one.body
        shapes[one.kind, str(one.body.get(one.kind, one.id))] = shape
    return list(shapes.values())


def _lookup(parts: Parts) -> Lookup:
    def found(kind: str, name: str) -> Mapping[str, Any] | None:
        id_ = name.partition(".")[0] if kind == "source" else name
        try:
            definition = parts.catalogue.get(kind, id_)
        except UnknownNameError:
            return None
        source = definition.body["source"]
        assert isinstance(source, Mapping)
        return None if definition.state == State.DELETED else source

    return found
