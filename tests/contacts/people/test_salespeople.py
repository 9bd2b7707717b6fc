"""Salespeople and users."""

from __future__ import annotations

import pytest

from parcours.contacts.office import Desk
from parcours.contacts.people import salespeople
from parcours.contacts.tables import setup
from parcours.core.errors import InputError, Refused, UnknownNameError


def test_blocked_salespeople_are_not_chosen(desk: Desk) -> None:
    assert salespeople.choose(desk, "sp1") == "SP1"
    assert salespeople.choose(desk, "") == ""
    salespeople.put(desk, "SP1", blocked=True)
    salespeople.put(desk, "SP2", privacy_blocked=True)
    for code in ("SP1", "SP2"):
        with pytest.raises(Refused) as raised:
            salespeople.choose(desk, code)
        assert raised.value.code == "salesperson-blocked"
    assert salespeople.get(desk, "SP1")["name"] == "Ann"
    salespeople.delete(desk, "SP1")
    with pytest.raises(UnknownNameError):
        salespeople.choose(desk, "SP1")
    assert [row["code"] for row in salespeople.every(desk)] == ["SP2"]


def test_salespeople_are_checked(desk: Desk) -> None:
    for values in ({"email": "x"}, {"comission": 3.0}, {"commission_pct": "3"}):
        with pytest.raises(InputError):
            salespeople.put(desk, "SP1", **values)
    with pytest.raises(InputError, match="needs a code"):
        salespeople.put(desk, "")


def test_users_have_a_salesperson_a_day_and_lists(desk: Desk) -> None:
    salespeople.put_user(desk, "ann", salesperson_code="sp1", work_date="2026-02-01", lists={"mycustomers": ["C1"]})
    assert desk.own_salesperson == "SP1"
    salespeople.put_user(desk, "ann", salesperson_code="SP2")
    assert desk.get(setup.users, "ann", "a user") == {
        "id": "ann", "salesperson_code": "SP2", "work_date": "", "lists": None,
    }  # fmt: skip
    with pytest.raises(InputError, match="mypets"):
        salespeople.put_user(desk, "ann", lists={"mypets": []})
    with pytest.raises(UnknownNameError):
        salespeople.put_user(desk, "ann", salesperson_code="SP9")
