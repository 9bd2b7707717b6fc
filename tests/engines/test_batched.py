"""Calls answered together: exactly what they get one by one, with the rates of endpoints."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.core.clock import HOUR, SECOND
from parcours.core.facts import DELIVERY_COLUMNS, OUTCOME_COLUMNS, empty
from parcours.core.schema import STRING, Schema
from parcours.engines.batched import BatchedOutside
from parcours.engines.outside import Stub, StubbedOutside
from parcours.engines.sharing import groups_of, led_to
from parcours.flow.delivery.attempts import Answer
from parcours.flow.delivery.configured import configured
from parcours.flow.delivery.planning import Planner
from parcours.flow.journeys.definitions import JourneyDefinition, read_journey

API = "https://api.example"


def action(name: str, path: str = "/a", **more: object) -> dict[str, object]:
    return {"action": name, "url": API + path, "parameters": {"n": "any"}, "body": {"n": {"parameter": "n"}}, **more}


def source(name: str, **more: object) -> dict[str, object]:
    asked = {"parameters": {"n": "any"}, "query": {"n": {"parameter": "n"}}, "answer": {"types": {"x": "integer"}}}
    return {"source": name, "url": f"{API}/{name}", **asked, **more}


def endpoint(path: str, **rules: object) -> dict[str, object]:
    return {"endpoint": path.strip("/*").replace("/", "-") or "all", "url": API + path, **rules}


def capping(most: int, seconds: int) -> dict[str, object]:
    return {"capping": {"maxCallsCount": most, "periodInMs": seconds * 1000}}


def journey(
    activities: Mapping[str, object], start: object, bodies: Sequence[Mapping[str, object]]
) -> JourneyDefinition:
    known = configured(bodies)
    shape = {"journey": "j", "entry": {"event": "visit"}, "start": start, "activities": activities}
    return read_journey(
        shape,
        Schema({}, {"visit": {"n": STRING}}),
        (),
        1,
        actions={name: each.answer for name, each in known.actions.items()},
        sources={name: each.answer for name, each in known.sources.items()},
    )


def apart(*names: str) -> dict[str, object]:
    """Activities that call the actions and sources of these names, none after another."""
    ways = [{"label": name, "percent": 100 // len(names), "to": name} for name in names]
    ways[0]["percent"] = 100 - sum(int(str(way["percent"])) for way in ways[1:])
    made: dict[str, object] = {"which": {"type": "split", "paths": ways}}
    for name in names:
        made[name] = (
            {
                "type": "condition",
                "source": {"name": name, "parameters": {"n": 1}},
                "paths": [{"label": "x", "when": {"given": f"source.{name}.x", "is": 1}, "to": "end"}],
            }
            if name in ("s", "t")
            else {"type": "custom_action", "action": name, "values": {"n": 1}, "then": "end"}
        )
    return {**made, "end": {"type": "end"}}


def rows(calls: Sequence[tuple[int, str, object]], first: int = 0) -> pl.DataFrame:
    """Deliveries: instant, activity (the name of what it calls), value."""
    made = [
        {
            "key": f"j/1/p{number}/{name}/1",
            "channel": "source" if name in ("s", "t") else "http",
            "run": f"j/1/p{number}",
            "activity": name,
            "decided": at,
            "content": json.dumps({"source" if name in ("s", "t") else "action": name, "values": {"n": value}}),
        }
        for number, (at, name, value) in enumerate(calls, first)
    ]
    plain = pl.DataFrame(made, schema_overrides={"decided": pl.Int64})
    return plain.cast({"decided": DELIVERY_COLUMNS["decided"]}).match_to_schema(
        pl.Schema(DELIVERY_COLUMNS), missing_columns="insert"
    )


BODIES = [
    action("a"),
    action("b", on_capped="queue"),
    action("c", "/c", on_capped="retry", retry={"most": 4, "pause": "2 s"}),
    action("d", "/d/{n}"),
    source("s", cache="20 s"),
    source("t"),
]
RULES = st.fixed_dictionaries(
    {
        "/a": st.none() | st.builds(capping, st.integers(1, 4), st.integers(1, 30)),
        "/*": st.none()
        | st.builds(capping, st.integers(1, 6), st.integers(1, 30))
        | st.builds(lambda most: {"throttling": {"maxThroughput": most}}, st.integers(1, 3)),
        "/d/1": st.none() | st.builds(capping, st.integers(1, 3), st.integers(1, 30)),
    }
)
ANSWERS = st.sampled_from(
    [
        Stub(),
        Stub((Answer(200, '{"x": 1}', took=3 * SECOND),)),
        Stub((Answer(404, took=SECOND),)),
        Stub((Answer(500, took=SECOND), Answer(200))),
        Stub((Answer(200, took=40 * SECOND),)),
        Stub(settled="timedout"),
        Stub(by_profile={"p1": Stub((Answer(500),))}),
    ]
)
NAMES = ("a", "b", "c", "d", "s", "t")


@settings(max_examples=200, deadline=None)
@given(
    rules=RULES,
    stubs=st.dictionaries(st.sampled_from(NAMES), ANSWERS, max_size=2),
    calls=st.lists(
        st.tuples(st.integers(0, 90).map(lambda at: at * SECOND // 2), st.sampled_from(NAMES), st.integers(1, 2)),
        min_size=1,
        max_size=40,
    ),
    cuts=st.sets(st.integers(1, 44), max_size=3),
)
def test_calls_in_a_batch_get_what_they_get_one_by_one(
    rules: dict[str, dict[str, object] | None],
    stubs: dict[str, Stub],
    calls: list[tuple[int, str, object]],
    cuts: set[int],
) -> None:
    bodies = [*BODIES, *(endpoint(path, **rule) for path, rule in rules.items() if rule is not None)]
    calls = sorted(calls, key=lambda call: call[0])
    ends = [*(cut * SECOND for cut in sorted(cuts)), 45 * SECOND, HOUR, 7 * HOUR]
    draft = journey(apart(*NAMES), "which", bodies)
    batched = BatchedOutside(draft, HOUR, stubs, Planner(configured(bodies)))
    straight = StubbedOutside(stubs, planner=Planner(configured(bodies)))
    every, first = rows(calls), 0
    found: list[pl.DataFrame] = []
    for end in ends:
        at = every["decided"].to_physical()
        mine = every.filter((at > first) & (at <= end) if first else at <= end)
        if mine.height:
            batched.take(mine)
        while batched.due is not None and batched.due <= end:
            found.append(batched.advance(end))
        first = end
    for row, at in zip(every.iter_rows(named=True), every["decided"].to_physical(), strict=True):
        straight.work_off(at)
        straight.ask(row, at)
    wanted: list[pl.DataFrame] = []
    while straight.due is not None:
        wanted.append(straight.advance(7 * HOUR))
    assert pl.concat(found).sort("key").equals(pl.concat(wanted).sort("key"))


def test_what_shares_a_rate_is_a_group() -> None:
    bodies = [*BODIES, endpoint("/a", **capping(2, 9)), endpoint("/d/7", **capping(2, 9))]
    groups = groups_of(journey(apart(*NAMES), "which", bodies), Planner(configured(bodies)))
    assert groups["a"] == groups["b"]
    assert "c" not in groups
    assert "t" not in groups
    assert len({groups["a"], groups["d"], groups["s"]}) == 3


def test_what_follows_within_the_time() -> None:
    activities = {
        "a": {"type": "custom_action", "action": "a", "values": {"n": 1}, "then": "soon", "on_error": "late"},
        "soon": {"type": "wait", "for": "30 minutes", "then": "b"},
        "b": {"type": "custom_action", "action": "b", "values": {"n": 1}, "then": "end"},
        "late": {"type": "wait", "for": "2 hours", "then": "c"},
        "c": {"type": "custom_action", "action": "c", "values": {"n": 1}, "then": "end"},
        "end": {"type": "end"},
    }
    found = led_to(journey(activities, "a", BODIES), HOUR)
    assert found["a"] == {"soon", "b", "end", "late"}
    assert led_to(journey(activities, "a", BODIES), 20 * 60 * SECOND)["a"] == {"soon", "late"}


def seat(number: int, at: int) -> dict[str, object]:
    return {"key": f"j/1/p{number}/cap/1", "channel": "seat", "activity": "cap", "decided": at}


def test_seats_go_in_order_of_time() -> None:
    activities = {"cap": {"type": "profile_cap", "most": 2, "then": "end", "otherwise": "end"}, "end": {"type": "end"}}
    outside = BatchedOutside(journey(activities, "cap", []), HOUR)
    content = json.dumps({"cap": "j/1/cap", "most": 2})
    made = pl.DataFrame([{**seat(1, 9), "content": content}, {**seat(2, 5), "content": content}])
    later = pl.DataFrame([{**seat(3, 11), "content": content}])
    for part in (made, later):
        typed = part.cast({"decided": DELIVERY_COLUMNS["decided"]})
        outside.take(typed.match_to_schema(pl.Schema(DELIVERY_COLUMNS), missing_columns="insert"))
    found = outside.advance(20)
    assert dict(found.schema) == dict(OUTCOME_COLUMNS)
    assert found.select("key", "result", "answer").rows() == [
        ("j/1/p2/cap/1", "ok", '{"number": 0}'),
        ("j/1/p1/cap/1", "ok", '{"number": 1}'),
        ("j/1/p3/cap/1", "capped", None),
    ]


def test_calls_of_runs_that_were_ended_are_not_made() -> None:
    bodies = [action("a", throttling={"maxThroughput": 1})]
    outside = BatchedOutside(journey(apart("a"), "which", bodies), HOUR, planner=Planner(configured(bodies)))
    outside.take(rows([(0, "a", 1)] * 4))
    assert outside.advance(SECOND).height == 2
    outside.withdraw({"j/1/p2"}, SECOND)
    assert outside.advance(HOUR)["key"].to_list() == ["j/1/p3/a/1"]
    assert outside.due is None


@settings(max_examples=100, deadline=None)
@given(
    bodies=st.sampled_from(
        [
            [action("a", throttling={"maxThroughput": 1})],
            [action("a", throttling={"maxThroughput": 2})],
            [action("a", on_capped="queue"), endpoint("/a", **capping(3, 4))],
        ]
    ),
    calls=st.lists(st.tuples(st.integers(1, 6), st.integers(0, 12)), min_size=1, max_size=7),
)
def test_who_waits_behind_calls_that_are_not_made_moves_up(
    bodies: list[dict[str, object]], calls: list[tuple[int, int]]
) -> None:
    """Each second so many calls come, then the runs of some that came before are ended."""
    batched = BatchedOutside(journey(apart("a"), "which", bodies), HOUR, planner=Planner(configured(bodies)))
    straight = StubbedOutside(planner=Planner(configured(bodies)))
    found: list[list[pl.DataFrame]] = [[], []]
    every = rows([(second * SECOND, "a", 1) for second, (count, _) in enumerate(calls) for _ in range(count)])
    for second, (_, ended) in enumerate(calls):
        now = second * SECOND
        fresh = every.filter(pl.col("decided").to_physical() == now)
        straight.take(fresh, now)
        if fresh.height:
            batched.take(fresh)
        for made, outside in zip(found, (batched, straight), strict=True):
            while (told := outside.advance(now)).height:
                made.append(told)
            outside.withdraw({f"j/1/p{number}" for number in range(ended % 5, every.height, 1 + ended % 4)}, now)
    for made, outside in zip(found, (batched, straight), strict=True):
        while (told := outside.advance(9 * HOUR)).height:
            made.append(told)
    ours, theirs = (pl.concat([empty(OUTCOME_COLUMNS), *made]).sort("key") for made in found)
    assert ours.equals(theirs)


@pytest.mark.parametrize("most", [1, 3, 5, 100])
def test_calls_that_follow_upon_each_other_take_slots_in_order_of_time(most: int) -> None:
    """Each answer to ``a`` leads to a call of ``b`` at once, which shares the slots of ``a``."""
    bodies = [action("a"), action("b"), endpoint("/*", **capping(most, 60))]
    activities = {
        "a": {"type": "custom_action", "action": "a", "values": {"n": 1}, "then": "b"},
        "b": {"type": "custom_action", "action": "b", "values": {"n": 1}},
    }
    outside = BatchedOutside(journey(activities, "a", bodies), HOUR, planner=Planner(configured(bodies)))
    outside.take(rows([(number * SECOND, "a", 1) for number in range(40)]))
    made: list[tuple[int, str]] = []
    while (found := outside.advance(HOUR)).height:
        good = found.filter(result="ok")
        made += [(int(at), key) for at, key in zip(good["time"].to_physical(), good["key"], strict=True)]
        follow = [(at, key.replace("/a/", "/b/")) for at, key in made if "/a/" in key and key in set(good["key"])]
        if follow:
            again = rows([(at, "b", 1) for at, _ in follow]).with_columns(key=pl.Series([key for _, key in follow]))
            outside.take(again)
    count = most
    wanted = []
    for number in range(40):
        for name in "ab":
            if count and (name == "a" or (wanted and wanted[-1] == (number * SECOND, f"j/1/p{number}/a/1"))):
                wanted.append((number * SECOND, f"j/1/p{number}/{name}/1"))
                count -= 1
    assert sorted(made) == sorted(wanted)
