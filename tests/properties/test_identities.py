"""Random people under random ids, linked in any order: the workspace ends where a naive union of ids says."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcours.core.clock import SECOND
from parcours.core.facts import INSTANT, DefinitionChange
from parcours.core.schema import DECIMAL, INTEGER, STRING, Schema
from parcours.engines import commits
from parcours.engines.local import LocalRunner
from parcours.flow.ingest import Inbox
from parcours.flow.journeys.definitions import read_journey
from parcours.language.reference import Person, evaluate
from parcours.language.rules.parse import parse_rule
from parcours.language.tree_json import to_json
from parcours.store.log import Log
from parcours.store.snapshots import SnapshotStore

#: Two journeys: one that lets people in once at a time, and one that takes every purchase.
JOURNEYS = (
    {
        "journey": "hello",
        "entry": {"segment": "recent", "on": "enter"},
        "reentry": {"allowed": True},
        "start": "pause",
        "activities": {
            "pause": {"type": "wait", "for": "7 seconds", "then": "again"},
            "again": {"type": "wait_for_event", "event": "buy", "timeout": "9 seconds", "then": "e", "on_timeout": "e"},
            "e": {"type": "end"},
        },
    },
    {
        "journey": "each",
        "entry": {"event": "buy"},
        "reentry": {"allowed": True},
        "on_entry_inside": "parallel",
        "start": "pause",
        "activities": {"pause": {"type": "wait", "for": "9 seconds", "then": "e"}, "e": {"type": "end"}},
    },
)
#: Where a tick can be cut off.
POINTS = ("ticked", "before-commit", "after-commit", "before-delivery", "before-forget")
SCHEMA = Schema({"age": INTEGER, "city": STRING}, {"buy": {"total": DECIMAL}, "view": {"page": STRING}})
RULES = {
    "big": {"event": "buy", "sum": "total", "at_least": 20},
    "recent": {"event": "buy", "in_last": "20 seconds"},
    "idle": {"none": [{"event": "view"}]},
    "adult": {"attribute": "age", "at_least": 18},
    "here": {"all": [{"attribute": "city", "is": "x"}, {"segment": "recent"}]},
    "last": {"compare": {"left": {"event": "buy", "last": "total"}, "op": ">", "right": {"value": 9}}},
}
TREES = {name: parse_rule(rule, SCHEMA, [*RULES]) for name, rule in RULES.items()}
IDS = ["a", "b", "c", "u", "v", "w"]


@dataclass(frozen=True)
class Thing:
    """An event, a change of attributes, a link, or the request to take the last merge back."""

    what: str
    id: str
    at: int
    number: int
    value: int = 0
    into: str = ""


@dataclass
class Human:
    name: str
    events: list[Thing] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)


class Naive:
    """Who is who, with lists and dictionaries."""

    def __init__(self) -> None:
        self.people: list[Human] = []
        self.owners: dict[str, list[tuple[int, Human]]] = {}

    def owner(self, id_: str, at: int | None = None) -> Human | None:
        owners = self.owners.get(id_)
        if not owners:
            return None
        return [human for since, human in owners if at is None or since <= at or since < 0][-1]

    def somebody(self, id_: str, at: int | None = None) -> Human:
        human = self.owner(id_, at)
        if human is None:
            human = Human(id_)
            self.people.append(human)
            self.owners[id_] = [(-1, human)]
        return human

    def link(self, kind: str, id_: str, into: str, at: int) -> None:
        if id_ == into:
            return
        one, other = self.owner(id_, at if kind == "identify" else None), self.owner(into)
        if one is other and one is not None:
            return
        shared = kind == "identify" and one is not None and one.name != id_
        if other is None and (one is None or shared):
            other = self.somebody(into)
        if other is None:
            assert one is not None
            self.owners[into], one.name = [(-1, one)], into
        elif one is None:
            self.owners[id_] = [(-1, other)]
        elif shared:
            self.owners[id_].append((at, other))
            self.owners[id_].sort(key=lambda pair: pair[0])
        else:
            self.merge(one, other)

    def merge(self, one: Human, other: Human) -> None:
        other.events += one.events
        other.attributes = {**one.attributes, **other.attributes}
        self.people.remove(one)
        for owners in self.owners.values():
            owners[:] = [(since, other if human is one else human) for since, human in owners]

    def take(self, things: Sequence[Thing]) -> None:
        for thing in sorted(things, key=lambda thing: thing.at):  # a file of links is in order of time
            if thing.what in ("identify", "alias", "merge"):
                self.link(thing.what, thing.id, thing.into, thing.at)
        for thing in things:
            if thing.what in ("age", "city"):
                value = thing.value if thing.what == "age" else "xy"[thing.value % 2]
                self.somebody(thing.id, thing.at).attributes[thing.what] = value
        for thing in things:
            if thing.what in ("buy", "view"):
                self.somebody(thing.id, thing.at).events.append(thing)

    def members(self, now: int) -> dict[str, set[str]]:
        return {name: {h.name for h in self.people if self.is_in(name, h, now)} for name in RULES}

    def is_in(self, name: str, human: Human, now: int) -> bool:
        events: dict[str, list[Mapping[str, Any]]] = {"buy": [], "view": []}
        for thing in sorted(human.events, key=lambda thing: thing.at):
            payload = {"total": float(thing.value)} if thing.what == "buy" else {"page": "p"}
            events[thing.what].append({"_time": thing.at * SECOND, **payload})
        person = Person(human.attributes, events, lambda segment: self.is_in(segment, human, now))
        return bool(evaluate(TREES[name], person, now * SECOND))


class Cut(Exception):
    """A process that ended in the middle."""


class Place:
    """A workspace of its own."""

    def __init__(self, folder: Path, journeys: bool = False) -> None:
        self.log = Log.open(folder / "history.duckdb")
        self.inbox = Inbox(folder / "inbox")
        self.snapshots = SnapshotStore(folder / "snapshots")
        self.runner = LocalRunner(self.log, self.inbox, self.snapshots)
        self.runner.declare(SCHEMA)
        changes = [DefinitionChange("segment", n, 1, "publish", {"rule": to_json(tree)}) for n, tree in TREES.items()]
        for shape in JOURNEYS if journeys else ():
            body = read_journey(shape, SCHEMA, [*RULES], 1).to_json()
            changes.append(DefinitionChange("journey", str(shape["journey"]), 1, "publish", body))
        self.runner.publish(changes, 0)

    def put(self, things: Sequence[Thing]) -> None:
        for thing in things:
            head = {"_profile_id": [thing.id], "_time": instants([thing.at])}
            match thing.what:
                case "buy" | "view":
                    values = {"total": [float(thing.value)]} if thing.what == "buy" else {"page": ["p"]}
                    self.inbox.put_events(
                        thing.what, pl.DataFrame({"_event_id": [f"e{thing.number}"], **head, **values})
                    )
                case "age" | "city":
                    value = thing.value if thing.what == "age" else "xy"[thing.value % 2]
                    self.inbox.put_profiles(pl.DataFrame({**head, "_set": [[thing.what]], thing.what: [value]}))
        links = [thing for thing in things if thing.what in ("identify", "alias", "merge")]
        if links:
            columns = {"id": [t.id for t in links], "into": [t.into for t in links], "kind": [t.what for t in links]}
            numbers = [f"m{thing.number}" for thing in links]
            self.inbox.put_links(
                pl.DataFrame({**columns, "_time": instants([t.at for t in links]), "message_id": numbers})
            )

    def restart(self, *, snapshot: bool) -> None:
        self.runner.close(snapshot=snapshot)
        if not snapshot:
            self.snapshots.drop_all()
        self.runner = LocalRunner(self.log, self.inbox, self.snapshots)

    def tick(self, now: int, cut: str = "") -> None:
        """A live tick; cut off at a point, it is done again by the process after it."""

        def crash(point: str) -> None:
            if point == cut:
                raise Cut

        self.runner._crash = crash
        try:
            self.runner.live_tick(now * SECOND)
            self.runner._crash = lambda point: None
        except Cut:
            self.runner = LocalRunner(self.log, self.inbox, self.snapshots)
            self.runner.live_tick(now * SECOND)

    def everything(self) -> list[object]:
        """All that there is, by the names that people know."""
        state = self.runner.state
        runs = []
        for journey in state.journeys.journeys:
            found = state.journeys.where(journey).drop("_profile")
            ids = state.ids(state.journeys.where(journey)["_profile"].to_numpy()).alias("id")
            runs.append(found.with_columns(ids).sort("id", "number", "entered").to_dicts())
        names = state.journeys.names.rows.drop("profile", "number").sort(pl.all()).rows()
        logged = [self.log.query(question).rows() for question in QUESTIONS]
        return [self.members(), runs, names, *logged]

    def members(self) -> dict[str, set[str]]:
        state = self.runner.state
        return {name: {*state.ids(state.segments.bits.members(name)).to_list()} for name in RULES}

    def logged(self) -> dict[str, set[str]]:
        return {name: {*self.log.members(name)["_profile_id"].to_list()} for name in RULES}


QUESTIONS = (
    "select _event_id, _profile_id, _time from buy order by all",
    "select _profile_id, age, city from profiles order by all",
    "select _profile_id, segment, status, effective, cause from qualifications order by all",
    "select _profile_id, run, activity, kind, outcome, time from journey_steps order by all",
    "select kind, id, was, merge, _time, reason, message_id from identities order by all",
)


@contextmanager
def place(*, journeys: bool = False) -> Iterator[Place]:
    with tempfile.TemporaryDirectory() as folder:
        found = Place(Path(folder), journeys)
        try:
            yield found
        finally:
            found.runner.close(snapshot=False)
            found.log.close()


def instants(seconds: Sequence[int]) -> pl.Series:
    return pl.Series([at * SECOND for at in seconds], dtype=pl.Int64).cast(INSTANT)


@st.composite
def lives(draw: st.DrawFn, longest: int = 14) -> list[list[Thing]]:
    """Batches of things, in order of time or nearly so."""
    things = []
    for number in range(draw(st.integers(1, longest))):
        what = draw(st.sampled_from(["buy", "view", "age", "city", "identify", "identify", "alias", "merge"]))
        id_, into = draw(st.sampled_from(IDS)), draw(st.sampled_from(IDS))
        at = max(1, number * 2 - draw(st.sampled_from([0, 0, 0, 1, 5])))
        things.append(Thing(what, id_, at, number, draw(st.integers(0, 30)), into))
    cuts = sorted(draw(st.sets(st.integers(1, len(things)), max_size=4)) | {len(things)})
    return [things[low:high] for low, high in zip([0, *cuts[:-1]], cuts, strict=True)]


QUIET = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@QUIET
@given(lives(), st.lists(st.sampled_from(["", "snapshot", "log"]), min_size=5, max_size=5))
def test_members_are_those_of_the_naive_union(batches: list[list[Thing]], restarts: list[str]) -> None:
    naive = Naive()
    with place() as here:
        now = 0
        for batch, again in zip(batches, [*restarts, *[""] * len(batches)], strict=False):
            now = max(now, *(thing.at for thing in batch))
            here.put(batch)
            here.runner.live_tick(now * SECOND)
            naive.take(batch)
            assert here.members() == naive.members(now)
            assert here.logged() == here.members()
            assert {*here.log.query("select _profile_id from profiles")["_profile_id"]} == {
                h.name for h in naive.people
            }
            if again:
                here.restart(snapshot=again == "snapshot")
                assert here.members() == naive.members(now)
        here.restart(snapshot=False)
        assert here.members() == naive.members(now)
        here.runner.live_tick((now + 100) * SECOND)
        assert here.members() == naive.members(now + 100)
        check_ids(here, naive)


def check_ids(here: Place, naive: Naive) -> None:
    found = here.log.resolve([*naive.owners])
    assert found["_profile_id"].to_list() == [naive.owners[id_][-1][1].name for id_ in naive.owners]
    register = here.runner.state.register
    for human in naive.people:
        (number,) = register.known(pl.Series([human.name])).tolist()
        mine = {id_ for id_, owners in naive.owners.items() if owners[-1][1] is human}
        assert {*register.all_ids(number)} == mine


@QUIET
@given(lives())
def test_a_replay_ends_where_live_operation_does(batches: list[list[Thing]]) -> None:
    things = [replace(thing, at=2 * place) for place, thing in enumerate(t for batch in batches for t in batch)]
    with place() as live, place() as played:
        for thing in things:
            live.put([thing])
            live.runner.live_tick(thing.at * SECOND)
        played.put(things)
        played.runner.replay([thing.at * SECOND for thing in things])
        assert played.members() == live.members()
        sql = "select _event_id, _profile_id from buy order by all"
        assert played.log.query(sql).equals(live.log.query(sql))
        sql = "select _profile_id, age, city from profiles order by all"
        assert played.log.query(sql).equals(live.log.query(sql))
        sql = "select _profile_id, segment, status, effective, cause from qualifications order by all"
        assert played.log.query(sql).rows() == live.log.query(sql).rows()


@QUIET
@given(lives(longest=20), st.lists(st.sampled_from(["", *POINTS]), min_size=5, max_size=5), st.booleans())
def test_journeys_survive_whatever_happens(batches: list[list[Thing]], cuts: list[str], back: bool) -> None:
    """Cut off anywhere and begun again, with a snapshot or without, the state is that of who was left alone."""
    large = 0 if back else commits.LARGE  # written while it is computed, or afterwards
    with (
        patch.object(commits, "LARGE", large),
        place(journeys=True) as calm,
        place(journeys=True) as shaken,
    ):
        now = 0
        for batch, cut in zip(batches, cuts, strict=False):
            now = max(now, *(thing.at for thing in batch))
            for here in (calm, shaken):
                here.put(batch)
            calm.tick(now)
            shaken.tick(now, cut)
            merges = calm.log.merges().filter(pl.col("unmerged").is_null())["merge"].to_list()
            if back and merges:
                for here in (calm, shaken):
                    here.inbox.put_unmerges(merges[-1:])
                    here.tick(now + 1)
                now += 1
        assert shaken.everything() == calm.everything()
        shaken.restart(snapshot=True)
        assert shaken.everything() == calm.everything()
        shaken.restart(snapshot=False)
        for here in (calm, shaken):
            here.tick(now + 60)
        assert shaken.everything() == calm.everything()


@QUIET
@given(lives(longest=8), st.booleans())
def test_a_merge_taken_back_never_was(batches: list[list[Thing]], restart: bool) -> None:
    things = [thing for batch in batches for thing in batch]
    things.append(Thing("age", "a", 30, 90, 7))
    things.append(Thing("age", "u", 30, 91, 40))
    with place() as here:
        here.put(things)
        here.runner.live_tick(40 * SECOND)
        sql = "select _event_id, _profile_id from {} order by all"
        facts = ("buy", "view")
        before = here.members(), [here.log.query(sql.format(name)).rows() for name in facts]
        attributes = "select _profile_id, age, city from profiles order by all"
        profiles = here.log.query(attributes).rows()
        here.put([Thing("merge", "a", 40, 92, 0, "u")])
        here.runner.live_tick(40 * SECOND)
        merges = here.log.merges().filter(pl.col("message_id") == "m92")
        if merges.height:
            if restart:
                here.restart(snapshot=False)
            here.inbox.put_unmerges(merges["merge"].to_list())
            here.runner.live_tick(40 * SECOND)
        assert (here.members(), [here.log.query(sql.format(name)).rows() for name in facts]) == before
        assert here.logged() == before[0]
        assert here.log.query(attributes).rows() == profiles
        if restart:
            here.restart(snapshot=False)
            assert here.members() == before[0]
