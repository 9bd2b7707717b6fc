"""What is tried before it is published: a journey with the names that exist with it, and what it may call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

from parcours.core.schema import Schema
from parcours.flow.delivery.configured import KINDS, Configured, configured
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.service.definitions import called_in, named

if TYPE_CHECKING:
    from parcours.service.checking import Checked
    from parcours.service.wiring import Parts


class Drafted(NamedTuple):
    """A journey that need not be published.

    Attributes:
        definition: the journey.
        schema: the names that exist with it.
        known: the custom actions, data sources and endpoints that there are, or come with it.
    """

    definition: JourneyDefinition
    schema: Schema
    known: Configured


def drafted(
    parts: Parts, definition: JourneyDefinition, schema: Schema | None = None, items: Sequence[Checked] = ()
) -> Drafted:
    """A journey in its surroundings; ``items``: the definitions among which it was written, ``schema``: the names that
    exist with them."""
    new = [cast(Mapping[str, object], item.body["source"]) for item in items if item.kind in KINDS]
    names = {named(shape) for shape in new}
    known = configured([*new, *(shape for shape in called_in(parts.catalogue) if named(shape) not in names)])
    return Drafted(definition, schema or parts.schema, known)
