"""One question in four languages is one tree; every language says what is wrong with its texts, and where."""

from __future__ import annotations

import pytest

from parcours.core.errors import DefinitionError
from parcours.core.schema import DATE_TIME, DECIMAL, INTEGER, STRING, Schema, list_of, object_of
from parcours.language.frontends import FRONT_ENDS, print_in, read_row_rule, read_rule

SCHEMA = Schema(
    {"age": INTEGER, "city": STRING, "seen": DATE_TIME},
    {
        "purchase": {"total": DECIMAL, "store": STRING, "items": list_of(object_of({"quantity": INTEGER}))},
        "visit": {"page": STRING},
    },
)

SAME = {
    "attribute": (
        {"attribute": "age", "at_least": 18},
        {"journey": "#{Parcours.Profile.age} >= 18"},
        {"pql": "age >= 18"},
        {"filter": {"age": ">=18"}},
    ),
    "count of events": (
        {"event": "purchase", "at_least": 3},
        {"journey": "count(#{Parcours.Events.purchase}) >= 3"},
        {"pql": 'xEvent[eventType = "purchase"].count() >= 3'},
    ),
    "status": (
        {"segment_status": "gold", "is": "exited"},
        {"compare": {"left": {"segment_status": "gold"}, "op": "=", "right": "exited"}},
        {"journey": 'segmentStatus("gold") == "exited"'},
        {"pql": 'segmentStatus("gold") = "exited"'},
    ),
    "member": ({"segment": "gold"}, {"journey": 'inSegment("gold")'}, {"pql": 'inSegment("gold")'}),
}
ROWS = {
    "property": (
        {"field": "total", "more_than": 50},
        {"journey": "@{purchase.total} > 50"},
        {"journey": "currentEventField.total > 50"},
        {"pql": "total > 50"},
    ),
    "items": (
        {"any_item": "items", "where": {"field": "quantity", "more_than": 2}},
        {"pql": "exists i from items where i.quantity > 2"},
    ),
}


@pytest.mark.parametrize("written", SAME.values(), ids=SAME.keys())
def test_one_question_is_one_tree(written: tuple[object, ...]) -> None:
    first, *others = (read_rule(rule, SCHEMA, ["gold"]) for rule in written)
    assert all(other == first for other in others)


@pytest.mark.parametrize("written", ROWS.values(), ids=ROWS.keys())
def test_one_question_about_an_event_is_one_tree(written: tuple[object, ...]) -> None:
    first, *others = (read_row_rule(rule, "purchase", SCHEMA) for rule in written)
    assert all(other == first for other in others)


def test_the_time_of_an_event_is_its_timestamp() -> None:
    written = {"journey": "@{purchase.timestamp} > toDateTime('2024-05-01T00:00:00Z')"}
    assert "_time" in repr(read_row_rule(written, "purchase", SCHEMA))


@pytest.mark.parametrize("language", ["journey", "pql", "tree", "filter"])
def test_what_is_printed_is_read_again(language: str) -> None:
    rule = read_rule({"attribute": "age", "at_least": 18}, SCHEMA)
    assert read_rule(print_in(rule, language), SCHEMA, language=language) == rule


@pytest.mark.parametrize(
    ("rule", "marked"),
    [
        ({"pql": "age > 3 and\n  agee < 9"}, "agee"),
        ({"journey": "#{Parcours.Profile.agee} > 3"}, "agee"),
        ({"filter": {"age": "1..", "city": "Aix|(Lyon"}}, "("),
    ],
)
def test_problems_point_into_the_text(rule: object, marked: str) -> None:
    with pytest.raises(DefinitionError) as raised:
        read_rule(rule, SCHEMA)
    (problem,) = raised.value.problems
    assert problem.span is not None
    assert problem.source is not None
    assert problem.source[problem.span.start : problem.span.end] == marked


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("age > 3", "no-language"),
        ({"pql": 3}, "parse.not-a-text"),
        ({"journey": {"a": 1}}, "parse.not-a-text"),
    ],
)
def test_what_is_no_text_of_a_language(rule: object, code: str) -> None:
    with pytest.raises(DefinitionError) as raised:
        read_rule(rule, SCHEMA)
    assert [problem.code for problem in raised.value.problems] == [code]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"journey": "#{Parcours.Profile.age} > 50"}, "type.unknown-name"),
        ({"pql": "age > 50"}, "type.unknown-property"),
        ({"pql": "timestamp occurs < 3 days before now"}, "moving-window-in-row"),
        ({"journey": "@{visit.page} == 'a'"}, "type.unknown-name"),
    ],
)
def test_a_rule_about_an_event_reads_only_the_event(rule: object, code: str) -> None:
    with pytest.raises(DefinitionError) as raised:
        read_row_rule(rule, "purchase", SCHEMA)
    assert [problem.code for problem in raised.value.problems] == [code]


def test_every_text_language_formats() -> None:
    layouts = {"journey": "1==2", "pql": "age>3", "filter": "  1 | 2 "}
    for name, text in layouts.items():
        format = FRONT_ENDS[name].format
        assert format is not None
        assert format(format(text)) == format(text)
