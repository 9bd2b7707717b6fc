"""Requests that are sent again are done once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

import parcours
from parcours.core.clock import DAY, VirtualClock
from parcours.service.api.repeating import LONGEST_ANSWER
from parcours.testing.service import Client, running_service


def made(client: Client, key: str, name: str = "Alpha") -> tuple[int, dict[str, str], object]:
    answer = client.ask("POST", "/contacts", {"type": "company", "name": name}, idempotency_key=key)
    return answer.status, answer.headers, answer.data


@pytest.fixture(scope="module", autouse=True)
def numbers(client: Client) -> None:
    client.did("PUT", "/crm/series/CONT", {"next": "C0001"})


def count(client: Client) -> int:
    return int(client.did("POST", "/contacts/find")["total"])


def test_the_answer_of_the_first_time_comes_again(client: Client) -> None:
    before = count(client)
    status, headers, first = made(client, "k1")
    again, repeated, second = made(client, "k1")
    assert (status, again) == (200, 200)
    assert first == second
    assert (headers.get("idempotency-replayed"), repeated.get("idempotency-replayed")) == (None, "true")
    assert repeated["etag"] == headers["etag"]
    assert count(client) == before + 1


def test_another_request_takes_another_key(client: Client) -> None:
    made(client, "k2")
    status, _, problem = made(client, "k2", name="Beta")
    assert (status, problem["code"]) == (422, "key-reused")


def test_keys_belong_to_their_callers(client: Client, service: object) -> None:
    other = service.client_with("contacts:write")  # type: ignore[attr-defined]
    assert made(client, "k3")[2] != made(other, "k3")[2]


def test_a_refusal_is_an_answer_but_nobody_is_remembered_who_may_not(client: Client, service: object) -> None:
    first = client.ask("DELETE", "/contacts/NOBODY", idempotency_key="k4")
    assert (first.status, client.ask("DELETE", "/contacts/NOBODY", idempotency_key="k4").content) == (
        404,
        first.content,
    )
    reader = service.client_with("contacts:read")  # type: ignore[attr-defined]
    for _ in range(2):
        answer = reader.ask("POST", "/contacts", {"type": "company", "name": "No"}, idempotency_key="k5")
        assert (answer.status, "idempotency-replayed" in answer.headers) == (403, False)


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
def test_a_key_has_a_form(client: Client, key: str) -> None:
    status, _, problem = made(client, key)
    assert (status, problem["code"]) == (422, "bad-key")


def test_reading_takes_no_notice(client: Client) -> None:
    for _ in range(2):
        assert "idempotency-replayed" not in client.ask("GET", "/segments", idempotency_key="k6").headers


def test_what_is_shown_once_is_not_kept(client: Client) -> None:
    body = {"name": "program", "scopes": ["segments:read"]}
    first = client.ask("POST", "/keys", body, idempotency_key="k7")
    again = client.ask("POST", "/keys", body, idempotency_key="k7")
    assert (first.status, again.status, again.data["code"]) == (200, 409, "answer-not-kept")


def test_long_answers_are_not_kept(client: Client) -> None:
    text = "x" * (LONGEST_ANSWER + 1)
    first = client.ask("POST", "/contacts", {"type": "company", "name": text}, idempotency_key="k8")
    if first.status == 200:
        again = client.ask("POST", "/contacts", {"type": "company", "name": text}, idempotency_key="k8")
        assert (again.status, again.data["code"]) == (409, "answer-not-kept")


def test_two_at_once(client: Client, service: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from parcours.service.crm.contacts import Contacts

    begun, go_on = threading.Event(), threading.Event()
    whole = Contacts.create

    def slow(self: Contacts, **fields: object) -> object:
        begun.set()
        assert go_on.wait(30)
        return whole(self, **fields)

    monkeypatch.setattr(Contacts, "create", slow)
    answers: list[object] = []
    first = threading.Thread(target=lambda: answers.append(made(client, "k9")))
    first.start()
    assert begun.wait(30)
    status, _, problem = made(client, "k9")
    go_on.set()
    first.join()
    assert (status, problem["code"]) == (409, "in-progress")
    assert made(client, "k9")[2] == answers[0][2]  # type: ignore[index]


def test_a_restart_forgets_nothing_and_a_day_does(tmp_path: Path) -> None:
    clock = VirtualClock(0)
    with parcours.init(tmp_path / "w", clock) as workspace, running_service(workspace) as service:
        service.client.did("PUT", "/crm/series/CONT", {"next": "C0001"})
        answer = service.client.ask("POST", "/contacts", {"name": "A"}, idempotency_key="k")
        key = service.key
        memory = workspace._parts.catalogue
        from parcours.store.catalogue import requests

        who = f"key:{workspace.access.keys.list()[0, 'id']}"
        with memory.writing() as con:  # another request was cut off by the end of the process
            requests.begin(con, who, "cut", "?", "an earlier process", 0)
    with parcours.open(tmp_path / "w", clock) as workspace, running_service(workspace) as service:
        client = Client(service.address, key)
        again = client.ask("POST", "/contacts", {"name": "A"}, idempotency_key="k")
        assert (again.content, again.headers["idempotency-replayed"]) == (answer.content, "true")
        assert client.ask("POST", "/contacts", {"name": "B"}, idempotency_key="cut").status == 200
        clock.sleep_until(DAY + 1)
        new = client.ask("POST", "/contacts", {"name": "A"}, idempotency_key="k")
        assert (new.status, new.content == answer.content) == (200, False)
