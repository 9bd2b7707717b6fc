"""The CRM over HTTP: a real server, a real client, the same operations as in Python."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

import parcours
from parcours.service.surface.groups import OPERATIONS
from parcours.testing.service import Client, running_service


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """An API with a company and a worksheet."""
    with (
        parcours.init(tmp_path_factory.mktemp("crm") / "workspace") as workspace,
        running_service(workspace) as service,
    ):
        client = service.client
        client.did("PUT", "/crm/series/CONT", {"next": "C0001"})
        for name in ("Alpha", "Beta", "Gamma"):
            client.did("POST", "/contacts", {"type": "company", "name": name})
        client.did("POST", "/worksheets", {"no": "S1", "description": "Spring"})
        yield client


def test_the_description_names_every_operation(client: Client) -> None:
    described = client.did("GET", "/openapi.json")
    assert described["openapi"].startswith("3.1")
    found = {(verb.upper(), path) for path, verbs in described["paths"].items() for verb in verbs}
    assert found >= {(operation.verb, f"/api{operation.path}") for operation in OPERATIONS if operation.path}
    ids = [each["operationId"] for verbs in described["paths"].values() for each in verbs.values()]
    assert len(ids) == len(set(ids))
    assert all(each["summary"] for verbs in described["paths"].values() for each in verbs.values())


def test_contacts_are_made_changed_and_deleted(client: Client) -> None:
    made = client.did("POST", "/contacts", {"type": "person", "name": "Ann Lee", "birthday": "1990-02-28"})
    path = f"/contacts/{made['no']}"
    changed = client.did("PATCH", path, {"city": "Lyon", "expected_version": made["version"]})
    assert (changed["city"], changed["birthday"]) == ("Lyon", "1990-02-28")
    stale = client.ask("PATCH", path, {"city": "Paris", "expected_version": made["version"]})
    assert (stale.status, stale.data["code"]) == (409, "conflict")
    assert client.did("DELETE", path) == [made["no"]]
    assert client.ask("GET", path).status == 404


def test_actions_are_previewed_done_and_undone(client: Client) -> None:
    filters = {"filters": {"contact": {"name": "Alpha|Beta"}}}
    shown = client.did("POST", "/worksheets/S1/add", {**filters, "preview": True})
    assert (shown["count"], client.did("GET", "/worksheets/S1/lines")["items"]) == (2, [])
    assert client.did("POST", "/worksheets/S1/add", filters)["contacts"] == shown["contacts"]
    page = client.did("GET", "/worksheets/S1/lines?limit=1")
    assert [line["contact_no"] for line in page["items"]] == shown["contacts"][:1]
    assert client.did("POST", "/worksheets/S1/back")["deleted"] == 2


def test_open_questions_come_back_and_are_answered(client: Client) -> None:
    client.did("POST", "/worksheets/S1/add", {"filters": {"contact": {"name": "Gamma"}}})
    asked = client.ask("POST", "/worksheets/S1/back", {"answers": {}})
    assert (asked.status, asked.data["question"], asked.data["default"]) == (409, "undo_last_action", False)
    assert client.did("POST", "/worksheets/S1/back", {"answers": {"undo_last_action": False}}) is None
    assert client.did("POST", "/worksheets/S1/back", {"answers": {"undo_last_action": True}})["deleted"] == 1


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/contacts/NOBODY", None, 404, "unknown-name"),
        ("POST", "/worksheets/S1/add", "{", 400, "bad-request"),
        ("POST", "/worksheets/S1/add", {"nope": 1}, 422, "bad-request"),
        ("POST", "/worksheets/S1/add", {"filters": {"contact": {"name": "(A"}}}, 422, "parse.not-closed"),
        ("POST", "/worksheets/S1/log", {}, 409, "segment-empty"),
        ("POST", "/contacts", {"name": 1}, 422, "bad-request"),
        ("GET", "/worksheets/S1/lines?limit=-1", None, 422, None),
        ("GET", "/nowhere", None, 404, "not-found"),
        ("PATCH", "/worksheets", {}, 405, "method-not-allowed"),
    ],
)
def test_one_shape_for_what_goes_wrong(
    client: Client, method: str, path: str, body: object, status: int, code: str | None
) -> None:
    answer = client.ask(method, path, body)
    assert answer.status == status, answer.content
    assert answer.data["ok"] is False
    assert answer.data["message"]
    assert code is None or answer.data["code"] == code


def test_the_place_of_a_problem_is_told(client: Client) -> None:
    answer = client.ask("POST", "/worksheets/S1/add", {"filters": {"contact": {"name": "(A"}}})
    assert answer.data["problems"][0]["where"] == "filters.contact.name"


def test_files_come_as_they_are(client: Client) -> None:
    client.did("POST", "/worksheets/S1/add", {"filters": {"contact": {"name": "Alpha"}}})
    answer = client.ask("GET", "/worksheets/S1/labels")
    assert (answer.headers["content-type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert "labels" in answer.headers["content-disposition"]


def test_attachments_travel_in_base_64(client: Client) -> None:
    made = client.did("POST", "/attachments", {"name": "hi.txt", "content": "aGkh"})
    assert client.did("GET", f"/attachments/{made['no']}")["content"] == "aGkh"


def test_who_works_is_in_the_audit_trail(client: Client) -> None:
    client.did("PATCH", "/contacts/C0001", {"city": "Nantes"}, parcours_user="ann", parcours_work_date="2026-01-28")
    (last,) = client.did("GET", "/crm/trail?kind=contact&limit=1")["items"]
    assert (last["by"], last["operation"], last["key"]) == ("ann", "change_contact", "C0001")
    (change,) = client.did("GET", f"/crm/trail/{last['revision']}")
    assert change["fields"] == {"city": ["", "Nantes"]}


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://elsewhere.example"}, {"content_type": "text/plain"}, {"host": "elsewhere.example"}],
)
def test_pages_from_elsewhere_change_nothing(client: Client, headers: dict[str, str]) -> None:
    answer = client.ask("PATCH", "/contacts/C0001", {"city": "Elsewhere"}, **headers)
    assert (answer.status, answer.data["code"]) == (400, "not-from-here")
    assert client.did("GET", "/contacts/C0001")["city"] != "Elsewhere"


def test_files_of_contacts_are_taken_in_and_given_out(client: Client) -> None:
    content = base64.b64encode(b"Number,Surname,Email\nF1,Lee,lee@example.com\nF2,Ray,nonsense\n").decode()
    assert client.did("POST", "/contact-files/csv/columns", {"content": content})["Surname"] == "last_name"
    taken = client.did("POST", "/contact-files/csv", {"content": content})
    assert (taken["created"], [each["place"] for each in taken["problems"]]) == (["F1"], ["row 2"])
    wanted = {"filters": {"contact": {"no": "F*"}}, "fields": ["no", "email"]}
    given = client.ask("POST", "/contact-files/csv/export", wanted)
    assert given.content == b"no,email\nF1,lee@example.com\n"
    assert given.headers["content-type"].startswith("text/csv")


def test_answers_are_given_and_taken(client: Client) -> None:
    client.did("PUT", "/questionnaires/Q", {"description": "Habits"})
    client.did("PUT", "/questionnaires/Q/lines/10", {"type": "question", "description": "How often?"})
    client.did("PUT", "/questionnaires/Q/lines/20", {"type": "answer", "description": "Weekly", "from": 1, "to": 2})
    assert client.did("PUT", "/contacts/C0001/answers/Q/20") is True
    assert [each["answer"] for each in client.did("GET", "/contacts/C0001/answers")["items"]] == ["Weekly"]
    assert client.did("POST", "/questionnaires/classify", {"codes": ["Q"]}) == 0
    assert client.did("DELETE", "/contacts/C0001/answers/Q/20") is True


def test_notes_duplicates_and_deliveries_have_routes(client: Client) -> None:
    made = client.did("POST", "/notes/contact/C0001", {"text": "met at the fair"})
    assert [each["text"] for each in client.did("GET", "/notes/contact/C0001")["items"]] == ["met at the fair"]
    client.did("DELETE", f"/notes/{made['id']}")
    assert client.did("POST", "/duplicates/find")["items"] == []
    client.did("POST", "/duplicates/C0002/C0003/keep-apart")
    assert client.did("POST", "/interactions/send") == {"delivered": 0, "failed": 0, "left": 0, "reason": ""}


def test_lists_with_arguments_of_their_own_come_in_pages(client: Client) -> None:
    client.did("PUT", "/salespeople/TESS", {"name": "Tess"})
    client.did("PUT", "/crm/series/TASK", {"next": "T0001"})
    for name in ("Delta", "Omega"):
        client.did("POST", "/tasks", {"description": name, "date": "2026-01-05", "salesperson_code": "TESS"})
    first = client.did("GET", "/tasks?limit=1&open_only=true")
    assert (len(first["items"]), first["total"]) == (1, 2)
    (second,) = client.did("GET", f"/tasks?limit=1&open_only=true&cursor={first['next']}")["items"]
    assert {first["items"][0]["description"], second["description"]} == {"Delta", "Omega"}
    assert client.ask("GET", "/tasks?limt=1").status == 422
