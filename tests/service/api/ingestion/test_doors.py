"""What is let in, and what is refused with which answer; nothing that is refused leaves anything behind."""

from __future__ import annotations

import base64
import gzip
import json
import socket
import time
import zlib
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

import pytest

from parcours.core.errors import Overloaded, WorkspaceError
from tests.service.api.ingestion.conftest import Server
from tests.service.api.ingestion.recordings import Answer, ask, calls

TRACK = {"type": "track", "event": "Bought", "userId": "u", "messageId": "m"}
BATCH = json.dumps({"batch": [TRACK]}).encode()
PACKED = gzip.compress(BATCH, mtime=0)  # the same at any time: it stands in names of tests
EVENT = {"event": "bought", "distinct_id": "u", "uuid": "m"}


def auth(name: str, password: str = "") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


WEB, MAIL = auth("test-write-key"), auth("test-site-id", "test-api-key")


def post(server: Server, path: str, body: bytes = BATCH, headers: Mapping[str, str] | None = None) -> Answer:
    return ask(server.address, "POST", path, body, WEB if headers is None else headers)


def refused(server: Server, answer: Answer, status: int, code: str) -> dict[str, object]:
    """The error in an answer; nothing was kept, and a page of any origin can read it."""
    assert (answer.status, answer.data["ok"], answer.data["code"]) == (status, False, code), answer.content
    assert answer.headers["access-control-allow-origin"] == "*"
    assert server.kept() == []
    shape: dict[str, object] = answer.data
    return shape


# --- keys ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        ("/v1/batch", {"batch": [TRACK]}, WEB),
        ("/v1/batch", {"batch": [TRACK], "writeKey": "test-write-key"}, {}),
        ("/v1/batch?writeKey=test-write-key", {"batch": [TRACK]}, {"Content-Type": "text/plain"}),
        ("/v1/track", TRACK, WEB),
        ("/v1/t", {**TRACK, "writeKey": "test-write-key"}, {"Content-Type": "text/plain"}),
        ("/v1/import", {"batch": [TRACK]}, WEB),
        ("/beacon/v1/batch?writeKey=test-write-key", {"batch": [TRACK]}, {}),
        ("/batch/", {"api_key": "phc_test", "batch": [EVENT]}, {}),
        ("/batch", {"batch": [{**EVENT, "api_key": "phc_test"}]}, {}),
        ("/capture/", {"api_key": "phc_test", **EVENT}, {}),
        ("/e/", {"token": "phc_test", **EVENT}, {}),
        ("/i/v0/e/", {**EVENT, "properties": {"token": "phc_test"}}, {}),
        ("/e/?api_key=phc_test", [EVENT], {}),
        ("/track/", [{**EVENT, "properties": {"token": "phc_test"}}], {}),
        ("/api/v1/customers/u/events", {"name": "bought", "id": "m"}, MAIL),
        ("/api/v2/batch", {"batch": [{"action": "event", "name": "bought", "identifiers": {"id": "u"}}]}, MAIL),
    ],
)  # fmt: skip
def test_keys_are_found_where_clients_put_them(server, path, body, headers):
    assert post(server, path, json.dumps(body).encode(), headers).status == 200
    [call] = calls(server.kept())
    assert (call.kind, call.event.lower(), call.user) == ("track", "bought", "u")


@pytest.mark.parametrize("headers", [{}, auth(""), {"Authorization": "Basic !!!"}, {"Authorization": "Bearer x"}])
@pytest.mark.parametrize(
    "path", ["/v1/batch", "/v1/i", "/beacon/v1/batch", "/batch/", "/api/v1/events", "/api/v2/batch"]
)
def test_without_a_key_nobody_comes_in(server, path, headers):
    error = refused(server, post(server, path, headers=headers), 401, "no-key")
    assert "write key" in str(error["hint"])


