"""The audit log: written beside the requests, found again, and not lost."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from parcours.core.clock import VirtualClock
from parcours.core.errors import InputError, WorkspaceError
from parcours.service.access import audit as module
from parcours.service.access.access import Access
from parcours.service.access.audit import Entry, Scribe
from parcours.service.access.gate import Gate


def entry(number: int, **given: object) -> Entry:
    shape: dict[str, object] = {
        "at": number * 1_000_000, "kind": "key", "caller": "id1", "name": "nightly", "operation": "contacts_create",
        "target": f"/api/contacts/{number}", "outcome": 200, "address": "192.0.2.1", "request": f"r{number}",
    }  # fmt: skip
    return Entry(**{**shape, **given})  # type: ignore[arg-type]


def test_entries_are_found_page_by_page(access: Access, gate: Gate) -> None:
    for number in range(1, 31):
        gate.noted(entry(number, outcome=403 if number % 10 == 0 else 200, name="ann" if number % 2 else "bob"))
    gate.close()
    newest = access.audit.list(limit=10)
    assert newest["request"].to_list() == [f"r{number}" for number in range(30, 20, -1)]
    following = access.audit.list(limit=10, before=newest["number"][-1])
    assert following["request"].to_list() == [f"r{number}" for number in range(20, 10, -1)]
    assert access.audit.list(outcome=403)["request"].to_list() == ["r30", "r20", "r10"]
    assert access.audit.list(caller="ann").height == 15
    assert access.audit.list(caller="id1", target="/api/contacts/3").height == 2
    assert access.audit.list(target="/api/%").height == 0
    assert access.audit.list(operation="nothing").height == 0
    window = access.audit.list(since="1970-01-01T00:00:05Z", until="1970-01-01T00:00:07Z")
    assert window["request"].to_list() == ["r6", "r5"]
    with pytest.raises(InputError):
        access.audit.list(since="yesterday")


def test_what_was_just_done_is_there(access: Access, gate: Gate) -> None:
    for number in range(1, 6):
        gate.noted(entry(number))
        assert access.audit.list(limit=1)["request"].to_list() == [f"r{number}"]


def test_an_orderly_end_loses_nothing(access: Access, gate: Gate) -> None:
    threads = [
        threading.Thread(target=lambda first=first: [gate.noted(entry(first * 1000 + n)) for n in range(300)])  # type: ignore[misc]
        for first in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gate.close()
    assert access.audit.list(limit=10_000).height == 1_200


def test_a_queue_that_is_full_makes_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAITING", 3)
    going, written = threading.Event(), list[Entry]()

    def slow(entries: Sequence[Entry]) -> None:
        going.wait(60)
        written.extend(entries)

    scribe = Scribe(slow, lambda: None)
    put = [scribe.put(entry(number), wait=False) for number in range(20)]
    assert put.count(False) >= 20 - 3 - module.TOGETHER
    assert not scribe.put(entry(99), wait=False)
    waiting = threading.Thread(target=lambda: scribe.put(entry(100), wait=True))
    waiting.start()
    going.set()
    waiting.join(60)
    scribe.close()
    assert len(written) == put.count(True) + 1
    assert written[-1].request == "r100"


def test_a_database_that_fails_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN", 0.01)
    written: list[Entry] = []
    failures = iter([True, True, False])

    def failing(entries: Sequence[Entry]) -> None:
        if next(failures, False):
            raise WorkspaceError("the disk is full", code="disk-full")
        written.extend(entries)

    scribe = Scribe(failing, lambda: None)
    scribe.put(entry(1), wait=True)
    deadline = threading.Event()
    while not written and not deadline.wait(0.01):
        pass
    scribe.close()
    assert [each.request for each in written] == ["r1"]


def test_an_entry_that_no_database_takes_holds_up_no_other(access: Access, gate: Gate) -> None:
    for number in (1, 2, 3):
        gate.noted(entry(number, name="\ud800" if number == 2 else "ann"))
    gate.close()
    assert access.audit.list()["request"].to_list() == ["r3", "r1"]


def test_uses_are_noted_at_the_end(access: Access, gate: Gate, clock: VirtualClock) -> None:
    made = access.keys.create("x", scopes=["data:read"])
    gate.find(str(made["key"]))
    assert access.keys.list()["used_at"][0] is None
    gate.close()
    assert access.keys.list()["used_at"].dt.epoch("us")[0] == clock.now()
