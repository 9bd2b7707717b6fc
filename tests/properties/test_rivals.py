"""Journeys that hear the same events and share caps: who goes first is told by priority, entry and id alone."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.core.clock import HOUR, iso
from tests.flow.journeys.playing import T0, Shape, World, by_run, forks, in_batches, one_by_one, rows_of
from tests.flow.journeys.stage import Row, Stage, definition
from tests.properties.journey_worlds import STEP, rule_sets
from tests.properties.test_journeys import Both, Part, cuts, unhurried

WHO = ("P0", "P1", "P2")
priorities = st.sampled_from([0, 0, 0, 0, 10, 20])
lengths = st.sampled_from(["30 minutes", "1 hour", "2 hours"])


@st.composite
def rivals(draw: st.DrawFn, *, alone: bool = True) -> World:
    """Three journeys or four that everybody may be in at once, most of their mails over one cap."""
    bodies = [draw(_rival(id_)) for id_ in ("c", "b", "d")]
    if draw(st.booleans()):
        bodies.append(draw(_read()))
    for body in bodies:
        definition(body)
    people = {
        id_: {
            "email": f"{id_.lower()}@example.org",
            "size": 0,
            "tier": None,
            "silver": number > 0,
            "gold": draw(st.booleans()),
        }
        for number, id_ in enumerate(WHO)
    }
    return World(people, bodies, draw(_inputs(alone)))


@st.composite
def _rival(draw: st.DrawFn, id_: str) -> Shape:
    body: Shape = {"journey": id_, "entry": {"event": "visit"}, "priority": draw(priorities)}
    if draw(st.integers(0, 3)) == 0:
        body["entry"] = {"segment": "silver", "on": "both"}
    elif draw(st.integers(0, 2)) == 0:
        body["entry"]["supplemental"] = "order"
    else:
        body["entry"]["where"] = {"field": "total", "at_least": draw(st.integers(0, 2))}
    body["reentry"] = {"wait": draw(st.sampled_from(["0 s", "30 minutes"]))}
    body["rule_sets"] = draw(st.sampled_from([[], [], [], ["once"], ["two"]]))
    body["on_entry_inside"] = draw(st.sampled_from(["drop", "parallel", "parallel", "queue", "restart"]))
    if draw(st.integers(0, 4)) == 0:
        body["exit_when"] = [{"event": "purchase", "where": {"field": "total", "at_least": 3}}]
    return body | draw(_chains())


@st.composite
def _read(draw: st.DrawFn) -> Shape:
    schedule: Shape = {"at": iso(T0 + draw(st.integers(0, 8)) * STEP)}
    if draw(st.booleans()):
        schedule |= {"type": "recurring", "every": "4 hours", "until": iso(T0 + 11 * HOUR)}
    body: Shape = {"journey": "a", "entry": {"read": "gold", "schedule": schedule}, "priority": draw(priorities)}
    return body | {"rule_sets": draw(st.sampled_from([[], ["once"]]))} | draw(_chains())


@st.composite
def _chains(draw: st.DrawFn) -> Shape:
    """Activities one behind the other; who comes second is sent nothing, or sees what the first one wrote."""
    shapes: list[Shape] = []
    does = st.lists(st.sampled_from(["mails", "marks", "asks"]), min_size=1, max_size=3)
    for _ in range(draw(st.integers(1, 3))):
        for kind in [draw(st.sampled_from(["hears", "hears", "hears", "waits"])), *draw(does)]:
            shapes.append(draw(_activity(kind, len(shapes))))
    last = {"type": "wait", "for": "1 hour", "then": f"a{len(shapes) + 1}"}
    names = (f"a{number}" for number in range(len(shapes) + 2))
    return {"start": "a0", "activities": dict(zip(names, [*shapes, last, {"type": "end"}], strict=True))}


@st.composite
def _activity(draw: st.DrawFn, kind: str, number: int) -> Shape:
    following, then = f"a{number + 1}", {"then": f"a{number + 1}"}
    match kind:
        case "hears":
            timeout = {"timeout": draw(lengths)} if draw(st.integers(0, 3)) == 0 else {}
            return {"type": "wait_for_event", "event": "purchase", **timeout, **then}
        case "waits":
            return {"type": "wait", "for": draw(lengths), **then}
        case "mails":
            mail = {"to": "{{ profile.email }}", "subject": "s", "body": "b", "rule_sets": ["few"]}
            return {"type": "email", **mail, **then}
        case "marks":
            return {"type": "update_profile", "values": {"size": draw(st.integers(0, 3))}, **then}
    rule = {"attribute": "size", "at_least": draw(st.integers(1, 3))}
    path = {"label": "p", "when": rule, "to": following}
    return {"type": "condition", "paths": [path], "otherwise": f"a{number + 2}"}


@st.composite
def _inputs(draw: st.DrawFn, alone: bool) -> list[tuple[int, Shape]]:
    """Rule sets, and on a grid of half hours people who visit, buy, and come to the segment or leave it."""
    kinds = st.sampled_from(["visit", "visit", "purchase", "purchase", "silver"])
    rows = st.tuples(st.sampled_from(WHO[:2]), st.integers(0, 20), kinds, st.integers(0, 3), st.sampled_from("xy"))
    inputs = [*rule_sets()]
    key = slice(2 if alone else 3)  # one thing an instant, or events of different types
    unique: Any = draw(st.lists(rows, min_size=12, max_size=24, unique_by=lambda row: row[key]))
    for number, (id_, slot, kind, total, order) in enumerate(unique):
        at = T0 + slot * STEP
        if kind == "silver":
            inputs.append((at, {"set": [[id_, at, {"silver": total > 1}]]}))
        else:
            inputs.append((at, {"events": [[kind, id_, at, f"e{number}", {"total": total, "order": order}]]}))
    inputs.sort(key=lambda entry: (entry[0], "set" in entry[1]))
    return inputs


@given(rivals(), st.integers(-1, 3))
@settings(max_examples=15, deadline=None, database=None, suppress_health_check=unhurried)
def test_one_by_one_the_runtime_equals_the_interpreter(world: World, reload_at: int) -> None:
    both = Both(world, reload_at)
    one_by_one(world, both.stage, both.play)


@given(rivals(alone=False), cuts, st.integers(-1, 3))
@settings(max_examples=15, deadline=None, database=None, suppress_health_check=unhurried)
def test_in_batches_the_runtime_equals_the_interpreter(world: World, moments: list[int], reload_at: int) -> None:
    in_batches(world, moments, Both(world, reload_at).play)


@given(rivals(alone=False), cuts, st.permutations(WHO), st.permutations(range(3)), st.integers(0, 3))
@settings(max_examples=20, deadline=None, database=None, suppress_health_check=unhurried)
def test_neither_partition_nor_the_order_of_publication_makes_a_difference(
    world: World, moments: list[int], people: list[str], order: list[int], cut: int
) -> None:
    parts = [Part(mine) for mine in (people[:cut], people[cut:])]
    other = World(world.people, [*world.bodies[3:], *(world.bodies[index] for index in order)], world.inputs)
    whole, expected = list[Row](), list[Row]()

    def play(shape: dict[str, Any]) -> list[Row]:
        steps, deliveries = rows_of(stage.tick(shape))
        whole.extend(steps)
        return deliveries

    def play_parts(shape: dict[str, Any]) -> list[Row]:
        found = [part.play(shape) for part in parts]
        expected.extend(row for rows, _ in found for row in rows)
        return [row for _, rows in found for row in rows]

    stage = Stage()
    in_batches(world, moments, play)
    in_batches(other, moments, play_parts)
    assert by_run(whole, forked=forks(world)) == by_run(expected, forked=forks(world))
