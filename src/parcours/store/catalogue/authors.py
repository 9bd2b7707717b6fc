"""Who changes definitions: whoever serves a caller says it once, and the catalogue writes it down with every change."""

from __future__ import annotations

from contextvars import ContextVar

#: The name of the caller that is being served; blank for a process of the machine's user.
author: ContextVar[str] = ContextVar("author", default="")


def author_of(by: str) -> str:
    """The author of a change: who is named for it, else who is being served."""
    return by or author.get()
