"""The way to a workspace that another process holds: a socket of this machine, or a URL with a key."""

from __future__ import annotations

import contextlib
import http.client
import json
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, urlsplit

from parcours.core.errors import (
    AccessError,
    ConflictError,
    InputError,
    Overloaded,
    ParcoursError,
    UnknownNameError,
    WorkspaceError,
)
from parcours.service.remote import messages

#: Seconds to wait for a connection.
_CONNECTING = 10.0
#: Seconds for which a connection that is not in use may be used again; servers close them a little later.
_FRESH = 3.0
_LOST = "what it has committed stays; look what was done before you do it again"


class Place(Protocol):
    """Where the service is."""

    @property
    def name(self) -> str:
        """For people."""
        ...

    @property
    def path(self) -> str:
        """The path in front of those of the API."""
        ...

    def connection(self) -> http.client.HTTPConnection:
        """A connection that is not open yet."""
        ...


@dataclass(frozen=True, slots=True)
class Local:
    """The socket of a service on this machine."""

    socket: Path
    name: str
    path: str = ""

    def connection(self) -> http.client.HTTPConnection:
        return _SocketConnection(self.socket)


class _SocketConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=messages.PATIENCE)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


@dataclass(frozen=True, slots=True)
class Remote:
    """The URL of a service."""

    url: SplitResult
    name: str
    path: str

    @classmethod
    def at(cls, url: str) -> Remote:
        """The place that a URL names.

        Raises:
            InputError: it is no URL of a service.
        """
        try:
            parts = urlsplit(url)
            known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            known = False
        if not known:
            raise InputError(
                f"{url!r} is no URL of a service", code="bad-url", hint="for example https://parcours.example.com"
            )
        return cls(
            parts, f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/"), parts.path.rstrip("/")
        )

    def connection(self) -> http.client.HTTPConnection:
        host, port = self.url.hostname or "", self.url.port
        if self.url.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=messages.PATIENCE)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=messages.PATIENCE, context=context)


@dataclass
class _Idle:
    connection: http.client.HTTPConnection
    since: float = field(default_factory=time.monotonic)


class Connections:
    """Connections to one service; any number of threads may use them at once."""

    def __init__(self, place: Place, key: str = "") -> None:
        self.place = place
        self._key = key
        self._idle: list[_Idle] = []
        self._lock = threading.Lock()
        self._closed = False

    def close(self) -> None:
        """Close what is not in use; nothing is sent any more."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for each in idle:
            each.connection.close()

    def exchange(self, content: bytes) -> Iterator[list[Any]]:
        """Send a request; gives the frames of the answer. Who stops before the last one breaks the connection off.

        Raises:
            WorkspaceError: ``unreachable``: nothing was sent; ``connection-lost``: it broke off before the answer.
            ParcoursError: the service does not take the request.
        """
        connection = self._open()
        complete = False
        try:
            response = self._sent(connection, content)
            if response.status != http.client.OK:
                raise _refusal(response)
            for frame in _frames_of(response):
                if frame[0] in messages.LAST and not response.read(1):
                    complete = not response.will_close
                yield frame
        except (OSError, http.client.HTTPException) as error:
            raise self.lost(error) from None
        finally:
            self._put_back(connection) if complete else connection.close()

    def _sent(self, connection: http.client.HTTPConnection, content: bytes) -> http.client.HTTPResponse:
        headers = {"Content-Type": messages.MEDIA_TYPE, "Accept": messages.MEDIA_TYPE}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        try:
            connection.request("POST", self.place.path + messages.PATH, body=content, headers=headers)
        except (BrokenPipeError, ConnectionResetError):
            # a service that refuses a request may answer before it has read all of it
            return connection.getresponse()
        return connection.getresponse()

    def _open(self) -> http.client.HTTPConnection:
        with self._lock:
            if self._closed:
                raise WorkspaceError("the workspace is closed", code="closed", hint="open it again")
            while self._idle:
                found = self._idle.pop()
                if time.monotonic() - found.since < _FRESH and not _hung_up(found.connection):
                    return found.connection
                found.connection.close()
        connection = self.place.connection()
        connection.timeout = _CONNECTING
        try:
            connection.connect()
        except PermissionError:
            connection.close()
            hint = "work as the user who started it; or from elsewhere with --url and a key"
            raise WorkspaceError(
                f"{self.place.name} may be used by its owner only", code="not-allowed", hint=hint
            ) from None
        except OSError as error:
            connection.close()
            raise WorkspaceError(
                f"{self.place.name} cannot be reached: {_reason(error)}", code="unreachable", hint="does it run?"
            ) from None
        assert connection.sock is not None
        connection.sock.settimeout(messages.PATIENCE)
        return connection

    def _put_back(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(_Idle(connection))
                return
        connection.close()

    def lost(self, error: Exception | None = None) -> WorkspaceError:
        """The error for an answer that did not come."""
        reason = "nothing came any more" if isinstance(error, TimeoutError) else "the connection broke off"
        return WorkspaceError(f"{self.place.name} did not answer: {reason}", code="connection-lost", hint=_LOST)


def _hung_up(connection: http.client.HTTPConnection) -> bool:
    """Whether the other side has closed a connection on which nothing is expected."""
    if connection.sock is None:
        return True
    with selectors.DefaultSelector() as selector:
        selector.register(connection.sock, selectors.EVENT_READ)
        return bool(selector.select(0))


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return str(error.reason or error)
    return str(error.strerror or error)


def _frames_of(response: http.client.HTTPResponse) -> Iterator[list[Any]]:
    while header := response.read(messages.HEADER):
        length = messages.length_of(header) if len(header) == messages.HEADER else -1
        content = response.read(length) if length >= 0 else b""
        if len(content) != length:
            raise http.client.IncompleteRead(content)
        yield messages.read_frame(content)


# --- requests that are not taken -------------------------------------------------------------------------

_BY_STATUS: dict[int, type[ParcoursError]] = {
    400: InputError,
    404: UnknownNameError,
    409: ConflictError,
    413: InputError,
    415: InputError,
    422: InputError,
}


def _refusal(response: http.client.HTTPResponse) -> ParcoursError:
    """The error that a service answers instead of frames."""
    shape: dict[str, Any] = {}
    with contextlib.suppress(ValueError):
        found = json.loads(response.read(1_000_000))
        shape = found if isinstance(found, dict) else {}
    status, code, hint = response.status, shape.get("code"), shape.get("hint")
    message = str(shape.get("message") or f"this is no service of Parcours: it answers {status} {response.reason}")
    if status in (401, 403) and shape:
        return AccessError(message, known=status == 403, code=code, hint=hint)
    if status == 429:
        after = response.getheader("Retry-After") or "1"
        return Overloaded(message, retry_after=int(after) if after.isdecimal() else 1, code=code, hint=hint)
    kind = _BY_STATUS.get(status, WorkspaceError) if shape else WorkspaceError
    return kind(message, code=code or "not-a-service", where=shape.get("where"), hint=hint)
