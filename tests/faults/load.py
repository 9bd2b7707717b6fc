"""A load of events, as a process: ``python load.py PORT ACKNOWLEDGED THREADS BATCH``.

Each batch has ids of its own and is sent until it is answered with 200, as client libraries do; then its number is
written down in the file ACKNOWLEDGED. It goes on until its standard input is closed.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from datetime import UTC, datetime

HEADERS = {"content-type": "application/json", "authorization": "Basic d3JpdGUta2V5Og=="}


def main() -> None:
    port, path, threads, size = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    stop, lock = threading.Event(), threading.Lock()
    with open(path, "a", buffering=1) as acknowledged:

        def write(number: int) -> None:
            with lock:
                acknowledged.write(f"{number}\n")

        workers = [
            threading.Thread(target=_send_on, args=(port, n, threads, size, stop, write)) for n in range(threads)
        ]
        for worker in workers:
            worker.start()
        sys.stdin.read()
        stop.set()
        for worker in workers:
            worker.join()


def _send_on(port, number, step, size, stop, write):  # type: ignore[no-untyped-def]
    """Send batch after batch, each until it is taken."""
    connection = None
    while not stop.is_set():
        body = json.dumps({"batch": events(number, size)})
        while not stop.is_set():
            try:
                if connection is None:
                    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
                connection.request("POST", "/v1/batch", body, HEADERS)
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    write(number)
                    break
            except (OSError, http.client.HTTPException):
                connection = None
            time.sleep(0.05)
        number += step


def events(number: int, size: int) -> list[dict[str, object]]:
    """The events of a batch."""
    now = datetime.now(UTC).isoformat()
    return [
        {
            "type": "track", "event": "Viewed", "timestamp": now, "properties": {"n": n},
            "userId": f"u{(number * size + n) % 500}", "messageId": f"m-{number}-{n}",
        }
        for n in range(size)
    ]  # fmt: skip


if __name__ == "__main__":
    main()
