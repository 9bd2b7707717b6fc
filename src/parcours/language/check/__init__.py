"""Names and types: from the untyped tree that a front end reads to the typed tree that everything else works on.

All problems of a rule are collected and raised together, each with its place and a hint.
"""

from __future__ import annotations

from collections.abc import Collection

from parcours.core.schema import Schema
from parcours.language.check.checker import Checker
from parcours.language.check.names import Beside, Row, events_type
from parcours.language.check.report import Report
from parcours.language.tree import Node

__all__ = ["Beside", "Checker", "Report", "Row", "check_condition", "check_node", "check_row_condition", "events_type"]


def check_condition(
    node: Node,
    schema: Schema,
    segments: Collection[str] | None = None,
    *,
    report: Report | None = None,
    where: str = "rule",
    beside: Beside | None = None,
) -> Node:
    """The typed form of a node that must be true or false for a profile.

    The node may be untyped, or typed against an older schema: its types are found anew. ``report`` brings the places
    of nodes and the problems that a front end has already found, ``beside`` what the rule may read beside the profile.

    Raises:
        DefinitionError: the rule cannot be accepted; ``problems`` holds every problem with its place.
    """
    report = report or Report()
    typed = Checker(schema, segments, report, beside).condition(node, where)
    return _finished(typed, report, where)


def check_node(
    node: Node,
    schema: Schema,
    segments: Collection[str] | None = None,
    *,
    report: Report | None = None,
    where: str = "expression",
    beside: Beside | None = None,
) -> Node:
    """The typed form of a node with a value of any type.

    Raises:
        DefinitionError: as :func:`check_condition`.
    """
    report = report or Report()
    typed = Checker(schema, segments, report, beside).check(node, where)
    return _finished(typed, report, where)


def check_row_condition(
    node: Node, event: str, schema: Schema, *, report: Report | None = None, where: str = "where"
) -> Node:
    """The typed form of a node that must be true or false for a single event of type ``event``.

    Raises:
        DefinitionError: as :func:`check_condition`.
    """
    report = report or Report()
    checker = Checker(schema, (), report)
    row = checker.names.event(event, where)
    typed = None if row is None else checker.condition(node, where, (row,))
    return _finished(typed, report, where)


def _finished(typed: Node | None, report: Report, where: str) -> Node:
    report.finish(where)
    assert typed is not None, "a rule without problems has a tree"
    return typed
