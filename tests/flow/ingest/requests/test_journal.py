"""Requests written down: durable when the future says so, in order, once, whatever ends the process."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from pathlib import Path

import polars as pl
import pytest

from parcours.core.errors import Overloaded, WorkspaceError
from parcours.core.facts import INSTANT
from parcours.flow.ingest.calls import Record
from parcours.flow.ingest.inbox import Inbox
from parcours.flow.ingest.requests import journal as module
from parcours.flow.ingest.requests.journal import Journal

WAIT = 30


def record(number: int, size: int = 0) -> Record:
    return Record("segment", "s1", number, b'{"n":%d}' % number + b" " * size, "batch", "anon")


def opened(folder: Path, **limits: int) -> Journal:
    return Journal(folder / "requests", Inbox(folder / "inbox").next_number, **limits)


def put(journal: Journal, *numbers: int) -> None:
    journal.append([record(number) for number in numbers]).result(WAIT)


def content(journal: Journal) -> list[int]:
    return [each.received for file in journal.files() for each in journal.read(file.name, 0, 1_000_000)]


def test_what_was_appended_is_read_as_it_was(tmp_path):
    journal = opened(tmp_path)
    put(journal, 1, 2)
    put(journal, 3)

    [file] = journal.files()
    assert (file.number, file.name, file.closed) == (1, "000000000001.requests", False)
    assert journal.count(file.name) == 3
    assert journal.read(file.name, 0, 10) == [record(1), record(2), record(3)]
    assert journal.read(file.name, 1, 1) == [record(2)]
    assert journal.read(file.name, 3, 10) == []


def test_nothing_appended_is_durable_at_once_and_opens_no_file(tmp_path):
    journal = opened(tmp_path)
    assert journal.append([]).done()
    assert journal.files() == []


def test_the_next_process_finds_it_and_goes_on_in_a_new_file(tmp_path):
    first = opened(tmp_path)
    put(first, 1, 2)
    first.close()
    first.close()

    second = opened(tmp_path)
    assert [file.closed for file in second.files()] == [True]
    put(second, 3)

    assert [(file.number, file.closed) for file in second.files()] == [(1, True), (2, False)]
    assert content(second) == [1, 2, 3]


def test_after_closing_nothing_is_taken(tmp_path):
    journal = opened(tmp_path)
    journal.close()
    with pytest.raises(WorkspaceError) as caught:
        put(journal, 1)
    assert caught.value.code == "closed"


def test_closing_writes_what_waits(tmp_path):
    journal = opened(tmp_path)
    futures = [journal.append([record(number)]) for number in range(100)]
    journal.close()
    assert all(future.done() and future.exception() is None for future in futures)
    assert content(opened(tmp_path)) == list(range(100))


def test_files_share_their_numbers_with_the_inbox_which_ends_them(tmp_path):
    inbox = Inbox(tmp_path / "inbox")
    journal = Journal(tmp_path / "requests", inbox.next_number)
    inbox.on_put = journal.end
    frame = pl.DataFrame({"_event_id": ["a"], "_profile_id": ["p"], "_time": pl.Series([0], dtype=INSTANT)})

    put(journal, 1)
    between = inbox.put_events("visit", frame)
    put(journal, 2)

    assert [file.number for file in journal.files()] == [1, 3]
    assert between.startswith("000000000002.")
    assert [file.closed for file in journal.files()] == [True, False]


def test_numbers_are_never_used_again_over_both(tmp_path):
    journal = opened(tmp_path)
    put(journal, 1)
    journal.close()
    journal.forget(["000000000001.requests"])
    again = opened(tmp_path)
    put(again, 2)
    assert [file.number for file in again.files()] == [2]


def test_a_long_file_is_closed(tmp_path):
    journal = opened(tmp_path, file_bytes=1_000)
    for number in range(10):
        journal.append([record(number, 400)]).result(WAIT)
    assert len(journal.files()) >= 4
    assert content(journal) == list(range(10))


def test_reading_is_bounded_in_bytes_but_always_gives_something(tmp_path):
    journal = opened(tmp_path)
    journal.append([record(number, 1_000) for number in range(200)]).result(WAIT)
    [file] = journal.files()
    assert len(journal.read(file.name, 0, 1_000, most_bytes=10_000)) in range(8, 12)
    assert journal.read(file.name, 150, 1_000, most_bytes=1) == [record(150, 1_000)]
    assert [each.received for each in journal.read(file.name, 130, 3)] == [130, 131, 132]


def test_the_backlog_is_what_was_not_taken_in(tmp_path):
    journal = opened(tmp_path)
    journal.append([record(number, 1_000) for number in range(128)]).result(WAIT)
    [file] = journal.files()
    whole = journal.backlog
    assert whole > 128_000

    journal.settle({file.name: 64, "other.parquet": 3})
    assert whole * 0.45 < journal.backlog < whole * 0.55
    journal.settle({file.name: 128})
    assert journal.backlog == 0


def test_files_taken_in_are_removed_but_not_the_open_one(tmp_path):
    journal = opened(tmp_path)
    put(journal, 1)
    journal.end()
    put(journal, 2)
    journal.forget([file.name for file in journal.files()] + ["no-file-of-ours"])
    assert content(journal) == [2]
    with pytest.raises(WorkspaceError):
        journal.count("000000000001.requests")


# --- too much ----------------------------------------------------------------------------------------------


def test_more_than_the_disk_can_take_is_refused(tmp_path, monkeypatch):
    journal = opened(tmp_path, waiting_bytes=10_000)
    put(journal, 0)
    gate = threading.Event()
    monkeypatch.setattr(module.os, "fdatasync", lambda handle: gate.wait(WAIT))
    waiting: list[Future[None]] = []

    def send_much() -> None:
        for number in range(1, 100):
            waiting.append(journal.append([record(number, 1_000)]))

    with pytest.raises(Overloaded) as caught:
        send_much()
    gate.set()
    for future in waiting:
        future.result(WAIT)

    assert caught.value.retry_after == 1
    assert len(waiting) in range(6, 12)
    assert content(journal) == list(range(len(waiting) + 1))
    put(journal, 100)  # and on it goes


def test_more_than_ticks_can_take_is_refused_until_they_have(tmp_path):
    journal = opened(tmp_path, backlog_bytes=1_000)
    journal.append([record(1, 2_000)]).result(WAIT)
    with pytest.raises(Overloaded) as caught:
        journal.append([record(2)])
    assert caught.value.retry_after == 5

    journal.settle({journal.files()[0].name: 1})
    put(journal, 2)


# --- what goes wrong ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "disk-full"), (errno.EROFS, "read-only")])
@pytest.mark.parametrize("failing", ["write", "fdatasync"])
def test_what_was_half_written_does_not_count(tmp_path, monkeypatch, failing, number, code):
    journal = opened(tmp_path)
    put(journal, 1)
    real = os.write

    def broken(handle: int, *rest: bytes) -> int:
        if rest:
            real(handle, rest[0][:7])
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(module.os, failing, broken)
        with pytest.raises(WorkspaceError) as caught:
            put(journal, 2)
    assert caught.value.code == code
    put(journal, 3)

    assert content(journal) == [1, 3]
    assert content(opened(tmp_path)) == [1, 3]


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "requests").write_text("a file in the way")
    with pytest.raises(WorkspaceError):
        opened(tmp_path)


def test_a_torn_end_is_cut_off_wherever_it_was_torn(tmp_path):
    first = opened(tmp_path)
    put(first, 1, 2)
    first.close()
    path = tmp_path / "requests" / "000000000001.requests"
    whole = path.read_bytes()
    put(third := opened(tmp_path), 3)
    third.close()
    tail = (tmp_path / "requests" / "000000000002.requests").read_bytes()[8:]

    for length in range(len(tail)):
        path.write_bytes(whole + tail[:length])
        journal = opened(tmp_path)
        assert [each.received for each in journal.read(path.name, 0, 10)] == [1, 2]
        assert path.read_bytes() == whole
    path.write_bytes(whole + tail)
    assert opened(tmp_path).count(path.name) == 3


def test_a_flipped_bit_at_the_end_is_cut_off(tmp_path):
    first = opened(tmp_path)
    put(first, 1, 2)
    first.close()
    path = tmp_path / "requests" / "000000000001.requests"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert opened(tmp_path).count(path.name) == 1


def test_an_empty_file_holds_nothing_and_a_foreign_one_is_said(tmp_path):
    folder = tmp_path / "requests"
    folder.mkdir()
    (folder / "000000000007.requests").write_bytes(b"")
    journal = opened(tmp_path)
    assert journal.count("000000000007.requests") == 0

    (folder / "000000000008.requests").write_bytes(b"something else entirely")
    with pytest.raises(WorkspaceError) as caught:
        opened(tmp_path)
    assert caught.value.code == "damaged"


def test_many_threads_share_writes_and_lose_nothing(tmp_path, monkeypatch):
    journal = opened(tmp_path)
    syncs: list[int] = []
    real = os.fdatasync
    monkeypatch.setattr(module.os, "fdatasync", lambda handle: (syncs.append(handle), time.sleep(0.002), real(handle)))

    def sender(start: int) -> None:
        for number in range(start, start + 50):
            put(journal, number)

    threads = [threading.Thread(target=sender, args=(start * 100,)) for start in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = content(journal)
    assert sorted(found) == sorted(start * 100 + number for start in range(16) for number in range(50))
    for start in range(16):  # each sender's own records in its order
        own = [number for number in found if number // 100 == start]
        assert own == sorted(own)
    assert len(syncs) < 400


LIMITED = """
import resource, signal, sys
from pathlib import Path
from parcours.core.errors import WorkspaceError
from parcours.flow.ingest.calls import Record
from parcours.flow.ingest.inbox import Inbox
from parcours.flow.ingest.requests.journal import Journal
folder = Path(sys.argv[1])
journal = Journal(folder / "requests", Inbox(folder / "inbox").next_number)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
for number in range(60):
    try:
        journal.append([Record("segment", "s", number, b"x" * 7_000)]).result(30)
        print(number)
    except WorkspaceError as problem:
        print(problem.code)