@pytest.mark.parametrize(
    ("path", "headers", "code"),
    [
        ("/v1/batch", auth("test-write-kex"), "wrong-key"),
        ("/v1/batch", auth("pk_" + "x" * 43), "wrong-key"),
        ("/v1/batch?writeKey=x", {}, "wrong-key"),
        ("/capture/?api_key=x", {}, "wrong-key"),
        ("/api/v1/events", auth("test-site-id", "wrong"), "wrong-key"),
        ("/api/v1/events", auth("test-site-id"), "wrong-key"),
    ],
)
def test_with_a_wrong_key_nobody_comes_in(server, path, headers, code):
    answer = post(server, path, headers=headers)
    refused(server, answer, 401, code)
    assert "www-authenticate" in answer.headers
    assert b"test-write-key" not in answer.content


@pytest.mark.parametrize("server", ["# its own"], indirect=True)
def test_a_source_that_is_switched_off_takes_nothing_until_it_is_on_again(server):
    server.workspace.sources.change("web", enabled=False)
    refused(server, post(server, "/v1/batch"), 403, "source-disabled")
    server.workspace.sources.change("web", enabled=True)
    assert post(server, "/v1/batch").status == 200


@pytest.mark.parametrize("server", ["# its own"], indirect=True)
def test_a_rotated_key_and_a_new_one_count_at_once(server):
    assert post(server, "/v1/batch").status == 200
    new = str(server.workspace.sources.rotate_key("web")["write_key"])
    assert post(server, "/v1/batch").status == 401
    assert post(server, "/v1/batch", headers=auth(new)).status == 200


def test_write_keys_open_nothing_of_the_api(whole):
    for path in ("/api/status", "/api/profiles", "/api/sources"):
        assert ask(whole.address, "GET", path, headers=WEB).status in (401, 404)


# --- packing and form ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", PACKED),
        ("GZIP", PACKED),
        ("", PACKED),  # packed without a word
        ("gzip", gzip.compress(BATCH[:20], mtime=0) + gzip.compress(BATCH[20:], mtime=0)),
        ("deflate", zlib.compress(BATCH)),
        ("deflate", zlib.compress(BATCH)[2:-4]),
        ("identity", BATCH),
    ],
)
def test_bodies_may_be_packed(server, coding, packed):
    headers = {**WEB, **({"Content-Encoding": coding} if coding else {})}
    assert post(server, "/v1/batch", packed, headers).status == 200
    assert server.kept()[0].body == BATCH


@pytest.mark.parametrize("packed", [PACKED[:-9], PACKED[:5], BATCH, b"\x1f\x8b" + BATCH, PACKED + b"more"])
def test_gzip_that_is_none_is_said_with_its_place(server, packed):
    error = refused(server, post(server, "/v1/batch", packed, {**WEB, "Content-Encoding": "gzip"}), 400, "bad-gzip")
    assert str(error["where"]).startswith("byte ")


def test_other_codings_are_refused(server):
    refused(server, post(server, "/v1/batch", BATCH, {**WEB, "Content-Encoding": "br"}), 415, "bad-coding")
    refused(server, post(server, "/e/?compression=lz64", b"x", {}), 415, "bad-coding")


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        (b'{"batch": [{"a": 1}', "bad-json", "byte 19"),
        (b'{"batch": [{"a": nul}]}', "bad-json", "byte 18"),
        (b'{"batch": []} x', "bad-json", "byte 15"),
        (b'{"batch": ["\xff"]}', "bad-json", "byte 12"),
        (b"", "bad-json", "byte 0"),
        (b"[" * 100_000, "bad-shape", None),
        (b'{"batch": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "bad-json", None),
        (b'{"batch": {"a": 1}}', "bad-shape", "batch"),
        (b"[]", "bad-shape", None),
        (b"{}", "bad-shape", None),
        (b'{"batch": [], "writeKey": 5}', "bad-shape", "writeKey"),
    ],
)
def test_json_that_is_none_is_said_with_its_place(server, body, code, where):
    error = refused(server, post(server, "/v1/batch", body), 400, code)
    if where is not None:
        assert error["where"] == where
    assert error["message"]


