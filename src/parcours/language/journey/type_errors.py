"""What can be wrong with the names and types of an expression: one function per problem. Codes begin with ``type.``"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from parcours.core.errors import Span, nearest
from parcours.core.schema import Kind, Type
from parcours.language.functions.signatures import Constant, ListOfVar, Shape, Signature, Var
from parcours.language.journey.errors import Problem

#: A function that takes this many types of list takes them all.
_ALL_LISTS = 7
_WITHDRAWN = {"toTimeZone": "use updateTimeZone", "getBestSendTime": "use a wait until a fixed hour"}


def in_words(type_: Shape) -> str:
    """A type as the language calls it: ``listString``, ``dateTime``."""
    if isinstance(type_, Var):
        return "any single value" if type_.kinds is None or len(type_.kinds) > 6 else _either(type_)
    if not isinstance(type_, Type):
        return _any_list(type_.element) if isinstance(type_, ListOfVar) else str(type_)
    if type_.kind is Kind.LIST:
        element = in_words(type_.element) if type_.element else ""
        return "list" if element in ("", "any", "null") else f"list{element[0].upper()}{element[1:]}"
    return "dateTime" if type_.kind in (Kind.OFFSET_TIME, Kind.DATE_TIME) else type_.kind.value


def _any_list(element: Var) -> str:
    return "listObject" if element.kinds == frozenset({Kind.OBJECT}) else "a list"


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


_COLLECTIONS = {
    "currentEventField": "an event: @{Event.list.all(currentEventField.field == 1)}",
    "currentDataPackField": "a data source: #{Source.Group.list.all(currentDataPackField.field == 1)}",
    "currentActionField": "the response of an action: @action{Action.list.all(currentActionField.field == 1)}",
}


def out_of_scope(variable: str, inside: bool, span: Span) -> Problem:
    message = f"there is no element here for {variable} to stand for"
    hint = "the collection around is of another kind; " if inside else ""
    return "type.out-of-scope", message, span, f"{hint}it stands for an element of a list of {_COLLECTIONS[variable]}"


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
    return "type.no-signature", f"{name} cannot be applied to ({given})", span, _forms(name, known)


def bad_argument(
    name: str, position: int, wanted: Iterable[Shape], found: Type, known: Sequence[Signature], span: Span
) -> Problem:
    """One argument is of a type that no signature takes there."""
    words = _without_lists([in_words(type_) for type_ in wanted])
    message = f"argument {position} of {name} is {' or '.join(words)}, found {in_words(found)}"
    return "type.no-signature", message, span, _forms(name, known)


def _without_lists(words: Iterable[str]) -> list[str]:
    """Words for types, all the lists of single values in one."""
    different = list(dict.fromkeys(words))
    lists = [word for word in different if word.startswith("list")]
    if len(lists) < _ALL_LISTS:
        return different
    return [*(word for word in different if word not in lists or word == "listObject"), "a list of single values"]


def _forms(name: str, known: Sequence[Signature]) -> str:
    """How a function is written; what it does for every type of list is said once."""
    forms = [[in_words(param.type) for param in (*signature.params, *signature.closing)] for signature in known]
    patterns = [tuple(_pattern(form)) for form in forms]
    shown = dict.fromkeys(
        ", ".join(pattern if patterns.count(pattern) >= _ALL_LISTS else form)
        for form, pattern in zip(forms, patterns, strict=True)
    )
    return "it is written " + "; ".join(f"{name}({form})" for form in shown)


def _pattern(form: Sequence[str]) -> list[str]:
    """A signature with T for the type of the elements of its lists."""
    elements = {word[4].lower() + word[5:] for word in form if word.startswith("list") and len(word) > 4}
    element = elements.pop() if len(elements) == 1 else ""
    listed = f"list{element[:1].upper()}{element[1:]}"
    return ["listT" if word == listed else "T" if word == element else word for word in form]


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
