"""Opening: one process at a time, and a clear word about everything that can be wrong with the file."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import polars as pl
import pytest

from parcours.core.errors import WorkspaceError
from parcours.core.facts import INSTANT
from parcours.store.log import Log
from parcours.store.log.opening import explained
from tests.store.log.build import NOON, SHOP, events, outcome, tick

HOLDER = """
import sys
import tempfile
from pathlib import Path
from parcours.store.log import Log
log = Log.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
"""


def refused(path: Path, **how: bool) -> WorkspaceError:
    with pytest.raises(WorkspaceError) as error:
        Log.open(path, **how)
    assert error.value.hint
    return error.value


@pytest.mark.parametrize("read_only", [False, True])
def test_another_process_holds_the_file(path: Path, read_only: bool) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        error = refused(path, read_only=read_only)
        holder.communicate("\n")
    assert error.code == "in-use"
    assert f"process {holder.pid}" in error.message
    Log.open(path).close()


def test_this_process_holds_the_file(path: Path, log: Log) -> None:
    assert refused(path).code == "in-use"
    log.close()
    Log.open(path).close()


def test_two_names_of_one_file(path: Path, log: Log) -> None:
    path.parent.joinpath("sub").mkdir()
    assert refused(path.parent / "sub" / ".." / path.name).code == "in-use"


def test_no_file_to_read(path: Path) -> None:
    assert refused(path, read_only=True).code == "missing"
    assert not path.exists()


def test_no_folder(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere" / "history.duckdb").code == "missing"


@pytest.mark.parametrize("content", [b"hello", os.urandom(20_000), b"SQLite format 3\0" + bytes(4096)])
def test_not_a_database(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert refused(path).code == "not-a-log"
    assert path.read_bytes() == content


def test_a_database_of_somebody_else(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute("create table t (a integer)")
    assert refused(path).code == "not-a-log"
    with duckdb.connect(str(path)) as con:
        assert con.execute("show tables").fetchall() == [("t",)]


def test_a_newer_layout(path: Path) -> None:
    Log.open(path).close()
    with duckdb.connect(str(path)) as con:
        con.execute("update facts.meta set value = '99' where key = 'layout'")
    error = refused(path)
    assert error.code == "newer-version"
    assert "99" in error.message


def as_layout_1(path: Path) -> None:
    """Turn the log back into what the first version wrote."""
    with duckdb.connect(str(path)) as con:
        con.execute("drop view outcomes")
        con.execute("drop view message_signals")
        con.execute("drop view merges")
        con.execute("drop view identities")
        for table in ("identities", "moved_events", "event_origins"):
            con.execute(f"drop table facts.{table}")
        con.execute("drop view profiles")
        for column in ("_first_id", "_merged"):
            con.execute(f"alter table facts.profiles drop column {column}")
        for column in ("started", "answer"):
            con.execute(f"alter table facts.outcomes drop column {column}")
        con.execute("create view outcomes as select * from facts.outcomes")
        con.execute("drop view violations")
        con.execute("drop table facts.violations")
        con.execute("alter table facts.profile_changes drop column _message")
        con.execute("drop view dead_letters")
        for column in ("event", "status", "settled"):
            con.execute(f"alter table facts.dead_letters drop column {column}")
        con.execute("create view dead_letters as select * from facts.dead_letters")
        con.execute("update facts.meta set value = '1' where key = 'layout'")


def test_a_log_of_an_older_layout_is_brought_up_to_date(path: Path) -> None:
    with Log.open(path) as log:
        log.commit([tick(1, outcomes=outcome("k"))])
    as_layout_1(path)
    assert refused(path, read_only=True).code == "older-version"
    with Log.open(path) as log:
        (record,) = log.records(0)
        assert record.batch.outcomes["key"].to_list() == ["k"]
        assert record.batch.outcomes["answer"].to_list() == [None]
        answered = outcome("later").with_columns(answer=pl.lit("{}"), started=pl.lit(NOON).cast(INSTANT))
        log.commit([tick(2, outcomes=answered)])
        found = log.query("select answer, started from outcomes order by key")
        assert found["answer"].to_list() == [None, "{}"]
        assert found["started"].null_count() == 0  # that of the old row is when it was settled
        signal = outcome("k").with_columns(result=pl.lit("clicked"), started=pl.lit(None, INSTANT))
        log.commit([tick(3, outcomes=signal)])
        assert log.query("select key, signal from message_signals").rows() == [("k", "clicked")]
        assert log.query("select count(*) from outcomes").item() == 2
    with Log.open(path, read_only=True) as log:
        assert len(list(log.records(0))) == 3


def test_a_name_that_sql_would_confuse(tmp_path: Path) -> None:
    assert refused(tmp_path / "facts.duckdb").code == "bad-name"


def test_a_damaged_file_is_no_crash(path: Path) -> None:
    with Log.open(path) as log:
        log.commit([tick(1, events=(events("purchase", {"id": "e"}),))], SHOP)
    content = bytearray(path.read_bytes())
    content[12288:16384] = bytes(4096)
    path.write_bytes(content)
    assert refused(path).code in ("damaged", "log", "not-a-log")


UNPRIVILEGED = """
import os, sys
from pathlib import Path
import pytz
from parcours.core.errors import WorkspaceError
from parcours.store.log import Log
from tests.store.log.build import tick
path = Path(sys.argv[1])
Log.open(path).close()
path.chmod(0o444)
path.parent.chmod(0o555)
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    Log.open(path)
except WorkspaceError as error:
    print(error.code, bool(error.hint))
