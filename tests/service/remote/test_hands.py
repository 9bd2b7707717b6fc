"""Many hands: clients at once, work that is stopped, processes that end, and what each of them is told."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import parcours
from parcours.contacts.office.questions import QUESTIONS
from parcours.core.errors import (
    AccessError,
    DefinitionError,
    InputError,
    OpenQuestion,
    ParcoursError,
    Refused,
    WorkspaceError,
)
from parcours.service import opening
from parcours.service.folder import Holder
from parcours.service.remote import kept
from parcours.service.remote.connection import Local
from parcours.service.remote.listening import listening, place_of
from parcours.service.remote.messages import MEDIA_TYPE, PATH, Request, request_bytes
from parcours.service.remote.serving import serving_here
from parcours.service.running import Progress
from parcours.service.workspace import Workspace
from parcours.testing.service import running_service
from tests.service import shop
from tests.service.live import eventually
from tests.service.remote.conftest import by_socket, by_url
from tests.service.remote.test_parity import DRAFT

YEAR = ("2024-07-01", "2025-07-01")


@pytest.fixture
def held(folder: Path) -> Iterator[Workspace]:
    """A copy of the shop, held here."""
    with opening.hold(folder) as workspace:
        yield workspace


@contextmanager
def live(workspace: Workspace) -> Iterator[Workspace]:
    """The workspace runs, and serves others; gives it as these have it."""
    thread = threading.Thread(target=workspace.run)
    thread.start()
    try:
        eventually(lambda: Holder.of(workspace._parts.folder).socket)
        with parcours.open(workspace.folder) as far:
            yield far
    finally:
        workspace.stop()
        thread.join()


@contextmanager
def program(*arguments: object, ready: Callable[[], object]) -> Iterator[subprocess.Popen[str]]:
    """The command line as a process of its own, once it is ready."""
    start = "from parcours.service.cli.main import main; main()"
    command = [sys.executable, "-c", start, *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        eventually(lambda: ready() or process.poll() is not None)
        assert process.poll() is None, process.communicate()
        yield process
    finally:
        process.kill()
        process.communicate()
        for pipe in (process.stdout, process.stderr):
            assert pipe is not None
            pipe.close()


# --- several at once -------------------------------------------------------------------------------------


def test_two_clients_at_once_over_a_workspace_that_runs(held: Workspace) -> None:
    rounds = 6

    def work(number: int, far: Workspace) -> None:
        for turn in range(rounds):
            name = f"c{number}-{turn}"
            frame = pl.DataFrame({"profile_id": [name], f"own_{number}": [turn], "shared": [turn]})
            far.import_profiles(frame)
            far.apply({"segment": name, "rule": {"attribute": "age", "at_least": turn}})
            assert far.segments.get(name).published_version == 1
            far.sql("SELECT count(*) FROM purchase").item()
            far.preview({"attribute": "age", "at_least": 20})
            far.journeys.statuses("hello")
            far.explain("adult", "p1")
            far.journeys.pause("hello") if number == 0 else far.journeys.trace("hello", "p1")
            far.journeys.resume("hello") if number == 0 else far.segments.list()
            with pytest.raises(DefinitionError):
                far.apply({"segment": "bad", "rule": {"attribute": "nothing", "at_least": 1}})

    with live(held) as one, parcours.open(held.folder) as two, ThreadPoolExecutor() as pool:
        for each in [pool.submit(work, number, far) for number, far in enumerate((one, two))]:
            each.result()
        eventually(lambda: not one.waiting)
        names = {f"c{number}-{turn}" for number in (0, 1) for turn in range(rounds)}
        eventually(lambda: names <= set(one.segments.list().filter(pl.col("members") > 0)["segment"]))
        assert names <= set(two.sql("SELECT _profile_id FROM profiles")["_profile_id"])
        assert {"own_0", "own_1", "shared"} <= set(two.schema.attributes)
        assert one.journeys.statuses("hello") == {1: "live"}


def test_many_threads_share_one_connection(held: Workspace) -> None:
    with by_socket(held) as far, ThreadPoolExecutor(12) as pool:
        found = pool.map(lambda number: far.sql(f"SELECT {number} AS x").item(), range(60))
        assert list(found) == list(range(60))


# --- time ------------------------------------------------------------------------------------------------


def test_a_long_replay_lets_others_read_and_nobody_else_move(held: Workspace) -> None:
    seen: list[Progress] = []
    with by_socket(held) as far, ThreadPoolExecutor(1) as pool:
        replaying = pool.submit(far.replay, *YEAR, "30 minutes", progress=seen.append)
        eventually(lambda: seen)
        read = 0
        while not replaying.done():
            far.preview({"attribute": "age", "at_least": 20})
            assert far.journeys.test(DRAFT).now > 0
            assert far.status()["profiles"] == 40
            with pytest.raises(WorkspaceError) as refused:
                far.replay("2026-01-01", "2026-01-02")
            assert refused.value.code == "moving"
            far.apply({"segment": f"meanwhile-{read}", "rule": {"attribute": "age", "at_least": 18}})
            far.erase(f"p{30 + read % 3}") if read < 3 else None
            read += 1
            if read > 5:
                break
        done = replaying.result()
        assert read > 1
        assert (done.ticks, seen[-1].done) == (17_521, 17_521)
        assert far.segments.count("meanwhile-0") == far.segments.count("adult") > 0
        assert "p30" not in set(far.sql("SELECT _profile_id FROM profiles")["_profile_id"])
        assert not far.waiting


def test_time_is_not_moved_by_hand_while_it_runs(held: Workspace) -> None:
    with live(held) as far:
        for workspace in (far, held):
            with pytest.raises(WorkspaceError, match="runs live") as error:
                workspace.replay("2030-01-01", "2030-01-02")
            assert error.value.code == "moving"
        with pytest.raises(WorkspaceError) as error:
            far.run()
        assert error.value.code == "in-use"


def test_a_replay_that_its_caller_stops_goes_on_later(held: Workspace, replayed: Path, tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    def stop(so_far: Progress) -> None:
        raise Enough

    with by_socket(held) as far:
        with pytest.raises(Enough):
            far.replay(*YEAR, "1 hour", progress=stop)
        assert far.now is not None
        assert far.now.year < 2025
        far.replay(*YEAR, "1 hour")
        found = far.sql("SELECT * FROM qualifications ORDER BY ALL")
    (tmp_path / "other").mkdir()
    with opening.hold(shop.copied(replayed, tmp_path / "other")) as other:
        other.replay(*YEAR, "1 hour")
        assert found.drop("_tick").equals(other.sql("SELECT * FROM qualifications ORDER BY ALL").drop("_tick"))


def test_a_caller_who_goes_away_stops_the_work(held: Workspace) -> None:
    with by_socket(held) as far:
        began = threading.Event()

        def go(so_far: Progress) -> None:
            began.set()
            far.close()
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            far.replay(*YEAR, "1 minute", progress=go)
        assert began.is_set()
        eventually(lambda: not held._parts.moving.mover)
        assert held.now is not None
        assert held.now.year < 2025


# --- the service ends ------------------------------------------------------------------------------------


def test_a_service_that_stops_tells_those_who_wait(held: Workspace) -> None:
    seen: list[Progress] = []
    with ThreadPoolExecutor(1) as pool:
        with serving_here(held):
            far = parcours.open(held.folder)
            waiting = pool.submit(far.replay, *YEAR, "1 minute", progress=seen.append)
            eventually(lambda: seen)
        with pytest.raises(WorkspaceError, match="stopped before its end") as stopped:
            waiting.result()
        assert stopped.value.code == "stopped"
        with pytest.raises(WorkspaceError) as gone:
            far.status()
        assert gone.value.code in ("unreachable", "connection-lost")
        far.close()
    assert held.status()["profiles"] == 40


def test_a_service_that_is_killed(folder: Path) -> None:
    seen: list[Progress] = []
    found = folder / ".socket"
    with program("-w", folder, "serve", "--still", "--port", "0", ready=found.exists) as process:
        far = parcours.open(folder)
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(far.replay, *YEAR, "1 minute", progress=seen.append)
            eventually(lambda: seen)
            process.send_signal(signal.SIGKILL)
            with pytest.raises(WorkspaceError, match="broke off") as error:
                waiting.result()
        assert error.value.code == "connection-lost"
        assert f"process {process.pid}" in str(error.value)
        far.close()
    assert found.exists()  # nobody could take it away
    with parcours.open(folder) as workspace:
        assert workspace.status()["profiles"] == 40
        with by_socket(workspace) as far:
            assert far.status()["profiles"] == 40
    assert not found.exists()


def test_who_only_holds_a_folder_is_named(held: Workspace) -> None:
    with pytest.raises(WorkspaceError, match=f"in use by process {os.getpid()}") as error:
        parcours.open(held.folder)
    assert error.value.code == "in-use"


def test_a_note_of_a_socket_where_nobody_listens_means_in_use(held: Workspace, tmp_path: Path) -> None:
    held._parts.lock.takes_calls(tmp_path / "nowhere.socket")
    with pytest.raises(WorkspaceError, match="in use by process") as error:
        parcours.open(held.folder)
    assert error.value.code == "in-use"


def test_who_comes_before_the_service_is_ready_waits(held: Workspace) -> None:
    with ThreadPoolExecutor(1) as pool, listening(held):
        early = pool.submit(parcours.open, held.folder)
        time.sleep(0.2)
        assert not early.done()
        with serving_here(held), early.result() as far:
            assert far.status()["profiles"] == 40


# --- the socket ------------------------------------------------------------------------------------------


def test_only_its_owner_may_use_the_socket(held: Workspace) -> None:
    with serving_here(held):
        found = place_of(held._parts.folder)
        assert stat.S_IMODE(found.stat().st_mode) == 0o600


@pytest.mark.skipif(os.getuid() != 0, reason="needs to become somebody else")
def test_somebody_else_is_told_so(tmp_path: Path) -> None:
    script = """if 1:
        import os, sys, pathlib
        from parcours.core.errors import WorkspaceError
        from parcours.service.remote.connection import Connections, Local
        from parcours.service.remote.workspace import remote_workspace
        os.setgroups([]); os.setgid(65534); os.setuid(65534)
        try:
            remote_workspace(Connections(Local(pathlib.Path(sys.argv[1]), "process 1")))
        except WorkspaceError as error:
            print(error.code, error)
    """
    place = Path("/tmp") / f"parcours-test-{os.getpid()}.socket"
    with socket.socket(socket.AF_UNIX) as listener:
        os.fchmod(listener.fileno(), 0o600)
        listener.bind(str(place))
        listener.listen()
        try:
            ran = subprocess.run([sys.executable, "-c", script, place], capture_output=True, text=True, check=True)
        finally:
            place.unlink()
    assert ran.stdout.startswith("not-allowed process 1 may be used by its owner only")


LONG = ["a-name-of-forty-characters-or-a-little-so"] * 3


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of the user's own for sockets; its path is short, that of ``tmp_path`` may not be."""
    with tempfile.TemporaryDirectory(dir="/tmp") as found:
        monkeypatch.setenv("XDG_RUNTIME_DIR", found)
        yield Path(found)


