"""NDJSON files: one JSON object per line. Rows are lines; blank lines are skipped and keep their number.

A line that is no JSON object is refused and the others are kept. A value whose kind (number, text, boolean,
list, object) is not the one most lines have in that place is refused with its row and column named.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import polars as pl

from parcours.core.errors import InputError
from parcours.flow.ingest.formats.raw import REFUSAL_COLUMNS, Raw, ReadOptions, Typing, file_text, numbered


def read(path: Path, options: ReadOptions) -> Raw:
    """The objects of an NDJSON file.

    Raises:
        InputError: missing, empty or wrongly encoded; no line holds an object.
    """
    text = file_text(path, options.encoding)
    lines = _lines(text)
    try:
        frame = pl.read_ndjson(text, infer_schema_length=None)
        if frame.height == lines.height:
            return Raw(path.name, frame, lines["row"], Typing.JSON, content=lines["line"])
    except pl.exceptions.PolarsError:
        pass
    return _without_broken_lines(path, lines)


def _lines(text: bytes) -> pl.DataFrame:
    """Columns ``row`` (from 1) and ``line`` of the lines that are not blank."""
    line = pl.Series("line", text.decode().split("\n"), pl.String)
    frame = line.str.strip_chars().to_frame()
    return frame.with_columns(numbered(frame)).filter(pl.col("line") != "")


def _without_broken_lines(path: Path, lines: pl.DataFrame) -> Raw:
    """The slow way, taken only when the fast reader gave up: look at each line on its own."""
    refused: list[dict[str, object]] = []
    objects: dict[int, dict[str, object]] = {}
    for row, line in lines.select("row", "line").iter_rows():
        try:
            value = msgspec.json.decode(line)
        except msgspec.DecodeError as problem:
            refused.append(_refusal(row, None, "bad-json", f"the line is not JSON: {problem}", line))
            continue
        if isinstance(value, dict):
            objects[row] = value
        else:
            refused.append(_refusal(row, None, "not-an-object", "the line is not a JSON object", line))
    if not objects:
        raise InputError(
            "no line holds a JSON object",
            code="bad-json",
            where=str(path),
            hint="NDJSON has one object {…} on each line; a JSON array must be split into lines first",
        )
    texts = dict(lines.select("row", "line").iter_rows())
    for row, column in _odd_ones(objects):
        reason = f"holds a {_kind(objects[row][column])}, most other rows do not"
        refused.append(_refusal(row, column, "wrong-kind", reason, texts[row]))
        del objects[row]
    frame = _frame(path, [texts[row] for row in objects])
    return Raw(
        source=path.name,
        frame=frame,
        rows=pl.Series("row", list(objects), pl.Int64),
        typing=Typing.JSON,
        refused=pl.DataFrame(refused, schema=dict(REFUSAL_COLUMNS)),
        content=pl.Series("line", [texts[row] for row in objects], pl.String),
    )


def _frame(path: Path, texts: list[str]) -> pl.DataFrame:
    try:
        return pl.read_ndjson("\n".join(texts).encode(), infer_schema_length=None)
    except pl.exceptions.PolarsError as problem:
        raise InputError(
            f"values of one name differ in kind inside lists or objects: {problem}",
            code="mixed-kinds",
            where=str(path),
            hint="give each field one kind of value in all lines",
        ) from problem


def _odd_ones(objects: dict[int, dict[str, object]]) -> list[tuple[int, str]]:
    """First column of each row whose value is of another kind than most values of that column."""
    kinds: dict[str, Counter[str]] = {}
    for value in objects.values():
        for name, part in value.items():
            if part is not None:
                kinds.setdefault(name, Counter())[_kind(part)] += 1
    usual = {name: counts.most_common(1)[0][0] for name, counts in kinds.items()}
    odd = []
    for row, value in objects.items():
        names = [name for name, part in value.items() if part is not None and _kind(part) != usual[name]]
        odd += [(row, name) for name in names[:1]]
    return odd


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "list" if isinstance(value, list) else "object"


def _refusal(row: int, column: str | None, code: str, reason: str, payload: str) -> dict[str, object]:
    hint = "write one JSON object per line" if column is None else "give the field one kind of value in all lines"
    return {"row": row, "column": column, "code": code, "reason": reason, "hint": hint, "payload": payload}