try:
    Log.open(path.parent / "other.duckdb")
except WorkspaceError as error:
    print(error.code, bool(error.hint))
print(Log.open(path, read_only=True).last_tick())
"""


def test_a_read_only_folder() -> None:
    """Run by somebody who is not root: for root nothing is read-only."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "history.duckdb")
        run = subprocess.run([sys.executable, "-c", UNPRIVILEGED, str(path)], capture_output=True, text=True)
        Path(folder).chmod(0o755)
    assert run.stdout.splitlines() == ["read-only True", "read-only True", "None"], run.stderr


def test_reading_after_a_crash_finds_what_is_in_the_write_ahead_log_only(path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from parcours.store.log import Log; "
        "from tests.store.log.build import SHOP, events, tick; log = Log.open(Path(sys.argv[1])); "
        "log.commit([tick(1, events=(events('purchase', {'id': 'e'}),))], SHOP); os._exit(1)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(path)]).returncode == 1
    assert path.with_name(path.name + ".wal").stat().st_size
    with Log.open(path, read_only=True) as log:
        assert log.query("select _event_id from purchase").rows() == [("e",)]
    with Log.open(path) as log:
        assert log.last_tick()[0] == 1  # type: ignore[index]


LIMITED = """
import resource, signal, sys
from pathlib import Path
from parcours.core.errors import WorkspaceError
from parcours.store.log import Log
from tests.store.log.build import NOON, SHOP, events, outcome, tick

log = Log.open(Path(sys.argv[1]))
log.commit([tick(1, events=(events("purchase", {"id": "kept"}),))], SHOP)
log.checkpoint()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
done = 1
try:
    for number in range(2, 200):
        rows = [{"id": f"{number}-{row}", "items": [{"sku": f"{row * number}", "n": row}]} for row in range(3000)]
        log.commit([tick(number, events=(events("purchase", *rows),))], consumed={"f": number})
        done = number
except WorkspaceError as error:
    print(done, error.code, flush=True)
"""


@pytest.mark.parametrize("room", [3_000_000, 6_000_000])
def test_a_full_disk_keeps_what_was_committed(path: Path, room: int) -> None:
    """No write beyond so many bytes of a file succeeds, as on a disk that is full."""
    run = subprocess.run([sys.executable, "-c", LIMITED, str(path), str(room)], capture_output=True, text=True)
    assert run.stdout, run.stderr
    confirmed, code = run.stdout.split()
    assert code == "disk-full"
    with Log.open(path) as log:
        last = log.last_tick()
        assert last is not None
        assert last[0] in (int(confirmed), int(confirmed) + 1)  # the file may fail right after the commit is durable
        assert log.consumed() == ({"f": last[0]} if last[0] > 1 else {})
        assert log.query("select count(*), max(_tick) from purchase").row(0) == (1 + 3000 * (last[0] - 1), last[0])
        log.commit([tick(last[0] + 1)])


def test_ctrl_c_while_rows_are_handed_over_is_no_damage(tmp_path: Path) -> None:
    class Rows:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            raise KeyboardInterrupt

    rows = Rows()  # noqa: F841 (DuckDB finds it by its name)
    with duckdb.connect() as con, pytest.raises(KeyboardInterrupt), explained(tmp_path / "log"):
        con.execute("SELECT * FROM rows")