def test_a_folder_with_a_long_name(tmp_path: Path, runtime: Path) -> None:
    folder = tmp_path.joinpath(*LONG)
    parcours.init(folder).close()
    with opening.hold(folder) as held, by_socket(held) as far:
        assert far.folder == folder
        assert place_of(held._parts.folder).parent.parent == runtime
        (runtime / f"parcours-{os.getuid()}").chmod(0o777)
        with pytest.raises(WorkspaceError, match="belongs to somebody else"):
            place_of(held._parts.folder)


def test_a_folder_for_sockets_with_a_long_name_is_left_alone(
    tmp_path: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path.joinpath(*LONG)))
    monkeypatch.setattr(tempfile, "tempdir", str(runtime))
    folder = tmp_path.joinpath("shop", *LONG)
    parcours.init(folder).close()
    with opening.hold(folder) as held, by_socket(held) as far:
        assert far.folder == folder
        assert place_of(held._parts.folder).parent.parent == runtime


# --- what stays there ------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [by_socket, by_url])
def test_a_journey_is_tried_from_elsewhere(held: Workspace, way: Callable[[Workspace], Any]) -> None:
    with way(held) as far:
        for workspace in (held, far):
            lines: list[Any] = []
            tried = workspace.journeys.test(DRAFT, at="2024-07-01", watch=lines.append)
            tried.person("anna", {"age": 30})
            tried.event("purchase", "anna", {"total": 3.5})
            tried.advance("1 day")
            assert [line.text for line in tried.lines] == [line.text for line in lines]
            assert [line.message["subject"] for line in tried.messages if line.message] == ["Hello"]
            assert tried.people["status"].to_list() == ["finished"]
            assert tried.definition.id == "draft"
            assert tried.to_json()["now"] == "2024-07-02T00:00:00Z"
            with pytest.raises(ParcoursError, match="nobody has the id"):
                tried.event("purchase", "otto")


