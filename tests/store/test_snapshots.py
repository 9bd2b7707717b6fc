"""Snapshots: whole or not at all; damaged and foreign ones are passed over."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from parcours.core.errors import WorkspaceError
from parcours.store import snapshots
from parcours.store.snapshots import Part, SnapshotStore

PARTS: dict[str, Part] = {
    "bits/all": np.array([[True, False], [False, True]]),
    "times": np.arange(5, dtype=np.int64),
    "none": np.empty((0, 3), np.float32),
    "texts": np.array(["é", "longer"]),
    "frame": pl.DataFrame({"a": [1, None], "b": [[{"x": "y"}], []], "t": [datetime(2024, 1, 1, tzinfo=UTC), None]}),
    "no rows": pl.DataFrame(schema={"d": pl.Duration("us"), "s": pl.Struct({"n": pl.Int8})}),
    "bytes": b"\0\1",
    "empty": b"",
    "plain": {"é": [1, 2.5, None, "x"], "deep": {"er": []}},
    "number": 7,
}


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "snapshots")


def ticks(store: SnapshotStore) -> list[int]:
    return sorted(int(path.name) for path in store.folder.iterdir())


def test_every_kind_of_part_comes_back(store: SnapshotStore) -> None:
    store.save(12, PARTS)
    found = store.latest()
    assert found is not None
    assert found.tick == 12
    assert list(found) == list(PARTS)
    for name, part in PARTS.items():
        if isinstance(part, np.ndarray):
            assert (found[name] == part).all()
            assert (found.array(name).dtype, found.array(name).shape) == (part.dtype, part.shape)
        elif isinstance(part, pl.DataFrame):
            assert found.frame(name).equals(part)
            assert found.frame(name).schema == part.schema
        else:
            assert found[name] == part


def test_arrays_can_be_written_to(store: SnapshotStore) -> None:
    store.save(1, {"a": np.zeros(3)})
    array = store.latest().array("a")  # type: ignore[union-attr]
    array[0] = 1
    assert store.latest().array("a")[0] == 0  # type: ignore[union-attr]


def test_none_yet(store: SnapshotStore) -> None:
    assert store.latest() is None
    store.drop_all()


def test_the_newest_two_are_kept(store: SnapshotStore) -> None:
    for tick in (1, 9, 10, 100):
        store.save(tick, {"n": tick})
    assert ticks(store) == [10, 100]
    assert dict(store.latest()) == {"n": 100}  # type: ignore[arg-type]


def test_one_tick_twice(store: SnapshotStore) -> None:
    store.save(1, {"n": 1})
    store.save(1, {"m": 2})
    assert dict(store.latest()) == {"m": 2}  # type: ignore[arg-type]


def test_another_version_is_passed_over(store: SnapshotStore) -> None:
    store.save(1, {"n": 1})
    assert SnapshotStore(store.folder, version="2").latest() is None
    SnapshotStore(store.folder, version="2").save(2, {"n": 2})
    assert store.latest().tick == 1  # type: ignore[union-attr]


def test_drop_all(store: SnapshotStore) -> None:
    store.save(1, PARTS)
    store.drop_all()
    assert store.latest() is None
    assert list(store.folder.iterdir()) == []


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("number", range(len(PARTS)))
@pytest.mark.parametrize("harm", [flip, lambda path: path.write_bytes(path.read_bytes()[:-1]), Path.unlink])
def test_a_damaged_one_is_passed_over(store: SnapshotStore, number: int, harm: object) -> None:
    store.save(1, {"n": 1})
    store.save(2, PARTS)
    file = next((store.folder / f"{2:012d}").glob(f"{number:04d}.*"))
    if not file.stat().st_size and harm is not Path.unlink:
        file.write_bytes(b"x")
    else:
        harm(file)  # type: ignore[operator]
    assert store.latest().tick == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": 1}', '{"format": 99, "version": "1", "tick": 2, "parts": []}']
)
def test_a_damaged_list_of_parts_is_passed_over(store: SnapshotStore, text: str) -> None:
    store.save(1, {"n": 1})
    store.save(2, {"n": 2})
    (store.folder / f"{2:012d}" / "meta.json").write_text(text)
    assert store.latest().tick == 1  # type: ignore[union-attr]


def test_a_renamed_one_is_passed_over(store: SnapshotStore) -> None:
    store.save(1, {"n": 1})
    shutil.move(store.folder / f"{1:012d}", store.folder / f"{5:012d}")
    assert store.latest() is None


@pytest.mark.parametrize("point", ["_write", "_crc", "_sync"])
def test_one_that_fails_leaves_the_others(store: SnapshotStore, monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    store.save(1, PARTS)

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(snapshots, point, fails)
        with pytest.raises(WorkspaceError) as error:
            store.save(2, PARTS)
        assert error.value.code == "disk-full"
    assert ticks(store) == [1]
    assert store.latest().tick == 1  # type: ignore[union-attr]


def test_what_a_crash_left_is_removed(store: SnapshotStore) -> None:
    store.folder.mkdir()
    begun = store.folder / "unfinished-000000000007"
    begun.mkdir()
    (begun / "0000.npy").write_bytes(b"half")
    assert store.latest() is None
    store.save(8, {"n": 1})
    assert ticks(store) == [8]


def test_objects_are_refused(store: SnapshotStore) -> None:
    with pytest.raises(ValueError, match="Object arrays"):
        store.save(1, {"a": np.array([{}], dtype=object)})
    assert store.latest() is None


LIMITED = """
import resource, signal, sys
from pathlib import Path
import numpy as np
import polars as pl
from parcours.core.errors import WorkspaceError
from parcours.store.snapshots import SnapshotStore
store = SnapshotStore(Path(sys.argv[1]))
store.save(1, {"a": np.zeros(10)})
array = np.arange(10**6)
BIG = {"array": array, "frame": pl.DataFrame({"a": array}), "bytes": bytes(10**6), "plain": "x" * 10**6}
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
try:
    store.save(2, {"a": BIG[sys.argv[2]]})
except WorkspaceError as error:
    print(error.code)
"""


@pytest.mark.parametrize("kind", ["array", "frame", "bytes", "plain"])
def test_a_full_disk(store: SnapshotStore, kind: str) -> None:
    command = [sys.executable, "-c", LIMITED, str(store.folder), kind]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.stdout == "disk-full\n", run.stderr
    assert ticks(store) == [1]


KILLED = """
import sys
from pathlib import Path
import numpy as np
from parcours.store.snapshots import SnapshotStore
store = SnapshotStore(Path(sys.argv[1]))
for tick in range(1, 100000):
    store.save(tick, {"a": np.full(200_000, tick), "b": tick})
    print(tick, flush=True)
"""


@pytest.mark.slow
def test_a_kill_leaves_the_last_one_that_was_whole(store: SnapshotStore) -> None:
    for _ in range(3):
        store.drop_all()
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, str(store.folder)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            done = [writer.stdout.readline() for _ in range(5)]
            writer.send_signal(signal.SIGKILL)
            done += writer.stdout.readlines()
        last = int([line for line in done if line.endswith("\n")][-1])
        found = store.latest()
        assert found is not None
        assert found.tick in (last, last + 1)
        assert (found.array("a") == found.tick).all()
        assert found["b"] == found.tick
