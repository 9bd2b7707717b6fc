"""``workspace.identities``: all the ids of a profile, and profiles that turn out to be one person, or two."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from parcours.core.errors import InputError, UnknownNameError
from parcours.core.facts import INSTANT
from parcours.service import reports
from parcours.service.wiring import Parts

#: What a merge that somebody asks for is to the log (``LINK_KINDS``).
MERGE = "merge"


class Identities:
    """Several ids, one profile. Whatever takes the id of a profile takes any of them.

    Links between ids come with requests (identify, alias, merge), or are asked for here. They are kept in the inbox and
    apply with the next tick; in a workspace that stands still at once.
    """

    def __init__(self, parts: Parts, catch_up: Callable[[], None]) -> None:
        self._parts = parts
        self._catch_up = catch_up

    def of(self, profile: str) -> list[str]:
        """All ids of a profile: what it is called, then the others, sorted.

        Args:
            profile: any of its ids.

        Raises:
            UnknownNameError: nobody has this id.
        """
        return reports.all_ids(self._parts.log, str(profile))

    def resolve(self, ids: Sequence[str]) -> pl.DataFrame:
        """Whom each of these ids leads to: ``id``, and ``profile``, what that profile is called; null: nobody."""
        return self._parts.log.resolve([str(id_) for id_ in ids]).select("id", profile="_profile_id")

    def history(self, profile: str | None = None) -> pl.DataFrame:
        """Profiles that became part of others, the first ones first.

        Args:
            profile: any id of a profile; without it, all merges.

        Returns:
            ``merge`` (its id), ``profile`` (what was joined was called), ``into``, ``time`` (when it was said),
            ``merged`` (when it was done), ``reason`` (``identify``, ``alias``, ``merge``), ``message_id``,
            ``unmerged`` (when it was taken back; else null) and ``events`` (how many went over).

        Raises:
            UnknownNameError: nobody has this id.
        """
        log = self._parts.log
        numbers = None if profile is None else log.parts_of(reports.profile_number(log, str(profile)))
        return log.merges(numbers).rename({"_profile_id": "profile", "into_id": "into", "_time": "time"})

    def merge(self, profile: str, into: str) -> None:
        """Two profiles are one person: all of ``profile`` becomes part of ``into``.

        Events, memberships, runs of journeys and what was sent go over; attributes do where ``into`` has none. Nobody
        enters or leaves a segment, or a journey, by being merged. It can be taken back: :meth:`unmerge`.

        Args:
            profile, into: any id of each; ``into`` stays what the person is called. Of one profile, nothing happens.

        Raises:
            UnknownNameError: nobody has one of these ids.
            WorkspaceError: the disk is full, or cannot be written.
        """
        known = self.resolve([profile, into])
        for id_ in known.filter(pl.col("profile").is_null())["id"].to_list():
            reports.profile_number(self._parts.log, id_)
        if known["profile"].n_unique() == 1:
            return
        self._parts.inbox.put_links(links([(str(profile), str(into))]))
        self._catch_up()

    def unmerge(self, merge: str) -> None:
        """Take a merge back: the profile that became part of another one is its own again.

        It has the events, attributes and runs of journeys again that it brought, and events that came under its ids
        since then. Memberships of both are evaluated anew; journeys hear nothing of that. Runs that ended because
        there were two of them stay ended. What was changed for the joint profile since then stays with that.

        Args:
            merge: its id, as in :meth:`history`.

        Raises:
            UnknownNameError: there is no such merge.
            InputError: it was taken back before.
            WorkspaceError: the disk is full, or cannot be written.
        """
        known = self._parts.log.merges().filter(pl.col("merge") == str(merge))
        if not known.height:
            raise UnknownNameError(
                f"there is no merge {merge!r}", code="unknown-merge", hint="look it up: parcours identities history"
            )
        if known["unmerged"].null_count() == 0:
            raise InputError(f"merge {merge!r} was taken back before", code="unmerged", where=str(merge))
        self._parts.inbox.put_unmerges([str(merge)])
        self._catch_up()


def links(pairs: Sequence[tuple[str, str]], message_id: str | None = None) -> pl.DataFrame:
    """Merges asked for, as links: pairs of ids, the one that becomes part of the other first."""
    rows = [{"id": id_, "into": into, "kind": MERGE, "message_id": message_id} for id_, into in pairs]
    schema = {"id": pl.String, "into": pl.String, "kind": pl.String, "message_id": pl.String}
    return pl.DataFrame(rows, schema=schema).with_columns(pl.lit(None, INSTANT).alias("_time"))
