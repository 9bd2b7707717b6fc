"""Expressions of journeys that read their run: the same through every door, checked by name and type."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from parcours.core.clock import instant
from parcours.core.errors import DefinitionError, EvaluationError
from parcours.core.schema import (
    ANY,
    BOOLEAN,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    INTEGER,
    OFFSET_TIME,
    STRING,
    Type,
    list_of,
    object_of,
)
from parcours.language.explain import explain
from parcours.language.frontends import is_expression, print_in, read_rule, read_value
from parcours.language.reference import Person, evaluate
from parcours.language.runs import RunScope
from parcours.language.sentences.writer import sentence
from parcours.language.tree import Attribute, Call, Given, Literal, Step
from tests.language.shop import SEGMENTS, SHOP

VISIT = object_of({"total": DECIMAL, "page": STRING, "at": DATE_TIME, "items": list_of(object_of({"price": DECIMAL}))})
RUN = RunScope(
    events={"visit": VISIT, "odd": object_of({"what": ANY, "local": DATE_TIME_ONLY})},
    actions={"score": object_of({"value": INTEGER}), "raw": ANY},
    sources={"free": ANY, "weather": object_of({"now": object_of({"rain": BOOLEAN})})},
    remote={"stock": object_of({"store": object_of({"left": INTEGER})}), "loose": ANY},
    journey={"attempt": INTEGER},
)
PERSON = Person(
    {"city": "Paris", "children": 2},
    given={
        "event": {"visit": {"total": 60.0, "page": "home", "at": datetime(2024, 3, 1, tzinfo=UTC), "items": []}},
        "action": {"score": {"value": 7}},
        "source": {"weather": {"now": {"rain": True}}},
        "journey": {"attempt": 2, "instanceUID": "u1"},
        "qualification": {"status": "enter", "segment": "silver", "time": datetime(2024, 3, 1, tzinfo=UTC)},
    },
)
NOW = instant("2024-03-02")

SAME = [
    ("@{visit.total} >= 50", {"given": "event.visit.total", "at_least": 50}),
    ("@action{score.value} > 5", {"given": "action.score.value", "more_than": 5}),
    ("#{weather.now.rain}", {"given": "source.weather.now.rain"}),
    ("@{journey.attempt} == 2", {"given": "journey.attempt", "is": 2}),
    ('@{journey.instanceUID} == "u1"', {"given": "journey.instanceUID", "is": "u1"}),
    ('@{SegmentQualification.status} == "enter"', {"given": "qualification.status", "is": "enter"}),
    ('@{SegmentQualification.segment} == "silver"', {"given": "qualification.segment", "is": "silver"}),
    (
        '@{SegmentQualification.lastQualificationTime} >= date("2024-03-01T00:00:00Z")',
        {"given": "qualification.time", "from": "2024-03-01T00:00:00Z"},
    ),
    (
        '@{visit.page} == "home" and #{Parcours.Profile.city} == "Paris"',
        {"all": [{"given": "event.visit.page", "is": "home"}, {"attribute": "city", "is": "Paris"}]},
    ),
    ("@{visit.total} is not null", {"given": ["event", "visit", "total"], "is_set": True}),
]


@pytest.mark.parametrize(("text", "tree"), SAME, ids=[text for text, _ in SAME])
def test_every_door_leads_to_the_same_tree(text: str, tree: object) -> None:
    found = read_rule({"journey": text}, SHOP, SEGMENTS, run=RUN)
    assert found == read_rule(tree, SHOP, SEGMENTS, run=RUN)
    assert found == read_rule(found, SHOP, SEGMENTS, run=RUN)
    assert evaluate(found, PERSON, NOW) is True
    for language in ("journey", "tree"):
        assert read_rule(print_in(found, language), SHOP, SEGMENTS, language=language, run=RUN) == found


def test_windows_over_what_a_run_knows() -> None:
    text = "inLastDays(@{SegmentQualification.lastQualificationTime}, 7)"
    found = read_rule({"journey": text}, SHOP, run=RUN)
    assert evaluate(found, PERSON, NOW) is True
    assert print_in(found, "journey") == text
    assert read_rule(print_in(found, "tree"), SHOP, run=RUN) == found


def test_without_types_the_run_says_them() -> None:
    assert read_rule({"given": "event.visit.total", "at_least": 50}, SHOP, run=RUN) == Call(
        "ge", (Given(("event", "visit", "total"), DECIMAL), Literal(50.0, DECIMAL)), BOOLEAN
    )


def test_other_languages_stand_beside_in_groups() -> None:
    mixed = {"all": [{"pql": "children > 1"}, {"journey": "@{visit.total} > 5"}, {"given": "event.visit.page"}]}
    with pytest.raises(DefinitionError):  # a page is no condition
        read_rule(mixed, SHOP, run=RUN)
    mixed["all"].pop()
    assert evaluate(read_rule(mixed, SHOP, run=RUN), PERSON, NOW) is True


@pytest.mark.parametrize(
    ("rule", "code", "hint"),
    [
        ({"given": "event.visit.totl", "at_least": 5}, "unknown-value", "did you mean 'total'?"),
        ({"given": "event.vist.total", "at_least": 5}, "unknown-value", "did you mean 'visit'?"),
        ({"given": "evnt.visit.total", "at_least": 5}, "unknown-value", "did you mean 'event'?"),
        ({"given": "qualification.stat", "is": "enter"}, "unknown-value", "did you mean 'status'?"),
        ({"given": "source.stock.store.left", "is": 1}, "unknown-value", "ask it before"),
        ({"fetched": "source.stock.store.left", "with": {"id": 3}, "is": 1}, "unknown-value", "ask it before"),
        ({"fetched": "source.weather.now.rain", "with": {"id": 3}}, "asks-source", "ask it before"),
        ({"journey": "#{loose.a.b} > 5"}, "asks-source", "ask it before"),
        ({"given": "source.loose.a.b", "type": "integer", "is": 1}, "unknown-value", "ask it before"),
        ({"given": "event", "is": 1}, "unknown-value", "name what follows"),
        ({"journey": "@{visit.totl} > 5"}, "type.unknown-field", "total"),
        ({"journey": "@{vist.total} > 5"}, "type.unknown-name", "visit"),
        ({"journey": "#{stock.store.left} > 5"}, "asks-source", "ask it before"),
        ({"journey": '#{stock.store.left, params: {id: "a"}} > 5'}, "asks-source", "ask it before"),
        ({"all": [{"journey": "#{stock.store.left} > 5"}]}, "asks-source", "ask it before"),
    ],
)
def test_what_runs_do_not_know_is_refused_with_what_was_meant(rule: object, code: str, hint: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_rule(rule, SHOP, SEGMENTS, run=RUN)
    (problem,) = caught.value.problems
    assert problem.code == code, (problem.code, problem.hint)
    assert hint in (problem.hint or "")


def test_without_a_run_there_is_no_event_to_read() -> None:
    with pytest.raises(DefinitionError):
        read_rule({"journey": "@{visit.total} > 5"}, SHOP)


def test_a_run_that_no_qualification_began_knows_none() -> None:
    run = RunScope(qualification=False)
    for rule in (
        {"given": "qualification.status", "is": "enter"},
        {"journey": '@{SegmentQualification.status} == "a"'},
    ):
        with pytest.raises(DefinitionError):
            read_rule(rule, SHOP, run=run)


def test_the_whole_change_of_membership() -> None:
    node = read_value({"journey": "@{SegmentQualification}"}, SHOP, usage="value", run=RUN)
    at = datetime(2024, 3, 1, tzinfo=UTC)
    assert evaluate(node, PERSON, NOW) == {"status": "enter", "lastQualificationTime": at, "segment": "silver"}


def test_unknown_parts_of_untyped_answers_are_looked_for_at_run_time() -> None:
    node = read_value({"tree": {"given": "action.raw.a.b"}}, SHOP, usage="value", run=RUN)
    assert node == read_value({"journey": "@action{raw.a.b}"}, SHOP, usage="value", run=RUN)
    assert node == Step(Step(Given(("action", "raw"), ANY), "a", ANY), "b", ANY)
    assert evaluate(node, Person(given={"action": {"raw": {"a": {"b": [1]}}}}), NOW) == [1]
    assert print_in(node, "journey") == "@action{raw.a.b}"


def test_answers_of_which_nothing_is_known_may_be_read() -> None:
    by_text = read_rule({"journey": "#{free.any.thing} > 5"}, SHOP, run=RUN)
    assert by_text == read_rule({"given": "source.free.any.thing", "type": "decimal", "more_than": 5}, SHOP, run=RUN)
    person = Person(given={"source": {"free": {"any": {"thing": 6}}}})
    assert evaluate(by_text, person, NOW) is True


# --- values --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"journey": "@{visit.items}"}, Given(("event", "visit", "items"), VISIT.field_type("items"))),
        ({"journey": "@{visit.total}"}, Given(("event", "visit", "total"), DECIMAL)),
        ({"tree": {"given": "event.visit.total"}}, Given(("event", "visit", "total"), DECIMAL)),
        ({"tree": {"attribute": "city"}}, Attribute(("city",), STRING)),
        ({"pql": "city"}, Attribute(("city",), STRING)),
        (Given(("event", "visit", "total"), ANY), Given(("event", "visit", "total"), DECIMAL)),
    ],
    ids=str,
)
def test_values_are_kept_as_they_are(value: object, expected: object) -> None:
    assert is_expression(value)
    assert read_value(value, SHOP, usage="value", run=RUN) == expected


@pytest.mark.parametrize("value", ["text", 3, None, {"a": 1}, {"journey": 3}, {"tree": "a"}, {"pql": "a", "b": 1}, []])
def test_what_is_no_expression_stands_for_itself(value: object) -> None:
    assert not is_expression(value)
    with pytest.raises(DefinitionError) as caught:
        read_value(value, SHOP, usage="value")
    assert caught.value.problems[0].code == "no-language"


@pytest.mark.parametrize(
    ("text", "wanted", "value"),
    [
        ("@{visit.total}", DECIMAL, 60.0),
        ("@action{score.value}", DECIMAL, 7),
        ("@{visit.at}", DATE_TIME, datetime(2024, 3, 1, tzinfo=UTC)),
        ("now()", DATE_TIME, datetime(2024, 3, 2, tzinfo=UTC)),
        ("null", STRING, None),
        ("@{odd.what}", INTEGER, None),
    ],
)
def test_values_are_of_the_type_that_is_wanted(text: str, wanted: Type, value: object) -> None:
    node = read_value({"journey": text}, SHOP, usage="value", run=RUN, wanted=wanted)
    assert evaluate(node, PERSON, NOW) == value


def test_a_value_of_unknown_type_fails_where_it_is_of_another() -> None:
    node = read_value({"journey": "@{odd.what}"}, SHOP, usage="value", run=RUN, wanted=INTEGER)
    assert node.type == INTEGER
    assert evaluate(node, Person(given={"event": {"odd": {"what": 5}}}), NOW) == 5
    with pytest.raises(EvaluationError):
        evaluate(node, Person(given={"event": {"odd": {"what": "five"}}}), NOW)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("@{visit.page}", INTEGER),
        ("@{visit.total}", INTEGER),
        ("1", STRING),
    ],
)
def test_values_of_another_type_are_refused(text: str, wanted: Type) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_value({"journey": text}, SHOP, usage="value", run=RUN, wanted=wanted)
    assert caught.value.problems[0].code == "type.bad-usage"


@pytest.mark.parametrize("text", ["@{visit.page}", "@{odd.what}", "1"])
def test_a_place_of_unknown_type_takes_any_value_as_it_is(text: str) -> None:
    node = read_value({"journey": text}, SHOP, usage="value", run=RUN, wanted=ANY)
    assert node == read_value({"journey": text}, SHOP, usage="value", run=RUN)


def test_texts_are_made_of_values() -> None:
    node = read_value({"journey": "@{visit.total}"}, SHOP, usage="text", run=RUN)
    assert (node.type, evaluate(node, PERSON, NOW)) == (STRING, "60.0")
    with pytest.raises(DefinitionError) as caught:
        read_value({"journey": "@{visit.items}"}, SHOP, usage="text", run=RUN)
    assert caught.value.problems[0].code == "type.bad-usage"


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        ("@{visit.at}", DATE_TIME, datetime(2024, 3, 1, tzinfo=UTC)),
        ("@{SegmentQualification.lastQualificationTime}", DATE_TIME, datetime(2024, 3, 1, tzinfo=UTC)),
        ('date("2024-05-01T10:00")', DATE_TIME_ONLY, datetime(2024, 5, 1, 10)),
        ('date("2024-05-01")', DATE_TIME_ONLY, datetime(2024, 5, 1)),
        ("@{odd.local}", DATE_TIME_ONLY, None),
        ("@{odd.what}", DATE_TIME_ONLY, None),
        ('now() + toDuration("PT1H")', DATE_TIME, datetime(2024, 3, 2, 1, tzinfo=UTC)),
    ],
)
def test_times_are_instants_or_local(text: str, type_: object, value: object) -> None:
    node = read_value({"journey": text}, SHOP, usage="time", run=RUN)
    assert (node.type, evaluate(node, PERSON, NOW)) == (type_, value)


def test_in_a_zone_local_times_are_instants() -> None:
    node = read_value({"journey": 'date("2024-05-01T10:00")'}, SHOP, zone="Europe/Paris")
    assert (node.type, evaluate(node, PERSON, NOW)) == (DATE_TIME, datetime(2024, 5, 1, 8, tzinfo=UTC))
    with pytest.raises(DefinitionError):
        read_value({"journey": "3"}, SHOP, usage="time")


# --- words ---------------------------------------------------------------------------------------------

WORDS = [
    ("event.visit.total", "total of event 'visit' is at least 5", "total de l’événement « visit » est au moins 5"),
    (
        "action.score.value",
        "value of the answer to 'score' is at least 5",
        "value de la réponse à « score » est au moins 5",
    ),
    (
        "journey.attempt",
        "attempt of the journey is at least 5",
        "attempt du parcours est au moins 5",
    ),
]


@pytest.mark.parametrize(("path", "english", "french"), WORDS)
def test_sentences_say_what_is_read(path: str, english: str, french: str) -> None:
    rule = read_rule({"given": path, "at_least": 5}, SHOP, run=RUN)
    assert sentence(rule, "en") == english
    assert sentence(rule, "fr") == french


def test_explained_conditions_show_the_value_of_the_run() -> None:
    found = explain(read_rule({"given": "event.visit.total", "at_least": 70}, SHOP, run=RUN), PERSON, NOW)
    assert found.held is False
    assert [part.value for part in found.parts] == [60.0, 70.0]


def test_offsets_are_those_of_the_language() -> None:
    node = read_value({"journey": "@{SegmentQualification.lastQualificationTime}"}, SHOP, usage="value", run=RUN)
    assert node.type == OFFSET_TIME
