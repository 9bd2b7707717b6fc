"""Segments in files: what is read, what is said about mistakes, and the order of evaluation."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.errors import CycleError, DefinitionError, InputError, UnknownNameError
from parcours.core.schema import BOOLEAN, DECIMAL, INTEGER, Schema
from parcours.flow.segments.definitions import SegmentDefinition, compile_rule, dependency_order, read_definitions
from parcours.language.tree import Call, Literal, Member, Node, aggregates, members

SCHEMA = Schema(attributes={"children": INTEGER}, events={"purchase": {"total": DECIMAL}})
SILVER = """\
segment: silver
name: Silver customers
description: >
  Spent 250 or more
  in the last 90 days
tags: [value, loyalty]
rule: {event: purchase, sum: total, in_last: 90 days, at_least: 250}
"""
JOURNEY = "journey: win-back\nentry: {segment: silver, on: exit}\nactivities: {}\n"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


def problems(path: Path) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        read_definitions(path)
    return [f"{problem.where}: {problem.message}".removeprefix(f"{path}/") for problem in caught.value.problems]


# --- reading -------------------------------------------------------------------------------------------


def test_a_segment(tmp_path: Path) -> None:
    (definition,) = read_definitions(write(tmp_path, a=SILVER) / "a.yaml")
    assert definition == SegmentDefinition(
        id="silver",
        name="Silver customers",
        rule={"event": "purchase", "sum": "total", "in_last": "90 days", "at_least": 250},
        description="Spent 250 or more in the last 90 days",
        tags=("value", "loyalty"),
    )


def test_the_name_is_the_id_when_there_is_none(tmp_path: Path) -> None:
    (definition,) = read_definitions(write(tmp_path, a="segment: silver\nrule: {event: purchase}\n"))
    assert isinstance(definition, SegmentDefinition)
    assert (definition.name, definition.description, definition.tags) == ("silver", "", ())


def test_a_folder_is_read_by_file_name_with_its_folders(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    write(tmp_path, b=SILVER, a=JOURNEY)
    write(tmp_path / "more", c="segment: gold\nrule: {segment: silver}\n")
    (tmp_path / "readme.txt").write_text("not read: {")
    (tmp_path / ".hidden.yaml").write_text("not read: {")
    (tmp_path / "d.json").write_text(json.dumps({"segment": "new", "rule": {"event": "purchase"}}))
    found = read_definitions(tmp_path)
    assert [item.id if isinstance(item, SegmentDefinition) else item["journey"] for item in found] == [
        "win-back",
        "silver",
        "new",
        "gold",
    ]


def test_a_journey_comes_as_it_is(tmp_path: Path) -> None:
    (journey,) = read_definitions(write(tmp_path, a=JOURNEY))
    assert journey == {"journey": "win-back", "entry": {"segment": "silver", "on": "exit"}, "activities": {}}


def test_definitions_survive_json(tmp_path: Path) -> None:
    (definition,) = read_definitions(write(tmp_path, a=SILVER))
    assert isinstance(definition, SegmentDefinition)
    body = json.loads(json.dumps(definition.to_json()))
    assert SegmentDefinition.from_json(body) == definition
    assert SegmentDefinition.from_json(body, version=4).version == 4


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="segment: two words\nname: 3\ntags: value\nrul: {event: purchase}\n",
        b="segment: x\nrule: [event\n",
        c="segmet: x\n",
        d="segment: x\njourney: y\n",
        e="segment: gold\nrule: {event: purchase}\n---\nsegment: gold\nrule: {event: purchase}\n",
        f="segment: text\nrule: purchase\n",
        g="name: nothing\n",
    )
    assert problems(tmp_path) == [
        "b.yaml:3:1: expected ',' or ']', but got '<stream end>'",
        "a.yaml:4:1 (rul): 'rul' is not a key of a segment",
        "a.yaml:1:1 (segment): 'two words' cannot be the name of a segment",
        "a.yaml:2:1 (name): expected a text, found 3",
        "a.yaml:3:1 (tags): expected a list of texts, found 'value'",
        "a.yaml:1:1 (rule): there is no rule",
        "c.yaml:1:1: neither segment: nor journey: says what this defines; found segmet",
        "d.yaml:2:1 (journey): a definition is either a segment or a journey",
        f"e.yaml:4:1 (segment): segment 'gold' is defined twice, first in {tmp_path}/e.yaml:1:1",
        "f.yaml:2:1 (rule): expected a rule, found 'purchase'",
        "g.yaml:1:1: neither segment: nor journey: says what this defines; found name",
    ]


def test_the_whole_text_of_an_error(tmp_path: Path) -> None:
    write(tmp_path, a="segmet: x\n")
    with pytest.raises(DefinitionError) as caught:
        read_definitions(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: the definitions have 1 problem\n"
        f"  - {tmp_path}/a.yaml:1:1: neither segment: nor journey: says what this defines; found segmet\n"
        "      hint: did you mean 'segment'?"
    )


def test_paths_without_definitions(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no definitions here") as empty:
        read_definitions(tmp_path)
    assert empty.value.code == "no-definitions"
    with pytest.raises(InputError, match="no such file or folder") as missing:
        read_definitions(tmp_path / "none")
    assert missing.value.code == "unreadable-file"


# --- rules ---------------------------------------------------------------------------------------------


def test_a_rule_is_compiled(tmp_path: Path) -> None:
    (definition,) = read_definitions(write(tmp_path, a=SILVER))
    assert isinstance(definition, SegmentDefinition)
    (sum_,) = aggregates(compile_rule(definition, SCHEMA))
    assert (sum_.kind, sum_.event, sum_.type) == ("sum", "purchase", DECIMAL)


def test_problems_of_a_rule_have_file_line_and_column(tmp_path: Path) -> None:
    text = "segment: x\nrule:\n  any:\n    - {attribute: childen, at_least: 1}\n    - not:\n        event: purchse\n"
    (definition,) = read_definitions(write(tmp_path, a=text))
    assert isinstance(definition, SegmentDefinition)
    with pytest.raises(DefinitionError) as caught:
        compile_rule(definition, SCHEMA)
    assert str(caught.value) == (
        f"{tmp_path}/a.yaml:1:1: segment 'x': the rule has 2 problems\n"
        f"  - {tmp_path}/a.yaml:4:8 (rule.any[0].attribute): there is no attribute 'childen'\n"
        "      hint: did you mean 'children'?\n"
        f"  - {tmp_path}/a.yaml:6:9 (rule.any[1].not.event): there is no event type 'purchse'\n"
        "      hint: did you mean 'purchase'?"
    )


def test_problems_without_a_file_keep_their_path() -> None:
    definition = SegmentDefinition.from_json({"segment": "x", "rule": {"event": "purchse"}})
    with pytest.raises(DefinitionError) as caught:
        compile_rule(definition, SCHEMA)
    assert [problem.where for problem in caught.value.problems] == ["rule.event"]
    assert caught.value.message == "segment 'x': the rule has 1 problem"


# --- order ---------------------------------------------------------------------------------------------


def rule(*names: str) -> Node:
    return Call("and", tuple(Member(name) for name in names), BOOLEAN) if names else Literal(True, BOOLEAN)


def test_segments_come_after_those_they_refer_to() -> None:
    rules = {"c": rule("b", "a"), "b": rule("a", "given"), "a": rule()}
    assert dependency_order(rules, known={"given"}) == ["a", "b", "c"]


def test_a_segment_that_does_not_exist() -> None:
    with pytest.raises(UnknownNameError) as caught:
        dependency_order({"gold": rule("silvr")}, known={"silver"})
    assert str(caught.value) == (
        "gold: segment 'gold' refers to 'silvr', which does not exist\n  hint: did you mean 'silver'?"
    )


def test_several_segments_that_do_not_exist() -> None:
    with pytest.raises(UnknownNameError) as caught:
        dependency_order({"gold": rule("x", "y"), "new": rule("z")})
    assert [problem.where for problem in caught.value.problems] == ["gold", "gold", "new"]


@pytest.mark.parametrize(
    ("rules", "circle"),
    [
        ({"a": rule("a")}, "a -> a"),
        ({"a": rule("b"), "b": rule("a")}, "a -> b -> a"),
        ({"b": rule("a"), "a": rule("b")}, "b -> a -> b"),
        ({"x": rule("a"), "a": rule("b"), "b": rule("c"), "c": rule("a")}, "a -> b -> c -> a"),
    ],
)
def test_a_circle_is_named(rules: dict[str, Node], circle: str) -> None:
    with pytest.raises(CycleError) as caught:
        dependency_order(rules)
    assert caught.value.message == f"segments refer to each other in a circle: {circle}"


def test_long_chains_are_no_problem() -> None:
    rules = {f"s{number}": rule(f"s{number - 1}") if number else rule() for number in reversed(range(5000))}
    assert dependency_order(rules) == [f"s{number}" for number in range(5000)]


@given(st.dictionaries(st.sampled_from("abcdef"), st.sets(st.sampled_from("abcdef"), max_size=2)))
def test_the_order_is_right_or_the_circle_is_real(names: dict[str, set[str]]) -> None:
    rules = {segment: rule(*sorted(referred & set(names))) for segment, referred in names.items()}
    try:
        order = dependency_order(rules)
    except CycleError as error:
        circle = error.message.rsplit(": ", 1)[1].split(" -> ")
        edges = itertools.pairwise(circle)
        real = circle[0] == circle[-1] and all(after in members(rules[before]) for before, after in edges)
    else:
        place = {segment: position for position, segment in enumerate(order)}
        real = len(order) == len(rules) and all(
            place[name] < place[segment] for segment, node in rules.items() for name in members(node)
        )
    assert real
