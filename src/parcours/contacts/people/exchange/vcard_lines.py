"""The text of vCards 3 and 4: folded lines, parameters, escapes (RFC 2426, RFC 6350)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from parcours.core.errors import InputError

#: Bytes of a line before it is folded, without its end.
WIDTH = 75
_NAME = re.compile(r"(?:([A-Za-z0-9-]+)\.)?([A-Za-z0-9-]+)")
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)(?:=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*))?')
_VALUE = re.compile(r'"([^"]*)"|([^",]+)')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """A property: its name in upper case, its parameters by name with their values in lower case, and its raw value."""

    number: int
    name: str
    value: str
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def types(self) -> frozenset[str]:
        """Its ``TYPE`` values, in lower case."""
        return frozenset(self.parameters.get("TYPE", ()))

    @property
    def preference(self) -> int:
        """1 comes first, 100 where nothing is said."""
        given = self.parameters.get("PREF", ("",))[0]
        return int(given) if given.isdigit() else 1 if "pref" in self.types else 100

    def text(self) -> str:
        """The value as one text."""
        return unescaped(self.value)

    def parts(self) -> list[str]:
        """The components of a structured value, cut at semicolons."""
        return [unescaped(part) for part in _cut(self.value, ";")]

    def items(self) -> list[str]:
        """The items of a list, cut at commas."""
        return [unescaped(part) for part in _cut(self.value, ",")]


def unescaped(text: str) -> str:
    """A value without its escapes."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text).strip()


def escaped(text: str) -> str:
    """A value as it is written."""
    return re.sub(r"([\\,;])", r"\\\1", text).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _cut(text: str, mark: str) -> list[str]:
    """At marks that are not escaped."""
    parts, start, at = [], 0, 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == mark:
            parts.append(text[start:at])
            start = at + 1
        at += 1
    return [*parts, text[start:]]


def unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Lines put together again, each with the number of its first part; blank ones are left out."""
    held, number = "", 0
    for at, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if line[:1] in (" ", "\t") and held:
            held += line[1:]
            continue
        if held:
            yield number, held
        held, number = line.rstrip() if not line.strip() else line, at
    if held:
        yield number, held


def parsed(number: int, text: str) -> Line:
    """One line.

    Raises:
        InputError: ``bad-vcard``, it is no property.
    """
    name = _NAME.match(text)
    at = name.end() if name else 0
    parameters: dict[str, tuple[str, ...]] = {}
    while name and (found := _PARAMETER.match(text, at)):
        _add(parameters, found[1].upper(), found[2])
        at = found.end()
    if name is None or text[at : at + 1] != ":":
        raise InputError(f"{text[:40]!r} is no property", code="bad-vcard", where=f"line {number}")
    return Line(number, name[2].upper(), text[at + 1 :], parameters)


def _add(parameters: dict[str, tuple[str, ...]], name: str, values: str | None) -> None:
    """A parameter without value is a type, as older writers have it."""
    if values is None:
        name, values = "TYPE", name
    found = [(quoted or bare).lower() for quoted, bare in _VALUE.findall(values)]
    split = [part for value in found for part in value.split(",")] if name == "TYPE" else found
    parameters[name] = (*parameters.get(name, ()), *split)


def written(name: str, values: str | Iterable[str], *, mark: str = ";", parameters: str = "") -> str:
    """A property as folded lines with their end; a structured value or list is given by its parts."""
    value = escaped(values) if isinstance(values, str) else mark.join(escaped(part) for part in values)
    return folded(f"{name}{parameters}:{value}")


def folded(line: str) -> str:
    """Cut into pieces of at most :data:`WIDTH` bytes, never inside a letter."""
    pieces, piece, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > WIDTH:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + letter, size + width
    return "\r\n".join([*pieces, piece]) + "\r\n"
