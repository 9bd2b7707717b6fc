"""What happened against what is expected: a line for every difference."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from parcours.core.clock import instant, iso
from tests.conformance.scenarios.seen import Action, Seen, Step


def differences(seen: Seen, case: Mapping[str, Any]) -> Iterator[str]:
    """Everything in which ``seen`` is not as expected. A key that is absent claims nothing."""
    for key, wanted in case["expect"].items():
        yield from _RULES[key](seen, wanted, case)


# --- paths ------------------------------------------------------------------------------------------------


def _paths(seen: Seen, wanted: Mapping[str, Any], case: Mapping[str, Any]) -> Iterator[str]:
    owners = _journey_of_nodes(case)
    for person in dict.fromkeys([*wanted, *seen.steps]):
        expected = _by_run(_written_step(step, owners) for step in wanted.get(person, ()))
        found = _by_run(seen.steps.get(person, ()))
        for run in dict.fromkeys([*expected, *found]):
            if expected.get(run) != found.get(run):
                journey, number = run
                left, right = _shown(found.get(run, ())), _shown(expected.get(run, ()))
                yield f"path of {person} in {journey} (run {number}): {left}; expected {right}"


def _definitions(case: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [case["journey"], *case.get("more_journeys", [])]


def _journey_of_nodes(case: Mapping[str, Any]) -> dict[str, str]:
    return {node["id"]: journey["id"] for journey in _definitions(case) for node in journey["nodes"]}


def _written_step(step: Mapping[str, Any], owners: Mapping[str, str]) -> Step:
    instance = step.get("instance", 1)
    return Step(owners.get(step["node"], "?"), step["node"], instant(step["at"]), instance, step.get("via"))


def _by_run(steps: Any) -> dict[tuple[str, int], list[tuple[str, int, str | None]]]:
    """The steps of each run in order; those of different runs may come between each other in any way."""
    found: dict[tuple[str, int], list[tuple[str, int, str | None]]] = {}
    for step in steps:
        found.setdefault((step.journey, step.instance), []).append((step.node, step.at, step.via))
    return {run: sorted(rows, key=lambda row: row[1]) for run, rows in found.items()}


def _shown(rows: Sequence[tuple[str, int, str | None]]) -> str:
    return " ".join(f"{node}@{iso(at)}{f'({via})' if via else ''}" for node, at, via in rows) or "none"


# --- actions ----------------------------------------------------------------------------------------------


def _actions(seen: Seen, wanted: Sequence[Mapping[str, Any]], case: Mapping[str, Any]) -> Iterator[str]:
    expected = sorted(map(_written_action, wanted))
    found = sorted(map(_action_key, seen.actions))
    for row in _missing(expected, found):
        yield f"action missing: {row}"
    for row in _missing(found, expected):
        yield f"action too much: {row}"


def _missing(rows: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    left = list(others)
    for row in rows:
        if row in left:
            left.remove(row)
        else:
            yield row


def _written_action(action: Mapping[str, Any]) -> str:
    at, result = instant(action["at"]), action.get("result")
    params, attempts = action.get("params"), action.get("attempts", 1)
    return _action_key(Action(at, action["profile"], action["node"], params, attempts, result))


def _action_key(action: Action) -> str:
    shape = {"attempts": action.attempts, "params": _even(action.params), "result": action.result}
    told = {name: value for name, value in shape.items() if value is not None and (name, value) != ("attempts", 1)}
    return f"{iso(action.at)} {action.profile} {action.node} {json.dumps(told, sort_keys=True)}"


def _even(value: Any) -> Any:
    """Numbers are equal whatever their type; a parameter that is null and one that is absent are the same."""
    if isinstance(value, dict):
        return {name: _even(part) for name, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_even(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


# --- states -----------------------------------------------------------------------------------------------


def _final(seen: Seen, wanted: Mapping[str, Any], case: Mapping[str, Any]) -> Iterator[str]:
    for person, expected in wanted.items():
        states = expected if isinstance(expected, dict) else {case["journey"]["id"]: expected}
        for name, state in states.items():
            found = seen.state(person, *_named(name))
            if found != _in_order(state):
                yield f"final of {person} in {name}: {found}; expected {state}"


def _named(name: str) -> tuple[str, int | None]:
    journey, _, version = name.partition("@")
    return journey, int(version) if version else None


def _in_order(state: str) -> str:
    what, sign, nodes = state.partition("@")
    return what + sign + "|".join(sorted(nodes.split("|")))


def _journeys(seen: Seen, wanted: Mapping[str, str], case: Mapping[str, Any]) -> Iterator[str]:
    for name, status in wanted.items():
        journey, version = _named(name)
        newest = max(one.get("version", 1) for one in _definitions(case) if one["id"] == journey)
        found = seen.journeys.get((journey, newest if version is None else version), "unknown")
        if found != status:
            yield f"journey {name}: {found}; expected {status}"


def _discards(seen: Seen, wanted: Sequence[Mapping[str, str]], case: Mapping[str, Any]) -> Iterator[str]:
    left = list(seen.discards)
    for row in wanted:
        expected = (instant(row["at"]), row["profile"], row["reason"])
        if expected in left:
            left.remove(expected)
        else:
            found = [f"{iso(at)} {person} {reason}" for at, person, reason in seen.discards]
            yield f"discard missing: {row['at']} {row['profile']} {row['reason']}; found {found}"


def _control(seen: Seen, wanted: Sequence[Mapping[str, str]], case: Mapping[str, Any]) -> Iterator[str]:
    expected = [(instant(row["at"]), row["action"], row["result"], row.get("rule")) for row in wanted]
    if expected != seen.control:
        found = [(iso(at), *rest) for at, *rest in seen.control]
        yield f"control: {found}; expected {[(iso(at), *rest) for at, *rest in expected]}"


def _attributes(seen: Seen, wanted: Mapping[str, Mapping[str, Any]], case: Mapping[str, Any]) -> Iterator[str]:
    for person, attributes in wanted.items():
        for name, value in attributes.items():
            found = seen.attributes.get(person, {}).get(name)
            if _even(found) != _even(value):
                yield f"attribute {name} of {person}: {found!r}; expected {value!r}"


# --- counts -----------------------------------------------------------------------------------------------


def _counts(seen: Seen, wanted: Mapping[str, Any], case: Mapping[str, Any]) -> Iterator[str]:
    for node, bounds in wanted.get("node_visits", {}).items():
        yield from _bounded(f"visits of {node}", seen.visits(node), bounds)
    for row in wanted.get("node_visits_by_time", ()):
        what = f"visits of {row['node']} until {row['until']}"
        yield from _bounded(what, seen.visits(row["node"], instant(row["until"])), row)
    for row in _rows(wanted.get("sum")):
        total = sum(seen.visits(node) for node in row["nodes"])
        yield from _bounded(f"visits of {row['nodes']}", total, {"min": row["equals"], "max": row["equals"]})
    for node, results in wanted.get("action_results", {}).items():
        for result, bounds in results.items():
            count = sum(action.node == node and (action.result or "ok") == result for action in seen.actions)
            yield from _bounded(f"{result} of {node}", count, bounds)
    for row in _rows(wanted.get("order")):
        yield from _in_order_of_arrival(seen, row["node"], case)


def _rows(found: Any) -> Sequence[Mapping[str, Any]]:
    return found if isinstance(found, list) else [] if found is None else [found]


def _bounded(what: str, count: int, bounds: Mapping[str, int]) -> Iterator[str]:
    low, high = bounds.get("min", 0), bounds.get("max", count)
    if not low <= count <= high:
        yield f"{what}: {count}; expected {low} to {high}"


def _in_order_of_arrival(seen: Seen, node: str, case: Mapping[str, Any]) -> Iterator[str]:
    """Calls start in the order in which people came; at one instant the order of the inputs counts."""
    came = {person: step.arrival for person, steps in seen.steps.items() for step in steps if step.node == node}
    calls = sorted((action.at, came.get(action.profile, -1)) for action in seen.actions if action.node == node)
    for (earlier, first), (later, second) in itertools.pairwise(calls):
        if earlier < later and first > second:
            yield f"calls of {node} are not in the order of arrival"
            return


_Rule = Callable[[Seen, Any, Mapping[str, Any]], Iterator[str]]
_RULES: Mapping[str, _Rule] = {
    "paths": _paths,
    "actions": _actions,
    "final": _final,
    "discards": _discards,
    "control": _control,
    "journeys": _journeys,
    "profile_attrs": _attributes,
    "counts": _counts,
}
