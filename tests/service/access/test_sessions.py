"""Sessions and keys: who they are, when they end."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest

from parcours.core.clock import DAY, HOUR, MINUTE, VirtualClock
from parcours.core.errors import AccessError, InputError, Overloaded, UnknownNameError
from parcours.service.access import throttle
from parcours.service.access.access import Access
from parcours.service.access.gate import Gate
from parcours.service.access.scopes import ROLES, SCOPES
from parcours.service.access.throttle import ACCOUNT, ADDRESS, PAIR, WINDOW, place_of
from parcours.service.access.tokens import csrf_of, digest
from parcours.store.catalogue import Catalogue
from parcours.store.catalogue.access import keys, sessions

ANN, PASSWORD = "ann@shop.example", "seven green bottles"


@pytest.fixture
def token(access: Access, gate: Gate) -> str:
    """She is signed in."""
    access.accounts.create(ANN, role="admin", password=PASSWORD, must_change=False)
    return gate.signing.sign_in(ANN, PASSWORD, address="192.0.2.1", agent="Browser")


def moved(clock: VirtualClock, by: int) -> None:
    clock.sleep_until(clock.now() + by)


def test_a_session_ends_after_a_pause(gate: Gate, clock: VirtualClock, token: str) -> None:
    moved(clock, 12 * HOUR - MINUTE)
    assert gate.find(token) is not None
    moved(clock, 12 * HOUR - MINUTE)
    assert gate.remembered(token) is not None
    moved(clock, 12 * HOUR)
    assert gate.remembered(token) is None
    assert gate.find(token) is None


def test_a_session_in_use_ends_after_a_week(gate: Gate, clock: VirtualClock, token: str) -> None:
    for _ in range(7 * 3 - 1):
        moved(clock, 8 * HOUR)
        assert gate.find(token) is not None
        gate.note_uses()
    moved(clock, 8 * HOUR)
    assert gate.find(token) is None


def test_the_use_of_a_session_survives_a_restart(
    gate: Gate, catalogue: Catalogue, clock: VirtualClock, token: str
) -> None:
    moved(clock, 11 * HOUR)
    gate.find(token)
    gate.note_uses()
    moved(clock, 11 * HOUR)
    assert Gate(catalogue, clock).find(token) is not None


def test_only_digests_are_kept(access: Access, catalogue: Catalogue, token: str) -> None:
    key = str(access.keys.create("x", scopes=["data:read"])["key"])
    with catalogue.reading() as con:
        kept = [con.execute(sessions.select()).mappings().all(), con.execute(keys.select()).mappings().all()]
    assert token not in str(kept)
    assert key not in str(kept)
    assert digest(token) in str(kept)


def test_sessions_are_listed_and_revoked(access: Access, gate: Gate, token: str) -> None:
    (row,) = access.sessions.list().to_dicts()
    assert (row["email"], row["address"], row["agent"]) == (ANN, "192.0.2.1", "Browser")
    other = gate.signing.sign_in(ANN, PASSWORD)
    assert access.sessions.list(ANN).height == 2
    access.sessions.revoke(row["id"])
    assert gate.remembered(token) is None
    assert gate.find(token) is None
    assert gate.find(other) is not None
    access.sessions.revoke_all(ANN)
    assert gate.find(other) is None
    with pytest.raises(UnknownNameError):
        access.sessions.revoke(row["id"])
    with pytest.raises(UnknownNameError):
        access.sessions.list("nobody@shop.example")


def test_whoever_is_remembered_is_forgotten_at_every_change(access: Access, gate: Gate, token: str) -> None:
    made = access.keys.create("x", scopes=["data:read"])
    for secret in (token, str(made["key"])):
        assert gate.find(secret) is not None
    access.keys.revoke(str(made["id"]))
    assert gate.remembered(token) is None
    assert gate.find(str(made["key"])) is None
    assert gate.find(token) is not None


def test_a_look_up_that_a_change_overtakes_is_not_remembered(
    access: Access, gate: Gate, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = gate.sessions._find

    def slow(secret: str) -> object:
        found = find(secret)
        access.sessions.revoke_all(ANN)  # by somebody else, after the row was read
        return found

    monkeypatch.setattr(gate.sessions, "_find", slow)
    gate.find(token)
    monkeypatch.undo()
    assert gate.remembered(token) is None
    assert gate.find(token) is None


def test_keys_have_what_they_were_given(access: Access, gate: Gate, clock: VirtualClock) -> None:
    writing = access.keys.create("import", scopes=["data:write"], expires="1 day")
    known = gate.find(str(writing["key"]))
    assert known is not None
    assert known.caller.scopes == {"data:write", "data:read"}
    assert (known.caller.kind, known.caller.name) == ("key", "import")
    marketer = gate.find(str(access.keys.create("m", role="marketer")["key"]))
    assert marketer is not None
    assert marketer.caller.scopes == ROLES["marketer"]
    moved(clock, DAY)
    assert gate.remembered(str(writing["key"])) is None
    assert gate.find(str(writing["key"])) is None
    (row,) = access.keys.list().filter(name="import").to_dicts()
    assert str(writing["key"]).startswith(row["prefix"])
    assert len(row["prefix"]) == 9
    access.keys.delete(row["id"])
    assert access.keys.list().height == 1
    with pytest.raises(UnknownNameError):
        access.keys.revoke(row["id"])


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": " ", "role": "viewer"}, "bad-input"),
        ({"name": "x"}, "bad-input"),
        ({"name": "x", "role": "viewer", "scopes": ["data:read"]}, "bad-input"),
        ({"name": "x", "scopes": ["data:everything"]}, "unknown-scope"),
        ({"name": "x", "role": "king"}, "unknown-role"),
        ({"name": "x", "role": "viewer", "expires": "2025-12-31"}, "bad-input"),
        ({"name": "x", "role": "viewer", "expires": "soon"}, "bad-duration"),
    ],
)
def test_keys_that_cannot_be_made(access: Access, given: dict[str, object], code: str) -> None:
    with pytest.raises(InputError) as error:
        access.keys.create(**given)  # type: ignore[arg-type]
    assert error.value.code == code


def test_a_database_that_is_copied_opens_nothing(gate: Gate, catalogue: Catalogue, token: str) -> None:
    with catalogue.reading() as con:
        kept = con.execute(sessions.select()).mappings().one()
    assert gate.find(kept["token"]) is None


def test_the_token_against_forgery_belongs_to_the_session(token: str) -> None:
    assert csrf_of(token) != csrf_of(token + "x")
    assert csrf_of(token) == csrf_of(token)
    assert token not in csrf_of(token)


def test_roles_grow() -> None:
    roles = list(ROLES.values())
    assert all(smaller < larger for smaller, larger in pairwise(roles))
    assert roles[-1] == set(SCOPES)


# --- guessing ------------------------------------------------------------------------------------------------


def wrong(gate: Gate, email: str = ANN, address: str = "192.0.2.1") -> str:
    try:
        gate.signing.sign_in(email, "wrong wrong wrong", address=address)
    except (AccessError, Overloaded) as error:
        return error.code
    return "in"


def test_an_account_is_tried_a_few_times_from_one_address(gate: Gate, clock: VirtualClock, token: str) -> None:
    assert [wrong(gate) for _ in range(PAIR + 1)] == ["bad-credentials"] * PAIR + ["too-many-attempts"]
    with pytest.raises(Overloaded) as error:
        gate.signing.sign_in(ANN, PASSWORD, address="192.0.2.1")
    assert error.value.retry_after == WINDOW // 1_000_000
    gate.signing.sign_in(ANN, PASSWORD, address="192.0.2.2")
    moved(clock, WINDOW)
    gate.signing.sign_in(ANN, PASSWORD, address="192.0.2.1")


def test_a_right_password_starts_the_count_anew(gate: Gate, token: str) -> None:
    for _ in range(3):
        assert [wrong(gate) for _ in range(PAIR - 1)] == ["bad-credentials"] * (PAIR - 1)
        gate.signing.sign_in(ANN, PASSWORD, address="192.0.2.1")


@pytest.mark.parametrize(("most", "whom"), [(ADDRESS, "p{}@shop.example 192.0.2.1"), (ACCOUNT, f"{ANN} 192.0.{{}}.1")])
def test_nobody_tries_everybody_or_from_everywhere(
    catalogue: Catalogue, clock: VirtualClock, most: int, whom: str
) -> None:
    with catalogue.writing() as con:
        for number in range(most):
            throttle.attempt(con, *whom.format(number).split(), clock.now())
        with pytest.raises(Overloaded):
            throttle.attempt(con, *whom.format(most).split(), clock.now())
        moved(clock, WINDOW)
        throttle.attempt(con, *whom.format(most).split(), clock.now())


def test_many_at_once_count_too(gate: Gate, token: str) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(wrong(gate))) for _ in range(4 * PAIR)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found.count("bad-credentials") == PAIR
    assert found.count("too-many-attempts") == 3 * PAIR


def test_changing_a_password_is_guessing_too(access: Access, gate: Gate, token: str) -> None:
    account = str(access.accounts.get(ANN)["id"])
    for _ in range(PAIR):
        with pytest.raises(AccessError):
            gate.signing.change_password(account, "wrong", "eight brown bottles")
    with pytest.raises(Overloaded):
        gate.signing.change_password(account, PASSWORD, "eight brown bottles")


def test_the_new_password_is_another_one(access: Access, gate: Gate, token: str) -> None:
    account = str(access.accounts.get(ANN)["id"])
    for new in (PASSWORD, "short"):
        with pytest.raises(InputError) as error:
            gate.signing.change_password(account, PASSWORD, new)
        assert error.value.code == "weak-password"
    changed = gate.signing.change_password(account, PASSWORD, "eight brown bottles")
    assert gate.find(token) is None
    assert gate.find(changed) is not None


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_a_network_counts_as_one_address(address: str, place: str) -> None:
    assert place_of(address) == place
