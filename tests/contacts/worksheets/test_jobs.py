"""Mailing group, cover sheets, labels and export of a worksheet (contact-segments.md, section 17)."""

from __future__ import annotations

import pytest

from parcours.contacts.interactions import templates
from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.office import Desk
from parcours.contacts.people import attributes
from parcours.contacts.tables import worksheets
from parcours.contacts.worksheets import actions, headers, jobs
from parcours.core.errors import Refused, UnknownNameError
from tests.contacts.stock import CALL
from tests.contacts.worksheets.crm import Crm


@pytest.fixture
def no(crm: Crm) -> str:
    """C1 twice, P1 at the beach, and a line without contact."""
    crm.load(
        contact_alt_addresses=[{"contact_no": "P1", "code": "BEACH", "address": "Sand 1", "city": "Kiel"}],
        codes=[{"kind": "country", "code": "DE", "description": "Germany"}, {"kind": "mailing_group", "code": "GIFT"}],
        interaction_templates=[CALL],
        campaigns=[{"no": "CP1"}],
    )
    for contact in ("C1", "P1"):
        crm.do(_move, contact)
    made = str(crm.do(headers.create, description="Letters", campaign_no="CP1")["no"])
    for contact in ("C1", "C1", "P1", ""):
        crm.do(actions.add_line, made, contact)
    table = worksheets.worksheet_lines
    crm.do(lambda desk: desk.change_many(table, [table.c.contact_no == "P1"], alt_address="BEACH"))
    return made


def _move(desk: Desk, contact: str) -> None:
    table = jobs.CONTACTS
    values = {"address": "Way 1", "post_code": "10115", "city": "Berlin", "country_code": "DE", "email": "a@x.test"}
    desk.change_many(table, [table.c.no == contact], **values)


def test_every_contact_gets_the_group_once(crm: Crm, no: str) -> None:
    crm.load(contact_mailing_groups=[{"contact_no": "C3", "code": "GIFT"}, {"contact_no": "C1", "code": "GIFT"}])
    assert crm.do(jobs.apply_mailing_group, no, "gift") == 1
    assert crm.see(attributes.members, "mailing_group", "GIFT") == ["C1", "C3", "P1"]
    crm.do(jobs.apply_mailing_group, no, "GIFT", delete_old=True)
    assert crm.see(attributes.members, "mailing_group", "GIFT") == ["C1", "P1"]
    with pytest.raises(Refused) as raised:
        crm.do(jobs.apply_mailing_group, no, " ")
    assert raised.value.code == "mailing-group-required"
    with pytest.raises(UnknownNameError):
        crm.do(jobs.apply_mailing_group, no, "GIFTS")


def test_cover_sheets_are_recorded_where_it_is_wanted_and_set_up(crm: Crm, no: str) -> None:
    def count() -> int:
        return crm.see(lambda desk: desk.count(INTERACTIONS))

    assert [sheet["contact_no"] for sheet in crm.see(jobs.cover_sheets, no)] == ["C1", "C1", "P1"]
    crm.do(jobs.cover_sheets, no, log=True)
    assert count() == 0
    crm.do(templates.put_recorded, "cover_sheets", "CALL")
    crm.do(jobs.cover_sheets, no)
    assert count() == 0
    crm.do(jobs.cover_sheets, no, log=True)
    rows = crm.see(lambda desk: desk.rows(INTERACTIONS))
    assert [row["contact_no"] for row in rows] == ["C1", "C1", "P1"]
    for row in rows:
        assert (row["template_code"], row["campaign_no"], row["campaign_entry"]) == ("CALL", "CP1", 1)
        assert (row["segment_no"], row["logged_segment"]) == ("", None)
    assert len(crm.who(no)) == 4


def test_addresses_are_those_of_the_lines(crm: Crm, no: str) -> None:
    c1 = ["C1", "Way 1", "10115 Berlin", "Germany"]
    assert crm.see(jobs.addresses, no) == [c1, c1, ["C1", "P1", "Sand 1", "Kiel"]]
    found = crm.see(jobs.export, no)
    assert found["no"].to_list() == ["C1", "P1"]
    assert found.select("address", "country_code", "email").rows() == [
        ("Way 1", "DE", "a@x.test"), ("Sand 1", "", "a@x.test")]  # fmt: skip
    assert crm.see(jobs.export, crm.do(headers.create, description="Empty")["no"]).is_empty()


def test_they_can_be_printed(crm: Crm, no: str) -> None:
    pytest.importorskip("reportlab")
    pytest.importorskip("xhtml2pdf")
    for file in (crm.see(jobs.labels, no), jobs.print_cover_sheets(crm.see(jobs.cover_sheets, no))):
        assert file.content.startswith(b"%PDF")
