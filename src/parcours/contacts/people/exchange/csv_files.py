"""CSV files of contacts: a header, then one contact a row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping

import polars as pl

from parcours.contacts.people.exchange import mapping as columns
from parcours.contacts.people.exchange.records import LISTS, Problem, Record
from parcours.core.errors import InputError
from parcours.core.spreadsheets import harmless, original

DELIMITERS = (",", ";", "\t", "|")
_LIST = re.compile(r"[;,|\n]")


def read_csv(
    source: str | bytes, mapping: Mapping[str, str] | None = None, *, delimiter: str = ""
) -> tuple[list[Record], list[Problem]]:
    """The records of a CSV file, and the rows that could not be read. The row under the header is row 1.

    Args:
        source: the content; bytes are UTF-8, or else Windows-1252.
        mapping: field by column; by default what :func:`~parcours.contacts.people.exchange.mapping.propose` says.
        delimiter: by default the one that the header holds most often.

    Raises:
        InputError: ``empty-file``, ``duplicate-column``, ``no-columns`` (no header suggests a field), or a mapping
            that does not fit.
    """
    text = decoded(source)
    rows = _rows(text, delimiter)
    header = _header(rows)
    fields = columns.propose(header) if mapping is None else columns.check(mapping, header)
    if not fields:
        raise InputError("no column is a field of contacts", code="no-columns", hint="say which column is which field")
    records: list[Record] = []
    problems: list[Problem] = []
    for place, cells in _cells(rows, problems):
        if len(cells) > len(header):
            problem = InputError(f"{len(cells)} cells under {len(header)} columns", code="too-many-cells", where=place)
            problems.append(Problem(place, problem))
        elif any(cells):
            records.append(_record(place, dict(zip(header, cells, strict=False)), fields))
    return records, problems


def headers(source: str | bytes, *, delimiter: str = "") -> list[str]:
    """The columns of a CSV file.

    Raises:
        InputError: ``empty-file``, ``duplicate-column`` or ``bad-delimiter``.
    """
    text = decoded(source)
    return _header(_rows(text, delimiter))


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    chosen = delimiter or delimiter_of(text)
    if len(chosen) != 1 or chosen in '\r\n"\0 ':
        raise InputError(
            f"{delimiter!r} cannot stand between cells", code="bad-delimiter", hint="one character: , or ; or a tab"
        )
    return csv.reader(io.StringIO(text, newline=""), delimiter=chosen, strict=True)


def decoded(source: str | bytes) -> str:
    """The text of a file."""
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError:
        return source.decode("cp1252", errors="replace")


def delimiter_of(text: str) -> str:
    """The delimiter that the first line holds most often."""
    first = text.lstrip().split("\n", 1)[0]
    return max(DELIMITERS, key=first.count)


def _header(rows: Iterator[list[str]]) -> list[str]:
    header = [cell.strip() for cell in next(rows, [])]
    if not any(header):
        raise InputError("the file is empty", code="empty-file")
    for name in header:
        if name and header.count(name) > 1:
            raise InputError(f"the header names column {name!r} twice", code="duplicate-column")
    return header


def _cells(rows: Iterator[list[str]], problems: list[Problem]) -> Iterator[tuple[str, list[str]]]:
    number = 0
    while True:
        number += 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            place = f"row {number}"
            problems.append(Problem(place, InputError(f"broken quotes: {error}", code="bad-csv", where=place)))
            continue
        yield f"row {number}", [original(cell.strip()) for cell in cells]


def _record(place: str, cells: Mapping[str, str], fields: Mapping[str, str]) -> Record:
    texts = {name: cells.get(column, "") for column, name in fields.items()}
    lists = {
        name: tuple(code.strip() for code in _LIST.split(texts[name]) if code.strip())
        for name in LISTS
        if name in texts
    }
    return Record(place, {name: text for name, text in texts.items() if name not in LISTS}, lists)


def write_csv(frame: pl.DataFrame) -> str:
    """Contacts, as :func:`~parcours.contacts.people.exchange.exporting.exported` gives them, as a CSV file.

    What begins like a formula gets an apostrophe in front, which :func:`read_csv` takes away again.
    """
    joined = [pl.col(name).list.join(";") for name in LISTS if name in frame.columns]
    return harmless(frame.with_columns(joined)).write_csv(None)
