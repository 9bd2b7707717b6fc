"""Small worlds of journeys for properties: random graphs, histories and controls, and how they are played in ticks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from parcours.core.clock import HOUR, MINUTE, iso
from parcours.core.errors import DefinitionError
from tests.flow.journeys.interpreter import reached
from tests.flow.journeys.playing import T0, Shape, World
from tests.flow.journeys.stage import definition

STEP = HOUR // 2
LAST = 24
PEOPLE = ("P0", "P1", "P2")

#: Activities that call outside, or whose effects come back with the next tick: where ticks are cut shows.
LATE = frozenset({"custom_action", "source", "profile_cap", "wait_for_signal", "send_event"})
KINDS = (
    *("wait", "wait", "wait_at", "wait_when", "wait_for_event", "wait_for_event", "wait_for_event", "look_back"),
    *("wait_for_segment", "wait_for_signal", "condition", "condition", "source", "split", "time_condition"),
    *("date_condition", "profile_cap", "email", "email", "sms", "custom_action", "custom_action", "update_profile"),
    *("send_event", "jump", "call", "fork", "fork", "join", "join", "loop", "loop", "add_to_list", "remove_from_list"),
    *("choose_channel", "end"),
)


# --- journeys ------------------------------------------------------------------------------------------------

_lengths = st.sampled_from([f"{minutes} minutes" for minutes in (15, 30, 60, 90, 180)])


@st.composite
def graphs(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS, trigger: str | None = "visit") -> Shape:
    """Start and activities: every edge but the way back of a loop leads to a later one."""
    types = draw(st.lists(st.sampled_from(kinds), min_size=2, max_size=9))
    names = [f"a{index}" for index in range(len(types))]
    parking = [kind.startswith("wait") or kind == "look_back" for kind in types]

    def target(index: int) -> Any:
        ahead = names[index + 1 :]
        if not ahead:
            return None
        standing = [name for name, parks in zip(ahead, parking[index + 1 :], strict=True) if parks]
        options: list[Any] = [*ahead[:2], *ahead[:2], *ahead, None]
        if len(standing) > 1:
            options += [standing[:2], standing[-2:], standing[:3]]
        return draw(st.sampled_from(options))

    activities = {}
    for index, (name, kind) in enumerate(zip(names, types, strict=True)):
        earlier = list(zip(names[:index], types[:index], strict=True))
        shape = draw(_activity(kind, earlier, trigger))
        for setting in _ways("end" if shape["type"] == "end" else kind, shape):
            to = target(index)
            if to is not None:
                shape[setting] = to
        for path in shape.get("paths", ()):
            path["to"] = target(index)
        if kind == "fork":
            ahead = names[index + 1 :]
            shape["branches"] = [draw(st.sampled_from(ahead[:4] or [name])) for _ in range(draw(st.integers(2, 3)))]
        activities[name] = _without_null_paths(shape)
    start: Any = names[0]
    if parking[0] and len(names) > 1 and parking[1] and draw(st.booleans()):
        start = names[:2]
    return {"start": start, "activities": _tidy(start, activities)}


def _ways(kind: str, shape: Shape) -> list[str]:
    if kind in ("end", "split", "fork"):
        return []
    if kind in ("condition", "source", "time_condition", "date_condition"):
        return ["otherwise", "on_error"] if kind == "source" else ["otherwise"]
    found = ["then"]
    if kind in ("custom_action", "jump", "call"):
        found.append("on_error")
    if kind == "custom_action" or "timeout" in shape:
        found.append("on_timeout")
    return found + (["otherwise"] if kind == "profile_cap" else [])


def _without_null_paths(shape: Shape) -> Shape:
    if "paths" in shape:
        shape["paths"] = [{key: value for key, value in path.items() if value is not None} for path in shape["paths"]]
    return shape


@st.composite
def _activity(draw: st.DrawFn, kind: str, earlier: list[tuple[str, str]], trigger: str | None) -> Shape:
    """One activity without its ways out."""
    match kind:
        case "wait":
            spread = {"spread": "1 hour"} if draw(st.integers(0, 5)) == 0 else {}
            return {"type": "wait", "for": draw(_lengths), **spread}
        case "wait_at":
            days = {"weekdays": ["mon", "wed"]} if draw(st.integers(0, 3)) == 0 else {}
            return {"type": "wait", "time_of_day": draw(st.sampled_from(["12:00", "15:30"])), **days}
        case "wait_when":
            return {"type": "wait", "for": draw(_lengths), "when": draw(_rules(earlier, trigger))}
        case "wait_for_event" | "look_back":
            shape: Shape = {"type": "wait_for_event", "event": draw(st.sampled_from(["purchase", "purchase", "visit"]))}
            if draw(st.booleans()):
                shape["timeout"] = draw(_lengths)
            if draw(st.integers(0, 2)) == 0:
                shape["where"] = {"field": "total", "at_least": draw(st.integers(0, 2))}
            if kind == "look_back":
                shape["look_back"] = draw(st.sampled_from(["entry", "1 hour"]))
            return shape
        case "wait_for_segment":
            timeout = {"timeout": draw(_lengths)} if draw(st.booleans()) else {}
            on = draw(st.sampled_from(["enter", "exit", "both"]))
            return {"type": kind, "segment": "silver", "on": on, **timeout}
        case "wait_for_signal":
            messages = [name for name, other in earlier if other in ("email", "sms")]
            if not messages:
                return {"type": "wait", "for": "30 minutes"}
            timeout = {"timeout": draw(_lengths)} if draw(st.booleans()) else {}
            signal = draw(st.sampled_from(["opened", "opened", "sent"]))
            return {"type": kind, "of": draw(st.sampled_from(messages)), "signal": signal, **timeout}
        case "condition":
            rules = draw(st.lists(_rules(earlier, trigger), min_size=1, max_size=2))
            return {"type": kind, "paths": [{"label": f"p{n}", "when": rule} for n, rule in enumerate(rules)]}
        case "source":
            rule = draw(_rules(earlier, trigger))
            return {"type": "condition", "source": {"name": "shop"}, "paths": [{"label": "p", "when": rule}]}
        case "split":
            sticky = {"sticky": True} if draw(st.booleans()) else {}
            return {"type": kind, "paths": [{"label": "x", "percent": 40}, {"label": "y", "percent": 60}], **sticky}
        case "time_condition":
            return {
                "type": kind,
                "paths": [{"label": "p", "from": draw(st.sampled_from(["11:00", "22:00"])), "until": "13:00"}],
            }
        case "date_condition":
            first, last = T0 + 2 * HOUR, T0 + 5 * HOUR
            return {"type": kind, "paths": [{"label": "p", "from": iso(first)[:19], "until": iso(last)[:19]}]}
        case "profile_cap":
            return {"type": kind, "most": draw(st.integers(1, 3))}
        case "email":
            body = "{{ event.total }}" if trigger is not None and draw(st.booleans()) else "plain"
            sets = {"rule_sets": [draw(st.sampled_from(["night", "few"]))]} if draw(st.booleans()) else {}
            return {"type": kind, "to": "{{ profile.email }}", "subject": "s", "body": body, **sets}
        case "sms":
            return {"type": kind, "to": "{{ profile.phone }}", "text": "t"}
        case "custom_action":
            consent = {"consent": "email"} if draw(st.integers(0, 4)) == 0 else {}
            values = {"values": {"n": {"journey": f"@{{{trigger}.total}}"}}} if trigger and draw(st.booleans()) else {}
            return {"type": kind, "action": "crm", **consent, **values}
        case "update_profile":
            number = (
                {"journey": f"@{{{trigger}.total}}"} if trigger and draw(st.booleans()) else draw(st.integers(0, 3))
            )
            return {"type": kind, "values": draw(st.sampled_from([{"tier": "new"}, {"size": number}]))}
        case "send_event":
            return {"type": kind, "event": draw(st.sampled_from(["ping", "purchase"])), "values": {"total": 2}}
        case "jump" | "call":
            heard = trigger is not None and draw(st.booleans())
            total = {"journey": f"@{{{trigger}.total}}"} if heard else draw(st.integers(0, 3))
            return {"type": kind, "journey": "k", "values": {"total": total}}
        case "loop":
            if not earlier:
                return {"type": "end"}
            again = draw(st.sampled_from([name for name, _ in earlier]))
            until = {"until": draw(_rules(earlier, trigger))} if draw(st.booleans()) else {}
            return {"type": kind, "again": again, "times": draw(st.integers(1, 2)), **until}
        case "add_to_list" | "remove_from_list":
            return {"type": kind, "list": "news"}
        case "choose_channel":
            mail = {"to": "{{ profile.email }}", "subject": "s", "body": "b"}
            text = {"to": "{{ profile.phone }}", "text": "t"}
            ranking = draw(st.permutations(["email", "sms"]))
            sets = {"rule_sets": ["few"]} if draw(st.booleans()) else {}
            return {"type": kind, "ranking": ranking, "messages": {"email": mail, "sms": text}, **sets}
    return {"type": kind}


@st.composite
def _rules(draw: st.DrawFn, earlier: list[tuple[str, str]], trigger: str | None) -> Shape:
    """A rule about a run: attributes, membership, events heard, answers, the last error."""
    options: list[Shape] = [
        {"attribute": "size", "at_least": draw(st.integers(0, 3))},
        {"attribute": "tier", "is": "new"},
        {"segment": "gold"},
    ]
    least = draw(st.integers(0, 3))
    if trigger is not None:
        options.append({"journey": f"@{{{trigger}.total}} >= {least}"})
    if any(kind in ("wait_for_event", "look_back") for _, kind in earlier):
        options.append({"journey": f"@{{purchase.total}} >= {least}"})
    asked = [name for name, kind in earlier if kind == "custom_action"]
    if asked:
        options.append({"journey": f"@action{{{draw(st.sampled_from(asked))}.n}} >= {least}"})
        options.append({"journey": '@{journey.lastErrorCode} == "500"'})
    return draw(st.sampled_from(options))


def _tidy(start: Any, activities: dict[str, Shape]) -> dict[str, Shape]:
    """Only what can be reached; loops that lead back to nothing before them, forks without branches become ends."""
    first = (start,) if isinstance(start, str) else tuple(start)
    while True:
        there = {*first, *reached(activities, first)}
        kept = {name: shape for name, shape in activities.items() if name in there}
        for name, shape in kept.items():
            if shape["type"] == "loop" and (shape["again"] not in kept or name not in reached(kept, (shape["again"],))):
                kept[name] = {"type": "end"}
            if shape["type"] == "fork" and name in shape["branches"]:
                kept[name] = {"type": "end"}
            of = shape.get("of", name)
            if of != name and (of not in kept or name not in reached(kept, (of,))):
                kept[name] = {"type": "wait", "for": "1 hour"}
        if kept == activities:
            return kept
        activities = kept


@st.composite
def journeys(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS) -> list[Shape]:
    """The journey ``j`` with an entry of any kind, and ``k`` that others may start; both can be read."""
    kind = draw(st.sampled_from(["event"] * 5 + ["segment"] * 2 + ["read", "read", "business_event"]))
    body: Shape = {"journey": "j", "entry": draw(_entries(kind)), **draw(_settings(kind))}
    body |= draw(graphs(kinds, {"event": "visit", "business_event": "stock"}.get(kind)))
    body.get("test", {})["waits"] = {next(iter(body["activities"])): "1 hour"}
    other_kinds = tuple(each for each in kinds if each not in ("jump", "call"))
    other: Shape = {"journey": "k", "entry": {"event": "ping"}, "reentry": {"wait": "0 s"}}
    other |= draw(graphs(other_kinds, "ping"))
    bodies = [body, other, *draw(_rivals())]
    for each in bodies:
        try:
            definition(each)
        except DefinitionError as error:
            REFUSED.append((each, [str(problem) for problem in error.problems or [error]]))
            assume(False)
    return bodies


@st.composite
def _rivals(draw: st.DrawFn) -> list[Shape]:
    """A journey that entries of others may be kept for."""
    if draw(st.integers(0, 2)):
        return []
    schedule: Shape = {"at": iso(T0 + draw(st.integers(2, 12)) * STEP)}
    if draw(st.booleans()):
        schedule |= {"type": "recurring", "every": "4 hours", "until": iso(T0 + 11 * HOUR)}
    dates = draw(st.sampled_from([{}, {}, {"starts": iso(T0 + 5 * HOUR)}, {"ends": iso(T0 + 5 * HOUR)}]))
    rival = {"journey": "a", "entry": {"read": "gold", "schedule": schedule}, "priority": 20, "rule_sets": ["once"]}
    pause = {"type": "wait", "for": draw(_lengths), "then": "mail"}
    mail = {"type": "email", "to": "{{ profile.email }}", "subject": "s", "body": "b", "rule_sets": ["few"]}
    return [{**rival, **dates, "start": "pause", "activities": {"pause": pause, "mail": mail}}]


#: Definitions that were generated and refused, for whoever tends the generator.
REFUSED: list[Any] = []


@st.composite
def _entries(draw: st.DrawFn, kind: str) -> Shape:
    when = {"when": {"attribute": "size", "at_least": 1}} if draw(st.integers(0, 5)) == 0 else {}
    match kind:
        case "event":
            where = {"where": {"field": "total", "at_least": 1}} if draw(st.booleans()) else {}
            second = {"supplemental": "order"} if draw(st.integers(0, 3)) == 0 else {}
            return {"event": "visit", **where, **second, **when}
        case "segment":
            members = {"include_members": True} if draw(st.booleans()) else {}
            return {"segment": "silver", "on": draw(st.sampled_from(["enter", "exit", "both"])), **members, **when}
        case "business_event":
            return {"business_event": "stock", "read": "gold", **when}
    schedule: Shape = {"at": iso(T0 + draw(st.integers(0, 4)) * STEP)}
    if draw(st.booleans()):
        schedule |= {"type": "recurring", "every": "3 hours", "until": iso(T0 + 9 * HOUR)}
        schedule |= draw(st.sampled_from([{}, {"incremental": True}, {"force_reentrance": True}]))
    spread = {"spread": "2 hours"} if draw(st.booleans()) else {}
    return {"read": "gold", "schedule": schedule, **spread, **when}


@st.composite
def _settings(draw: st.DrawFn, kind: str) -> Shape:
    def sometimes(shape: Shape, of: int = 4) -> Shape:
        return shape if draw(st.integers(0, of)) == 0 else {}

    found: Shape = {
        "reentry": {
            "allowed": draw(st.sampled_from([True, True, True, False])),
            "wait": draw(st.sampled_from(["0 s", "30 minutes", "2 hours"])),
        },
        **sometimes({"on_entry_inside": draw(st.sampled_from(["queue", "restart", "parallel"]))}, 1),
        **sometimes({"stay": draw(st.sampled_from(["2 hours", "5 hours"]))}, 2),
        **sometimes({"starts": iso(T0 + 2 * HOUR)}, 6),
        **sometimes({"ends": iso(T0 + 6 * HOUR), "at_end": draw(st.sampled_from(["close", "exit"]))}, 5),
        **sometimes({"holdout": 40}, 6),
        **sometimes({"priority": draw(st.sampled_from([10, 20, 30]))}, 1),
        **sometimes({"rule_sets": ["once"]}, 3),
        **sometimes({"rule_sets": ["two"]}, 6),
        **sometimes({"zone": {"profile": True, "otherwise": "Europe/Paris"}}, 3),
        **sometimes({"test": {"wait": "20 minutes"}}, 1),
    }
    exits = [{"event": "purchase", "where": {"field": "total", "at_least": 3}}, {"segment": "silver"}]
    if draw(st.integers(0, 3)) == 0:
        found["exit_when"] = draw(st.sampled_from([exits[:1], exits[1:] if kind != "segment" else exits[:1], exits]))
    return found


# --- what happens --------------------------------------------------------------------------------------------


@st.composite
def worlds(
    draw: st.DrawFn, kinds: tuple[str, ...] = KINDS, *, controls: bool = True, late: bool = True, people: int = 3
) -> World:
    """Journeys and a day of events, changes and controls on a half-hour grid, so that equal instants are frequent."""
    bodies = draw(journeys(kinds))
    ids = PEOPLE[:people]
    known = {id_: draw(_people(number)) for number, id_ in enumerate(ids)}
    inputs = [*rule_sets()]
    inputs += draw(_events(ids, late)) + draw(_changes(ids))
    if controls:
        inputs += draw(_controls(bodies, kinds))
    inputs.sort(key=lambda entry: (entry[0], "controls" in entry[1], "set" in entry[1]))
    return World(known, bodies, inputs, draw(_answers()))


@st.composite
def _people(draw: st.DrawFn, number: int) -> Shape:
    return {
        "email": f"p{number}@example.org",
        "phone": draw(st.sampled_from([None, f"+{number}"])),
        "size": draw(st.integers(0, 3)),
        "tier": None,
        "silver": draw(st.booleans()),
        "gold": draw(st.booleans()),
        "test_profile": draw(st.booleans()),
        "timezone": draw(st.sampled_from([None, "America/New_York"])),
        "consent_email": draw(st.sampled_from([None, None, False])),
        "lists": draw(st.sampled_from([None, ["news"], ["old"]])),
    }


def rule_sets() -> Iterator[tuple[int, Shape]]:
    night = {"type": "quiet_hours", "zone": "UTC", "weekly": [{"from": "13:00", "to": "14:30"}], "handling": "queue"}
    few = {"type": "channel_cap", "channels": ["email"], "cap": 2, "period": "daily"}
    once = {"type": "journey_entry_cap", "cap": 2, "period": "daily"}
    two = {"type": "journey_concurrency_cap", "cap": 1}
    for name, body in (("night", night), ("few", few), ("once", once), ("two", two)):
        yield T0, {"controls": [{"kind": "rule_set", "id": name, "action": "publish", "body": body}]}
    yield (
        T0,
        {"controls": [{"kind": "suppression", "id": "s", "action": "add", "body": {"addresses": ["p2@example.org"]}}]},
    )


@st.composite
def _events(draw: st.DrawFn, ids: tuple[str, ...], late: bool) -> list[tuple[int, Shape]]:
    kinds = st.sampled_from(["visit", "visit", "visit", "purchase", "purchase", "ping"])
    totals = st.one_of(st.none(), st.integers(0, 3))
    delay = st.sampled_from([-1, 0, 0, 0, 0, 1, 4]) if late else st.just(0)
    row = st.tuples(st.sampled_from(ids), st.integers(0, LAST - 4), kinds, totals, delay, st.sampled_from(["x", "y"]))
    found = {(id_, slot): (id_, slot, *rest) for id_, slot, *rest in draw(st.lists(row, min_size=4, max_size=16))}
    inputs: list[tuple[int, Shape]] = []
    for number, (id_, slot, kind, total, lag, order) in enumerate(found.values()):
        time = T0 + slot * STEP
        event = [kind, id_, time, f"e{number}", {"total": total, "order": order}]
        inputs.append((max(T0, time + lag * STEP), {"events": [event]}))
    for number, slot in enumerate(draw(st.lists(st.integers(0, LAST - 4), max_size=2, unique=True))):
        event = ["stock", None, T0 + slot * STEP, f"b{number}", {"total": number, "order": "x"}]
        inputs.append((T0 + slot * STEP, {"events": [event]}))
    return inputs


@st.composite
def _changes(draw: st.DrawFn, ids: tuple[str, ...]) -> list[tuple[int, Shape]]:
    values = st.one_of(
        st.builds(lambda on: {"silver": on}, st.booleans()),
        st.builds(lambda on: {"silver": on}, st.booleans()),
        st.builds(lambda on: {"gold": on}, st.booleans()),
        st.builds(lambda size: {"size": size}, st.integers(0, 3)),
        st.builds(lambda on: {"consent_email": on}, st.booleans()),
    )
    rows = draw(st.lists(st.tuples(st.sampled_from(ids), st.integers(1, LAST - 4), values), max_size=10))
    unique = {(id_, slot, next(iter(value))): value for id_, slot, value in rows}
    return [(T0 + slot * STEP, {"set": [[id_, T0 + slot * STEP, value]]}) for (id_, slot, _), value in unique.items()]


@st.composite
def _controls(draw: st.DrawFn, bodies: list[Shape], kinds: tuple[str, ...]) -> list[tuple[int, Shape]]:
    """What is done with the journey ``j``: as a story, so that it makes sense."""
    first, second = sorted(draw(st.lists(st.integers(1, LAST - 5), min_size=2, max_size=2, unique=True)))
    body = bodies[0]

    def control(slot: int, action: str, told: Shape | None = None, version: int | None = 1) -> tuple[int, Shape]:
        shape = {"kind": "journey", "id": "j", "version": version, "action": action, "body": told or {}}
        return T0 + slot * STEP, {"controls": [shape]}

    newer = {**body, **draw(graphs(kinds, {"event": "visit", "business_event": "stock"}.get(_kind(body))))}
    try:
        definition(newer)
    except DefinitionError:
        newer = body
    keeping = draw(
        st.sampled_from([{"profiles": "hold"}, {"profiles": "discard"}, {"profiles": "hold", "for": "2 hours"}])
    )
    leaving = {"when": {"attribute": "size", "at_least": 2}}
    stories = [
        [],
        [],
        [control(first, "close")],
        [control(first, "retry"), control(second, "retry")],
        [control(first, "stop"), control(second, "publish", newer, 2)],
        [control(first, "publish", newer, 2), control(second, "stop", {}, 1)],
        [control(first, "publish", newer, 2)],
        [control(first, "pause", keeping), control(second, "resume")],
        [control(first, "pause", keeping), control(second, "stop")],
        [control(first, "pause", keeping), control(first, "set_attribute_exit", leaving), control(second, "resume")],
        [control(0, "test_on", newer, 2), control(second, "test_off", {}, 2)],
        [control(first, "test_on", newer, 2), control(second, "publish", newer, 2)],
        [control(0, "dry_run_on", newer, 2), control(second, "dry_run_off", {}, 2)],
    ]
    return draw(st.sampled_from(stories))


def _kind(body: Shape) -> str:
    return next(kind for kind in ("business_event", "event", "segment", "read") if kind in body["entry"])


@st.composite
def _answers(draw: st.DrawFn) -> dict[str, list[tuple[str, int, Shape | None]]]:
    results = st.sampled_from(["ok", "ok", "ok", "http_500", "timedout", "capped"])
    delays = st.sampled_from([0, 0, 5 * MINUTE, STEP, 2 * HOUR])
    found = {}
    for name in [f"a{number}" for number in range(9)]:
        rows = draw(st.lists(st.tuples(results, delays, st.integers(0, 3)), min_size=1, max_size=2))
        found[name] = [(result, delay, {"n": n} if result == "ok" else None) for result, delay, n in rows]
    return found
