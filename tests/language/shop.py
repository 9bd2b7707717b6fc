"""A small shop: the schema that the tests of rules share."""

from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    STRING,
    Schema,
    list_of,
    object_of,
)

ITEM = object_of({"product": STRING, "brand": STRING, "quantity": INTEGER, "value": DECIMAL, "labels": list_of(STRING)})

SHOP = Schema(
    attributes={
        "age": STRING,
        "children": INTEGER,
        "income": DECIMAL,
        "city": STRING,
        "home_city": STRING,
        "subscribed": BOOLEAN,
        "birthday": DATE_ONLY,
        "trial_ends": DATE_TIME,
        "opens": DATE_TIME_ONLY,
        "patience": DURATION,
        "interests": list_of(STRING),
        "scores": list_of(INTEGER),
        "address": object_of({"city": STRING, "floor": INTEGER}),
        "cards": list_of(object_of({"kind": STRING, "points": INTEGER, "since": DATE_ONLY})),
    },
    events={
        "purchase": {
            "total": DECIMAL,
            "units": INTEGER,
            "store": STRING,
            "online": BOOLEAN,
            "due": DATE_ONLY,
            "month": STRING,
            "tags": list_of(STRING),
            "items": list_of(ITEM),
        },
        "visit": {"page": STRING},
    },
)
SEGMENTS = frozenset({"silver", "gold"})
