"""The calls in a stretch of the journal, side by side with where each came from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from parcours.core.ids import stable_id
from parcours.flow.ingest import clients
from parcours.flow.ingest.calls import Call, Record, Unread

#: Format of records that hold dead letters sent again.
AGAIN = "letters"


class Again(msgspec.Struct, frozen=True, omit_defaults=True):
    """A dead letter sent again. ``replaces``: its event was taken in without a value, and is to be replaced."""

    call: Call
    replaces: bool = False


_AGAIN = msgspec.json.Decoder(list[Again])
_ENCODER = msgspec.json.Encoder()


def sent_again(source: str, received: int, letters: Sequence[Again]) -> Record:
    """The record that brings dead letters in another time."""
    return Record(AGAIN, source, received, _ENCODER.encode(list(letters)))


@dataclass(slots=True)
class Portion:
    """Calls in order of arrival.

    Attributes:
        records: where they came from.
        calls: all of them.
        origins: the place in ``records`` of each call.
        unread: parts of records that are no calls.
        replacing: places of calls whose events take the place of those with the same id.
    """

    records: list[Record] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)
    unread: list[tuple[int, Unread]] = field(default_factory=list)
    replacing: set[int] = field(default_factory=set)
    _firsts: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.calls)

    def add(self, record: Record) -> None:
        """The calls of one more record."""
        self.add_read(record, *(self._again(record) if record.format == AGAIN else _read(record)))

    def add_read(self, record: Record, calls: Sequence[Call], unread: Sequence[Unread] = ()) -> None:
        """The calls of a record that was read already."""
        origin = len(self.records)
        self.records.append(record)
        self._firsts.append(len(self.calls))
        self.calls += calls
        self.origins += [origin] * len(calls)
        self.unread += [(origin, part) for part in unread]

    def halves(self) -> tuple[Portion, Portion]:
        """The first half of the calls, with the parts that are none, and the second."""
        middle = len(self.calls) // 2
        first = Portion(self.records, self.calls[:middle], self.origins[:middle], self.unread)
        second = Portion(self.records, self.calls[middle:], self.origins[middle:])
        first._firsts, second._firsts = self._firsts, [place - middle for place in self._firsts]
        first.replacing = {place for place in self.replacing if place < middle}
        second.replacing = {place - middle for place in self.replacing if place >= middle}
        return first, second

    def row(self, place: int) -> int:
        """The row of a call within its record, from 1."""
        return place - self._firsts[self.origins[place]] + 1

    def record(self, place: int) -> Record:
        """The record that a call came with."""
        return self.records[self.origins[place]]

    def id(self, place: int) -> str:
        """The message id of a call; where it has none, one made of its content.

        It is the same for the same call in a request that is sent again; equal calls of one request have several.
        """
        call = self.calls[place]
        if call.id:
            return call.id
        first = self._firsts[self.origins[place]]
        nth = sum(other == call for other in self.calls[max(0, first, place - 1_000) : place])
        parts = (call.kind, call.user, call.anonymous, call.previous, call.event, call.time)
        objects = (bytes(part) for part in (call.properties, call.traits, call.once))
        return stable_id(self.record(place).source, *parts, *objects, *([nth] if nth else []))

    def _again(self, record: Record) -> tuple[list[Call], list[Unread]]:
        try:
            letters = _AGAIN.decode(record.body)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
            return [], [_unreadable(record, str(problem))]
        first = len(self.calls)
        self.replacing |= {first + place for place, letter in enumerate(letters) if letter.replaces}
        return [letter.call for letter in letters], []


def portion_of(records: Sequence[Record]) -> Portion:
    """The calls of these records."""
    portion = Portion()
    for record in records:
        portion.add(record)
    return portion


def _read(record: Record) -> tuple[list[Call], list[Unread]]:
    reader: Callable[[Record], tuple[list[Call], list[Unread]]] | None = clients.CLIENTS.get(record.format)
    if reader is None:
        return [], [_unreadable(record, f"there is no format {record.format!r}")]
    try:
        return reader(record)
    except Exception as problem:  # whatever it is: the journal must go on
        return [], [_unreadable(record, f"{type(problem).__name__}: {problem}")]


def _unreadable(record: Record, reason: str) -> Unread:
    return Unread(1, "unreadable", reason, "mend the request and send it again", record.body)
