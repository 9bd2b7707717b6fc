"""Web hooks over real HTTP: signed as receivers check it, in order, at least once, whatever happens between."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

import parcours
from parcours.core.clock import SystemClock
from parcours.core.errors import InputError, UnknownNameError
from parcours.flow.delivery.http.signing import verified
from parcours.service.hooks.hooks import Hooks
from parcours.service.hooks.sending import Pace
from parcours.service.workspace import Workspace
from parcours.testing.http import HttpSink, Reply, Seen
from tests.service.live import eventually, running

FAST = Pace(timeout=2.0, delays=(0.05, 0.1), give_up=3_600.0, flush=0.05, look=0.1, grace=0.5)
SETTINGS = 'tick_seconds = 0.05\n[outgoing]\ninternal = ["127.0.0.1"]\n'
DEFINITIONS = """
segment: adult
rule: {attribute: age, at_least: 18}
---
segment: old
rule: {attribute: age, at_least: 60}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with made(tmp_path) as opened:
        yield opened


@contextmanager
def made(folder: Path, pace: Pace = FAST) -> Iterator[Workspace]:
    place = folder / "shop"
    if not place.exists():
        parcours.init(place).close()
        (place / "parcours.toml").write_text(SETTINGS)
        (folder / "d.yaml").write_text(DEFINITIONS)
        with parcours.open(place) as first:
            told(first, nobody=1)
            first.apply(folder / "d.yaml")
            first.run(ticks=1)
    with parcours.open(place) as opened:
        opened.hooks = Hooks(opened._parts, pace)
        yield opened


def told(workspace: Workspace, **ages: int) -> None:
    """People turn so old."""
    frame = pl.DataFrame({"profile_id": list(ages), "age": list(ages.values())})
    workspace.import_profiles(frame.with_columns(time=pl.lit(datetime.now(UTC))), time="time")


def bodies(sink: HttpSink) -> list[dict[str, Any]]:
    return [json.loads(seen.body) for seen in sink.requests]


def who(sink: HttpSink) -> list[tuple[str, str]]:
    return [(body["data"]["profile"], body["type"]) for body in bodies(sink)]


def test_messages_are_signed_as_the_standard_says(workspace: Workspace) -> None:
    with HttpSink() as sink, running(workspace):
        added = workspace.hooks.add("crm", sink.url + "/in", segments=["adult"], attributes=["age", "unknown"])
        told(workspace, ann=31, bob=9)
        eventually(lambda: sink.requests)
        told(workspace, ann=3)
        eventually(lambda: len(sink.requests) == 2)
    for seen in sink.requests:
        Webhook(str(added["secret"])).verify(seen.body, dict(seen.headers))
        assert verified(str(added["secret"]), seen.headers, seen.body, SystemClock().now())
        with pytest.raises(WebhookVerificationError):
            Webhook("whsec_" + "A" * 44).verify(seen.body, dict(seen.headers))
        with pytest.raises(WebhookVerificationError):
            Webhook(str(added["secret"])).verify(seen.body + b" ", dict(seen.headers))
    entered, left = bodies(sink)
    assert (entered["type"], left["type"]) == ("segment.entered", "segment.exited")
    data = entered["data"]
    assert (data["profile"], data["segment"], data["version"], data["status"], data["cause"]) == (
        "ann",
        "adult",
        1,
        "realized",
        "change",
    )
    assert data["attributes"] == {"age": 31, "unknown": None}
    rows = workspace.sql("SELECT effective FROM qualifications ORDER BY _seq")
    assert datetime.fromisoformat(data["effective"]) == rows["effective"][0]
    assert sink.requests[0].headers["webhook-id"] != sink.requests[1].headers["webhook-id"]


def test_only_what_was_asked_for_is_told(workspace: Workspace) -> None:
    with HttpSink() as sink, HttpSink() as all_of_it, running(workspace):
        workspace.hooks.add("exits", sink.url, segments=["adult"], on="exit")
        workspace.hooks.add("all", all_of_it.url)
        told(workspace, ann=70)
        eventually(lambda: len(all_of_it.requests) == 2)
        told(workspace, ann=3)
        eventually(lambda: len(all_of_it.requests) == 4 and sink.requests)
        eventually(lambda: workspace.hooks.list()["behind"].to_list() == [0, 0])
    assert [(one, kind) for one, kind in who(sink)] == [("ann", "segment.exited")]


