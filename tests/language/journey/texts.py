"""Texts of the journey language for a fixed scope: by type, out of every operator and every function there is."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

from hypothesis import strategies as st

from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    OFFSET_TIME,
    STRING,
    Kind,
    Type,
    list_of,
    map_of,
    object_of,
)
from parcours.language.functions import registry
from parcours.language.functions.signatures import ListOfVar, Param, Signature
from parcours.language.journey.layout import constant
from parcours.language.journey.scope import JourneyScope
from tests.language.shop import SEGMENTS, SHOP

SCALARS = (BOOLEAN, INTEGER, DECIMAL, STRING, DATE_ONLY, DATE_TIME_ONLY, OFFSET_TIME, DURATION)
ITEM = object_of(
    {
        "name": STRING,
        "price": DECIMAL,
        "count": INTEGER,
        "since": OFFSET_TIME,
        "plain": DATE_TIME,
        "tags": list_of(STRING),
        "parts": list_of(object_of({"code": STRING, "size": INTEGER})),
        "3d model": BOOLEAN,
    }
)
_FIELDS = {f"{type_.kind.value}": type_ for type_ in SCALARS}
PAYLOAD = object_of(
    {
        **_FIELDS,
        **{f"{name}s": list_of(type_) for name, type_ in _FIELDS.items()},
        "plain": DATE_TIME,
        "items": list_of(ITEM),
        "inner": ITEM,
        "map": map_of(ITEM),
    }
)
SCOPE = JourneyScope(
    events={"Order": PAYLOAD},
    sources={"Crm": object_of({"Person": object_of({"Profile": PAYLOAD}), "Shop": PAYLOAD})},
    actions={"Ask": PAYLOAD},
    remote=[("Crm", "Shop")],
    profile=SHOP,
    segments=SEGMENTS,
)
ROOTS = (
    ("@{Order", "currentEventField"),
    ("#{Crm.Person", "currentDataPackField"),
    ("@action{Ask", "currentActionField"),
    ("#{Crm.Shop", "currentDataPackField"),
)
TEXT = st.text(st.sampled_from("aZ09 _-\"'\\\n\té☀😀"), max_size=6)
LITERALS: dict[Type, st.SearchStrategy[str]] = {
    BOOLEAN: st.sampled_from(["true", "false"]),
    INTEGER: st.integers(-(2**63), 2**63 - 1).map(str) | st.integers(-3, 9).map(str),
    DECIMAL: st.floats(allow_nan=False, allow_infinity=False).map(constant),
    STRING: TEXT.map(constant),
    DATE_ONLY: st.dates().map(lambda day: f'date("{day}")'),
    DATE_TIME_ONLY: st.datetimes().map(lambda moment: f'date("{moment.isoformat()}")'),
    OFFSET_TIME: st.sampled_from(['date("2024-02-29T10:00+02:00")', 'date("2024-02-29T10:00:00.5Z")', "now()"]),
    DURATION: st.sampled_from(['toDuration("PT15M")', "toDuration(-500)"]),
}
#: Values of no known type.
UNKNOWN = st.sampled_from(["null", "@{Order.nope}", "#{Crm.Person.nope.first().deeper}", "@{Order.items.at(0).nope}"])


@st.composite
def texts(draw: st.DrawFn, type_: Type, depth: int = 3) -> str:
    """An expression of a type."""
    return _Writer(draw).text(type_, depth)


class _Writer:
    """Draws expressions. ``inside`` holds the loop variables that stand for an :data:`ITEM`, innermost first."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.inside: list[str] = []

    def one_of(self, *choices: Callable[[], str]) -> str:
        return self.draw(st.sampled_from(choices))()

    def text(self, type_: Type, depth: int) -> str:
        forms = [lambda: self.reference(type_, depth)]
        if type_.kind is Kind.LIST and type_.element is not None and type_.element.kind is not Kind.OBJECT:
            forms.append(lambda: self.list_of(type_.element or STRING))
        elif type_.kind is not Kind.LIST:
            forms.append(lambda: self.draw(LITERALS[type_]))
            forms.append(lambda: self.draw(UNKNOWN))
            if self.inside and _named(type_):
                forms.append(lambda: f"{self.inside[0]}.{self.draw(st.sampled_from(_named(type_)))}")
        if depth and type_ != list_of(ITEM):
            forms += [lambda: self.compound(type_, depth - 1)] * 3
        return self.one_of(*forms)

    def grouped(self, type_: Type, depth: int) -> str:
        return f"({self.text(type_, depth)})"

    def list_of(self, element: Type) -> str:
        count = self.draw(st.integers(0, 3))
        return f"[{', '.join(self.one_of(lambda: self.text(element, 0), lambda: 'null') for _ in range(count))}]"

    # --- references ---

    def reference(self, type_: Type, depth: int) -> str:
        start, variable = self.draw(st.sampled_from(ROOTS))
        names = [name for name, field in PAYLOAD.fields if field == type_]
        paths = names + (list(_paths(type_)) if depth else [])
        path = self.draw(st.sampled_from(paths))
        if "?" in path:
            path = path.replace("?", self.condition(variable, depth - 1))
        return f"{start}.{path}{self.options(type_, depth, start)}}}"

    def condition(self, variable: str, depth: int) -> str:
        self.inside.insert(0, variable)
        try:
            return self.text(BOOLEAN, depth)
        finally:
            self.inside.pop(0)

    def options(self, type_: Type, depth: int, start: str) -> str:
        found = []
        if depth and type_.kind is not Kind.LIST and self.draw(st.booleans()):
            found.append(f", defaultValue: {self.grouped(type_, 0)}")
        if start == "#{Crm.Shop":
            found.append(f", params: {{a: {self.text(INTEGER, 0)}}}")
        return "".join(self.draw(st.permutations(found)))

    # --- operators and functions ---

    def compound(self, type_: Type, depth: int) -> str:
        def same() -> str:
            return self.grouped(type_, depth)

        def of(*types: Type) -> str:
            return self.grouped(self.draw(st.sampled_from(types)), depth)

        def sign(*signs: str) -> str:
            return self.draw(st.sampled_from(signs))

        def pair(*types: Type) -> tuple[str, str]:
            one = self.draw(st.sampled_from(types))
            return self.grouped(one, depth), self.grouped(one, depth)

        forms: list[Callable[[], str]] = [lambda: f"(if {of(BOOLEAN)} then {same()} else {same()})"]
        functions = _functions(type_)
        if functions:
            forms += [lambda: self.call(*self.draw(st.sampled_from(functions)), depth)] * 3
        if type_ == BOOLEAN:
            forms += [
                lambda: sign(" == ", " != ").join(pair(*SCALARS, list_of(INTEGER), list_of(OFFSET_TIME))),
                lambda: sign(" < ", " <= ", " > ", " >= ").join(pair(INTEGER, DECIMAL, OFFSET_TIME, DATE_TIME_ONLY)),
                lambda: sign(" and ", " or ").join(same() for _ in range(self.draw(st.integers(2, 4)))),
                lambda: f"not {same()}",
                lambda: f"{of(*SCALARS)} {sign('is null', 'is not null', 'is numeric', 'is integer', 'is decimal')}",
                lambda: f"{of(list_of(STRING))} has null",
                lambda: 'inSegment("silver")',
            ]
        if type_ in (INTEGER, DECIMAL):
            forms += [lambda: f"{same()} {sign(*'+-*/%')} {same()}", lambda: f"-{same()}"]
        if type_ == DECIMAL:
            forms.append(lambda: f"{same()} {sign(*'+-/%')} {of(INTEGER)}")
        if type_ == STRING:
            forms += [lambda: f"{same()} + {of(*SCALARS)}", lambda: f"{of(*SCALARS)} + {same()}"]
            forms.append(lambda: 'segmentStatus("silver")')
        if type_ in (OFFSET_TIME, DATE_TIME_ONLY, DURATION):
            forms.append(lambda: f"{same()} + {of(DURATION)}")
        return self.one_of(*forms)

    def call(self, name: str, signature: Signature, depth: int) -> str:
        return f"{name}({', '.join(self.argument(param, depth) for param in signature.params)})"

    def argument(self, param: Param, depth: int) -> str:
        if param.constant is not None:
            return constant(self.draw(st.sampled_from(param.constant.samples)))
        if isinstance(param.type, ListOfVar):
            return self.reference(list_of(ITEM), depth)
        assert isinstance(param.type, Type)
        return self.text(param.type, depth)


