"""File formats: each module reads one into :class:`Raw` rows. To add one, write the module and a line here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from parcours.core.errors import InputError, nearest
from parcours.flow.ingest.formats import csv, ndjson, parquet
from parcours.flow.ingest.formats.raw import Raw, ReadOptions, Typing, from_frame

__all__ = ["FORMATS", "Raw", "ReadOptions", "Typing", "from_frame", "read_file"]

Reader = Callable[[Path, ReadOptions], Raw]

#: Name of a format, the endings of its files, and what reads it.
FORMATS: dict[str, tuple[tuple[str, ...], Reader]] = {
    "csv": ((".csv", ".tsv", ".txt"), csv.read),
    "ndjson": ((".ndjson", ".jsonl", ".json"), ndjson.read),
    "parquet": ((".parquet", ".pq"), parquet.read),
}


def read_file(path: Path | str, *, format: str | None = None, options: ReadOptions | None = None) -> Raw:
    """The rows of a file; the format comes from the end of its name unless it is given.

    Raises:
        InputError: unknown format, or a file that is missing, empty, damaged or wrongly encoded.
    """
    path = Path(path)
    return FORMATS[format_of(path, format)][1](path, options or ReadOptions())


def format_of(path: Path, name: str | None = None) -> str:
    """The name of the format of ``path``: ``name`` when given, else by the ending (``.gz`` is looked through).

    Raises:
        InputError: no such format, or an ending that says nothing.
    """
    if name is not None:
        if name in FORMATS:
            return name
        raise InputError(f"{name!r} is not a format", code="unknown-format", hint=nearest(name, FORMATS))
    ending = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    for known, (endings, _) in FORMATS.items():
        if ending.lower() in endings:
            return known
    raise InputError(
        f"the ending {path.suffix!r} does not tell the format",
        code="unknown-format",
        where=str(path),
        hint="name the format: " + ", ".join(FORMATS),
    )
