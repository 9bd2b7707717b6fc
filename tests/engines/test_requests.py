"""Requests are taken in exactly once and in order, also when the process dies at any point."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from parcours.core.clock import SECOND, iso
from parcours.flow.ingest.calls import Record
from parcours.flow.ingest.inbox import KINDS
from parcours.service.workspace import Workspace

START = 1_767_268_800_000_000
FORMS = {"type": "object", "required": ["n"]}
QUESTIONS = {
    "seen": "SELECT _profile_id, _event_id, _time, n, kind FROM seen ORDER BY ALL",
    "bought": "SELECT _profile_id, _event_id, _time, total FROM bought ORDER BY ALL",
    "profiles": "SELECT _profile_id, age, city FROM profiles ORDER BY ALL",
    "changes": "SELECT count(*) AS changes FROM facts.profile_changes",
    "letters": 'SELECT source, "row", "column", code, payload FROM dead_letters ORDER BY ALL',
    "violations": "SELECT event, property, rule, sum(count) AS events FROM violations GROUP BY ALL ORDER BY ALL",
}


def message(kind: str, user: str, id: str, at: int = 0, **said: Any) -> dict[str, Any]:
    return {"type": kind, "userId": user, "messageId": id, "timestamp": iso(START + at * SECOND), **said}


def seen(user: str, id: str, at: int = 0, **properties: Any) -> dict[str, Any]:
    return message("track", user, id, at, event="Seen", properties=properties)


def identify(user: str, id: str, at: int = 0, **traits: Any) -> dict[str, Any]:
    return message("identify", user, id, at, traits=traits)


def requests() -> Iterator[list[dict[str, Any]]]:
    """Some of everything: repeated messages, types that widen, values that do not fit, somebody who is forgotten."""
    for number in range(12):
        who = f"p{number % 3}"
        yield [
            identify(who, f"i{number}", number, age=number, city=f"c{number}"),
            seen(who, f"s{number}", number, n=number if number < 6 else number + 0.5, kind="x"),
            seen(who, f"s{max(0, number - 1)}", number, n=99),  # sent again
            identify(who, f"i{max(0, number - 4)}", number, age=-1),  # sent again, late
            seen(who, f"bad{number}", number, n="much" if number else 1),
            message("track", who, f"b{number}", number, event="Bought", properties={"total": 1.5}),
            seen(who, f"none{number}", number),
        ]


def record(messages: list[dict[str, Any]], source: str = "web") -> Record:
    return Record("segment", source, START, msgspec.json.encode({"batch": messages}), "batch")


def keep(workspace: Workspace, *parts: list[dict[str, Any]]) -> None:
    workspace._parts.journal.append([record(part) for part in parts]).result()


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A workspace in which requests, then a file, then requests wait."""
    folder = tmp_path / "fresh"
    with Workspace.init(folder) as workspace:
        workspace.plans.save("seen", FORMS, mode="accept")
        parts = list(requests())
        keep(workspace, *parts[:5])
        workspace.import_profiles(pl.DataFrame({"profile_id": ["p0", "p9"], "age": [50, 51]}))
        workspace.import_events(
            pl.DataFrame({"profile_id": ["p9"], "id": ["f1"], "time": [iso(START)], "total": [7.0]}),
            event="bought",
            id="id",
        )
        keep(workspace, *parts[5:], [message("track", "gone", "g1", 3, event="Seen", properties={"n": 1})])
    return folder


def live(workspace: Workspace) -> None:
    runner = workspace._parts.runner
    while any(workspace.waiting.values()):
        runner.live_tick(START + (runner.state.tick + 1) * SECOND, limit=11)


def replayed(workspace: Workspace) -> None:
    now = workspace._parts.runner.now
    if now is None or now < START + 20 * SECOND or workspace.waiting:
        workspace.replay(START - SECOND, START + 20 * SECOND, SECOND)


def ask(workspace: Workspace) -> dict[str, pl.DataFrame]:
    return {name: workspace.sql(question) for name, question in QUESTIONS.items()}


class Died(Exception):
    """The process would be gone."""


def dying(folder: Path, copy: Path, way: Callable[[Workspace], None], point: str, passing: int) -> bool:
    """Go on until a point is passed so many times: what is on disk at that moment is copied. Whether it was."""
    left = [passing]
    workspace = Workspace(folder)

    def crash(here: str) -> None:
        if here == point:
            left[0] -= 1
            if not left[0]:
                shutil.copytree(folder, copy)
                raise Died

    workspace._parts.runner._crash = crash
    try:
        way(workspace)
        return False
    except Died:
        return True
    finally:
        workspace._parts.runner._crash = lambda _: None
        workspace.close()


WAYS = {"live": live, "replay": replayed}
POINTS = {
    "live": ("ticked", "before-commit", "after-commit", "before-forget"),
    "replay": ("requests-queued", "requests-noted", "before-commit", "after-commit", "before-forget"),
}


