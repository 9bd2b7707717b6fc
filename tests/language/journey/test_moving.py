"""What moves with the clock becomes a window, with the same meaning, and is written as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parcours.core.clock import DAY, instant
from parcours.core.schema import DATE_TIME
from parcours.language.functions import registry
from parcours.language.journey.print import print_expression
from parcours.language.journey.read import read
from parcours.language.journey.scope import JourneyScope
from parcours.language.reference import Person, evaluate
from parcours.language.tree import Attribute, Call, InWindow, Literal, Now, walk
from parcours.language.window_kinds import Edge, Relative, Rolling, Window
from tests.language.shop import SHOP

SCOPE = JourneyScope(profile=SHOP)
ENDS = "#{Parcours.Profile.trial_ends}"
VALUE = Attribute(("trial_ends",), DATE_TIME)
MOMENTS = st.datetimes(datetime(2023, 1, 1), datetime(2025, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("text", "window"),
    [
        (f"inLastDays({ENDS}, 7)", Rolling(7 * DAY, 0, closed=True)),
        (f"inNextDays({ENDS}, 7)", Rolling(0, -7 * DAY, closed=True)),
        (f"inLastMonths({ENDS}, 2)", Relative(Edge(-2, "month"), Edge())),
        (f'{ENDS} > nowWithDelta(-7, "days") and {ENDS} <= now()', Rolling(7 * DAY, 0)),
        (f'{ENDS} > nowWithDelta(-7, "days")', Relative(Edge(-7, "day", closed=False), None)),
        (f'nowWithDelta(-7, "days") > {ENDS}', Relative(None, Edge(-7, "day", closed=False))),
        (f'{ENDS} >= now() + toDuration("PT36H")', Relative(Edge(36, "hour"), None)),
        (f"{ENDS} < now()", Relative(None, Edge(closed=False))),
    ],
)
def test_windows(text: str, window: Window) -> None:
    tree = read(text, SCOPE)
    assert tree == InWindow(VALUE, window)
    assert read(print_expression(tree), SCOPE) == tree


@pytest.mark.parametrize(
    "text",
    [
        f"inLastDays({ENDS}, -1)",
        f"inLastDays({ENDS}, #{{Parcours.Profile.children}})",
        f"inLastYears({ENDS}, 5000)",
        f'{ENDS} > nowWithDelta(-1, "days", "Europe/Paris")',
        'now() > nowWithDelta(-1, "days")',
    ],
)
def test_what_is_no_window_stays_a_function(text: str) -> None:
    tree = read(text, SCOPE)
    assert any(isinstance(part, Now) for part in walk(tree))
    assert read(print_expression(tree), SCOPE) == tree


@given(
    st.sampled_from(["hour", "day", "month", "year"]),
    st.sampled_from(["last", "next"]),
    st.integers(0, 40),
    MOMENTS,
    MOMENTS,
)
@example("month", "last", 1, datetime(2024, 2, 29, tzinfo=UTC), datetime(2024, 3, 31, tzinfo=UTC))
def test_functions_and_windows_agree(unit: str, way: str, n: int, value: datetime, now: datetime) -> None:
    tree = read(f'in{way.title()}{unit.title()}s(date("{value.isoformat()}"), {n})', SCOPE)
    assert isinstance(tree, InWindow)
    expected = registry.get(f"in_{way}_{unit}s").meaning(now, value, n)
    assert evaluate(tree, Person(), instant(now)) is expected


@given(
    st.sampled_from(["<", "<=", ">", ">="]),
    st.sampled_from(["seconds", "minutes", "hours", "days", "months", "years"]),
    st.integers(-40, 40),
    MOMENTS,
    st.none() | st.integers(-1, 1),
)
def test_comparisons_and_windows_agree(sign: str, part: str, n: int, now: datetime, near: int | None) -> None:
    edge = registry.get("now_with_delta").meaning(now, n, part).astimezone(UTC)
    value = edge + timedelta(microseconds=near) if near is not None else now
    tree = read(f'date("{value.isoformat()}") {sign} nowWithDelta({n}, "{part}")', SCOPE)
    assert isinstance(tree, InWindow)
    function = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}[sign]
    plain = Call(function, (Literal(value, DATE_TIME), Literal(edge, DATE_TIME)), tree.type)
    assert evaluate(tree, Person(), instant(now)) == evaluate(plain, Person(), instant(now))
