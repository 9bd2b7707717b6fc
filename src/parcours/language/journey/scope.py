"""What a journey expression may refer to, and of what types."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from parcours.core.schema import DATE_TIME, INTEGER, OFFSET_TIME, STRING, Kind, Schema, Type, list_of, object_of

#: The data source that reads the workspace itself, and its field groups.
WORKSPACE, PROFILE, EVENTS = "Parcours", "Profile", "Events"
#: Roots under ``@`` that are no events of the journey's author (D24).
JOURNEY, QUALIFICATION = "journey", "SegmentQualification"
#: Fields that every event of the workspace has: its type and its time.
EVENT_TYPE, TIMESTAMP = "eventType", "timestamp"

_ELAPSED = ("lastActionExecutionElapsedTime", "lastDataFetchElapsedTime")
_TEXTS = (
    *("journeyUID", "journeyVersionUID", "journeyVersionName", "journeyVersionDescription", "journeyVersion"),
    *("instanceUID", "externalKey", "organizationId", "sandboxName", "profileId", "namespace"),
    *("currentNodeId", "currentNodeName", "previousNodeId", "previousNodeName"),
    *("lastNodeUIDInError", "lastNodeNameInError", "lastNodeTypeInError", "lastErrorCode"),
    *("lastExecutedActionErrorCode", "lastDataFetchErrorCode"),
)
#: The properties that every journey has (expression-language.md, section 8.5).
JOURNEY_PROPERTIES: Mapping[str, Type] = {**dict.fromkeys(_TEXTS, STRING), **dict.fromkeys(_ELAPSED, INTEGER)}
QUALIFICATION_TYPE = object_of({"status": STRING, "lastQualificationTime": OFFSET_TIME})


@dataclass(frozen=True)
class JourneyScope:
    """The names that stand for something where an expression is written.

    Args:
        events: the payload of each event placed earlier in the journey, an object: ``@{Event.…}``.
        sources: data sources, each an object with a field per field group: ``#{Source.Group.…}``.
        actions: the response of each custom action, an object: ``@action{Action.…}``.
        journey: properties of the journey besides :data:`JOURNEY_PROPERTIES`, or with other types.
        remote: the field groups, as ``(source, group)``, that are asked with parameters.
        profile: the workspace: ``#{Parcours.Profile.…}`` are the profile's attributes, ``#{Parcours.Events.purchase}``
            its events of that type, newest first. ``None``: there is no workspace.
        segments: the segments that ``inSegment`` may name, ``None``: any.
        qualification: what is known of the change of membership that began the run, an object; ``None``: nothing.
        strict: whether a field that its object is not known to have is a problem. Else it is null (D26).
    """

    events: Mapping[str, Type] = field(default_factory=dict)
    sources: Mapping[str, Type] = field(default_factory=dict)
    actions: Mapping[str, Type] = field(default_factory=dict)
    journey: Mapping[str, Type] = field(default_factory=dict)
    remote: Collection[tuple[str, str]] = ()
    profile: Schema | None = None
    segments: Collection[str] | None = None
    strict: bool = False
    qualification: Type | None = QUALIFICATION_TYPE

    def payloads(self) -> Mapping[str, Type]:
        """What stands under ``@``: the events of the journey and the reserved roots."""
        journey = object_of({**JOURNEY_PROPERTIES, **self.journey})
        change = {} if self.qualification is None else {QUALIFICATION: self.qualification}
        return {**change, **self.events, JOURNEY: journey}

    def groups(self, source: str) -> Mapping[str, Type] | None:
        """The field groups of a data source by name; ``None`` when there is no such source."""
        if source == WORKSPACE and self.profile is not None:
            return {PROFILE: object_of(self.profile.attributes), EVENTS: _histories(self.profile)}
        found = self.sources.get(source)
        return None if found is None else dict(found.fields) if found.kind is Kind.OBJECT else {}

    def is_open(self, source: str) -> bool:
        """Whether nothing is known of what a data source answers."""
        found = self.sources.get(source)
        return found is not None and not found.fields and found.kind in (Kind.ANY, Kind.OBJECT)

    def source_names(self) -> Collection[str]:
        return [*self.sources, *([] if self.profile is None else [WORKSPACE])]


def event_list(properties: Mapping[str, Type]) -> Type:
    """The type of a list of events of the workspace with these properties."""
    return list_of(object_of({**properties, EVENT_TYPE: STRING, TIMESTAMP: DATE_TIME}))


def _histories(schema: Schema) -> Type:
    return object_of({name: event_list(properties) for name, properties in schema.events.items()})
