"""Files are read where the caller is: with the caller's rights, named as the caller named them, near or far.

So a service never opens a path that somebody sends, and what is wrong with a file is told in the same words whether
the workspace is open here or there.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from inspect import BoundArguments
from pathlib import Path
from typing import Any

from parcours.core.errors import InputError
from parcours.flow.ingest import Raw, read_mapping
from parcours.flow.journeys.builder import Journey as Built
from parcours.flow.segments.documents import SUFFIXES, Located
from parcours.service.importing import raw_rows
from parcours.service.remote.shapes import classes_in, hints_of
from parcours.service.taking_in import read_options

#: Parameters that take the id of a journey as well, which has no ending.
_DRAFTS = ("draft", "against")


def with_contents(function: Callable[..., Any], bound: BoundArguments) -> None:
    """Put what files hold in place of the files among the arguments of a method.

    Raises:
        InputError: a file with data cannot be read.
    """
    given = bound.arguments
    if "sources" in given and "mapping" in bound.signature.parameters:
        _import(given)
    hints = hints_of(function)
    for name in given:
        if Path in set(classes_in(hints.get(name))):
            given[name] = _contents(given[name], draft=name in _DRAFTS)


def refuse_paths(function: Callable[..., Any], args: Sequence[Any], named: Mapping[str, Any]) -> None:
    """Make sure that no argument that came over the wire would be opened here as a file.

    Raises:
        InputError: ``no-paths``.
    """
    signature = inspect.signature(function)
    try:
        given = signature.bind_partial(None, *args, **named).arguments
    except TypeError:
        return  # calling it says what is wrong
    hints = hints_of(function)
    files = {name for name in given if Path in set(classes_in(hints.get(name)))}
    files |= {"sources", "mapping"} & given.keys() if "mapping" in signature.parameters else set()
    for name in files:
        if _opens(given[name], draft=name in _DRAFTS):
            raise InputError(
                "files are read where the caller is, not here", code="no-paths", where=name, hint="send what they hold"
            )


def _opens(value: Any, *, draft: bool) -> bool:
    """Whether a value would be taken for the name of a file."""
    if isinstance(value, str | Path):
        by_id = draft and isinstance(value, str) and Path(value).suffix not in SUFFIXES
        return not by_id and not isinstance(value, Located)
    return isinstance(value, list | tuple) and any(_opens(each, draft=False) for each in value)


def _import(given: dict[str, Any]) -> None:
    """The rows of files, read as the other arguments say."""
    columns = dict(given.get("columns", {}))
    options, format = read_options(columns), given.get("format")
    given["sources"] = tuple(
        source if isinstance(source, Raw) else raw_rows(source, format, options) for source in given["sources"]
    )
    given["columns"] = columns
    if isinstance(given.get("mapping"), str | Path):
        given["mapping"] = read_mapping(given["mapping"])


def _contents(value: Any, *, draft: bool) -> Any:
    """Definitions as they can be sent."""
    if isinstance(value, str | Path):
        by_id = draft and isinstance(value, str) and Path(value).suffix not in SUFFIXES
        return value if by_id or isinstance(value, Located) else Located.read(value)
    if isinstance(value, Built):
        return value.body()
    if value is None or isinstance(value, Mapping) or not isinstance(value, list | tuple):
        return value
    return [_contents(each, draft=False) for each in value]
