"""Functions and methods of the registry, and the few functions that are forms of the language (sections 6 and 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from parcours.core.errors import RuleError, Span
from parcours.core.schema import DATE_ONLY, Kind, Type, widest
from parcours.language.functions import registry
from parcours.language.functions.declaration import Function, NullRule, Spelling
from parcours.language.functions.signatures import ListOfVar, MapOfVar, Param, Signature, bind
from parcours.language.pql import type_errors
from parcours.language.pql.ast import Apply, Expr, Lambda, Method, Number, Prefix, Text
from parcours.language.pql.element_reader import METHOD_NAMES, ElementReader
from parcours.language.pql.scope import Frame
from parcours.language.pql.values import (
    NOTHING,
    TIMES,
    any_of,
    as_instant,
    beside,
    element,
    empty_list,
    negated,
    read_as,
    untyped,
)
from parcours.language.tree import Call, Literal, Member, Membership, Node, Now

LANGUAGE = "pql"
#: Tests of texts that say the opposite of another (P11).
OPPOSITES: Mapping[str, str] = {
    "doesNotContain": "contains",
    "doesNotStartWith": "startsWith",
    "doesNotEndWith": "endsWith",
    "notEqualTo": "equals",
}
FORMS = ("if", "date", "inSegment", "segmentStatus", "mapEntry")


@dataclass(frozen=True, slots=True)
class _Fit:
    """A signature that takes the arguments: how many change their type, what they become, what comes out."""

    cost: int
    function: Function
    args: tuple[Node, ...]
    type: Type


class CallReader(ElementReader):
    """Reads calls."""

    # --- functions ---

    def apply(self, expr: Apply, frame: Frame) -> Node:
        match expr.name:
            case "if":
                return self._if(expr, frame)
            case "date":
                return self._date(expr, frame)
            case "inSegment" | "segmentStatus":
                return self._member(expr)
            case "mapEntry":
                return self.problem(type_errors.misplaced_entry(expr.span))
        candidates = _candidates(expr.name, method=False)
        if not candidates:
            known_method = expr.name in METHOD_NAMES or bool(_candidates(expr.name, method=True))
            at = Span(expr.span.start, expr.span.start + len(expr.name))
            return self._unknown(at, expr.name, "function", known_method)
        args = [self.argument(arg, frame) for arg in expr.args]
        return self._resolved(expr.name, candidates, args, [arg.span for arg in expr.args], expr.span)

    def argument(self, expr: Expr, frame: Frame) -> Node:
        if isinstance(expr, Lambda):
            return self.problem(type_errors.misplaced_lambda(expr.span))
        return self.node(expr, frame)

    def _if(self, expr: Apply, frame: Frame) -> Node:
        if len(expr.args) != 3:
            return self.problem(type_errors.wrong_number(expr.span, "if", "3 arguments", len(expr.args)))
        test = self.condition(expr.args[0], frame)
        then, otherwise = (self.argument(arg, frame) for arg in expr.args[1:])
        type_ = widest(then.type, otherwise.type)
        if type_ is None:
            return self.problem(type_errors.mixed(expr.span, (then.type, otherwise.type)))
        return Call("if", (test, then, otherwise), type_)

    def _date(self, expr: Apply, frame: Frame) -> Node:
        if len(expr.args) != 3:
            return self.problem(type_errors.wrong_number(expr.span, "date", "3 arguments", len(expr.args)))
        numbers = [_integer(arg) for arg in expr.args]
        known = [number for number in numbers if number is not None]
        if len(known) < 3:
            return self._made_date(expr, frame)
        try:
            return Literal(date(*known), DATE_ONLY)
        except (ValueError, OverflowError):
            return self.problem(type_errors.impossible_date(expr.span, *known))

    def _made_date(self, expr: Apply, frame: Frame) -> Node:
        """A date whose parts are not written out, if the registry makes dates."""
        candidates = _candidates("date", method=False)
        if not candidates:
            return self.problem(
                type_errors.not_constant(expr.span, "year, month and day of a date", "date(2024, 12, 31)")
            )
        args = [self.argument(arg, frame) for arg in expr.args]
        return self._resolved("date", candidates, args, [arg.span for arg in expr.args], expr.span)

    def _member(self, expr: Apply) -> Node:
        if len(expr.args) != 1:
            return self.problem(type_errors.wrong_number(expr.span, expr.name, "1 argument", len(expr.args)))
        name = expr.args[0]
        if not isinstance(name, Text):
            return self.problem(type_errors.not_constant(name.span, "the segment", f'{expr.name}("vip")'))
        segments = self.scope.segments
        if segments is not None and name.value not in segments:
            return self.problem(type_errors.unknown_segment(name.span, name.value, segments))
        kind = Member if expr.name == "inSegment" else Membership
        return kind(segments[name.value] if isinstance(segments, Mapping) else name.value)

    # --- methods ---

    def method(self, expr: Method, frame: Frame) -> Node:
        found = self.element_method(expr, frame)
        if found is not None:
            return found
        candidates = _candidates(expr.name, method=True)
        value = self.node(expr.value, frame)
        args = [self.argument(arg, frame) for arg in expr.args]
        if not candidates and expr.name not in OPPOSITES:
            known_function = expr.name in FORMS or bool(_candidates(expr.name, method=False))
            return self._unknown(expr.at, expr.name, "method", known_function)
        spans = [expr.value.span, *(arg.span for arg in expr.args)]
        if value.type.kind is Kind.LIST and not _takes_list(candidates):
            return self._any_element(expr.name, value, args, spans, expr.span)
        return self._test(expr.name, [value, *args], spans, expr.span)

    def _test(self, name: str, args: list[Node], spans: list[Span], span: Span) -> Node:
        candidates = _candidates(name, method=True)
        if not candidates:
            return negated(self._test(OPPOSITES[name], args, spans, span))
        return self._resolved(name, candidates, args, spans, span)

    def _any_element(self, name: str, list_: Node, args: list[Node], spans: list[Span], span: Span) -> Node:
        """A test of texts on an array: true if any element meets it; its opposite if none does (P6, P11)."""
        positive = OPPOSITES.get(name, name)
        inner = self._test(positive, [element(list_), *(beside(arg) for arg in args)], spans, span)
        if inner.type.kind not in (Kind.BOOLEAN, Kind.NULL):
            return self.problem(type_errors.expected(spans[0], f"a single value for {name}", list_.type))
        test = any_of(list_, inner)
        return test if positive == name else negated(test)

    def _unknown(self, span: Span, name: str, kind: str, otherwise: bool) -> Node:
        if otherwise:
            return self.problem(type_errors.used_otherwise(span, name, kind))
        known = [*METHOD_NAMES, *FORMS, *OPPOSITES, *registry.spelled(LANGUAGE)]
        return self.problem(type_errors.unknown_function(span, name, kind, known))

    # --- signatures ---

    def _resolved(
        self,
        name: str,
        candidates: Sequence[tuple[Function, Spelling]],
        args: Sequence[Node],
        spans: Sequence[Span],
        span: Span,
    ) -> Node:
        """The call of the function whose signature takes the arguments with the fewest changes."""
        fits: list[_Fit] = []
        signatures = [(function, spelling, one) for function, spelling in candidates for one in _of(function, spelling)]
        written = 1 if any(spelling.method for _, spelling in candidates) else 0
        if not any(one.params_for(len(args)) for _, _, one in signatures) and (args or signatures):
            counts = sorted({len(one.params) + len(one.closing) - written for _, _, one in signatures})
            wanted = " or ".join(map(str, counts)) + (" argument" if counts == [1] else " arguments")
            if not any(len(one.params) == len(args) for _, _, one in signatures):
                return self.problem(type_errors.wrong_number(span, name, wanted, len(args) - written))
        for function, spelling, one in signatures:
            fit = _fit(function, spelling, one, args)
            if fit is not None:
                fits.append(fit)
        if not fits:
            known = [str(one) for _, _, one in signatures]
            return self.problem(type_errors.no_signature(span, name, [arg.type for arg in args], known))
        best = min(fits, key=lambda fit: fit.cost)
        self._check_constants(best, spans)
        return Call(best.function.name, best.args, best.type)

    def _check_constants(self, fit: _Fit, spans: Sequence[Span]) -> None:
        try:
            registry.check_constants(fit.function.name, fit.args)
        except RuleError as error:
            span = spans[-1] if spans else Span(0, 0)
            self.problem(RuleError(error.message, code=f"type.{error.code}", hint=error.hint, span=span))


def _candidates(name: str, *, method: bool) -> Sequence[tuple[Function, Spelling]]:
    found = registry.spelled(LANGUAGE).get(name, ())
    return [(function, spelling) for function, spelling in found if spelling.method == method]


def _of(function: Function, spelling: Spelling) -> tuple[Signature, ...]:
    return function.signatures if spelling.signatures is None else spelling.signatures


def _takes_list(candidates: Sequence[tuple[Function, Spelling]]) -> bool:
    """Whether the first argument may be a list."""
    for function, spelling in candidates:
        for one in _of(function, spelling):
            first = one.params[0].type if one.params else None
            if isinstance(first, ListOfVar) or (isinstance(first, Type) and first.kind is Kind.LIST):
                return True
            if first is not None and not isinstance(first, Type | ListOfVar | MapOfVar) and _anything(first):
                return True
    return False


def _anything(shape: object) -> bool:
    kinds = getattr(shape, "kinds", None)
    return kinds is None or Kind.LIST in kinds


def _fit(function: Function, spelling: Spelling, one: Signature, args: Sequence[Node]) -> _Fit | None:
    params = one.params_for(len(args))
    if params is None:
        return None
    converted = tuple(_converted(param, arg, function.null_rule) for param, arg in zip(params, args, strict=True))
    bound = bind(one, [arg.type for arg in converted])
    if bound is None:
        return None
    changed = sum(before is not after for before, after in zip(args, converted, strict=True))
    given = (Now(), *converted) if spelling.now else converted
    return _Fit(bound[0] + 2 * changed, function, given, bound[2])


def _converted(param: Param, arg: Node, null_rule: NullRule) -> Node:
    """The argument as its place wants it: ISO text as a timestamp (P9), null as the empty array (P7).

    A test of arrays is false for null.
    """
    wanted = param.type
    if isinstance(wanted, ListOfVar) and untyped(arg.type):
        return empty_list() if null_rule is NullRule.PROPAGATE else NOTHING
    if not isinstance(wanted, Type) or arg.type == wanted:
        return arg
    if wanted.kind is Kind.DATE_TIME and arg.type.kind in (*TIMES, Kind.STRING, Kind.ANY):
        return as_instant(arg) or arg
    if wanted.kind is Kind.LIST and arg.type.kind is Kind.ANY:
        return empty_list()
    return read_as(arg, wanted)


def _integer(expr: Expr) -> int | None:
    match expr:
        case Number(value=int() as value):
            return value
        case Prefix(operator="-", value=Number(value=int() as value)):
            return -value
        case _:
            return None
