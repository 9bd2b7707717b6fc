"""Commands of the CRM, each made from its operation when it is asked for: ``contacts__create`` and so on.

What an operation takes becomes an option, with these turns:

* filters: ``--where contact.city=Lyon`` (several times), ``--rule`` for a rule of Parcours, ``--filters`` for a file;
* answers: ``--yes QUESTION``, ``--no QUESTION``, ``--proposed``; what is still open is asked at a terminal;
* lists of tables and other nested values: as YAML, or ``@file``;
* contents: the path of a file; files that come back are written to ``--output``.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import polars as pl
import yaml
from cyclopts import Parameter

from parcours.contacts.documents.files import File
from parcours.contacts.people.fields import as_day
from parcours.core.errors import InputError, OpenQuestion
from parcours.service.cli.output import ROWS, answer, pairs, rows, say, table
from parcours.service.cli.session import Flag, opened, session
from parcours.service.crm.arguments import REQUIRED, Argument, arguments_of, method_of, result_of, summary_of
from parcours.service.crm.operations import GROUPS, Operation

_TEXTS = tuple[str, ...]


def _named(name: str) -> Any:
    """Texts that are given by an option of this name."""
    return Annotated[tuple[str, ...], Parameter(name=name)]


_BY_NAME = {f"{group}__{each.method}": (group, each) for group, listed in GROUPS.items() for each in listed}
#: What only programs look at.
_FOR_PROGRAMS = ("id", "revision", "series", "profile_id", "search_name", "version")
#: Arguments that stand for several options: their names, types, defaults and what they are.
_TURNED: Mapping[str, tuple[tuple[str, Any, Any, str], ...]] = {
    "filters": (
        ("where", _TEXTS, (), "SUB-TABLE.FIELD=EXPRESSION, for example contact.city=Lyon; may be given several times."),
        ("rule", str | None, None, "a rule of Parcours beside them, for example {segment: silver}."),
        ("filters", Path | None, None, "a YAML or JSON file with filters, any_of and none_of groups, and a rule."),
    ),
    "answers": (
        ("answered_yes", _named("--yes"), (), "answer a question with yes, by its name: update-lines; several times."),
        ("answered_no", _named("--no"), (), "answer a question with no, by its name; several times."),
        ("proposed", Flag, False, "answer every other question as a form proposes."),
    ),
}


def __getattr__(name: str) -> Callable[..., None]:
    """The command of this name."""
    if name not in _BY_NAME:
        raise AttributeError(name)
    return _command(*_BY_NAME[name])


def _command(group: str, operation: Operation) -> Callable[..., None]:
    arguments = arguments_of(operation)
    parts = [_Option.of(operation, argument) for argument in arguments]
    options = sorted((option for listed in parts for option in listed), key=lambda option: not option.first)
    kind = result_of(operation)
    if kind is File:
        options.append(
            _Option("output", Annotated[Path | None, Parameter(name=["--output", "-o"])], None, "the file to write.")
        )
    if kind is pl.DataFrame and "limit" not in {option.name for option in options}:
        options.append(_Option("limit", int, ROWS, "how many rows to show."))

    def command(*given_first: Any, **given: Any) -> None:
        named = {**dict(zip((each.name for each in options if each.first), given_first, strict=False)), **given}
        output, limit = named.pop("output", None), named.get("limit", ROWS)
        if kind is pl.DataFrame and not any(argument.name == "limit" for argument in arguments):
            named.pop("limit", None)
        with opened() as workspace:
            crm = workspace.crm
            if session.user or session.work_date:
                crm = crm.acting(session.user, work_date=session.work_date)
            result = _done(method_of(crm, operation), _call(arguments, named), "answers" in {a.name for a in arguments})
        _show(result, output, limit)

    command.__name__ = operation.name
    command.__doc__ = _prose(summary_of(operation), options)
    command.__signature__ = inspect.Signature([option.parameter() for option in options])  # type: ignore[attr-defined]
    command.__annotations__ = {option.name: option.type for option in options}
    return command


class _Option:
    """One option, or one of the names and numbers in front of them."""

    def __init__(self, name: str, type: Any, default: Any, prose: str, *, first: bool = False) -> None:
        self.name, self.type, self.default, self.prose, self.first = name, type, default, prose, first

    @classmethod
    def of(cls, operation: Operation, argument: Argument) -> list[_Option]:
        """The options that an argument becomes."""
        if argument.name in _TURNED and not argument.field:
            return [cls(*turned) for turned in _TURNED[argument.name]]
        first = f"{{{argument.name}}}" in operation.path or argument.default is REQUIRED or argument.name == "no"
        prose = argument.prose or (
            f"field {argument.name}." if argument.field else f"{argument.name.replace('_', ' ')}."
        )
        default = None if argument.field else argument.default
        return [cls(argument.name, _typed(argument, default), default, prose, first=first)]

    def parameter(self) -> inspect.Parameter:
        """As a parameter of a function."""
        kind = inspect.Parameter.POSITIONAL_ONLY if self.first else inspect.Parameter.KEYWORD_ONLY
        return inspect.Parameter(self.name, kind, default=self.default, annotation=self.type)


def _typed(argument: Argument, default: Any) -> Any:
    """The type of an option on the command line."""
    kind = argument.type
    parts = [
        part for part in (get_args(kind) if get_origin(kind) not in (list, dict) else (kind,)) if part is not type(None)
    ]
    plain = next((part for part in parts or [kind]), kind)
    if plain is bytes:
        found: Any = Path
    elif plain is bool:
        found = Flag if default is False else bool
    elif get_origin(plain) is list and get_args(plain)[0] in (str, int):
        found = list[get_args(plain)[0]]  # type: ignore[misc]
    elif plain in (int, float):
        found = plain
    else:
        found = str
    return found | None if default is None and found is not Flag else found


def _call(arguments: list[Argument], named: Mapping[str, Any]) -> dict[str, Any]:
    """What the operation is called with; fields that were not given are left out."""
    made: dict[str, Any] = {}
    for each in arguments:
        if each.name == "filters":
            made["filters"] = _filters(named.get("where", ()), named.get("rule"), named.get("filters"))
        elif each.name == "answers":
            made["answers"] = _answers(
                named.get("answered_yes", ()), named.get("answered_no", ()), named.get("proposed", False)
            )
        elif each.name in named and not (each.field and named[each.name] is None):
            made[each.name] = _value(each, named[each.name])
    return made


def _value(argument: Argument, given: Any) -> Any:
    if isinstance(given, Path):
        return given.read_bytes()
    if not isinstance(given, str):
        return given
    kinds = get_args(argument.type) or (argument.type,)
    if date in kinds:
        return as_day(argument.name, given)
    nested = any(get_origin(kind) in (list, dict) for kind in (argument.type, *kinds))
    return _yaml(given) if nested or argument.type is Any else given


def _filters(where: tuple[str, ...], rule: str | None, file: Path | None) -> dict[str, Any] | None:
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


def _answers(yes: tuple[str, ...], no: tuple[str, ...], proposed: bool) -> Any:
    given = {each.replace("-", "_"): each in yes for each in (*yes, *no)}
    if proposed:
        from parcours.contacts.office import Form

        return Form(given)
    return given


def _yaml(text: str) -> Any:
    try:
        return yaml.safe_load(Path(text[1:]).read_text() if text.startswith("@") else text)
    except yaml.YAMLError as error:
        raise InputError(f"this is no YAML: {error}", code="bad-yaml", where=text[:60]) from error


def _done(method: Callable[..., Any], given: dict[str, Any], asks: bool) -> Any:
    """Do it; at a terminal, ask what is open and do it again."""
    while True:
        try:
            return method(**given)
        except OpenQuestion as question:
            if not asks or session.as_json or not sys.stdin.isatty() or not isinstance(given.get("answers"), dict):
                raise
            shown = "Y/n" if question.default else "y/N"
            reply = input(f"{question.message} [{shown}] ").strip().lower()
            given["answers"] = {**given["answers"], question.question: reply[:1] == "y" if reply else question.default}


def _show(result: Any, output: Path | None, limit: int | None) -> None:
    from parcours.service.api.plain import plain

    if isinstance(result, File):
        place = output or Path(result.name)
        place.write_bytes(result.content)
        answer({"ok": True, "file": str(place)})
        say(f"written to {place}")
        return
    if isinstance(result, pl.DataFrame):
        answer(rows(result))
        table(result.select(name for name in result.columns if _told(result[name])), limit=limit)
        return
    shape = plain(result)
    answer(shape if shape is not None else {"ok": True})
    if isinstance(shape, dict):
        pairs({name: _short(value) for name, value in shape.items() if _tells(name, value)})
    elif isinstance(shape, list) and shape and isinstance(shape[0], dict):
        table(pl.DataFrame(shape, infer_schema_length=None, strict=False), limit=limit)
    else:
        say("done" if shape is None or shape is True else "nothing to do" if shape is False else str(_short(shape)))


def _tells(name: str, value: Any) -> bool:
    """Whether people want to read this: what is blank, off or for programs only goes with ``--json``."""
    return name not in _FOR_PROGRAMS and value not in ("", None, False, [], {})


def _told(column: pl.Series) -> bool:
    """Whether a column says anything: empty ones would only make the table wide."""
    if column.len() == 0 or column.dtype.is_nested():
        return True
    blank = column.is_null() | column.cast(pl.String, strict=False).is_in(["", "false"])
    return column.name not in _FOR_PROGRAMS and not blank.all()


def _short(value: Any) -> Any:
    if isinstance(value, list) and len(value) > 10:
        return [*value[:10], f"… {len(value):,} in all"]
    return value


def _prose(summary: str, options: list[_Option]) -> str:
    lines = [summary, "", "Args:"]
    lines += [f"    {option.name}: {option.prose}" for option in options]
    return "\n".join(lines) if options else summary
