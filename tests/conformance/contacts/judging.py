"""Compares what a scenario left behind with what it expects."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from tests.conformance.contacts.watching import Watcher

#: Lists in segments whose order counts.
_ORDERED = ("lines_in_order", "line_nos")


def differences(watcher: Watcher, expect: Mapping[str, Any]) -> Iterator[str]:
    """What is otherwise than expected, a line each."""
    yield from _refusal(watcher, expect)
    for name, wanted in expect.items():
        yield from _PARTS[name](watcher, wanted)


def _refusal(watcher: Watcher, expect: Mapping[str, Any]) -> Iterator[str]:
    found, wanted = watcher.played.error, expect.get("error")
    if found != wanted:
        told = f" ({watcher.played.message})" if found else ""
        yield f"error: expected {_shown(wanted)}, found {_shown(found)}{told}"
    for table in watcher.played.left_behind:
        yield f"the refused step changed {table}"


def _segments(watcher: Watcher, wanted: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for alias, fields in wanted.items():
        yield from _segment(f"segments.{alias}", watcher.segment(alias), fields)


def _segment(where: str, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    if found["exists"] != wanted.get("exists", True):
        yield f"{where}: expected {'to exist' if wanted.get('exists', True) else 'not to exist'}"
        return
    for name, value in wanted.items():
        match name:
            case "line_fields":
                for contact, fields in value.items():
                    yield from _record(f"{where}.line_fields.{contact}", found[name].get(contact), fields)
            case "lines":
                yield from _multiset(f"{where}.lines", found[name], value)
            case "criteria":
                yield from _criteria(f"{where}.criteria", found[name], value)
            case "description_contains":
                text = found["description"]
                if value not in text:
                    yield f"{where}.description: expected to contain {_shown(value)}, found {_shown(text)}"
            case _:
                yield from _value(f"{where}.{name}", found.get(name, Missing), value)


def _criteria(where: str, found: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    plain = [[[one["action"], sorted(one["filters"])] for one in actions] for actions in (found, wanted)]
    if plain[0] != plain[1]:
        yield f"{where}: expected {_shown(plain[1])}, found {_shown(plain[0])}"


def _records(name: str) -> Callable[[Watcher, Any], Iterator[str]]:
    """Complete lists of records: the same number, each paired with one that has the named fields."""

    def compare(watcher: Watcher, wanted: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        found = getattr(watcher, name)()
        if len(found) != len(wanted):
            keys = {key for record in wanted for key in record}
            kept = [{key: row[key] for key in row if key in keys} for row in found] if keys else len(found)
            yield f"{name}: expected {len(wanted)}, found {len(found)}: {_shown(kept)}"
            return
        left = _unpaired(found, wanted)
        if left is not None:
            missing, others = left
            shown = [{key: row.get(key) for key in missing} for row in others]
            yield f"{name}: expected one with {_shown(missing)}, found {_shown(shown)}"

    return compare


def _unpaired(
    found: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]
) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]] | None:
    """A record that none of the others can be, when they are paired as well as possible; ``None``: all are paired."""
    partner: dict[int, int] = {}
    fits = [[not list(_record("", row, record)) for row in found] for record in wanted]

    def placed(number: int, seen: set[int]) -> bool:
        for place, fit in enumerate(fits[number]):
            if fit and place not in seen:
                seen.add(place)
                if place not in partner or placed(partner[place], seen):
                    partner[place] = number
                    return True
        return False

    for number, record in enumerate(wanted):
        if not placed(number, set()):
            return record, [row for place, row in enumerate(found) if place not in partner]
    return None


def _lists(name: str) -> Callable[[Watcher, Any], Iterator[str]]:
    """Complete lists of plain values, by key."""

    def compare(watcher: Watcher, wanted: Mapping[str, Sequence[Any]]) -> Iterator[str]:
        for key, values in wanted.items():
            yield from _multiset(f"{name}.{key}", getattr(watcher, name)(key), values)

    return compare


def _multiset(where: str, found: Sequence[Any], wanted: Sequence[Any]) -> Iterator[str]:
    if sorted(map(_shown, found)) != sorted(map(_shown, wanted)):
        yield f"{where}: expected {_shown(wanted)}, found {_shown(found)}"


def _by_key(name: str) -> Callable[[Watcher, Any], Iterator[str]]:
    """Records by key."""

    def compare(watcher: Watcher, wanted: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
        for key, fields in wanted.items():
            yield from _record(f"{name}.{key}", getattr(watcher, name)(key), fields)

    return compare


def _contacts(watcher: Watcher, wanted: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for no, fields in wanted.items():
        yield from _record(f"contacts.{no}", watcher.contact(no), {"exists": True, **fields})


def _attachments(watcher: Watcher, wanted: Mapping[str, bool]) -> Iterator[str]:
    for no, stored in wanted.items():
        yield from _value(f"attachments.{no}", watcher.attachment(no), stored)


def _ordered(name: str) -> Callable[[Watcher, Any], Iterator[str]]:
    """What the steps gave, in order."""

    def compare(watcher: Watcher, wanted: Sequence[Any]) -> Iterator[str]:
        found = getattr(watcher.played, name)
        if len(found) != len(wanted) or any(list(_value("", *pair)) for pair in zip(found, wanted, strict=True)):
            yield f"{name}: expected {_shown(wanted)}, found {_shown(found)}"

    return compare


def _record(where: str, found: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> Iterator[str]:
    if found is None:
        yield f"{where}: expected one, found none or several"
        return
    for name, value in wanted.items():
        yield from _value(f"{where}.{name}", found.get(name, Missing), value)


class Missing:
    """Stands for a field that is not there."""


def _value(where: str, found: Any, wanted: Any) -> Iterator[str]:
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        yield from _record(where, found, wanted)
    elif not _same(found, wanted):
        yield f"{where}: expected {_shown(wanted)}, found {'no such field' if found is Missing else _shown(found)}"


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted
    return bool(_plain(found) == _plain(wanted))


def _plain(value: Any) -> Any:
    """Blank dates are blank texts, others are ISO texts; numbers compare as numbers."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


_PARTS: Mapping[str, Callable[[Watcher, Any], Iterator[str]]] = {
    "error": lambda watcher, wanted: iter(()),
    "segments": _segments,
    "interactions": _records("interactions"),
    "logged_segments": _records("logged_segments"),
    "campaign_entries": _records("campaign_entries"),
    "opportunities": _records("opportunities"),
    "mails": _records("mails"),
    "target_group": _lists("target_group"),
    "mailing_group_members": _lists("mailing_group_members"),
    "profile_answers": _lists("profile_answers"),
    "contacts": _contacts,
    "campaign_statistics": _by_key("campaign_statistics"),
    "attachments": _attachments,
    "prices": _ordered("prices"),
    "matches": _ordered("matches"),
    "prompts": _ordered("prompts"),
}
