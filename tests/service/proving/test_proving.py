"""Tests of a folder of definitions: what holds passes, what does not says why."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from parcours.core.errors import DefinitionError, InputError
from parcours.service.proving import shown
from parcours.service.proving.form import read_trials
from parcours.service.proving.trying import Proved, prove
from tests.service.cli.program import parcours as program

EXAMPLE = Path(__file__).parents[3] / "examples" / "configuration"
DEFINITIONS = """
segment: gold
rule: {event: purchase, sum: total, in_last: 90 days, at_least: 500}
---
journey: hello
entry: {segment: gold, on: enter}
start: mail
activities:
  mail: {type: email, to: "{{ profile.email }}", subject: Hello, body: "Dear {{ profile.name }}", then: clicked}
  clicked: {type: wait_for_signal, of: mail, signal: clicked, timeout: 7 days, then: end, on_timeout: end}
  end: {type: end}
"""
HEAD = """
test: gold
tick: 1 day
profiles: [{id: ann, email: a@example.com, name: Ann}, {id: bob, email: b@example.com, name: Bob}]
events: [{event: purchase, profile: ann, time: 2024-01-02T10:00:00Z, total: 600}]
steps:
"""


def folder(tmp_path: Path, test: str, definitions: str = DEFINITIONS) -> Path:
    place = tmp_path / "config"
    (place / "tests").mkdir(parents=True)
    (place / "all.yaml").write_text(definitions)
    (place / "tests" / "some.yaml").write_text(test)
    return place


def proved(place: Path) -> Proved:
    (one,) = prove(read_trials(place), place)
    return one


def messages(one: Proved) -> list[str]:
    return [failure.message for failure in one.failures]


def test_the_example_passes() -> None:
    assert [one.failures for one in prove(read_trials(EXAMPLE), EXAMPLE)] == [(), ()]


@pytest.mark.parametrize(
    "step",
    [
        "{at: 2024-01-03, members: {gold: [ann]}, counts: {gold: 1}}",
        "{at: 2024-01-03, inside: {ann: [gold]}, outside: {bob: [gold]}}",
        "{at: 2024-04-01T10:00:00Z, members: {gold: []}}",
        "{at: 2024-01-03, journeys: {hello: {ann: clicked, bob: null}}, passed: {hello: {ann: [mail, clicked]}}}",
        "{at: 2024-01-03, messages: [{profile: ann, to: a@example.com, subject: Hello, contains: [Dear, Ann]}]}",
    ],
)
def test_what_holds_passes(tmp_path: Path, step: str) -> None:
    assert proved(folder(tmp_path, HEAD + f"  - {step}\n")).failures == ()


@pytest.mark.parametrize(
    ("step", "message", "why"),
    [
        ("{at: 2024-01-03, members: {gold: [bob]}}", "bob is not in segment gold, and has to be", "500"),
        ("{at: 2024-01-03, members: {gold: []}}", "ann is in segment gold, and must not be", "600"),
        ("{at: 2024-01-03, counts: {gold: 2}}", "segment gold has 1 members, and has to have 2", "ann"),
        ("{at: 2024-01-03, outside: {ann: [gold]}}", "ann is in segment gold, and must not be", "600"),
        ("{at: 2024-01-03, inside: {bob: [gold]}}", "bob is not in segment gold, and has to be", "500"),
        ("{at: 2024-01-03, members: {gold: [ann, nobody]}}", "nobody is not in segment gold", "no profile"),
        ("{at: 2024-01-03, journeys: {hello: {ann: mail}}}", "ann is at clicked in journey hello", "Hello"),
        ("{at: 2024-01-03, journeys: {hello: {bob: mail}}}", "bob is not in journey hello", ""),
        ("{at: 2024-01-03, passed: {hello: {ann: [mail]}}}", "ann came to mail, clicked in journey hello", ""),
        ("{at: 2024-01-03, messages: []}", "there must be no message profile 'ann'", ""),
        ("{at: 2024-01-03, messages: [{profile: ann, subject: Bye}]}", "there is no message profile 'ann'", "Hello"),
    ],
)
def test_what_does_not_hold_says_why(tmp_path: Path, step: str, message: str, why: str) -> None:
    one = proved(folder(tmp_path, HEAD + f"  - {step}\n"))
    assert any(message in each for each in messages(one)), messages(one)
    if why and why != "Hello":
        assert why in "\n".join(one.failures[0].why)
    assert "2024-01-03" in one.failures[0].at
    text = shown.text(one)
    assert text.startswith("FAILED  gold")
    assert "some.yaml:2:1" in text


def test_steps_go_on_from_each_other_and_people_click(tmp_path: Path) -> None:
    steps = """
  - at: 2024-01-03
    messages: [{profile: ann}]
    signals: [{profile: ann, journey: hello, activity: mail, signal: clicked}]
  - {at: 2024-01-04, messages: [], journeys: {hello: {ann: null}}, passed: {hello: {ann: [mail, clicked, end]}}}
