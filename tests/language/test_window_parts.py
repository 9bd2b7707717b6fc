"""Parts of windows hold the instants that they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import DAY, instant
from parcours.language.window_kinds import Absolute, Calendar, Edge, Ever, Relative, Rolling, Window
from parcours.language.window_parts import cut, met, past
from parcours.language.windows import contains

NOW = instant("2024-05-15T10:00:00Z")
TIMES = st.integers(NOW - 60 * DAY, NOW + 60 * DAY) | st.sampled_from(
    [NOW + days * DAY + off for days in (-40, -30, -7, -3, 0, 5) for off in (-1, 0, 1)]
)


@pytest.mark.parametrize(
    "window",
    [
        Rolling(30 * DAY),
        Rolling(30 * DAY, -7 * DAY),
        Rolling(30 * DAY, 7 * DAY, closed=True),
        Calendar("month", 0, 1, future=True),
        Absolute(NOW - 3 * DAY, NOW + 5 * DAY, future=True),
        Relative(Edge(-1, "month"), Edge(2, "day")),
        Ever(),
    ],
)
@given(t=TIMES)
def test_the_past_of_a_window(window: Window, t: int) -> None:
    found = past(window)
    assert found is not None
    assert contains(found, t, NOW) == (t <= NOW and contains(window, t, NOW))


def test_a_window_of_the_future_has_no_past() -> None:
    assert past(Rolling(0, -7 * DAY)) is None


@given(t=TIMES, edge=TIMES, side=st.sampled_from(["lt", "le", "gt", "ge"]), start=st.none() | TIMES)
def test_one_side_of_an_instant(t: int, edge: int, side: str, start: int | None) -> None:
    window = Ever() if start is None else Absolute(start)
    on_side = {"lt": t < edge, "le": t <= edge, "gt": t > edge, "ge": t >= edge}[side]
    assert contains(cut(window, side, edge), t, NOW) == (on_side and contains(window, t, NOW))


MEETING = [
    (Rolling(30 * DAY), Relative(None, Edge(-7, "day"))),
    (Rolling(30 * DAY, closed=True), Relative(None, Edge(-7, "day", closed=False))),
    (Relative(Edge(-2, "month"), Edge()), Relative(None, Edge(-1, "month"))),
]


@pytest.mark.parametrize(("first", "second"), MEETING)
@given(t=TIMES)
def test_where_two_windows_meet(first: Window, second: Window, t: int) -> None:
    for found in (met(first, second), met(second, first)):
        assert found is not None
        assert contains(found, t, NOW) == (contains(first, t, NOW) and contains(second, t, NOW))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Rolling(7 * DAY), Relative(None, Edge(-30, "day"))),
        (Rolling(30 * DAY), Rolling(7 * DAY)),
        (Rolling(30 * DAY), Relative(None, Edge(-1, "month"))),
        (Rolling(30 * DAY), Calendar("month")),
    ],
)
def test_others_are_not_one_window(first: Window, second: Window) -> None:
    assert met(first, second) is None
