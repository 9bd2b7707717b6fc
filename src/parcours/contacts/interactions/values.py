"""What the fields of interactions may hold, wherever they are typed: templates, entries, lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table

from parcours.contacts.people import fields
from parcours.core.errors import InputError, Refused, nearest

#: The choices of fields that have choices.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "information_flow": ("", "outbound", "inbound"),
    "initiated_by": ("", "us", "them"),
    "evaluation": ("", "very_positive", "positive", "neutral", "negative", "very_negative"),
    "wizard_action": ("", "open", "import", "merge"),
    "delivery_status": ("", "in_progress", "error"),
}
#: Costs, and durations in minutes.
NOT_NEGATIVE = ("cost", "duration", "unit_cost", "unit_duration")
#: Codes that do not have ``code`` in their names.
_CODES = ("campaign_no", "interaction_template", "interaction_group", "language_default")


def checked(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the columns of a table hold them: kinds, choices and amounts checked, codes in upper case.

    Raises:
        InputError: ``unknown-field``, ``bad-value``, ``bad-choice`` or ``too-long``.
        Refused: ``negative-amount``.
    """
    made = fields.checked(table, values)
    for name, value in made.items():
        if name in CHOICES and value not in CHOICES[name]:
            hint = nearest(value, CHOICES[name])
            raise InputError(f"{name} cannot be {value!r}", code="bad-choice", where=name, hint=hint)
        if name in NOT_NEGATIVE and value < 0:
            raise Refused(f"{name} may not be negative, but is {value}", code="negative-amount", where=name)
        if name in _CODES:
            made[name] = code(value)
    return made


def code(text: str) -> str:
    """A short key as it is stored: without white space around it, in upper case."""
    return text.strip().upper()
