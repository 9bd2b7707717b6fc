"""What is called outside, as definitions: custom actions, data sources, and the rate rules of endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from parcours.core.errors import DefinitionError, InputError, ParcoursError
from parcours.core.ids import checked_name
from parcours.flow.delivery.configured.calling import Calling, CustomAction, DataSource, read_action, read_source
from parcours.flow.delivery.configured.endpoint import Endpoint, read_endpoint

__all__ = ["KINDS", "Calling", "Configured", "CustomAction", "DataSource", "Endpoint", "configured", "problems_in"]

#: The kinds of definition, by the setting that names them.
KINDS: Mapping[str, str] = {"action": "a custom action", "source": "a data source", "endpoint": "an endpoint"}


@dataclass(frozen=True, slots=True)
class Configured:
    """Everything that can be called, by name; a source with groups is there as ``source.group``."""

    actions: Mapping[str, CustomAction] = field(default_factory=dict)
    sources: Mapping[str, DataSource] = field(default_factory=dict)
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)


def configured(bodies: Iterable[Mapping[str, object]]) -> Configured:
    """Definitions as plain data, one for each mapping: ``action: …``, ``source: …`` or ``endpoint: …``.

    Raises:
        DefinitionError: with every problem of every definition.
    """
    found, problems = Configured({}, {}, {}), list[ParcoursError]()
    for body in bodies:
        own: list[ParcoursError] = []
        _read(body, found, own)
        for problem in own:
            problem.where = f"{_title(body)}: {problem.where}" if problem.where else _title(body)
        problems.extend(own)
    if problems:
        count = f"{len(problems)} problem" + ("s" if len(problems) != 1 else "")
        raise DefinitionError(f"there is {count}" if len(problems) == 1 else f"there are {count}", problems=problems)
    return found


def problems_in(body: Mapping[str, object]) -> list[ParcoursError]:
    """Everything that is wrong with one definition; ``where`` of a problem is the path inside it."""
    problems: list[ParcoursError] = []
    _read(body, Configured({}, {}, {}), problems)
    return problems


def _read(body: Mapping[str, object], found: Configured, problems: list[ParcoursError]) -> None:
    kind = next((kind for kind in KINDS if kind in body), None)
    if kind is None:
        problems.append(DefinitionError("expected action, source or endpoint and its name", code="bad-setting"))
        return
    name = str(body[kind])
    try:
        checked_name(name, KINDS[kind])
    except InputError as error:
        problems.append(DefinitionError(error.message, code=error.code, where=kind, hint=error.hint))
    _READERS[kind](body, found, problems)


def _read_action(body: Mapping[str, object], found: Configured, problems: list[ParcoursError]) -> None:
    _add(found.actions, read_action(body, problems), str(body["action"]), problems)


def _read_endpoint(body: Mapping[str, object], found: Configured, problems: list[ParcoursError]) -> None:
    _add(found.endpoints, read_endpoint(body, problems), str(body["endpoint"]), problems)


def _read_source(body: Mapping[str, object], found: Configured, problems: list[ParcoursError]) -> None:
    for name, source in read_source(body, problems).items():
        _add(found.sources, source, name, problems)


_READERS = {"action": _read_action, "source": _read_source, "endpoint": _read_endpoint}


def _add(known: Mapping[str, Any], read: object | None, name: str, problems: list[ParcoursError]) -> None:
    assert isinstance(known, dict)
    if name in known:
        problems.append(DefinitionError(f"there is another one named {name!r}", code="name-taken"))
    elif read is not None:
        known[name] = read


def _title(body: Mapping[str, object]) -> str:
    kind = next((kind for kind in KINDS if kind in body), None)
    return "definition" if kind is None else f"{kind} {body[kind]!r}"
