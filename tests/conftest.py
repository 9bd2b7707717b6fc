"""What every test shares: fast tests run first, and nothing may be skipped where all must run."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from parcours.testing.postgres import PostgresServer, missing

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