"""


def test_a_file_that_may_not_grow_any_more_is_cut_back_and_another_one_begun(tmp_path):
    """The system itself refuses a part of a write."""
    done = subprocess.run([sys.executable, "-c", LIMITED, str(tmp_path)], capture_output=True, text=True, check=True)
    said = done.stdout.split()
    assert said.count("disk-full") in range(2, 10)
    assert content(opened(tmp_path)) == [int(word) for word in said if word.isdigit()]


SENDER = """
import sys, threading
from pathlib import Path
from parcours.flow.ingest.calls import Record
from parcours.flow.ingest.inbox import Inbox
from parcours.flow.ingest.requests.journal import Journal
folder = Path(sys.argv[1])
journal = Journal(folder / "requests", Inbox(folder / "inbox").next_number, file_bytes=200_000)
lock = threading.Lock()
def send(start):
    number = start
    while True:
        journal.append([Record("segment", "s", number, b"x" * (number % 3000))]).result()
        with lock:
            sys.stdout.write(f"{number}\\n")
            sys.stdout.flush()
        number += 1
for start in range(8):
    threading.Thread(target=send, args=(start * 1_000_000,)).start()
"""


@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.35])
def test_a_killed_process_loses_nothing_that_it_acknowledged(tmp_path, seconds):
    process = subprocess.Popen([sys.executable, "-c", SENDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(seconds)
    process.kill()
    lines = [first, *process.stdout.readlines()]
    process.stdout.close()
    process.wait()
    acknowledged = [int(line) for line in lines if line.endswith("\n")]

    found = content(opened(tmp_path))
    assert len(found) == len(set(found))
    assert set(acknowledged) <= set(found)
    assert len(found) - len(acknowledged) <= 16  # what was under way
