"""Names of contacts: the full name and its parts, and the name that is searched (contact-segments.md, 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PARTS = ("first_name", "middle_name", "last_name")


def full_name(parts: Mapping[str, Any]) -> str:
    """The name of a person built from its parts: ``Ann Mary Lee``."""
    return " ".join(str(parts[name]) for name in PARTS if parts.get(name))


def parts_of(name: str) -> dict[str, str]:
    """The parts of a person's name: the last word is the last name, those between first and last the middle one."""
    words = name.split()
    if len(words) < 2:
        return dict(zip(PARTS, (name.strip(), "", ""), strict=True))
    return dict(zip(PARTS, (words[0], " ".join(words[1:-1]), words[-1]), strict=True))


def name_changes(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from changing a name or its parts: the other of the two, and the search name.

    Args:
        before: the contact as it is, or blanks for a new one.
        values: the fields that somebody sets.
    """
    after = {**before, **values}
    follows: dict[str, Any] = {}
    if after.get("type") == "person":
        if any(name in values for name in PARTS) and "name" not in values:
            follows["name"] = full_name(after)
        elif "name" in values and not any(name in values for name in PARTS):
            follows |= parts_of(values["name"])
    name = str(follows.get("name", after.get("name", "")))
    if "search_name" not in values and _follows_the_name(before):
        follows["search_name"] = name.upper()
    return follows


def _follows_the_name(before: Mapping[str, Any]) -> bool:
    """Until somebody sets it differently."""
    searched = before.get("search_name", "")
    return searched in ("", str(before.get("name", "")).upper())