def test_order_is_kept_and_the_id_stays_while_an_endpoint_fails(workspace: Workspace) -> None:
    down = {"now": True}

    def behaviour(seen: Seen, count: int) -> Reply | None:
        return Reply(503) if down["now"] else None

    with HttpSink(behaviour) as sink, running(workspace):
        workspace.hooks.add("crm", sink.url, segments=["adult"])
        told(workspace, ann=31, bob=32, cid=33)
        eventually(lambda: len(sink.requests) >= 3)
        state = workspace.hooks.get("crm")
        assert state["state"] == "failing"
        down["now"] = False
        eventually(lambda: workspace.hooks.list()["behind"].item() == 0)
    ids = [seen.headers["webhook-id"] for seen in sink.requests]
    assert len(set(ids)) == 3
    assert ids[:-2] == [ids[0]] * (len(ids) - 2)  # the first one until it arrived, then the others once
    assert [one for one, _ in who(sink)][-3:] == ["ann", "bob", "cid"]
    results = workspace.hooks.attempts("crm")
    assert results["result"].to_list()[:3] == ["delivered"] * 3
    assert set(results["status"].to_list()) == {200, 503}


def test_a_slow_endpoint_holds_up_neither_ticks_nor_others(workspace: Workspace) -> None:
    with HttpSink(lambda seen, count: Reply(after=1.5)) as slow, HttpSink() as quick, running(workspace):
        workspace.hooks.add("slow", slow.url, segments=["adult"])
        workspace.hooks.add("quick", quick.url, segments=["adult"])
        told(workspace, ann=31, bob=32)
        eventually(lambda: len(quick.requests) == 2)
        ticks = workspace.sql("SELECT count(*) FROM ticks").item()
        told(workspace, cid=33)
        eventually(lambda: len(quick.requests) == 3)
        assert len(slow.requests) < 3
        assert workspace.sql("SELECT count(*) FROM ticks").item() > ticks


def test_what_could_not_be_delivered_for_long_disables_the_hook(tmp_path: Path) -> None:
    pace = Pace(timeout=1.0, delays=(0.02,), give_up=0.2, flush=0.05, look=0.1, grace=0.5)
    with made(tmp_path, pace) as workspace, HttpSink(lambda seen, count: Reply(500, "oh no")) as sink:
        with running(workspace):
            workspace.hooks.add("crm", sink.url)
            told(workspace, ann=31)
            eventually(lambda: workspace.hooks.get("crm")["state"] == "disabled")
            count = len(sink.requests)
            time.sleep(0.3)
            assert len(sink.requests) == count
        note = str(workspace.hooks.get("crm")["note"])
        assert "500" in note
        assert "disabled" in note
        assert workspace.hooks.get("crm")["behind"]


def test_gone_disables_at_once_and_enabling_goes_on(workspace: Workspace) -> None:
    gone = {"now": True}
    with HttpSink(lambda seen, count: Reply(410) if gone["now"] else None) as sink, running(workspace):
        workspace.hooks.add("crm", sink.url, segments=["adult"])
        told(workspace, ann=31)
        eventually(lambda: workspace.hooks.get("crm")["state"] == "disabled")
        told(workspace, bob=31)
        eventually(lambda: workspace.segments.count("adult") == 2)
        gone["now"] = False
        workspace.hooks.enable("crm")
        eventually(lambda: len(sink.requests) == 3)
    assert [one for one, _ in who(sink)] == ["ann", "ann", "bob"]


def test_redirects_are_not_followed(workspace: Workspace) -> None:
    with (
        HttpSink() as other,
        HttpSink(lambda s, c: Reply(307, "", {"Location": other.url})) as sink,
        running(workspace),
    ):
        workspace.hooks.add("crm", sink.url)
        assert workspace.hooks.ping("crm")["ok"] is False
        assert not other.requests


