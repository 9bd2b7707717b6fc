"""The command line three ways: on a folder, by way of a process that serves it, and with a URL and a key.

Each way has a copy of the shop with the same name; what is printed, complained and returned is compared word by word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import parcours
from parcours.core.clock import instant
from parcours.service import opening
from parcours.service.api.app import application
from parcours.service.api.server import serving
from parcours.service.cli import main
from parcours.service.remote.serving import serving_here
from parcours.testing.service import running_service
from tests.service import shop
from tests.service.cli.program import Ran
from tests.service.remote.conftest import NOW

JOURNEY = """
journey: second
entry: {event: purchase}
start: mail
activities:
  mail: {type: email, to: "{{ profile.email }}", subject: Hello, body: Hello, then: end}
  end: {type: end}
"""
FILES = {
    "people.csv": "customer;age\np1;31\nnew;42\np2;young\n",
    "events.ndjson": '{"profile_id": "p1", "time": "2024-06-30T10:00:00Z", "total": 5.5}\n{"profile_id": "p1"}\n',
    "defs/a.yaml": "segment: forty\nrule: {attribute: age, at_least: 40}\n",
    "defs/journey.yaml": JOURNEY,
    "bad/a.yaml": "segment: forty\nrule: {attribute: agee, at_least: 40}\n---\nsegment: x\nrule: {event: nothing}\n",
    "bad/b.yaml": "segment: x: y\n",
    "rule.pql": "age >= 40 and (",
    "script.ndjson": '{"person": "anna", "attributes": {"age": 30}}\n{"event": "purchase", "profile": "anna"}\n',
}
#: Every group of commands, in an order in which each finds what it needs; what fails is among them.
COMMANDS = """
status
status --json
segments list
segments list --json
segments show big
segments show big --lang fr --json
segments show nobody
segments members big --limit 3
segments members big --at 2024-03-01 --json
segments members big --at someday
segments history big
segments sample big --size 2
segments preview defs/a.yaml
segments preview nowhere.yaml
segments stop adult
segments stop adult --json
journeys list
journeys show hello
journeys show hullo
journeys show hullo --json
journeys versions hello --json
journeys history hello
journeys validate defs
journeys validate bad
journeys validate bad --json
journeys trace hello p1
journeys report hello
journeys report hello --json
journeys drawing hello
journeys drawing hello --svg out.svg
journeys drawing hello --svg nowhere/out.svg
journeys export hello
journeys export hello -o hello.json
journeys import hello.json --plan
journeys import people.csv
journeys backtest hello
journeys backtest defs/journey.yaml --against hello
journeys test defs/journey.yaml --script script.ndjson --do {"advance":"1_day"}
journeys simulate defs/journey.yaml --script script.ndjson --json
journeys simulate defs --do {"broken"
journeys pause hello
journeys pause hello
journeys resume hello
journeys new-version hello
journeys diff hello 1 2
journeys edit-texts defs/journey.yaml
journeys migrate hello --preview
journeys retry hello
journeys attribute-exit hello age<3
check defs
check bad
check bad --json
check nowhere.yaml
check rule.pql
check age>=40
check age>=40 --lang fr --json
check agee>=40
convert age>=40 --to filter
convert age>=40 --to nothing
explain big p1
explain p1 --rule age>=20 --lang fr
explain big nobody
explain big
membership p1
membership p1 --json
membership nobody
sql SELECT/**/count(*)/**/FROM/**/profiles
sql SELECT/**/*/**/FROM/**/profiles --limit 2
sql DROP/**/TABLE/**/profiles
import profiles people.csv --profile customer --delimiter ; --type age=integer
import profiles people.csv --profile nothing --json
import profiles nowhere.csv
import events events.ndjson --event purchase
import events events.ndjson --event purchase --json
dead-letters
dead-letters --json --limit 1
correct e1 e2
correct
erase p9
erase nobody
suppress a@example.com --domain example.org
suppress
suppress a@example.com --remove --json
business-event restocked --payload {"sku":"A1"}
business-event restocked --payload nothing
plan defs
plan defs --json
plan bad
apply defs --yes
apply defs --yes
test defs
letters list
plans list
sources list --json
webhooks list
accounts list
audit list --json --since 2030-01-01
logs
apply bad --yes
segments publish forty
journeys publish second
journeys stop second
journeys delete second
segments delete forty
replay --to 2024-07-03
replay --to 2024-01-01
export segment big -o out.csv
export segment big -o out.xyz
export segment big -o nowhere/out.parquet
contacts find
crm put-series CONT C1
contacts create --type company --name Alpha
contacts create --type company --name Alpha --json
contacts show C1
contacts show C9
contacts find --where contact.name=Alpha
worksheets create --description Fair
worksheets list
crm trail
crm set nothing 1
nonsense
segments nonsense
""".strip().splitlines()
#: What differs from run to run: how long it took, and whose folder it is.
_CHANGING = (
    (re.compile(r"\b\d+\.\d+ s\b"), "0.0 s"),
    (re.compile(r'"seconds": [\d.e-]+'), '"seconds": 0'),
    (re.compile(r"/\S*?/(?:here|socket|url)/"), "/"),
    (re.compile(r"\d+\.\d+ MB"), "0 MB"),
)


@pytest.fixture(scope="module")
def ways(replayed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[str]]]:
    """What is said to the command line in front of a command, by the name of the way and folder."""
    clock, root = parcours.VirtualClock(instant(NOW)), tmp_path_factory.mktemp("ways")
    with ExitStack() as stack:
        for name in ("here", "socket", "url"):
            (root / name).mkdir()
            shop.copied(replayed, root / name)
            for place, text in FILES.items():
                (root / name / place).parent.mkdir(exist_ok=True)
                (root / name / place).write_text(text)
        by_socket = stack.enter_context(opening.hold(root / "socket" / "copy", clock))
        stack.enter_context(serving_here(by_socket))
        by_url = stack.enter_context(opening.hold(root / "url" / "copy", clock))
        service = stack.enter_context(running_service(by_url))
        yield {
            str(root / "here"): ["--user", "ANNA", "-w", "copy"],
            str(root / "socket"): ["--user", "ANNA", "-w", "copy"],
            str(root / "url"): ["--user", "ANNA", "--url", service.address, "--key", service.key],
        }


@pytest.fixture
def say(
    ways: dict[str, list[str]], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], list[Ran]]:
    """Gives what a command leaves, each way."""
    monkeypatch.setenv("COLUMNS", "120")
    clock = parcours.VirtualClock(instant(NOW))
    here = opening.hold
    monkeypatch.setattr(opening, "hold", lambda folder, own=None: here(folder, own or clock))

    def call(command: str) -> list[Ran]:
        found = []
        words = [word.replace("/**/", " ").replace("_day", " day") for word in command.split()]
        for folder, front in ways.items():
            monkeypatch.chdir(folder)
            capsys.readouterr()
            code = main.run([*front, *words])
            out, err = capsys.readouterr()
            found.append(Ran(code, _settled(out), _settled(err)))
        return found

    return call


def _settled(text: str) -> str:
    for pattern, instead in _CHANGING:
        text = pattern.sub(instead, text)
    return text


def test_every_command_says_the_same_three_ways(say: Callable[[str], list[Ran]], ways: dict[str, list[str]]) -> None:
    different, codes = [], []
    for command in COMMANDS:
        here, *others = say(command)
        codes.append(here.code)
        for place, other in zip(list(ways)[1:], others, strict=True):
            if other != here:
                different.append(f"parcours {command}\n--- here\n{here}\n--- {place}\n{other}")
    assert not different, "\n\n".join(different)
    assert set(codes) == {0, 1, 2}
    assert codes.count(0) > len(codes) / 2, [one for one, code in zip(COMMANDS, codes, strict=True) if code]
    written = {
        name: [(Path(place) / name).read_bytes() for place in ways] for name in ("out.csv", "out.svg", "hello.json")
    }
    assert all(len(set(contents)) == 1 for contents in written.values())


def test_progress_is_shown_the_same(
    ways: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from parcours.service.cli import moving

    told: list[list[tuple[object, ...]]] = []

    class Bar:
        def __enter__(self) -> Bar:
            told.append([])
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def add_task(self, name: str, total: object) -> int:
            return 0

        def update(self, task: int, **shown: object) -> None:
            told[-1].append(tuple(shown.items()))

    monkeypatch.setattr(moving, "progress", Bar)
    for folder, front in ways.items():
        monkeypatch.chdir(folder)
        assert main.run([*front, "replay", "--to", "2024-07-20", "--tick", "6 hours"]) == 0
    capsys.readouterr()
    assert told[0] == told[1] == told[2]
    assert len(told[0]) > 60


def test_to_run_it_here_needs_the_folder(
    ways: dict[str, list[str]], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, by_socket, by_url = ways.items()
    for command in (["run", "--ticks", "1"], ["serve", "--port", "0"]):
        monkeypatch.chdir(by_socket[0])
        assert main.run([*by_socket[1], *command]) == 1
        assert "is in use by process" in capsys.readouterr().err
        assert main.run([*by_url[1], *command]) == 2
        assert "cannot be run here" in capsys.readouterr().err


def test_a_service_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--url", "http://127.0.0.1:1", "status"]) == 1
    assert "cannot be reached" in capsys.readouterr().err
    assert main.run(["--url", "nowhere:1", "status"]) == 2
    assert "is no URL of a service" in capsys.readouterr().err


def test_serving_takes_calls_by_the_socket_too(folder: Path) -> None:
    with ExitStack() as stack:
        held = stack.enter_context(opening.hold(folder))
        stack.enter_context(serving(application(held, live=False), "127.0.0.1", 0, held))
        far = stack.enter_context(parcours.open(folder))
        assert far.status()["profiles"] == 40
