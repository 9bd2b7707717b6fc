"""What conversion obeys beside the schema: limits, and tracking plans that are enforced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from parcours.core.schema import Schema

#: ``reject``: what violates the plan becomes a dead letter; ``accept``: it is taken in, the violation is recorded.
Mode: TypeAlias = Literal["reject", "accept"]
#: Name of the plan for the traits of ``identify`` calls.
IDENTIFY = "identify"


@dataclass(frozen=True, slots=True)
class Violation:
    """What one event did against its plan: the property at fault (a path with dots, empty: the event itself), the rule
    of JSON Schema (``required``, ``type`` …), and a sentence."""

    property: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class EventPlan:
    """The plan of one event type: what is done about violations, and how they are found.

    ``check`` gets the properties as plain data and gives every violation.
    """

    mode: Mode
    check: Callable[[Any], list[Violation]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What conversion obeys.

    Attributes:
        event_types: event types at most, in the whole workspace.
        properties: properties of one event type, and attributes of profiles, at most.
        plans: event type (or :data:`IDENTIFY`) -> plan.
        unplanned: whether events without a plan are taken in.
        reserved: names that have a type before anything was taken in under them: those of journeys and the CRM.
    """

    event_types: int = 2_000
    properties: int = 1_000
    plans: Mapping[str, EventPlan] = field(default_factory=dict)
    unplanned: bool = True
    reserved: Schema = field(default_factory=Schema)
