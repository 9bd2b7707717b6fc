"""``workspace.segments``: the segments, their members now and in the past, and what moved."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from parcours.core.clock import instant
from parcours.core.errors import DefinitionError, UnknownNameError
from parcours.language.method import Method
from parcours.language.sentences.writer import sentence
from parcours.service import reports
from parcours.service.defined import Defined
from parcours.service.definitions import method_in, rule_of, users_of
from parcours.store.catalogue import Definition

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

    def list(self) -> pl.DataFrame:
        """All segments but deleted ones: ``segment``, ``name``, ``state``, ``version``, ``members``, ``entries``,
        ``exits``, ``last_change``."""
        return self._with_counts(reports.segment_totals(self._parts.log), "members", "entries", "exits")

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
