"""What was changed in the CRM, told to the log: contacts are profiles, interactions are events.

Operations note what they changed in the same transaction (``crm_outbox``). Here it becomes rows of the inbox, which the
next tick takes in; then the notes are removed. When that is interrupted it is done again: profiles are told as they are
by then, and events carry ids, so nothing is lost or counted twice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from threading import Lock

import polars as pl
from sqlalchemy import delete, select

from parcours.contacts.interactions.events import EVENT, event_id, events_of
from parcours.contacts.interactions.journal import NEW
from parcours.contacts.office import Days, Desk, Office, Row
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.people.profiles import profiles_of
from parcours.contacts.tables import audit, contacts
from parcours.flow.ingest import ColumnMapping, from_frame
from parcours.service.crm import columns
from parcours.service.identities import links
from parcours.service.importing import Importer
from parcours.service.wiring import Parts

#: Kinds of notes that are told here; deliveries are for :mod:`parcours.service.crm.sending`.
TOLD = ("profile", "interaction", "erased", "merged")
#: Attributes that come from a card; they are cleared when there is no contact any more.
_ATTRIBUTES = ("contact", "email", "phone", "first_name", "last_name")
#: Notes that are worked on together.
_SLICE = 100_000
_PROFILES = ColumnMapping(profile="profile_id", clear_empty=True)
_EVENTS = ColumnMapping(profile="profile_id", event=EVENT, id="event_id", time="time")


class Teller:
    """Tells the log of a workspace what the CRM has noted."""

    def __init__(self, parts: Parts, office: Office) -> None:
        self._parts = parts
        self._office = office
        self._importer = Importer(parts)
        self._telling = Lock()

    def tell(self) -> int:
        """Queue everything noted for the next tick; returns how many notes there were.

        Raises:
            WorkspaceError: the disk is full, or cannot be written; it is told the next time.
        """
        done = 0
        with self._telling:
            while notes := self._notes():
                self._queue(notes)
                self._forget(notes)
                done += len(notes)
        return done

    def _notes(self) -> list[Row]:
        table = audit.outbox
        query = select(table).where(table.c.kind.in_(TOLD)).order_by(table.c.number).limit(_SLICE)
        with self._parts.catalogue.reading() as con:
            return [dict(row) for row in con.execute(query).mappings()]

    def _queue(self, notes: Sequence[Row]) -> None:
        days = Days.of(self._parts.clock.now())
        with self._office.look(days) as desk:
            profiles = profiles_of(desk, _with_persons(desk, _keys(notes, "profile")))
            entries = [int(key) for key in _keys(notes, "interaction")]
            events = events_of(desk, entries)
        # a card that was given another profile leaves the one it had; contacts that were merged are one person
        merged = [note for note in notes if note["kind"] == "merged" and note["body"].get("contact")]
        gone = [*_keys(notes, "erased"), *({*_keys(notes, "merged")} - {*_keys(merged, "merged")})]
        if gone or merged:
            columns.forget(self._parts)
        self._put_profiles(profiles, gone)
        if merged:
            self._put_links(merged)
        self._put_events(events, entries, {int(note["key"]) for note in notes if note["body"] == NEW})

    def _put_profiles(self, profiles: pl.DataFrame, gone: Collection[str]) -> None:
        """Profiles as their cards are now; those without a card any more keep what came from elsewhere."""
        gone = set(gone) - set(profiles["profile_id"])
        if gone:
            left = pl.DataFrame({"profile_id": sorted(gone)}, schema={"profile_id": pl.String})
            cleared = left.with_columns(pl.lit(None, profiles.schema[name]).alias(name) for name in _ATTRIBUTES)
            profiles = pl.concat([profiles, cleared])
        if profiles.height:
            self._importer.profiles([from_frame(profiles)], _PROFILES)

    def _put_links(self, notes: Sequence[Row]) -> None:
        """Contacts that were merged are one person to the log, too."""
        pairs = [(str(note["body"]["from"]), str(note["body"]["into"])) for note in notes]
        self._parts.inbox.put_links(links(pairs))

    def _put_events(self, events: pl.DataFrame, entries: Sequence[int], new: Collection[int]) -> None:
        """New interactions are events; changed ones take the place of what was told, canceled ones are taken back."""
        fresh = pl.col("entry_no").is_in(list(new))
        if (first := events.filter(fresh)).height:
            self._importer.events([from_frame(first)], _EVENTS)
        if (changed := events.filter(~fresh)).height:
            self._importer.events([from_frame(changed)], _EVENTS, replacing=True)
        gone = [event_id(entry) for entry in sorted({*entries} - {*events["entry_no"]} - {*new})]
        if gone:
            self._parts.inbox.put_corrections(delete=gone)

    def _forget(self, notes: Sequence[Row]) -> None:
        table = audit.outbox
        with self._parts.catalogue.writing() as con:
            first, last = notes[0]["number"], notes[-1]["number"]
            con.execute(delete(table).where(table.c.number.between(first, last), table.c.kind.in_(TOLD)))


def _keys(notes: Sequence[Row], kind: str) -> list[str]:
    return list(dict.fromkeys(str(note["key"]) for note in notes if note["kind"] == kind))


def _with_persons(desk: Desk, numbers: Collection[str]) -> list[str]:
    """These contacts, and the persons of the companies among them, who share industry groups and relations."""
    card = contacts.contacts.c
    found = dict.fromkeys(numbers)
    for chunk in in_chunks(numbers):
        query = select(card.no).where(card.company_no.in_(chunk), card.type == "person")
        found |= dict.fromkeys(desk.con.execute(query).scalars())
    return list(found)
