"""Killed around commits and around calls, journeys that hang on others lose nobody and ask nobody twice under two keys.

The other side are a web server and a mail server that count keys. The web server is slow, answers some calls with an
error at first and some always, and can kill the process while it answers.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.core.clock import HOUR, as_datetime, instant
from parcours.flow.delivery.templates import key_token
from parcours.testing.http import HttpSink, Reply, Seen
from parcours.testing.smtp import SmtpSink
from tests.engines.crashing import KILLED, Nursery, Started

START = instant("2026-03-01")
#: Ticks of an hour; orders come in during the first 20, and the last run ends long before the last tick.
TICKS, HOURS = 56, 20
PEOPLE, ORDERS = 60, 300
POINTS = (
    "ticked",
    "before-commit",
    "after-commit",
    "before-delivery",
    "before-calls",
    "after-call",
    "before-snapshot",
)
CITIES = {"Bern": 4, "Lyon": 12, "Nice": 19, "Rome": 24}

SETTINGS = """
[outgoing]
internal = ["127.0.0.1:{http}"]
[channels.email]
type = "smtp"
host = "127.0.0.1"
port = {smtp}
security = "none"
sender = "shop@example.com"
"""
DEFINITIONS = """
action: crm
url: {url}/crm
method: POST
body: {{order: {{parameter: order}}, step: {{parameter: step}}}}
parameters: {{order: string, step: string}}
answer: {{types: {{points: integer}}}}
retry: {{most: 2, pause: 10 ms}}
{throttling}
---
source: weather
url: {url}/weather
parameters: {{city: string, order: string}}
query: {{city: {{parameter: city}}, order: {{parameter: order}}}}
answer: {{types: {{degrees: integer}}}}
key_header: Idempotency-Key
retry: {{most: 2, pause: 10 ms}}
---
journey: care
entry: {{event: order, supplemental: order}}
start: first
activities:
  first: {{type: profile_cap, most: 130, then: ask, otherwise: file}}
  ask:
    type: condition
    source:
      name: weather
      parameters: {{city: {{journey: "@{{order.city}}"}}, order: {{journey: "@{{order.order}}"}}}}
    paths: [{{label: warm, when: {{given: source.weather.degrees, at_least: 15}}, to: file}}]
    otherwise: mail
    on_error: mail
  file:
    type: custom_action
    action: crm
    values: {{order: {{journey: "@{{order.order}}"}}, step: file}}
    then: note
    on_error: complain
  complain: {{type: send_event, event: complaint, values: {{order: {{journey: "@{{order.order}}"}}}}, then: pause}}
  note: {{type: update_profile, values: {{points: {{journey: "@action{{file.points}}"}}}}, then: pause}}
  pause: {{type: wait, for: 3 hours, then: mail}}
  mail:
    type: email
    to: "{{{{ profile.email }}}}"
    subject: "{{{{ values.order }}}} mail"
    body: "Your order, {{{{ profile.points }}}} points"
    values: {{order: {{journey: "@{{order.order}}"}}}}
    then: sent
  sent: {{type: wait_for_signal, of: mail, signal: sent, timeout: 30 hours, then: rated, on_timeout: late}}
  late: {{type: end}}
  rated: {{type: wait_for_event, event: rating, timeout: 6 hours, then: thanks, on_timeout: again}}
  again:
    type: custom_action
    action: crm
    values: {{order: {{journey: "@{{order.order}}"}}, step: again}}
    then: done
    on_error: done
  thanks:
    type: email
    to: "{{{{ profile.email }}}}"
    subject: "{{{{ values.order }}}} thanks"
    body: "Thank you"
    values: {{order: {{journey: "@{{order.order}}"}}}}
    then: done
  done: {{type: end}}
---
journey: sorry
entry: {{event: complaint, supplemental: order}}
start: mail
activities:
  mail:
    type: email
    to: "{{{{ profile.email }}}}"
    subject: "{{{{ values.order }}}} sorry"
    body: "We are sorry"
    values: {{order: {{journey: "@{{complaint.order}}"}}}}
    then: done
  done: {{type: end}}
