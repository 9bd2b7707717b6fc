"""Profiles that are erased are forgotten by the CRM, too: as contacts, on worksheets, in kept columns."""

from __future__ import annotations

from collections.abc import Collection

from parcours.contacts.office import Days, Office
from parcours.contacts.people import erasing as people
from parcours.contacts.worksheets import erasing as worksheets
from parcours.service.crm import columns
from parcours.service.wiring import Parts


def forget(parts: Parts, office: Office, profiles: Collection[str]) -> None:
    """Forget the contacts that these profiles are; where there are none, nothing happens."""
    days = Days.of(parts.clock.now())
    with office.look(days) as desk:
        if not people.of_profiles(desk, profiles):
            return
    with office.change("erase", days) as desk:
        if desk.con.dialect.name == "sqlite":  # what is deleted is overwritten, not only left out
            desk.con.exec_driver_sql("PRAGMA secure_delete = ON")
        numbers = people.of_profiles(desk, profiles)
        worksheets.forget(desk, numbers)
        people.forget(desk, numbers)
        desk.describe("contact", " ".join(numbers), "erased")
    columns.forget(parts)
