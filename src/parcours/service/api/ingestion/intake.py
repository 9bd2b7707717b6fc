"""What every format's routes do alike: let in by key, read the body within limits, keep it durably."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

import msgspec
import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from parcours.core.errors import AccessError, InputError, Overloaded, ParcoursError, WorkspaceError
from parcours.flow.ingest.calls import Record
from parcours.flow.ingest.requests.journal import MB
from parcours.service.api.ingestion.unpacking import read, too_large
from parcours.service.sources import Door
from parcours.service.workspace import Workspace

#: Bodies longer than this are worked on in a thread, so that others need not wait.
LONG = 256_000
Result = TypeVar("Result")
_log = structlog.get_logger(__name__)


class Intake:
    """Takes requests in for a workspace. Used from one event loop.

    Attributes:
        limit: bytes of a body, packed and unpacked.
    """

    def __init__(self, workspace: Workspace) -> None:
        settings = workspace._parts.settings.intake
        self._parts, self._sources = workspace._parts, workspace.sources
        self._journal = workspace._parts.journal
        self.limit = round(settings.body_mb * MB)
        self._seconds, self._most_arriving = settings.seconds, max(settings.waiting_mb * MB, self.limit)
        self._arriving = 0  # bytes of bodies that are not whole yet
        self._failing = False

    @property
    def now(self) -> int:
        """The instant, in microseconds."""
        return self._parts.clock.now()

    async def admit(self, key: str, secret: str | None = None) -> Door:
        """What a key opens.

        Args:
            key: the write key.
            secret: what came beside it, where the format has that.

        Raises:
            AccessError: the key is missing or wrong, or the source is switched off.
        """
        if not key:
            raise AccessError(
                "there is no write key",
                known=False,
                code="no-key",
                hint="send the write key of a source, as its client library does",
            )
        known, door = self._sources.remembered(key)
        if not known:
            door = await run_in_threadpool(self._sources.door, key)
        if door is None:
            raise AccessError(
                "the write key is not known", known=False, code="wrong-key", hint="look it up: parcours sources"
            )
        door.check(secret)
        return door

    async def body(self, request: Request) -> bytes:
        """The body as it comes.

        Raises:
            InputError: ``too-large`` or ``too-slow``.
            Overloaded: too many bodies are under way.
            ClientDisconnect: the client has left.
        """
        declared = request.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > self.limit:
            raise too_large(self.limit)
        chunks: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._seconds):
                async for chunk in request.stream():
                    size += len(chunk)
                    self._arriving += len(chunk)
                    self._check(size)
                    chunks.append(chunk)
        except TimeoutError:
            raise InputError(
                f"the request did not arrive in {self._seconds:g} s", code="too-slow", hint="send it again"
            ) from None
        finally:
            self._arriving -= size
        return b"".join(chunks)

    def _check(self, size: int) -> None:
        if size > self.limit:
            raise too_large(self.limit)
        if self._arriving > self._most_arriving:
            raise Overloaded("too much comes in at once", retry_after=1)

    async def shaped(self, request: Request, decoder: msgspec.json.Decoder[Result]) -> tuple[bytes, Result]:
        """The body unpacked, and its outer form. Raises as :meth:`body` and :func:`unpacking.read`."""
        came, coding = await self.body(request), request.headers.get("content-encoding", "")
        return await self.worked(lambda body: read(body, coding, self.limit, decoder), came)

    async def worked(self, work: Callable[[bytes], Result], body: bytes) -> Result:
        """Something done with a body, in a thread where it takes long."""
        return work(body) if len(body) <= LONG else await run_in_threadpool(work, body)

    async def keep(self, records: Sequence[Record]) -> None:
        """Returns when the records are on disk.

        Raises:
            Overloaded: too much waits.
            WorkspaceError: they could not be written.
        """
        try:
            await asyncio.wrap_future(self._journal.append(records))
        except WorkspaceError as problem:
            self._tell(problem)
            raise
        self._tell(None)
        self._parts.arrived()
        due = [self._sources.seen(record.source, record.received) for record in records]
        if any(due):
            with suppress(ParcoursError):  # figures; the request is kept
                await run_in_threadpool(self._sources.note)

    def _tell(self, problem: WorkspaceError | None) -> None:
        """Tell the operator when it begins to fail, and when it is over."""
        if problem is not None and not self._failing:
            _log.error("requests cannot be kept", code=problem.code, problem=problem.message)
        elif problem is None and self._failing:
            _log.info("requests are kept again")
        self._failing = problem is not None


def basic(request: Request) -> tuple[str, str] | None:
    """Name and password of the header ``Authorization``; ``None`` where it is not Basic."""
    kind, _, rest = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name, password
