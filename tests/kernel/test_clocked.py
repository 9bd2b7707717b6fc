"""Rules that read the instant of evaluation: what they give, and when time makes them worth another look."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from parcours.core.clock import DAY, instant
from parcours.core.schema import DATE_ONLY, INTEGER, STRING, Schema, list_of, object_of
from parcours.kernel.book import FeatureBook
from parcours.kernel.evaluate import Compiled, evaluate
from parcours.kernel.reading import Moment
from parcours.language.functions import registry
from parcours.language.reference import Person, holds
from parcours.language.tree import Attribute, Call, Field, InWindow, Literal, Node, Now, Quantifier
from parcours.language.window_kinds import Calendar, Rolling

SCHEMA = Schema({"born": DATE_ONLY, "cards": list_of(object_of({"until": DATE_ONLY}))})
BORN = Attribute(("born",), DATE_ONLY)
BIRTHS = [date(1980, 6, 1), date(1990, 5, 31), None, date(2000, 2, 29)]


def call(name: str, *args: Node) -> Call:
    return Call(name, args, registry.resolve(name, [arg.type for arg in args]))


TODAY = call("date_of", Now(), Literal("Europe/Paris", STRING))
THIS_MONTH = call("eq", call("month", BORN), call("month", Now()))
ANY_TIME = call("gt", call("millis_of", Now()), call("year", BORN))


def book() -> FeatureBook:
    found = FeatureBook(SCHEMA, len(BIRTHS))
    changes = pl.DataFrame(
        {
            "_profile": pl.Series(range(len(BIRTHS)), dtype=pl.Int32),
            "_time": pl.Series([0] * len(BIRTHS)).cast(pl.Datetime("us", "UTC")),
            "_set": [["born"]] * len(BIRTHS),
            "born": BIRTHS,
        }
    )
    found.take_attributes(changes, -1, 0)
    found.settle()
    return found


@pytest.mark.parametrize("rule", [THIS_MONTH, call("is_null", TODAY), call("gt", TODAY, BORN), ANY_TIME])
@pytest.mark.parametrize("now", ["2024-05-31T21:59:59", "2024-05-31T22:00", "2024-06-01", "2024-02-29"])
def test_rules_on_now_are_the_reference(rule, now):
    people = [Person({"born": born}) for born in BIRTHS]
    expected = [holds(rule, person, instant(now)) for person in people]
    found = evaluate({"r": Compiled(rule)}, book(), np.arange(4, dtype=np.int32), Moment(instant(now)), None)["r"]
    assert found.tolist() == expected


def test_at_several_instants_each_profile_has_its_own_now():
    rule = Compiled(THIS_MONTH)
    instants = np.array([instant("2024-05-31T23:59:59"), instant("2024-06-01")])
    who = np.array([0, 0], np.int32)
    found = evaluate({"r": rule}, book(), who, Moment(int(instants[1]), instants), None)["r"]
    assert found.tolist() == [False, True]


@pytest.mark.parametrize(
    ("rule", "earlier", "later", "stirs"),
    [
        (THIS_MONTH, "2024-05-01", "2024-05-31T23:59:59", False),
        (THIS_MONTH, "2024-05-31T23:59:59", "2024-06-01", True),
        (call("gt", TODAY, BORN), "2024-05-31T21:59:58", "2024-05-31T21:59:59", False),
        (call("gt", TODAY, BORN), "2024-05-31T21:59:59", "2024-05-31T22:00", True),
        (ANY_TIME, "2024-05-31T21:59:59", "2024-05-31T22:00", True),
        (call("gt", BORN, Literal(date(2000, 1, 1), DATE_ONLY)), "2024-05-31", "2034-06-01", False),
    ],
)
def test_time_stirs_a_rule_when_it_changes_what_it_makes_of_now(rule, earlier, later, stirs):
    assert Compiled(rule).stirs(instant(earlier), instant(later)) is stirs


def test_dates_in_lists_have_streams_what_is_computed_from_them_is_looked_at_all_the_time():
    until, cards = Field(("until",), DATE_ONLY), Attribute(("cards",), SCHEMA.attributes["cards"])
    due, later = (
        Compiled(Quantifier("any", cards, InWindow(day, Calendar("month", future=True))))
        for day in (until, call("add_days", until, Literal(1, INTEGER)))
    )
    assert not due.clocked
    assert [key[0].event for key in due.watched] == ["@cards.until"]
    assert later.clocked
    assert later.stirs(0, DAY)
    assert not Compiled(call("is_null", BORN)).clocked


def test_windows_over_computed_dates_are_looked_at_when_their_edges_move():
    renewed = call("add_days", BORN, Literal(30, INTEGER))
    monthly, rolling = (
        Compiled(InWindow(renewed, window)) for window in (Calendar("month", future=True), Rolling(DAY))
    )
    early, late, next_month = (instant(day) for day in ("2024-05-01", "2024-05-31T23:59:59", "2024-06-01"))
    assert [monthly.stirs(early, late), monthly.stirs(late, next_month)] == [False, True]
    assert rolling.stirs(late, late + 1)
