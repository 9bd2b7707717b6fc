"""How values, types and signatures are written on the pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import yaml

from parcours.core.schema import Kind, Type
from parcours.language.functions.iso import duration_text
from parcours.language.functions.signatures import ListOfVar, MapOfVar, Shape, Signature
from parcours.language.journey.type_errors import in_words as in_journey
from tools.reference.failures import Failure

NAMES = {"journey": "Journey expression language", "pql": "PQL", "tree": "Rule tree"}
_PQL = {
    Kind.BOOLEAN: "boolean",
    Kind.INTEGER: "integer",
    Kind.DECIMAL: "double",
    Kind.STRING: "string",
    Kind.DATE_ONLY: "date",
    Kind.DATE_TIME: "timestamp",
    Kind.DATE_TIME_ONLY: "local timestamp",
    Kind.OFFSET_TIME: "timestamp with offset",
}
#: So many list types that a function takes every list.
_ALL_LISTS = 7


def code(text: str) -> str:
    """Code inside a table."""
    plain = text.replace("|", "\\|")
    return f"`` {plain} ``" if "`" in plain else f"`{plain}`"


def value(found: Any) -> str:
    """A value in words that every language shares: JSON, with dates and lengths of time in ISO form."""
    if isinstance(found, Failure):
        return f"fails: `{found.code}`"
    return code(plain(found))


def plain(found: Any) -> str:
    """A value as text."""
    if isinstance(found, Failure):
        return f"fails: {found.code}"
    if isinstance(found, datetime | date):
        return found.isoformat().replace("+00:00", "Z")
    if isinstance(found, timedelta):
        return duration_text(found)
    if isinstance(found, list | tuple):
        return "[" + ", ".join(map(plain, found)) + "]"
    if isinstance(found, dict):
        return "{" + ", ".join(f"{name}: {plain(part)}" for name, part in found.items()) + "}"
    return json.dumps(found, ensure_ascii=False)


def tree(shape: Any) -> str:
    """Plain data in one line of YAML."""
    text = yaml.safe_dump(shape, default_flow_style=True, sort_keys=False, width=100_000, allow_unicode=True)
    return str(text).strip().removesuffix("\n...").strip()


def type_in(shape: Shape, language: str) -> str:
    """A type as a language calls it."""
    if language == "journey":
        return in_journey(shape)
    if isinstance(shape, ListOfVar):
        return f"array of {shape.element}" if language == "pql" else str(shape)
    if isinstance(shape, MapOfVar) or not isinstance(shape, Type) or language == "tree":
        return str(shape)
    if shape.kind is Kind.LIST:
        return f"array of {type_in(shape.element, language)}" if shape.element else "array"
    return _PQL.get(shape.kind, shape.kind.value)


def signatures(found: Iterable[Signature], language: str) -> Iterator[tuple[list[str], str]]:
    """The parameters and the result of each signature, those for every type of list as one."""
    known = list(found)
    several = [one for one in known if one.params and _is_list(one.params[0].type)]
    together = len(several) >= _ALL_LISTS
    for one in known:
        if together and one in several:
            if one is several[0]:
                yield ["any list", *(type_in(p.type, language) for p in one.params[1:])], _of_all(several, language)
            continue
        params = [type_in(param.type, language) for param in (*one.params, *one.closing)]
        if one.repeats:
            params.insert(len(one.params), "…")
        yield params, type_in(one.result, language)


def _is_list(shape: Shape) -> bool:
    return isinstance(shape, Type) and shape.kind is Kind.LIST


def _of_all(found: list[Signature], language: str) -> str:
    """The result of a function of every list."""
    results = {type_in(one.result, language) for one in found}
    if len(results) == 1:
        return results.pop()
    return "the same list" if all(_is_list(one.result) for one in found) else "an element"
