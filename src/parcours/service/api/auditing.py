"""Entries of the audit log: for every request that was to change something, and for every one that was denied."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parcours.service.access.audit import Entry
from parcours.service.access.caller import Caller
from parcours.service.access.gate import Gate
from parcours.service.api.asking import READING, address_of, guarded

#: Statuses that say that somebody may not do this.
_DENIED = (401, 403)
#: Characters of a text of an entry, at most.
_LONGEST = 500


class Auditing:
    """Notes requests after their answers. What is noted is the path, never a body.

    A route may say more: ``request.state.operation`` names what was done, where one route does several things;
    ``request.state.reads`` says that it changed nothing; ``request.state.tried`` says who somebody claimed to be.

    Args:
        app: what stands behind it.
        gate: keeps the entries.
    """

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and note what came of it."""
        if scope["type"] != "http" or not guarded(scope["path"]):
            await self._app(scope, receive, send)
            return
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            if _matters(scope, status):
                await self._note(self._entry(scope, status))

    async def _note(self, entry: Entry) -> None:
        if not self._gate.noted(entry, wait=False):
            await run_in_threadpool(self._gate.noted, entry)

    def _entry(self, scope: Scope, status: int) -> Entry:
        state = scope.get("state", {})
        caller = state.get("caller")
        who = caller if isinstance(caller, Caller) else None
        return Entry(
            at=self._gate.clock.now(),
            kind=who.kind if who else "",
            caller=who.id if who else "",
            name=_cleaned(who.name if who else state.get("tried", "")),
            operation=_cleaned(state.get("operation") or _operation(scope)),
            target=_cleaned(scope.get("raw_path", b"").decode("ascii", "replace")),
            outcome=status,
            address=address_of(scope),
            request=str(state.get("id", "")),
        )


def _cleaned(text: object) -> str:
    """A text that any database and terminal takes."""
    return "".join(filter(str.isprintable, str(text)[:_LONGEST]))


def _matters(scope: Scope, status: int) -> bool:
    state = scope.get("state", {})
    if status in _DENIED or state.get("denied"):
        return True
    return scope["method"] not in READING and not state.get("reads") and status != 429


def _operation(scope: Scope) -> str:
    """The id of the operation, as the description of the API names it; of what no route did, the verb."""
    route: Any = scope.get("route")
    return str(getattr(route, "operation_id", None) or getattr(route, "name", None) or scope["method"])
