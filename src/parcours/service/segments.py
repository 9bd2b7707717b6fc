"""``workspace.segments``: the segments, their members now and in the past, and what moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from parcours.core.clock import instant
from parcours.core.errors import DefinitionError, InputError, UnknownNameError
from parcours.language.method import Method
from parcours.language.sentences.writer import sentence
from parcours.service import applying, forecasting, membership, reports
from parcours.service.defined import Defined
from parcours.service.definitions import method_in, rule_of, users_of
from parcours.service.forecasting import MOST_DAYS
from parcours.service.listing import UNDELETED, Listing, StateName
from parcours.service.membership import SegmentStatistics
from parcours.service.paging import PAGE, Page
from parcours.store.catalogue import Definition

if TYPE_CHECKING:
    from parcours.service.wiring import Parts

Moment = str | datetime | int


def as_instant(moment: Moment) -> int:
    """Microseconds of a moment given as text, ``datetime`` or microseconds.

    Raises:
        InputError: the text is no date or time.
    """
    return moment if isinstance(moment, int) else instant(moment)


class Segments(Defined):
    """The segments of a workspace. Made by the workspace; frames are Polars frames."""

    kind = "segment"

    def __init__(self, parts: Parts, changed: Callable[[], None]) -> None:
        super().__init__(parts, changed)
        self._listing = Listing(parts)

    def list(
        self, search: str | None = None, *, state: Sequence[StateName] = (), sort: str = "segment"
    ) -> pl.DataFrame:
        """All segments but deleted ones: ``segment``, ``name``, ``state``, ``version``, ``members``, ``entries``,
        ``exits``, ``last_change``, ``description``, ``method``, ``features`` (kept for its rule) and those of them that
        other segments read, too, ``used_by`` (how many definitions in use refer to it), ``trend`` (members at the end
        of each of the last 30 days, the oldest first).

        Args:
            search: only those whose id, name or description contains this, in capitals or not.
            state: only ``draft``, ``published``, ``inactive`` or ``deleted`` ones.
            sort: a column; ``-`` in front of it: the greatest first.

        Raises:
            InputError: nothing is ordered by that.
        """
        return self._listing.rows(search, state or UNDELETED, sort)

    def get(self, segment: str) -> Definition:
        """A segment with its newest version; deleted ones too.

        Raises:
            UnknownNameError: there is no such segment.
        """
        return self._known(segment)

    def describe(self, segment: str, language: str = "en") -> str:
        """The rule in words, in English or French (``fr``).

        Raises:
            UnknownNameError: there is no such segment.
        """
        return sentence(rule_of(self.get(segment)), language)

    def method(self, segment: str, language: str = "en") -> Method:
        """How it is kept up to date, and why; the reasons in English or French (``fr``).

        Raises:
            UnknownNameError: there is no such segment.
        """
        return method_in(self.get(segment).body, language)

    def members(self, segment: str, at: Moment | None = None) -> pl.DataFrame:
        """Members now or at a past moment: ``_profile``, ``_profile_id``, ``since``.

        Raises:
            UnknownNameError: there is no such segment.
        """
        self.get(segment)
        return self._parts.log.members(segment, None if at is None else as_instant(at))

    def members_page(
        self, segment: str, *, sort: str = "appeared", cursor: str | None = None, limit: int = PAGE
    ) -> Page:
        """Members now, page by page: ``profile_id``, ``since``. The total is known at once.

        Args:
            segment: id of a published segment.
            sort: ``appeared``, the order in which the profiles appeared, or ``-since``: who entered last comes first.
            cursor: ``next`` of the page before.
            limit: at most so many.

        Raises:
            UnknownNameError: there is no such segment.
            InputError: the order, the cursor or the limit cannot be used.
        """
        self.get(segment)
        return membership.page(self._parts, segment, sort, cursor, limit)

    def statistics(self, segment: str) -> SegmentStatistics:
        """A segment in few numbers: members, growth, who uses it, how it is kept.

        Raises:
            UnknownNameError: there is no such segment.
        """
        found = self.get(segment)
        return membership.statistics(self._parts, found, self.history(segment), self._listing.uses(segment))

    def count(self, segment: str, at: Moment | None = None) -> int:
        """How many members there are, now or at a past moment.

        Raises:
            UnknownNameError: there is no such segment.
        """
        if at is None and self._parts.running:
            self.get(segment)
            return membership.count(self._parts, segment)
        return self.members(segment, at).height

    def history(self, segment: str) -> pl.DataFrame:
        """Per day: ``day``, ``entries``, ``exits``, ``members`` at its end. Days of the time zone in the settings.

        Raises:
            UnknownNameError: there is no such segment.
        """
        self.get(segment)
        return reports.history(self._parts.log, segment, self._parts.settings.zone)

    def forecast(self, segment: str, days: int = 30) -> pl.DataFrame:
        """What time alone will do to it if nothing else happens: ``day``, ``entering`` and ``leaving``, ``members`` at
        its end. Whoever is in it now leaves once, whoever is not enters once: on the day at whose end it is so for the
        first time. Days of the time zone in the settings; the first one is that of the last tick.

        Args:
            segment: id of a published segment.
            days: so many, at most 366.

        Raises:
            UnknownNameError: there is no such published segment.
            InputError: these are too many days, or none.
            WorkspaceError: there was no tick so far.
        """
        if not 1 <= days <= MOST_DAYS:
            raise InputError(f"a forecast has 1 to {MOST_DAYS} days", code="bad-limit", where="days")
        self.get(segment)
        return forecasting.forecast(self._parts, segment, days)

    def sample(self, segment: str, size: int = 10) -> pl.DataFrame:
        """Some members with their attributes and ``_since``; the same ones each time.

        Raises:
            UnknownNameError: there is no such segment.
        """
        self.get(segment)
        return reports.sample(self._parts.log, segment, size)

    def export(self, segment: str, at: Moment | None = None) -> pl.DataFrame:
        """Members with their attributes as they are now: ``profile_id``, ``since`` and a column per attribute.

        Raises:
            UnknownNameError: there is no such segment.
        """
        members = self.members(segment, at)
        attributes = self._parts.log.attributes(profiles=members["_profile"].to_list())
        joined = members.join(attributes, on="_profile", how="left", maintain_order="left")
        return joined.rename({"_profile_id": "profile_id"}).drop("_profile")

    def save(self, segment: str, definition: Mapping[str, Any], *, publish: bool = False) -> Definition:
        """Save a segment as a new version: a draft, unless it is published as well. Nothing happens when nothing
        changed.

        Args:
            segment: its id; a new one, or one there is.
            definition: ``rule``, and ``name``, ``description``, ``evaluation`` where there are any.
            publish: let it count at once.

        Raises:
            DefinitionError: ``problems`` holds everything that is wrong, each with its place. Nothing was changed.
            InputError: it says another id.
        """
        return self._done(applying.save_one(self._parts, self.kind, segment, definition, publish=publish))

    # --- life --------------------------------------------------------------------------------------------

    def publish(self, segment: str) -> Definition:
        """Let the newest version be evaluated: a draft, or a segment that was stopped.

        Raises:
            UnknownNameError: there is no such segment.
            DefinitionError: it was deleted.
        """
        return self._publish(segment)

    def deactivate(self, segment: str) -> Definition:
        """Stop evaluating it; its members leave. It can be published again.

        Raises:
            UnknownNameError: there is no such segment.
            DefinitionError: ``in-use``: others refer to it, the message names them; or it is no published one.
        """
        self._refuse_used(segment, "stopped")
        return self._deactivate(segment)

    def delete(self, segment: str) -> Definition:
        """Take it out of use for good; its members leave, its versions and history stay readable.

        Raises:
            UnknownNameError: there is no such segment.
            DefinitionError: ``in-use``: others refer to it, the message names them.
        """
        self._refuse_used(segment, "deleted")
        return self._delete(segment)

    def _refuse_used(self, segment: str, what: str) -> None:
        self.get(segment)
        users = [user for user in users_of(segment, self._parts.catalogue) if user != f"segment {segment!r}"]
        if users:
            raise DefinitionError(
                f"segment {segment!r} cannot be {what}: it is used by {', '.join(users)}",
                code="in-use",
                hint="change or stop these first",
            )

    def _unknown(self, id: str, hint: str) -> UnknownNameError:
        return UnknownNameError(f"there is no segment {id!r}", code="unknown-segment", hint=hint)
