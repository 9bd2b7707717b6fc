"""The Python library: the public names, their signatures and docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator

import parcours
from parcours.service.crm.campaigns import Campaigns
from parcours.service.crm.contacts import Contacts
from parcours.service.crm.crm import Crm
from parcours.service.crm.duplicates import Duplicates
from parcours.service.crm.exchange import Exchange
from parcours.service.crm.interactions import Interactions
from parcours.service.crm.logging import Logging
from parcours.service.crm.notes import Notes
from parcours.service.crm.opportunities import Opportunities
from parcours.service.crm.previews import Previews
from parcours.service.crm.questionnaires import Questionnaires
from parcours.service.crm.selecting import Selecting
from parcours.service.crm.setup import Setup
from parcours.service.crm.worksheets import Worksheets
from parcours.service.journeys import Journeys
from parcours.service.segments import Segments

INTRODUCTION = """\
# Python library

`import parcours` offers the names below and loads what stands behind a name when it is first used. Frames are Polars
frames on the way out; on the way in, everything with an Arrow C stream is taken (Polars, pandas 3, pyarrow, DuckDB).
Everything else inside the package may change without notice.
"""
_SECTION = re.compile(r"^(Args|Attributes|Returns|Raises|Yields|Example|Examples):$")
_PART = re.compile(r"^ {4}(\*{0,2}[\w.]+(?:, [\w.]+)*): (.*)$")
#: What one reads first; the others follow in alphabetical order.
FIRST = ("open", "init", "Workspace")


#: Classes that are met as attributes of a workspace, by the public name they are shown after.
COMPANIONS = {
    "Workspace": (
        Segments, Journeys, Crm, Setup, Contacts, Exchange, Duplicates, Questionnaires, Notes, Worksheets, Selecting,
        Logging, Previews, Interactions, Campaigns, Opportunities,
    ),
}  # fmt: skip


def page() -> str:
    names = [*FIRST, *(name for name in parcours.__all__ if name not in FIRST)]
    return "\n".join([INTRODUCTION, *(text for name in names for text in _entries(name))])


def _entries(name: str) -> Iterator[str]:
    yield _entry(name, getattr(parcours, name))
    for kind in COMPANIONS.get(name, ()):
        yield _entry(kind.__name__, kind)


def _entry(name: str, thing: object) -> str:
    if inspect.isclass(thing):
        return "\n".join([f"## {name}", "", f"class `{thing.__module__}.{name}`", "", _prose(thing), *_members(thing)])
    if callable(thing):
        return "\n".join([f"## {name}", "", _signature(name, thing), "", _prose(thing)])
    return f"## {name}\n\n`{thing!r}`\n"


def _members(kind: type) -> Iterator[str]:
    """Public methods and properties, in the order of the source; those of the classes that it is made of, too, where
    these are not shown by themselves."""
    shown = {other for others in COMPANIONS.values() for other in others} - {kind}
    parts = [part for part in kind.__mro__ if part is kind or part.__module__.startswith("parcours.service.")]
    parts = [part for part in parts if part not in shown]
    found = {name: member for part in reversed(parts) for name, member in vars(part).items()}
    for name in dict.fromkeys(name for part in parts for name in vars(part) if not name.startswith("_")):
        member = found[name]
        plain = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        if isinstance(plain, property):
            yield f"### {kind.__name__}.{name}\n\nproperty\n\n{_prose(plain)}"
        elif inspect.isfunction(plain):
            yield f"### {kind.__name__}.{name}\n\n{_signature(name, plain)}\n\n{_prose(plain)}"


class _Plain:
    """An annotation as it was written, without the quotes of a text."""

    def __init__(self, text: object) -> None:
        self.text = str(text)

    def __repr__(self) -> str:
        return self.text


def _signature(name: str, function: Callable[..., object]) -> str:
    found = inspect.signature(function)
    params = [
        param if param.annotation is param.empty else param.replace(annotation=_Plain(param.annotation))
        for param in found.parameters.values()
        if param.name not in ("self", "cls")
    ]
    result = "" if found.return_annotation in (found.empty, "None") else f" -> {found.return_annotation}"
    text = f"{name}{found.replace(parameters=params, return_annotation=found.empty)}{result}"
    if len(text) > 100:
        text = f"{name}(\n" + "".join(f"    {line},\n" for line in _lines(params)) + f"){result}"
    return f"```python\n{text}\n```"


def _lines(params: list[inspect.Parameter]) -> Iterator[str]:
    """A line per parameter, and one for the star in front of those that have to be named."""
    named = False
    for param in params:
        if param.kind is param.KEYWORD_ONLY and not named and not any(p.kind is p.VAR_POSITIONAL for p in params):
            yield "*"
        named = named or param.kind is param.KEYWORD_ONLY
        yield str(param)


def _prose(thing: object) -> str:
    """The docstring as Markdown: sections become bold words, cross references plain code."""
    text = inspect.cleandoc(getattr(thing, "__doc__", None) or "")
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text).replace("``", "`")
    text = re.sub(r"::\n", ":\n", text)
    lines = []
    for line in text.splitlines():
        section = _SECTION.match(line)
        entry = _PART.match(line)
        if section:
            lines += [f"**{section[1]}**", ""]
        elif entry:
            lines.append(f"- `{entry[1]}`: {entry[2]}")
        else:
            lines.append(re.sub(r"^ {8}", "  ", line))
    return "\n".join([*lines, ""])
