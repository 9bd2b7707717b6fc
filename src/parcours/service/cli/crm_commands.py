"""Commands of the CRM, each made from its operation when it is asked for: ``contacts__create`` and so on."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from cyclopts import Parameter

from parcours.contacts.documents.files import File
from parcours.core.errors import OpenQuestion
from parcours.service.cli.crm_options import Option, call
from parcours.service.cli.crm_shown import COLUMNS, show
from parcours.service.cli.output import ROWS, note
from parcours.service.cli.session import Flag, opened, session
from parcours.service.surface.arguments import (
    REQUIRED,
    arguments_of,
    column_types,
    done,
    method_of,
    result_of,
    summary_of,
)
from parcours.service.surface.groups.crm import GROUPS
from parcours.service.surface.operations import Operation

_BY_NAME = {
    f"{group.replace('.', '__')}__{each.method}": (group, each) for group, listed in GROUPS.items() for each in listed
}
#: Sentences for programmers: what a method returns.
_RETURNS = re.compile(r"\s*(?:Returns? |`(?:None|False|True)`)[^.]*?(?:\.(?=\s|$)|$)")


def __getattr__(name: str) -> Callable[..., None]:
    """The command of this name."""
    if name not in _BY_NAME:
        raise AttributeError(name)
    return _command(*_BY_NAME[name])


def _command(group: str, operation: Operation) -> Callable[..., None]:
    arguments = arguments_of(operation)
    name = f"{group}.{operation.method}"
    options = _options(operation, name)
    own_limit = any(argument.name == "limit" for argument in arguments)

    def command(*words: Any, **named: Any) -> None:
        named |= _named(options, words)
        shown = {"output": named.pop("output", None), "wide": named.pop("wide", False)}
        shown["limit"] = named.get("limit", ROWS) if own_limit else named.pop("limit", ROWS)
        given = call(arguments, named, column_types(operation))
        with opened() as workspace:
            method = method_of(workspace, operation, session.user, session.work_date)
            result = _done(method, given, session.as_json)
        show(name, result, **shown)
        if given.get("preview") and not session.as_json:
            note("a preview: nothing was changed")

    command.__name__ = operation.name
    command.__doc__ = _prose(operation, options)
    command.__signature__ = inspect.Signature([option.parameter() for option in options])  # type: ignore[attr-defined]
    command.__annotations__ = {option.name: option.type for option in options}
    return command


def _options(operation: Operation, name: str) -> list[Option]:
    """What can be said to the command, in order."""
    kind = result_of(operation)
    made = [option for argument in arguments_of(operation) for option in Option.of(argument)]
    if any(option.many for option in made):
        for option in made:
            option.first = (option.first and option.default is REQUIRED) or option.many
    if kind is File:
        output = Annotated[Path | None, Parameter(name=["--output", "-o"])]
        made.append(Option("output", output, None, "the file to write"))
    if kind is pl.DataFrame and "limit" not in {option.name for option in made}:
        made.append(Option("limit", int, ROWS, "how many rows to show"))
    if name in COLUMNS:
        made.append(Option("wide", Flag, False, "show every column that says something"))
    return sorted(made, key=lambda option: option.order)


def _named(options: list[Option], words: tuple[Any, ...]) -> dict[str, Any]:
    """The words in front of the options, by name."""
    firsts = [option for option in options if option.first]
    found = dict(zip((option.name for option in firsts if not option.many), words, strict=False))
    return found | {option.name: list(words[len(firsts) - 1 :]) for option in firsts if option.many}


def _done(method: Callable[..., Any], given: Mapping[str, Any], silent: bool) -> Any:
    """Do it; at a terminal, ask what is open and do it again."""
    given = dict(given)
    while True:
        try:
            return done(method, given)
        except OpenQuestion as question:
            answers = given.get("answers")
            name = question.question.replace("_", "-")
            question.hint = f"--yes {name} or --no {name} answers it, --proposed takes what a form proposes"
            if silent or not sys.stdin.isatty() or not isinstance(answers, dict):
                raise
            shown = "Y/n" if question.default else "y/N"
            reply = input(f"{question.message} [{shown}] ").strip().lower()
            given["answers"] = {**answers, question.question: reply[:1] == "y" if reply else question.default}


def _prose(operation: Operation, options: list[Option]) -> str:
    paragraphs = (_RETURNS.sub("", paragraph).strip() for paragraph in summary_of(operation).split("\n\n"))
    summary = "\n\n".join(paragraph for paragraph in paragraphs if paragraph).replace("`", "")
    lines = [summary, "", "Args:"]
    lines += [f"    {option.name}: {option.prose.rstrip('.')}." for option in options]
    return "\n".join(lines) if options else summary
