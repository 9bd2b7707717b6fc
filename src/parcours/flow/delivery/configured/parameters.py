"""Parameters of requests: what a definition leaves open, and how given values are filled in.

In headers, query values and bodies everything is constant but ``{parameter: name}``. In a URL ``{name}`` stands for
the value, percent-encoded, so that a value never leaves its part of the path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from parcours.core.errors import InputError, ParcoursError, UnknownNameError, nearest
from parcours.core.reading import bad_setting, join
from parcours.core.schema import ANY, Kind, Type
from parcours.flow.delivery.failures import refused
from parcours.flow.delivery.http.outgoing import text
from parcours.language.contexts import shapes

_IN_URL = re.compile(r"\{([^{}]*)\}")
_PYTHON: Mapping[Kind, tuple[type, ...]] = {
    Kind.BOOLEAN: (bool,),
    Kind.INTEGER: (int,),
    Kind.DECIMAL: (int, float),
    Kind.LIST: (list,),
    Kind.OBJECT: (dict,),
    Kind.MAP: (dict,),
}


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One value that the journey gives.

    Attributes:
        type: its type.
        required: whether a call without it fails; else it is null.
        default: what it is when the journey gives nothing.
        label: for people.
    """

    type: Type = ANY
    required: bool = True
    default: Any = None
    label: str = ""


class _Written(msgspec.Struct, frozen=True, kw_only=True):
    type: Any = "any"
    required: bool = True
    default: Any = None
    label: str = ""


def read_type(shape: object, where: str, problems: list[ParcoursError]) -> Type:
    """A type by its name (``string``, ``listInteger``), or as ``{list: …}``, ``{object: {…}}``, ``{map: …}``."""
    try:
        return shapes.named(shape) if isinstance(shape, str) else Type.from_json(shape)
    except InputError as error:
        problems.append(bad_setting(where, error.message, error.hint))
        return ANY


def read_parameters(shape: Mapping[str, object], where: str, problems: list[ParcoursError]) -> dict[str, Parameter]:
    """Parameters as written: ``name: string``, or ``name: {type: string, required: false, default: …, label: …}``."""
    return {name: _parameter(each, join(where, name), problems) for name, each in shape.items()}


def _parameter(shape: object, where: str, problems: list[ParcoursError]) -> Parameter:
    if not (isinstance(shape, Mapping) and shape.keys() <= set(_Written.__struct_fields__)):
        return Parameter(type=read_type(shape, where, problems))
    try:
        written = msgspec.convert(shape, _Written)
    except msgspec.ValidationError as error:
        problems.append(bad_setting(where, str(error)))
        return Parameter()
    kind = read_type(written.type, join(where, "type"), problems)
    if written.default is not None and not fits(written.default, kind):
        problems.append(bad_setting(join(where, "default"), f"the default is no {kind}"))
    return Parameter(type=kind, required=written.required, default=written.default, label=written.label)


def name_problems(shape: object, where: str, known: Mapping[str, Parameter]) -> Iterator[ParcoursError]:
    """The parameters that ``shape`` names and nobody declared."""
    for name, place in _named(shape, where):
        if name not in known:
            yield UnknownNameError(f"there is no parameter {name!r}", where=place, hint=nearest(name, known))


def url_names(url: str) -> list[str]:
    """The parameters that a URL names, in order."""
    return _IN_URL.findall(url)


def names(shape: object) -> set[str]:
    """The parameters that a header, query value or body names."""
    return {name for name, _ in _named(shape, "")}


def _named(shape: object, where: str) -> Iterator[tuple[str, str]]:
    if _is_parameter(shape):
        yield str(shape["parameter"]), where  # type: ignore[index]
    elif isinstance(shape, Mapping):
        for name, part in shape.items():
            yield from _named(part, join(where, str(name)))
    elif isinstance(shape, list | tuple):
        for index, part in enumerate(shape):
            yield from _named(part, f"{where}[{index}]")


def _is_parameter(shape: object) -> bool:
    return isinstance(shape, Mapping) and shape.keys() == {"parameter"} and isinstance(shape["parameter"], str)


def given(parameters: Mapping[str, Parameter], values: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every parameter.

    Raises:
        DeliveryError: one is missing (``missing-parameter``) or of another type (``bad-parameter``); permanent.
    """
    found = {}
    for name, parameter in parameters.items():
        value = values.get(name)
        value = parameter.default if value is None else value
        if value is None and parameter.required:
            raise refused(f"parameter {name!r} has no value", "missing-parameter")
        if value is not None and not fits(value, parameter.type):
            raise refused(f"the value of parameter {name!r} is no {parameter.type}", "bad-parameter")
        found[name] = value
    return found


def fits(value: object, kind: Type) -> bool:
    """Whether a JSON value is of this type. Dates and durations are texts."""
    if kind.kind is Kind.ANY:
        return True
    wanted = _PYTHON.get(kind.kind, (str,))
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        return False
    if isinstance(value, list) and kind.element is not None:
        return all(item is None or fits(item, kind.element) for item in value)
    if isinstance(value, dict) and kind.kind is Kind.OBJECT:
        return all(value.get(name) is None or fits(value[name], part) for name, part in kind.fields)
    return True


def filled(shape: Any, values: Mapping[str, Any]) -> Any:
    """``shape`` with the values of its parameters in their places."""
    if _is_parameter(shape):
        return values[shape["parameter"]]
    if isinstance(shape, Mapping):
        return {name: filled(part, values) for name, part in shape.items()}
    if isinstance(shape, list | tuple):
        return [filled(part, values) for part in shape]
    return shape


def filled_url(url: str, values: Mapping[str, Any]) -> str:
    """The URL with its values in it.

    Raises:
        DeliveryError: a value is null or empty (``missing-parameter``): the URL would be another one; permanent.
    """

    def encoded(found: re.Match[str]) -> str:
        value = values[found.group(1)]
        if value is None or value == "" or value in (".", ".."):
            raise refused(f"parameter {found.group(1)!r} cannot be {value!r} in a URL", "missing-parameter")
        try:
            return quote(text(value), safe="")
        except UnicodeEncodeError:  # half of a pair of code units, which JSON can write
            raise refused(f"the value of parameter {found.group(1)!r} is no text", "bad-parameter") from None

    return _IN_URL.sub(encoded, url)
