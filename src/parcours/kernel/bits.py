"""Who is in which segment, or was: one bit per profile and segment, 64 segments to a word."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from parcours.kernel.rows import Bools, Profiles

WORD = 64


class MemberBits:
    """A bit matrix. ``_words[w][p]`` holds the bits of profile ``p`` for segments ``64 w … 64 w + 63``."""

    def __init__(self, profiles: int = 0) -> None:
        self._room = profiles
        self._places: dict[str, int] = {}
        self._words: list[NDArray[np.uint64]] = []

    def __contains__(self, segment: str) -> bool:
        return segment in self._places

    def add(self, segment: str) -> None:
        """Keep bits for this segment, all unset."""
        taken = set(self._places.values())
        place = next(place for place in range(len(taken) + 1) if place not in taken)
        self._places[segment] = place
        if place // WORD == len(self._words):
            self._words.append(np.zeros(self._room, np.uint64))

    def drop(self, segment: str) -> None:
        """Forget this segment; its place is free for another."""
        word, bit = self._place(segment)
        word &= ~bit
        del self._places[segment]

    def resize(self, profiles: int) -> None:
        """Make room for this many profiles, and for a quarter more."""
        if profiles > self._room:
            self._room = profiles + profiles // 4 + 64
            for at, word in enumerate(self._words):
                self._words[at] = np.zeros(self._room, np.uint64)
                self._words[at][: len(word)] = word

    def _place(self, segment: str) -> tuple[NDArray[np.uint64], np.uint64]:
        place = self._places[segment]
        return self._words[place // WORD], np.uint64(1 << place % WORD)

    def get(self, segment: str, profiles: Profiles) -> Bools:
        """Whether each of these profiles is in the segment; nobody is in an unknown one."""
        if segment not in self._places:
            return np.zeros(len(profiles), np.bool_)
        word, bit = self._place(segment)
        held: Bools = (word[profiles] & bit) != 0
        return held

    def of(self, profiles: Profiles) -> BitsOf:
        """The bits of these profiles, to be asked for many segments."""
        return BitsOf(self, profiles)

    def gathered(self, segment: str, profiles: Profiles) -> tuple[int, Callable[[], NDArray[np.uint64]], np.uint64]:
        """The number of the word that holds a segment, its words for these profiles, and the segment's bit."""
        word, bit = self._place(segment)
        return self._places[segment] // WORD, lambda: word[profiles], bit

    def flip(self, segment: str, profiles: Profiles) -> None:
        """Turn the bit of each of these profiles (each named once)."""
        word, bit = self._place(segment)
        word[profiles] ^= bit

    def mark(self, segment: str, profiles: Profiles) -> None:
        """Set the bit of each of these profiles, of a segment that may be new."""
        if segment not in self._places:
            self.add(segment)
        word, bit = self._place(segment)
        word[profiles] |= bit

    def members(self, segment: str) -> Profiles:
        """The profiles in the segment, ascending."""
        if segment not in self._places:
            return np.empty(0, np.int32)
        word, bit = self._place(segment)
        return np.flatnonzero(word & bit).astype(np.int32)

    def count(self, segment: str) -> int:
        """How many profiles are in the segment."""
        if segment not in self._places:
            return 0
        word, bit = self._place(segment)
        return int(np.count_nonzero(word & bit))

    def segments_of(self, profile: int) -> list[str]:
        """The segments that hold this profile."""
        one = np.array([profile], np.int32)
        return [segment for segment in self._places if self.get(segment, one)[0]]

    def join(self, gone: Profiles, into: Profiles) -> None:
        """Whoever is gone is out of everything; who takes the place of each (one of several, perhaps) is in as well."""
        for word in self._words:
            np.bitwise_or.at(word, into, word[gone])
            word[gone] = 0

    def clear(self, profiles: Profiles) -> None:
        """Take these profiles out of everything, silently."""
        for word in self._words:
            word[profiles] = 0

    def dump(self) -> dict[str, NDArray[np.int32]]:
        """Members of each segment, ascending."""
        return {segment: self.members(segment) for segment in self._places}

    def whole(self) -> tuple[list[str], list[NDArray[np.uint64]]]:
        """The segments by place, none of which was ever dropped, and the words; :meth:`take` reads them back."""
        return list(self._places), self._words

    def take(self, segments: Sequence[str], words: Sequence[NDArray[np.uint64]]) -> None:
        """Become what :meth:`whole` gave."""
        self._places = {segment: place for place, segment in enumerate(segments)}
        self._words = [word.copy() for word in words]
        self._room = len(words[0]) if words else self._room


class BitsOf:
    """The bits of some profiles as they were when a segment of the same word was first asked for."""

    def __init__(self, bits: MemberBits, profiles: Profiles) -> None:
        self._bits, self._profiles = bits, profiles
        self._words: dict[int, NDArray[np.uint64]] = {}

    def get(self, segment: str, profiles: Profiles | None = None) -> Bools:
        """As :meth:`MemberBits.get`, for the profiles it was made for."""
        if segment not in self._bits:
            return np.zeros(len(self._profiles), np.bool_)
        place, words, bit = self._bits.gathered(segment, self._profiles)
        if place not in self._words:
            self._words[place] = words()
        held: Bools = (self._words[place] & bit) != 0
        return held
