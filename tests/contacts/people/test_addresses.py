"""Alternative addresses and the days on which they are in force."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcours.contacts.office import Desk
from parcours.contacts.people import addresses
from parcours.contacts.tables import contacts
from parcours.core.errors import InputError, Refused, UnknownNameError

FIRST = date(2026, 3, 1)


def test_the_latest_range_that_has_begun_decides(acme: Desk) -> None:
    for code in ("SEA", "MOUNTAIN"):
        addresses.put(acme, "P1", code, email=f"{code.lower()}@home.example")
    addresses.put_dates(acme, "P1", "SEA", "2026-03-01")
    addresses.put_dates(acme, "P1", "mountain", "2026-03-10", "2026-03-12")
    found = {day: addresses.in_force(acme, ["P1", "P2"], date(2026, 3, day)).get("P1", "") for day in (9, 10, 12, 13)}
    # When the later range has ended, the earlier one with the open end does not come back.
    assert found == {9: "SEA", 10: "MOUNTAIN", 12: "MOUNTAIN", 13: ""}
    assert addresses.in_force(acme, ["P1"], date(2026, 2, 28)) == {}


def test_ranges_are_checked(acme: Desk) -> None:
    addresses.put(acme, "P1", "SEA")
    with pytest.raises(Refused) as raised:
        addresses.put_dates(acme, "P1", "SEA", "2026-03-02", "2026-03-01")
    assert raised.value.code == "address-dates"
    addresses.put_dates(acme, "P1", "SEA", "2026-03-02", "2026-03-02")
    with pytest.raises(Refused) as raised:
        addresses.put_dates(acme, "P1", "SEA", "2026-03-02")
    assert raised.value.code == "address-start-taken"
    addresses.put_dates(acme, "P1", "SEA")
    with pytest.raises(Refused):
        addresses.put_dates(acme, "P1", "SEA")
    with pytest.raises(UnknownNameError, match="no alternative address 'SKY'"):
        addresses.put_dates(acme, "P1", "SKY")
    with pytest.raises(InputError):
        addresses.put(acme, "P1", "SEA", email="nobody")


def test_addresses_are_changed_and_removed_with_their_dates(acme: Desk) -> None:
    addresses.put(acme, "P1", "SEA", city="Nice")
    addresses.put(acme, "P1", "SEA", address="Quay 1")
    assert addresses.get(acme, "P1", "sea")["city"] == "Nice"
    addresses.put_dates(acme, "P1", "SEA", FIRST)
    assert addresses.remove_dates(acme, "P1", FIRST)
    assert not addresses.remove_dates(acme, "P1", FIRST)
    addresses.put_dates(acme, "P1", "SEA", FIRST)
    addresses.remove(acme, "P1", "SEA")
    assert acme.count(contacts.alt_addresses) == acme.count(contacts.alt_address_dates) == 0


@given(
    ranges=st.dictionaries(
        st.one_of(st.none(), st.integers(0, 8)), st.one_of(st.none(), st.integers(0, 9)), max_size=5
    ),
    on=st.integers(0, 9),
    many=st.booleans(),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_force_is_what_the_rule_says(
    acme: Desk, ranges: dict[int | None, int | None], on: int, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "MANY", 0 if many else 1000)
    table = contacts.alt_address_dates
    acme.remove_many(table)
    days = [(start, end) for start, end in ranges.items() if end is None or start is None or start <= end]
    for start, end in days:
        starts = None if start is None else FIRST + timedelta(start)
        ends = None if end is None else FIRST + timedelta(end)
        acme.add(table, contact_no="P1", code=f"A{start}", starts=starts, ends=ends)
    begun = sorted((-1 if start is None else start, end) for start, end in days if start is None or start <= on)
    wanted = {}
    if begun and (begun[-1][1] is None or begun[-1][1] >= on):
        wanted = {"P1": "ANone" if begun[-1][0] == -1 else f"A{begun[-1][0]}"}
    assert addresses.in_force(acme, ["P1", "C1"], FIRST + timedelta(on)) == wanted