@pytest.mark.parametrize(("way", "point"), [(way, point) for way, points in POINTS.items() for point in points])
def test_a_death_changes_nothing(fresh: Path, tmp_path: Path, way: str, point: str) -> None:
    straight = tmp_path / "straight"
    shutil.copytree(fresh, straight)
    with Workspace(straight) as workspace:
        WAYS[way](workspace)
        expected = ask(workspace)
    assert expected["seen"].height > 20
    died = 0
    for passing in (1, 2, 3):
        alive, dead = tmp_path / f"alive{passing}", tmp_path / f"dead{passing}"
        shutil.copytree(fresh, alive)
        if not dying(alive, dead, WAYS[way], point, passing):
            continue
        died += 1
        with Workspace(dead) as workspace:
            WAYS[way](workspace)
            found = ask(workspace)
            assert not workspace.waiting
        for name, rows in expected.items():
            assert found[name].equals(rows), (name, found[name], rows)
    assert died


def test_what_comes_of_it(fresh: Path) -> None:
    with Workspace(fresh) as workspace:
        live(workspace)
        found = ask(workspace)
        assert found["profiles"].rows() == [
            ("gone", None, None),
            ("p0", 9, "c9"),
            ("p1", 10, "c10"),
            ("p2", 11, "c11"),
            ("p9", 51, None),
        ]
        assert found["bought"].height == 13
        assert found["changes"].item() == 12 + 2
        assert found["violations"].rows() == [("seen", "n", "required", 12)]
        assert workspace._parts.journal.backlog == 0


def test_live_and_replay_take_in_the_same(fresh: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(fresh, other)
    with Workspace(fresh) as one, Workspace(other) as two:
        live(one)
        replayed(two)
        mine, theirs = ask(one), ask(two)
        for name in ("seen", "bought", "letters", "violations", "changes"):
            assert mine[name].equals(theirs[name]), name


def test_whoever_is_erased_is_erased_from_waiting_requests(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    with Workspace.init(folder) as workspace:
        keep(workspace, [seen("anna", "1", n=1), seen("bob", "2", n=2)], [identify("anna", "3", age=5)])
        workspace.erase("anna")
        live(workspace)
        assert workspace.sql("SELECT _profile_id FROM profiles").rows() == [("bob",)]
        assert not [*(folder / "requests").iterdir()], "what was written down is gone, too"
        keep(workspace, [identify("anna", "4", 3, age=6), message("track", "bob", "5", event="Seen")])
        workspace.erase("anna")  # stands still: at once
        assert workspace.sql("SELECT _profile_id FROM profiles").rows() == [("bob",)]
        assert not list((folder / "requests").iterdir())


def test_requests_and_files_keep_their_order(tmp_path: Path) -> None:
    with Workspace.init(tmp_path / "shop") as workspace:
        for number in range(4):
            keep(workspace, [identify("anna", f"i{number}", age=number)])
            frame = pl.DataFrame({"profile_id": ["anna"], "age": [10 * number]})
            workspace.import_profiles(frame)
        workspace._parts.runner.live_tick(START)
        changes = workspace.sql("SELECT age FROM facts.profile_changes ORDER BY _seq")["age"].to_list()
        assert changes == [0, 0, 1, 10, 2, 20, 3, 30]


def test_a_replay_takes_late_events_at_their_time(tmp_path: Path) -> None:
    with Workspace.init(tmp_path / "shop") as workspace:
        both = record([seen("anna", "late", 90, n=2), seen("anna", "early", 10, n=1)])
        workspace._parts.journal.append([msgspec.structs.replace(both, received=START + 99 * SECOND)]).result()
        workspace.replay(START, START + 60 * SECOND, 60 * SECOND)
        assert workspace.sql("SELECT _event_id FROM seen").rows() == [("early",)]
        assert sum(workspace.waiting.values()) == 1
        workspace.replay(START + 60 * SECOND, START + 120 * SECOND, 60 * SECOND)
        assert workspace.sql("SELECT _event_id FROM seen ORDER BY _time").rows() == [("early",), ("late",)]


def test_whoever_asks_to_be_forgotten_is_new_afterwards(tmp_path: Path) -> None:
    for way in (
        lambda each: each._parts.runner.live_tick(START),
        lambda each: each.replay(START, START + SECOND, SECOND),
    ):
        with Workspace.init(tmp_path / f"shop{id(way)}") as workspace:
            keep(workspace, [seen("anna", "1", n=1), {**identify("anna", "2", age=5), "anonymousId": "visitor"}])
            workspace._parts.inbox.put_links(
                pl.DataFrame(
                    {"id": ["old"], "into": ["anna"], "_time": [None], "kind": ["alias"], "message_id": [None]},
                    schema=dict(KINDS["links"]),
                )
            )
            forgotten = Record("customerio", "web", START, b"{}", "DELETE customers/anna")
            workspace._parts.journal.append([forgotten]).result()
            keep(workspace, [seen("anna", "3", n=3)])
            way(workspace)
            assert workspace.sql("SELECT _profile_id, _event_id FROM seen").rows() == [("anna", "3")]
            assert "" not in workspace.schema.events
            assert workspace.sql("SELECT count(*) FROM facts.profile_changes").item() == 0
