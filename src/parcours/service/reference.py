"""The functions of the languages, for people who look one up: from the registry, where everything about them stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from parcours.core.errors import InputError, UnknownNameError, nearest
from parcours.language.functions import registry
from parcours.language.functions.declaration import Function

#: The text languages, and the rule tree, where every function has its own name.
LANGUAGES = ("journey", "pql", "tree")


def listed(language: str | None = None) -> dict[str, list[tuple[Function, str]]]:
    """The functions of each language by name, with how that language writes it.

    Raises:
        InputError: there is no such language.
    """
    if language is not None and language not in LANGUAGES:
        raise InputError(
            f"there are no functions of {language!r}", code="unknown-language", hint=nearest(language, LANGUAGES)
        )
    return {name: list(_functions(name)) for name in LANGUAGES if language in (None, name)}


def _functions(language: str) -> Iterator[tuple[Function, str]]:
    if language == "tree":
        yield from ((registry.get(name), name) for name in sorted(registry.names()))
        return
    for name, found in sorted(registry.spelled(language).items()):
        yield from ((function, name) for function, _ in found)


def named(name: str, language: str | None = None) -> list[Function]:
    """The functions that are called ``name`` in any of the languages, or in one.

    Raises:
        UnknownNameError: there is none.
        InputError: there is no such language.
    """
    known = [item for some in listed(language).values() for item in some]
    found = {function.name: function for function, spelled in known if name in (spelled, function.name)}
    if not found:
        hint = nearest(name, {spelled for _, spelled in known})
        raise UnknownNameError(f"there is no function {name!r}", code="unknown-function", hint=hint)
    return list(found.values())


def shape(function: Function) -> Mapping[str, object]:
    """A function as plain data."""
    return {
        "name": function.name,
        "family": function.family,
        "help": function.prose,
        "signatures": list(dict.fromkeys(map(str, function.signatures))),
        "nulls": function.null_rule.value,
        "written": {
            spelling.language: {
                "name": spelling.name,
                "signatures": list(dict.fromkeys(map(str, spelling.signatures or function.signatures))),
            }
            for spelling in function.spellings
        },
        "examples": [{"args": list(args), "result": result} for args, result in function.examples],
    }


def page(function: Function) -> Iterator[str]:
    """What there is to know of a function, in lines."""
    yield f"{function.name} ({function.family})"
    yield f"  {function.prose}"
    yield f"  nulls: {function.null_rule.value}"
    for signature in dict.fromkeys(map(str, function.signatures)):
        yield f"  {function.name}{signature}"
    for spelling in function.spellings:
        for signature in dict.fromkeys(map(str, spelling.signatures or function.signatures)):
            yield f"  {spelling.language}: {spelling.name}{signature}"
    for args, result in function.examples[:5]:
        yield f"  {function.name}({', '.join(map(_value, args))}) = {_value(result)}"


def _value(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return json.dumps(value, default=str, ensure_ascii=False)
