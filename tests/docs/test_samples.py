"""The samples of the how-to pages work: SQL is run, settings and mappings are read, programs are executed."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.core.settings import Settings
from parcours.flow.ingest.mapping import mapping_of
from tests.docs.pages import DOCS, ROOT, Block, blocks

FOLDERS = ("how-to", "explanation", "reference")
#: Its blocks are signatures.
SIGNATURES = DOCS / "reference/python.md"
HOW_TO = [ROOT / "README.md", *(page for folder in FOLDERS for page in sorted((DOCS / folder).glob("*.md")))]
HOW_TO.remove(SIGNATURES)
SEGMENT = {"segment": "silver", "rule": {"event": "purchase", "sum": "total", "in_last": "90 days", "at_least": 30}}


def found(kind: str) -> list[Block]:
    return [block for page in HOW_TO for block in blocks(page, kind) if not block.text.startswith(">>>")]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the pages name, and a workspace ``shop`` in it that has seen some of them."""
    folder = tmp_path_factory.mktemp("docs")
    customers = pl.DataFrame({"customer_id": ["1023", "1024"], "first_name": ["Ada", "Ben"]})
    customers.write_csv(folder / "customers.csv")
    items = [{"department": "PRODUCE", "value": 12.5}]
    orders = pl.DataFrame(
        {
            "order_id": ["1001", "1002", "1003"],
            "customer_id": ["1023", "1023", "1024"],
            "ordered_at": ["2017-02-01T10:00:00Z", "2017-02-20T10:00:00Z", "2017-03-01T10:00:00Z"],
            "total": [20.0, 30.0, 12.5],
            "items": [items] * 3,
        }
    )
    orders.write_parquet(folder / "orders.parquet")
    orders.drop("items").with_columns(pl.col("total") + 1).rename({"ordered_at": "time"}).write_csv(
        folder / "corrected.csv"
    )
    (folder / "segments.json").write_text(json.dumps(SEGMENT))
    with parcours.init(folder / "shop") as workspace:
        workspace.import_profiles(customers)
        workspace.import_events(orders, event="purchase", id="order_id", time="ordered_at")
        workspace.apply(folder / "segments.json")
        workspace.replay("2017-01-01", "2017-03-31", "1 day")
    return folder


@pytest.mark.parametrize("block", found("sql"), ids=str)
def test_sql_runs(block: Block, shop: Path) -> None:
    with parcours.open(shop / "shop") as workspace:
        workspace.sql(block.text)


@pytest.mark.parametrize("block", found("toml"), ids=str)
def test_settings_and_mappings_are_read(block: Block) -> None:
    content = tomllib.loads(block.text)
    if content.keys() <= Settings.model_fields.keys():
        Settings(**content)
    else:
        mapping_of(content)


@pytest.mark.slow
@pytest.mark.parametrize("block", found("python"), ids=str)
def test_programs_run(block: Block, shop: Path) -> None:
    done = subprocess.run([sys.executable, "-c", block.text], cwd=shop, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
