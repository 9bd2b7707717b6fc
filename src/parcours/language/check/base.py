"""What the parts of the checker share: the names, the report, and the two questions asked of every node."""

from __future__ import annotations

from collections.abc import Collection

from parcours.core.schema import BOOLEAN, Schema
from parcours.language.check import errors
from parcours.language.check.names import Beside, Names, Row
from parcours.language.check.report import Report
from parcours.language.tree import Node


class Base:
    """Checks against one schema and one set of segments. ``rows`` are the rows around a node, innermost first.

    A method returns the typed node, or ``None`` when something below is wrong: then the problem is in the report, and
    the parts beside it are still checked.
    """

    def __init__(
        self, schema: Schema, segments: Collection[str] | None, report: Report, beside: Beside | None = None
    ) -> None:
        self.names = Names(schema, segments, report, beside)
        self.report = report

    def check(self, node: Node, where: str, rows: tuple[Row, ...] = ()) -> Node | None:
        """The typed node."""
        raise NotImplementedError

    def condition(self, node: Node, where: str, rows: tuple[Row, ...] = ()) -> Node | None:
        """The typed node, which must be true or false."""
        typed = self.check(node, where, rows)
        if typed is None or typed.type == BOOLEAN:
            return typed
        self.report.add(errors.not_a_condition(self.report.where(node, where), typed.type, typed.type.numeric))
        return None

    def outside_events(self, rows: tuple[Row, ...], where: str, what: str) -> bool:
        """Whether the rule is about the profile: events are filtered on their own, without their profile."""
        if any(row.is_event for row in rows):
            self.report.add(errors.profile_in_row(where, what))
            return False
        return True
