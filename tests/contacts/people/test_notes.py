"""Notes."""

from __future__ import annotations

import pytest

from parcours.contacts.office import Desk
from parcours.contacts.people import notes
from parcours.core.errors import InputError, UnknownNameError


def test_notes_are_kept_with_day_and_author(acme: Desk) -> None:
    first = notes.add(acme, "contact", "p1", " calls back ", "2026-01-05")
    notes.add(acme, "contact", "P1", "called")
    assert [(row["text"], str(row["date"]), row["by"]) for row in notes.of(acme, "contact", "P1")] == [
        ("called", "2026-03-11", "ann"), ("calls back", "2026-01-05", "ann"),
    ]  # fmt: skip
    assert notes.change(acme, first["id"], "wrote")["text"] == "wrote"
    notes.remove(acme, first["id"])
    assert len(notes.of(acme, "contact", "P1")) == 1


def test_what_is_refused(acme: Desk) -> None:
    with pytest.raises(InputError, match="no notes on 'person'"):
        notes.add(acme, "person", "P1", "x")
    with pytest.raises(InputError, match="says something"):
        notes.add(acme, "contact", "P1", " ")
    with pytest.raises(UnknownNameError):
        notes.add(acme, "contact", "P9", "x")
    with pytest.raises(UnknownNameError):
        notes.remove(acme, 7)
    row = notes.add(acme, "campaign", "SPRING", "x")
    with pytest.raises(InputError):
        notes.change(acme, row["id"], "")
