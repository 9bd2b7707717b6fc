"""The API over a workspace of many people: lookups of 1,000, pages of lists; against the same questions as SQL.

The peer is DuckDB in the same process, on the tables of the log of the same workspace: what somebody would write who
has the log and no memberships in memory. Times of the API are end to end: a request of an HTTP client on the same
machine, with a key, until its answer was read as JSON.
"""

from __future__ import annotations

import http.client
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import polars as pl

import parcours
from bench.data import Size
from bench.report import Took, agree, best, ratio, seconds, table
from parcours.service.workspace import Workspace
from parcours.testing.service import running_service

SEGMENTS, ROUNDS, MANY = 50, 30, 1_000
START, END = "2026-01-01", "2026-01-01T02:00:00Z"


def run(size: Size) -> None:
    """Make a workspace, ask, and show what it took."""
    with tempfile.TemporaryDirectory() as folder, parcours.init(Path(folder) / "workspace") as workspace:
        people = size.profiles
        _fill(workspace, people)
        with running_service(workspace) as service:
            asking = _Asking(service.address, service.key)
            rows = [_measured(asking, workspace, question) for question in _questions(people)]
    table(
        f"{people:,} people, {SEGMENTS} segments: requests of an HTTP client, one after the other",
        ("request", "median", "slowest", "DuckDB", "ratio"),
        rows,
    )


def _fill(workspace: Workspace, people: int) -> None:
    draw = np.random.default_rng(7)
    numbers = np.arange(people)
    frame = pl.DataFrame(
        {
            "profile_id": pl.Series(numbers).cast(pl.String),
            "email": "u" + pl.Series(numbers).cast(pl.String) + "@example.org",
            "city": pl.Series(["Lyon", "Paris", "Nice", "Lille", "Brest"]).gather(draw.integers(0, 5, people)),
            "score": draw.integers(0, 10_000, people),
        }
    )
    workspace.import_profiles(frame)
    workspace.apply(
        [
            {"segment": f"s{place:02}", "rule": {"attribute": "score", "at_least": place * 10_000 // SEGMENTS}}
            for place in range(SEGMENTS)
        ]
    )
    workspace.replay(START, END)


@dataclass(frozen=True, slots=True)
class Question:
    """A request, the same in SQL, and what both must agree on: of the answer, and of the rows."""

    name: str
    verb: str
    path: str
    body: dict[str, Any] | None
    sql: str
    ours: Callable[[Any], object]
    theirs: Callable[[pl.DataFrame], object]


def _listed(answer: Any) -> object:
    return [row["profile_id"] for row in answer["items"]]


def _ids(rows: pl.DataFrame) -> object:
    return rows["_profile_id"].to_list()


def _questions(people: int) -> list[Question]:
    draw = np.random.default_rng(11)
    ids = [str(number) for number in draw.choice(people, min(MANY, people), replace=False)]
    wanted = ", ".join(f"'{id}'" for id in ids)
    page = "SELECT p._profile_id, m.since FROM members m JOIN facts.profiles p USING (_profile) WHERE segment = 's25'"
    names, someone, part = "_profile_id, email, city, score", f"'{people // 3}'", f"u{people // 2}"
    rule = {"all": [{"attribute": "city", "is": "Nice"}, {"attribute": "score", "at_least": 9_000}]}
    return [
        Question(
            f"segments of {len(ids):,} people",
            "POST",
            "/profiles/segments",
            {"profiles": ids},
            f"SELECT _profile_id, list_sort(list(segment)) AS segments FROM members "
            f"WHERE _profile_id IN ({wanted}) GROUP BY ALL",
            lambda found: {id: sorted(segments) for id, segments in found.items()},
            lambda rows: dict(rows.iter_rows()),
        ),
        Question(
            "members, a page",
            "GET",
            "/segments/s25/members",
            None,
            f"{page} ORDER BY m._profile LIMIT 100",
            _listed,
            _ids,
        ),
        Question(
            "members, who entered last",
            "GET",
            "/segments/s25/members?sort=-since",
            None,
            f"{page} ORDER BY m.since DESC LIMIT 100",
            lambda found: [row["since"] for row in found["items"]],
            lambda rows: [moment.isoformat().replace("+00:00", "Z") for moment in rows["since"]],
        ),
        Question(
            "people, a page",
            "GET",
            "/profiles",
            None,
            f"SELECT {names} FROM profiles ORDER BY _profile LIMIT 100",
            _listed,
            _ids,
        ),
        Question(
            "people by score",
            "GET",
            "/profiles?sort=-score",
            None,
            f"SELECT {names} FROM profiles ORDER BY score DESC, _profile LIMIT 100",
            _listed,
            _ids,
        ),
        Question(
            "people, a search",
            "GET",
            f"/profiles?search={part}",
            None,
            f"SELECT {names} FROM profiles WHERE email ILIKE '%{part}%' OR _profile_id ILIKE '%{part}%' "
            "ORDER BY _profile LIMIT 100",
            _listed,
            _ids,
        ),
        Question(
            "people by a rule",
            "POST",
            "/profiles/find",
            {"where": rule},
            f"SELECT {names} FROM profiles WHERE city = 'Nice' AND score >= 9000 ORDER BY _profile LIMIT 100",
            _listed,
            _ids,
        ),
        Question(
            "entries and exits, the newest",
            "GET",
            "/qualifications",
            None,
            "SELECT * FROM qualifications ORDER BY _seq DESC LIMIT 100",
            _listed,
            _ids,
        ),
        Question(
            "a person's card",
            "GET",
            f"/profiles/{people // 3}",
            None,
            f"SELECT {names} FROM profiles WHERE _profile_id = {someone}",
            lambda found: found["attributes"],
            lambda rows: rows.drop("_profile_id").to_dicts()[0],
        ),
        Question(
            "a person's entries and exits",
            "GET",
            f"/profiles/{people // 3}/timeline?kinds=segment",
            None,
            f"SELECT segment FROM qualifications WHERE _profile_id = {someone} ORDER BY effective DESC, _seq DESC "
            "LIMIT 100",
            lambda found: [line["name"] for line in found["items"]],
            lambda rows: rows["segment"].to_list(),
        ),
    ]


class _Asking:
    """A client that keeps its connection."""

    def __init__(self, address: str, key: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=600)
        self._headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}

    def connect(self) -> None:
        """Connect anew with the next request: servers close what nobody uses."""
        self._connection.close()

    def __call__(self, verb: str, path: str, body: dict[str, Any] | None) -> Any:
        content = None if body is None else json.dumps(body)
        self._connection.request(verb, f"/api{path}", content, self._headers)
        answer = self._connection.getresponse()
        found = json.loads(answer.read())
        if answer.status != 200:
            raise RuntimeError(f"{path}: {found}")
        return found


def _measured(asking: _Asking, workspace: Workspace, question: Question) -> list[str]:
    """A row of the table: the typical request, the slowest one, the same in SQL."""

    def asked() -> Any:
        return asking(question.verb, question.path, question.body)

    def queried() -> pl.DataFrame:
        return workspace.sql(question.sql)

    theirs, rows = best(queried)
    asking.connect()
    agree(question.ours(asked()) == question.theirs(rows), question.name)
    ours = sorted((_took(asked) for _ in range(ROUNDS)), key=lambda took: took.wall)
    typical = ours[len(ours) // 2]
    return [question.name, seconds(typical.wall), seconds(ours[-1].wall), seconds(theirs.wall), ratio(theirs, typical)]


def _took(work: Callable[[], object]) -> Took:
    """One request as it comes; the garbage of the server is collected when it is due, as ever."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - wall, time.process_time() - cpu)
