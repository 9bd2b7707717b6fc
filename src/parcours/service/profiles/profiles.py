"""The facade ``workspace.profiles``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from parcours.contacts.documents.files import File, safe_name
from parcours.core.errors import InputError, UnknownNameError, nearest
from parcours.flow.ingest import ColumnMapping, from_frame
from parcours.language.tree import Node
from parcours.service.importing import Importer
from parcours.service.paging import PAGE, Order, Page, check_limit
from parcours.service.profiles import cards, everything, lookup, values
from parcours.service.profiles.finding import Finder, Question, orders
from parcours.service.profiles.timeline import Timeline, What, timeline
from parcours.service.records import Records
from parcours.service.reports import all_ids, profile_number
from parcours.service.rules import Rules
from parcours.service.segments import Moment, as_instant

if TYPE_CHECKING:
    from parcours.service.wiring import Parts

#: Messages on a card, and ids of one lookup.
_MESSAGES, MANY = 20, 10_000
Value = str | int | float | bool


class Profiles:
    """The people of a workspace. Made by the workspace; frames are Polars frames."""

    def __init__(self, parts: Parts, erase: Callable[..., None]) -> None:
        self._parts = parts
        self._erase = erase

    # --- questions ---------------------------------------------------------------------------------------

    def list(
        self,
        *,
        search: str | None = None,
        segment: str | None = None,
        sort: str = "appeared",
        cursor: str | None = None,
        limit: int = PAGE,
        total: bool = False,
    ) -> Page:
        """People with their attributes, page by page: ``profile_id`` and a column per attribute.

        Args:
            search: parts of the id, the e-mail address or a name, in capitals or not; every word of it is found.
            segment: members of this segment only.
            sort: ``appeared``, or an attribute; ``-`` in front of it: the other way round. Who has none comes last.
            cursor: ``next`` of the page before.
            limit: at most so many.
            total: count them all, too.

        Raises:
            UnknownNameError: there is no such segment.
            InputError: the order, the cursor or the limit cannot be used.
        """
        return self._found(search, None, segment, sort, cursor, limit, total)

    def find(
        self,
        where: object = None,
        *,
        search: str | None = None,
        filters: Mapping[str, Value] | None = None,
        segment: str | None = None,
        sort: str = "appeared",
        cursor: str | None = None,
        limit: int = PAGE,
        total: bool = False,
    ) -> Page:
        """People who meet a rule about attributes and segments; see :meth:`list`.

        Args:
            where: a rule, as a text or a tree: ``{"attribute": "city", "contains": "on"}``.
            filters: attributes with the values they must have.
            search, segment, sort, cursor, limit, total: see :meth:`list`.

        Raises:
            DefinitionError: the rule cannot be accepted, or counts events that no segment counts (``not-kept``).
            UnknownNameError, InputError: see :meth:`list`.
        """
        conditions = [{"attribute": name, "is": value} for name, value in (filters or {}).items()]
        parts: Any = conditions if where is None else [where, *conditions] if conditions else where
        shape = {"all": parts} if conditions else parts
        if conditions and isinstance(where, str):
            raise InputError(
                "filters go with a rule as a tree only", code="bad-filters", where="filters", hint="say it in the rule"
            )
        rule = Rules(self._parts).check(shape).node if shape else None
        return self._found(search, rule, segment, sort, cursor, limit, total)

    def _found(
        self,
        search: str | None,
        rule: Node | None,
        segment: str | None,
        sort: str,
        cursor: str | None,
        limit: int,
        total: bool,
    ) -> Page:
        check_limit(limit)
        if segment is not None:
            known = self._parts.catalogue.published_ids("segment")
            if segment not in known:
                raise UnknownNameError(
                    f"there is no published segment {segment!r}", code="unknown-segment", hint=nearest(segment, known)
                )
        with self._parts.moving:
            state = self._parts.runner.state
            order = Order.read(sort, orders(state))
            return Finder(state, Question(search or None, rule, segment)).page(order, cursor, limit, total=total)

    def segments_of(self, profiles: Sequence[str], *, segments: Sequence[str] | None = None) -> lookup.Memberships:
        """The segments that each of many profiles is in now, all at once; ``None`` for an id that nobody has.

        It does not wait for a tick under way, so what this tick has changed already may be seen.

        Args:
            profiles: ids of at most 10,000 profiles.
            segments: look at these segments only.

        Raises:
            InputError: these are more than 10,000.
        """
        if len(profiles) > MANY:
            raise InputError(f"at most {MANY} profiles at once", code="too-many", where="profiles")
        return lookup.memberships(self._parts, profiles, segments)

    def card(self, profile: str) -> cards.Card:
        """A person on one page: attributes, segments with since when and until when by time alone, runs of journeys
        that go on, the last messages, how many events there are.

        Raises:
            UnknownNameError: nobody has this id.
        """
        number = self._number(profile)
        messages = Records(self._parts).deliveries(profile=profile, limit=_MESSAGES).items
        return cards.card(self._parts, number, all_ids(self._parts.log, str(profile)), messages)

    def timeline(
        self,
        profile: str,
        *,
        kinds: Sequence[What] = (),
        since: Moment | None = None,
        until: Moment | None = None,
        cursor: str | None = None,
        limit: int = PAGE,
    ) -> Timeline:
        """What happened to a person, the newest first: events, changes of attributes, entries and exits, steps in
        journeys, messages.

        Args:
            kinds: only ``event``, ``attributes``, ``segment``, ``journey`` or ``message``.
            since, until: from this instant on, and before that one.
            cursor: ``next`` of the page before.
            limit: at most so many lines.

        Raises:
            UnknownNameError: nobody has this id.
            InputError: the cursor, the limit or an instant cannot be read.
        """
        check_limit(limit)
        number = self._number(profile)
        start, end = (None if moment is None else as_instant(moment) for moment in (since, until))
        return timeline(self._parts.log, number, kinds, cursor, limit, start, end)

    def export(self, profile: str) -> dict[str, Any]:
        """Everything that is known about a person, as plain data: what the person may ask for by law.

        Raises:
            UnknownNameError: nobody has this id.
        """
        return everything.everything(self._parts, self._number(profile), str(profile))

    def export_file(self, profile: str, *, format: Literal["json", "zip"] = "zip") -> File:
        """:meth:`export` as a file.

        Args:
            format: ``json``, or ``zip`` with a JSON file for each part.

        Raises:
            UnknownNameError: nobody has this id.
        """
        found, name = self.export(profile), safe_name(str(profile))
        if format == "zip":
            return File(f"{name}.zip", "application/zip", everything.zipped(found))
        return File(f"{name}.json", "application/json", json.dumps(found, indent=2, ensure_ascii=False).encode())

    def values(self, attribute: str, *, search: str | None = None, limit: int = 20) -> pl.DataFrame:
        """Values that an attribute has: ``value`` (as a text) and ``count``, the most frequent first.

        Args:
            attribute: name of the attribute.
            search: only values that contain this text, in capitals or not.
            limit: at most so many.

        Raises:
            UnknownNameError: there is no such attribute.
        """
        with self._parts.moving:
            return values.attribute_values(self._parts.runner.state, attribute, search, limit)

    def property_values(self, event: str, property: str, *, search: str | None = None, limit: int = 20) -> pl.DataFrame:
        """Values that a property has among the latest events of a type; see :meth:`values`.

        Args:
            event: type of the events.
            property: name of the property.
            search, limit: see :meth:`values`.

        Raises:
            UnknownNameError: there is no such event type or property.
        """
        return values.property_values(self._parts.log, event, property, search, limit)

    # --- telling -----------------------------------------------------------------------------------------

    def set(self, profile: str, attributes: Mapping[str, Any]) -> None:
        """Set attributes of a person, known or new; ``None`` clears one. The next tick takes it in.

        Args:
            profile: id of the profile.
            attributes: values by name.

        Raises:
            InputError: ``not-taken-in``, a value does not fit the type that an attribute has.
            WorkspaceError: the disk is full, or cannot be written.
        """
        if not attributes:
            raise InputError("there are no attributes", code="nothing-to-do", where="attributes")
        row = _row({"profile_id": str(profile), **attributes})
        mapping = ColumnMapping(profile="profile_id", clear_empty=True)
        with _typed():
            found = Importer(self._parts).profiles([from_frame(row)], mapping)
        _check_taken(found.rejected)

    def track(
        self,
        profile: str,
        event: str,
        properties: Mapping[str, Any] | None = None,
        *,
        time: Moment | None = None,
        id: str | None = None,
    ) -> None:
        """Tell of an event of a person, known or new. The next tick takes it in.

        Args:
            profile: id of the profile.
            event: type of the event.
            properties: values by name.
            time: when it happened; by default now.
            id: its own id: an event whose id is known already changes nothing; by default computed from the rest.

        Raises:
            InputError: ``not-taken-in``, a value does not fit the type that a property has.
            WorkspaceError: the disk is full, or cannot be written.
        """
        moment = self._parts.clock.now() if time is None else as_instant(time)
        row: dict[str, Any] = {"_profile_id": str(profile), "_moment": moment, **(properties or {})}
        if id is not None:
            row["_id"] = id
        mapping = ColumnMapping(
            profile="_profile_id", time="_moment", time_format="unix-us", event=event, id=None if id is None else "_id"
        )
        with _typed():
            found = Importer(self._parts).events([from_frame(_row(row))], mapping)
        _check_taken(found.rejected)

    def erase(self, profile: str) -> None:
        """Forget a person: attributes, events, memberships, journeys and messages, everywhere, for good.

        Raises:
            UnknownNameError: nobody has this id.
            WorkspaceError: the disk is full, or cannot be written.
        """
        self._erase(str(profile))

    def _number(self, profile: str) -> int:
        return profile_number(self._parts.log, str(profile))


def _row(values: Mapping[str, Any]) -> pl.DataFrame:
    """One row of these values.

    Raises:
        InputError: ``not-taken-in``, a value has no type: a list of this and that.
    """
    columns = []
    for name, value in values.items():
        with _typed(name):
            columns.append(pl.Series(name, [value], strict=True))
    return pl.DataFrame(columns)


@contextmanager
def _typed(name: str | None = None) -> Iterator[None]:
    """What has no type in columns cannot be taken in: lists of this and that, objects without anything in them."""
    try:
        yield
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError) as error:
        raise InputError(
            "a value has no type", code="not-taken-in", where=name, hint="a list holds values of one type"
        ) from error


def _check_taken(rejected: pl.DataFrame) -> None:
    if rejected.height:
        row = rejected.row(0, named=True)
        raise InputError(str(row["reason"]), code="not-taken-in", where=row["column"], hint=row["hint"])
