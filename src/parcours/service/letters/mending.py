"""Changes of the payload of dead letters: values set, named anew, converted or left out, by paths with dots."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from parcours.core.errors import InputError
from parcours.flow.ingest.turning.shapes import any_json

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_TRUE, _FALSE = ("true", "yes", "y", "t", "1"), ("false", "no", "n", "f", "0")


@dataclass(frozen=True, slots=True)
class Mending:
    """What is changed, in this order. Paths lead into the call (``properties.total``), the request or the row.

    Attributes:
        event: new name of the event.
        rename: path -> new path; a name without dots stays beside the old one.
        convert: path -> ``integer``, ``decimal``, ``string`` or ``boolean``. Of a text with one number in it the number
            is taken (``"12,50 EUR"`` is 12.5).
        values: path -> value.
        drop: paths that are left out.
    """

    event: str | None = None
    rename: Mapping[str, str] = field(default_factory=dict)
    convert: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    drop: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.event or self.rename or self.convert or self.values or self.drop)

    def check(self) -> None:
        """Make sure that it can be done.

        Raises:
            InputError: a type is not one of these, or a path is empty.
        """
        for path, kind in self.convert.items():
            if kind not in _CONVERSIONS:
                hint = ", ".join(_CONVERSIONS)
                raise InputError(f"{kind!r} is no type", code="unknown-type", where=path, hint=f"types are: {hint}")
        if not all([*self.rename, *self.rename.values(), *self.convert, *self.values, *self.drop]):
            raise InputError("a path is empty", code="bad-path")

    def applied(self, payload: str) -> str:
        """The payload mended."""
        shape = content(payload)
        inner = shape.get("call") or (shape.get("request") or {}).get("body") or shape
        if isinstance(inner, dict):
            self._change(inner)
        return encoded(shape)

    def _change(self, inner: dict[str, Any]) -> None:
        if self.event is not None:
            inner["event"] = self.event
        for path, new in self.rename.items():
            found = _taken(inner, path)
            if found is not _NOTHING:
                _put(inner, new if "." in new else ".".join([*path.split(".")[:-1], new]), found)
        for path, kind in self.convert.items():
            _each(inner, path.split("."), _CONVERSIONS[kind])
        for path, value in self.values.items():
            _put(inner, path, value)
        for path in self.drop:
            _taken(inner, path)


def content(payload: str) -> dict[str, Any]:
    """The payload as plain data; of a row that is no JSON object: ``{"row": text}``."""
    try:
        found = any_json(payload.encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {"row": payload}
    return found if isinstance(found, dict) else {"row": found}


def encoded(shape: object) -> str:
    """Plain data as JSON.

    Raises:
        InputError: they hold what JSON cannot.
    """
    try:
        return msgspec.json.encode(shape).decode()
    except (UnicodeEncodeError, TypeError, ValueError, RecursionError) as problem:
        raise InputError(f"this cannot be JSON: {problem}", code="bad-payload") from None


_NOTHING = object()


def _holder(shape: dict[str, Any], path: str, make: bool) -> tuple[Any, str]:
    *before, name = path.split(".")
    holder: Any = shape
    for part in before:
        if make and isinstance(holder, dict) and not isinstance(holder.get(part), dict):
            holder[part] = {}
        holder = holder.get(part) if isinstance(holder, dict) else None
    return holder, name


def _taken(shape: dict[str, Any], path: str) -> Any:
    holder, name = _holder(shape, path, make=False)
    return holder.pop(name, _NOTHING) if isinstance(holder, dict) else _NOTHING


def _put(shape: dict[str, Any], path: str, value: Any) -> None:
    holder, name = _holder(shape, path, make=True)
    if isinstance(holder, dict):
        holder[name] = value


def _each(holder: Any, path: Sequence[str], change: Callable[[Any], Any]) -> None:
    """Change the value at a path, in every element of lists on the way."""
    if isinstance(holder, list):
        for part in holder:
            _each(part, path, change)
    elif isinstance(holder, dict) and path[0] in holder:
        value = holder[path[0]]
        if len(path) > 1:
            _each(value, path[1:], change)
        else:
            holder[path[0]] = [change(part) for part in value] if isinstance(value, list) else change(value)


def _decimal(value: Any) -> Any:
    """The number in a text; what holds none, or several, stays."""
    if not isinstance(value, str):
        return float(value) if isinstance(value, int | float) else value
    text = value.replace("\u00a0", "").replace(" ", "")
    if "," in text and "." in text:  # the last of them separates the decimals
        text = text.replace("," if text.rfind(".") > text.rfind(",") else ".", "")
    found = _NUMBER.findall(text.replace(",", "."))
    return float(found[0]) if len(found) == 1 else value


def _integer(value: Any) -> Any:
    number = _decimal(value)
    return int(number) if isinstance(number, float) and number.is_integer() else value


def _string(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()


def _boolean(value: Any) -> Any:
    text = _string(value).strip().lower()
    return True if text in _TRUE else False if text in _FALSE else value


_CONVERSIONS: Mapping[str, Callable[[Any], Any]] = {
    "integer": _integer,
    "decimal": _decimal,
    "string": _string,
    "boolean": _boolean,
}
