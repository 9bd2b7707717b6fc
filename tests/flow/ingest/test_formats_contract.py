"""What every format must do: the same good rows, and errors a person can act on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from parcours.core.errors import InputError
from parcours.core.schema import Schema
from parcours.flow.ingest.formats import FORMATS, format_of, read_file
from parcours.flow.ingest.mapping import ColumnMapping
from parcours.flow.ingest.validation import validate_events

ROWS = pl.DataFrame(
    {
        "id": ["1", "2"],
        "who": ["Ann", 'Zoë, "Z"\n'],
        "at": [datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, 10, 30, 0, 5, tzinfo=UTC)],
        "n": [1, None],
        "x": [0.1, -1e11],
    }
)
WRITERS = {"csv": ROWS.write_csv, "ndjson": ROWS.write_ndjson, "parquet": ROWS.write_parquet}
MAPPING = ColumnMapping(profile="who", time="at", event="visit", id="id")


@pytest.fixture(params=sorted(FORMATS))
def good(request, tmp_path: Path) -> Path:
    """A good file of each format that there is."""
    endings, _ = FORMATS[request.param]
    path = tmp_path / f"rows{endings[0]}"
    WRITERS[request.param](path)
    return path


def test_all_formats_give_the_same_events(good):
    taken = validate_events(read_file(good), MAPPING, Schema(), received=0)

    assert taken.rejected.is_empty()
    assert taken.frame.rows() == [
        ("1", "Ann", datetime(2026, 1, 1, tzinfo=UTC), 1, 0.1),
        ("2", 'Zoë, "Z"', datetime(2026, 1, 2, 10, 30, 0, 5, tzinfo=UTC), None, -1e11),
    ]


def test_rows_are_numbered_from_one(good):
    assert read_file(good).rows.to_list() == [1, 2]


def test_every_ending_is_known(good):
    name = format_of(good)
    for ending in FORMATS[name][0]:
        assert format_of(Path(f"x{ending.upper()}")) == name


def test_a_file_cut_off_in_the_middle_is_refused_or_loses_only_its_last_row(good):
    good.write_bytes(good.read_bytes()[:-12])
    try:
        raw = read_file(good)
    except InputError as problem:
        assert problem.hint  # noqa: PT017 - one of two outcomes, by format
        return
    assert raw.frame["id"].to_list()[0] == "1"
    assert raw.frame.height + raw.refused.height == 2


@pytest.mark.parametrize("content", [b"", b"\n", b"\x00\xff\xfe\x00 no text"])
def test_what_is_no_such_file_is_refused_with_a_hint(good, content):
    good.write_bytes(content)

    with pytest.raises(InputError) as caught:
        validate_events(read_file(good), MAPPING, Schema(), received=0)
    assert caught.value.hint
    assert len(str(caught.value)) < 1_000