"""

#: What must be the same in the end, as questions to the log, where every tick is settled before the next.
QUESTIONS = {
    "events": 'SELECT _event_id, _profile_id, _time FROM "order" UNION ALL '
    "SELECT _event_id, _profile_id, _time FROM complaint ORDER BY ALL",
    "profiles": "SELECT _profile_id, points FROM profiles ORDER BY ALL",
    "steps": "SELECT journey, run, activity, kind, outcome, time FROM journey_steps ORDER BY ALL",
    "deliveries": "SELECT key, _profile_id, channel, decided, content FROM deliveries ORDER BY ALL",
    "settled": "SELECT key, result, answer FROM outcomes ORDER BY ALL",
}


class World:
    """The other side: what it was asked, and what it answers.

    Attributes:
        kill: called in the middle of everything: ``call`` or ``mail``.
        calls: what each call was about, and its key.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.http = HttpSink(self._answer)
        self.smtp = SmtpSink(behaviour=self._mail)
        self.begin()

    def begin(self) -> None:
        """Forget everything."""
        with self._lock:
            self.kill: Callable[[str], None] = lambda what: None
            self.calls: list[tuple[str, str]] = []
            self._seen: Counter[str] = Counter()
            self._mails = len(self.smtp.messages)

    def mails(self) -> list[tuple[str, str]]:
        """The mails that were taken: what each is about, and its key."""
        return [
            (_header(mail, b"Subject"), _header(mail, b"X-Parcours-Key")) for mail in self.smtp.messages[self._mails :]
        ]

    def _answer(self, request: Seen, seen: int) -> Reply:
        about = json.loads(request.body) if request.path == "/crm" else {}
        with self._lock:
            what = f"{about['order']} {about['step']}" if about else request.query
            self.calls.append((what, request.key))
            self._seen[what] += 1
            nth, chance = self._seen[what], random.Random(hashlib.sha256(what.encode()).digest())
        self.kill("call")
        fails, after = chance.random(), chance.choice((0, 0, 0.01, 0.04))
        if fails < 0.15 or (fails < 0.4 and nth == 1):
            return Reply(500, '{"reason": "busy"}', after=after)
        city = dict(part.split("=") for part in request.query.split("&")).get("city", "") if request.query else ""
        answer = {"degrees": CITIES[city]} if city else {"points": chance.randint(1, 900)}
        return Reply(200, json.dumps(answer), after=after)

    def _mail(self, key: str, seen: int) -> str | None:
        self.kill("mail")
        return None


def _header(mail: bytes, name: bytes) -> str:
    found = re.search(rb"(?mi)^" + name + rb":[ \t]*(.+?)\r?$", mail)
    assert found is not None
    return found.group(1).decode()


@pytest.fixture(scope="module", params=["steady", "busy"])
def way(request: pytest.FixtureRequest) -> str:
    """``steady``: everything is settled before the next tick. ``busy``: ticks go on while calls wait and are made."""
    return str(request.param)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = World()
    with world.http, world.smtp:
        yield world


