"""Questions of Parcours itself: current values, members then and now, single profiles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.core.clock import SECOND
from parcours.core.errors import UnknownNameError
from parcours.core.facts import INSTANT, PROFILE_CHANGE_COLUMNS, Outputs
from parcours.core.schema import INTEGER, STRING, Schema, list_of, object_of
from parcours.store.log import Log, reading
from tests.store.log.build import NOON, SHOP, change, events, frame, profiles, qualified, tick, typed


def test_current_values_are_those_of_the_last_change_that_sets_them(log: Log) -> None:
    first = pl.concat([change(0, city="Lyon", age=30), change(1, age=4), change(0, city="Nice")])
    log.commit([tick(1, new_profiles=profiles("a", "b", "c"), profile_changes=first)], SHOP)
    log.commit([tick(2, profile_changes=change(0, age=None))])

    assert log.attributes().rows() == [(0, "Nice", None), (1, None, 4)]
    assert log.attributes(["age"], until_tick=1).rows() == [(0, 30), (1, 4)]
    assert log.attributes(["city"], profiles=[1, 2]).rows() == [(1, None)]
    assert log.query("select _profile_id, city, age from profiles order by all").rows() == [
        ("a", "Nice", None),
        ("b", None, 4),
        ("c", None, None),
    ]


CITY = Schema().with_attributes({"a": STRING, "b": list_of(INTEGER), "c": object_of({"d": STRING})})
SETTING = st.fixed_dictionaries(
    {
        "_profile": st.integers(0, 2),
        "_set": st.lists(st.sampled_from("abc"), unique=True),
        "a": st.sampled_from([None, "x", "y"]),
        "b": st.sampled_from([None, [], [1, None]]),
        "c": st.sampled_from([None, {"d": None}, {"d": "z"}]),
    }
)


@settings(deadline=None, max_examples=15)
@given(ticks=st.lists(st.lists(SETTING, max_size=5), min_size=1, max_size=4))
def test_current_values_are_those_of_a_plain_loop(
    tmp_path_factory: pytest.TempPathFactory, ticks: list[list[dict[str, Any]]]
) -> None:
    expected: dict[int, dict[str, Any]] = {}
    with Log.open(tmp_path_factory.mktemp("log") / "history.duckdb") as log:
        for number, rows in enumerate(ticks, 1):
            changes = frame({**PROFILE_CHANGE_COLUMNS, **typed(CITY.attributes)}, rows)
            log.commit([tick(number, profile_changes=changes)], CITY)
            for row in rows:
                known = expected.setdefault(row["_profile"], dict.fromkeys("abc"))
                known.update({name: row[name] for name in row["_set"]})
            found = {row.pop("_profile"): row for row in log.attributes().to_dicts()}
            assert found == expected


def test_members_now_and_then(log: Log) -> None:
    log.commit([tick(1, new_profiles=profiles("anna", "bob"))], SHOP)
    log.commit([tick(2, Outputs(pl.concat([qualified("s", 0, at=NOON), qualified("s", 1, at=NOON + SECOND)])))])
    log.commit([tick(3, Outputs(qualified("s", 0, "exited", NOON + 2 * SECOND)))])
    log.commit([tick(4, Outputs(qualified("s", 0, at=NOON + 3 * SECOND)))])

    def at(moment: int | None) -> list[str]:
        return log.members("s", moment)["_profile_id"].to_list()

    assert at(NOON - 1) == []
    assert at(NOON) == ["anna"]
    assert at(NOON + SECOND) == ["anna", "bob"]
    assert at(NOON + 2 * SECOND - 1) == ["anna", "bob"]
    assert at(NOON + 2 * SECOND) == ["bob"]
    assert at(None) == ["anna", "bob"]
    assert log.members("s")["since"].cast(pl.Int64).to_list() == [NOON + 3 * SECOND, NOON + SECOND]
    assert log.members("s").schema["since"] == INSTANT
    assert log.members("other").is_empty()
    assert log.query("select segment, _profile_id, since from members").height == 2
    assert log.qualifications_of(0)["status"].to_list() == ["realized", "exited", "realized"]


def test_events_by_time_then_by_arrival(log: Log) -> None:
    batch = events(
        "purchase", {"id": "late", "at": NOON + 5}, {"id": "x"}, {"id": "y"}, {"id": "early", "at": NOON - 5}
    )
    log.commit([tick(1, events=(batch,))], SHOP)
    assert log.events("purchase")["_event_id"].to_list() == ["early", "x", "y", "late"]
    assert log.events("purchase", ["total"], event_ids=False).columns == ["_profile", "_time", "total"]


@pytest.mark.parametrize(("event", "column"), [("purchas", "total"), ("purchase", "totl")])
def test_unknown_names_are_told_with_the_nearest(log: Log, event: str, column: str) -> None:
    log.commit([], SHOP)
    with pytest.raises(UnknownNameError) as error:
        log.events(event, [column])
    assert "did you mean" in str(error.value)


def test_events_of_one_profile_as_plain_values(log: Log) -> None:
    rows = [{"id": "1", "who": 3, "total": 2.0, "items": [{"sku": "a", "n": 1}]}, {"id": "2", "who": 4}]
    log.commit([tick(1, events=(events("purchase", *rows), events("Log-in", {"id": "3", "who": 4})))], SHOP)
    assert log.profile_events(3) == {
        "purchase": [{"_event_id": "1", "_time": NOON, "total": 2.0, "items": [{"sku": "a", "n": 1}]}]
    }
    assert list(log.profile_events(4)) == ["purchase", "Log-in"]


def test_events_by_id(log: Log) -> None:
    first = events("purchase", {"id": "a"}, {"id": "b"})
    log.commit([tick(1, events=(first, events("Log-in", {"id": "c"})))], SHOP)
    log.commit([tick(2, retracted=(events("purchase", {"id": "a"}),))])
    assert [(batch.type, batch.rows["_event_id"].to_list()) for batch in log.find_events(["c", "b", "a", "zz"])] == [
        ("purchase", ["b"]),
        ("Log-in", ["c"]),
    ]
    assert log.find_events([]) == ()


def test_known_ids_hold_retracted_ones_too(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_ID_CHUNK", 2)
    first = events("purchase", *({"id": name} for name in "abcde"))
    log.commit([tick(1, events=(first, events("Log-in", {"id": "f"})))], SHOP)
    log.commit([tick(2, retracted=(events("purchase", {"id": "a"}),))])
    pieces = [(event, ids.to_list()) for event, ids in log.known_event_ids()]
    assert sorted((event, name) for event, ids in pieces for name in ids) == [
        ("Log-in", "f"),
        *(("purchase", name) for name in "abcde"),
    ]
    assert max(len(ids) for _, ids in pieces) == 2
    assert log.knows_events(pl.Series(["a", "zz", "f", "a"]), "purchase").to_list() == [True, False, False, True]
    assert log.knows_events(pl.Series(["f"]), "Log-in").to_list() == [True]
    assert log.knows_events(pl.Series(["f"]), "never seen").to_list() == [False]


def test_a_correction_far_from_the_times_of_others_is_found(log: Log) -> None:
    """The bounds of time that speed up retracting must hold every retracted row."""
    rows = [{"id": str(number), "at": NOON + number * 10**12} for number in range(-3, 4)]
    log.commit([tick(1, events=(events("purchase", *rows),))], SHOP)
    log.commit([tick(2, retracted=(events("purchase", rows[0], rows[6]),))])
    assert log.events("purchase")["_event_id"].to_list() == ["-2", "-1", "0", "1", "2"]
    assert isinstance(log.events("purchase")["_time"][0], datetime)
