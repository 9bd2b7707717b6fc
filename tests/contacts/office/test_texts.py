"""NUL characters are refused wherever a text comes in."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from parcours.contacts.office import Days, Desk, Office
from parcours.contacts.people import cards, notes
from parcours.contacts.people.loading import load
from parcours.contacts.tables import contacts as tables
from parcours.core.errors import InputError

CONTACT = {"no": "C1", "type": "company", "name": "Alpha"}


def by_card(desk: Desk) -> None:
    cards.create(desk, name="Al\0pha")


def by_note(desk: Desk) -> None:
    load(desk, "contacts", [CONTACT])
    notes.add(desk, "contact", "C1", "said\0nothing")


def by_change(desk: Desk) -> None:
    load(desk, "contacts", [CONTACT])
    desk.change_many(tables.contacts, [tables.contacts.c.no == "C1"], name="\0")


def by_rows(desk: Desk) -> None:
    rows = [{"contact_no": "C1", "code": "A"}, {"contact_no": "C1", "code": "\0"}]
    desk.add_many(tables.contact_mailing_groups, rows)


def by_frame(desk: Desk) -> None:
    desk.add_many(tables.contact_mailing_groups, pl.DataFrame({"contact_no": ["C1", "C2\0"], "code": ["A", "A"]}))


def by_loading(desk: Desk) -> None:
    load(desk, "contacts", [CONTACT, {**CONTACT, "no": "C2", "name": "\0"}])


@pytest.mark.parametrize("work", [by_card, by_note, by_change, by_rows, by_frame, by_loading])
def test_a_nul_character_is_refused(office: Office, days: Days, work: Callable[[Desk], None]) -> None:
    with pytest.raises(InputError, match="NUL") as caught, office.change("work", days) as desk:
        work(desk)
    assert caught.value.code == "nul-character"
    with office.look(days) as desk:
        assert desk.count(tables.contacts) == 0
