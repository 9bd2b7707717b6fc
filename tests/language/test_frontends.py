"""One registry of languages: which one a rule is written in, and the same rule through every door."""

from __future__ import annotations

import pytest

from parcours.core.errors import DefinitionError
from parcours.language.frontends import FRONT_ENDS, print_in, read_row_rule, read_rule
from tests.language.shop import SEGMENTS, SHOP

#: The same rule in every language that can say it.
SAME: list[dict[str, object]] = [
    {
        "tree": {"all": [{"attribute": "children", "at_least": 2}, {"attribute": "city", "is": "Paris"}]},
        "journey": '#{Parcours.Profile.children} >= 2 and #{Parcours.Profile.city} == "Paris"',
        "pql": 'children >= 2 and city = "Paris"',
        "filter": {"children": ">=2", "city": "Paris"},
    },
    {
        "tree": {"event": "purchase", "where": {"field": "total", "more_than": 5}, "at_least": 2},
        "pql": 'xEvent[eventType = "purchase" and total > 5].count() >= 2',
    },
    {
        "tree": {"sequence": [{"event": "visit"}, {"event": "purchase", "within": "2 days"}]},
        "pql": 'CHAIN(xEvent, timestamp, [A: WHAT(eventType = "visit"), '
        'B: WHAT(eventType = "purchase") WHEN(<= 2 days after A)])',
    },
    {
        "tree": {
            "sequence": [
                {"event": "visit", "where": {"field": "page", "is": "home"}},
                {
                    "event": "purchase",
                    "where": {"all": [{"field": "total", "more_than": 5}, {"field": "units", "more_than": 1}]},
                    "count": 3,
                },
            ]
        },
        "pql": 'CHAIN(xEvent, timestamp, [A: WHAT(eventType = "visit" and page = "home"), '
        'B: WHAT(eventType = "purchase" and total > 5 and units > 1) COUNT(3)])',
    },
    {"tree": {"segment": "silver"}, "journey": 'inSegment("silver")', "pql": 'inSegment("silver")'},
]


@pytest.mark.parametrize("rules", SAME, ids=range(len(SAME)))
def test_every_door_leads_to_the_same_tree(rules: dict[str, object]) -> None:
    trees = {name: read_rule(rule, SHOP, SEGMENTS, language=name) for name, rule in rules.items()}
    assert all(tree == trees["tree"] for tree in trees.values())
    for name in rules:
        assert read_rule(print_in(trees["tree"], name), SHOP, SEGMENTS, language=name) == trees["tree"]


@pytest.mark.parametrize("rules", SAME, ids=range(len(SAME)))
def test_a_rule_names_its_language(rules: dict[str, object]) -> None:
    for name, rule in rules.items():
        written = rule if name == "tree" else {name: rule}
        assert read_rule(written, SHOP, SEGMENTS) == read_rule(rule, SHOP, SEGMENTS, language=name)


def test_a_node_is_checked_anew() -> None:
    node = read_rule({"attribute": "city", "is": "a"}, SHOP)
    assert read_rule(node, SHOP) == node


@pytest.mark.parametrize(
    ("rule", "language", "code"),
    [
        ("children > 3", None, "no-language"),
        ("children > 3", "sql", "unknown-language"),
        ({"pql": "children >"}, None, None),
        ({"pql": 3}, None, "parse.not-a-text"),
        ({"journey": ["a"]}, None, "parse.not-a-text"),
        ({"filter": "a"}, None, "not-a-mapping"),
    ],
)
def test_what_cannot_be_read_is_refused(rule: object, language: str | None, code: str | None) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_rule(rule, SHOP, SEGMENTS, language=language)
    codes = [caught.value.code, *(problem.code for problem in caught.value.problems)]
    assert code is None or code in codes


def test_rules_about_single_events() -> None:
    assert read_row_rule({"field": "total", "at_least": 5}, "purchase", SHOP).type.kind.value == "boolean"
    with pytest.raises(DefinitionError) as caught:
        read_row_rule({"filter": {"total": ">5"}}, "purchase", SHOP)
    assert caught.value.code == "no-row-rules"


def test_the_languages() -> None:
    assert list(FRONT_ENDS) == ["tree", "journey", "pql", "filter"]


def test_texts_stand_in_the_groups_of_a_rule_tree() -> None:
    city = {"attribute": "city", "is": "Paris"}
    mixed = {
        "any": [city, {"none": [{"pql": "children > 3"}, {"not": {"journey": "#{Parcours.Profile.children} > 5"}}]}]
    }
    plain = {
        "any": [
            city,
            {"none": [{"attribute": "children", "more_than": 3}, {"not": {"attribute": "children", "more_than": 5}}]},
        ]
    }
    assert read_rule(mixed, SHOP) == read_rule(plain, SHOP)


def test_all_problems_of_a_mixed_rule_are_told() -> None:
    wrong = {"all": [{"pql": "agee > 3"}, {"attribute": "cty", "is": "Paris"}, {"journey": "1 +"}]}
    with pytest.raises(DefinitionError) as refused:
        read_rule(wrong, SHOP)
    places = sorted((problem.where or "").split(":")[0] for problem in refused.value.problems)
    assert places == ["rule.all[0].pql", "rule.all[1].attribute", "rule.all[2].journey"]


def test_a_rule_tree_that_holds_itself_is_refused() -> None:
    endless: dict[str, object] = {}
    endless["not"] = endless
    with pytest.raises(DefinitionError):
        read_rule(endless, SHOP)
