"""What of the web application needs no server: its types, and its own tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools import web

pytestmark = pytest.mark.slow
FETCHING = re.compile(r"(?<![\w.])fetch\(")


@pytest.fixture(scope="module", autouse=True)
def ready() -> None:
    """The packages, the parsers and the types of the client are there."""
    web.types()
    return


def test_types_hold() -> None:
    web.node("node_modules/typescript/bin/tsc", "--noEmit")


def test_its_own_tests_pass() -> None:
    said = web.node("node_modules/vitest/vitest.mjs", "run", "--reporter=dot")
    assert "passed" in said


def test_features_do_not_import_each_other() -> None:
    features = web.WEB / "src" / "features"
    wrong = [
        f"{path.relative_to(web.WEB)}: {line.strip()}"
        for path in sorted(features.rglob("*.ts*"))
        for line in path.read_text().splitlines()
        if "~/features/" in line and f"~/features/{path.relative_to(features).parts[0]}/" not in line
    ]
    assert wrong == []


def test_nobody_passes_the_client_by() -> None:
    source = web.WEB / "src"
    asking = [path.relative_to(source) for path in source.rglob("*.ts*") if FETCHING.search(path.read_text())]
    assert asking == [Path("lib/api/request.ts")]
