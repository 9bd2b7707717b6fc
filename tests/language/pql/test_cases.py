"""Every case of the corpus: read or refused as it says, printed and read back, laid out and laid out again."""

from __future__ import annotations

import pytest

from parcours.core.errors import DefinitionError
from parcours.core.schema import Kind
from parcours.language.pql import format, parse, print_pql, read
from tests.language.pql.cases import cases, scope_of

_KINDS = {
    "integer": (Kind.INTEGER,),
    "double": (Kind.DECIMAL,),
    "boolean": (Kind.BOOLEAN,),
    "string": (Kind.STRING,),
    "array": (Kind.LIST,),
    "date": (Kind.DATE_ONLY, Kind.DATE_TIME),
    "object": (Kind.OBJECT, Kind.MAP),
}
_GOOD = [case for case in cases() if case["expect"].get("error") not in ("parse", "type")]
_BAD = [case for case in cases() if case["expect"].get("error") in ("parse", "type")]


@pytest.mark.parametrize("case", _BAD, ids=lambda case: case["id"])
def test_what_the_corpus_refuses_is_refused_in_that_phase(case):
    with pytest.raises(DefinitionError) as caught:
        read(case["expr"], scope_of(case["context"]))
    phase = case["expect"]["error"]
    assert caught.value.problems
    assert all(problem.code.startswith(f"{phase}.") for problem in caught.value.problems)
    assert all(problem.span is not None for problem in caught.value.problems)


@pytest.mark.parametrize("case", _GOOD, ids=lambda case: case["id"])
def test_what_the_corpus_reads_has_the_type_it_says(case):
    node = read(case["expr"], scope_of(case["context"]))
    expected = _KINDS.get(case["expect"].get("type", ""))
    assert expected is None or node.type.kind in expected


@pytest.mark.parametrize("case", _GOOD, ids=lambda case: case["id"])
@pytest.mark.parametrize("timestamps", [False, True])
def test_a_printed_tree_reads_back_as_the_same_tree(case, timestamps):
    scope = scope_of(case["context"], timestamps=timestamps)
    node = read(case["expr"], scope)
    assert read(print_pql(node), scope) == node


@pytest.mark.parametrize("case", _GOOD, ids=lambda case: case["id"])
def test_layout_changes_nothing_but_white_space_and_parentheses(case):
    text = format(case["expr"])
    assert parse(text) == parse(case["expr"])
    assert format(text) == text
