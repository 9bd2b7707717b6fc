"""``pql/json``: the documented example, and there and back for all that it can say."""

from __future__ import annotations

import pytest

from parcours.core.errors import DefinitionError
from parcours.language.pql import from_pql_json, parse, to_pql_json


def test_the_documented_example():
    country = {
        "nodeType": "fieldLookup",
        "fieldName": "country",
        "object": {
            "nodeType": "fieldLookup",
            "fieldName": "workAddress",
            "object": {"nodeType": "parameterReference", "position": 1},
        },
    }
    assert to_pql_json(parse('workAddress.country = "US"')) == {
        "nodeType": "fnApply",
        "fnName": "=",
        "params": [country, {"nodeType": "literal", "literalType": "String", "value": "US"}],
    }


@pytest.mark.parametrize(
    "text",
    [
        'workAddress.country = "US"',
        "a = -1 and not b > 2.5 or if(c, true, false)",
        "$2.x in [1, 2] and $1.select = 3",
        'name.startsWith("Joe", false) and xEvent.count() > 3',
        'm.get("a").isNull() or currentMonth() = 1 or inSegment("vip")',
        "date(2020, 3, 14)",
    ],
)
def test_there_and_back(text):
    assert from_pql_json(to_pql_json(parse(text))) == parse(text)


def test_names_of_a_lambda_are_parameters():
    assert to_pql_json(parse("(P, Q) => P.a = Q.b")) == to_pql_json(parse("$1.a = $2.b"))


@pytest.mark.parametrize(
    "text", ["xs[a = 1]", "xs.sum(a)", "exists E from xs", "t occurs today", "chain(xs, t, [A: WHAT(a)])", "now"]
)
def test_what_no_documented_node_says(text):
    with pytest.raises(DefinitionError) as caught:
        to_pql_json(parse(text))
    assert caught.value.code == "not-expressible"


@pytest.mark.parametrize(
    ("shape", "where"),
    [
        (3, "query"),
        ({"nodeType": "lambda"}, "query.nodeType"),
        ({"nodeType": "literal", "value": None}, "query.value"),
        ({"nodeType": "parameterReference", "position": 0}, "query.position"),
        ({"nodeType": "fieldLookup", "fieldName": "a b", "object": {}}, "query.fieldName"),
        ({"nodeType": "fnApply", "fnName": "not", "params": [7]}, "query.params[0]"),
        ({"nodeType": "fnApply", "fnName": "&&", "params": []}, "query.fnName"),
    ],
)
def test_bad_nodes_are_named(shape, where):
    with pytest.raises(DefinitionError) as caught:
        from_pql_json(shape)
    assert [problem.where for problem in caught.value.problems] == [where]


def test_depth_is_limited():
    shape: dict[str, object] = {"nodeType": "parameterReference", "position": 1}
    for _ in range(500):
        shape = {"nodeType": "fieldLookup", "fieldName": "a", "object": shape}
    with pytest.raises(DefinitionError, match="1 problem") as caught:
        from_pql_json(shape)
    assert caught.value.code == "parse.too-deep"
