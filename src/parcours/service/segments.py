"""``workspace.segments``: the segments, their members now and in the past, and what moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from parcours.core.clock import instant
from parcours.core.errors import DefinitionError, UnknownNameError, nearest
from parcours.language.sentence import sentence
from parcours.service import reports
from parcours.service.definitions import rule_of, users_of
from parcours.store.catalogue import Definition, State

if TYPE_CHECKING:
    from parcours.service.wiring import Parts

Moment = str | datetime | int


def as_instant(moment: Moment) -> int:
    """Microseconds of a moment given as text, ``datetime`` or microseconds.

    Raises:
        InputError: the text is no date or time.
    """
    return moment if isinstance(moment, int) else instant(moment)


class Segments:
    """The segments of a workspace. Made by the workspace; frames are Polars frames."""

    def __init__(self, parts: Parts, changed: Callable[[], None]) -> None:
        self._parts = parts
        self._changed = changed

    def list(self) -> pl.DataFrame:
        """All segments but deleted ones: ``segment``, ``name``, ``state``, ``version``, ``members``, ``entries``,
        ``exits``, ``last_change``."""
        shapes = [
            {"segment": item.id, "name": item.name, "state": str(item.state), "version": item.version}
            for item in self._parts.catalogue.list("segment")
        ]
        names = {"segment": pl.String, "name": pl.String, "state": pl.String, "version": pl.Int64}
        known = pl.DataFrame(shapes, schema=names)
        counted = known.join(reports.segment_totals(self._parts.log), on="segment", how="left", maintain_order="left")
        return counted.with_columns(pl.col("members", "entries", "exits").fill_null(0))

    def get(self, segment: str) -> Definition:
        """A segment with its newest version; deleted ones too.

        Raises:
            UnknownNameError: there is no such segment.
        """
        known = [item.id for item in self._parts.catalogue.list("segment", list(State))]
        if segment not in known:
            raise UnknownNameError(
                f"there is no segment {segment!r}", code="unknown-segment", hint=nearest(segment, known) or _NONE
            )
        return self._parts.catalogue.get("segment", segment)

    def describe(self, segment: str, language: str = "en") -> str:
        """The rule in words, in English or French (``fr``).

        Raises:
            UnknownNameError: there is no such segment.
        """
        return sentence(rule_of(self.get(segment)), language)

    def members(self, segment: str, at: Moment | None = None) -> pl.DataFrame:
        """Members now or at a past moment: ``_profile``, ``_profile_id``, ``since``.

        Raises:
            UnknownNameError: there is no such segment.
        """
        self.get(segment)
        return self._parts.log.members(segment, None if at is None else as_instant(at))

    def count(self, segment: str, at: Moment | None = None) -> int:
        """How many members there are, now or at a past moment.

        Raises:
            UnknownNameError: there is no such segment.
        """
        return self.members(segment, at).height

    def history(self, segment: str) -> pl.DataFrame:
        """Per day: ``day``, ``entries``, ``exits``, ``members`` at its end. Days of the time zone in the settings.

        Raises:
            UnknownNameError: there is no such segment.
        """
        self.get(segment)
        return reports.history(self._parts.log, segment, self._parts.settings.zone)

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

    # --- life --------------------------------------------------------------------------------------------

    def publish(self, segment: str) -> Definition:
        """Let the newest version be evaluated: a draft, or a segment that was stopped.

        Raises:
            UnknownNameError: there is no such segment.
            DefinitionError: it was deleted.
        """
        self.get(segment)
        done = self._parts.catalogue.publish("segment", segment, at=self._parts.clock.now())
        self._changed()
        return done

    def deactivate(self, segment: str) -> Definition:
        """Stop evaluating it; its members leave. It can be published again.

        Raises:
            UnknownNameError: there is no such segment.
            DefinitionError: ``in-use``: others refer to it, the message names them; or it is no published one.
        """
        self._refuse_used(segment, "stopped")
        done = self._parts.catalogue.deactivate("segment", segment, at=self._parts.clock.now())
        self._changed()
        return done

    def delete(self, segment: str) -> Definition:
        """Take it out of use for good; its members leave, its versions and history stay readable.

        Raises:
            UnknownNameError: there is no such segment.
            DefinitionError: ``in-use``: others refer to it, the message names them.
        """
        self._refuse_used(segment, "deleted")
        done = self._parts.catalogue.delete("segment", segment, at=self._parts.clock.now())
        self._changed()
        return done

    def _refuse_used(self, segment: str, what: str) -> None:
        self.get(segment)
        users = [user for user in users_of(segment, self._parts.catalogue) if user != f"segment {segment!r}"]
        if users:
            raise DefinitionError(
                f"segment {segment!r} cannot be {what}: it is used by {', '.join(users)}",
                code="in-use",
                hint="change or stop these first",
            )


_NONE = "parcours apply FOLDER publishes definitions"
