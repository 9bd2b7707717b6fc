"""Options of the commands of the CRM, made from what their operations take; and back to what these are called with.

What an operation takes becomes an option, with these turns:

* filters: ``--where contact.city=Lyon`` (several times), ``--rule`` for a rule of Parcours, ``--filters`` for a file;
* answers: ``--yes QUESTION``, ``--no QUESTION``, ``--proposed``; what is still open is asked at a terminal;
* lists: the last words of the command line where they are required (``cancel 12 13``), else an option, several times;
* lists of tables and other nested values: as YAML, or ``@file``;
* contents: the path of a file; files that come back are written to ``--output``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from datetime import date
from keyword import iskeyword
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import yaml
from cyclopts import Parameter

from parcours.contacts.office.questions import QUESTIONS
from parcours.contacts.people.fields import as_day
from parcours.core.errors import InputError
from parcours.service.cli.session import Flag
from parcours.service.surface.arguments import REQUIRED, Argument


def _several(name: str) -> Any:
    """Texts that are given by an option of this name, each time one."""
    return Annotated[tuple[str, ...], Parameter(name=name, negative="", show_default=False)]


_WHERE = _several("--where")
#: Arguments that stand for several options: their names, types, defaults and what they are.
_TURNED: Mapping[str, tuple[tuple[str, Any, Any, str], ...]] = {
    "filters": (
        ("where", _WHERE, (), "SUB-TABLE.FIELD=EXPRESSION, for example contact.city=Lyon; may be given several times"),
        ("rule", str | None, None, "a rule of Parcours beside them, for example {segment: silver}"),
        ("filters", Path | None, None, "a YAML or JSON file with filters, any_of and none_of groups, and a rule"),
    ),
    "answers": (
        ("answered_yes", _several("--yes"), (), "answer a question with yes, by its name (update-lines), or all"),
        ("answered_no", _several("--no"), (), "answer a question with no, by its name"),
        ("proposed", Flag, False, "answer every other question as a form proposes"),
    ),
}


class Option:
    """One option, or one of the words in front of them (``first``); several of these stand last (``many``)."""

    def __init__(self, name: str, type: Any, default: Any, prose: str, *, first: bool = False, many: bool = False):
        self.name, self.type, self.default, self.first, self.many = name, type, default, first, many
        self.prose = prose.replace("`", "")

    @classmethod
    def of(cls, argument: Argument) -> list[Option]:
        """The options that an argument becomes."""
        name, kind, required = argument.name, argument.type, argument.default is REQUIRED
        if name in _TURNED and not argument.field:
            return [cls(*turned) for turned in _TURNED[name]]
        plain = _plain(kind)
        prose = argument.prose or name.replace("_", " ")
        if get_origin(plain) is list and required and get_args(plain)[0] in (str, int):
            return [cls(name, get_args(plain)[0], REQUIRED, prose, first=True, many=True)]
        nested = get_origin(plain) is list and get_args(plain)[0] not in (str, int)
        first = required or name == "no" or (not argument.named and (nested or plain in (str, int, float, date)))
        first = first and plain is not bool
        safe = f"{name}_" if iskeyword(name) else name
        default = None if argument.field else argument.default
        if plain is bytes:
            safe, prose = "file", prose.replace("what it holds", "the file")
        if _is_pairs(plain):
            default, prose = (), f"NAME=VALUE, may be given several times: {prose}"
        return [cls(safe, _typed(argument, plain, safe, default), default, prose, first=first)]

    def parameter(self) -> inspect.Parameter:
        """As a parameter of a function."""
        if self.many:
            return inspect.Parameter(self.name, inspect.Parameter.VAR_POSITIONAL, annotation=self.type)
        kind: Any = inspect.Parameter.KEYWORD_ONLY
        if self.first:
            only = self.default is REQUIRED or self.name == "no"  # --no answers questions
            kind = inspect.Parameter.POSITIONAL_ONLY if only else inspect.Parameter.POSITIONAL_OR_KEYWORD
        return inspect.Parameter(self.name, kind, default=self.default, annotation=self.type)

    @property
    def order(self) -> int:
        """Words first, those without default in front; then the words that may be several; then options."""
        if not self.first:
            return 4
        return 3 if self.many else 0 if self.default is REQUIRED else 1 if self.name == "no" else 2


def _plain(kind: Any) -> Any:
    """A type without ``None`` beside it; the first of several."""
    alone = get_origin(kind) in (list, dict) or not get_args(kind)
    parts = [kind] if alone else [part for part in get_args(kind) if part is not type(None)]
    return parts[0] if parts else kind


def _typed(argument: Argument, plain: Any, safe: str, default: Any) -> Any:
    """The type of an option on the command line."""
    if plain is bytes:
        return Path | None if default is None else Path
    if plain is bool and default is False:
        return Flag
    if get_origin(plain) is list and get_args(plain)[0] in (str, int):
        found: Any = Annotated[list[get_args(plain)[0]], Parameter(negative="")]  # type: ignore[misc]
    elif _is_pairs(plain):
        return Annotated[tuple[str, ...], Parameter(negative="", show_default=False)]
    else:
        found = plain if plain in (int, float, bool) else str
    found = found | None if default is None else found
    if safe != argument.name:
        return Annotated[found, Parameter(name=f"--{argument.name}")]
    return Annotated[found, Parameter(show_default=False)] if default == "" else found


def _is_pairs(kind: Any) -> bool:
    return get_origin(kind) is dict and get_args(kind) == (str, str)


def call(arguments: Sequence[Argument], named: Mapping[str, Any], columns: Mapping[str, Any]) -> dict[str, Any]:
    """What the operation is called with; fields that were not given are left out.

    Args:
        arguments: of the operation.
        named: options by name.
        columns: Python types of the fields that ``field`` and ``name`` may name, for ``value``.
    """
    made: dict[str, Any] = {}
    for each in arguments:
        given = named.get("file") if _plain(each.type) is bytes else named.get(f"{each.name}_", named.get(each.name))
        if each.name == "filters" and not each.field:
            made["filters"] = _filters(named.get("where", ()), named.get("rule"), named.get("filters"))
        elif each.name == "answers":
            made["answers"] = _answers(
                named.get("answered_yes", ()), named.get("answered_no", ()), named.get("proposed", False)
            )
        elif each.type is Any and isinstance(given, str):
            told = columns.get(named.get("field") or named.get("name") or "")
            made[each.name] = given if told is str else _truth(given) if told is bool else _yaml(given)
        elif given is not None or (each.name in named and not each.field):
            made[each.name] = _value(each, given)
    return made


def _truth(given: str) -> Any:
    return {"yes": True, "no": False}.get(given.lower()) if given.lower() in ("yes", "no") else _yaml(given)


def _value(argument: Argument, given: Any) -> Any:
    if isinstance(given, Path):
        return given.read_bytes()
    if _is_pairs(_plain(argument.type)):
        return dict(_pair(each) for each in given) or None
    if not isinstance(given, str):
        return given
    kinds = get_args(argument.type) or (argument.type,)
    if date in kinds:
        return as_day(argument.name, given)
    nested = any(get_origin(kind) in (list, dict) for kind in (argument.type, *kinds))
    return _yaml(given) if nested else given


def _pair(given: str) -> tuple[str, str]:
    name, equals, value = given.rpartition("=")
    if not equals:
        raise InputError(f"{given!r} is no pair", code="usage", hint='write it as "Surname=last_name"')
    return name.strip(), value.strip()


def _filters(where: Sequence[str], rule: str | None, file: Path | None) -> dict[str, Any] | None:
    made: dict[str, Any] = dict(_yaml(f"@{file}") or {}) if file else {}
    for each in where:
        place, equals, expression = each.partition("=")
        table_name, dot, field = place.strip().partition(".")
        if not equals or not dot:
            raise InputError(f"{each!r} is no filter", code="usage", hint='write it as contact.city="Lyon|Paris"')
        made[table_name] = {**made.get(table_name, {}), field: expression}
    if rule is not None:
        made["rule"] = _yaml(rule)
    return made or None


def _answers(yes: Sequence[str], no: Sequence[str], proposed: bool) -> Any:
    given = dict.fromkeys(QUESTIONS, True) if "all" in yes else {}
    given |= {each.replace("-", "_"): each in yes for each in (*yes, *no) if each != "all"}
    unknown = sorted(given.keys() - QUESTIONS)
    if unknown:
        known = ", ".join(name.replace("_", "-") for name in QUESTIONS)
        raise InputError(f"there is no question {unknown[0]!r}", code="usage", hint=f"questions: {known}")
    if proposed:
        from parcours.contacts.office import Form

        return Form(given)
    return given


class _Loader(yaml.SafeLoader):
    """YAML in which ``no`` is the name of a field: only ``true`` and ``false`` are truths, as in YAML 1.2."""


_TRUTH = "tag:yaml.org,2002:bool"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in listed if tag != _TRUTH]
    for first, listed in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_TRUTH, re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def _yaml(text: str) -> Any:
    try:
        source = Path(text[1:]).read_text() if text.startswith("@") else text
        return yaml.load(source, _Loader)
    except yaml.YAMLError as error:
        raise InputError(f"this is no YAML: {error}", code="bad-yaml", where=text[:60]) from error
