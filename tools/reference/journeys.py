"""The page of journeys: prose from ``tools/reference/pages``, activities from the code."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec

from parcours.flow.journeys.activities import Activity, kinds

FOLDER = Path(__file__).parent / "pages"
#: References to the rules that the code was made from.
_SOURCES = re.compile(r"\s*\((?:[RJK]\d+|journeys\.md|section)[^)]*\)")


def page() -> str:
    text = (FOLDER / "journeys.md").read_text()
    return text.replace("{{activities}}", "\n".join(_activities()))


def _activities() -> Iterator[str]:
    for name, kind in kinds().items():
        yield f"### {name}"
        yield ""
        yield _prose(kind)
        yield ""
        yield _settings(kind)
        yield ""


def _prose(kind: type[Activity]) -> str:
    text = _SOURCES.sub("", inspect.getdoc(kind) or "")
    return text.replace("``", "`").replace("\n* ", "\n- ")


def _settings(kind: type[Activity]) -> str:
    own = [field for field in msgspec.structs.fields(kind) if field.name not in ("label", "description")]
    if not own:
        return "No settings."
    must = [f"`{field.encode_name}`" for field in own if field.required]
    may = [f"`{field.encode_name}`" for field in own if not field.required]
    parts = [f"Must be said: {', '.join(must)}." if must else "", f"May be said: {', '.join(may)}." if may else ""]
    inside = [f"Inside `{field.encode_name}`: {_names(struct)}." for field in own for struct in _structs(field.type)]
    return " ".join(part for part in (*parts, *inside) if part)


def _names(struct: type[msgspec.Struct]) -> str:
    return ", ".join(f"`{field.encode_name}`" for field in msgspec.structs.fields(struct))


def _structs(type_: Any) -> Iterator[type[msgspec.Struct]]:
    """The structs that a setting of this type is made of."""
    if isinstance(type_, type) and issubclass(type_, msgspec.Struct):
        yield type_
    for part in get_args(type_):
        yield from _structs(part)
