"""The client libraries themselves send to a running service: what they said is what happened, once.

The scripts in ``senders`` all tell the same story, in the words of their library, and print what it reported as errors.
"""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import parcours
from parcours.service.workspace import Workspace
from parcours.testing.service import running_service
from tests.certificates import certificate
from tests.clients.tls import in_front_of
from tests.service.live import eventually, running
from tools import clients, web

SENDERS = Path(__file__).parent / "senders"
CROWD = 25
KEYS = {"segment": "segment-key", "rudderstack": "rudder-key", "posthog": "phc_key", "customerio": "site-key"}
SECRET = "customer-io-api-key"
PERSON = {"email": "zoe@example.com", "plan": "pro", "age": 34}
#: Segments that members are asked of.
SEGMENTS = [
    {"segment": "buyers", "rule": {"event": "order_completed", "sum": "revenue", "at_least": 40}},
    {"segment": "pro", "rule": {"attribute": "plan", "is": "pro"}},
    {"segment": "free", "rule": {"attribute": "plan", "is": "free"}},
]


@dataclass(frozen=True)
class Service:
    """A service that runs live, empty at first."""

    workspace: Workspace
    plain: str
    tls: str
    certificate: Path
    variables: dict[str, str] = field(default_factory=dict)

    def told(self, client: str, **more: Any) -> str:
        """What a script is told."""
        url = self.tls if client == "customerio" else self.plain
        shape = {"url": url, "key": KEYS[client], "site": KEYS[client], "secret": SECRET, "gzip": False, "crowd": CROWD}
        return json.dumps({**shape, "id": str(uuid.uuid4()), **more})


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    paths = certificate(tmp_path)
    with parcours.init(tmp_path / "shop") as workspace:
        for client, key in KEYS.items():
            workspace.sources.create(client, write_key=key, secret=SECRET if client == "customerio" else "")
        with (
            running_service(workspace, live=True) as serving,
            in_front_of(serving.address, *paths) as tls,
            running(workspace),
        ):
            yield Service(workspace, serving.address.rstrip("/"), tls, paths[0])


