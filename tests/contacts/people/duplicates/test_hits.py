"""Search strings and the pairs they bring together."""

from __future__ import annotations

import pytest

from parcours.contacts.office import Desk
from parcours.contacts.office import setup as settings
from parcours.contacts.people import cards, loading, removal
from parcours.contacts.people.duplicates import hits, strings
from parcours.contacts.tables import contacts
from parcours.core.errors import Refused


def pairs(desk: Desk, *nos: str) -> list[tuple[str, str]]:
    return hits.hits(desk, nos or None).select("contact_no", "other_no").rows()


def full(desk: Desk, no: str, name: str, **values: str) -> None:
    details = {"phone_no": "0612 34 56 78", "email": f"{no}@post.example", "address": "Quai 12", "post_code": "69001"}
    cards.create(desk, no=no, name=name, **{**details, **values})


def test_strings_are_first_and_last_letters_without_accents_and_signs(desk: Desk) -> None:
    cards.create(desk, no="C1", name="L'Été & Co", phone_no="+33 1-23")
    found = {(row["field"], row["part"]): row["string"] for row in desk.rows(contacts.search_strings)}
    assert found == {
        ("name", "first"): "LETEC", ("name", "last"): "ETECO",
        ("phone_no", "first"): "33123", ("phone_no", "last"): "33123",
    }  # fmt: skip


def test_persons_do_not_look_alike_for_what_they_have_from_their_company(desk: Desk) -> None:
    full(desk, "C1", "Acme")
    for no, name in (("P1", "Ann Lee"), ("P2", "Bo Ray")):
        cards.create(desk, no=no, type="person", name=name, company_no="C1")
    assert pairs(desk) == []
    cards.create(desk, no="P3", type="person", name="Ann Lee", company_no="C1")
    assert pairs(desk) == [("P1", "P3")]


@pytest.mark.parametrize("batch", [1, 1000])
def test_pairs_above_the_hit_percentage(desk: Desk, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    monkeypatch.setattr(hits, "BATCH", batch)
    full(desk, "C1", "Acme Lyon")
    full(desk, "C2", "ACME, Lyon")
    full(desk, "C3", "Zeta", address="Elsewhere 9", post_code="1000", phone_no="99", email="zeta@mail.example")
    cards.create(desk, no="C4", name="Acme Lyon")
    found = hits.hits(desk)
    assert found.select("contact_no", "other_no").rows() == [("C1", "C4"), ("C2", "C4"), ("C1", "C2")]
    assert found["share"].to_list() == [100, 100, 90]
    assert pairs(desk, "C4") == [("C1", "C4"), ("C2", "C4")]
    settings.put(desk, "duplicate_hit_pct", 95)
    assert ("C1", "C2") not in pairs(desk)


def test_only_contacts_of_one_type_are_compared(desk: Desk) -> None:
    cards.create(desk, no="C1", name="Ann Lee")
    cards.create(desk, no="P1", type="person", name="Ann Lee")
    assert pairs(desk) == pairs(desk, "P1") == []


def test_changes_and_deletions_are_seen(desk: Desk) -> None:
    cards.create(desk, no="C1", name="Acme Lyon")
    cards.create(desk, no="C2", name="Other one")
    cards.change(desk, "C2", name="Acme Lyon")
    assert pairs(desk) == [("C1", "C2")]
    removal.delete(desk, "C2")
    assert pairs(desk) == []


def test_pairs_that_were_kept_apart_are_not_offered(desk: Desk) -> None:
    for no in ("C1", "C2"):
        cards.create(desk, no=no, name="Acme")
    hits.keep_apart(desk, "C2", "C1")
    hits.keep_apart(desk, "C1", "C2")
    assert pairs(desk) == []
    assert hits.hits(desk, decided=True).height == 1
    assert hits.reconsider(desk, "C1", "C2")
    assert not hits.reconsider(desk, "C1", "C2")
    assert pairs(desk) == [("C1", "C2")]
    with pytest.raises(Refused):
        hits.keep_apart(desk, "C1", "C1")


def test_strings_are_rebuilt_after_bulk_loads(desk: Desk) -> None:
    loading.load(desk, "contacts", [{"no": f"C{n}", "type": "company", "name": "Acme"} for n in range(3)])
    assert pairs(desk) == []
    assert strings.rebuild(desk) == 6
    assert len(pairs(desk)) == 3
    before = desk.rows(contacts.search_strings)
    strings.index(desk, ["C0", "C1", "C2"])
    kept = [{**row, "id": 0} for row in desk.rows(contacts.search_strings)]
    assert kept == [{**row, "id": 0} for row in before]


def test_what_too_many_have_brings_nobody_together(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for n, name in enumerate(("Acme", "Acme", "Acme", "Zeta corp")):
        cards.create(desk, no=f"C{n}", name=name, post_code="69001")
    monkeypatch.setattr(hits, "COMMON", 2)
    assert pairs(desk) == pairs(desk, "C1") == []
    monkeypatch.setattr(hits, "COMMON", 3)
    assert len(pairs(desk)) == 3


def test_strings_are_kept_only_where_they_are_wanted(desk: Desk) -> None:
    settings.put(desk, "maintain_search_strings", False)
    cards.create(desk, no="C1", name="Acme")
    assert desk.count(contacts.search_strings) == 0
    settings.put(desk, "duplicate_fields", {})
    assert strings.rebuild(desk) == 0
