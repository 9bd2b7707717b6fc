"""A version of a journey as one document with everything it uses, and such a document as things to be kept again.

Ids are those that people gave, so a document can live in a repository and be imported again and again: what is there
already, and equal, stays as it is. Secrets never leave: in their places stand placeholders, which an import fills from
what is there already, or from what it is given.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

from parcours.core.errors import DefinitionError, InputError
from parcours.core.ids import stable_id
from parcours.core.schema import Schema
from parcours.flow.journeys.activities.base import SegmentListener
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.differences import Difference, difference
from parcours.language.tree import Aggregate, Attribute, members, walk

FORMAT = "parcours/journey/1"
#: Kinds of things that a document holds, in the order in which they have to be there; the journey comes last.
KINDS = ("segment", "rule_set", "source", "action", "journey")
#: Gives the plain form of a thing: ``("segment", "silver")``; ``None``: there is none.
Lookup: TypeAlias = Callable[[str, str], Mapping[str, Any] | None]
#: In the place of a secret: ``{"placeholder": "action.crm.headers.authorization"}``.
PLACEHOLDER = "placeholder"
_SECRET_WORDS = ("secret", "password", "passwd", "token", "api-key", "apikey", "api_key", "authorization", "credential")
#: Names with such a word whose values are no secrets: ``{secret: crm_key}`` names one.
_NO_SECRETS = ("secret", "grant_type", "token_type", "subject_token_type", "requested_token_type")


class Used(NamedTuple):
    """The names of everything that a journey uses."""

    segment: frozenset[str]
    event: frozenset[str]
    attribute: frozenset[str]
    action: frozenset[str]
    source: frozenset[str]
    rule_set: frozenset[str]
    journey: frozenset[str]


def used(definition: JourneyDefinition) -> Used:
    """What a version of a journey uses."""
    head = definition.head
    parts = [part for rule in definition.rules.values() for part in walk(rule)]
    heard = [listener.segment for _, listener in definition.listeners() if isinstance(listener, SegmentListener)]
    named = [*head.entry.segments, *(rule.segment for rule in head.exit_when), *heard]
    named += [name for rule in definition.rules.values() for name in members(rule)]
    return Used(
        segment=frozenset(name for name in named if name is not None),
        event=definition.events() | {part.event for part in parts if isinstance(part, Aggregate)},
        attribute=definition.attributes() | {part.path[0] for part in parts if isinstance(part, Attribute)},
        action=_settings(definition, "action"),
        source=_settings(definition, "source"),
        rule_set=frozenset(head.rule_sets) | _settings(definition, "rule_sets"),
        journey=_settings(definition, "journey"),
    )


def _settings(definition: JourneyDefinition, name: str) -> frozenset[str]:
    """The values of a setting over all activities: a name, several, or something with a name."""
    found: set[str] = set()
    for activity in definition.activities.values():
        value = getattr(activity, name, None)
        value = getattr(value, "name", value)
        found |= {value} if isinstance(value, str) else set(value or ())
    return frozenset(found)


# --- out --------------------------------------------------------------------------------------------------


def export(definition: JourneyDefinition, schema: Schema, lookup: Lookup) -> dict[str, object]:
    """A version of a journey with everything it uses.

    The document has ``format``, ``journey`` (id), ``version``, ``things`` (by kind and id, the journey among them),
    ``schema`` (the types of the events and attributes that are read), ``needs`` (journeys that must be there),
    ``placeholders`` (places of secrets) and ``secrets`` (the names of those that are only named).

    Raises:
        DefinitionError: something that it uses does not exist (code ``missing-part``).
    """
    names = used(definition)
    things: dict[str, dict[str, Any]] = {
        kind: {name: _looked_up(lookup, kind, name) for name in sorted(getattr(names, kind))} for kind in KINDS[:-1]
    }
    things["journey"] = {definition.id: definition.body}
    bare, places = _without_secrets(things, "")
    content = {
        "journey": definition.id,
        "things": bare,
        "schema": _schema_of(names, schema),
        "needs": sorted(names.journey),
        "placeholders": places,
        "secrets": sorted(set(_named_secrets(things))),
    }
    plain: dict[str, object] = json.loads(json.dumps(content, default=str))
    mark = stable_id(json.dumps(plain, sort_keys=True))
    return {"format": FORMAT, "version": definition.version, "fingerprint": mark, **plain}


def _looked_up(lookup: Lookup, kind: str, name: str) -> Mapping[str, Any]:
    found = lookup(kind, name)
    if found is None:
        raise DefinitionError(
            f"the journey uses {kind.replace('_', ' ')} {name!r}, which does not exist",
            code="missing-part",
            hint="an export needs a journey that could be published",
        )
    return found


def _schema_of(names: Used, schema: Schema) -> Mapping[str, object]:
    known = Schema(
        {name: type_ for name, type_ in schema.attributes.items() if name in names.attribute},
        {name: properties for name, properties in schema.events.items() if name in names.event},
    )
    return known.to_json()


def _without_secrets(shape: Any, place: str) -> tuple[Any, list[str]]:
    """The shape with placeholders instead of texts whose names say that they are secret, and the places of these."""
    if isinstance(shape, list | tuple):
        parts = [_without_secrets(item, f"{place}[{index}]") for index, item in enumerate(shape)]
        return [part for part, _ in parts], [one for _, found in parts for one in found]
    if not isinstance(shape, Mapping):
        return shape, []
    bare, places = {}, []
    for name, value in shape.items():
        inner = f"{place}.{name}" if place else str(name)
        if isinstance(value, str) and _looks_secret(str(name)):
            bare[name], found = {PLACEHOLDER: inner}, [inner]
        else:
            bare[name], found = _without_secrets(value, inner)
        places += found
    return bare, places


def _looks_secret(name: str) -> bool:
    lower = name.lower()
    return lower not in _NO_SECRETS and any(word in lower for word in _SECRET_WORDS)


def _named_secrets(shape: Any) -> Iterator[str]:
    """The secrets that are named: ``{secret: crm_key}``."""
    if isinstance(shape, Mapping):
        if set(shape) == {"secret"} and isinstance(shape["secret"], str):
            yield shape["secret"]
        for value in shape.values():
            yield from _named_secrets(value)
    elif isinstance(shape, list | tuple):
        for value in shape:
            yield from _named_secrets(value)


# --- in ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Imported:
    """One thing of a document: what has to be done with it, its plain form, and what that changes."""

    kind: str
    id: str
    action: Literal["new", "changed", "unchanged"]
    body: Mapping[str, Any]
    differences: tuple[Difference, ...] = ()


def plan_import(
    document: Mapping[str, Any], lookup: Lookup, secrets: Mapping[str, str] | None = None
) -> tuple[Imported, ...]:
    """What importing a document would do, in the order in which it has to be done. Doing it twice does nothing more.

    Args:
        document: what :func:`export` gives.
        lookup: what is there already.
        secrets: values of placeholders by their place; of others those that are there already.

    Raises:
        InputError: it is no such document (code ``not-an-export``), or placeholders are not filled
            (``missing-secrets``).
        DefinitionError: a journey that it needs does not exist (code ``missing-part``).
    """
    things = _things(document)
    for name in document.get("needs", ()):
        if lookup("journey", str(name)) is None:
            raise DefinitionError(f"the journey jumps into {name!r}, which does not exist", code="missing-part")
    missing: list[str] = []
    found = []
    for kind in KINDS:
        for name, shape in things.get(kind, {}).items():
            known = lookup(kind, name)
            body = _filled(shape, known, secrets or {}, missing)
            changes = () if known is None else difference(json.loads(json.dumps(known, default=str)), body)
            action: Literal["new", "changed", "unchanged"] = (
                "new" if known is None else "changed" if changes else "unchanged"
            )
            found.append(Imported(kind, name, action, body, changes))
    if missing:
        raise InputError(
            "secrets are missing: " + ", ".join(missing),
            code="missing-secrets",
            hint="give their values by these names; they are not part of an export",
        )
    return tuple(found)


def _things(document: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    things = document.get("things")
    if document.get("format") != FORMAT or not isinstance(things, Mapping):
        raise InputError(
            f"this is no journey as it was exported: {document.get('format')!r}",
            code="not-an-export",
            hint=f"expected format {FORMAT!r}",
        )
    unknown = sorted(set(things) - set(KINDS))
    if unknown:
        raise InputError("it holds things of unknown kinds: " + ", ".join(unknown), code="not-an-export")
    return things


def _filled(shape: Any, known: Any, secrets: Mapping[str, str], missing: list[str]) -> Any:
    """The shape with secrets in the places of placeholders; those without one are added to ``missing``."""
    if isinstance(shape, list):
        theirs = known if isinstance(known, list | tuple) and len(known) == len(shape) else [None] * len(shape)
        return [_filled(item, other, secrets, missing) for item, other in zip(shape, theirs, strict=True)]
    if not isinstance(shape, Mapping):
        return shape
    if set(shape) == {PLACEHOLDER}:
        place = str(shape[PLACEHOLDER])
        value = secrets.get(place, known)
        if not isinstance(value, str):
            missing.append(place)
        return value
    parts = known if isinstance(known, Mapping) else {}
    return {name: _filled(value, parts.get(name), secrets, missing) for name, value in shape.items()}
