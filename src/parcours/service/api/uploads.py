"""``POST /api/imports``: a file comes in, straight to the disk of the workspace.

As ``multipart/form-data`` with the part ``file`` and, as parts or in the query, what :meth:`Imports.start` takes; or as
the body itself, with the file's name in the query. What was not finished when the client goes leaves nothing behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import msgspec
from fastapi import APIRouter
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from parcours.core.errors import InputError, Overloaded, ParcoursError
from parcours.service.api.permission import allowed
from parcours.service.api.plain import encoded
from parcours.service.api.problems import ANSWERS
from parcours.service.imports import Imports
from parcours.service.uploaded import Upload
from parcours.service.workspace import Workspace

#: Bytes that are written at once.
_PIECE = 1_000_000
#: Bytes of all parts but the file.
_MOST_TEXT = 256_000
#: Files that may come at the same time.
_AT_ONCE = 8
_TEXTS = ("name", "what", "event", "format", "delimiter", "encoding")
_SWITCHES = ("replace", "start", "wait")
_PROSE = (
    "Upload a file: CSV, NDJSON or Parquet. Unless `start` is false it is taken in at once, in the background; with "
    "`wait` the answer comes when it is. Everything good is taken in, rows that are not are kept with their reason."
)


def upload_routes(workspace: Workspace) -> APIRouter:
    """The route by which files come in."""
    router = APIRouter(prefix="/api")
    door = _Door(workspace)

    async def upload(request: Request) -> Response:
        return await door.upload(request)

    router.add_api_route(
        "/imports",
        upload,
        methods=["POST"],
        tags=["imports"],
        operation_id="imports_upload",
        summary="Upload a file",
        description=_PROSE,
        status_code=201,
        dependencies=[allowed("data:write")],
        response_class=Response,
        response_model=None,
        responses={201: _ANSWER, 413: {**ANSWERS[422], "description": "The file is too long"}, **ANSWERS},
        openapi_extra={"requestBody": _BODY, "parameters": _QUERY},
    )
    return router


class _Door:
    """Takes files in."""

    def __init__(self, workspace: Workspace) -> None:
        self._imports: Imports = workspace.imports
        intake = workspace._parts.settings.intake
        self._longest, self._patience = round(intake.upload_mb * 1_000_000), intake.seconds
        self._coming = 0

    async def upload(self, request: Request) -> Response:
        """Receive a file, and begin with it.

        Raises:
            InputError: ``too-large``, ``too-slow``, ``bad-request``.
            Overloaded: many come at the same time.
            WorkspaceError: the disk is full.
        """
        if int(request.headers.get("content-length") or 0) > self._longest + _MOST_TEXT:
            raise self._too_large()
        if self._coming >= _AT_ONCE:
            raise Overloaded("many files come at the same time", retry_after=5)
        self._coming += 1
        incoming = _Incoming(self._imports, dict(request.query_params))
        try:
            await self._receive(request, incoming)
            id = await run_in_threadpool(incoming.finish)
        except ClientDisconnect:
            await run_in_threadpool(incoming.drop)
            return Response(status_code=499)  # nobody reads it
        except BaseException:
            await run_in_threadpool(incoming.drop)
            raise
        finally:
            self._coming -= 1
        return await run_in_threadpool(self._begin, id, incoming.options())

    async def _receive(self, request: Request, incoming: _Incoming) -> None:
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        whole = kind != b"multipart/form-data"
        parser = None if whole else incoming.parser(options.get(b"boundary", b""))
        if whole:
            await run_in_threadpool(incoming.open, request.query_params.get("name", ""))
        async for chunk in self._chunks(request):
            if parser is None:
                incoming.pending.append(chunk)
            else:
                _feed(parser, chunk)
            if incoming.size > self._longest:
                raise self._too_large()
            if incoming.waiting >= _PIECE:
                await run_in_threadpool(incoming.write)
        if parser is not None:
            _end(parser, incoming)

    async def _chunks(self, request: Request) -> AsyncIterator[bytes]:
        """The body as it comes; a client that says nothing for long is given up."""
        stream = request.stream().__aiter__()
        while True:
            try:
                yield await asyncio.wait_for(anext(stream), self._patience)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise InputError(
                    f"nothing came for {self._patience:g} s", code="too-slow", hint="send the file again"
                ) from None

    def _begin(self, id: str, options: Mapping[str, Any]) -> Response:
        """Start with it, unless that is not wanted. A file that cannot be started with is not kept."""
        given = {name: value for name, value in options.items() if name not in ("name", "start", "wait")}
        shape = self._imports.get(id)
        if options.get("start", True):
            try:
                shape = self._imports.start(id, **given)
            except ParcoursError:
                self._imports.delete(id)
                raise
            if options.get("wait"):
                shape = self._imports.wait(id)
        return Response(encoded(shape), 201, media_type="application/json", headers={"Location": f"/api/imports/{id}"})

    def _too_large(self) -> InputError:
        return InputError(
            f"the file is longer than {self._longest:,} bytes",
            code="too-large",
            hint="send it in parts, or packed (.gz); the setting intake.upload_mb says how much may come",
        )


class _Incoming:
    """A file on its way, and the texts beside it."""

    def __init__(self, imports: Imports, texts: dict[str, str]) -> None:
        self._imports, self._texts = imports, texts
        self._upload: Upload | None = None
        self._header, self._value = bytearray(), bytearray()
        self._disposition: dict[bytes, bytes] = {}
        self._is_file = False
        self.pending: list[bytes] = []
        self.complete = False
        self._text = bytearray()
        self._text_bytes = 0

    @property
    def waiting(self) -> int:
        """Bytes that are not written yet."""
        return sum(map(len, self.pending))

    @property
    def size(self) -> int:
        """Bytes of the file so far."""
        return self.waiting + (0 if self._upload is None else self._upload.note.bytes)

    def open(self, name: str) -> None:
        """The file begins."""
        if self._upload is not None:
            raise _bad("one file at a time: there are two parts named file")
        self._upload = self._imports._begin(name)

    def write(self) -> None:
        """Write what came."""
        pending, self.pending = self.pending, []
        if self._upload is not None:
            self._upload.write(b"".join(pending))

    def finish(self) -> str:
        """Everything came; gives the id of the upload."""
        self.options()
        self.write()
        if self._upload is None:
            raise _bad("there is no part named file")
        if not self._upload.note.bytes:
            raise InputError("the file is empty", code="empty-file", hint="nothing was taken in")
        return self._imports._uploaded(self._upload)

    def drop(self) -> None:
        """Forget it."""
        if self._upload is not None:
            self._upload.drop()

    def options(self) -> dict[str, Any]:
        """What was said beside the file.

        Raises:
            InputError: something nobody knows, or that is no value for it.
        """
        found: dict[str, Any] = {}
        for name, text in self._texts.items():
            if name in _TEXTS:
                found[name] = text
            elif name in _SWITCHES:
                found[name] = _switch(name, text)
            elif name == "mapping":
                found[name] = _object(text)
            else:
                raise _bad(f"there is no option {name!r}; options are {', '.join((*_TEXTS, *_SWITCHES, 'mapping'))}")
        return {name: value for name, value in found.items() if value not in ("", None)}

    # --- the parser calls these --------------------------------------------------------------------------

    def parser(self, boundary: bytes) -> MultipartParser:
        """Reads the parts of a form."""
        if not boundary:
            raise _bad("the form has no boundary")
        calls = ("part_begin", "part_data", "part_end", "header_field", "header_value", "header_end",
                 "headers_finished", "end")  # fmt: skip
        return MultipartParser(boundary, {f"on_{name}": getattr(self, f"_{name}") for name in calls})  # type: ignore[arg-type]

    def _part_begin(self) -> None:
        self._disposition, self._is_file, self._text = {}, False, bytearray()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if bytes(self._header).lower() == b"content-disposition":
            _, self._disposition = parse_options_header(bytes(self._value))
        self._header, self._value = bytearray(), bytearray()

    def _headers_finished(self) -> None:
        self._is_file = self._disposition.get(b"name") == b"file"
        if self._is_file:
            self.open(self._disposition.get(b"filename", b"").decode("utf-8", "replace"))

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self.pending.append(data[start:end])
            return
        self._text += data[start:end]
        self._text_bytes += end - start
        if self._text_bytes > _MOST_TEXT:
            raise _bad("the parts beside the file are too long")

    def _part_end(self) -> None:
        if not self._is_file:
            name = self._disposition.get(b"name", b"").decode("utf-8", "replace")
            self._texts[name] = self._text.decode("utf-8", "replace")

    def _end(self) -> None:
        self.complete = True


def _feed(parser: MultipartParser, chunk: bytes) -> None:
    try:
        parser.write(chunk)
    except FormParserError as problem:
        raise _bad(f"this is no form: {problem}") from None


def _end(parser: MultipartParser, incoming: _Incoming) -> None:
    try:
        parser.finalize()
    except FormParserError as problem:
        raise _bad(f"the form is cut off: {problem}") from None
    if not incoming.complete:
        raise _bad("the form is cut off")


def _switch(name: str, text: str) -> bool:
    if text.lower() in ("true", "1", "yes"):
        return True
    if text.lower() in ("false", "0", "no"):
        return False
    raise _bad(f"{name} must be true or false, not {text[:40]!r}")


def _object(text: str) -> Mapping[str, Any]:
    try:
        found = msgspec.json.decode(text or "{}")
    except (msgspec.DecodeError, RecursionError) as problem:
        raise _bad(f"mapping is not JSON: {problem}") from None
    if not isinstance(found, dict):
        raise _bad("mapping is not a JSON object")
    return found


def _bad(message: str) -> InputError:
    return InputError(message, code="bad-request", hint="send multipart/form-data with the part file")


_SCHEMAS: dict[str, Any] = {
    **{name: {"type": "string"} for name in _TEXTS},
    **{name: {"type": "boolean"} for name in _SWITCHES},
    "what": {"type": "string", "enum": ["events", "profiles"]},
}
_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    **{name: schema for name, schema in _SCHEMAS.items() if name != "name"},
                    "mapping": {"type": "object", "description": "Which column is what"},
                },
            }
        },
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
    },
}
_QUERY = [
    {"name": name, "in": "query", "required": False, "schema": schema, "description": "See the form"}
    for name, schema in _SCHEMAS.items()
]
_ANSWER = {
    "description": "How the upload stands",
    "content": {"application/json": {"schema": {"type": "object", "additionalProperties": True}}},
}