def test_several_in_one_message(workspace: Workspace) -> None:
    fail = {"times": 2}

    def behaviour(seen: Seen, count: int) -> Reply | None:
        fail["times"] -= 1
        return Reply(500) if fail["times"] >= 0 else None

    with HttpSink(behaviour) as sink, running(workspace):
        added = workspace.hooks.add("crm", sink.url, segments=["adult"], batch=3)
        told(workspace, ann=31, bob=32, cid=33, dan=34)
        eventually(lambda: workspace.segments.count("adult") == 4)
        eventually(lambda: workspace.hooks.list()["behind"].item() == 0)
    ids = [seen.headers["webhook-id"] for seen in sink.requests]
    assert len(ids) == 4
    assert len(set(ids)) == 2
    first, last = bodies(sink)[0], bodies(sink)[-1]
    assert first["type"] == "segment.batch"
    assert [item["data"]["profile"] for item in first["data"]] == ["ann", "bob", "cid"]
    assert [item["data"]["profile"] for item in last["data"]] == ["dan"]
    assert len({item["id"] for body in (first, last) for item in body["data"]}) == 4
    Webhook(str(added["secret"])).verify(sink.requests[-1].body, dict(sink.requests[-1].headers))


def test_a_new_secret_overlaps_with_the_one_before(workspace: Workspace) -> None:
    with HttpSink() as sink:
        old = workspace.hooks.add("crm", sink.url)["secret"]
        new = workspace.hooks.rotate("crm")["secret"]
        workspace.hooks.ping("crm")
        for secret in (old, new):
            Webhook(str(secret)).verify(sink.requests[-1].body, dict(sink.requests[-1].headers))
        last = workspace.hooks.rotate("crm", overlap="0 s")["secret"]
        workspace.hooks.ping("crm")
        Webhook(str(last)).verify(sink.requests[-1].body, dict(sink.requests[-1].headers))
        with pytest.raises(WebhookVerificationError):
            Webhook(str(new)).verify(sink.requests[-1].body, dict(sink.requests[-1].headers))


def test_a_message_again_by_hand(workspace: Workspace) -> None:
    with HttpSink() as sink, running(workspace):
        workspace.hooks.add("crm", sink.url, segments=["adult"])
        told(workspace, ann=31)
        eventually(lambda: workspace.hooks.attempts("crm").height)
        message = workspace.hooks.attempts("crm")["message"][0]
        assert workspace.hooks.redeliver("crm", message)["ok"] is True
        assert [seen.headers["webhook-id"] for seen in sink.requests] == [message, message]
        assert sink.requests[0].body == sink.requests[1].body
        with pytest.raises(UnknownNameError):
            workspace.hooks.redeliver("crm", "crm.999999")
        workspace.hooks.rewind("crm", "2000-01-01")
        eventually(lambda: len(sink.requests) == 3)
    assert sink.requests[2].headers["webhook-id"] == message


def test_internal_addresses_are_refused_unless_allowed(tmp_path: Path) -> None:
    with made(tmp_path):
        (tmp_path / "shop" / "parcours.toml").write_text("")
    with made(tmp_path) as workspace:
        for url in ("http://10.0.0.1/x", "http://169.254.169.254/latest", "http://[::1]/", "ftp://example.com", "x"):
            with pytest.raises(InputError):
                workspace.hooks.add("crm", url)
        assert workspace.hooks.list().height == 0
        workspace.hooks.add("names", "http://localhost:9/")  # a name is looked up when it is called
        answer = workspace.hooks.ping("names")
        assert answer["ok"] is False
        assert "internal" in str(answer["answer"])


@pytest.mark.parametrize(
    "wrong",
    [{"on": "sometimes"}, {"batch": 0}, {"batch": 5_000}, {"segments": ["nobody"]}],
)
def test_what_cannot_be_is_refused(workspace: Workspace, wrong: dict[str, Any]) -> None:
    with pytest.raises((InputError, UnknownNameError)):
        workspace.hooks.add("crm", "https://crm.example", **wrong)