"""
    assert proved(folder(tmp_path, HEAD + steps)).failures == ()


def test_a_signal_needs_a_message(tmp_path: Path) -> None:
    steps = "  - {at: 2024-01-03, signals: [{profile: bob, journey: hello, activity: mail, signal: clicked}]}\n"
    assert "cannot be done" in messages(proved(folder(tmp_path, HEAD + steps)))[0]


def test_names_that_no_test_tells_of_stand_in_a_schema(tmp_path: Path) -> None:
    more = DEFINITIONS + "---\nsegment: visitors\nrule: {event: visit, where: {field: page, is: home}, at_least: 1}\n"
    test = HEAD + "  - {at: 2024-01-03, members: {visitors: []}}\n"
    place = folder(tmp_path, test, more)
    assert "visit" in messages(proved(place))[0]
    (place / "tests" / "names.yaml").write_text("schema: {attributes: {}, events: {visit: {page: string}}}\n")
    assert proved(place).failures == ()


def test_what_else_a_folder_holds_is_no_hindrance(tmp_path: Path) -> None:
    more = DEFINITIONS + "---\nwebhook: crm\nurl: http://10.0.0.1/\n---\nevent_source: web\n"
    assert proved(folder(tmp_path, HEAD + "  - {at: 2024-01-03, members: {gold: [ann]}}\n", more)).failures == ()


@pytest.mark.parametrize(
    ("test", "where"),
    [
        ("tset: x\n", "some.yaml:1"),
        ("test: x\nsteps: []\n", "some.yaml:2"),
        ("test: x\nsteps: [{at: soon}]\n", "some.yaml:2"),
        ("test: x\nsteps:\n  - {at: 2024-01-02}\n  - {at: 2024-01-01}\n", "some.yaml:4"),
        ("test: x\ntick: often\nsteps: [{at: 2024-01-01}]\n", "some.yaml:2"),
        ("test: x\nevents: [{event: a, profile: b}]\nsteps: [{at: 2024-01-01}]\n", "some.yaml:2"),
        ("test: x\nsteps: [{at: 2024-01-01, member: {}}]\n", "some.yaml"),
        ("schema: {events: [1]}\n", "some.yaml:1"),
    ],
)
def test_a_wrong_form_has_its_place(tmp_path: Path, test: str, where: str) -> None:
    with pytest.raises(DefinitionError) as wrong:
        read_trials(folder(tmp_path, test))
    assert where in str(wrong.value)


def test_no_tests_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_trials(tmp_path)


def test_junit_and_exit_codes(tmp_path: Path) -> None:
    test = HEAD + "  - {at: 2024-01-03, members: {gold: [bob]}}\n---" + HEAD.replace("test: gold", "test: other")
    place = folder(tmp_path, test + "  - {at: 2024-01-03, members: {gold: [ann]}}\n")
    out = tmp_path / "junit.xml"
    done = program("test", place, "--junit", out)
    assert done.code == 1, done.err
    suite = ElementTree.parse(out).getroot().find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert "bob is not in segment gold" in str(ElementTree.tostring(suite))
    done = program("test", place, "--only", "other", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["ok"] is True
    assert program("test", tmp_path / "nowhere").code == 2
