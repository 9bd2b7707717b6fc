"""Liquid templates: the text of messages with the fields of a person in it.

Templates are shared by two stages that must not see each other: journeys check them and ask which fields
they name, delivery renders them. A field that is not there renders as nothing. ``{{ 'now' | date: … }}`` is
the instant the message was decided at, never the clock of the machine, so a message renders the same however
often it is tried. Templates cannot include others, and the size and number of steps of a rendering are bounded.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from datetime import datetime

from liquid import Environment, RenderContext
from liquid.builtin.filters.misc import date as date_filter
from liquid.exceptions import LiquidError, ResourceLimitError
from liquid.filter import liquid_filter, with_context
from liquid.template import BoundTemplate

from parcours.core.clock import as_datetime
from parcours.core.errors import DefinitionError, DeliveryError, Span, nearest

#: Name under which the instant of decision stands among the values of a rendering.
NOW = "now"


#: Bytes of a text, elements of a list, and digits of a number that a template may make.
_LONGEST, _MOST, _DIGITS = 2_000_000, 100_000, 1_000


class _Environment(Environment):
    """Liquid with bounds: steps of loops, bytes of output and of variables, depth of nesting, results of filters."""

    loop_iteration_limit = 20_000
    output_stream_limit = _LONGEST
    local_namespace_limit = 2 * _LONGEST
    context_depth_limit = 30

    def setup_tags_and_filters(self, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        for tag in ("include", "render"):
            self.tags.pop(tag, None)
        self.add_filter("date", _date)
        self.filters = {name: _bounded(name, function) for name, function in self.filters.items()}


def _bounded(name: str, function: Callable[..., object]) -> Callable[..., object]:
    """The same filter, which refuses to take or make what is too large: a few steps of doubling fill any memory."""

    @functools.wraps(function)
    def bounded(*given: object, **named: object) -> object:
        sizes = [_size(value) for value in given]
        if name in _MULTIPLYING and len(given) > 1:
            rest = max(sizes[1:])
            _check(sizes[0] + (rest * (sizes[0] + 1) if rest > 1 else 0))
        found = function(*given, **named)
        _size(found)
        return found

    return bounded


#: Filters that put an argument in many places of what they are given.
_MULTIPLYING = frozenset({"replace", "join"})


def _size(value: object) -> int:
    """Characters of a value, about; a list's elements count, too.

    Raises:
        ResourceLimitError: it is too large.
    """
    if isinstance(value, str):
        return _check(len(value))
    if isinstance(value, list | tuple | range):
        _check(len(value), _MOST)
        return _check(len(value) if isinstance(value, range) else sum(map(_size, value)) + len(value))
    if isinstance(value, int):
        _check(value.bit_length(), 3 * _DIGITS)
    return 1


def _check(size: int, most: int = _LONGEST) -> int:
    if size > most:
        raise ResourceLimitError("what it makes is too large", token=None)
    return size


@with_context
@liquid_filter
def _date(value: object, fmt: str, *, context: RenderContext) -> str:
    """Liquid's ``date``, with the instant of decision for ``now`` and ``today``."""
    moment = context.resolve(NOW) if value in ("now", "today") else value
    return str(date_filter(moment, fmt, environment=context.env))


_PLAIN = _Environment()
_HTML = _Environment(autoescape=True)


class Template:
    """One parsed template.

    Attributes:
        source: the text it was made from.
        variables: the paths it reads, for example ``("profile", "first_name")``; a part that is computed
            while rendering ends the path.
    """

    def __init__(self, source: str, parsed: BoundTemplate) -> None:
        self.source = source
        self.variables = _paths(parsed)
        self._parsed = parsed

    def render(self, values: Mapping[str, object], now: int | None = None) -> str:
        """The text with ``values`` filled in; ``now`` is the instant of decision.

        Raises:
            DeliveryError: the template goes beyond its bounds or fails on these values (permanent).
        """
        moment: datetime | None = None if now is None else as_datetime(now)
        try:
            return self._parsed.render({**values, NOW: moment})
        except (LiquidError, ArithmeticError, ValueError, RecursionError) as error:
            raise DeliveryError(
                f"the template cannot be rendered: {_first_line(error)}", permanent=True, code="template-failed"
            ) from error


@functools.lru_cache(maxsize=4_096)
def parse_template(source: str, *, html: bool = False) -> Template:
    """The template that ``source`` writes; with ``html``, values are escaped.

    Raises:
        DefinitionError: it is no Liquid template; the message names the line, the hint how to mend it.
    """
    environment = _HTML if html else _PLAIN
    try:
        parsed = environment.from_string(source)
        _refuse_unknown_filters(source, parsed, environment)
    except LiquidError as error:
        raise _broken(source, error) from error
    return Template(source, parsed)


def _refuse_unknown_filters(source: str, parsed: BoundTemplate, environment: Environment) -> None:
    for name, spans in parsed.analyze().filters.items():
        if name not in environment.filters:
            start = spans[0].index
            raise DefinitionError(
                f"line {_line(source, start)}: there is no filter {name!r}",
                code="bad-template",
                hint=nearest(name, environment.filters),
                span=Span(start, start + len(name)),
            )


def _paths(parsed: BoundTemplate) -> frozenset[tuple[str, ...]]:
    found = set()
    for uses in parsed.analyze().globals.values():
        for use in uses:
            path: list[str] = []
            for part in use.segments:
                if not isinstance(part, str):
                    break
                path.append(part)
            found.add(tuple(path))
    return frozenset(found)


def _broken(source: str, error: LiquidError) -> DefinitionError:
    start = error.token.start_index if error.token is not None else 0
    text = _first_line(error)
    closing = "expected '}}'" in text or "expected '%}'" in text
    return DefinitionError(
        f"line {_line(source, start)}: {text}",
        code="bad-template",
        hint="close every {{ with }} and every {% with %}" if closing else _hint(text, source, start),
        span=Span(start, start + 1),
    )


def _hint(text: str, source: str, start: int) -> str | None:
    if text.startswith("unexpected tag"):
        name = re.match(r"\w*", source[start:])
        return nearest(name.group() if name else "", _PLAIN.tags)
    if "tag" in text or "end of file" in text:
        return "every {% if %}, {% for %} and {% case %} needs its {% endif %}, {% endfor %} or {% endcase %}"
    return "a value is written {{ profile.first_name }}, with filters behind a bar: {{ profile.age | plus: 1 }}"


def _line(source: str, index: int) -> int:
    return source.count("\n", 0, max(index, 0)) + 1


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
