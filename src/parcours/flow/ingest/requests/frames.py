"""How records lie in a file of the journal: length, checksum, content, one after the other."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from struct import Struct
from typing import BinaryIO

import msgspec

from parcours.flow.ingest.calls import Record

#: Every file begins with this: what it is, and the version of the form.
MAGIC = b"PCRQ\x00\x00\x00\x01"
_HEAD = Struct("<II")  # length and CRC-32 of the content
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Record)


def packed(records: Sequence[Record]) -> tuple[bytearray, list[int]]:
    """The frames of records in a row, and the length of each frame."""
    content, lengths = bytearray(), []
    for record in records:
        body = _ENCODER.encode(record)
        content += _HEAD.pack(len(body), zlib.crc32(body))
        content += body
        lengths.append(_HEAD.size + len(body))
    return content, lengths


def whole(file: BinaryIO) -> Iterator[int]:
    """The length of each whole frame from here on; ends at the end of the file or before the first broken frame."""
    while len(head := file.read(_HEAD.size)) == _HEAD.size:
        length, checksum = _HEAD.unpack(head)
        body = file.read(length)
        if len(body) < length or zlib.crc32(body) != checksum or not length:
            return
        yield _HEAD.size + length


def skip(file: BinaryIO, frames: int) -> None:
    """Go on by so many frames."""
    for _ in range(frames):
        file.seek(_HEAD.unpack(file.read(_HEAD.size))[0], 1)


def next_record(file: BinaryIO) -> tuple[Record, int]:
    """The record in the next frame, and the length of the frame.

    Raises:
        ValueError: it is not as it was written.
    """
    head = file.read(_HEAD.size)
    length, checksum = _HEAD.unpack(head) if len(head) == _HEAD.size else (0, 0)
    body = file.read(length)
    if not length or len(body) < length or zlib.crc32(body) != checksum:
        raise ValueError("a broken frame")
    return _DECODER.decode(body), _HEAD.size + length
