"""CSV files: every cell as text, types are found out later. Row 1 is the first row under the header.

Cells missing at the end of a row are empty; a row with too many cells is refused and the others are kept.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import polars as pl

from parcours.core.errors import InputError
from parcours.flow.ingest.formats.raw import REFUSAL_COLUMNS, Raw, ReadOptions, Typing, file_text, numbered

_DELIMITERS = (",", ";", "\t", "|")
_DUPLICATED = re.compile(r"(.*)_duplicated_\d+")


def read(path: Path, options: ReadOptions) -> Raw:
    """The rows of a CSV file, all columns as text.

    Raises:
        InputError: missing, empty, wrongly encoded, unbalanced quotes, or a header that names a column twice.
    """
    text = file_text(path, options.encoding)
    delimiter = options.delimiter or _delimiter(text)
    try:
        frame = pl.read_csv(text, separator=delimiter, infer_schema=False, encoding="utf8")
    except pl.exceptions.NoDataError:
        raise InputError("the file is empty", code="empty-file", where=str(path), hint="nothing was taken in") from None
    except pl.exceptions.ComputeError:
        return _without_broken_rows(path, text.decode(), delimiter)
    _check_header(path, frame.columns)
    return _raw(path, frame, numbered(frame))


def _delimiter(text: bytes) -> str:
    first = text.lstrip().split(b"\n", 1)[0].decode()
    counts = {mark: first.count(mark) for mark in _DELIMITERS}
    return max(counts, key=lambda mark: counts[mark])


def _check_header(path: Path, names: list[str]) -> None:
    known = set(names)
    for name in names:
        twice = _DUPLICATED.fullmatch(name)
        if twice and twice.group(1) in known:
            raise InputError(
                f"the header names column {twice.group(1)!r} twice",
                code="duplicate-column",
                where=str(path),
                hint="give every column its own name",
            )


def _raw(path: Path, frame: pl.DataFrame, rows: pl.Series, refused: pl.DataFrame | None = None) -> Raw:
    """Blank lines are no rows: they are left out, and keep their number."""
    blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series() if frame.width else None
    if blank is not None and blank.any():
        frame, rows = frame.filter(~blank), rows.filter(~blank)
    refused = pl.DataFrame(schema=dict(REFUSAL_COLUMNS)) if refused is None else refused
    return Raw(source=path.name, frame=frame, rows=rows, typing=Typing.NONE, refused=refused)


def _without_broken_rows(path: Path, text: str, delimiter: str) -> Raw:
    """The slow way, taken only when the fast reader gave up: find the rows with too many cells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    good: list[list[str]] = []
    numbers: list[int] = []
    refused: list[dict[str, object]] = []
    try:
        header = next(reader)
        for number, cells in enumerate(reader, start=1):
            if len(cells) > len(header):
                refused.append(_too_many(number, cells, len(header)))
            else:
                good.append(cells + [""] * (len(header) - len(cells)))
                numbers.append(number)
    except csv.Error as problem:
        raise InputError(
            f"the quotes do not match: {problem}",
            code="bad-csv",
            where=f"{path}, line {reader.line_num}",
            hint="close the quote, and double a quote inside a quoted cell",
        ) from None
    columns = zip(*good, strict=True) if good else ([] for _ in header)
    frame = pl.DataFrame([pl.Series(name, list(cells), pl.String) for name, cells in zip(header, columns, strict=True)])
    frame = frame.select(pl.when(pl.all() != "").then(pl.all()))
    return _raw(path, frame, pl.Series("row", numbers, pl.Int64), pl.DataFrame(refused, schema=dict(REFUSAL_COLUMNS)))


def _too_many(number: int, cells: list[str], expected: int) -> dict[str, object]:
    return {
        "row": number,
        "column": None,
        "code": "too-many-cells",
        "reason": f"the row has {len(cells)} cells, the header names {expected} columns",
        "hint": "quote cells that contain the separator",
        "payload": ",".join(cells),
    }
