"""What every test shares: fast tests run first, and nothing may be skipped where all must run."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from parcours.testing.postgres import PostgresServer, missing

ROOT = Path(__file__).resolve().parents[1]
REQUIRE_ALL = os.environ.get("PARCOURS_REQUIRE_ALL") == "1"

# No test is timed: machines differ, and several work on one. Where all must run, generated examples are the same
# each time, so that a change is judged by itself, and fewer; everywhere else each run looks at new ones.
settings.register_profile(
    "parcours", deadline=None, print_blob=True, derandomize=REQUIRE_ALL, max_examples=50 if REQUIRE_ALL else 100
)
settings.load_profile("parcours")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first, so that a broken build says so in seconds."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """With ``PARCOURS_REQUIRE_ALL=1`` (continuous integration) a skipped test is a failed one."""
    report = yield
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, although PARCOURS_REQUIRE_ALL=1 asks for every test: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """The same for a whole module that skips itself while it is imported."""
    report = yield
    if REQUIRE_ALL and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, although PARCOURS_REQUIRE_ALL=1 asks for every test: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL server, where its programs are installed."""
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    with PostgresServer() as server:
        yield server


@contextmanager
def made_once(name: str, folder: Path) -> Iterator[bool]:
    """Whether this process is the one that makes something; the others wait until it is made."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = folder / f"{name}.made"
        yield not stamp.exists()
        stamp.touch()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this test run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def demo(shared: Path) -> Path:
    """A year of purchases, with live segments and journeys: what ``make demo`` makes."""
    folder = shared / "demo"
    with made_once("demo", shared) as mine:
        if mine:
            command = [sys.executable, "examples/demo.py", "--folder", str(folder)]
            subprocess.run(command, cwd=ROOT, check=True)
    return folder
