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
        return _without_broken_rows(path, text, delimiter)
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


def _without_broken_rows(path: Path, text: bytes, delimiter: str) -> Raw:
    """Taken only when the fast reader gave up: find the rows with too many cells, and read the others."""
    reader = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=delimiter, strict=True)
    broken: list[dict[str, object]] = []
    count = 0
    try:
        header = next(reader)
        for cells in reader:
            count += 1
            if len(cells) > len(header):
                broken.append(_too_many(count, cells, len(header)))
    except csv.Error as problem:
        raise _bad_csv(path, str(problem), reader.line_num) from None
    frame = pl.read_csv(text, separator=delimiter, infer_schema=False, truncate_ragged_lines=True)
    _check_header(path, frame.columns)
    if frame.height != count:
        raise _bad_csv(path, "rows cannot be told apart", reader.line_num)
    refused = pl.DataFrame(broken, schema=dict(REFUSAL_COLUMNS))
    rows = numbered(frame)
    good = ~rows.is_in(refused["row"].implode())
    return _raw(path, frame.filter(good), rows.filter(good), refused)


def _bad_csv(path: Path, problem: str, line: int) -> InputError:
    return InputError(
        f"the quotes do not match: {problem}",
        code="bad-csv",
        where=f"{path}, line {line}",
        hint="close the quote, and double a quote inside a quoted cell",
    )


def _too_many(number: int, cells: list[str], expected: int) -> dict[str, object]:
    return {
        "row": number,
        "column": None,
        "code": "too-many-cells",
        "reason": f"the row has {len(cells)} cells, the header names {expected} columns",
        "hint": "quote cells that contain the separator",
        "payload": ",".join(cells),
    }
