"""Memberships of many at once: what the log says, also while a tick is under way."""

from __future__ import annotations

import threading

import polars as pl
import pytest

from parcours.core.errors import InputError
from parcours.service.profiles import lookup
from parcours.service.workspace import Workspace
from tests.service import shop


def expected(workspace: Workspace, ids: list[str]) -> dict[str, set[str]]:
    rows = workspace.sql("SELECT _profile_id, segment FROM members")
    found: dict[str, set[str]] = {id: set() for id in ids}
    for id, segment in rows.iter_rows():
        found[id].add(segment)
    return found


def test_everybody(workspace: Workspace) -> None:
    ids = workspace.sql("SELECT _profile_id FROM profiles")["_profile_id"].to_list()
    found = workspace.profiles.segments_of([*ids, "nobody", ids[0]])
    assert found.pop("nobody") is None
    assert {id: set(segments or ()) for id, segments in found.items()} == expected(workspace, ids)


def test_some_segments_only(workspace: Workspace) -> None:
    ids = workspace.sql("SELECT _profile_id FROM profiles")["_profile_id"].to_list()
    found = workspace.profiles.segments_of(ids, segments=["adult", "unknown"])
    whole = expected(workspace, ids)
    assert {id: set(segments or ()) for id, segments in found.items()} == {id: whole[id] & {"adult"} for id in ids}


def test_it_does_not_wait_for_a_tick(workspace: Workspace) -> None:
    whole = workspace.profiles.segments_of(["p1", "p2"])
    entered, leave = threading.Event(), threading.Event()

    def tick() -> None:
        with workspace._parts.moving:
            entered.set()
            leave.wait(30)

    other = threading.Thread(target=tick)
    other.start()
    try:
        assert entered.wait(30)
        assert workspace.profiles.segments_of(["p1", "p2"]) == whole
        late = threading.Thread(target=lambda: found.update(workspace.profiles.segments_of(["p1", "nobody"])))
        found: dict[str, list[str] | None] = {}
        late.start()
        late.join(0.1)
        assert late.is_alive()  # who is not known may be about to appear
    finally:
        leave.set()
        other.join()
    late.join(30)
    assert found == {"p1": whole["p1"], "nobody": None}


def test_memory_that_moves_is_read_again(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    read, calls = lookup._read, []

    def moved(*given: object) -> object:
        calls.append(given)
        if len(calls) == 1:
            raise IndexError("the arrays were made wider")
        return read(*given)  # type: ignore[arg-type]

    held = threading.Event()
    done = threading.Event()

    def tick() -> None:
        with workspace._parts.moving:
            held.set()
            done.wait(0.3)

    workspace.profiles.segments_of(["p1"])
    monkeypatch.setattr(lookup, "_read", moved)
    other = threading.Thread(target=tick)
    other.start()
    assert held.wait(30)
    assert workspace.profiles.segments_of(["p1"])["p1"] is not None
    other.join()
    assert len(calls) == 2


def test_there_is_a_bound(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="at most"):
        workspace.profiles.segments_of(["x"] * 10_001)


def test_while_the_workspace_runs(workspace: Workspace) -> None:
    ids = workspace.sql("SELECT _profile_id FROM profiles")["_profile_id"].to_list()
    running = threading.Thread(target=workspace.run, kwargs={"ticks": 3})
    workspace.import_profiles(pl.DataFrame({"profile_id": [f"n{number}" for number in range(2000)]}))
    running.start()
    while running.is_alive():
        found = workspace.profiles.segments_of(ids)
        assert set(found) == set(ids)
        assert all(segments is not None and set(segments) <= set(shop.SEGMENTS) for segments in found.values())
    running.join()
