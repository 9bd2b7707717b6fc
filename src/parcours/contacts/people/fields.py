"""Fields of contacts and of what hangs on them: what they may hold (contact-segments.md, 2.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Date, String, Table

from parcours.contacts.office.texts import check_text
from parcours.contacts.tables.base import Amount
from parcours.core.errors import InputError, Refused, nearest

#: Fields with a choice of values.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "type": ("company", "person"),
    "correspondence_type": ("", "hard_copy", "email"),
    "contact_type": ("", "companies", "people"),
    "link_to": ("", "customer", "vendor", "bank", "employee"),
}
PHONES = ("phone_no", "mobile_phone_no", "fax_no")
EMAILS = ("email", "email_2")


def checked(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the columns of a table hold them: codes in upper case, dates from ISO texts, blanks for ``None``.

    Raises:
        InputError: ``unknown-field``, ``bad-value``, ``bad-choice``, ``too-long``, ``nul-character`` or ``bad-email``.
        Refused: ``phone-with-letters``.
    """
    return {name: _checked(table, name, value) for name, value in values.items()}


def _checked(table: Table, name: str, value: Any) -> Any:
    if name not in table.c:
        raise InputError(
            f"{table.name} has no field {name!r}", code="unknown-field", hint=nearest(name, table.c.keys())
        )
    kind = table.c[name].type
    if isinstance(kind, Date):
        return as_day(name, value)
    if isinstance(kind, Amount):
        return _as_number(name, value)
    if isinstance(kind, String):
        return _as_text(name, value, kind.length)
    python = kind.python_type
    if python in (bool, int) and type(value) is not python:
        raise InputError(f"{name} cannot be {value!r}", code="bad-value", where=name)
    return value


def as_day(name: str, value: Any) -> date | None:
    """A date, from a date or an ISO text; a blank is none.

    Raises:
        InputError: ``bad-value``.
    """
    if value in (None, ""):
        return None
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        hint = "write it as 2026-03-11"
        raise InputError(f"{name}: {value!r} is no date", code="bad-value", where=name, hint=hint) from None


def _as_number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{name}: {value!r} is no number", code="bad-value", where=name)
    return float(value)


def _as_text(name: str, value: Any, length: int | None) -> str:
    if value is not None and not isinstance(value, str):
        raise InputError(f"{name}: {value!r} is no text", code="bad-value", where=name)
    check_text(name, value)
    text = (value or "").strip()
    if name in CHOICES and text not in CHOICES[name]:
        raise InputError(f"{name} cannot be {text!r}", code="bad-choice", where=name, hint=nearest(text, CHOICES[name]))
    if is_code(name):
        text = text.upper()
    if length is not None and len(text) > length:
        raise InputError(f"{name} is longer than {length} characters", code="too-long", where=name)
    return _RULES[name](name, text) if name in _RULES else text


def is_code(name: str) -> bool:
    """Whether a field holds a code or a number that was typed, which are in upper case."""
    return name in ("code", "no", "priority") or name.endswith("_code")


def phone(name: str, text: str) -> str:
    """A phone number: no letters in it.

    Raises:
        Refused: ``phone-with-letters``.
    """
    if any(letter.isalpha() for letter in text):
        raise Refused(f"{name}: {text!r} has letters in it", code="phone-with-letters", where=name)
    return text


def email(name: str, text: str) -> str:
    """An e-mail address as it is written; whether anybody reads it there is not asked.

    Raises:
        InputError: ``bad-email``.
    """
    if text:
        try:
            validate_email(text, check_deliverability=False, test_environment=True)
        except EmailNotValidError as error:
            raise InputError(f"{name}: {text!r} is no e-mail address", code="bad-email", where=name, hint=str(error)) \
                from None  # fmt: skip
    return text


_RULES: Mapping[str, Callable[[str, str], str]] = {**dict.fromkeys(PHONES, phone), **dict.fromkeys(EMAILS, email)}
