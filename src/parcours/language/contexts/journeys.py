"""Contexts of journey expressions: events, data sources, actions and properties of a journey."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from parcours.core.errors import InputError, nearest
from parcours.core.schema import Type
from parcours.language.contexts import shapes
from parcours.language.contexts.given import Context, checked, now_of, part, segments_of
from parcours.language.functions.declaration import Value
from parcours.language.functions.iso import read_duration, read_moment
from parcours.language.journey.scope import JourneyScope
from parcours.language.reference import Person

#: The parts that hold values, and what ``Given.path`` begins with for each.
_ROOTS = {"events": "event", "datasources": "source", "actions": "action", "journey": "journey"}
_PARTS = (*_ROOTS, "segments", "types", "now")
_CALLS = "$calls"

Chance = Callable[[str, int], Value]
Remote = Mapping[tuple[str, str], list[dict[str, Any]]]


def journey_context(context: object, chance: Chance | None = None) -> Context[JourneyScope]:
    """The context of a journey expression.

    Args:
        context: an object with any of ``events``, ``datasources``, ``actions``, ``journey``, ``segments``, ``types``
            and ``now``. Types are inferred from the values, then overridden by ``types``.
        chance: draws random numbers (``random``) and texts (``uuid``).

    Raises:
        InputError: it is not of this form (code ``bad-context``).
    """
    given = checked(context, _PARTS)
    roots = {root: part(given, root, dict) for root in _ROOTS}
    remote = _remote(roots["datasources"])
    roots["datasources"] = {
        source: {name: {} if (source, name) in remote else held for name, held in _groups(source, groups).items()}
        for source, groups in roots["datasources"].items()
    }
    types = _types(roots, remote, part(given, "types", dict))
    held = segments_of(given)
    values = {_ROOTS[root]: shapes.converted(roots[root], type_) for root, type_ in types.items()}
    person = Person(given=values, segments=lambda name: held.get(name, False), been=held.__contains__)
    person = replace(person, fetch=_Answers(remote, types).fetch)
    if chance is not None:
        person = replace(person, chance=chance)
    return Context(_scope(types, remote), person, now_of(given))


def _scope(types: Mapping[str, Type], remote: Remote) -> JourneyScope:
    parts = {root: dict(type_.fields) for root, type_ in types.items()}
    return JourneyScope(
        events=parts["events"],
        sources=parts["datasources"],
        actions=parts["actions"],
        journey=parts["journey"],
        remote=tuple(remote),
    )


def _groups(source: str, groups: object) -> dict[str, Any]:
    return part({f"datasources.{source}": groups}, f"datasources.{source}", dict)  # type: ignore[no-any-return]


def _remote(sources: Mapping[str, Any]) -> Remote:
    """The calls of the field groups that are asked with parameters."""
    return {
        (source, group): _calls(f"datasources.{source}.{group}", content[_CALLS])
        for source, groups in sources.items()
        for group, content in _groups(source, groups).items()
        if isinstance(content, dict) and _CALLS in content
    }


def _calls(where: str, calls: object) -> list[dict[str, Any]]:
    if isinstance(calls, list) and all(
        isinstance(call, dict) and {"params", "response"} <= call.keys() for call in calls
    ):
        return calls
    hint = 'for example {"$calls": [{"params": {"id": "a"}, "response": {"name": "Anna"}}]}'
    raise InputError("expected calls with their responses", code="bad-context", where=where, hint=hint)


def _types(roots: Mapping[str, Any], remote: Remote, declared: Mapping[str, Any]) -> dict[str, Type]:
    types = {root: shapes.inferred(value) for root, value in roots.items()}
    for (source, group), calls in remote.items():
        responses = shapes.element([call["response"] for call in calls])
        types["datasources"] = shapes.overridden(types["datasources"], f"{source}.{group}", responses)
    for path, name in declared.items():
        root, _, rest = path.partition(".")
        if root not in types:
            raise InputError(f"{root!r} holds no values", code="bad-context", where="types", hint=nearest(root, types))
        types[root] = shapes.overridden(types[root], rest, shapes.named(name))
    return types


@dataclass(frozen=True, slots=True)
class _Answers:
    """The responses of data sources that are asked with parameters."""

    remote: Remote
    types: Mapping[str, Type]

    def fetch(self, path: tuple[str, ...], parameters: Mapping[str, Value]) -> Value:
        """The response to a call with these parameters; null when there is none."""
        _, source, group, *rest = path
        for call in self.remote.get((source, group), []):
            if _means(call["params"], dict(parameters)):
                type_ = dict(dict(self.types["datasources"].fields)[source].fields)[group]
                found = shapes.converted(call["response"], type_)
                for name in rest:
                    found = found.get(name) if isinstance(found, dict) else None
                return found
        return None


def _means(written: object, value: Value) -> bool:
    """Whether a parameter, as JSON, is this value: dates and durations are ISO texts, true is no number."""
    if isinstance(written, dict) and isinstance(value, dict):
        return written.keys() == value.keys() and all(_means(written[name], value[name]) for name in written)
    if isinstance(written, list) and isinstance(value, list):
        return len(written) == len(value) and all(_means(*pair) for pair in zip(written, value, strict=True))
    if isinstance(value, date | timedelta):
        read = read_duration if isinstance(value, timedelta) else read_moment
        return isinstance(written, str) and read(written) == value
    return isinstance(written, bool) == isinstance(value, bool) and written == value
