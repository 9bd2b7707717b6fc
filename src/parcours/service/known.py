"""Names that the CRM brings into the schema of a workspace: rules may use them before anything was told."""

from __future__ import annotations

from sqlalchemy import select

from parcours.core.schema import Schema, type_of_polars
from parcours.store.catalogue import Catalogue


def with_crm(schema: Schema, catalogue: Catalogue) -> Schema:
    """The schema with attributes of contacts and events of interactions, where the CRM was ever used."""
    from parcours.contacts.tables import audit

    with catalogue.reading() as con:
        used = con.execute(select(audit.head.c.revision)).first() is not None
    return _with_names(schema, catalogue) if used else schema


def _with_names(schema: Schema, catalogue: Catalogue) -> Schema:
    from parcours.contacts.interactions.events import EVENT, events_of
    from parcours.contacts.office import Days, Office
    from parcours.contacts.people.profiles import profiles_of

    with Office(catalogue).look(Days.of(0)) as desk:
        cards, events = profiles_of(desk, []).schema, events_of(desk, []).schema
    attributes = {name: type_of_polars(kind) for name, kind in cards.items() if name != "profile_id"}
    properties = {
        name: type_of_polars(kind) for name, kind in events.items() if name not in ("event_id", "profile_id", "time")
    }
    return schema.with_attributes(attributes).with_event(EVENT, properties)
