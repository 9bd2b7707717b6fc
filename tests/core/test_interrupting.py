"""Work that is given up where nothing is half done."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from parcours.core import interrupting
from parcours.core.interrupting import Interrupted, Wish, ended_by, look


@pytest.fixture
def wish() -> Iterator[Wish]:
    made = Wish()
    token = interrupting.wish.set(made)
    yield made
    interrupting.wish.reset(token)


def test_work_that_nobody_can_withdraw_goes_on() -> None:
    look()
    with ended_by(lambda: pytest.fail("nobody asked for it")):
        look()


def test_work_looks_whether_it_is_wanted(wish: Wish) -> None:
    look()
    wish.withdraw()
    with pytest.raises(Interrupted):
        look()
    with pytest.raises(Interrupted), ended_by(lambda: None):
        pytest.fail("it should not have begun")


def test_work_that_cannot_look_is_told(wish: Wish) -> None:
    told = []

    def work() -> None:
        with ended_by(lambda: told.append("end")):
            wish.withdraw()
            raise ValueError("because it was ended")

    with pytest.raises(Interrupted):
        work()
    assert told == ["end"]
    wish.withdraw()
    assert told == ["end"]


def test_what_fails_by_itself_says_so(wish: Wish) -> None:
    with pytest.raises(ValueError, match="by itself"), ended_by(lambda: None):
        raise ValueError("by itself")


def test_work_that_had_not_begun_is_told_again(wish: Wish) -> None:
    """A query that begins a moment after it was ended would never end."""
    told = threading.Semaphore(0)

    def work() -> None:
        with ended_by(told.release):
            wish.withdraw()
            for _ in range(3):
                assert told.acquire(timeout=60)
            raise ValueError("because it was ended")

    with pytest.raises(Interrupted):
        work()