@pytest.mark.parametrize(
    ("sent", "kept_as"),
    [
        (r"\ud83d\ude00", "\U0001f600"),
        (r"cut \ud83d", "cut \ufffd"),
        (r"\ude00 cut", "\ufffd cut"),
        (r"\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
        (r"\\ud83d \ud83d", "\\ud83d \ufffd"),
        (r"\n\ud83dA", "\n\ufffdA"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/track", "/e/", "/api/v1/customers/u/events"])
def test_halves_of_characters_do_not_cost_a_request(server, path, sent, kept_as):
    body = '{"userId": "u", "event": "x", "api_key": "phc_test", "distinct_id": "u", "name": "x", "%s": {"t": "%s"}}'
    body = body % ("data" if "customers" in path else "properties", sent)
    assert post(server, path, body.encode(), MAIL if "customers" in path else WEB).status == 200
    [call] = calls(server.kept())
    assert json.loads(bytes(call.properties)) == {"t": kept_as}


def test_a_mark_before_the_json_is_left_out(server):
    assert post(server, "/v1/batch", b"\xef\xbb\xbf" + BATCH).status == 200
    assert (
        post(server, "/batch/", b"\xef\xbb\xbf" + json.dumps({"api_key": "phc_test", "batch": [EVENT]}).encode()).status
        == 200
    )
    assert len(list(calls(server.kept()))) == 2


def test_one_bad_call_of_a_batch_does_not_refuse_the_others(server):
    body = json.dumps({"batch": [TRACK, 5, {"type": "dance"}]}).encode()
    assert post(server, "/v1/batch", body).status == 200
    assert len(server.kept()) == 1


def test_an_empty_batch_is_fine_and_nothing(server):
    assert post(server, "/v1/batch", b'{"batch": []}').status == 200
    assert post(server, "/batch/", b'{"api_key": "phc_test", "batch": []}').status == 200
    assert post(server, "/e/?api_key=phc_test", b"[]").status == 200
    assert server.kept() == []


JSON = json.dumps({"api_key": "phc_test", **EVENT}).encode()


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        ("/e/?compression=gzip-js", gzip.compress(JSON, mtime=0), {"Content-Type": "text/plain"}),
        ("/e/?compression=base64", b"data=" + quote(base64.b64encode(JSON)).encode(), {}),
        ("/e/", b"data=" + base64.b64encode(JSON), {"Content-Type": "application/x-www-form-urlencoded"}),
        ("/e/", b"data=" + quote(JSON).encode(), {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}),
        ("/e/?compression=base64", base64.b64encode(JSON).rstrip(b"="), {}),
        ("/e/", b"data=" + quote(base64.b64encode(gzip.compress(JSON, mtime=0))).encode(), {}),
        ("/engage/", b"\n " + json.dumps({"token": "phc_test", "$distinct_id": "u", "$set": {"a": 1}}).encode(), {}),
    ],
)
def test_forms_of_posthog(server, path, body, headers):
    assert post(server, path, body, headers).status == 200
    [call] = calls(server.kept())
    assert (call.user, call.kind) == ("u", "identify" if "engage" in path else "track")


def test_the_newer_protocol_of_posthog(server):
    """The real client, in its newer mode."""
    from posthog import Posthog

    client = Posthog("phc_test", host=server.address.rstrip("/"), capture_mode="v1", sync_mode=True, max_retries=0)
    client.capture("bought", distinct_id="u", properties={"total": 5, "$set": {"vip": True}})
    client.alias("old", "u")
    client.shutdown()
    found = [(call.kind, call.user, call.previous) for call in calls(server.kept())]
    assert found == [("track", "u", ""), ("identify", "u", ""), ("alias", "u", "old")]
    bare = post(server, "/i/v1/analytics/events", b'{"batch": []}', {"Authorization": "Bearer phc_test"})
    assert (bare.status, bare.data) == (200, {"results": {}})
    assert post(server, "/i/v1/analytics/events", b'{"batch": []}', {"Authorization": "Bearer x"}).status == 401
    assert post(server, "/i/v1/analytics/events", b'{"batch": []}', {}).status == 401


def test_a_picture_may_carry_an_event(server):
    answer = ask(server.address, "GET", "/e/?data=" + quote(base64.b64encode(JSON)))
    assert answer.status == 200
    [call] = calls(server.kept())
    assert call.event == "bought"


@pytest.mark.parametrize("path", ["/flags/?v=2", "/decide/?v=3", "/flags"])
def test_there_are_no_flags_and_posthog_is_told_so(server, path):
    answer = post(server, path, b'{"token": "phc_test", "distinct_id": "u"}', {})
    assert (answer.status, answer.data["featureFlags"], answer.data["errorsWhileComputingFlags"]) == (200, {}, False)
    assert post(server, path, b'{"token": "phc_wrong"}', {}).status == 401
    assert ask(server.address, "GET", "/flags/?token=phc_test").status == 200
    assert ask(server.address, "GET", "/array/phc_test/config").data["hasFeatureFlags"] is False
    assert server.kept() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/v1/customers/5"), ("POST", "/api/v1/customers/5"), ("POST", "/api/v1/customers/5/suppress"),
     ("PUT", "/api/v1/"), ("POST", "/api/v2/other"), ("POST", "/api/v1/customers/5/events/7")],
)  # fmt: skip
def test_operations_that_are_none(server, method, path):
    answer = ask(server.address, method, path, b"{}", MAIL)
    assert answer.status in (404, 405)
    assert server.kept() == []


