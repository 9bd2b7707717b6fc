"""One at a time, and who works for long lets others go first."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from parcours.core.errors import WorkspaceError
from parcours.service.turns import Turns, once


def test_its_thread_may_take_a_turn_again() -> None:
    turns = Turns()
    with turns, turns:
        assert not turns.wanted
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(turns.acquire, False).result() is False
            assert pool.submit(turns.acquire, timeout=0.01).result() is False
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(turns.acquire, False).result()


def test_who_gives_way_comes_after_somebody_who_waits() -> None:
    turns, order = Turns(), list[str]()

    def other() -> None:
        with turns:
            order.append("other")

    with turns:
        thread = threading.Thread(target=other)
        thread.start()
        while not turns.wanted:
            time.sleep(0.001)
        order.append("first")
        turns.give_way()
        order.append("first again")
    thread.join()
    assert order == ["first", "other", "first again"]
    with turns:
        turns.give_way()  # nobody waits: nothing happens


def test_time_is_moved_by_one_at_a_time() -> None:
    turns = Turns()
    with turns.alone("live"):
        with pytest.raises(WorkspaceError, match="runs live") as error, turns.alone("replay"):
            pytest.fail("both at once")
        assert error.value.code == "moving"
    with turns.alone("replay"), pytest.raises(WorkspaceError, match="being replayed"), turns.alone("live"):
        pytest.fail("both at once")
    assert turns.mover == ""


def test_what_is_made_once_is_made_by_one_thread() -> None:
    made = []

    class Shop:
        def __init__(self) -> None:
            self.making = threading.RLock()

        @once
        def till(self) -> object:
            time.sleep(0.02)
            made.append(1)
            return object()

    shop = Shop()
    with ThreadPoolExecutor(8) as pool:
        tills = {id(each.result()) for each in [pool.submit(lambda: shop.till) for _ in range(8)]}
    assert (len(tills), made) == (1, [1])
