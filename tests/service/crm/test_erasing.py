"""Erasing a profile erases the contact that it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.core.clock import VirtualClock, instant
from parcours.service.workspace import Workspace

NOON = instant("2026-03-11T12:00:00Z")
NAME, ADDRESS, PHONE = "Zuleikha Quist", "zuleikha@quist.example", "+44 5550199"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A company C1 with the persons C2, who is to be forgotten, and C3; both stand on a worksheet and were called."""
    with parcours.init(tmp_path / "workspace", VirtualClock(NOON)) as workspace:
        crm = workspace.crm
        crm.put_series("CONT", "C1")
        crm.put_series("SEGM", "S1")
        crm.put_salesperson("SP1", name="Ann")
        crm.put_code("mailing_group", "NEWS")
        crm.interactions.create_template("CALL", description="Call", correspondence_type="")
        crm.contacts.create(name="Acme")
        for name, more in ((NAME, {"email": ADDRESS, "phone_no": PHONE}), ("Bo Rank", {})):
            person = crm.contacts.create(type="person", name=name, company_no="C1", salesperson_code="SP1", **more)
            crm.contacts.assign(person["no"], "mailing_group", "NEWS")
            crm.interactions.record(person["no"], "CALL", contact_via=more.get("phone_no", ""))
        crm.contacts.notes.add("C2", f"{NAME} moves in May")
        crm.worksheets.create(description="Spring")
        crm.worksheets.add_contacts("S1", {"contact": {"type": "person"}})
        crm.worksheets.refine_contacts("S1", {"contact": {"no": "C3"}})
        crm.contacts.change("C2", job_title="Buyer")
        workspace.replay(NOON, NOON)
        yield workspace


def everything(workspace: Workspace) -> str:
    """All rows of all tables of the catalogue, as text."""
    from parcours.contacts.tables import metadata

    with workspace._parts.catalogue.reading() as con:
        return "\n".join(str(row) for table in metadata.tables.values() for row in con.execute(table.select()))


def test_nothing_says_who_it_was(workspace: Workspace) -> None:
    profile = workspace.contacts.get("C2")["profile_id"]
    assert NAME in everything(workspace)
    workspace.erase(profile)
    left = everything(workspace)
    assert not [trace for trace in (NAME, NAME.upper(), ADDRESS, PHONE, "Quist") if trace in left]
    assert profile not in workspace.sql("SELECT _profile_id FROM profiles")["_profile_id"].to_list()
    workspace.replay(NOON + 1, NOON + 1)
    assert profile not in workspace.sql("SELECT _profile_id FROM profiles")["_profile_id"].to_list()


def test_others_stay_as_they_are(workspace: Workspace) -> None:
    workspace.erase(workspace.contacts.get("C2")["profile_id"])
    assert workspace.worksheets.lines("S1")["contact_no"].to_list() == ["C3"]
    assert workspace.contacts.get("C3")["company_no"] == "C1"
    log = workspace.interactions.entries()
    assert sorted(log["contact_no"].to_list()) == ["", "C3"]
    workspace.worksheets.go_back("S1")
    assert workspace.worksheets.lines("S1").filter(pl.col("contact_no") != "C3").is_empty()


def test_persons_of_a_company_that_is_erased_have_none(workspace: Workspace) -> None:
    workspace.erase(workspace.contacts.get("C1")["profile_id"])
    assert [workspace.contacts.get(no)["company_no"] for no in ("C2", "C3")] == ["", ""]
    assert "Acme" not in everything(workspace)


def test_profiles_that_are_no_contacts_are_erased_as_ever(workspace: Workspace) -> None:
    workspace.import_profiles(pl.DataFrame({"id": ["stranger"], "age": [3]}), profile="id")
    before = everything(workspace)
    workspace.erase("stranger")
    assert everything(workspace) == before