def test_what_nobody_uses_is_not_kept_for_ever(held: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with by_socket(held) as far:
        first = far.journeys.simulate(DRAFT)
        assert first.now > 0
        others = [far.journeys.simulate(DRAFT) for _ in range(kept.MOST)]
        with pytest.raises(WorkspaceError) as gone:
            _ = first.now
        assert gone.value.code == "gone"
        assert others[0].now > 0
        monkeypatch.setattr(kept, "IDLE", -1.0)
        with pytest.raises(WorkspaceError):
            _ = others[0].now


def test_questions_are_answered_by_whoever_calls(held: Workspace) -> None:
    class Clerk:
        interactive = True

        def __init__(self) -> None:
            self.asked: list[str] = []

        def ask(self, question: str, detail: str = "") -> bool:
            self.asked.append(question)
            return True

    with by_socket(held) as far:
        far.crm.put_series("CAMP", "K1")
        far.campaigns.create("C1", description="Fair")
        with pytest.raises(OpenQuestion) as asked:
            far.campaigns.activate("C1", answers={})
        assert asked.value.question in QUESTIONS
        clerk = Clerk()
        with pytest.raises(Refused, match="no targets"):  # the next thing that is looked at
            far.campaigns.activate("C1", answers=clerk)
        assert clerk.asked == [asked.value.question]


def test_work_in_the_crm_has_a_name_and_a_day(held: Workspace) -> None:
    with by_socket(held) as far:
        anna = far.crm.acting("ANNA", work_date="2026-01-28")
        anna.contacts.create("C1", name="Alpha")
        assert anna.contacts.get("C1")["name"] == "Alpha"
        assert far.crm.trail()["by"].to_list()[0] == "ANNA"
        with pytest.raises(InputError):
            far.crm.acting("ANNA", work_date="some day")


# --- keys ------------------------------------------------------------------------------------------------


def test_keys_limit_what_calls_may_do(held: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_service(held) as service:
        weak = str(held.access.keys.create("weak", scopes=["segments:read"])["key"])
        with parcours.connect(service.address, weak) as far:
            assert far.segments.count("adult") > 0
            for forbidden in (
                lambda: far.apply({"segment": "a", "rule": {"attribute": "age", "at_least": 1}}),
                lambda: far.sql("SELECT 1"),
                lambda: far.replay(*YEAR),
                lambda: far.access.keys.create("more", scopes=["access:write"]),
                lambda: far.journeys.test(DRAFT),
            ):
                with pytest.raises(AccessError) as error:
                    forbidden()
                assert (error.value.code, error.value.known) == ("forbidden", True)
        for key in ("", "pk_wrong"):
            with pytest.raises(AccessError) as error:
                parcours.connect(service.address, key)
            assert not error.value.known
        monkeypatch.setenv("PARCOURS_URL", service.address)
        monkeypatch.setenv("PARCOURS_KEY", service.key)
        with parcours.open() as far:
            assert far.status()["profiles"] == 40


def test_what_one_caller_keeps_another_cannot_use(held: Workspace) -> None:
    with running_service(held) as service:
        other = str(held.access.keys.create("other", scopes=["journeys:read", "segments:read"])["key"])
        with parcours.connect(service.address, service.key) as one, parcours.connect(service.address, other) as two:
            tried = one.journeys.simulate(DRAFT)
            stolen = two.journeys.simulate(DRAFT)
            stolen._target = tried._target  # type: ignore[attr-defined]
            assert tried.now > 0
            with pytest.raises(WorkspaceError) as error:
                _ = stolen.now
            assert error.value.code == "gone"


@pytest.mark.parametrize("url", ["http://", "ftp://a", "http://a:b", "https://[", "http://a:0"])
def test_urls_that_are_none(url: str) -> None:
    with pytest.raises(InputError) as error:
        parcours.connect(url, "")
    assert error.value.code == "bad-url"


def test_addresses_where_no_service_is() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(WorkspaceError) as error:
            parcours.connect(f"http://127.0.0.1:{taken.getsockname()[1]}", "")
    assert error.value.code == "unreachable"
    with pytest.raises(InputError, match="no workspace is named"):
        parcours.open("")


def test_programs_use_a_workspace_that_another_program_runs(folder: Path) -> None:
    with program("-w", folder, "run", ready=(folder / ".socket").exists) as process:
        with parcours.open(folder) as far:
            eventually(lambda: far.now is not None and far.now.year > 2024)
            assert far.segments.list().height == len(shop.SEGMENTS)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate()
        assert "stopped after" in out
    assert not (folder / ".socket").exists()
    with parcours.open(folder) as near:
        assert near.status()["profiles"] == 40


def test_the_audit_log_tells_what_was_called(held: Workspace) -> None:
    with running_service(held) as service, parcours.connect(service.address, service.key) as far:
        far.segments.count("adult")
        far.apply({"segment": "new", "rule": {"attribute": "age", "at_least": 1}})
        weak = str(held.access.keys.create("weak", scopes=["segments:read"])["key"])
        with parcours.connect(service.address, weak) as other, pytest.raises(AccessError):
            other.sql("SELECT 1")
        eventually(lambda: held.access.audit.list().height >= 2)
        found = held.access.audit.list()
    told = list(found.select("name", "operation", "outcome").iter_rows())
    assert ("tests", "apply", 200) in told
    assert ("weak", "sql", 403) in told
    assert not any(operation == "segments.count" for _, operation, _ in told)


def test_a_query_whose_caller_goes_away_ends(held: Workspace) -> None:
    endless = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3"

    def asking() -> list[threading.Thread]:
        return [each for each in threading.enumerate() if each.name == "call sql"]

    with by_socket(held) as far:
        body = request_bytes(Request(id="1", name="sql", args=[endless]))
        connection = Local(place_of(held._parts.folder), "the service").connection()
        connection.request("POST", PATH, body=body, headers={"Content-Type": MEDIA_TYPE})
        eventually(asking)
        connection.close()
        eventually(lambda: not asking())
        assert far.sql("SELECT 1 AS x").item() == 1
