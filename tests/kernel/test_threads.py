"""Pieces of one computation in several threads: nobody can tell from what comes out."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from parcours.kernel import threads
from parcours.kernel.threads import portions, together


@pytest.fixture(autouse=True)
def helped(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As on a machine with three processors."""
    monkeypatch.setattr(threads, "_count", lambda: 2)
    threads._helpers.cache_clear()
    yield
    threads._helpers.cache_clear()


def test_results_come_in_the_order_of_the_pieces() -> None:
    last = threading.Event()

    def piece(number: int) -> int:
        if number == 0:
            assert last.wait(10), "nobody else did the other pieces"
        if number == 19:
            last.set()
        return number

    assert together([lambda number=number: piece(number) for number in range(20)]) == list(range(20))  # type: ignore[misc]


def test_a_piece_may_have_pieces_of_its_own() -> None:
    def outer(number: int) -> list[int]:
        return together([lambda inner=inner: 10 * number + inner for inner in range(4)])  # type: ignore[misc]

    found = together([lambda number=number: outer(number) for number in range(8)])  # type: ignore[misc]
    assert found == [[10 * number + inner for inner in range(4)] for number in range(8)]


def test_the_first_failed_piece_says_what_went_wrong_when_all_have_ended() -> None:
    ended = []

    def piece(number: int) -> None:
        if number % 3 == 1:
            raise ValueError(str(number))
        ended.append(number)

    with pytest.raises(ValueError, match=r"^1$"):
        together([lambda number=number: piece(number) for number in range(9)])  # type: ignore[misc]
    assert sorted(ended) == [0, 2, 3, 5, 6, 8]


def test_without_helpers_the_caller_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_count", lambda: 0)
    threads._helpers.cache_clear()
    assert set(together([threading.get_ident] * 5)) == {threading.get_ident()}


def test_portions_hold_everything_once_and_small_things_stay_together() -> None:
    items = list(range(21))
    assert portions(items, 10) == [items]
    parts = portions(items, threads.WORTHWHILE)
    assert len(parts) > 1
    assert sorted(item for part in parts for item in part) == items
    assert portions([], threads.WORTHWHILE) == []