def sent_by_python(service: Service, client: str, **more: Any) -> list[str]:
    """Send with the Python library; gives the errors that it reports."""
    done = subprocess.run(
        [sys.executable, SENDERS / f"{client}.py", service.told(client, **more)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=SENDERS.parent,
        env={"REQUESTS_CA_BUNDLE": str(service.certificate), "PYTHONSAFEPATH": "1"},
    )
    assert done.returncode == 0, done.stderr
    errors: list[str] = json.loads(done.stdout.splitlines()[-1])
    return errors


def sent_by_node(service: Service, client: str, **more: Any) -> list[str]:
    """Send with the library for Node.js."""
    clients.ready()
    said = web.node(
        SENDERS / f"{client}.mjs",
        service.told(client, **more),
        folder=clients.CLIENTS,
        more={"NODE_EXTRA_CA_CERTS": str(service.certificate)},
    )
    errors: list[str] = json.loads(said.splitlines()[-1])
    return errors


SEND = {"python": sent_by_python, "node": sent_by_node}
CASES = [
    (runtime, client, gzip)
    for runtime in SEND
    for client in KEYS
    for gzip in ((False, True) if client != "customerio" and (runtime, client) != ("node", "segment") else (False,))
]


def counts(workspace: Workspace) -> dict[str, int]:
    """How many events there are of each type."""
    kinds = workspace._parts.log.schema.events
    return {kind: int(workspace.sql(f'SELECT count(*) FROM "{kind}"').item()) for kind in sorted(kinds)}


def quiet(workspace: Workspace) -> None:
    """Wait until everything was taken in."""
    eventually(lambda: workspace._parts.journal.backlog == 0 and not workspace.waiting)


def who(workspace: Workspace, event: str) -> list[str]:
    rows = workspace.sql(f"SELECT _profile_id FROM \"{event}\" WHERE _profile_id NOT LIKE 'crowd%' ORDER BY 1")
    return rows["_profile_id"].to_list()


@pytest.mark.slow
@pytest.mark.parametrize(("runtime", "client", "gzip"), CASES)
def test_what_a_client_says_is_what_happened(service: Service, runtime: str, client: str, gzip: bool) -> None:
    workspace = service.workspace
    assert SEND[runtime](service, client, gzip=gzip) == []
    quiet(workspace)
    assert workspace.dead_letters().height == 0

    people = {row["_profile_id"]: row for row in workspace.sql("SELECT * FROM profiles").to_dicts()}
    crowd = {f"crowd-{n}" for n in range(CROWD)}
    assert crowd <= set(people)
    assert {name: people["user-1"][name] for name in PERSON} == PERSON
    assert people["user-1"]["firstName"] == "Zoë"
    assert all(people[f"crowd-{n}"]["age"] == n for n in range(CROWD))

    found = counts(workspace)
    assert found["order_completed"] == 1
    assert found["viewed"] == CROWD + 1
    (order,) = workspace.sql("SELECT * FROM order_completed").to_dicts()
    assert (order["_profile_id"], order["revenue"], order["order_id"]) == ("user-1", 42.5, "o-1")
    assert order["products"] == [{"product_id": "p1", "price": 10.25, "quantity": 2}]
    assert order["_time"].isoformat() == "2026-01-02T03:04:05+00:00"
    others = EXPECTED[client]
    assert {kind: found.get(kind, 0) for kind in others["events"]} == others["events"]
    assert set(people) - crowd == others["people"]
    assert who(workspace, "viewed") == others["viewer"]


#: What the story is in the words of each: people beside the crowd, further events, and who viewed something.
EXPECTED: dict[str, Any] = {
    "segment": {"people": {"user-1"}, "events": {"page": 1, "screen": 1, "group": 1}, "viewer": ["user-1"]},
    "rudderstack": {"people": {"user-1"}, "events": {"page": 1, "screen": 1, "group": 1}, "viewer": ["user-1"]},
    "posthog": {"people": {"user-1"}, "events": {"page": 1, "screen": 1, "group": 1}, "viewer": ["user-1"]},
    "customerio": {
        "people": {"user-1", "anon-2"},
        "events": {"page": 1, "device_created_or_updated": 1},
        "viewer": ["anon-2"],
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("runtime", SEND)
@pytest.mark.parametrize("client", KEYS)
def test_what_is_sent_again_happened_once(service: Service, runtime: str, client: str) -> None:
    """The order has the same id both times; everything else is said anew. Customer.io's calls have no ids, so what is
    equal in everything, its time too, is the same."""
    id = str(uuid.uuid4())
    for _ in range(2):
        assert SEND[runtime](service, client, id=id, crowd=2) == []
        quiet(service.workspace)
    found = counts(service.workspace)
    assert (found["order_completed"], found["viewed"]) == (1, 3 if client == "customerio" else 6)


@pytest.mark.slow
@pytest.mark.parametrize("runtime", SEND)
def test_memberships_follow(service: Service, runtime: str) -> None:
    """Of what was sent before the segments were made, and after."""
    workspace = service.workspace
    assert SEND[runtime](service, "segment", crowd=1) == []
    quiet(workspace)
    workspace.apply(SEGMENTS)
    for client in ("rudderstack", "posthog", "customerio"):
        assert SEND[runtime](service, client, gzip=True, crowd=3) == []
    free = ["crowd-0", "crowd-1", "crowd-2"]
    expected = {"buyers": ["user-1"], "pro": ["user-1"], "free": free}

    def members() -> dict[str, list[str]]:
        return {name: sorted(workspace.segments.members(name)["_profile_id"]) for name in expected}

    quiet(workspace)
    eventually(lambda: members() == expected)


@pytest.mark.slow
@pytest.mark.parametrize("runtime", SEND)
def test_a_wrong_key_is_told_to_the_client(service: Service, runtime: str) -> None:
    assert SEND[runtime](service, "segment", key="not-a-key", crowd=0) != []
    assert counts(service.workspace) == {}
