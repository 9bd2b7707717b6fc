"""Accounts: made, changed, deleted; there is always an administrator."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.core.clock import VirtualClock
from parcours.core.errors import AccessError, ConflictError, InputError, Refused, UnknownNameError
from parcours.service.access import passwords
from parcours.service.access.access import Access
from parcours.service.access.accounts import normalised
from parcours.service.access.gate import Gate
from parcours.service.access.passwords import check_password, hashed, matches, one_time

GOOD = "seven green bottles"


def test_an_account_is_made_once(access: Access, gate: Gate) -> None:
    made = access.accounts.create(" Ann@Shop.Example ", name="Ann", role="marketer")
    assert (made["email"], made["role"], made["must_change"]) == ("ann@shop.example", "marketer", True)
    assert gate.find(gate.signing.sign_in("ANN@shop.example", str(made["password"]))) is not None
    with pytest.raises(ConflictError, match="already"):
        access.accounts.create("ann@SHOP.example")
    assert "password" not in access.accounts.list().columns
    assert "password" not in access.accounts.get("ann@shop.example")
    assert access.accounts.get(str(made["id"]))["email"] == "ann@shop.example"


def test_the_first_administrator_is_made_once(access: Access) -> None:
    assert access.begin()
    assert access.begin() is None
    assert access.accounts.get("admin@localhost")["role"] == "admin"


@pytest.mark.parametrize(
    "email",
    ["", "ann", "@shop.example", "ann@", "a b@shop.example", "ann@shop", "ann@shop.example\nbcc: x", "a@b@c.example"],
)
def test_what_is_no_address(access: Access, email: str) -> None:
    with pytest.raises(InputError) as error:
        access.accounts.create(email)
    assert error.value.code == "bad-email"


def test_the_last_administrator_stays(access: Access) -> None:
    access.accounts.create("ann@shop.example", role="admin")
    access.accounts.create("bob@shop.example", role="developer")
    for change in ({"role": "viewer"}, {"disabled": True}):
        with pytest.raises(Refused) as error:
            access.accounts.change("ann@shop.example", **change)  # type: ignore[arg-type]
        assert error.value.code == "last-admin"
    with pytest.raises(Refused):
        access.accounts.delete("ann@shop.example")
    access.accounts.change("bob@shop.example", role="admin")
    access.accounts.change("ann@shop.example", disabled=True)
    access.accounts.change("ann@shop.example", disabled=False, role="viewer")
    access.accounts.delete("ann@shop.example")
    with pytest.raises(Refused):
        access.accounts.delete("bob@shop.example")


def test_a_disabled_administrator_does_not_count(access: Access) -> None:
    access.accounts.create("ann@shop.example", role="admin")
    access.accounts.create("bob@shop.example", role="admin")
    access.accounts.change("bob@shop.example", disabled=True)
    with pytest.raises(Refused):
        access.accounts.change("ann@shop.example", role="viewer")
    access.accounts.delete("bob@shop.example")


def test_a_change_says_what_it_does_not_know(access: Access) -> None:
    access.accounts.create("ann@shop.example", role="admin")
    with pytest.raises(UnknownNameError, match="ann@shop"):
        access.accounts.change("anm@shop.example", name="x")
    with pytest.raises(InputError, match="no role"):
        access.accounts.change("ann@shop.example", role="king")  # type: ignore[arg-type]
    access.accounts.create("bob@shop.example")
    with pytest.raises(ConflictError):
        access.accounts.change("bob@shop.example", email="ann@shop.example")
    changed = access.accounts.change("bob@shop.example", email="Rob@shop.example", crm_user="BOB", salesperson_code="B")
    assert (changed["email"], changed["crm_user"], changed["salesperson_code"]) == ("rob@shop.example", "BOB", "B")


def test_a_reset_password_works_once_more(access: Access, gate: Gate, clock: VirtualClock) -> None:
    access.accounts.create("ann@shop.example", role="admin", password=GOOD, must_change=False)
    token = gate.signing.sign_in("ann@shop.example", GOOD)
    given = str(access.accounts.reset_password("ann@shop.example")["password"])
    assert gate.find(token) is None
    known = gate.find(gate.signing.sign_in("ann@shop.example", given))
    assert known is not None
    assert known.must_change


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("hunter2", "shorter"),
        ("elevenchars", "shorter"),
        ("x" * 1_001, "longer"),
        ("Password1234", "first that are tried"),
        ("aaaaaaaaaaaaaaaa", "first that are tried"),
        ("ANN@shop.example", "e-mail"),
        ("1 ann@shop.example 2", "e-mail"),
    ],
)
def test_weak_passwords(password: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as error:
        check_password(password, "ann@shop.example")
    assert error.value.code == "weak-password"
    assert password not in str(error.value)


def test_twelve_characters_are_enough() -> None:
    check_password("ab cd ef gh ", "ann@shop.example")


@settings(max_examples=5)
@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_a_hash_fits_its_password_only(password: str, other: str) -> None:
    stored = hashed(password, lambda length: b"s" * length)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert matches(stored, password)
    assert not matches(stored, password + "x")
    assert not matches("", password)
    assert not matches("nonsense", password)


def test_a_password_is_the_same_however_it_is_typed() -> None:
    stored = hashed("cafe\u0301 noir au lait", lambda length: b"s" * length)
    assert matches(stored, "caf\u00e9 noir au lait")


def test_one_time_passwords_differ_and_are_acceptable() -> None:
    import secrets

    made = {one_time(secrets.token_bytes) for _ in range(50)}
    assert len(made) == 50
    for password in made:
        check_password(password, "ann@shop.example")


@given(st.emails())
def test_normalising_twice_is_normalising_once(email: str) -> None:
    try:
        once = normalised(email)
    except InputError:
        return
    assert normalised(once) == once


def test_every_wrong_sign_in_costs_the_same(access: Access, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: each computes one hash of the same cost, whoever is named."""
    access.accounts.create("root@shop.example", role="admin")
    access.accounts.create("ann@shop.example", password=GOOD)
    access.accounts.create("out@shop.example", password=GOOD)
    access.accounts.change("out@shop.example", disabled=True)
    computed: list[str] = []

    class Counting:
        def verify(self, stored: str, password: bytes) -> bool:
            computed.append(stored.rpartition("p=1$")[0])
            return PasswordHasher().verify(stored, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    for email, password in (
        ("ann@shop.example", "wrong"), ("nobody@shop.example", GOOD), ("out@shop.example", GOOD), ("", ""),
    ):  # fmt: skip
        with pytest.raises(AccessError) as error:
            gate.signing.sign_in(email, password)
        assert error.value.code == "bad-credentials"
    assert len(computed) == 4
    assert len(set(computed)) == 1
