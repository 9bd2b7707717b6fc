"""Conditions joined, and their parts."""

from __future__ import annotations

from parcours.core.schema import BOOLEAN
from parcours.language.conditions import all_of, any_of, conjuncts
from parcours.language.tree import Attribute, Call

A, B, C = (Attribute((name,), BOOLEAN) for name in "abc")


def test_one_condition_stays_as_it_is() -> None:
    assert all_of(A) == any_of(A) == A


def test_several_are_joined() -> None:
    assert all_of(A, B) == Call("and", (A, B), BOOLEAN)
    assert any_of(A, B) == Call("or", (A, B), BOOLEAN)


def test_and_within_and_is_taken_apart() -> None:
    assert list(conjuncts(all_of(A, all_of(B, any_of(A, C))))) == [A, B, any_of(A, C)]
