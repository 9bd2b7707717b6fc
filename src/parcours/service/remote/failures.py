"""Errors on the wire: the same class with the same text, code, place, hint and problems on the other side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from parcours.core import errors
from parcours.core.errors import ParcoursError, Span


def _below(kind: type[ParcoursError]) -> Iterator[type[ParcoursError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _below(below)


#: Every error that is raised on purpose, by its name.
KINDS = {kind.__name__: kind for kind in _below(ParcoursError) if kind.__module__ == errors.__name__}
#: Mistakes of programs that are told as what they are.
MISTAKES: dict[str, type[Exception]] = {
    kind.__name__: kind for kind in (TypeError, ValueError, KeyError, IndexError, AttributeError, NotImplementedError)
}


def packed(error: ParcoursError, pack: Callable[[Any], Any]) -> list[Any]:
    """The name of the class, and everything that the error holds.

    A class of its own goes as the nearest one that everybody knows.
    """
    kind = next(kind for kind in type(error).__mro__ if KINDS.get(kind.__name__) is kind)
    held = {name: value for name, value in vars(error).items() if name != "span" and not name.startswith("_")}
    span = None if error.span is None else [error.span.start, error.span.end]
    return [kind.__name__, [[name, pack(value)] for name, value in held.items()], span]


def unpacked(parts: Sequence[Any], unpack: Callable[[Any], Any]) -> ParcoursError:
    """The inverse of :func:`packed`."""
    name, held, span = parts
    error = KINDS[name].__new__(KINDS[name])
    for field, value in held:
        setattr(error, field, unpack(value))
    error.span = None if span is None else Span(*span)
    error.args = (error.message,)
    return error
