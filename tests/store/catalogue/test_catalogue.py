"""Definitions with versions and history; settings."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from parcours.core.errors import DefinitionError, InputError, Outdated, ParcoursError, UnknownNameError
from parcours.store.catalogue import Catalogue, Definition, HistoryEntry, State, Version
from parcours.testing.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    if request.param == "sqlite":
        return tmp_path / "catalogue.sqlite"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.database()


@pytest.fixture
def catalogue(place: Path | str) -> Iterator[Catalogue]:
    with Catalogue.open(place) as catalogue:
        yield catalogue


def save(catalogue: Catalogue, rule: object = 1, id: str = "silver", **more: object) -> Definition:
    return catalogue.save_draft("segment", id, {"rule": rule}, at=1, **more)  # type: ignore[arg-type]


def code(call: Callable[[], object]) -> str:
    with pytest.raises(ParcoursError) as error:
        call()
    return error.value.code


def test_a_life(catalogue: Catalogue, place: Path | str) -> None:
    draft = catalogue.save_draft("segment", "silver", {"rule": {"é": [1, None]}}, name="Silver", at=10, by="anna")
    assert draft == Definition(
        "segment", "silver", "Silver", State.DRAFT, 1, {"rule": {"é": [1, None]}}, 1, None, 10, "anna", 1
    )
    catalogue.publish("segment", "silver", at=20, by="bob", note="go")
    edited = catalogue.save_draft("segment", "silver", {"rule": 2}, at=30, by="anna")
    assert (edited.state, edited.version, edited.published_version, edited.name) == (State.PUBLISHED, 2, 1, "Silver")
    assert [found.body for found in catalogue.published()] == [{"rule": {"é": [1, None]}}]
    catalogue.publish("segment", "silver", at=40)
    assert [found.body for found in catalogue.published("segment")] == [{"rule": 2}]
    catalogue.deactivate("segment", "silver", at=50)
    assert catalogue.published() == ()
    catalogue.delete("segment", "silver", at=60)
    assert catalogue.list() == ()

    with Catalogue.open(place) as again:
        assert again.get("segment", "silver").state is State.DELETED
        assert again.versions("segment", "silver") == (
            Version("segment", "silver", 1, "Silver", {"rule": {"é": [1, None]}}, 10, "anna"),
            Version("segment", "silver", 2, "Silver", {"rule": 2}, 30, "anna"),
        )
        assert again.history("segment", "silver") == (
            HistoryEntry(60, "", "segment", "silver", 2, "delete", ""),
            HistoryEntry(50, "", "segment", "silver", 2, "deactivate", ""),
            HistoryEntry(40, "", "segment", "silver", 2, "publish", ""),
            HistoryEntry(30, "anna", "segment", "silver", 2, "save", ""),
            HistoryEntry(20, "bob", "segment", "silver", 1, "publish", "go"),
            HistoryEntry(10, "anna", "segment", "silver", 1, "save", ""),
        )


def test_saving_the_same_again_changes_nothing(catalogue: Catalogue) -> None:
    first = save(catalogue, name="S")
    assert catalogue.save_draft("segment", "silver", {"rule": 1}, name="S", at=99, by="x") == first
    assert save(catalogue, name="T").version == 2
    assert save(catalogue, 2).name == "T"
    assert len(catalogue.history()) == 3


def test_an_older_version_can_be_published(catalogue: Catalogue) -> None:
    save(catalogue, 1)
    save(catalogue, 2)
    catalogue.publish("segment", "silver", version=1, at=1)
    assert catalogue.published()[0].body == {"rule": 1}
    assert catalogue.get("segment", "silver").body == {"rule": 2}
    assert catalogue.get("segment", "silver", 1).body == {"rule": 1}


STEPS: dict[str, Callable[[Catalogue], object]] = {
    "publish": lambda catalogue: catalogue.publish("segment", "silver", at=2),
    "deactivate": lambda catalogue: catalogue.deactivate("segment", "silver", at=3),
    "delete": lambda catalogue: catalogue.delete("segment", "silver", at=4),
    "save": lambda catalogue: save(catalogue, 2),
}
TO: dict[str, tuple[str, ...]] = {
    "draft": (),
    "published": ("publish",),
    "inactive": ("publish", "deactivate"),
    "deleted": ("delete",),
}
AFTER = {
    ("draft", "publish"): "published",
    ("draft", "deactivate"): "wrong-state",
    ("draft", "delete"): "deleted",
    ("draft", "save"): "draft",
    ("published", "publish"): "published",
    ("published", "deactivate"): "inactive",
    ("published", "delete"): "deleted",
    ("published", "save"): "published",
    ("inactive", "publish"): "published",
    ("inactive", "deactivate"): "inactive",
    ("inactive", "delete"): "deleted",
    ("inactive", "save"): "inactive",
    ("deleted", "publish"): "wrong-state",
    ("deleted", "deactivate"): "wrong-state",
    ("deleted", "delete"): "deleted",
    ("deleted", "save"): "draft",
}


@pytest.mark.parametrize(("state", "step"), AFTER)
def test_every_step_from_every_state(catalogue: Catalogue, state: str, step: str) -> None:
    save(catalogue)
    for before in TO[state]:
        STEPS[before](catalogue)
    was = catalogue.get("segment", "silver")
    lines = len(catalogue.history())
    assert was.state == state
    expected = AFTER[state, step]
    if expected == "wrong-state":
        assert code(lambda: STEPS[step](catalogue)) == "wrong-state"
    else:
        STEPS[step](catalogue)
    now = catalogue.get("segment", "silver")
    if expected in (state, "wrong-state") and step != "save":
        assert now == was
        assert len(catalogue.history()) == lines
    else:
        assert now.state == expected
        assert len(catalogue.history()) == lines + 1
    assert (now.published_version is None) == (now.state != "published")


def test_an_id_that_was_deleted_counts_on(catalogue: Catalogue) -> None:
    save(catalogue)
    catalogue.delete("segment", "silver", at=2)
    again = save(catalogue)
    assert (again.state, again.version) == (State.DRAFT, 2)


@pytest.mark.parametrize("expected", [0, 1, 3])
def test_a_newer_version_of_somebody_else_is_a_conflict(catalogue: Catalogue, expected: int) -> None:
    save(catalogue, 1)
    save(catalogue, 2, by="bob")
    before = catalogue.get("segment", "silver")
    for call in (
        lambda: save(catalogue, 3, expected_version=expected),
        lambda: catalogue.publish("segment", "silver", at=1, expected_version=expected),
        lambda: catalogue.delete("segment", "silver", at=1, expected_version=expected),
    ):
        with pytest.raises(DefinitionError, match="bob") as error:
            call()
        assert error.value.code == "conflict"
    assert catalogue.get("segment", "silver") == before
    assert save(catalogue, 3, expected_version=2).version == 3


def test_a_version_is_expected_but_there_is_none(catalogue: Catalogue) -> None:
    assert code(lambda: save(catalogue, expected_version=1)) == "conflict"
    assert save(catalogue, expected_version=0).version == 1


def test_unknown_names(catalogue: Catalogue) -> None:
    save(catalogue)
    save(catalogue, id="gone")
    catalogue.delete("segment", "gone", at=1)
    with pytest.raises(UnknownNameError) as error:
        catalogue.get("segment", "silber")
    assert error.value.hint == "did you mean 'silver'?"
    for call in (
        lambda: catalogue.get("journey", "silver"),
        lambda: catalogue.get("segment", "silver", 2),
        lambda: catalogue.publish("segment", "silver", version=2, at=1),
        lambda: catalogue.versions("segment", "bronze"),
        lambda: catalogue.deactivate("segment", "bronze", at=1),
    ):
        with pytest.raises(UnknownNameError):
            call()


@pytest.mark.parametrize("id", ["", "a b", "é", "1st", "x" * 64, "a/b"])
def test_ids_are_names(catalogue: Catalogue, id: str) -> None:
    with pytest.raises(InputError):
        save(catalogue, id=id)
    assert catalogue.list() == ()


def test_lists_by_kind_and_state(catalogue: Catalogue) -> None:
    for id in ("b", "a", "c"):
        save(catalogue, id=id)
    catalogue.save_draft("journey", "a", {}, at=1)
    catalogue.publish("segment", "c", at=1)
    catalogue.delete("segment", "b", at=1)
    assert [(one.kind, one.id) for one in catalogue.list()] == [("journey", "a"), ("segment", "a"), ("segment", "c")]
    assert [one.id for one in catalogue.list("segment", ["deleted", State.DRAFT])] == ["a", "b"]
    assert [one.id for one in catalogue.published()] == ["c"]
    assert [(line.kind, line.id) for line in catalogue.history(limit=2)] == [("segment", "b"), ("segment", "c")]
    assert len(catalogue.history("journey")) == 1


def test_settings(catalogue: Catalogue) -> None:
    assert catalogue.setting("zone", "UTC") == "UTC"
    catalogue.set_setting("zone", "Europe/Paris", at=1)
    catalogue.set_setting("smtp", {"host": "h", "port": 25}, at=2, by="anna")
    catalogue.set_setting("zone", ["x"], at=3)
    assert catalogue.settings() == {"smtp": {"host": "h", "port": 25}, "zone": ["x"]}
    catalogue.set_setting("zone", None, at=4)
    assert list(catalogue.settings()) == ["smtp"]


def test_two_writers_do_not_undo_each_other(place: Path | str) -> None:
    """Eight threads save different versions with their own connections; every one of them is there at the end."""
    with Catalogue.open(place) as first:
        save(first, 0)
    problems: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with Catalogue.open(place) as own:
                for round_ in range(5):
                    save(own, f"{number}-{round_}")
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with Catalogue.open(place) as end:
        versions = end.versions("segment", "silver")
        assert [one.version for one in versions] == list(range(1, 42))
        assert len({str(one.body) for one in versions}) == 41
        assert len(end.history()) == 41


def test_a_failing_change_leaves_nothing(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    save(catalogue)

    def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("parcours.store.catalogue.rows.remember", fails)
    with pytest.raises(RuntimeError):
        save(catalogue, 2)
    assert len(catalogue.versions("segment", "silver")) == 1
    assert catalogue.get("segment", "silver").latest == 1


def test_several_changes_together_are_all_or_none(catalogue: Catalogue) -> None:
    seen_elsewhere: list[int] = []

    def look() -> None:
        seen_elsewhere.append(len(catalogue.list()))

    def changes(fail: bool) -> None:
        with catalogue.together():
            save(catalogue, id="a")
            catalogue.publish("segment", "a", at=1)
            assert catalogue.get("segment", "a").state is State.PUBLISHED
            thread = threading.Thread(target=look)
            thread.start()
            thread.join()
            if fail:
                save(catalogue, id="no name")

    with pytest.raises(InputError):
        changes(fail=True)
    assert catalogue.list() == ()
    changes(fail=False)
    assert [one.id for one in catalogue.published()] == ["a"]
    assert seen_elsewhere == [0, 0]


def test_what_was_seen_must_still_be_so(catalogue: Catalogue) -> None:
    with catalogue.expecting("segment", "silver", 0):
        seen = save(catalogue)
    with catalogue.expecting("segment", "silver", seen.revision):
        published = catalogue.publish("segment", "silver", at=2)
        catalogue.deactivate("segment", "silver", at=3)  # the second change of the same hand
    with pytest.raises(Outdated) as error, catalogue.expecting("segment", "silver", published.revision):
        catalogue.delete("segment", "silver", at=4)
    assert (error.value.expected, error.value.current) == (published.revision, published.revision + 1)
    assert catalogue.get("segment", "silver").state == State.INACTIVE


def test_somebody_is_faster_between_looking_and_writing(catalogue: Catalogue) -> None:
    seen = save(catalogue)

    with catalogue.expecting("segment", "silver", seen.revision):
        faster = threading.Thread(target=lambda: save(catalogue, rule=2))
        faster.start()
        faster.join()
        with pytest.raises(Outdated):
            save(catalogue, rule=3)
    assert catalogue.get("segment", "silver").body == {"rule": 2}


def test_history_goes_on_before_a_number(catalogue: Catalogue) -> None:
    for rule in range(4):
        save(catalogue, rule=rule)
    newest = catalogue.history(limit=2)
    assert [entry.version for entry in catalogue.history(before=newest[-1].number)] == [2, 1]
