"""How types fit in the journey language: exactly, but for null and for values of unknown type, which fit everything.

The language knows one ``dateTime``. The product keeps instants with an offset and plain ones apart, so both kinds count
as dateTime here, and :mod:`parcours.language.journey.fitting` brings them together where it matters.
"""

from __future__ import annotations

from collections.abc import Iterable

from parcours.core.schema import ANY, NULL, OFFSET_TIME, Kind, Type, widest
from parcours.core.schema import list_of as list_of
from parcours.core.schema import map_of as map_of

INSTANTS = (Kind.DATE_TIME, Kind.OFFSET_TIME)
UNKNOWN = (Kind.ANY, Kind.NULL)
#: The eight types that a list may hold (expression-language.md, section 4); an instant in both its forms.
SCALARS = (
    Kind.STRING,
    Kind.INTEGER,
    Kind.DECIMAL,
    Kind.BOOLEAN,
    Kind.DATE_ONLY,
    Kind.DATE_TIME_ONLY,
    *INSTANTS,
    Kind.DURATION,
)
_STRUCTURED = (Kind.OBJECT, Kind.MAP)


def is_soft(type_: Type) -> bool:
    """Whether something about the type is left open: null, any, or a list or map of these."""
    if type_.kind in (Kind.LIST, Kind.MAP):
        return type_.element is None or is_soft(type_.element)
    return type_.kind in UNKNOWN


def is_structured(type_: Type) -> bool:
    """Whether it is an object, a map, or a list of these."""
    if type_.kind is Kind.LIST and type_.element is not None:
        return is_structured(type_.element)
    return type_.kind in _STRUCTURED


def is_object_list(type_: Type) -> bool:
    return type_.kind is Kind.LIST and type_.element is not None and type_.element.kind in _STRUCTURED


def is_instant(type_: Type) -> bool:
    return type_.kind in INSTANTS


def fits(found: Type, wanted: Type) -> bool:
    """Whether a value of type ``found`` may stand where ``wanted`` is asked for (D16: nothing is widened)."""
    if found.kind in UNKNOWN or wanted.kind in UNKNOWN:
        return True
    if found.kind in INSTANTS and wanted.kind in INSTANTS:
        return True
    if found.kind in _STRUCTURED and wanted.kind in _STRUCTURED:
        return found.kind is wanted.kind or not wanted.fields
    if found.kind is Kind.LIST and wanted.kind is Kind.LIST:
        return fits(found.element or ANY, wanted.element or ANY)
    return found.kind is wanted.kind


def joined(left: Type, right: Type) -> Type | None:
    """The type of something that is one or the other, ``None`` when they do not fit."""
    if left.kind in UNKNOWN:
        return right if right.kind is not Kind.NULL else left
    if right.kind in UNKNOWN or left == right:
        return left
    if left.kind in INSTANTS and right.kind in INSTANTS:
        return OFFSET_TIME
    if left.kind is right.kind and left.kind in (Kind.LIST, Kind.MAP):
        element = joined(left.element or NULL, right.element or NULL)
        return None if element is None else Type(left.kind, element=element)
    if left.kind is Kind.OBJECT and right.kind is Kind.OBJECT:
        return widest(left, right)
    return None


def common(types: Iterable[Type]) -> Type | None:
    """The type of values of all these types (``null`` of none), or ``None`` when they do not fit."""
    found: Type | None = NULL
    for type_ in types:
        found = joined(found, type_) if found is not None else None
    return found


def mixed_numbers(left: Type, right: Type) -> bool:
    """Whether one is an integer and the other a decimal."""
    return {left.kind, right.kind} == {Kind.INTEGER, Kind.DECIMAL}