def test_ids_in_addresses_are_kept_as_they_were_sent(server):
    ask(server.address, "PUT", "/api/v1/customers/a%2Fb%40c", b"{}", MAIL)
    [call] = calls(server.kept())
    assert call.user == "a/b@c"


# --- browsers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/t", "/sourceConfig/", "/batch/", "/api/v1/customers/5", "/flags/"])
def test_preflights_are_answered_with_what_they_ask_for(server, path):
    asked = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, anonymousid, sentat, content-type",
    }
    answer = ask(server.address, "OPTIONS", path, headers=asked)
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["access-control-allow-headers"] == asked["Access-Control-Request-Headers"]


def test_preflights_pass_the_guard_of_the_whole_service(whole):
    headers = {"Origin": "https://shop.example", "Access-Control-Request-Method": "PUT"}
    assert ask(whole.address, "OPTIONS", "/api/v1/customers/5", headers=headers).status == 204
    sent = ask(whole.address, "PUT", "/api/v1/customers/5", b"{}", {**MAIL, "Origin": "https://shop.example"})
    assert sent.status == 200


# --- too much, too slow, gone ---------------------------------------------------------------------------------------

SMALL = "[intake]\nbody_mb = 0.1\n"


@pytest.mark.parametrize("server", [SMALL], indirect=True)
@pytest.mark.parametrize("packed", [False, True])
def test_what_is_too_long_is_refused_with_the_limit(server, packed):
    body = json.dumps({"batch": [{**TRACK, "properties": {"x": "y" * 100_000}}]}).encode()
    headers = {**WEB, "Content-Encoding": "gzip"} if packed else WEB
    answer = post(server, "/v1/batch", gzip.compress(body) if packed else body, headers)
    error = refused(server, answer, 413, "too-large")
    assert "100,000 bytes" in str(error["message"])
    assert "intake.body_mb" in str(error["hint"])


