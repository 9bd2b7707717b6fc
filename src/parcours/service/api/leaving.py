"""Callers who leave: what they asked is given up, where nothing but reading was asked.

An editor that asks with every key pressed drops the question before; so do people who close a page.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from fastapi import Depends
from starlette.requests import Request

from parcours.core import interrupting
from parcours.core.errors import WorkspaceError

Found = TypeVar("Found")


async def _watched(request: Request) -> AsyncIterator[None]:
    """While the request is answered, notice when its caller leaves. The body was read before."""
    wish = request.state.wish = interrupting.Wish()
    watching = asyncio.create_task(_watch(request, wish))
    try:
        yield
    finally:
        watching.cancel()


async def _watch(request: Request, wish: interrupting.Wish) -> None:
    with contextlib.suppress(Exception):  # a body that nobody wants may be too long
        while (await request.receive())["type"] != "http.disconnect":
            pass
        wish.withdraw()


#: A dependency of routes that only read.
WATCHED = Depends(_watched)


def wanted(request: Request, work: Callable[[], Found]) -> Found:
    """Do it, in a thread of the pool, unless the caller leaves.

    Raises:
        WorkspaceError: ``stopped``, nobody waits for the answer any more.
    """
    interrupting.wish.set(request.state.wish)  # of the copy of the context that the thread works in
    try:
        interrupting.look()
        return work()
    except interrupting.Interrupted:
        raise WorkspaceError("whoever asked has left", code="stopped") from None
