"""What selections, classifications and prices know of trade: customers, vendors, items, posted documents."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from parcours.contacts.tables.base import amount, code, day, flag, metadata, mirror, named, rows, text

customers = named("crm_customers", "no", text("name"), code("price_group"), code("contact_no"))
vendors = named("crm_vendors", "no", text("name"), code("contact_no"))
items = named("crm_items", "no", text("description"), code("inventory_posting_group"), amount("unit_price"))

#: Posted movements of items. ``source_type`` is customer or vendor.
item_entries = mirror(
    "crm_item_entries",
    code("source_type"),
    code("source_no"),
    code("item_no", index=True),
    code("variant_code"),
    day("posting_date"),
    code("inventory_posting_group"),
    code("document_no"),
    code("document_type"),
    amount("quantity"),
    amount("amount"),
    Index("ix_crm_item_entries_source", "source_type", "source_no"),
)

documents = Table(
    "crm_documents",
    metadata,
    Column("type", String(64), primary_key=True),
    Column("no", String(64), primary_key=True),
    day("posting_date"),
    code("customer_no"),
    code("vendor_no"),
    code("campaign_no"),
    code("salesperson_code"),
    code("order_no"),
    flag("order_logged"),  # the order it came from was logged as an interaction of the campaign
)

#: The contacts that a document names: ``role`` is sell_to, bill_to, buy_from or pay_to.
document_contacts = mirror(
    "crm_document_contacts",
    code("document_type"),
    code("document_no", index=True),
    code("contact_no", index=True),
    code("role"),
)

#: Posted amounts of customers and vendors, from which automatic classification takes its figures.
ledger_entries = rows(
    "crm_ledger_entries",
    code("party"),  # customer, vendor
    code("no"),
    day("posting_date"),
    code("document_type"),  # invoice, credit_memo, payment
    amount("amount"),
    amount("profit"),
    amount("discount"),
    amount("list_amount"),
    amount("days_overdue"),
    Index("ix_crm_ledger_entries_party", "party", "no", "posting_date"),
)

#: Special prices and discounts beside those of campaigns. ``for_kind`` is customer, price_group or all.
sales_prices = rows(
    "crm_sales_prices",
    code("for_kind"),
    code("for_no"),
    code("item_no", index=True),
    code("unit"),
    amount("min_qty"),
    amount("unit_price"),
    day("starting_date"),
    day("ending_date"),
)
sales_discounts = rows(
    "crm_sales_discounts",
    code("for_kind"),
    code("for_no"),
    code("item_no", index=True),
    code("unit"),
    amount("min_qty"),
    amount("discount_pct"),
    day("starting_date"),
    day("ending_date"),
)
