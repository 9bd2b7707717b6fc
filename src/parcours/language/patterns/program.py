"""A pattern as a program for the matcher of ``machine.py``: instructions in a row, tried in the order Java tries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, auto
from typing import Any, TypeAlias

from parcours.language.patterns.sets import holds, holds_folded
from parcours.language.patterns.syntax import (
    Again,
    At,
    Atomic,
    Greed,
    Group,
    Look,
    One,
    Or,
    Part,
    Place,
    Repeat,
    Seq,
    inner,
    widths,
)


class Op(IntEnum):
    """What an instruction does, with its operands."""

    ONE = auto()  # members: one of these characters
    SPLIT = auto()  # first, second: go on at the first; if that leads nowhere, at the second
    JUMP = auto()  # to
    SAVE = auto()  # slot: remember the place
    MOVED = auto()  # slot, else: go on if the place is no longer the remembered one
    AT = auto()  # place
    AGAIN = auto()  # the part
    LOOK = auto()  # the part, behind: the program of its body follows, up to a STOP
    ATOMIC = auto()  # behind: the same
    STOP = auto()


@dataclass(frozen=True, slots=True)
class Ahead:
    """A test of the text ahead or behind: the least and most characters of its body (``None``: any number)."""

    part: Look
    least: int
    most: int | None


class Members(dict[str, bool]):
    """Which characters are in a set: looked up the first time, then known."""

    def __init__(self, one: One) -> None:
        super().__init__()
        self._one = one

    def __missing__(self, char: str) -> bool:
        found = self[char] = (holds_folded if self._one.fold else holds)(self._one.set, char)
        return found


Operand: TypeAlias = Members | Again | Ahead | Place | int
Instruction: TypeAlias = tuple[Op, Any, int]


@dataclass(frozen=True, slots=True)
class Program:
    """Instructions and the number of slots they write to: two for each group, then one for each open repetition."""

    code: tuple[Instruction, ...]
    groups: int
    slots: int
    refers_back: bool


def program(part: Part, groups: int) -> Program:
    """The program of a pattern with that many groups."""
    writer = _Writer(2 * groups)
    writer.write(part)
    writer.add(Op.STOP)
    return Program(tuple(writer.code), groups, writer.slots, _refers_back(part))


def _refers_back(part: Part) -> bool:
    return isinstance(part, Again) or any(map(_refers_back, inner(part)))


class _Writer:
    def __init__(self, slots: int) -> None:
        self.code: list[Instruction] = []
        self.slots = slots

    def add(self, op: Op, first: Operand = 0, second: int = 0) -> int:
        self.code.append((op, first, second))
        return len(self.code) - 1

    def patch(self, at: int, first: Operand | None = None, second: int | None = None) -> None:
        op, one, two = self.code[at]
        self.code[at] = (op, one if first is None else first, two if second is None else second)

    def write(self, part: Part) -> None:
        match part:
            case One():
                self.add(Op.ONE, Members(part))
            case Seq(parts=parts):
                for one in parts:
                    self.write(one)
            case Or(options=options):
                self._options(options)
            case Repeat(greed=Greed.POSSESSIVE, body=body, least=least, most=most):
                self.write(Atomic(Repeat(body, least, most, Greed.GREEDY)))
            case Repeat():
                self._repeat(part)
            case Group(body=body, number=number):
                self.add(Op.SAVE, 2 * number - 2)
                self.write(body)
                self.add(Op.SAVE, 2 * number - 1)
            case At(place=place):
                self.add(Op.AT, place)
            case Again():
                self.add(Op.AGAIN, part)
            case Atomic(body=body):
                self._apart(self.add(Op.ATOMIC), body)
            case Look(body=body):
                least, most = widths(body)
                self._apart(self.add(Op.LOOK, Ahead(part, least, most)), body)

    def _apart(self, at: int, body: Part) -> None:
        self.write(body)
        self.add(Op.STOP)
        self.patch(at, second=len(self.code))

    def _options(self, options: tuple[Part, ...]) -> None:
        leaps = []
        for option in options[:-1]:
            split = self.add(Op.SPLIT)
            self.patch(split, first=len(self.code))
            self.write(option)
            leaps.append(self.add(Op.JUMP))
            self.patch(split, second=len(self.code))
        self.write(options[-1])
        for leap in leaps:
            self.patch(leap, first=len(self.code))

    def _repeat(self, part: Repeat) -> None:
        for _ in range(part.least):
            self.write(part.body)
        if part.most is None:
            self._any_number(part)
            return
        splits = []
        for _ in range(part.most - part.least):
            splits.append(self._choice(part.greed))
            self.write(part.body)
        for split in splits:
            self._otherwise(split, part.greed)

    def _any_number(self, part: Repeat) -> None:
        split = self._choice(part.greed)
        moved = None
        if widths(part.body)[0] == 0:
            slot, self.slots = self.slots, self.slots + 1
            self.add(Op.SAVE, slot)
            self.write(part.body)
            moved = self.add(Op.MOVED, slot)
        else:
            self.write(part.body)
        self.add(Op.JUMP, split)
        self._otherwise(split, part.greed)
        if moved is not None:
            self.patch(moved, second=len(self.code))

    def _choice(self, greed: Greed) -> int:
        """A split whose one side follows; :meth:`_otherwise` sets the other."""
        split = self.add(Op.SPLIT)
        if greed is Greed.LAZY:
            self.patch(split, second=len(self.code))
        else:
            self.patch(split, first=len(self.code))
        return split

    def _otherwise(self, split: int, greed: Greed) -> None:
        if greed is Greed.LAZY:
            self.patch(split, first=len(self.code))
        else:
            self.patch(split, second=len(self.code))
