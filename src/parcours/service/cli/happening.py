"""``parcours business-event``."""

from __future__ import annotations

import json

from parcours.core.errors import InputError
from parcours.service.cli.output import answer, say
from parcours.service.cli.session import opened

_EXAMPLE = 'for example {"sku": "A1"}'


def business_event(event: str, /, *, payload: str = "{}", at: str | None = None) -> None:
    """Tell journeys of an event about nobody: those that begin with it read their segment.

    Args:
        event: type of the event, for example restocked.
        payload: its properties as a JSON object.
        at: when, as ISO text; by default now.
    """
    try:
        values = json.loads(payload)
    except ValueError as error:
        raise InputError(
            f"the payload is no JSON: {error}", code="bad-json", hint='for example {"sku": "A1"}'
        ) from None
    if not isinstance(values, dict):
        raise InputError("the payload is no JSON object", code="bad-json", hint=_EXAMPLE)
    with opened() as workspace:
        workspace.business_event(event, values, at)
    answer({"ok": True, "event": event})
    say(f"the next tick is told of {event}")