def test_ten_megabytes_are_too_long_and_others_go_on(server):
    where = urlsplit(server.address)
    with socket.create_connection((where.hostname, where.port), timeout=30) as client:
        client.sendall(b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n" + b"x" * 1_000)
        assert client.recv(1_000).startswith(b"HTTP/1.1 413")
    head = b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n"
    assert _poured(server, head, b"x" * 100_000, 100)[:12] in (b"HTTP/1.1 413", b"")
    assert post(server, "/v1/batch").status == 200
    assert len(server.kept()) == 1


def test_a_bomb_is_not_unpacked(server):
    bomb = gzip.compress(b"0" * 200_000_000, 9)
    assert len(bomb) < 4_000_000
    refused(server, post(server, "/v1/batch", bomb, {**WEB, "Content-Encoding": "gzip"}), 413, "too-large")


def _poured(server: Server, head: bytes, chunk: bytes, times: int) -> bytes:
    """What is answered to a client that goes on sending; nothing where the server hangs up first."""
    where = urlsplit(server.address)
    with socket.create_connection((where.hostname, where.port), timeout=30) as client:
        try:
            client.sendall(head)
            for _ in range(times):
                client.sendall(chunk)
            return client.recv(2_000)
        except ConnectionError:
            return b""


def test_chunks_without_a_length_are_counted_too(server):
    head = b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = _poured(server, head, b"10000\r\n" + b"x" * 0x10000 + b"\r\n", 2_000)
    assert answer[:12] in (b"HTTP/1.1 413", b"")
    assert post(server, "/v1/batch").status == 200
    assert len(server.kept()) == 1


@pytest.mark.parametrize("server", ["[intake]\nseconds = 0.3\n"], indirect=True)
def test_a_client_that_is_too_slow_is_told_and_others_go_on(server):
    where = urlsplit(server.address)
    with socket.create_connection((where.hostname, where.port), timeout=30) as client:
        client.sendall(b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
        assert post(server, "/v1/batch").status == 200
        answer = client.recv(2_000)
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"0.3 s" in answer + client.recv(2_000)
    assert len(server.kept()) == 1


@pytest.mark.parametrize("server", ["[intake]\nwaiting_mb = 1\nbody_mb = 0.4\n"], indirect=True)
def test_many_at_once_take_no_more_memory_than_they_may(server):
    """Three bodies of 0.3 MB that do not end may be there; the fourth is refused, as long as they are."""
    where = urlsplit(server.address)
    head = b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 400000\r\n\r\n"
    waiting = [socket.create_connection((where.hostname, where.port), timeout=30) for _ in range(5)]
    for client in waiting:
        client.sendall(head + b"x" * 300_000)
        time.sleep(0.05)
    answers = [client.recv(2_000) for client in waiting[3:]]
    assert [answer[:12] for answer in answers] == [b"HTTP/1.1 429"] * 2
    assert b"retry-after: 1" in answers[0].lower()
    for client in waiting:
        client.close()
    deadline = time.monotonic() + 30
    while (status := post(server, "/v1/batch").status) != 200 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert status == 200


def test_a_client_that_leaves_half_way_leaves_nothing(server):
    where = urlsplit(server.address)
    for sent in (b"{", BATCH[:-1]):
        client = socket.create_connection((where.hostname, where.port), timeout=30)
        client.sendall(b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(BATCH) + sent)
        client.close()
    time.sleep(0.1)
    assert post(server, "/v1/batch").status == 200
    assert len(server.kept()) == 1


@pytest.mark.parametrize("error", [Overloaded("too much", retry_after=7), WorkspaceError("full", code="disk-full")])
def test_what_cannot_be_kept_now_is_to_be_sent_again(server, monkeypatch, error):
    def append(records: object) -> object:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(server.workspace._parts.journal, "append", append)
        answer = post(server, "/v1/batch")
    if isinstance(error, Overloaded):
        refused(server, answer, 429, "overloaded")
        assert answer.headers["retry-after"] == "7"
    else:
        refused(server, answer, 503, "disk-full")
    assert post(server, "/v1/batch").status == 200


@pytest.mark.parametrize("server", ["[intake]\nbacklog_mb = 1\n"], indirect=True)
def test_a_backlog_that_is_too_long_refuses_until_ticks_have_taken_it_in(server):
    body = json.dumps({"batch": [{**TRACK, "properties": {"x": "y" * 600_000}}]}).encode()
    found = [post(server, "/v1/batch", body) for _ in range(3)]
    assert [answer.status for answer in found] == [200, 200, 429]
    assert found[-1].headers["retry-after"] == "5"
    journal = server.workspace._parts.journal
    journal.settle({journal.files()[0].name: 2})
    assert post(server, "/v1/batch").status == 200


@pytest.mark.parametrize("server", ["# its own"], indirect=True)
def test_it_is_counted_what_came(server):
    for _ in range(3):
        post(server, "/v1/batch")
    counted = server.workspace.sources.list().select("source", "requests").to_dicts()
    assert {"source": "web", "requests": 3} in counted
    assert {"source": "mail", "requests": 0} in counted


def test_a_connection_may_be_used_again_and_again(server):
    """Pipelined requests are answered in their order."""
    where = urlsplit(server.address)
    head = b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Length: %d\r\n\r\n"
    one = head % (WEB["Authorization"].encode(), len(BATCH)) + BATCH
    with socket.create_connection((where.hostname, where.port), timeout=30) as client:
        client.sendall(one * 3)
        answers = b""
        while answers.count(b"success") < 3:
            answers += client.recv(10_000)
    assert len(server.kept()) == 3
