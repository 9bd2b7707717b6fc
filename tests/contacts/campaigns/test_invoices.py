"""Posting a sales invoice (contact-segments.md, section 18)."""

from __future__ import annotations

from datetime import date

import pytest

from parcours.contacts.campaigns import cards, entries, targets
from parcours.contacts.campaigns.invoices import post_sales_invoice
from parcours.contacts.interactions import automatic, templates
from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.office import Days, Desk, Office
from parcours.contacts.people.loading import load
from parcours.contacts.tables import trade
from parcours.core.errors import Refused
from tests.contacts.stock import stock


def begin(desk: Desk, template: str = "CALL") -> None:
    stock(desk)
    templates.put_recorded(desk, "sales_invoices", template)
    cards.change(desk, "CP1", starting_date=date(2026, 3, 1), ending_date=date(2026, 3, 31))
    for campaign in ("CP1", "CP2"):
        load(desk, "campaign_targets", [{"campaign_no": campaign, "kind": "customer", "no": "CU1"}])
        desk.change(targets.CAMPAIGNS, campaign, active=True)


@pytest.mark.parametrize(
    ("day", "recorded"), [("2026-02-28", False), ("2026-03-01", True), ("2026-03-31", True), ("2026-04-01", False)]
)
def test_one_interaction_within_the_dates_of_the_first_campaign(
    office: Office, days: Days, day: str, recorded: bool
) -> None:
    with office.change("post", days) as desk:
        begin(desk)
        entry = post_sales_invoice(desk, "INV1", "CU1", "P1", date.fromisoformat(day))
        assert (entry is not None) is recorded
        if entry is not None:
            row = desk.get(INTERACTIONS, entry, "")
            assert (row["contact_no"], row["company_no"], row["date"]) == ("P1", "C1", days.today)
            assert (row["template_code"], row["campaign_no"], row["document_no"]) == ("CALL", "CP1", "INV1")
            assert [each["no_of_interactions"] for each in entries.of_campaign(desk, "CP1")] == [1]
        assert desk.find(trade.documents, ("sales_invoice", "INV1")) is not None
        assert {row["role"] for row in desk.rows(trade.document_contacts)} == {"bill_to", "sell_to"}


def test_who_is_no_target_posts_without_a_trace(office: Office, days: Days) -> None:
    with office.change("post", days) as desk:
        begin(desk, "")
        assert post_sales_invoice(desk, "INV1", "CU3", "C3", date(2026, 3, 15)) is None
        with pytest.raises(Refused) as raised:
            post_sales_invoice(desk, "INV2", "CU1", "C1", date(2026, 3, 15))
        assert raised.value.code == "invoice-template-missing"
        with pytest.raises(Refused, match="posted already"):
            post_sales_invoice(desk, "INV1", "CU3", "C3", date(2026, 3, 15))


def test_an_order_that_was_recorded_is_not_recorded_again(office: Office, days: Days) -> None:
    with office.change("post", days) as desk:
        begin(desk)
        templates.put_recorded(desk, "sales_orders", "CALL")
        automatic.record_event(desk, "sales_orders", "C1", campaign_no="CP1", document_no="ORD1")
        assert post_sales_invoice(desk, "INV1", "CU1", "", date(2026, 3, 15), order_no="ORD1") is None
        assert post_sales_invoice(desk, "INV2", "CU1", "", date(2026, 3, 15), order_no="ORD2") is not None