@pytest.fixture(scope="module")
def fresh(way: str, world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with everything in its inbox and nothing done yet."""
    folder = tmp_path_factory.mktemp("crash") / "fresh"
    chance = random.Random(5)
    who = [f"p{number}" for number in range(PEOPLE)]
    times = sorted(START + chance.randint(-HOUR, HOURS * HOUR) for _ in range(ORDERS))
    orders = pl.DataFrame(
        {
            "event_id": [f"o{number}" for number in range(ORDERS)],
            "profile_id": [chance.choice(who) for _ in range(ORDERS)],
            "time": [as_datetime(time) for time in times],
            "order": [f"o{number}" for number in range(ORDERS)],
            "city": [chance.choice(list(CITIES)) for _ in range(ORDERS)],
        }
    )
    ratings = pl.DataFrame(
        {
            "event_id": [f"r{number}" for number in range(ORDERS)],
            "profile_id": [chance.choice(who) for _ in range(ORDERS)],
            "time": [as_datetime(START + chance.randint(0, 2 * HOURS * HOUR)) for _ in range(ORDERS)],
            "stars": [chance.randint(1, 5) for _ in range(ORDERS)],
        }
    ).sort("time")
    complaint = pl.DataFrame(
        {"event_id": ["c0"], "profile_id": ["p0"], "time": [as_datetime(START - 9 * HOUR)], "order": ["none"]}
    )
    people = pl.DataFrame({"profile_id": who, "email": [f"{name}@example.com" for name in who], "points": [0] * PEOPLE})
    throttling = "throttling: {maxThroughput: 200}" if way == "busy" else ""
    with parcours.init(folder) as workspace:
        workspace.import_profiles(people)
        workspace.import_events(complaint, event="complaint", id="event_id")
        workspace.import_events(orders, event="order", id="event_id")
        workspace.import_events(ratings, event="rating", id="event_id")
        path = folder / "definitions.yaml"
        path.write_text(DEFINITIONS.format(url=world.http.url, throttling=throttling))
        workspace.apply(path)
    (folder / "parcours.toml").write_text(SETTINGS.format(http=world.http.port, smtp=world.smtp.port))
    return folder


@pytest.fixture(scope="module")
def expected(
    way: str, fresh: Path, world: World, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, pl.DataFrame]:
    """What an undisturbed series ends with."""
    folder = tmp_path_factory.mktemp("crash") / "straight"
    shutil.copytree(fresh, folder)
    world.begin()
    assert nursery.run(way, folder, TICKS) == 0
    answers = checked(folder, world)
    results = Counter(answers["settled"]["result"])
    assert min(results[result] for result in ("ok", "http_500", "capped", "sent")) > 10, results
    return answers


class Series:
    """A workspace that is moved and killed, until :meth:`finish`."""

    def __init__(self, way: str, folder: Path, world: World, nursery: Nursery) -> None:
        self._way, self._folder, self._world, self._nursery = way, folder, world, nursery
        world.begin()

    def start(self, die_at: str | None = None) -> Started:
        return self._nursery.start(self._way, self._folder, TICKS, *([die_at] if die_at else []))

    def killed_by(self, what: str, nth: int) -> bool:
        """Start it, and let the world kill it in the middle of the ``nth`` call or mail."""
        left = [nth]
        begun = threading.Event()
        process: list[Started] = []

        def kill(asked: str) -> None:
            if asked == what:
                left[0] -= 1
                if not left[0]:
                    begun.wait()
                    process[0].kill()

        self._world.kill = kill
        process.append(self.start())
        begun.set()
        ended = process[0].wait()
        self._world.kill = lambda asked: None
        return ended == KILLED

    def finish(self) -> dict[str, pl.DataFrame]:
        """Run to the end and check what must hold however it was disturbed."""
        assert self.start().wait() == 0
        return checked(self._folder, self._world)


@pytest.fixture
def series(way: str, fresh: Path, world: World, nursery: Nursery, tmp_path: Path) -> Series:
    folder = tmp_path / "killed"
    shutil.copytree(fresh, folder)
    return Series(way, folder, world, nursery)


def checked(folder: Path, world: World) -> dict[str, pl.DataFrame]:
    """What the log says in the end; nobody is stuck, nothing is lost, nothing came under two keys."""
    with parcours.open(folder) as workspace:
        answers = {name: workspace.sql(question) for name, question in QUESTIONS.items()}
        runs = dict(workspace.sql("SELECT status, count(*) FROM journey_runs GROUP BY ALL").iter_rows())
        repeated = workspace.sql(
            "SELECT run, activity, outcome, time, count(*) FROM journey_steps GROUP BY ALL HAVING count(*) > 1"
        )
        entries = workspace.sql("SELECT journey, run FROM journey_steps WHERE kind = 'entry'")
    complaints = answers["events"].height - ORDERS
    assert set(runs) == {"finished"}, "everybody has come to an end"
    assert sum(runs.values()) == entries.unique().height == entries.height == ORDERS + complaints
    assert repeated.is_empty(), "no step is recorded twice"
    attempted(answers, world)
    return answers


def attempted(answers: dict[str, pl.DataFrame], world: World) -> None:
    """Every delivery decided was attempted and settled once, and nothing came under a key that was not decided."""
    decided, settled = answers["deliveries"], answers["settled"]
    assert settled["key"].is_unique().all(), "an outcome is taken in once"
    assert sorted(settled["key"]) == sorted(decided["key"])
    keys = {
        channel: {key_token(key) for key in keys}
        for channel, keys in decided.group_by("channel").agg("key").iter_rows()
    }
    came = world.calls + world.mails()
    assert {key for _, key in world.calls} == keys["http"] | keys["source"]
    assert {key for _, key in world.mails()} == keys["email"]
    assert len({what for what, _ in came}) == len(set(came)) == len({key for _, key in came}), "one thing, one key"


def check_same(way: str, answers: dict[str, pl.DataFrame], expected: dict[str, pl.DataFrame]) -> None:
    if way == "steady":
        for name, rows in expected.items():
            assert answers[name].equals(rows), name


@pytest.mark.slow
def test_killed_at_named_points(way: str, series: Series, expected: dict[str, pl.DataFrame]) -> None:
    places = [f"{point}:{passing}" for passing in (1, 3) for point in POINTS]
    kills = sum(series.start(place).wait() == KILLED for place in places)
    assert kills >= 11, "the process was to die"
    check_same(way, series.finish(), expected)


@pytest.mark.slow
def test_killed_in_the_middle_of_calls(way: str, series: Series, expected: dict[str, pl.DataFrame]) -> None:
    places = [(what, nth) for nth in (1, 5, 12) for what in ("call", "mail", "call", "mail")]
    kills = sum(series.killed_by(what, nth) for what, nth in places)
    assert kills >= 10, "the process was to die"
    check_same(way, series.finish(), expected)


@pytest.mark.slow
def test_killed_at_random_moments(way: str, series: Series, expected: dict[str, pl.DataFrame]) -> None:
    chance, kills = random.Random(11), 0
    for _ in range(12):
        process = series.start()
        time.sleep(chance.uniform(0, 0.15))
        process.kill()
        kills += process.wait() == KILLED
    assert kills >= 8, "the series was over before it could be killed often enough"
    check_same(way, series.finish(), expected)
