"""What all activities share that send a message: they decide it for each run and let the run go on at once.

The content of a delivery holds only values: ``{"profile": {…}, "event": {…}, …}`` with what the templates name, as it
was when the message was decided; a part that no template names is left out. The templates themselves do not change
within a version of a journey, so the delivery stage takes them from the published definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, TypeAlias

import msgspec
import polars as pl

from parcours.core.errors import DefinitionError, ParcoursError
from parcours.flow.journeys.activities.arriving import Arrivals, Needs
from parcours.flow.journeys.activities.base import Activity, Edge, Moves, Names, RuleText, Targets, edge, everyone
from parcours.flow.journeys.activities.calls import error_edge
from parcours.flow.journeys.activities.shown import needs_of, plain_path, shown_value, template_problems
from parcours.flow.journeys.activities.values import expressions, json_object
from parcours.flow.journeys.contents import Contents
from parcours.flow.journeys.pressure.rule_sets import unknown_rule_sets

_WRITTEN = {"anyOf": [{"type": "string"}, {"type": "object"}]}
#: A field of a message as it is written: a Liquid template, or an expression whose value is the text.
Text: TypeAlias = Annotated[Any, msgspec.Meta(extra_json_schema=_WRITTEN)]
Parts: TypeAlias = dict[str, pl.DataFrame | pl.Series]
#: Where the values of fields that are expressions stand among the contents.
_COMPUTED = "computed"


class Message(Activity, frozen=True, kw_only=True):
    """A message. Its fields are Liquid templates, or expressions (``{journey: "…"}``) whose value is the text.

    Templates may use ``profile.<attribute>``, ``event.<property>`` (of the last event that the run heard),
    ``events.<event>.<property>`` (of the last event of that type), ``action.<activity>.<field>`` and
    ``source.<name>.<field>`` of answers, ``qualification.segment``, ``.status`` (enter or exit) and ``.time`` of the
    change that began the run, ``values.<name>`` (constants or expressions given here), ``journey.id``, ``.version``,
    ``.run``, ``.activity``, and ``now``.

    ``rule_sets`` names the rules (caps, quiet hours) that count for it beside those for all; of a ``transactional``
    message none counts, only consent and suppression do.
    """

    acts: ClassVar[bool] = True
    #: The fields that are shown, those of them that must not be empty, and the one that says where it goes.
    shown: ClassVar[tuple[str, ...]] = ()
    needed: ClassVar[tuple[str, ...]] = ()
    address: ClassVar[str] = "to"

    values: dict[str, Any] = msgspec.field(default_factory=dict)
    rule_sets: tuple[str, ...] = ()
    transactional: bool = False
    then: Targets = None
    on_error: Targets = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        for setting in self.needed:
            if is_empty(getattr(self, setting)):
                yield DefinitionError(f"{setting!r} is empty", code="missing-setting", where=setting)
        for setting, text in self.fields().items():
            if isinstance(text, str):
                yield from template_problems(setting, text, names, self.values)
        yield from rule_set_problems(self.rule_sets, names)

    def fields(self) -> dict[str, Text]:
        """What is written, by the name of the field."""
        return {name: text for name in self.shown if (text := getattr(self, name))}

    def sources(self) -> dict[str, str]:
        """The template of each field; of an expression the one that shows its value."""
        written = self.fields()
        return {name: text if isinstance(text, str) else shows(name) for name, text in written.items()}

    def rules(self) -> tuple[RuleText, ...]:
        return self.rules_at("")

    def rules_at(self, prefix: str) -> tuple[RuleText, ...]:
        """The expressions of a message that is written at ``prefix``, for example ``messages.email.``."""
        texts = (
            RuleText(prefix + name, text, usage="text")
            for name, text in self.fields().items()
            if not isinstance(text, str)
        )
        return (*texts, *expressions(f"{prefix}values", self.values))

    def edges(self) -> tuple[Edge, ...]:
        return (edge("next", self.then, "then"), *error_edge(self.on_error))

    def needs(self) -> Needs:
        return needs_of(self.sources().values())

    def templates(self) -> Mapping[str, str]:
        return {"channel": self.kind, **self.sources()}

    def pressed(self) -> tuple[str, tuple[str, ...], bool] | None:
        return self.kind, self.rule_sets, self.transactional

    def addresses(self, arrivals: Arrivals) -> pl.Series | None:
        return self.addresses_at("", arrivals)

    def addresses_at(self, prefix: str, arrivals: Arrivals) -> pl.Series | None:
        """As :meth:`addresses`, of a message that is written at ``prefix``."""
        written = self.fields().get(self.address, "")
        if not isinstance(written, str):
            found = arrivals.value(prefix + self.address).cast(pl.String)
        elif (path := plain_path(written)) is None or path[0] not in ("profile", "event", "events", "action", "source"):
            return None
        else:
            found = shown_value(arrivals.contents(needs_of([written])), path, len(arrivals))
        return found.set(found.str.strip_chars() == "", None)

    def step(self, arrivals: Arrivals) -> Moves:
        contents = Contents(len(arrivals), self.parts(arrivals))
        return Moves(everyone(arrivals, 0), channel=self.kind, contents=contents)

    def parts(self, arrivals: Arrivals, prefix: str = "") -> Parts:
        """The parts of the contents of all messages."""
        parts = dict(arrivals.contents(self.needs()))
        computed = self.computed(arrivals, prefix)
        if computed:
            parts[_COMPUTED] = pl.DataFrame(computed)
        if self.values:
            parts["values"] = json_object(arrivals, f"{prefix}values", self.values)
        return parts

    def computed(self, arrivals: Arrivals, prefix: str) -> list[pl.Series]:
        """The texts of the fields that are expressions, by the name of the field."""
        written = self.fields()
        return [
            arrivals.value(prefix + name).alias(name) for name, text in written.items() if not isinstance(text, str)
        ]


def shows(name: str) -> str:
    """The template that shows a text of :meth:`Message.computed`."""
    return f'{{{{ {_COMPUTED}["{name}"] }}}}'


def is_empty(text: Text) -> bool:
    """Whether nothing is written in a field."""
    return not text.strip() if isinstance(text, str) else text in (None, {})


def rule_set_problems(rule_sets: tuple[str, ...], names: Names) -> Iterator[ParcoursError]:
    """Rule sets that do not exist."""
    if names.rule_sets is not None:
        yield from unknown_rule_sets(rule_sets, names.rule_sets, "rule_sets")
