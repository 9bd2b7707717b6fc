"""What the settings of all brokers have in common."""

from __future__ import annotations

from parcours.core.clock import is_zone
from parcours.core.errors import ParcoursError
from parcours.core.reading import bad_setting
from parcours.flow.ingest.clients.portion import RowMapping, Written

_MOST = 10_000


def problems_of_messages(written: Written, mapping: RowMapping | None, portion: int) -> list[ParcoursError]:
    """What is wrong with a format, its mapping and the length of a portion."""
    found: list[ParcoursError] = []
    if written == "segment" and mapping is not None:
        found.append(bad_setting("mapping", "expected none: calls say themselves what is what"))
    if written == "rows":
        found += problems_of_rows(mapping or RowMapping())
    if not 1 <= portion <= _MOST:
        found.append(bad_setting("portion", f"expected a number from 1 to {_MOST:,}"))
    return found


def problems_of_rows(mapping: RowMapping) -> list[ParcoursError]:
    """What is wrong with a mapping of rows."""
    found: list[ParcoursError] = []
    if not (mapping.profile or mapping.anonymous):
        found.append(bad_setting("mapping.profile", "expected the field with the id of the profile"))
    if mapping.of == "events" and not (mapping.event or mapping.event_column):
        found.append(bad_setting("mapping.event", "expected a type for all events, or event_column with the field"))
    if mapping.of == "profiles" and (mapping.event or mapping.event_column):
        found.append(bad_setting("mapping.event", "expected none: profiles are no events"))
    if not is_zone(mapping.zone):
        found.append(bad_setting("mapping.zone", f"{mapping.zone!r} is not a time zone", "for example Europe/Paris"))
    return found
