"""CSV files are opened in spreadsheets, which run a cell that looks like a formula, whoever wrote it.

So a text that begins like one gets an apostrophe in front: spreadsheets then show it as the text it is. Numbers stay as
they are, and telephone numbers, which may begin with a plus. Files for programs are better Parquet or NDJSON, which
need none of this.
"""

from __future__ import annotations

import re

import polars as pl

#: What begins like a formula: a sign that starts one; or a plus or minus, unless only digits and the like follow.
_FORMULA = r"^[ \u00a0]*(?:[=@\t\r\n\uff1d\uff20]|[+\-\uff0b\uff0d].*[^0-9 \u00a0().,/+\-])"
_QUOTED = re.compile("'" + _FORMULA.removeprefix("^"), re.DOTALL)


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """The same table with an apostrophe before every text that begins like a formula."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(f"(?s){_FORMULA}"))
        .then(pl.concat_str(pl.lit("'"), pl.col(name)))
        .otherwise(pl.col(name))
        .alias(name)
        for name in texts
    )


def original(text: str) -> str:
    """The text of a cell that :func:`harmless` wrote."""
    return text[1:] if _QUOTED.match(text) else text
