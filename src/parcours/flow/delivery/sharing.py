"""Answers shared by all who ask the same, for as long as they are good."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

#: How many answers are kept; the oldest go first.
MOST_ANSWERS = 100_000


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: str | None
    until: int


class SharedAnswers:
    """Instants are microseconds of a clock that only goes forward."""

    def __init__(self, most: int = MOST_ANSWERS) -> None:
        self._most = most
        self._kept: dict[Hashable, _Kept] = {}

    def known(self, question: Hashable, now: int) -> tuple[bool, str | None]:
        """Whether there is a fresh answer, and the answer."""
        kept = self._kept.get(question)
        if kept is None or kept.until <= now:
            return False, None
        return True, kept.answer

    def keep(self, question: Hashable, answer: str | None, until: int) -> None:
        """This answer is good until then."""
        self._kept.pop(question, None)
        while len(self._kept) >= self._most:
            del self._kept[next(iter(self._kept))]
        self._kept[question] = _Kept(answer, until)
