"""Bodies unpacked, never to more than a limit, and read as JSON."""

from __future__ import annotations

import re
import zlib
from typing import TypeVar

import msgspec

from parcours.core.errors import InputError

Shape = TypeVar("Shape")
_GZIP, _DEFLATE, _BARE = 31, 15, -15
_MAGIC = b"\x1f\x8b"
_MARK = b"\xef\xbb\xbf"  # of UTF-8
#: Escapes in JSON: of two halves of a character, of one half alone, any other.
_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)


def too_large(limit: int) -> InputError:
    """The error that a body is longer than it may be."""
    return InputError(
        f"the request is longer than {limit:,} bytes",
        code="too-large",
        hint="send fewer events at once; the setting intake.body_mb says how much may come",
    )


def unpacked(body: bytes, coding: str, limit: int) -> bytes:
    """A body without its content coding; gzip is recognised without being named, too.

    Args:
        body: as it came.
        coding: the header ``Content-Encoding``: gzip, deflate, identity or blank.
        limit: the unpacked body may be so long.

    Raises:
        InputError: ``too-large``; ``bad-gzip`` with the position; ``bad-coding``.
    """
    coding = coding.strip().lower()
    if body.startswith(_MAGIC) and coding != "deflate":
        return _inflated(body, _GZIP, limit)
    if coding == "deflate":
        return _inflated(body, _DEFLATE if body[:1] == b"\x78" else _BARE, limit)
    if coding in ("gzip", "x-gzip"):
        raise _broken(0, "this is no gzip")
    if coding not in ("", "identity"):
        raise InputError(f"the coding {coding!r} is not known", code="bad-coding", hint="send gzip, or nothing packed")
    return body


def _inflated(body: bytes, kind: int, limit: int) -> bytes:
    """What was packed; gzip may have several members."""
    parts: list[bytes] = []
    size, rest = 0, body
    while rest:
        packer = zlib.decompressobj(kind)
        try:
            part = packer.decompress(rest, limit - size + 1)
        except zlib.error as problem:
            raise _broken(len(body) - len(rest), str(problem)) from None
        size += len(part)
        if size > limit:
            raise too_large(limit)
        if not packer.eof:
            raise _broken(len(body), "it ends too early")
        parts.append(part)
        rest = packer.unused_data.lstrip(b"\0")
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _broken(place: int, why: str) -> InputError:
    return InputError(f"the packed body cannot be read: {why}", code="bad-gzip", where=f"byte {place}")


def read(body: bytes, coding: str, limit: int, decoder: msgspec.json.Decoder[Shape]) -> tuple[bytes, Shape]:
    """A body unpacked, and its outer form.

    Halves of characters, which browsers send where a text was cut, are replaced, and a byte order mark is left out.

    Raises:
        InputError: see :func:`unpacked` and :func:`shaped`.
    """
    body = unpacked(body, coding, limit).removeprefix(_MARK)
    try:
        return body, shaped(body, decoder)
    except InputError as problem:
        whole = _ESCAPE.sub(_mended, body) if problem.code == "bad-json" else body
        if whole == body:
            raise
        return whole, shaped(whole, decoder)


def _mended(escape: re.Match[bytes]) -> bytes:
    return b"\\ufffd" if escape[1] else escape[0]


def shaped(body: bytes, decoder: msgspec.json.Decoder[Shape]) -> Shape:
    """A body as JSON of an outer form; what is inside is well-formed as well.

    Raises:
        InputError: ``bad-json`` with the position, or ``bad-shape``.
    """
    try:
        if not body.isascii():
            str(body, "utf-8")
        return decoder.decode(body)
    except msgspec.ValidationError as problem:
        message, _, path = str(problem).partition(" - at ")
        where = path.strip("`").replace("$.", "").replace("$", "") or None
        raise InputError(_in_a_sentence(message), code="bad-shape", where=where) from None
    except UnicodeDecodeError as problem:
        raise InputError("the body is not UTF-8", code="bad-json", where=f"byte {problem.start}") from None
    except (msgspec.DecodeError, RecursionError) as problem:
        message, _, place = str(problem).rstrip(")").partition(" (")
        raise InputError(
            _in_a_sentence(message) if body else "there is no body",
            code="bad-json",
            where=place or f"byte {len(body)}",
            hint="send JSON",
        ) from None


def _in_a_sentence(message: str) -> str:
    return message if message.startswith("JSON") else message[:1].lower() + message[1:]
