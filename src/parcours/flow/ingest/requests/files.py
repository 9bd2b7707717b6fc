"""One file of the journal: what is known of it, and how it is read."""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from parcours.core.errors import FULL, WorkspaceError
from parcours.flow.ingest.calls import Record
from parcours.flow.ingest.requests.frames import MAGIC, next_record, skip, whole

#: The place of every so many records is remembered.
STRIDE = 64


class Pages:
    """What is durable of one file.

    Attributes:
        number: place in the order of arrival.
        path: where it lies.
        count: its records.
        length: its bytes.
        closed: nothing is added to it any more.
        consumed: bytes that were taken in.
    """

    def __init__(self, number: int, path: Path) -> None:
        self.number, self.path = number, path
        self.count, self.length, self.consumed = 0, len(MAGIC), len(MAGIC)
        self.closed = False
        self._places = array("Q", [self.length])

    @classmethod
    def found(cls, number: int, path: Path) -> Pages:
        """A file of an earlier process. What a crash left half-written at its end is cut off.

        Raises:
            WorkspaceError: ``damaged``, it is no file of the journal.
        """
        pages = cls(number, path)
        try:
            with path.open("rb") as file:
                if (magic := file.read(len(MAGIC))) == MAGIC:
                    pages.add(list(whole(file)))
            if magic != MAGIC and not MAGIC.startswith(magic):
                raise damaged(path)
            if path.stat().st_size != pages.length:
                os.truncate(path, pages.length if magic == MAGIC else 0)
        except OSError as problem:
            raise unwritable(path, problem) from problem
        pages.closed = True
        return pages

    @property
    def left(self) -> int:
        """Bytes that were not taken in yet."""
        return self.length - self.consumed

    def add(self, lengths: Sequence[int]) -> None:
        """Frames of these lengths are durable now."""
        for length in lengths:
            self.length += length
            self.count += 1
            if self.count % STRIDE == 0:
                self._places.append(self.length)

    def consume(self, records: int) -> None:
        """So many records were taken in since the beginning."""
        self.consumed = self.length if records >= self.count else self._places[records // STRIDE]

    def read(self, start: int, limit: int, most_bytes: int) -> list[Record]:
        """At most ``limit`` records from ``start`` on, and no more after ``most_bytes``.

        Raises:
            WorkspaceError: ``damaged``, the file is missing or not as it was written.
        """
        records: list[Record] = []
        end = min(start + limit, self.count)
        if start >= end:
            return records
        try:
            with self.path.open("rb") as file:
                self._go_to(file, start)
                while len(records) < end - start and most_bytes > 0:
                    record, length = next_record(file)
                    records.append(record)
                    most_bytes -= length
        except (OSError, ValueError) as problem:
            raise damaged(self.path) from problem
        return records

    def _go_to(self, file: BinaryIO, record: int) -> None:
        file.seek(self._places[record // STRIDE])
        skip(file, record % STRIDE)


def unwritable(place: Path, problem: OSError) -> WorkspaceError:
    """The error that says why nothing can be written."""
    full = problem.errno in FULL
    return WorkspaceError(
        f"cannot be written to: {problem.strerror or problem}",
        code="disk-full" if full else "read-only",
        where=str(place),
        hint="make room on the disk and send it again; nothing of it was taken in"
        if full
        else "check that the folder exists and that you may write to it",
    )


def damaged(path: Path) -> WorkspaceError:
    """The error that a file is not as it was written."""
    return WorkspaceError(
        "a file of requests cannot be read", code="damaged", where=str(path), hint="move the file away"
    )
