"""The rule tree as plain data (from YAML, JSON or a visual builder) -> the typed tree.

Two steps: this module reads the form and makes an untyped tree, :mod:`parcours.language.check` finds the names
and types. Problems of both are reported together, so that one look at the screen shows them all.
docs/reference/rule-tree.md describes every key.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from parcours.core.schema import DECIMAL, STRING, Schema
from parcours.language.check import Beside, Report, check_condition, check_node, check_row_condition
from parcours.language.check.errors import unknown_event
from parcours.language.check.names import PROFILE_ID
from parcours.language.rules import errors
from parcours.language.rules.conditions import ConditionReader
from parcours.language.rules.form import PROFILE, Rows, Shape
from parcours.language.rules.sequences import SequenceReader
from parcours.language.rules.vocabulary import GROUPS, QUANTIFIERS, SIGNS, SUBJECTS
from parcours.language.tree import Attribute, Literal, Member, Node, Quantifier

#: The keys that say what kind of rule a mapping is.
HEADS = (*GROUPS, "segment", "compare", "sequence", "sample", *QUANTIFIERS, *SUBJECTS)

#: How several segments are named at once: member of any, of all, of none of them.
SEVERAL = ("any", "all", "none")
_SHARE = re.compile(r"\s*(\d{1,3}(?:\.\d+)?)\s*%\s*")

#: How deep rules may be nested; also what stops a rule that contains itself (YAML anchors can write one).
DEPTH_LIMIT = 40
#: How many rules there may be in one; stops what grows by repetition, which YAML anchors can write, too.
SIZE_LIMIT = 10_000


def parse_rule(
    shape: object,
    schema: Schema,
    segments: Collection[str] | None = None,
    where: str = "rule",
    beside: Beside | None = None,
) -> Node:
    """The typed tree of a rule about a profile.

    Args:
        shape: the rule as plain data: mappings, lists, texts, numbers, true, false; nodes where rules may stand.
        schema: the attributes and event types that exist.
        segments: the segments a rule may refer to; ``None`` accepts any.
        where: how problems name the place of the rule.
        beside: what it may read beside the profile; without it ``given`` is what its own ``type`` says.

    Raises:
        DefinitionError: the rule cannot be accepted; ``problems`` holds every problem with its place.
    """
    report = Report()
    node = RuleReader(report, schema).rule(shape, where, PROFILE)
    return check_condition(node, schema, segments, report=report, where=where, beside=beside)


def parse_value(
    shape: object,
    schema: Schema,
    segments: Collection[str] | None = None,
    where: str = "value",
    beside: Beside | None = None,
) -> Node:
    """The typed tree of a VALUE of the rule tree (what stands in ``compare``), of any type.

    Raises:
        DefinitionError: as :func:`parse_rule`.
    """
    report = Report()
    node = RuleReader(report, schema).value(shape, where, PROFILE)
    return check_node(node, schema, segments, report=report, where=where, beside=beside)


def parse_row_rule(shape: object, event: str, schema: Schema, where: str = "where") -> Node:
    """The typed tree of a rule about a single event of type ``event`` (the form of ``where`` in event conditions).

    Raises:
        DefinitionError: the rule cannot be accepted; ``problems`` holds every problem with its place.
    """
    report = Report()
    node = RuleReader(report, schema).rule(shape, where, ("event",))
    return check_row_condition(node, event, schema, report=report, where=where)


class RuleReader(ConditionReader, SequenceReader):
    """Reads rules; every method takes the plain data, its place, and the rows around it (innermost first)."""

    def __init__(self, report: Report, schema: Schema) -> None:
        super().__init__(report)
        self.schema = schema

    def rule(self, shape: object, where: str, rows: Rows) -> Node:
        """The untyped node of one rule; a part with a problem becomes a broken node."""
        self.root = where if self.size == 0 else self.root
        self.size += 1
        if self.size > SIZE_LIMIT or self.depth >= DEPTH_LIMIT:
            return self._too_much()
        if isinstance(shape, Node):  # read already, from another language
            return self.report.mark(shape, where)
        if not isinstance(shape, Mapping):
            return self.report.broken(errors.not_a_mapping(where, shape))
        self.depth += 1
        try:
            return self._by_head(shape, where, rows)
        finally:
            self.depth -= 1

    def _too_much(self) -> Node:
        """Say once that the rule is too large or too deep; nothing more of it is read."""
        root = "rule"
        problem = (
            errors.too_deep(root, DEPTH_LIMIT) if self.depth >= DEPTH_LIMIT else errors.too_large(root, SIZE_LIMIT)
        )
        first = self.size <= SIZE_LIMIT + 1
        self.size = SIZE_LIMIT + 1
        return self.report.broken(problem if first else None)

    def _by_head(self, shape: Shape, where: str, rows: Rows) -> Node:
        heads = [key for key in shape if key in HEADS]
        if not shape:
            return self.report.broken(errors.empty_rule(where))
        if not heads:
            return self.report.broken(errors.no_subject(where, map(str, shape), HEADS))
        if len(heads) > 1:
            return self.report.broken(errors.two_subjects(where, heads))
        head = heads[0]
        if head in GROUPS:
            return self._group(head, shape, where, rows)
        if head == "segment":
            return self._segment(shape, where)
        if head == "compare":
            return self._compare(shape, where, rows)
        if head == "sequence":
            return self.sequence(shape, where, rows)
        if head == "sample":
            return self._sample(shape, where)
        if head in QUANTIFIERS:
            return self._quantifier(head, shape, where, rows)
        return self.condition(head, shape, where, rows)

    def _group(self, key: str, shape: Shape, where: str, rows: Rows) -> Node:
        self.only(shape, (key,), where)
        place, found = f"{where}.{key}", shape[key]
        if key == "not":
            return self.call("not", (self.rule(found, place, rows),), where)
        if not isinstance(found, list | tuple):
            return self.report.broken(
                errors.not_a_list(place, found, f"{key}: [{{segment: silver}}, {{segment: new}}]")
            )
        if not found:
            return self.report.broken(errors.empty_list(place, "rule"))
        parts = tuple(self.rule(part, f"{place}[{number}]", rows) for number, part in enumerate(found))
        joined = parts[0] if len(parts) == 1 else self.call("and" if key == "all" else "or", parts, where)
        return self.call("not", (joined,), where) if key == "none" else joined

    def _segment(self, shape: Shape, where: str) -> Node:
        self.only(shape, ("segment",), where)
        found, place = shape["segment"], f"{where}.segment"
        if not isinstance(found, Mapping):
            name = self.name(found, place, "a segment")
            return self.report.broken(None) if name is None else self.report.mark(Member(name), place)
        keys = [key for key in SEVERAL if key in found]
        if len(keys) != 1 or len(found) != 1:
            return self.report.broken(errors.not_one_of(place, [str(key) for key in found], SEVERAL))
        return self._group(keys[0], {keys[0]: self._memberships(found[keys[0]])}, place, ())

    def _memberships(self, found: object) -> object:
        return [{"segment": name} for name in found] if isinstance(found, list | tuple) else found

    def _sample(self, shape: Shape, where: str) -> Node:
        """A share of all profiles, by a hash of their ids."""
        self.only(shape, ("sample", "seed"), where)
        found = shape["sample"]
        seed = self.name(shape.get("seed", "sample"), f"{where}.seed", "a seed")
        written = _SHARE.fullmatch(found) if isinstance(found, str) else None
        share = None if written is None else float(written[1]) / 100
        if share is None or not 0 <= share <= 1:
            return self.report.broken(errors.bad_share(f"{where}.sample", found))
        id_ = self.report.mark(Attribute((PROFILE_ID,), STRING), where)
        place = self.call("share_of", (id_, Literal(seed or "", STRING)), where)
        return self.call("lt", (place, Literal(share, DECIMAL)), where)

    def event_type(self, name: str, where: str) -> None:
        if name not in self.schema.events:
            self.report.add(unknown_event(where, name, self.schema.events))

    def _compare(self, shape: Shape, where: str, rows: Rows) -> Node:
        self.only(shape, ("compare",), where)
        place, found = f"{where}.compare", shape["compare"]
        example = 'compare: {left: {attribute: visits}, op: ">", right: {attribute: orders}}'
        if not isinstance(found, Mapping):
            return self.report.broken(errors.not_a_mapping(place, found, "a comparison"))
        self.only(found, ("left", "op", "right"), place)
        sides = []
        for side in ("left", "right"):
            if side in found:
                sides.append(self.value(found[side], f"{place}.{side}", rows))
            else:
                self.report.add(errors.missing_key(place, side, example))
        sign = found.get("op")
        if not isinstance(sign, str) or sign not in SIGNS:
            return self.report.broken(errors.bad_sign(f"{place}.op", sign, SIGNS), *sides)
        return self.call(SIGNS[sign], tuple(sides), place) if len(sides) == 2 else self.report.broken(None, *sides)

    def _quantifier(self, key: str, shape: Shape, where: str, rows: Rows) -> Node:
        self.only(shape, (key, "where"), where)
        over = self.list_(shape[key], f"{where}.{key}", rows)
        if "where" not in shape:
            self.report.add(
                errors.missing_key(where, "where", f"{{{key}: items, where: {{field: brand, is: Private}}}}")
            )
            return self.report.broken(None)
        inner = self.rule(shape["where"], f"{where}.where", ("element", *rows))
        if over is None:
            return self.report.broken(None, inner)
        return self.report.mark(Quantifier(QUANTIFIERS[key], over, inner), where)
