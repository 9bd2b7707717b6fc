"""The messages of a call: one request, then any number of answers, the last of which ends it.

A request is a body of its own. Answers come as a stream of frames, each with its length in four bytes in front:
what was called back (``told``), a sign of life (``waiting``), and then a ``result``, an ``error`` or a ``mistake``.
"""

from __future__ import annotations

import struct
from typing import Any, Literal

import msgspec

from parcours.core.errors import InputError
from parcours.service.remote.wire import broken

#: Where calls are taken, and what kind of body they have. No page in a browser can send it without being asked first.
PATH = "/api/call"
MEDIA_TYPE = "application/vnd.parcours.call"
#: What ends an answer.
LAST = ("result", "error", "mistake")
#: Seconds between two signs of life; after several without one the other side is gone.
SIGN_OF_LIFE, PATIENCE = 10.0, 60.0
_LENGTH = struct.Struct(">I")
HEADER = _LENGTH.size


class Acting(msgspec.Struct, frozen=True, array_like=True):
    """In whose name, and on which day, somebody works in the CRM."""

    user: str = ""
    work_date: str | None = None
    role: str = ""
    salesperson_code: str | None = None


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A call.

    Attributes:
        id: by which it can be stopped.
        name: with dots: ``segments.members``; below ``kept`` of what was kept.
        how: whether a method is called, or a value asked for; ``stop`` ends the call with this id.
        args, named: the arguments, packed.
        kept: the number of what an earlier call left on the other side.
        acting: who works in the CRM.
        released: numbers of what is no longer needed.
    """

    id: str
    name: str = ""
    how: Literal["method", "value", "stop"] = "method"
    args: list[Any] = []
    named: dict[str, Any] = {}
    kept: str = ""
    acting: Acting | None = None
    released: list[str] = []


_encoder = msgspec.msgpack.Encoder()
_requests = msgspec.msgpack.Decoder(Request)
_frames = msgspec.msgpack.Decoder(list[Any])


def request_bytes(request: Request) -> bytes:
    """A request as a body."""
    return _encoder.encode(request)


def read_request(content: bytes) -> Request:
    """The request in a body.

    Raises:
        InputError: there is none.
    """
    try:
        return _requests.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise broken(str(error)) from None


def frame(*parts: Any) -> bytes:
    """One frame of an answer, with its length."""
    content = _encoder.encode(parts)
    if len(content) >= 2**32:
        raise InputError("the answer is larger than 4 GB", code="too-large", hint="ask for a part of it")
    return _LENGTH.pack(len(content)) + content


def length_of(header: bytes) -> int:
    """The length of the frame behind this header."""
    return int(_LENGTH.unpack(header)[0])


def read_frame(content: bytes) -> list[Any]:
    """The parts of a frame.

    Raises:
        InputError: it is broken.
    """
    try:
        return _frames.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise broken(str(error)) from None
