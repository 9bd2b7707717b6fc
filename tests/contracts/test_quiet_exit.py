"""A program that used the log ends in silence.

DuckDB's binding layer (nanobind) prints some forty lines about leaks to standard error when one of its objects or
classes is still held at the end of the process. Two things make it do so, and both are easy to do by accident:
giving a relation to Polars (which remembers its class), and a connection in an object that outlives everything.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BEGIN = """
import sys
from datetime import datetime, timezone
from pathlib import Path
import polars as pl
from parcours.store.log import Log
log = Log.open(Path({path!r}))
frame = log.query("select 1 as a")
assert frame["a"].to_list() == [1]
class Shown:
    def __arrow_c_stream__(self, requested_schema=None):
        return frame.__arrow_c_stream__(requested_schema)
"""
ENDINGS = {
    "closed": "log.close()",
    "left open": "",
    "left open, exit": "sys.exit(0)",
    "left open inside something else": "held = [log]; held.append(held)",
    # Polars keeps the class, the class keeps the globals of this program, and these keep the log.
    "left open, a class of ours given to Polars": "pl.DataFrame(Shown())",
    "a relation given to Polars": "import duckdb; pl.DataFrame(duckdb.sql('select 1 as a'))",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_nothing_is_printed_at_the_end(ending: str, tmp_path: Path) -> None:
    program = BEGIN.format(path=str(tmp_path / "history.duckdb")) + ENDINGS[ending]
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert run.stderr == ""
    assert (run.returncode, run.stdout) == (0, "")
