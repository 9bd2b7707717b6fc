"""Equal questions of virtual time: asked once while the answer is good, as live (see :class:`SharedAnswers`)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from parcours.flow.delivery.attempts import Settled
from parcours.flow.delivery.sharing import SharedAnswers


@dataclass(slots=True)
class _Asking:
    question: Hashable
    cache: int
    others: list[str] = field(default_factory=list)


class Questions:
    """Who asks what, and what is known. Instants are microseconds of virtual time."""

    def __init__(self) -> None:
        self._kept = SharedAnswers()
        self._asking: dict[Hashable, str] = {}
        self._first: dict[str, _Asking] = {}

    def asked(self, question: Hashable, cache: int, key: str, at: int) -> Settled | None:
        """A call asks this at ``at``; the answer, where there is a good one. ``cache``: how long answers are good."""
        fresh, answer = self._kept.known(question, at)
        if fresh:
            return Settled("ok", 0, at, at, answer, "cached")
        first = self._asking.setdefault(question, key)
        if first == key:
            self._first[key] = _Asking(question, cache)
        else:
            self._first[first].others.append(key)
        return None

    def first(self, key: str) -> bool:
        """Whether a call asks for all: it is the one that is made."""
        return key in self._first

    def shared(self, key: str) -> bool:
        """Whether others wait for the answer to a call."""
        return key in self._first and bool(self._first[key].others)

    def withdrawn(self, key: str) -> None:
        """A call that asked for itself alone is not made."""
        asking = self._first.pop(key, None)
        if asking is not None:
            del self._asking[asking.question]

    def answered(self, key: str, settled: Settled) -> Iterator[tuple[str, Settled]]:
        """What became of a call; the same for those who asked for it, too."""
        asking = self._first.pop(key, None)
        if asking is None:
            return
        del self._asking[asking.question]
        if settled.result == "ok":
            self._kept.keep(asking.question, settled.answer, settled.time + asking.cache)
        shared = Settled(
            settled.result, 0, settled.time, settled.time, settled.answer, f"shared {settled.detail}".strip()
        )
        for other in asking.others:
            yield other, shared
