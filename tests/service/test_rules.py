"""``workspace.rules``: rules in any language, asked of a workspace; and what a definition file may hold."""

from __future__ import annotations

from pathlib import Path

import pytest

import parcours
from parcours.core.schema import DATE_TIME
from parcours.service.formatting import format_files
from parcours.service.workspace import Workspace

RULES = [
    {"event": "purchase", "where": {"field": "total", "more_than": 30}, "at_least": 3},
    {"pql": 'xEvent[eventType = "purchase" and total > 30].count() >= 3'},
    {"journey": "count(#{Parcours.Events.purchase.all(currentDataPackField.total > 30)}) >= 3"},
]


@pytest.mark.parametrize("rule", RULES, ids=["tree", "pql", "journey"])
def test_a_rule_is_explained_in_every_language(workspace: Workspace, rule: dict[str, object]) -> None:
    found = workspace.rules.explain(rule, "p1")
    assert found.segment is None
    assert found.member is True
    assert found.rule.held
    assert len(found.rule.events) >= 3
    assert "the rule holds for p1" in str(found)


def test_a_sequence_is_explained_by_the_events_it_reads(workspace: Workspace) -> None:
    text = "chain(xEvent, timestamp, [A: WHAT(total > 50), B: WHAT(total > 50) WHEN(<= 20 days after A)])"
    found = workspace.rules.explain(text, "p1", "pql")
    assert found.rule.events
    assert all(float(str(event["total"])) > 50 for event in found.rule.events)
    assert {event["eventType"] for event in found.rule.events} == {"purchase"}


def test_a_rule_is_converted(workspace: Workspace) -> None:
    assert workspace.rules.convert("age > 18", "filter", "pql") == {"age": ">18"}
    with pytest.raises(parcours.DefinitionError):
        workspace.rules.convert({"segment": "big"}, "filter")


def test_names_are_those_of_the_workspace(workspace: Workspace) -> None:
    with pytest.raises(parcours.DefinitionError) as raised:
        workspace.rules.check('agee > 3 or inSegment("bog")', "pql")
    hints = [problem.hint for problem in raised.value.problems]
    assert hints == ["did you mean 'age'?", "did you mean 'big'?"]


def test_segments_in_every_language_have_the_same_members(workspace: Workspace, tmp_path: Path) -> None:
    documents = [f"segment: s{number}\nrule: {rule!r}" for number, rule in enumerate(RULES)]
    (tmp_path / "all.yaml").write_text("\n---\n".join(documents))
    workspace.apply(tmp_path / "all.yaml")
    first, *others = (workspace.segments.members(f"s{number}")["_profile_id"].to_list() for number in range(3))
    assert first
    assert all(other == first for other in others)
    assert workspace.segments.method("s1").kind == "incremental"


def test_a_definition_file_keeps_everything_but_the_layout_of_rules(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        "# a comment\nsegment: bought\nrule:\n  pql: age>3   # more\n---\n"
        'segment: other\nrule: {pql: "age>3 and city = \\"a\\""}\n---\n'
        "segment: long\nrule:\n  pql: |\n"
        '    xEvent[eventType = "purchase" and total > 30 and timestamp occurs < 30 days before now].count()>=3'
        " and age>3\n"
        "---\nsegment: filtered\nrule:\n  filter:\n    city: ' a | b '\n    age: 50\n"
    )
    before = path.read_text()
    assert format_files(path, write=False) == [path]
    assert path.read_text() == before
    assert format_files(tmp_path) == [path]
    after = path.read_text()
    assert "# a comment\nsegment: bought\nrule:\n  pql: age > 3   # more\n" in after
    assert 'rule: {pql: "age > 3 and city = \\"a\\""}' in after
    assert "city: 'a|b'\n    age: 50" in after
    assert format_files(tmp_path) == []
    (tmp_path / "one.pql").write_text("age>3")
    assert format_files(tmp_path) == [tmp_path / "one.pql"]
    assert (tmp_path / "one.pql").read_text() == "age > 3\n"


def test_a_broken_text_stops_formatting(tmp_path: Path) -> None:
    (tmp_path / "a.pql").write_text("age>3")
    (tmp_path / "b.pql").write_text("age >")
    with pytest.raises(parcours.DefinitionError):
        format_files(tmp_path)
    assert (tmp_path / "a.pql").read_text() == "age>3"


def test_a_schema_can_be_made_by_hand() -> None:
    schema = parcours.Schema({"seen": DATE_TIME}, {})
    assert parcours.check("seen occurs < 3 days before now", schema, language="pql").method.kind == "incremental"