def test_secrets_are_shown_once_only(workspace: Workspace) -> None:
    secret = str(workspace.hooks.add("crm", "https://crm.example")["secret"])
    assert secret.startswith("whsec_")
    assert secret not in str(workspace.hooks.list().to_dicts()) + str(workspace.hooks.get("crm"))
    assert secret not in repr(workspace.hooks._kept.get("crm"))


def test_a_replay_without_sending_tells_nobody(workspace: Workspace) -> None:
    with HttpSink() as sink:
        workspace.hooks.add("crm", sink.url)
        told(workspace, ann=31)
        workspace.replay()
        assert workspace.segments.count("adult") == 1
        assert workspace.hooks.list()["behind"].item() == 0


CRASHING = """
import os, sys, threading
import parcours
from parcours.flow.delivery.http.signing import verified
from parcours.service.hooks.hooks import Hooks
from tests.service.hooks.test_sending import FAST, told
workspace = parcours.open(sys.argv[1])
workspace.hooks = Hooks(workspace._parts, FAST)
told(workspace, **{f"p{number}": 30 for number in range(200)})
workspace.run()
"""


def test_nothing_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    killed = threading.Event()
    with made(tmp_path) as workspace, HttpSink() as first:
        workspace.hooks.add("crm", first.url, segments=["adult"])
    with HttpSink(lambda seen, count: Reply(after=0.005), port=first.port) as sink:
        process = subprocess.Popen([sys.executable, "-c", CRASHING, str(tmp_path / "shop")])
        try:
            eventually(lambda: len(sink.requests) >= 40)
        finally:
            process.kill()
            process.wait()
            killed.set()
        early = {seen.headers["webhook-id"] for seen in sink.requests}
        assert len(early) < 200
        with made(tmp_path) as workspace, running(workspace):
            eventually(lambda: workspace.segments.count("adult") == 200)
            eventually(lambda: workspace.hooks.list()["behind"].item() == 0)
    ids = [seen.headers["webhook-id"] for seen in sink.requests]
    assert len(set(ids)) == 200
    assert len(ids) - len(set(ids)) <= FAST.group + 1
    assert list(dict.fromkeys(ids)) == sorted(set(ids), key=lambda one: int(one.split(".")[1]))  # in order


def test_a_folder_holds_web_hooks(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "d.yaml").write_text(DEFINITIONS + "---\nwebhook: crm\nurl: https://crm.example/in\nsegments: [old]\n")
    (item,) = workspace.plan(folder).changes
    assert (item.kind, item.action) == ("webhook", "new")
    notes = [change.note for change in workspace.apply(folder) if change.note]
    assert len(notes) == 1
    assert "whsec_" in notes[0]
    assert not workspace.plan(folder, prune=True)
    (folder / "d.yaml").write_text(DEFINITIONS + "---\nwebhook: crm\nurl: https://crm.example/in\non: exit\n")
    (item,) = workspace.plan(folder).changes
    assert any("'both' to 'exit'" in line or "both" in line for line in item.words)
    workspace.apply(folder)
    assert workspace.hooks.get("crm")["segments"] is None
    (folder / "d.yaml").write_text(DEFINITIONS)
    (item,) = workspace.plan(folder, prune=True).changes
    assert item.action == "deleted"
    workspace.apply(folder, prune=True)
    assert workspace.hooks.list().height == 0


@pytest.mark.parametrize(
    "text",
    [
        "webhook: crm\nurl: http://10.0.0.1/\n",
        "webhook: crm\n",
        "webhook: crm\nurl: https://a.example\nsegment_s: []\n",
        "webhook: crm\nurl: https://a.example\nsegments: [nobody]\n",
        "webhook: crm\nurl: https://a.example\nattributes: email\n",
    ],
)
def test_a_wrong_web_hook_changes_nothing(workspace: Workspace, tmp_path: Path, text: str) -> None:
    place = tmp_path / "all.yaml"
    place.write_text("segment: new\nrule: {attribute: age, at_least: 1}\n---\n" + text)
    with pytest.raises(parcours.ParcoursError):
        workspace.apply(place)
    assert "new" not in set(workspace.segments.list()["segment"])
