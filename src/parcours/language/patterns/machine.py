"""A matcher for everything in a pattern, one text at a time: slower than Polars, but never stuck.

It tries the ways to match in the order Java does. Which choices have led nowhere at which place is remembered, so none
is tried twice and time grows with pattern times text; only with references back does more matter than the place, and
nothing is remembered. Whatever the pattern, a text is given up after :data:`MAX_STEPS` steps.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import TypeAlias

from parcours.language.patterns.program import Ahead, Op, Program
from parcours.language.patterns.sets import LINE_ENDS, UNICODE_WORD, WORD, CharSet, holds
from parcours.language.patterns.syntax import Again, Place

#: The most steps that all searching in one text may take.
MAX_STEPS = 200_000

#: Where each group starts and ends, -1 where it took no part; behind them what repetitions remember.
Slots: TypeAlias = tuple[int, ...]
#: Where a match starts and ends, and its slots.
Match: TypeAlias = tuple[int, int, Slots]
_ONE, _SPLIT, _JUMP, _STOP = Op.ONE, Op.SPLIT, Op.JUMP, Op.STOP
_TO_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class TooCostly(Exception):
    """The search took more steps than are allowed."""


class Search:
    """The search for a pattern in one text.

    Every method raises :class:`TooCostly` once the steps of all of them together are too many.
    """

    def __init__(self, program: Program, text: str) -> None:
        self._program = program
        self.text = text
        self._steps = 0
        self._continued = 0
        self._none: Slots = (-1,) * program.slots
        self._apart: dict[tuple[int, int, int | None], tuple[int, Slots] | None] = {}
        self._dead: dict[tuple[int, int | None], set[tuple[int, int]]] = {}

    def whole(self) -> bool:
        """Whether the pattern matches the whole text."""
        return self._run(0, 0, self._none, set(), len(self.text)) is not None

    def matches(self) -> Iterator[Match]:
        """All matches from left to right, each beginning where the last one ended, or behind it when that was empty."""
        start = 0
        while start <= len(self.text):
            found = self._first(start)
            if found is None:
                return
            yield found
            self._continued = found[1]
            start = found[1] + (found[1] == found[0])

    def _first(self, start: int) -> Match | None:
        seen: set[tuple[int, int]] = set()
        for at in range(start, len(self.text) + 1):
            found = self._run(0, at, self._none, seen, None)
            if found is not None:
                return at, *found
        return None

    def _run(
        self, pc: int, at: int, slots: Slots, seen: set[tuple[int, int]], until: int | None
    ) -> tuple[int, Slots] | None:
        """Where the program from ``pc`` on stops and with which slots; with ``until`` it must stop there."""
        code, text, length = self._program.code, self.text, len(self.text)
        remembers, steps = not self._program.refers_back, self._steps
        pending = [(pc, at, slots)]
        while pending:
            pc, at, slots = pending.pop()
            while True:
                steps += 1
                if steps > MAX_STEPS:
                    raise TooCostly
                op, first, second = code[pc]
                pc += 1
                if op is _ONE:
                    if at == length or not first[text[at]]:
                        break
                    at += 1
                elif op is _SPLIT:
                    if remembers:
                        if (pc, at) in seen:
                            break
                        seen.add((pc, at))
                    pending.append((second, at, slots))
                    pc = first
                elif op is _JUMP:
                    pc = first
                elif op is _STOP:
                    if until is None or at == until:
                        self._steps = steps
                        return at, slots
                    break
                else:
                    self._steps = steps
                    went = self._other(op, first, second, pc, at, slots)
                    steps = self._steps
                    if went is None:
                        break
                    pc, at, slots = went
        self._steps = steps
        return None

    def _other(
        self, op: Op, first: object, second: int, pc: int, at: int, slots: Slots
    ) -> tuple[int, int, Slots] | None:
        """Where the rarer instructions lead; ``None``: nowhere."""
        match op, first:
            case Op.SAVE, int(slot):
                return pc, at, (*slots[:slot], at, *slots[slot + 1 :])
            case Op.MOVED, int(slot):
                return (second if slots[slot] == at else pc), at, slots
            case Op.AT, Place() as place:
                return (pc, at, slots) if self._stands(place, at) else None
            case Op.AGAIN, Again() as part:
                end = self._again(part, at, slots)
                return None if end is None else (pc, end, slots)
            case Op.LOOK, Ahead() as look:
                return self._looked(look, second, pc, at, slots)
        found = self._aside(pc, at, slots, None)
        return None if found is None else (second, *found)

    # --- parts of their own ----------------------------------------------------------------------------

    def _aside(self, pc: int, at: int, slots: Slots, until: int | None) -> tuple[int, Slots] | None:
        """How a part that is matched by itself matches; found once for every place."""
        if self._program.refers_back:
            return self._run(pc, at, slots, set(), until)
        key = (pc, at, until)
        if key not in self._apart:
            # what led nowhere leads nowhere the next time; after a success some of it may be on the way there
            seen = self._dead.setdefault((pc, until), set())
            self._apart[key] = self._run(pc, at, self._none, seen, until)
            if self._apart[key] is not None:
                del self._dead[pc, until]
        found = self._apart[key]
        if found is None:
            return None
        end, own = found
        return end, tuple(mine if mine >= 0 else old for mine, old in zip(own, slots, strict=True))

    def _looked(self, look: Ahead, after: int, pc: int, at: int, slots: Slots) -> tuple[int, int, Slots] | None:
        if look.part.ahead:
            found = self._aside(pc, at, slots, None)
        else:
            farthest = 0 if look.most is None else max(at - look.most, 0)
            starts = range(at - look.least, farthest - 1, -1)
            found = next((one for start in starts if (one := self._aside(pc, start, slots, at)) is not None), None)
        if look.part.denied:
            return (after, at, slots) if found is None else None
        return None if found is None else (after, at, found[1])

    def _again(self, part: Again, at: int, slots: Slots) -> int | None:
        if part.number > self._program.groups:
            return None
        start, end = slots[2 * part.number - 2 : 2 * part.number]
        if start < 0 or end < 0:
            return None
        stop = at + end - start
        same = _folded(part, self.text[start:end]) == _folded(part, self.text[at:stop])
        return stop if same and stop <= len(self.text) else None

    # --- places ----------------------------------------------------------------------------------------

    def _stands(self, place: Place, at: int) -> bool:
        text, end = self.text, len(self.text)
        match place:
            case Place.START:
                return at == 0
            case Place.END:
                return at == end
            case Place.CONTINUED:
                return at == self._continued
            case Place.LAST_END:
                return at == end or (self._before_line_end(at) and text[at:] in ("\r\n", *LINE_ENDS))
            case Place.UNIX_LAST_END:
                return at == end or text[at:] == "\n"
            case Place.LINE_START:
                return at < end and (at == 0 or self._behind_line_end(at))
            case Place.UNIX_LINE_START:
                return at < end and (at == 0 or text[at - 1] == "\n")
            case Place.LINE_END:
                return at == end or self._before_line_end(at)
            case Place.UNIX_LINE_END:
                return at == end or text[at] == "\n"
            case Place.WORD_EDGE | Place.NO_WORD_EDGE:
                return self._edge(WORD, at) is (place is Place.WORD_EDGE)
            case Place.UNICODE_WORD_EDGE | Place.NO_UNICODE_WORD_EDGE:
                return self._edge(UNICODE_WORD, at) is (place is Place.UNICODE_WORD_EDGE)

    def _before_line_end(self, at: int) -> bool:
        return self.text[at] in LINE_ENDS and self.text[max(at - 1, 0) : at + 1] != "\r\n"

    def _behind_line_end(self, at: int) -> bool:
        return self.text[at - 1] in LINE_ENDS and self.text[at - 1 : at + 1] != "\r\n"

    def _edge(self, word: CharSet, at: int) -> bool:
        before = at > 0 and holds(word, self.text[at - 1])
        return before != (at < len(self.text) and holds(word, self.text[at]))


def _folded(part: Again, text: str) -> str:
    if not part.fold:
        return text
    return text.lower() if part.unicode_fold else text.translate(_TO_LOWER)
