"""Membership bits."""

from __future__ import annotations

import numpy as np

from parcours.kernel.bits import WORD, MemberBits


def test_bits_of_some_profiles_are_those_asked_for_one_by_one() -> None:
    bits = MemberBits()
    bits.resize(100)
    names = [f"s{number}" for number in range(2 * WORD + 3)]
    draw = np.random.default_rng(1)
    for name in names:
        bits.add(name)
        bits.flip(name, np.flatnonzero(draw.random(100) < 0.3).astype(np.int32))
    some = np.array([3, 99, 0, 41], np.int32)
    held = bits.of(some)
    for name in names:
        assert held.get(name).tolist() == bits.get(name, some).tolist()
    assert held.get("unknown").tolist() == [False] * 4


def test_bits_as_they_were_when_first_asked_for() -> None:
    bits = MemberBits()
    bits.resize(4)
    bits.add("a")
    everyone = np.arange(4, dtype=np.int32)
    held = bits.of(everyone)
    assert not held.get("a").any()
    bits.flip("a", everyone[1:2])
    assert not held.get("a").any()
    assert bits.get("a", everyone).tolist() == [False, True, False, False]
