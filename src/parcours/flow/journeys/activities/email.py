"""E-mail: decides a message for each run and lets it go on at once (journeys.md, section 10).

The content of a delivery holds only values: ``{"profile": {…}, "event": {…}, "qualification": {…}}`` with the
attributes and fields that the templates name (of the event, those that any message of the journey names), as they
were when the message was decided; a part that no template names is left out. The templates themselves do not
change within a version of a journey, so the delivery stage takes them from the published definition.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar

import polars as pl

from parcours.core.errors import DefinitionError, ParcoursError, UnknownNameError, nearest
from parcours.flow.journeys.activities.base import (
    QUALIFICATION_FIELDS,
    Activity,
    Arrivals,
    Edge,
    Moves,
    Names,
    Needs,
    RuleText,
    World,
    everyone,
)
from parcours.flow.journeys.contents import Contents
from parcours.language.templates import parse_template

#: What a template may begin with, besides names it makes itself.
ROOTS = ("profile", "event", "qualification", "journey", "now")
#: The fields that are shown, and where the values of those that are expressions stand among the contents.
_FIELDS, _COMPUTED = ("to", "subject", "body", "html"), "computed"
_VALUE = "{{{{ computed.{} }}}}"
#: Fields of ``journey`` in a template.
JOURNEY_FIELDS = ("id", "version", "run", "activity")


class Email(Activity, frozen=True):
    """A message with a text part, an HTML part, or both. All four fields are Liquid templates, or expressions about
    the profile (``{journey: "…"}``) whose value is the text.

    They may use ``profile.<attribute>``, ``event.<property>`` (of the last event that the run waited for and
    that came), ``qualification.segment``, ``.status`` (enter or exit) and ``.time`` of the change that began the
    run, ``journey.id``, ``.version``, ``.run``, ``.activity``, and ``now``.
    """

    kind: ClassVar[str] = "email"

    to: str | dict[str, Any]
    subject: str | dict[str, Any]
    body: str | dict[str, Any] = ""
    html: str | dict[str, Any] = ""
    then: str | None = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        for setting in ("to", "subject"):
            if _empty(getattr(self, setting)):
                yield DefinitionError(f"{setting!r} is empty", code="missing-setting", where=setting)
        if _empty(self.body) and _empty(self.html):
            yield DefinitionError(
                "the message has no text", code="missing-setting", where="body", hint="give body, html or both"
            )
        for setting, source in self._sources().items():
            if isinstance(getattr(self, setting), str):
                yield from _template_problems(setting, source, names)

    def _sources(self) -> dict[str, str]:
        """The template of each field; of an expression the one that shows its value."""
        written = {name: value for name in _FIELDS if (value := getattr(self, name))}
        return {name: value if isinstance(value, str) else _VALUE.format(name) for name, value in written.items()}

    def rules(self) -> tuple[RuleText, ...]:
        written = {name: getattr(self, name) for name in _FIELDS}
        return tuple(
            RuleText(name, value, usage="text") for name, value in written.items() if not isinstance(value, str)
        )

    def edges(self) -> tuple[Edge, ...]:
        return (Edge("next", self.then, "then"),)

    def needs(self) -> Needs:
        paths = {path for source in self._sources().values() for path in parse_template(source).variables}
        named = {root: frozenset(path[1] for path in paths if path[0] == root and len(path) > 1) for root in ROOTS}
        return Needs(named["profile"], named["event"], named["qualification"])

    def templates(self) -> Mapping[str, str]:
        return {"channel": self.kind, **self._sources()}

    def step(self, arrivals: Arrivals, world: World) -> Moves:
        needs, parts = self.needs(), dict[str, pl.DataFrame | pl.Series]()
        if needs.attributes:
            parts["profile"] = world.attributes(sorted(needs.attributes), arrivals.profile)
        if needs.event and arrivals.heard is not None:
            parts["event"] = arrivals.heard.fill_null("null")
        if arrivals.rules:
            values = (world.values(rule, arrivals.profile).alias(name) for name, rule in arrivals.rules.items())
            parts[_COMPUTED] = pl.DataFrame(list(values))
        if needs.qualification:
            parts["qualification"] = arrivals.qualification().select(sorted(needs.qualification))
        return Moves(everyone(arrivals, 0), channel=self.kind, contents=Contents(len(arrivals), parts))


def _empty(field: str | dict[str, Any]) -> bool:
    return isinstance(field, str) and not field.strip()


def _template_problems(setting: str, source: str, names: Names) -> Iterator[ParcoursError]:
    try:
        template = parse_template(source)
    except DefinitionError as error:
        yield DefinitionError(error.message, code=error.code, where=setting, hint=error.hint, span=error.span)
        return
    for path in sorted(template.variables):
        yield from _variable_problems(setting, path, names)


def _variable_problems(setting: str, path: tuple[str, ...], names: Names) -> Iterator[UnknownNameError]:
    root, attributes = path[0], names.schema.attributes
    known: dict[str, Collection[str]] = {
        "profile": attributes,
        "event": names.heard or (),
        "qualification": QUALIFICATION_FIELDS,
        "journey": JOURNEY_FIELDS,
    }
    if root == "now" or (root == "event" and names.heard is None):
        return
    if root not in known:
        hint = f"write {{{{ profile.{root} }}}}" if root in attributes else nearest(root, ROOTS)
        yield UnknownNameError(f"{root!r} is nothing a message can show", where=setting, hint=hint)
    elif len(path) == 1:
        hint = f"name a field: {{{{ {root}.… }}}}"
        yield UnknownNameError(f"{root!r} alone says too little", where=setting, hint=hint)
    elif path[1] not in known[root]:
        hint = nearest(path[1], known[root]) or "import data that has it first"
        if root == "event" and not names.heard:
            hint = "a journey without wait_for_event has no event to show"
        yield UnknownNameError(f"there is no {_NOUNS[root]} {path[1]!r}", where=setting, hint=hint)


_NOUNS = {
    "profile": "attribute",
    "event": "event property",
    "qualification": "field of the qualification",
    "journey": "field of the journey",
}
