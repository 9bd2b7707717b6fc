"""What the parts of conversion share while one portion is turned: the schema as it widens, and what is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec
import polars as pl

from parcours.core.facts import INSTANT
from parcours.core.schema import Kind, Schema, Type
from parcours.flow.ingest.calls import Call
from parcours.flow.ingest.turning.kinds import Column, Misfit, fields_of
from parcours.flow.ingest.turning.letters import PUT_ASIDE, Letters, event_of, payload_of
from parcours.flow.ingest.turning.names import Spelling, property_name
from parcours.flow.ingest.turning.portion import Portion
from parcours.flow.ingest.turning.rules import EventPlan, Rules
from parcours.flow.ingest.turning.shapes import Decoded, NoObjects, decoded

#: What was done against a plan: how often, and one example. ``rejected``: the events became dead letters.
VIOLATION_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "source": pl.String,
    "event": pl.String,
    "property": pl.String,
    "rule": pl.String,
    "rejected": pl.Boolean,
    "count": pl.Int64,
    "example": pl.String,
    "time": INSTANT,
}
_MEND = "mend the value and replay the dead letter; the rest of the call was taken in"


class Work:
    """One portion being turned.

    Attributes:
        portion, calls: what is turned.
        schema: what is known so far; it widens.
        rules: limits and plans.
        letters: what is refused so far.
        erased: who is to be forgotten, with the place of the last call that says so.
    """

    def __init__(self, portion: Portion, schema: Schema, rules: Rules) -> None:
        self.portion, self.calls = portion, portion.calls
        self.schema, self.rules = schema, rules
        self.letters = Letters()
        self.erased: dict[str, int] = {}
        self._violations: Counter[tuple[int, str, str, str, bool]] = Counter()
        self._examples: dict[tuple[int, str, str, str, bool], str] = {}

    def not_erased(self, places: list[int]) -> list[int]:
        """Without what came before the erasure of its person."""
        if not self.erased:
            return places
        return [place for place in places if self.erased.get(whom(self.calls[place]), -1) < place]

    def objects(self, places: list[int], name: str) -> tuple[list[int], list[Decoded]]:
        """An object of each call decoded; calls in which it is none are refused."""
        try:
            return places, decoded([getattr(self.calls[place], name) for place in places])
        except NoObjects as problem:
            for at, reason in problem.reasons.items():
                reason = f"{name} cannot be read: {reason}"
                self.refuse(places[at], name, "bad-json", reason, f"send {name} as a JSON object")
            good = [at for at in range(len(places)) if at not in problem.reasons]
            return [places[at] for at in good], [problem.objects[at] for at in good]

    def columns(
        self, objects: Sequence[Decoded], known: Mapping[str, Type]
    ) -> tuple[dict[str, Column], list[Misfit], Spelling]:
        """The properties of objects, column by column; those that say nothing are left out."""
        spelling = Spelling(known, property_name)
        columns, misfits = fields_of(objects, spelling.of, dict(known), self.rules.properties)
        return {name: part for name, part in columns.items() if part.type.kind is not Kind.NULL}, misfits, spelling

    # --- plans -----------------------------------------------------------------------------------------

    def planned(self, event: str, places: list[int], objects: list[Decoded]) -> tuple[list[int], list[Decoded]]:
        """What of it a plan lets in."""
        plan = self.rules.plans.get(event)
        if plan is None:
            return places, objects
        kept = [at for at, place in enumerate(places) if self._lets_in(plan, event, place, objects[at])]
        return [places[at] for at in kept], [objects[at] for at in kept]

    def _lets_in(self, plan: EventPlan, event: str, place: int, held: Decoded) -> bool:
        violations = plan.check(held or {})
        rejected = bool(violations) and plan.mode == "reject"
        for violation in violations:
            self.violated(place, event, violation.property, violation.rule, rejected)
        if rejected:
            first = violations[0]
            more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
            reason = f"{first.property or event}: {first.message} (rule {first.rule!r}){more}"
            hint = "mend the dead letter and replay it, or change the tracking plan"
            self.refuse(place, first.property or None, "violates-plan", reason, hint)
        return not rejected

    def violated(self, place: int, event: str, property: str, rule: str, rejected: bool) -> None:
        """Something was done against a plan."""
        key = (self.portion.origins[place], event, property, rule, rejected)
        self._violations[key] += 1
        if key not in self._examples:
            self._examples[key] = payload_of(self.calls[place])

    def violations(self) -> pl.DataFrame:
        """What was done against plans, with :data:`VIOLATION_COLUMNS`: a row a source, event, property and rule."""
        records = self.portion.records
        rows = [
            (records[origin].source, event, name, rule, rejected, count, self._examples[key], records[origin].received)
            for key, count in self._violations.items()
            for origin, event, name, rule, rejected in [key]
        ]
        frame = pl.DataFrame(rows, schema={**VIOLATION_COLUMNS, "time": pl.Int64}, orient="row")
        return (
            frame.group_by("source", "event", "property", "rule", "rejected", maintain_order=True)
            .agg(pl.col("count").sum(), pl.col("example").first(), pl.col("time").max().cast(INSTANT))
            .select(list(VIOLATION_COLUMNS))
        )

    # --- letters ---------------------------------------------------------------------------------------

    def refuse(self, place: int, column: str | None, code: str, reason: str, hint: str) -> None:
        """A call is not taken in."""
        call, record, row = self.calls[place], self.portion.record(place), self.portion.row(place)
        self.letters.add(record, row, column, code, reason, hint, payload_of(call), event_of(call))

    def set_aside(self, place: int, bad: Misfit, alone: Call | None = None) -> None:
        """A call is taken in but for one value. ``alone``: the call that brings just this value."""
        call = alone or msgspec.structs.replace(self.calls[place], id=self.portion.id(place))
        record, row = self.portion.record(place), self.portion.row(place)
        self.letters.add(record, row, bad.path, PUT_ASIDE, bad.reason, _MEND, payload_of(call), event_of(call))


def whom(call: Call) -> str:
    """The id of the profile that a call is about."""
    return call.user or call.anonymous
