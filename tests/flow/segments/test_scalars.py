"""Problems in texts inside YAML files are shown where they stand in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from parcours.core.errors import DefinitionError, RuleError, Span
from parcours.core.schema import INTEGER, STRING, Schema
from parcours.flow.segments.definitions import SegmentDefinition, compile_rule, read_definitions
from parcours.flow.segments.documents import Document, read_documents

SCHEMA = Schema({"age": INTEGER, "city": STRING}, {"purchase": {"total": INTEGER}})

WRITTEN = {
    "plain": "rule: {pql: age > 3 and ★ = 1}",
    "plain over two lines": "rule:\n  pql: age > 3 and\n    ★ = 1",
    "double quotes": 'rule: {pql: "city = \\"Aix\\" and ★ = 1"}',
    "double quotes over lines": 'rule:\n  pql: "age > 3\n\n    and \\\n      ★ = 1"',
    "escapes": 'rule: {pql: "city = \\"\\u00e9\\x41\\t\\" and ★ = 1"}',
    "single quotes": "rule: {pql: 'city = \"l''Isle\" and ★ = 1'}",
    "literal block": "rule:\n  pql: |\n    age > 3\n      and age < 9\n\n    and ★ = 1",
    "literal block, chomped": "rule:\n  pql: |-\n      age > 3 and\n      ★ = 1",
    "folded block": "rule:\n  pql: >\n    age > 3 and\n    age < 9 and\n    ★ = 1",
    "first character": "rule: {pql: ★ = 1}",
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN.keys())
def test_the_place_in_the_file(tmp_path: Path, written: str) -> None:
    text = f"segment: s\n{written}\n"
    path = tmp_path / "s.yaml"
    path.write_text(text.replace("★", "agee"))
    before = text[: text.index("★")]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    (definition,) = read_definitions(path)
    assert isinstance(definition, SegmentDefinition)
    with pytest.raises(DefinitionError) as raised:
        compile_rule(definition, SCHEMA)
    (problem,) = raised.value.problems
    assert problem.where == f"{path}:{line}:{column} (rule.pql)"
    assert problem.span is not None
    assert problem.source is not None
    assert problem.source[problem.span.start : problem.span.end] == "agee"


def test_the_end_of_a_text(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("segment: s\nrule: {pql: 'age >'}\n")
    (definition,) = read_definitions(path)
    assert isinstance(definition, SegmentDefinition)
    with pytest.raises(DefinitionError) as raised:
        compile_rule(definition, SCHEMA)
    assert raised.value.problems[0].where == f"{path}:2:19 (rule.pql)"


def test_filters_have_a_place_each(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text('segment: s\nrule:\n  filter:\n    age: "1..3"\n    city: "Aix|(Lyon"\n')
    (definition,) = read_definitions(path)
    assert isinstance(definition, SegmentDefinition)
    with pytest.raises(DefinitionError) as raised:
        compile_rule(definition, SCHEMA)
    assert raised.value.problems[0].where == f"{path}:5:16 (rule.filter.city)"


def test_a_problem_of_json_has_its_path(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text('{"segment": "s", "rule": {"pql": "agee > 1"}}')
    (document,) = read_documents(path)
    assert isinstance(document, Document)
    problem = RuleError("wrong", where="rule.pql:1:1", span=Span(0, 4))
    assert document.placed(problem).where == f"{path} (rule.pql)"
