"""Functions and operators, from the registry of the language."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from parcours.language.functions import registry
from parcours.language.functions.declaration import Constant, Function, Signature

INTRODUCTION = """\
# Functions

Every function and operator a rule may use, by family. In a rule tree a function is called as
`{call: NAME, args: [VALUE, …]}`; a call whose result is a boolean is a rule by itself. The comparators of the
[rule tree](rule-tree.md) (`at_least`, `contains`, …) are these same functions.

*Nulls* says what a missing value does. A function is total: where there is no value to give (a text that is no
number, an integer outside 64 bits) the result is null, never an error.
"""


def page() -> str:
    families = [family for family in registry.FAMILIES if family]
    contents = "\n".join(f"- [{_title(family)}](#{_title(family).lower()}): {_names(family)}" for family in families)
    return "\n".join([INTRODUCTION, contents, "", *(_family(family) for family in families)])


def _title(family: tuple[Function, ...]) -> str:
    return family[0].family.capitalize()


def _names(family: Iterable[Function]) -> str:
    return ", ".join(f"[`{function.name}`](#{function.name})" for function in family)


def _family(family: tuple[Function, ...]) -> str:
    return f"## {_title(family)}\n\n" + "\n".join(_entry(function) for function in family)


def _entry(function: Function) -> str:
    lines = [f"### {function.name}", "", function.prose, ""]
    lines += [f"- `{function.name}{signature}`" for signature in dict.fromkeys(map(str, function.signatures))]
    lines += [f"- Nulls: {function.null_rule.value}."]
    lines += [_constant(name, constant) for name, constant in _constants(function.signatures).items()]
    lines += ["", "| call | result |", "|---|---|"]
    lines += [f"| `{_call(function.name, args)}` | `{_cell(result)}` |" for args, result in function.examples]
    return "\n".join([*lines, ""])


def _constants(signatures: Iterable[Signature]) -> dict[str, Constant]:
    params = (param for signature in signatures for param in signature.params)
    return {param.name: param.constant for param in params if param.constant is not None}


def _constant(name: str, constant: Constant) -> str:
    samples = ", ".join(f"`{_cell(sample)}`" for sample in constant.samples)
    return f"- `{name}` must be a constant: {constant.name}; for example {samples}."


def _call(name: str, args: Iterable[object]) -> str:
    return f"{name}({', '.join(map(_cell, args))})"


def _cell(value: object) -> str:
    return _text(value).replace("|", "\\|").replace("`", "'")


def _text(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_text, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)
