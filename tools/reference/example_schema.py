"""The shop that the documentation talks about: what rules in it may name."""

from __future__ import annotations

from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DECIMAL,
    INTEGER,
    STRING,
    Schema,
    list_of,
    object_of,
)

ITEM = object_of(
    {
        "product": STRING,
        "department": STRING,
        "category": STRING,
        "brand": STRING,
        "quantity": INTEGER,
        "price": DECIMAL,
        "value": DECIMAL,
    }
)
SHOP = Schema(
    attributes={
        "first_name": STRING,
        "email": STRING,
        "age": INTEGER,
        "income": DECIMAL,
        "subscribed": BOOLEAN,
        "birthday": DATE_ONLY,
        "trial_ends": DATE_TIME,
        "signed_up": DATE_TIME,
        "visits": INTEGER,
        "orders": INTEGER,
        "city": STRING,
        "country": STRING,
        "plan": STRING,
        "interests": list_of(STRING),
        "address": object_of({"city": STRING, "country": STRING}),
        "devices": list_of(object_of({"platform": STRING, "last_seen": DATE_TIME})),
    },
    events={
        "purchase": {"total": DECIMAL, "discount": DECIMAL, "store": STRING, "coupon": STRING, "items": list_of(ITEM)},
        "mailing": {"campaign": STRING},
        "message_opened": {"campaign": STRING},
        "message_clicked": {"campaign": STRING, "url": STRING},
        "session": {"app": STRING, "seconds": INTEGER},
        "visit": {"page": STRING, "seconds": INTEGER, "tags": list_of(STRING)},
    },
)


def with_crm() -> Schema:
    """The shop with what its CRM tells: contacts as attributes, interactions as events; and coupons."""
    from parcours.contacts.selection.subtables import SUB_TABLES

    card, log = ({name: field.type for name, field in SUB_TABLES[table].fields.items()} for table in TABLES)
    codes = ("mailing_groups", "job_responsibilities", "industry_groups", "business_relations")
    answer = object_of({"questionnaire_code": STRING, "line_no": INTEGER, "question": STRING, "answer": STRING})
    contact = object_of({**card, **dict.fromkeys(codes, list_of(STRING)), "answers": list_of(answer)})
    events = {**SHOP.events, "interaction": log, "redemption": {"coupon_upc": STRING, "campaign": INTEGER}}
    return Schema({**SHOP.attributes, "contact": contact}, events)


#: The sub-tables that contacts and interactions are.
TABLES = ("contact", "interaction")
