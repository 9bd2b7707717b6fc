"""Rules and expressions without a workspace: checked against a schema, printed, formatted, evaluated for a context."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import yaml

from parcours.core.clock import Clock, SystemClock
from parcours.core.errors import DefinitionError, InputError, nearest
from parcours.core.schema import Kind, Schema, Type
from parcours.language import pql
from parcours.language.contexts import journey_context, pql_context, profile_context
from parcours.language.filters.parse import parse as parse_filter
from parcours.language.frontends import FRONT_ENDS, TREE, front_end, print_in, read_rule, showing
from parcours.language.functions.declaration import Value
from parcours.language.functions.iso import duration_text, moment_text
from parcours.language.functions.untyped import type_of_value, untyped
from parcours.language.journey.parse import parse as parse_journey
from parcours.language.journey.read import read as read_journey
from parcours.language.method import Method, evaluation_method
from parcours.language.reference import evaluate as value_of
from parcours.language.rules.simple import Beyond, beyond_simple
from parcours.language.sentences.writer import sentence
from parcours.language.tree import Node

#: Endings of files that hold one rule, and its language.
ENDINGS: Mapping[str, str] = {".pql": "pql", ".journey": "journey"}
#: What only the journey language writes.
_JOURNEY_SIGNS = ("@{", "#{", "@action{", "@event{", "==")
_PARSERS: Mapping[str, Callable[[str], object]] = {"journey": parse_journey, "pql": pql.parse, "filter": parse_filter}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was accepted, whatever language it was written in. Equal rules are equal.

    Attributes:
        node: its typed tree.
        lang: language of what is said about it: ``en`` or ``fr``.
    """

    node: Node
    lang: str = field(default="en", compare=False)

    def describe(self, language: str | None = None) -> str:
        """The rule as a sentence in English or French (``fr``)."""
        return sentence(self.node, language or self.lang)

    def written(self, language: str) -> object:
        """The rule in another language: a text, or plain data for ``tree`` and ``filter``.

        Raises:
            DefinitionError: there is no such language; or it cannot say this (``not-expressible``), the message names
                the part.
        """
        return print_in(self.node, language)

    @property
    def method(self) -> Method:
        """How the rule would be kept up to date as the rule of a segment, and why."""
        return evaluation_method(self.node, language=self.lang)

    @property
    def beyond_simple(self) -> list[Beyond]:
        """The parts that an editor of lists and groups cannot show; empty: it can show all of it."""
        return beyond_simple(self.node)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What an expression gave.

    Attributes:
        value: the value in Python: bool, int, float, str, date, datetime, timedelta, list, dict or ``None``.
        type: its type; where the expression says less, what the value shows.
        node: the typed tree.
    """

    value: Value
    type: Type
    node: Node

    def to_json(self) -> dict[str, object]:
        """Type and value as plain data; times and lengths of time are ISO texts."""
        return {"type": str(self.type), "value": _plain(self.value)}


def _plain(value: Value) -> object:
    match value:
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case date():
            return moment_text(value)
        case timedelta():
            return duration_text(value)
        case _:
            return value


def check(
    rule: object, schema: Schema, *, segments: Collection[str] | None = None, language: str | None = None
) -> Rule:
    """Check a rule about a profile.

    Args:
        rule: a text in ``language``, or plain data: a rule tree, or one that names its language (``{"pql": "…"}``).
        schema: the attributes and event types there are.
        segments: the segments a rule may name; ``None`` accepts any.
        language: ``journey``, ``pql``, ``filter`` or ``tree``.

    Raises:
        DefinitionError: the rule cannot be accepted; ``problems`` holds all that is wrong, each with its code, place
            (``where``), range in the text (``span``), and a hint.
    """
    return Rule(read_rule(rule, schema, segments, language=language))


def format(text: str, language: str) -> str:
    """A text of ``journey``, ``pql`` or ``filter`` in its usual layout. Formatting it again changes nothing.

    Raises:
        DefinitionError: the text cannot be read, or the language has no texts.
    """
    format_text = front_end(language).format
    if format_text is None:
        raise DefinitionError(f"{language} has no texts", code="no-layout", hint="journey, pql and filter have")
    with showing(text, "expression"):
        return format_text(text)


def parse(text: str, language: str) -> None:
    """Look at the form of a text only, not at names and types.

    Raises:
        DefinitionError: the text is not in the grammar.
    """
    if language not in _PARSERS:
        raise _no_language(language)
    with showing(text, "expression"):
        _PARSERS[language](text)


def evaluate(
    expression: object, context: Mapping[str, object], *, language: str | None = None, clock: Clock | None = None
) -> Evaluated:
    """Evaluate an expression once, for values given as JSON.

    Args:
        expression: a text (its language is guessed where only one fits), or plain data of ``tree`` or ``filter``.
        context: what it may read. For ``journey`` any of ``events``, ``datasources``, ``journey``, ``actions``,
            ``segments``, ``types``, ``now``; else any of ``profile``, ``events``, ``params``, ``segments``, ``now``.
        language: ``journey``, ``pql``, ``filter`` or ``tree``.
        clock: where ``now`` comes from when the context does not say it; by default the machine's clock.

    Raises:
        DefinitionError: the expression cannot be accepted.
        InputError: the context is not of this form.
        EvaluationError: the expression has no value for these values.
    """
    name = language or guess(expression, context)
    if name not in FRONT_ENDS:
        raise _no_language(name)
    if name == "journey":
        journey = journey_context(context, _chance)
        with showing(expression, "expression"):
            node = read_journey(_text(expression), journey.scope)
        person, now = journey.person, journey.now
    elif name == "pql":
        query = pql_context(context)
        with showing(expression, "expression"):
            node = pql.read(_text(expression), query.scope, where="expression")
        person, now = query.person, query.now
    else:
        profile = profile_context(context)
        node = read_rule(expression, profile.scope, language=name)
        person, now = profile.person, profile.now
    value = value_of(node, person, (clock or SystemClock()).now() if now is None else now)
    return Evaluated(value, type_of_value(value) if _unknown(node.type) and value is not None else node.type, node)


def _unknown(type_: Type) -> bool:
    return untyped(type_) or type_.kind is Kind.NULL


def _chance(kind: str, site: int) -> Value:
    return random.random() if kind == "random" else str(uuid.uuid4())


def guess(expression: object, context: Mapping[str, object] | None = None) -> str:
    """The language that something is written in: plain data is a rule tree, a text what only one grammar accepts.

    What both accept is read as the context is made: of a profile (``pql``), or else of a journey. What neither accepts
    is the one that it looks like, so that its problems can be shown.

    Raises:
        InputError: it could be either (code ``no-language``).
    """
    if not isinstance(expression, str):
        return TREE
    found = [name for name in ("journey", "pql") if _parses(expression, name)]
    if len(found) == 1:
        return found[0]
    if found and context is not None:
        return "pql" if not {"profile", "params"}.isdisjoint(context) else "journey"
    if not found:
        return "journey" if any(sign in expression for sign in _JOURNEY_SIGNS) else "pql"
    raise InputError(
        "the text could be of several languages",
        code="no-language",
        hint="name it: --language journey, pql, filter or tree",
    )


def _parses(text: str, language: str) -> bool:
    try:
        parse(text, language)
    except DefinitionError:
        return False
    return True


def _text(expression: object) -> str:
    if isinstance(expression, str):
        return expression
    raise InputError(f"expected a text, found {expression!r:.60}", code="not-a-text")


def _no_language(name: str) -> DefinitionError:
    return DefinitionError(f"there is no language {name!r}", code="unknown-language", hint=nearest(name, FRONT_ENDS))


# --- what is written on a command line or in a file ------------------------------------------------------


def as_written(text: str, language: str | None) -> object:
    """What a text on a command line stands for: plain data (YAML or JSON) of a tree or filters, else the text itself.

    Raises:
        DefinitionError: it is broken YAML.
    """
    data = language in (TREE, "filter") or (language is None and text.lstrip().startswith("{"))
    if not data:
        return text
    try:
        found: object = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"expression:{mark.line + 1}:{mark.column + 1}" if mark else "expression"
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise DefinitionError(str(problem), code="broken-file", where=where) from None
    return found


def from_file(path: Path) -> tuple[str, str]:
    """The text of a file that holds one rule, and its language.

    Raises:
        InputError: it cannot be read, or its ending names no language.
    """
    if path.suffix not in ENDINGS:
        endings = ", ".join(ENDINGS)
        raise InputError(
            "the ending of the file names no language",
            code="no-language",
            where=str(path),
            hint=f"files with one rule end in {endings}; definitions in .yaml or .json",
        )
    try:
        return path.read_text("utf-8-sig"), ENDINGS[path.suffix]
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise InputError(f"the file cannot be read: {reason}", code="unreadable-file", where=str(path)) from None
