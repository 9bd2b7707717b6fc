"""Dead letters made into records of the journal again, or into rows of an import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from parcours.core.errors import InputError
from parcours.flow.ingest.calls import Record
from parcours.flow.ingest.turning.events import HAPPENINGS
from parcours.flow.ingest.turning.letters import PUT_ASIDE, call_in
from parcours.flow.ingest.turning.portion import Again, sent_again
from parcours.service.letters.mending import content

#: Calls that are put into one record.
_TOGETHER = 500
#: Formats that read a part of a request only inside of a batch.
_BATCHES = ("segment", "rudderstack")


@dataclass(frozen=True, slots=True)
class Whole:
    """A letter with all that is needed to send it again."""

    number: int
    source: str
    code: str
    payload: str
    received: int


def is_row(letter: Whole) -> bool:
    """Whether a letter holds a row of a file."""
    return not content(letter.payload).keys() & {"call", "request"}


def records_of(letters: Iterable[Whole], now: int) -> tuple[list[Record], list[int], dict[int, str]]:
    """The records that bring these letters in another time, the numbers of the letters in them, and why others cannot
    be sent.

    Args:
        letters: of requests.
        now: when they are sent again.
    """
    records: list[Record] = []
    sent: list[int] = []
    problems: dict[int, str] = {}
    calls: dict[str, list[Again]] = {}
    for letter in letters:
        try:
            if "call" in content(letter.payload):
                call = call_in(letter.payload)
                calls.setdefault(letter.source, []).append(Again(call, _replaces(letter, call.kind)))
            else:
                records.append(_request(letter))
            sent.append(letter.number)
        except InputError as problem:
            problems[letter.number] = problem.message
    for source, again in calls.items():
        records += [sent_again(source, now, part) for part in _parts(again)]
    return records, sent, problems


def _replaces(letter: Whole, kind: str) -> bool:
    """Whether the event is there already, without a value."""
    return letter.code == PUT_ASIDE and kind in HAPPENINGS


def _parts(letters: list[Again]) -> Iterator[list[Again]]:
    rest = iter(letters)
    while part := list(islice(rest, _TOGETHER)):
        yield part


def _request(letter: Whole) -> Record:
    request: Mapping[str, Any] = content(letter.payload)["request"]
    form, target, body = str(request.get("format", "")), str(request.get("target", "")), request.get("body")
    if not isinstance(body, dict | list):
        raise InputError("it holds no JSON that could be read", code="bad-payload")
    if form in _BATCHES and isinstance(body, dict) and target in ("batch", "import"):
        body = {"batch": [body]}
    if form == "customerio" and target.endswith("v2/batch"):
        target = "POST v2/entity"
    if form == "portion":
        raise InputError("mend the message where it came from; it is read there again", code="not-sendable")
    return Record(form, letter.source, letter.received, msgspec.json.encode(body), target)


def rows_of(letters: Iterable[Whole]) -> list[dict[str, Any]]:
    """The rows of files in letters."""
    return [content(letter.payload) for letter in letters]
