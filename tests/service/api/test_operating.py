"""`parcours serve` under load, as a real process: it ends in order, and what was acknowledged is there, once."""

from __future__ import annotations

import base64
import http.client
import json
import signal
import subprocess
import threading
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import parcours
from tests.service.api.test_serve import serve

RULE = "segment: buyers\nrule: {event: bought, at_least: 1}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "shop"
    people = tmp_path / "people.csv"
    people.write_text("profile_id,time\nann,2024-01-01\n")
    with parcours.init(place) as workspace:
        events = tmp_path / "events.csv"
        events.write_text("profile_id,time\nann,2024-01-01T00:00:00Z\n")
        workspace.import_events(events, event="bought")
        (tmp_path / "buyers.yaml").write_text(RULE)
        workspace.apply(tmp_path / "buyers.yaml")
        workspace.replay("2024-01-01", "2024-01-02")
    return place


def write_key(folder: Path) -> str:
    with parcours.open(folder) as workspace:
        return str(workspace.sources.create("web")["write_key"])


class Sender(threading.Thread):
    """Sends batches one after the other, until the server is gone; knows what was acknowledged."""

    def __init__(self, address: str, key: str, number: int) -> None:
        super().__init__(daemon=True)
        self.netloc, self.number = urlsplit(address).netloc, number
        token = base64.b64encode(f"{key}:".encode()).decode()
        self.headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
        self.acknowledged: list[str] = []
        self.odd: list[int] = []

    def run(self) -> None:
        with closing(http.client.HTTPConnection(self.netloc, timeout=30)) as connection:
            self._send(connection)

    def _send(self, connection: http.client.HTTPConnection) -> None:
        for turn in range(100_000):
            ids = [f"m-{self.number}-{turn}-{place}" for place in range(10)]
            batch = [{"type": "track", "userId": f"u{self.number}", "event": "bought", "messageId": id} for id in ids]
            try:
                connection.request("POST", "/v1/batch", json.dumps({"batch": batch}), self.headers)
                answer = connection.getresponse()
                answer.read()
            except (http.client.HTTPException, OSError):
                return
            if answer.status == 200:
                self.acknowledged += ids
            else:
                self.odd.append(answer.status)


def address_of(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    return process.stderr.readline().split()[0]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_was_acknowledged_is_there_once_after_the_signal(folder: Path, number: int) -> None:
    key = write_key(folder)
    with serve(folder, "--from-last-tick") as process:
        try:
            address = address_of(process)
            senders = [Sender(address, key, each) for each in range(4)]
            for sender in senders:
                sender.start()
            while sum(len(sender.acknowledged) for sender in senders) < 400:
                time.sleep(0.01)
            process.send_signal(number)
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
        for sender in senders:
            sender.join(30)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    sent = [id for sender in senders for id in sender.acknowledged]
    with parcours.open(folder) as workspace:
        known = workspace.sql("SELECT _event_id FROM bought WHERE _event_id LIKE 'm-%'")["_event_id"].to_list()
        assert sum(workspace.waiting.values()) == 0  # the last tick took everything in
        assert len(known) == len(set(known))
        assert set(sent) <= set(known)
        assert workspace.segments.count("buyers") == 5


def test_a_second_signal_does_not_wait(folder: Path) -> None:
    key = write_key(folder)
    with serve(folder, "--from-last-tick") as process:
        try:
            address = address_of(process)
            hanging = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
            hanging.putrequest("POST", "/v1/batch")  # a request that never ends
            hanging.putheader("Content-Length", "1000")
            hanging.putheader("Authorization", f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}")
            hanging.endheaders(b"{")
            time.sleep(0.2)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
        finally:
            process.kill()
            hanging.close()
    assert process.returncode == 130
    with parcours.open(folder) as workspace:
        assert workspace.segments.count("buyers") == 1


def test_time_goes_on_from_the_last_tick(folder: Path) -> None:
    with serve(folder, "--from-last-tick") as process:
        try:
            address_of(process)
            time.sleep(2.5)
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0, said
    with parcours.open(folder) as workspace:
        assert workspace.now is not None
        assert workspace.now.isoformat().startswith("2024-01-02T00:0")
        assert workspace.sql("SELECT count(*) FROM ticks").item() < 60
