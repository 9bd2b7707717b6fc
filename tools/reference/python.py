"""The Python library: the public names, their signatures and docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import parcours

INTRODUCTION = """\
# Python library

`import parcours` offers the names below and loads what stands behind a name when it is first used. Frames are Polars
frames on the way out; on the way in, everything with an Arrow C stream is taken (Polars, pandas 3, pyarrow, DuckDB).
Everything else inside the package may change without notice.
"""
_SECTION = re.compile(r"^(Args|Returns|Raises|Yields|Example|Examples):$", re.MULTILINE)


def page() -> str:
    return "\n".join([INTRODUCTION, *(_entry(name) for name in parcours.__all__)])


def _entry(name: str) -> str:
    thing = getattr(parcours, name)
    if inspect.isclass(thing):
        return "\n".join([f"## {name}", "", f"class `{thing.__module__}.{name}`", "", _prose(thing), *_members(thing)])
    if callable(thing):
        return "\n".join([f"## {name}", "", _signature(name, thing), "", _prose(thing)])
    return f"## {name}\n\n`{thing!r}`\n"


def _members(kind: type) -> Iterator[str]:
    """Public methods and properties, in the order of the source."""
    for name, member in vars(kind).items():
        if name.startswith("_"):
            continue
        plain = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        if isinstance(plain, property):
            yield f"### {kind.__name__}.{name}\n\nproperty\n\n{_prose(plain)}"
        elif inspect.isfunction(plain):
            yield f"### {kind.__name__}.{name}\n\n{_signature(name, plain)}\n\n{_prose(plain)}"


def _signature(name: str, function: object) -> str:
    text = f"{name}{inspect.signature(function)}"  # type: ignore[arg-type]
    return f"```python\n{text.replace('parcours.core.facts.', '')}\n```"


def _prose(thing: object) -> str:
    """The docstring as Markdown: sections become bold words, cross references plain code."""
    text = inspect.cleandoc(getattr(thing, "__doc__", None) or "")
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text).replace("``", "`")
    text = re.sub(r"::\n", ":\n", text)
    lines = []
    for line in text.splitlines():
        section = _SECTION.match(line)
        entry = re.match(r"^ {4}(\*{0,2}[\w.]+): (.*)$", line)
        if section:
            lines += [f"**{section[1]}**", ""]
        elif entry:
            lines.append(f"- `{entry[1]}`: {entry[2]}")
        else:
            lines.append(line)
    return "\n".join([*lines, ""])
