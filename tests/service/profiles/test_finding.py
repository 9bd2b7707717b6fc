"""People are found by parts of ids, addresses and names: as looking at each of them would find them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import parcours
from parcours.service.profiles import finding
from parcours.service.workspace import Workspace

FIRST = ["Ann", "Bob", "Zoé", None, "marie-claire"]
LAST = ["Martin", "PETIT", None, "O'Neil", "de la Tour"]
COUNT = 900


def people() -> pl.DataFrame:
    draw = np.random.default_rng(11)
    first, last = ([names[number] for number in draw.integers(0, len(names), COUNT)] for names in (FIRST, LAST))
    mails = [None if number % 9 == 0 else f"m{number}.x+{number % 7}@Example.com" for number in range(COUNT)]
    return pl.DataFrame(
        {
            "profile_id": [f"P-{number}" for number in range(COUNT)],
            "email": mails,
            "first_name": first,
            "last_name": last,
            "city": ["Martin"] * COUNT,
            "age": draw.integers(10, 90, COUNT),
        }
    )


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with parcours.init(tmp_path_factory.mktemp("crowd") / "ws") as workspace:
        workspace.import_profiles(people())
        workspace.segments.save("old", {"rule": {"attribute": "age", "at_least": 50}}, publish=True)
        workspace.replay("2024-01-01", "2024-01-02", "1 day")
        yield workspace


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that there are many of them."""
    monkeypatch.setattr(finding, "BLOCK", 32)


def expected(search: str) -> list[str]:
    """Ids of those who are looked for, in order."""
    found = []
    for row in people().iter_rows(named=True):
        texts = [(row[name] or "").lower() for name in ("profile_id", "email", "first_name", "last_name")]
        if all(any(word in text for text in texts) for word in search.lower().split()):
            found.append(row["profile_id"])
    return found


def paged(workspace: Workspace, limit: int, **asked: object) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = workspace.profiles.list(cursor=cursor, limit=limit, **asked)  # type: ignore[arg-type]
        found += page.items["profile_id"].to_list()
        cursor = page.next
        if cursor is None:
            return found


SEARCHES = [
    "p-77",
    "martin",
    "MARIE-CLAIRE",
    "zoé",
    "ann petit",
    "petit ann",
    "x+3@example",
    "o'neil P-1",
    ".x",
    "nobody",
    "tour  p-8",
]


@pytest.mark.parametrize("search", SEARCHES)
def test_what_is_searched_is_found(crowd: Workspace, search: str) -> None:
    wanted = expected(search)
    assert paged(crowd, 10_000, search=search) == wanted
    assert paged(crowd, 7, search=search) == wanted
    assert paged(crowd, 7, search=search, sort="-appeared") == wanted[::-1]
    assert paged(crowd, 7, search=search, total=True) == wanted
    page = crowd.profiles.list(search=search, limit=5, total=True)
    assert (page.total, page.items["profile_id"].to_list()) == (len(wanted), wanted[:5])


def test_the_searches_find_different_things() -> None:
    assert {len(expected(search)) for search in SEARCHES} >= {0, 11}
    assert len({tuple(expected(search)) for search in SEARCHES}) == len(SEARCHES) - 1  # the order of words is the same


def test_it_goes_with_segments_rules_and_orders(crowd: Workspace) -> None:
    rows = people().filter(pl.col("profile_id").is_in(expected("ann")), pl.col("age") >= 50)
    assert paged(crowd, 9, search="ann", segment="old") == rows["profile_id"].to_list()
    ordered = rows.sort("age", maintain_order=True)["profile_id"].to_list()
    assert paged(crowd, 9, search="ann", segment="old", sort="age") == ordered
    assert paged(crowd, 9, search="ann", segment="old", sort="age", total=True) == ordered
    found = crowd.profiles.find({"attribute": "age", "at_least": 50}, search="ann", limit=1000, total=True)
    assert (found.total, found.items["profile_id"].to_list()) == (rows.height, rows["profile_id"].to_list())


def test_everybody(crowd: Workspace) -> None:
    assert crowd.profiles.list(limit=1).total == COUNT
    assert paged(crowd, 50, search="   ") == people()["profile_id"].to_list()


def test_a_page_of_a_changed_crowd(tmp_path: Path) -> None:
    with parcours.init(tmp_path / "ws") as workspace:
        workspace.import_profiles(people())
        workspace.replay("2024-01-01", "2024-01-02", "1 day")
        workspace.profiles.set("P-5", {"first_name": "Quentin"})
        workspace.catch_up()
        assert paged(workspace, 3, search="quent") == ["P-5"]
        workspace.erase("P-5")
        assert paged(workspace, 3, search="quent") == []
