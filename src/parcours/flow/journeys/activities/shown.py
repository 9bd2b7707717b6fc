"""What templates of messages may show: names, problems with them, and what they need of a run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

import polars as pl

from parcours.core.errors import DefinitionError, ParcoursError, UnknownNameError, nearest
from parcours.core.schema import Kind, Type
from parcours.flow.journeys.activities.arriving import Needs
from parcours.flow.journeys.activities.base import QUALIFICATION_FIELDS, Names
from parcours.language.templates import parse_template

#: What a template may begin with, besides names it makes itself.
ROOTS = ("profile", "event", "events", "qualification", "action", "source", "values", "journey", "now")
#: Fields of ``journey`` in a template.
JOURNEY_FIELDS = ("id", "version", "run", "activity")
#: The field of every answer that says how the call went.
STATUS = "status_code"
#: What is kept by the run, and what it is called among the values that a run is given.
_GIVEN = {"events": "event", "action": "action", "source": "source"}
_NOUNS = {
    "profile": "attribute",
    "event": "event property",
    "qualification": "field of the qualification",
    "values": "value",
    "journey": "field of the journey",
}
_PLAIN = re.compile(r"\s*\{\{-?\s*([A-Za-z_][\w.-]*?)\s*-?\}\}\s*")

Path = tuple[str, ...]


def needs_of(sources: Iterable[str]) -> Needs:
    """What templates show of the profile and of the run."""
    paths = {path for source in sources for path in parse_template(source).variables if len(path) > 1}
    named = {root: frozenset(path[1] for path in paths if path[0] == root) for root in ROOTS}
    given = frozenset((_GIVEN[path[0]], *path[1:]) for path in paths if path[0] in _GIVEN)
    return Needs(named["profile"], named["event"], named["qualification"], given)


def plain_path(source: str) -> Path | None:
    """The path of a template that shows one value and nothing else: ``{{ profile.email }}``."""
    found = _PLAIN.fullmatch(source)
    return None if found is None else tuple(found.group(1).split("."))


def shown_value(parts: Mapping[str, pl.DataFrame | pl.Series], path: Path, count: int) -> pl.Series:
    """The texts that a path shows, from the parts of ``count`` contents; null where there is nothing."""
    part = parts.get(path[0])
    if isinstance(part, pl.Series):
        return part.str.json_path_match("$" + "".join(f'["{name}"]' for name in path[1:]))
    shown = None if part is None or path[1] not in part.columns else part[path[1]]
    for name in path[2:]:
        if shown is None or not isinstance(shown.dtype, pl.Struct) or name not in shown.struct.fields:
            shown = None
            break
        shown = shown.struct.field(name)
    return pl.repeat(None, count, dtype=pl.String, eager=True) if shown is None else shown.cast(pl.String)


def template_problems(setting: str, source: str, names: Names, values: Collection[str]) -> Iterator[ParcoursError]:
    """What is wrong with a template that may also show these ``values``."""
    try:
        template = parse_template(source)
    except DefinitionError as error:
        yield DefinitionError(error.message, code=error.code, where=setting, hint=error.hint, span=error.span)
        return
    for path in sorted(template.variables):
        yield from _variable_problems(setting, path, names, values)


def _variable_problems(setting: str, path: Path, names: Names, values: Collection[str]) -> Iterator[ParcoursError]:
    root, attributes = path[0], names.schema.attributes
    if root == "now":
        return
    if root not in ROOTS:
        hint = f"write {{{{ profile.{root} }}}}" if root in attributes else nearest(root, ROOTS)
        yield UnknownNameError(f"{root!r} is nothing a message can show", where=setting, hint=hint)
    elif len(path) < (3 if root in _GIVEN else 2):
        hint = f"name a field: {{{{ {'.'.join(path)}.… }}}}"
        yield UnknownNameError(f"{'.'.join(path)!r} alone says too little", where=setting, hint=hint)
    elif root in _GIVEN:
        yield from _given_problems(setting, path, names)
    elif root != "event" or names.heard is not None:
        yield from _field_problems(setting, path, names, values)


def _field_problems(setting: str, path: Path, names: Names, values: Collection[str]) -> Iterator[ParcoursError]:
    root, known = path[0], _fields(path[0], names, values)
    if path[1] in known:
        return
    hint = nearest(path[1], known) or "import data that has it first"
    if root == "event" and not known:
        hint = "a journey without wait_for_event has no event to show"
    if root == "values":
        hint = nearest(path[1], known) or "give it: values: {" + path[1] + ': {journey: "…"}}'
    yield UnknownNameError(f"there is no {_NOUNS[root]} {path[1]!r}", where=setting, hint=hint)


def _fields(root: str, names: Names, values: Collection[str]) -> Collection[str]:
    known: dict[str, Collection[str]] = {
        "profile": names.schema.attributes,
        "event": names.heard or (),
        "qualification": QUALIFICATION_FIELDS,
        "values": values,
        "journey": JOURNEY_FIELDS,
    }
    return known[root]


def _given_problems(setting: str, path: Path, names: Names) -> Iterator[ParcoursError]:
    """What is wrong with the name of an event, an action or a source, or with the field behind it."""
    root, name, fields = path[0], path[1], path[2:]
    known = _known(root, names)
    if known is None:
        return
    if name not in known:
        what = {"events": "event type", "action": "activity that calls an action", "source": "data source"}[root]
        yield UnknownNameError(f"there is no {what} {name!r}", where=setting, hint=nearest(name, known))
        return
    kind = known[name]
    if root == "action" and fields == (STATUS,):
        return
    if isinstance(kind, Type) and kind.kind is Kind.OBJECT and kind.fields and kind.at(fields) is None:
        hint = nearest(fields[0], [field for field, _ in kind.fields])
        yield UnknownNameError(f"there is no field {'.'.join(fields)!r} in {root}.{name}", where=setting, hint=hint)
    if isinstance(kind, Mapping) and fields[0] not in kind:
        hint = nearest(fields[0], kind)
        yield UnknownNameError(f"there is no property {fields[0]!r} of {name!r}", where=setting, hint=hint)


def _known(root: str, names: Names) -> Mapping[str, Type | Mapping[str, Type] | None] | None:
    """What stands behind a root by name; ``None`` when anything may."""
    if root == "events":
        return names.schema.events
    if root == "source":
        return names.sources
    actions = names.actions or {}
    return {
        name: actions.get(getattr(activity, "action", ""))
        for name, activity in names.activities.items()
        if activity.remembers(name) == ("action", name)
    }
