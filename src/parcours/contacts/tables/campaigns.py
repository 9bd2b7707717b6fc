"""Campaigns, their entries, target groups, prices and discounts (contact-segments.md, sections 5 and 18)."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint

from parcours.contacts.tables.base import amount, code, day, flag, link, moment, named, rows, text, version

#: ``active``: prices and discounts hold for the target group. In the reference that is whoever has targets.
campaigns = named(
    "crm_campaigns",
    "no",
    text("description"),
    day("starting_date"),
    day("ending_date"),
    code("salesperson_code"),
    code("status_code"),
    flag("active"),
    moment("last_modified"),
    version(),
)

#: ``id`` is the entry number; ``logged_segment`` the logged segment it came with.
campaign_entries = rows(
    "crm_campaign_entries",
    code("campaign_no", index=True),
    text("description"),
    day("date"),
    code("salesperson_code"),
    code("segment_no", index=True),
    code("by"),
    code("document_type"),
    flag("canceled"),
    link("logged_segment", index=True),
)

#: Who gets the prices: ``kind`` is customer or contact (a company).
campaign_targets = rows(
    "crm_campaign_targets",
    code("campaign_no"),
    code("kind"),
    code("no", index=True),
    UniqueConstraint("campaign_no", "kind", "no"),
)

#: Both hold within the dates of their campaign.
campaign_prices = rows(
    "crm_campaign_prices",
    code("campaign_no", index=True),
    code("item_no", index=True),
    code("unit"),
    amount("min_qty"),
    amount("unit_price"),
)
campaign_discounts = rows(
    "crm_campaign_discounts",
    code("campaign_no", index=True),
    code("item_no", index=True),
    code("unit"),
    amount("min_qty"),
    amount("discount_pct"),
)
