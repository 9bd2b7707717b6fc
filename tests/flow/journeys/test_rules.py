"""Rules and values of definitions become typed trees: of their usage, and of what they are kept in."""

from __future__ import annotations

import pytest

from parcours.core.errors import DefinitionError
from parcours.core.schema import (
    BOOLEAN,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    INTEGER,
    OFFSET_TIME,
    STRING,
    Schema,
    Type,
    object_of,
)
from parcours.flow.journeys.activities.base import RuleText
from parcours.flow.journeys.activities.send_event import SendEvent
from parcours.flow.journeys.activities.update_profile import UpdateProfile
from parcours.flow.journeys.rules import LanguageRules
from parcours.language.runs import RunScope

SCHEMA = Schema({"age": INTEGER, "city": STRING, "seen": DATE_TIME}, {"visit": {"total": DECIMAL, "page": STRING}})
RULES = LanguageRules(SCHEMA, (), RunScope(events={"visit": object_of(SCHEMA.events["visit"])}))
LATER = {"journey": "nowWithDelta(1, 'days')"}


@pytest.mark.parametrize(
    ("rule", "type_"),
    [
        (RuleText("when", {"journey": "@{visit.total} > 5"}), BOOLEAN),
        (RuleText("when", {"given": "event.visit.total", "more_than": 5}), BOOLEAN),
        (RuleText("where", {"field": "total", "more_than": 5}, "visit"), BOOLEAN),
        (RuleText("values.a", {"journey": "@{visit.total}"}, usage="value"), DECIMAL),
        (RuleText("values.a", {"tree": {"given": "event.visit.page"}}, usage="value"), STRING),
        (RuleText("values.a", LATER, usage="value"), OFFSET_TIME),
        (RuleText("values.seen", LATER, usage="value", into=("attribute", "seen")), DATE_TIME),
        (RuleText("subject", {"journey": "@{visit.total}"}, usage="text"), STRING),
        (RuleText("until", LATER, usage="time"), DATE_TIME),
        (RuleText("until", {"journey": 'date("2024-05-01T10:00")'}, usage="time"), DATE_TIME_ONLY),
    ],
)
def test_rules_are_read_as_their_usage_says(rule: RuleText, type_: Type) -> None:
    node = RULES.parse(rule, rule.setting)
    assert node is not None
    assert node.type == type_


@pytest.mark.parametrize(
    ("activity", "where"),
    [
        (UpdateProfile(values={"age": {"journey": "@{visit.page}"}}), "values.age.journey"),
        (UpdateProfile(values={"age": {"pql": "city"}}), "values.age.pql"),
        (UpdateProfile(values={"city": {"tree": {"given": "event.visit.total"}}}), "values.city.tree"),
        (SendEvent(event="visit", values={"total": {"pql": "city"}}), "values.total.pql"),
    ],
    ids=str,
)
def test_what_an_attribute_or_property_cannot_hold_is_refused(activity: UpdateProfile | SendEvent, where: str) -> None:
    (rule,) = activity.rules()
    with pytest.raises(DefinitionError) as refused:
        RULES.parse(rule, rule.setting)
    assert [(problem.code, problem.where) for problem in refused.value.problems] == [("type.bad-usage", where)]


def test_rules_about_events_that_do_not_exist_are_not_looked_at() -> None:
    assert RULES.parse(RuleText("where", {"field": "total", "more_than": 5}, "nothing"), "where") is None
