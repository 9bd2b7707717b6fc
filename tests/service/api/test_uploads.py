"""Files that come by HTTP: streamed to the disk, looked at, taken in; what does not arrive leaves nothing behind."""

from __future__ import annotations

import io
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import polars as pl
import pytest

import parcours
from parcours.core.errors import WorkspaceError
from parcours.service import uploaded
from parcours.testing.service import Client, Service, running_service
from tests.service.live import eventually

CSV = b"customer_id,when,total\na,2026-03-01,10.5\nb,2026-03-02,20\n,2026-03-02,7\nc,2026-03-0x,1\n"
BOUNDARY = "----parcours"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests, which takes short files only and has little patience."""
    folder = tmp_path_factory.mktemp("uploads") / "shop"
    parcours.init(folder).close()
    (folder / "parcours.toml").write_text("[intake]\nupload_mb = 2\nseconds = 1\n")
    with parcours.open(folder) as workspace, running_service(workspace) as service:
        yield service


@pytest.fixture
def service(running: Service) -> Service:
    """The service without any uploads."""
    for id in running.workspace.imports.list()["import"]:
        running.workspace.imports.delete(id)
    return running


def form(content: bytes, name: str = "orders.csv", **texts: str) -> bytes:
    """A form with a file; the texts stand behind it."""
    parts = [(f'name="file"; filename="{name}"', content)]
    parts += [(f'name="{key}"', text.encode()) for key, text in texts.items()]
    written = b"".join(
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + body + b"\r\n"
        for head, body in parts
    )
    return written + f"--{BOUNDARY}--\r\n".encode()


def send(client: Client, body: bytes, query: str = "") -> Any:
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return client.ask("POST", f"/imports{query}", body, content_type=kind)


def folders(service: Service) -> list[str]:
    place = service.workspace.folder / "uploads"
    return sorted(os.listdir(place)) if place.is_dir() else []


def count(service: Service, event: str) -> int:
    service.workspace.replay("2026-03-10", "2026-03-10")
    return int(service.workspace.sql(f"SELECT count(*) FROM {event}").item())


def test_a_file_is_taken_in_and_what_was_wrong_is_told(service: Service) -> None:
    answer = send(service.client, form(CSV, event="purchase", mapping='{"time": "when"}', wait="true"))
    assert answer.status == 201, answer.content
    shape = answer.data
    assert answer.headers["location"] == f"/api/imports/{shape['import']}"
    assert (shape["state"], shape["accepted_by_type"], shape["rejected"]) == ("done", {"purchase": 2}, 2)
    assert shape["names"] == {"purchase": {"total": "decimal"}}
    assert shape["done"] == 1.0
    assert count(service, "purchase") == 2
    refused = service.client.did("GET", f"/imports/{shape['import']}/rejected")
    assert [(row["row"], row["code"]) for row in refused["items"]] == [(3, "no-profile"), (4, "bad-time")]
    assert {row["source"] for row in refused["items"]} == {"orders.csv"}
    assert service.workspace.dead_letters().height == 2
    listed = service.client.did("GET", "/imports")["items"]
    assert [(row["file"], row["state"], row["accepted"]) for row in listed] == [("orders.csv", "done", 2)]


def test_first_looked_at_then_taken_in(service: Service) -> None:
    id = send(service.client, form(CSV, start="false")).data["import"]
    assert service.client.did("GET", f"/imports/{id}")["state"] == "uploaded"
    options = {"event": "ordered", "mapping": {"time": "when", "rename": {"total": "amount"}}}
    seen = service.client.did("POST", f"/imports/{id}/preview", options)
    assert [column["column"] for column in seen["columns"]] == ["customer_id", "when", "total"]
    assert (seen["rows_in_file"], seen["accepted"], seen["rejected"]) == (4, {"ordered": 2}, 2)
    assert seen["types"] == {"ordered": {"amount": "decimal"}}
    assert seen["rows"]["ordered"][0]["amount"] == 10.5
    assert [(each["code"], each["rows"], each["row"]) for each in seen["problems"]] == [
        ("no-profile", 1, 3), ("bad-time", 1, 4),
    ]  # fmt: skip
    assert "ordered" not in service.workspace.schema.events
    service.client.did("POST", f"/imports/{id}/start", options)
    assert service.client.did("POST", f"/imports/{id}/wait")["accepted"] == 2
    again = service.client.ask("POST", f"/imports/{id}/start", options)
    assert (again.status, again.data["code"]) == (409, "not-possible")
    assert count(service, "ordered") == 2


def test_profiles_as_the_body_itself_of_any_format(service: Service) -> None:
    people = pl.DataFrame({"customer_id": ["a", "b"], "city": ["Lyon", "Nice"]})
    parquet = io.BytesIO()
    people.write_parquet(parquet)
    bodies = {"p.parquet": parquet.getvalue(), "p.ndjson": people.write_ndjson().encode()}
    for name, body in bodies.items():
        answer = service.client.ask("POST", f"/imports?name={name}&what=profiles&wait=1", body, content_type="text/csv")
        assert (answer.status, answer.data["accepted"]) == (201, 2), answer.content
    assert service.workspace.schema.attributes["city"]


def test_a_file_that_does_not_fit_fails_and_takes_nothing_in(service: Service) -> None:
    shape = send(service.client, form(b"a,b\n1,2\n", event="purchase", wait="true")).data
    assert (shape["state"], shape["error"]["code"]) == ("failed", "no-such-column")
    assert str(service.workspace.folder) not in json.dumps(shape)
    mapping = {"profile": "a", "time": "b", "time_format": "unix"}
    service.client.did("POST", f"/imports/{shape['import']}/start", {"event": "purchase", "mapping": mapping})
    assert service.client.did("POST", f"/imports/{shape['import']}/wait")["state"] == "done"


@pytest.mark.parametrize(
    ("texts", "status", "code"),
    [
        ({"what": "dreams"}, 422, "bad-input"),
        ({"format": "xml"}, 422, "unknown-format"),
        ({"mapping": "{no"}, 400, "bad-request"),
        ({"mapping": "[1]"}, 400, "bad-request"),
        ({"mapping": '{"prfile": "a"}'}, 422, "unknown-key"),
        ({"wait": "perhaps"}, 400, "bad-request"),
        ({"colour": "red"}, 400, "bad-request"),
        ({"what": "profiles", "replace": "true"}, 422, "bad-input"),
        ({"mapping": "x" * 300_000}, 400, "bad-request"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    service: Service, texts: dict[str, str], status: int, code: str
) -> None:
    answer = send(service.client, form(CSV, **texts))
    assert (answer.status, answer.data["code"]) == (status, code), answer.content
    assert folders(service) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no form",
        form(CSV)[:-30],
        form(CSV).replace(b'name="file"', b'name="other"', 1),
        form(CSV)[: -len(f"--{BOUNDARY}--\r\n")] + form(CSV),
        form(b""),
    ],
    ids=["nothing", "no form", "cut off", "no file", "two files", "an empty file"],
)
def test_broken_forms_are_refused_and_leave_nothing(service: Service, body: bytes) -> None:
    answer = send(service.client, body)
    assert answer.status in (400, 422), answer.content
    assert folders(service) == []


def test_a_file_that_is_too_long_is_refused_before_and_while_it_comes(service: Service) -> None:
    long = form(b"x" * 3_000_000)
    answer = send(service.client, long)
    assert (answer.status, answer.data["code"]) == (413, "too-large")
    assert "intake.upload_mb" in answer.data["hint"]
    with talking(service) as wire:
        wire.sendall(head(service, "transfer-encoding: chunked"))
        told = b""
        try:
            for at in range(0, len(long), 100_000):
                piece = long[at : at + 100_000]
                wire.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        except OSError:
            pass
        told = wire.recv(100)
    assert b"413" in told
    assert folders(service) == []


def head(service: Service, length: str) -> bytes:
    place = urlsplit(service.address).netloc
    lines = ["POST /api/imports HTTP/1.1", f"host: {place}", f"authorization: Bearer {service.key}", length]
    return "\r\n".join([*lines, f"content-type: multipart/form-data; boundary={BOUNDARY}", "", ""]).encode()


def talking(service: Service) -> socket.socket:
    parts = urlsplit(service.address)
    return socket.create_connection((parts.hostname, parts.port), timeout=30)


def test_a_client_that_goes_away_leaves_nothing(service: Service) -> None:
    body = form(b"x" * 1_500_000)
    with talking(service) as wire:
        wire.sendall(head(service, f"content-length: {len(body)}") + body[:1_200_000])
        eventually(lambda: folders(service))
    eventually(lambda: not folders(service))
    assert service.client.did("GET", "/imports")["items"] == []


def test_a_client_that_falls_silent_is_told_and_leaves_nothing(service: Service) -> None:
    body = form(b"x" * 1_000)
    with talking(service) as wire:
        wire.sendall(head(service, f"content-length: {len(body)}") + body[:300])
        assert b" 408 " in wire.recv(1_000)
    assert folders(service) == []


def test_a_full_disk_is_told_and_leaves_nothing(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: object, content: bytes) -> None:
        raise WorkspaceError("the file cannot be kept: no space left on device", code="disk-full")

    monkeypatch.setattr(uploaded.Upload, "write", full)
    answer = send(service.client, form(CSV))
    assert (answer.status, answer.data["code"]) == (503, "disk-full")
    assert folders(service) == []


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", "..\\x.csv", "note.json", "", ".", "a/b/c.csv", "\u0000.csv"])
def test_no_name_leads_anywhere_else(service: Service, name: str) -> None:
    answer = send(service.client, form(CSV, name), "?start=false")
    assert answer.status == 201, answer.content
    (folder,) = folders(service)
    inside = sorted(path.name for path in (service.workspace.folder / "uploads" / folder).iterdir())
    assert len(inside) == 2
    assert "note.json" in inside
    options = {"event": "e", "mapping": {"time": "when"}, "format": "csv"}
    assert service.client.did("POST", f"/imports/{folder}/preview", options)


@pytest.mark.parametrize("id", ["nothing", "..", "0123", "%2e%2e"])
def test_an_upload_that_is_not_there_is_not_found(service: Service, id: str) -> None:
    assert service.client.ask("GET", f"/imports/{id}").status == 404


def test_cancelled_and_forgotten(service: Service) -> None:
    id = send(service.client, form(CSV, start="false")).data["import"]
    assert service.client.did("POST", f"/imports/{id}/cancel")["state"] == "cancelled"
    assert service.client.ask("POST", f"/imports/{id}/cancel").status == 409
    service.client.did("DELETE", f"/imports/{id}")
    assert service.client.ask("GET", f"/imports/{id}").status == 404
    assert folders(service) == []


def test_a_restart_knows_of_uploads(service: Service) -> None:
    done = send(service.client, form(CSV, event="purchase", mapping='{"time": "when"}', wait="true")).data["import"]
    waits = send(service.client, form(CSV, start="false")).data["import"]
    note = service.workspace.folder / "uploads" / waits / "note.json"
    note.write_bytes(note.read_bytes().replace(b'"uploaded"', b'"reading"'))
    later = uploaded.Shelf(service.workspace.folder / "uploads")
    assert {id: later.read(id).state for id in later.ids()} == {done: "done", waits: "interrupted"}


def test_what_a_killed_service_left_half_is_removed(tmp_path: Path) -> None:
    parcours.init(tmp_path / "shop").close()
    half = tmp_path / "shop" / "uploads" / "0123456789abcdef"
    half.mkdir(parents=True)
    (half / "orders.csv").write_bytes(CSV[:20])
    with parcours.open(tmp_path / "shop"):
        assert not half.exists()


def test_only_who_may_write_data_may_upload(service: Service) -> None:
    assert send(service.stranger, form(CSV)).status == 401
    assert send(service.client_with("data:read"), form(CSV)).status == 403
    assert send(service.client_with("data:write"), form(CSV, start="false")).status == 201
    foreign = {"origin": "https://elsewhere.example"}
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    assert service.client.ask("POST", "/imports", form(CSV), content_type=kind, **foreign).status == 400
    assert len(folders(service)) == 1
