"""Every case that is kept here, on every engine."""

import json
from pathlib import Path

import pytest

from tests.conformance.__main__ import main
from tests.conformance.files import Case, load
from tests.conformance.kinds import KINDS

HERE = Path(__file__).parent
CASES = HERE / "cases"


def every_case():
    for kind in KINDS:
        for path in sorted([*HERE.glob(f"**/{file_of(kind)}"), *HERE.glob(f"more/{kind}-*.jsonl")]):
            for case in load(path):
                yield pytest.param(kind, case, id=f"{kind}-{case.id}")


def file_of(kind):
    return f"{KINDS[kind].file or kind}.jsonl"


@pytest.mark.parametrize(("kind", "case"), list(every_case()))
def test_case(kind, case):
    result = KINDS[kind].run(case)
    assert result.failures == (), KINDS[kind].shown(case)


def wrong(case: Case) -> Case:
    """The case with another expectation."""
    if "journey" in case.content:
        return wrong_scenario(case)
    if "steps" in case.content:
        return wrong_story(case, next(iter(case["expect"])))
    expect = dict(case["expect"])
    value = expect.get("value")
    if "error" in expect:
        expect = {"type": "null", "value": None}
    elif isinstance(value, bool):
        expect["value"] = not value
    elif isinstance(value, int | float):
        expect["value"] = value + 1
    elif isinstance(value, list):
        expect["value"] = [*value, None]
    elif value is None:
        expect = {"error": "eval"}
    else:
        expect["value"] = "something else"
    return Case(case.id, {**case.content, "expect": expect})


def wrong_scenario(case: Case, key: str | None = None) -> Case:
    """The scenario with another expectation under one key, the first if none is named."""
    key = key or next(iter(case["expect"]))
    found = case["expect"][key]
    changed = {
        "paths": lambda: {**found, "nobody": [{"node": "n1", "at": "2026-03-02T10:00:00Z"}]},
        "actions": lambda: [*found, {"at": "2026-03-02T10:00:00Z", "profile": "nobody", "node": "n1"}],
        "final": lambda: {**found, next(iter(found)): "waiting@nowhere"},
        "discards": lambda: [{**found[0], "reason": "no reason"}, *found[1:]],
        "control": lambda: found[1:],
        "journeys": lambda: dict.fromkeys(found, "poem"),
        "profile_attrs": lambda: {person: {**attrs, "poem": 1} for person, attrs in found.items()},
        "counts": lambda: {"node_visits": {"nowhere": {"min": 1, "max": 1}}},
    }
    return Case(case.id, {**case.content, "expect": {key: changed[key]()}})


def wrong_story(case: Case, key: str) -> Case:
    """The scenario of contacts with another expectation under one key: its last value is another one."""
    return Case(case.id, {**case.content, "expect": {**case["expect"], key: other(case["expect"][key])}})


def other(found):
    """Something that differs in one place, the last one."""
    if isinstance(found, bool) or found is None:
        return not found
    if isinstance(found, int | float):
        return found + 1
    if isinstance(found, str):
        return found + "!"
    if isinstance(found, dict):
        return {**found, list(found)[-1]: other(found[list(found)[-1]])}
    return [*found[:-1], other(found[-1])] if found else [{"contact": "NOBODY", "action": "nothing", "filters": []}]


def test_every_part_of_an_expectation_of_a_story_is_compared():
    seen = set()
    for case in load(CASES / "contact-segments.jsonl"):
        for key in case["expect"].keys() - seen:
            seen.add(key)
            assert KINDS["contacts"].run(wrong_story(case, key)).failures, f"{key} of {case.id}"
    assert len(seen) == 16


def test_every_part_of_an_expectation_of_a_scenario_is_compared():
    seen = set()
    for case in load(CASES / "journeys.jsonl"):
        for key in case["expect"].keys() - seen:
            seen.add(key)
            assert KINDS["journeys"].run(wrong_scenario(case, key)).failures, f"{key} of {case.id}"
    assert len(seen) == 8


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_expectation_is_seen(kind):
    cases = [case for case in load(CASES / file_of(kind)) if "parses" not in case["expect"]]
    assert [case.id for case in cases[::9] if not KINDS[kind].run(wrong(case)).failures] == []


def test_the_runner_tells_what_failed(tmp_path, capsys):
    good = {"id": "good", "expr": "1 + 1", "context": {}, "expect": {"type": "integer", "value": 2}}
    bad = {"id": "bad", "expr": "1 + 1", "context": {}, "expect": {"type": "integer", "value": 3}}
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(good) + "\n\n" + json.dumps(bad) + "\n")
    assert main(["expressions", str(path)]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "FAILED bad"
    assert "  reference: 2" in printed
    assert printed[-1] == "1 passed, 1 failed"


def test_what_runs_on_the_reference_alone_is_listed(tmp_path, capsys):
    case = {"id": "r", "expr": "random()", "context": {}, "expect": {"type": "decimal", "min": 0, "max": 1}}
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(case))
    assert main(["expressions", str(path)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "on the reference alone:",
        "  r: a random number",
        "1 passed, 0 failed",
    ]


@pytest.mark.parametrize("line", ["{", "[]", '{"expr": "1"}', '{"id": "x"}', '{"id": "x", "expr": "1", "context": 5}'])
def test_a_line_that_is_no_case_fails_and_the_others_run(tmp_path, capsys, line):
    good = json.dumps({"id": "good", "expr": "1", "context": {}, "expect": {"type": "integer", "value": 1}})
    path = tmp_path / "cases.jsonl"
    path.write_text(f"{good}\r\n{line}\n{good}\n", encoding="utf-8-sig")
    assert main(["expressions", str(path), str(path)]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] in ("FAILED x", f"FAILED {path}:2")
    assert printed[-1] == "4 passed, 2 failed"


def test_an_empty_file(tmp_path, capsys):
    path = tmp_path / "cases.jsonl"
    path.write_text("")
    assert main(["expressions", str(path)]) == 0
    assert capsys.readouterr().out == "0 passed, 0 failed\n"


def test_a_file_that_cannot_be_read(tmp_path, capsys):
    assert main(["pql", str(tmp_path / "none.jsonl")]) == 2
    assert "none.jsonl" in capsys.readouterr().err


def test_an_unknown_kind(capsys):
    assert main(["poems", "x"]) == 2
    assert "expressions, pql" in capsys.readouterr().err
