"""What can be wrong with the names and types of an expression: one function per problem. Codes begin with ``type.``"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from parcours.core.errors import Span, nearest
from parcours.core.schema import Kind, Type
from parcours.language.functions.declaration import Constant, ListOfVar, Shape, Signature, Var
from parcours.language.journey.errors import Problem

_WITHDRAWN = {"toTimeZone": "use updateTimeZone", "getBestSendTime": "use a wait until a fixed hour"}


def in_words(type_: Shape) -> str:
    """A type as the language calls it: ``listString``, ``dateTime``."""
    if isinstance(type_, Var):
        return "any single value" if type_.kinds is None or len(type_.kinds) > 6 else _either(type_)
    if not isinstance(type_, Type):
        return "a list" if isinstance(type_, ListOfVar) else str(type_)
    if type_.kind is Kind.LIST:
        element = in_words(type_.element) if type_.element else ""
        return "list" if element in ("", "any", "null") else f"list{element[0].upper()}{element[1:]}"
    return "dateTime" if type_.kind in (Kind.OFFSET_TIME, Kind.DATE_TIME) else type_.kind.value


def _either(var: Var) -> str:
    names = dict.fromkeys(in_words(Type(kind)) for kind in sorted(var.kinds or ()))
    return " or ".join(names)


# --- names ---------------------------------------------------------------------------------------------


def unknown_root(what: str, name: str, span: Span, known: Collection[str]) -> Problem:
    def hint() -> str:
        return nearest(name, known) or (f"known here: {len(known)} names" if known else f"no {what} is known here")

    return "type.unknown-name", f"there is no {what} {name!r}", span, hint


def path_too_short(sigil: str, span: Span) -> Problem:
    message = f"expected a data source and a field group after {sigil!r}, found one name"
    return "type.short-path", message, span, "write #{DataSource.FieldGroup.field}"


def whole_profile(span: Span) -> Problem:
    return "type.short-path", "expected an attribute of the profile, found the whole profile", span, "name an attribute"


def whole_history(span: Span, known: Collection[str]) -> Problem:
    some = ", ".join(sorted(known)[:8])
    return "type.short-path", "expected an event type after Events", span, f"event types: {some}" if some else None


def unknown_field(name: str, owner: Type, span: Span) -> Problem:
    known = [field for field, _ in owner.fields]
    return "type.unknown-field", f"there is no field {name!r} here", span, lambda: nearest(name, known)


def no_fields(name: str, found: Type, span: Span) -> Problem:
    return "type.no-fields", f"{in_words(found)} has no field {name!r}", span, None


def not_a_collection(operation: str, found: Type, span: Span) -> Problem:
    hint = "a single value needs no such step"
    return "type.expected-list", f"{operation} works on lists, found {in_words(found)}", span, hint


def not_a_map(operation: str, found: Type, span: Span) -> Problem:
    hint = "take an element first: .first(), .at(0)" if found.kind is Kind.LIST else None
    return "type.expected-map", f"{operation} works on maps, found {in_words(found)}", span, hint


def out_of_scope(variable: str, root: str, inside: bool, span: Span) -> Problem:
    message = f"{variable} stands for an element of a collection of {root}, and there is none around it"
    hint = "inside all, first and last use the variable of that collection" if inside else None
    return "type.out-of-scope", message, span, hint or f"it is used as in {root}….all({variable}.field == 1)"


def params_of_fixed(source: str, span: Span) -> Problem:
    return "type.no-parameters", f"{source} is not asked with parameters", span, "remove params"


def unknown_function(name: str, span: Span, known: Collection[str]) -> Problem:
    return "type.unknown-function", f"there is no function {name!r}", span, lambda: _function_hint(name, known)


def _function_hint(name: str, known: Collection[str]) -> str | None:
    if name in _WITHDRAWN:
        return f"{name} is no longer part of the language: {_WITHDRAWN[name]}"
    if name.lower() in ("and", "or", "not", "if"):
        return f"keywords are lower case: {name.lower()}"
    same = next((other for other in known if other.lower() == name.lower()), None)
    if same is not None:
        return f"did you mean {same!r}? The case of letters counts"
    close = nearest(name, known)
    return close if close and close.startswith("did") else "see the list of functions in the reference"


def unknown_segment(name: str, span: Span, known: Collection[str]) -> Problem:
    return "type.unknown-segment", f"there is no segment {name!r}", span, lambda: nearest(name, known)


# --- operands ------------------------------------------------------------------------------------------


def expected(what: Type, found: Type, span: Span, hint: str | None = None) -> Problem:
    return "type.mismatch", f"expected {in_words(what)}, found {in_words(found)}", span, hint or _cast(what, found)


def _cast(wanted: Type, found: Type) -> str | None:
    """A function that turns one into the other."""
    if found.kind in (Kind.LIST, Kind.OBJECT, Kind.MAP, Kind.DURATION) or wanted.kind is Kind.LIST:
        return None
    to = {
        Kind.STRING: "toString",
        Kind.INTEGER: "toInteger",
        Kind.DECIMAL: "toDecimal",
        Kind.BOOLEAN: "toBool",
        Kind.OFFSET_TIME: "toDateTime",
        Kind.DATE_TIME: "toDateTime",
        Kind.DATE_TIME_ONLY: "toDateTimeOnly",
        Kind.DATE_ONLY: "toDateOnly",
        Kind.DURATION: "toDuration",
    }.get(wanted.kind)
    return None if to is None else f"{to}(…) converts"


def bad_operands(sign: str, left: Type, right: Type, span: Span, hint: str | None = None) -> Problem:
    message = f"{sign!r} cannot be applied to {in_words(left)} and {in_words(right)}"
    return "type.bad-operands", message, span, hint


def bad_operand(sign: str, wanted: str, found: Type, span: Span) -> Problem:
    return "type.bad-operands", f"{sign!r} needs {wanted}, found {in_words(found)}", span, None


def mixed_list(types: Iterable[Type], span: Span) -> Problem:
    kinds = list(dict.fromkeys(in_words(type_) for type_ in types if type_.kind is not Kind.NULL))
    hint = "write whole numbers with .0 among decimals" if {*kinds} == {"integer", "decimal"} else None
    return "type.mixed-list", "the elements of a list are of one type, found " + " and ".join(kinds), span, hint


def not_an_element(found: Type, span: Span) -> Problem:
    return "type.list-element", f"the elements of a list are single values, found {in_words(found)}", span, None


def branches(then: Type, otherwise: Type, span: Span) -> Problem:
    message = f"both branches have one type, found {in_words(then)} and {in_words(otherwise)}"
    return "type.branches", message, span, None


def bad_branch(found: Type, span: Span) -> Problem:
    return "type.branches", f"a branch is a single value or a list of these, found {in_words(found)}", span, None


def bad_default(wanted: Type, found: Type, span: Span) -> Problem:
    message = f"the default has the type of the field, {in_words(wanted)}; found {in_words(found)}"
    return "type.bad-default", message, span, _cast(wanted, found)


def bad_usage(usage: str, wanted: Type, found: Type, span: Span) -> Problem:
    message = f"a {usage} is of type {in_words(wanted)}, found {in_words(found)}"
    return "type.bad-usage", message, span, _cast(wanted, found)


# --- functions -----------------------------------------------------------------------------------------


def wrong_count(name: str, counts: Iterable[int], found: int, span: Span) -> Problem:
    known = sorted(set(counts))
    wanted = " or ".join(str(count) for count in known) if len(known) < 4 else f"{known[0]} to {known[-1]}"
    noun = "argument" if known == [1] else "arguments"
    return "type.wrong-count", f"{name} takes {wanted or 'no'} {noun}, found {found}", span, None


def no_signature(name: str, found: Sequence[Type], known: Sequence[Signature], span: Span) -> Problem:
    given = ", ".join(in_words(type_) for type_ in found)
    return "type.no-signature", f"{name} cannot be applied to ({given})", span, _signature_hint(name, known)


def _signature_hint(name: str, known: Sequence[Signature]) -> str:
    forms = dict.fromkeys(
        f"{name}({', '.join(in_words(param.type) for param in (*signature.params, *signature.closing))})"
        for signature in known
    )
    shown = list(forms)[:6]
    return "it is written " + "; ".join(shown) + (" …" if len(forms) > len(shown) else "")


def not_a_reference(name: str, span: Span) -> Problem:
    message = f"{name} takes a list of objects only as a reference to a field"
    return "type.expected-reference", message, span, "write the reference itself: @{…} or #{…}"


def not_constant(name: str, what: str, sample: object, span: Span) -> Problem:
    message = f"this argument of {name} is a constant, {what}"
    return "type.not-constant", message, span, f'for example "{sample}"'


def bad_constant(problem: str, constant: Constant, span: Span) -> Problem:
    return "type.bad-constant", problem, span, f'for example "{constant.samples[0]}"'


def bad_date(text: str, span: Span) -> Problem:
    message = f"{text[:60]!r} is no date, date and time, or date and time with an offset"
    return "type.bad-date", message, span, "write 2021-02-19, 2021-02-19T10:00 or 2021-02-19T10:00:00Z"
