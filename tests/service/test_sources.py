"""Sources and their keys: made, changed, rotated, deleted; what a key opens; what came so far."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import parcours
from parcours.core.clock import SECOND, VirtualClock, instant
from parcours.core.errors import AccessError, ConflictError, InputError, UnknownNameError
from parcours.service.sources import NOTED_EVERY
from parcours.service.workspace import Workspace

pytestmark = pytest.mark.usefixtures("either_catalogue")

NOW = instant("2026-11-22T10:00:00Z")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with parcours.init(tmp_path / "w", VirtualClock(NOW)) as made:
        yield made


def test_a_source_has_a_key_that_opens_it(workspace):
    made = workspace.sources.create("shop", name="Web shop")
    key = str(made["write_key"])

    assert len(key) >= 40
    assert workspace.sources.get("shop") == made
    assert (made["source"], made["name"], made["kind"], made["enabled"]) == ("shop", "Web shop", "http", True)
    assert made["has_secret"] is False
    assert workspace.sources.door(key).source == "shop"
    assert workspace.sources.door(key + "x") is None
    assert workspace.sources.list()["source"].to_list() == ["shop"]


def test_keys_that_clients_have_already_can_be_kept(workspace):
    workspace.sources.create("shop", write_key="test-write-key")
    assert workspace.sources.door("test-write-key").source == "shop"
    with pytest.raises(ConflictError):
        workspace.sources.create("other", write_key="test-write-key")
    with pytest.raises(ConflictError):
        workspace.sources.create("shop")


@pytest.mark.parametrize("key", ["a b c d e f", "short", "x" * 129, "with:colon", "ünicode"])
def test_what_cannot_stand_in_a_header_is_no_key(workspace, key):
    with pytest.raises(InputError) as caught:
        workspace.sources.create("shop", write_key=key)
    assert caught.value.code == "bad-key"


def test_a_secret_is_shown_once_and_checked(workspace):
    made = workspace.sources.create("crm", write_key="site-id", secret="api-key-of-it")
    assert made["secret"] == "api-key-of-it"
    assert "secret" not in workspace.sources.get("crm")
    assert "api-key-of-it" not in str(workspace.sources.get("crm"))

    door = workspace.sources.door("site-id")
    door.check("api-key-of-it")
    door.check(None)  # a client that sends none
    for wrong in ("", "api-key-of-i", "another"):
        with pytest.raises(AccessError) as caught:
            door.check(wrong)
        assert not caught.value.known


def test_a_source_that_is_switched_off_lets_nobody_in(workspace):
    workspace.sources.create("shop", write_key="test-write-key")
    workspace.sources.change("shop", enabled=False, name="Shop")
    with pytest.raises(AccessError) as caught:
        workspace.sources.door("test-write-key").check(None)
    assert (caught.value.known, caught.value.code) == (True, "source-disabled")

    workspace.sources.change("shop", enabled=True)
    workspace.sources.door("test-write-key").check(None)
    assert workspace.sources.get("shop")["name"] == "Shop"


def test_a_rotated_key_opens_nothing_any_more(workspace):
    workspace.sources.create("crm", write_key="site-id", new_secret=True)
    rotated = workspace.sources.rotate_key("crm")
    assert workspace.sources.door("site-id") is None
    workspace.sources.door(str(rotated["write_key"])).check(str(rotated["secret"]))


def test_a_deleted_source_is_gone(workspace):
    workspace.sources.create("shop", write_key="test-write-key")
    assert workspace.sources.door("test-write-key")
    workspace.sources.delete("shop")
    assert workspace.sources.door("test-write-key") is None
    for asked in (workspace.sources.get, workspace.sources.delete, workspace.sources.rotate_key):
        with pytest.raises(UnknownNameError):
            asked("shop")


def test_whoever_watches_hears_of_changes(workspace):
    heard: list[int] = []
    workspace.sources.watch(lambda: heard.append(1))
    workspace.sources.create("shop")
    workspace.sources.change("shop", name="Shop")
    workspace.sources.delete("shop")
    assert len(heard) == 3


def test_it_is_noted_what_came_and_kept(workspace):
    workspace.sources.create("shop", write_key="test-write-key")
    assert not workspace.sources.seen("shop", NOW + SECOND)
    assert not workspace.sources.seen("shop", NOW + 2 * SECOND)
    assert workspace.sources.seen("shop", NOW + SECOND + NOTED_EVERY)
    assert workspace.sources.list().select("requests", "seen_at").to_dicts() == [
        {"requests": 3, "seen_at": workspace.sources.get("shop")["seen_at"]}
    ]
    workspace.sources.seen("shop", NOW + 3 * NOTED_EVERY)
    folder = workspace.folder
    workspace.close()

    with parcours.open(folder) as again:
        assert again.sources.get("shop")["requests"] == 4
        assert again.sources.door("test-write-key").source == "shop"


def test_the_database_is_asked_once_for_keys(workspace):
    workspace.sources.create("shop", write_key="test-write-key")
    assert workspace.sources.remembered("test-write-key") == (False, None)
    workspace.sources.door("other")
    known, door = workspace.sources.remembered("test-write-key")
    assert known
    assert door.source == "shop"


def test_a_source_needs_a_name_that_can_be_one(workspace):
    with pytest.raises(InputError):
        workspace.sources.create("web shop")
    with pytest.raises(InputError):
        workspace.sources.create("shop", settings={"x": 1})
