"""Web hooks in a catalogue on SQLite and on PostgreSQL: what people change wins, attempts do not pile up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parcours.core.errors import UnknownNameError
from parcours.service.hooks.kept import KEPT, Attempt, Kept
from parcours.store.catalogue import Catalogue
from parcours.testing.postgres import PostgresServer

VALUES: dict[str, Any] = {
    "url": "https://crm.example",
    "segments": None,
    "on": "both",
    "attributes": ["email"],
    "batch": 1,
    "enabled": True,
    "secret": "whsec_AAAA",
    "cursor": 7,
    "revision": 1,
    "created_at": 1,
    "changed_at": 1,
}


@pytest.fixture(params=["sqlite", "postgres"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    place: Path | str = tmp_path / "catalogue.sqlite"
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        place = server.database()
    with Catalogue.open(place) as catalogue:
        found = Kept(catalogue)
        found.add({"id": "crm", **VALUES})
        yield found


def attempt(number: int) -> Attempt:
    return Attempt("crm", f"crm.{number}", "change", number, number, 1, 1, number, "delivered", 200, "", 3)


def test_what_was_added_is_found_as_it_is(kept: Kept) -> None:
    kept.add({"id": "other", **VALUES, "segments": ["gold"]})
    assert [(hook.id, hook.segments, hook.cursor) for hook in kept.all()] == [("crm", None, 7), ("other", ["gold"], 7)]
    with pytest.raises(UnknownNameError):
        kept.get("nobody")


def test_what_people_changed_is_not_undone_by_a_sender(kept: Kept) -> None:
    before = kept.get("crm")
    assert kept.note(before, {"cursor": 9}, [attempt(9)])
    kept.change("crm", {"cursor": 2})
    assert not kept.note(before, {"cursor": 10}, [attempt(10)])
    assert kept.get("crm").cursor == 2
    assert [row["message"] for row in kept.attempts("crm", 10)] == ["crm.10", "crm.9"]  # they were made all the same


def test_of_attempts_the_newest_are_kept(kept: Kept) -> None:
    for start in range(0, 3 * KEPT, 250):
        kept.note_attempts("crm", [attempt(number) for number in range(start, start + 250)])
    found = kept.attempts("crm", 10 * KEPT)
    assert KEPT <= len(found) < 2 * KEPT
    assert found[0]["message"] == f"crm.{3 * KEPT - 1}"
    assert kept.attempt_of("crm", f"crm.{3 * KEPT - 1}")["first"] == 3 * KEPT - 1
    with pytest.raises(UnknownNameError):
        kept.attempt_of("crm", "crm.0")


def test_what_is_removed_is_gone_with_its_attempts(kept: Kept) -> None:
    kept.note_attempts("crm", [attempt(1)])
    kept.remove("crm")
    assert kept.all() == []
    assert kept.attempts("crm", 10) == []