def _named(type_: Type) -> list[str]:
    """The fields of an item that hold values of a type."""
    names = [name for name, field in ITEM.fields if field == type_ or (type_ == OFFSET_TIME and field == DATE_TIME)]
    return ["'" + name + "'" if " " in name else name for name in names]


def _paths(type_: Type) -> Iterator[str]:
    """Paths from a payload to values of a type; ``?`` stands for a condition on an item."""
    for name in _named(type_):
        yield from (f"items.{step}.{name}" for step in ("first(?)", "last(?)", "at(-1 + 1)", "first()"))
        yield from (f"inner.{name}", f'map.entry("k").{name}')
    if type_ == STRING:
        yield from ("map.firstEntryKey()", "items.all(?).name.at(0)", "inner.firstEntryKey()")
    if type_ == list_of(STRING):
        yield from ("map.keys()", "items.all(?).name", "items.tags", "items.all().parts.code")
    if type_ == list_of(OFFSET_TIME):
        yield from ("items.plain", "items.all(?).since")
    if type_ == list_of(ITEM):
        yield "items.all(?)"


@functools.cache
def _functions(result: Type) -> list[tuple[str, Signature]]:
    """The functions, with their signatures, that give values of a type."""
    return [
        (name, signature)
        for name, pairs in registry.spelled("journey").items()
        for function, spelling in pairs
        for signature in spelling.signatures or function.signatures
        if signature.result == result and all(_can_write(param) for param in signature.params)
    ]


def _can_write(param: Param) -> bool:
    if isinstance(param.type, ListOfVar):
        return param.type.element.kinds == frozenset({Kind.OBJECT})
    return isinstance(param.type, Type)
