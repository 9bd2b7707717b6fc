"""Texts of files made into values of fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from itertools import chain, repeat
from typing import Any

from sqlalchemy import Boolean, Date

from parcours.contacts.office.texts import check_text
from parcours.contacts.people.exchange.records import MORE, Record
from parcours.contacts.people.fields import checked
from parcours.contacts.people.finding import CONTACTS
from parcours.core.errors import InputError

YES = frozenset({"yes", "y", "true", "1", "x", "oui", "o", "vrai", "ja"})
NO = frozenset({"", "no", "n", "false", "0", "non", "faux", "nein"})
#: Words for the choices of fields.
CHOICES: Mapping[str, Mapping[str, str]] = {
    "type": {"organization": "company", "organisation": "company", "societe": "company", "personne": "person",
             "individual": "person", "people": "person"},
    "correspondence_type": {"hard copy": "hard_copy", "letter": "hard_copy", "post": "hard_copy", "e-mail": "email"},
}  # fmt: skip
#: Fields that only persons have: a record with one of them that names no type is a person.
OF_PERSONS = ("first_name", "last_name", "middle_name", "company", "job_title", "birthday", "organizational_level_code")
_DAY = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})")


def values_of(record: Record, date_order: str) -> dict[str, Any]:
    """The values of the fields of a contact that a record gives; blanks are left out.

    Args:
        record: what the file says.
        date_order: ``dmy``, ``mdy`` or ``ymd``: how dates are written that do not begin with the year.

    Raises:
        InputError, Refused: a value that a field does not take.
    """
    for name, text in chain(record.fields.items(), *(zip(repeat(name), texts) for name, texts in record.lists.items())):
        check_text(name, text)
    given = {name: text for name, text in record.fields.items() if text and name not in MORE}
    kinds = {name: CONTACTS.c[name].type for name in given}
    values = {
        name: _flag(name, text) if isinstance(kinds[name], Boolean)
        else _day(name, text, date_order) if isinstance(kinds[name], Date)
        else CHOICES.get(name, {}).get(text.lower(), text.lower() if name in CHOICES else text)
        for name, text in given.items()
    }  # fmt: skip
    return checked(CONTACTS, values)


def type_of(record: Record, values: Mapping[str, Any]) -> str:
    """The type that a record names, else what its fields suggest."""
    if "type" in values:
        return str(values["type"])
    return "person" if any(record.fields.get(name) for name in OF_PERSONS) else "company"


def _flag(name: str, text: str) -> bool:
    word = text.strip().lower()
    if word not in YES | NO:
        raise InputError(f"{name}: {text!r} is neither yes nor no", code="bad-value", where=name)
    return word in YES


def _day(name: str, text: str, order: str) -> date:
    found = _DAY.fullmatch(text.strip())
    problem = InputError(f"{name}: {text!r} is no date", code="bad-value", where=name, hint="write it as 2026-03-11")
    if found is None:
        raise problem
    if len(found[1]) == 4:
        order = "ymd"
    parts = dict(zip(order, found.groups(), strict=True))
    if len(parts["y"]) != 4:
        raise problem
    try:
        return date(int(parts["y"]), int(parts["m"]), int(parts["d"]))
    except ValueError:
        raise problem from None
