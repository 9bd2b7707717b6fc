"""What an operation takes and gives, read off the method that does it."""

from __future__ import annotations

import inspect
import re
from collections import abc
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic import Field
from sqlalchemy import Boolean, Column, Date, Integer, Table

from parcours.contacts.tables.base import Amount
from parcours.service.surface.operations import Fields, Operation
from parcours.service.surface.prose import of_argument, of_field
from parcours.service.workspace import Workspace

#: What a parameter without default has.
REQUIRED: Any = inspect.Parameter.empty
#: How questions are answered in a request.
ANSWERS = dict[str, bool] | Literal["proposed"] | None
#: The id of a definition, or a definition as plain data; never a path, which would be one of the server's.
DRAFT = Annotated[str, Field(pattern="^[A-Za-z0-9_-]+$")] | dict[str, Any]
#: Languages that people read, and languages of rules.
WORDS = Literal["en", "fr"]
LANGUAGES = Literal["tree", "pql", "journey", "filter"]
#: Definitions as plain data.
DEFINITIONS = dict[str, Any] | list[dict[str, Any]]
#: Arguments that requests carry otherwise than Python does.
_IN_REQUESTS: Mapping[str, Any] = {
    "answers": ANSWERS,
    "journeys.backtest.answers": dict[str, dict[str, Any]] | None,
    "tables": dict[str, list[dict[str, Any]]],
    "lang": WORDS,
    "segments.describe.language": WORDS,
    "segments.method.language": WORDS,
    "rules.check.language": LANGUAGES | None,
    "rules.size.language": LANGUAGES | None,
    "rules.convert.language": LANGUAGES | None,
    "rules.explain.language": LANGUAGES | None,
    "rules.convert.to": LANGUAGES,
    "draft": DRAFT,
    "against": DRAFT | None,
    "definitions": DEFINITIONS,
}
#: Columns that are no fields.
_INTERNAL = ("id", "revision", "version", "series", "created_by", "last_modified", "created_on", "by", "at")
#: Columns of tables that follow from other things and are not typed.
_FOLLOWING = {
    "contacts": ("no", "company_name"),
    "crm_campaigns": ("no", "active"),
    "crm_interactions": (
        "contact_no", "company_no", "template_code", "campaign_entry", "segment_no", "logged_segment", "task",
        "opportunity", "opportunity_no", "delivery_status", "delivery_detail", "canceled", "postponed",
    ),
    "contact_alt_addresses": ("contact_no", "code"),
    "crm_questionnaires": ("code",),
    "crm_salespeople": ("code",),
    "crm_interaction_templates": ("code",),
    "worksheets": ("no",),
    "crm_questionnaire_lines": ("questionnaire_code", "line_no"),
}  # fmt: skip
_ITEM = re.compile(r"^ {4}([\w, ]+?): (.*)$")
_ROLE = re.compile(r":\w+:`~?(?:[\w.]+\.)?(\w+)`")
#: References to the specification and to the source, which only developers can look up.
_SOURCE_NOTE = re.compile(r"\s*\((?:contact-segments\.md|sections?|data:|[\d.]+\b(?:, [\d.]+)*\))[^)]*\)?")
_SEE = re.compile(r"^see\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: its Python type, its default (:data:`REQUIRED` without), what it is, and whether it is a field.

    ``named``: it has to be named in Python, too.
    """

    name: str
    type: Any
    default: Any
    prose: str
    field: bool = False
    named: bool = True


def method_of(
    workspace: Workspace,
    operation: Operation,
    user: str = "",
    work_date: date | str | None = None,
    salesperson_code: str | None = None,
) -> Callable[..., Any]:
    """The method that does it, of the facades of a workspace.

    Args:
        user, work_date, salesperson_code: who works in the CRM, on which day, and which salesperson that is; see
            :meth:`parcours.service.crm.crm.Crm.acting`.
    """
    rooms = [part for part in operation.room.split(".") if part]
    room: Any = workspace
    if operation.acts and (user or work_date):
        room = workspace.crm.acting(user, work_date=work_date, salesperson_code=salesperson_code)
        rooms = rooms[1:] if rooms[0] == "crm" else rooms
    for part in rooms:
        room = getattr(room, part)
    found: Callable[..., Any] = getattr(room, operation.method)
    return found


def function_of(operation: Operation) -> Callable[..., Any]:
    """The method of the class, where there are no facades yet."""
    module, _, name = operation.facade.partition(":")
    found: Callable[..., Any] = getattr(getattr(import_module(f"parcours.service.{module}"), name), operation.method)
    return found


def summary_of(operation: Operation) -> str:
    """What it does: the docstring without its sections."""
    text = inspect.cleandoc(function_of(operation).__doc__ or "")
    return worded(re.split(r"\n\n(?:Args|Raises|Returns):", text)[0])


def worded(text: str) -> str:
    """Prose of a docstring as people read it: names in backquotes, no references to sources."""
    return _SOURCE_NOTE.sub("", _ROLE.sub(r"`\1`", text)).replace("``", "`")


def arguments_of(operation: Operation) -> list[Argument]:
    """What it takes, in order; fields last."""
    function = function_of(operation)
    hints, prose = _hints(function), _prose(function)
    found: list[Argument] = []
    for name, each in list(inspect.signature(function).parameters.items())[1:]:
        if each.kind is each.VAR_KEYWORD:
            found += [field for field in _fields(operation) if field.name not in {known.name for known in found}]
        elif not _is_call(hints[name]):
            several = each.kind is each.VAR_POSITIONAL
            kind = _in_requests(operation, name) or (list[str] if several else _plain(hints[name]))
            said = "" if _SEE.match(prose.get(name, "see")) else prose[name]
            said = said or of_argument(name, operation.method, operation.room)
            default = REQUIRED if several else each.default
            found.append(Argument(name, kind, default, said, named=each.kind is each.KEYWORD_ONLY))
    return found


def _in_requests(operation: Operation, name: str) -> Any:
    """The type of an argument that requests carry otherwise; ``None``: as Python does."""
    return _IN_REQUESTS.get(f"{operation.full_name}.{name}") or _IN_REQUESTS.get(name)


def _is_call(kind: Any) -> bool:
    """Whether an argument is something to be called, which no request can carry."""
    return get_origin(kind) is abc.Callable or any(_is_call(each) for each in get_args(kind))


def done(method: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """What the method gives for these arguments by name."""
    several = [each.name for each in inspect.signature(method).parameters.values() if each.kind is each.VAR_POSITIONAL]
    spread = [value for name in several for value in given.get(name) or ()]
    return method(*spread, **{name: value for name, value in given.items() if name not in several})


def column_types(operation: Operation) -> dict[str, Any]:
    """Types of the fields that an operation changes by their names: those of worksheets and settings."""
    if operation.room == "worksheets" and operation.method in ("set", "set_line"):
        from parcours.contacts.tables import worksheets

        table = worksheets.worksheets if operation.method == "set" else worksheets.worksheet_lines
        return {column.name: _column(column) for column in table.c}
    if operation.full_name == "crm.set":
        from parcours.contacts.office.setup import SETTINGS

        return {name: type(setting.default) for name, setting in SETTINGS.items()}
    return {}


def result_of(operation: Operation) -> Any:
    """The type of what it gives."""
    return _hints(function_of(operation)).get("return", Any)


def _fields(operation: Operation) -> list[Argument]:
    source = _source(operation.fields)
    if isinstance(source, Table):
        left = (*_INTERNAL, *_FOLLOWING.get(source.name, ()))
        listed = [column for column in source.c if column.name not in left]
        return [Argument(c.name, _column(c), None, of_field(c.name, source.name), True) for c in listed]
    if isinstance(source, tuple):
        return [Argument(name, str, None, of_field(name, operation.method), True) for name in source]
    if source is None:
        return []
    hints, prose = _hints(source), _prose(source)
    return [
        Argument(name, _plain(hints[name]), each.default, prose.get(name) or of_field(name, operation.method), True)
        for name, each in inspect.signature(source).parameters.items()
        if each.kind is each.KEYWORD_ONLY and name != "hooks"
    ]


def _source(fields: Fields) -> Any:
    if not isinstance(fields, str):
        return fields
    module, _, name = fields.partition(":")
    return getattr(import_module(f"parcours.contacts.{module}"), name)


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    return get_type_hints(function, localns={"Definitions": Any})  # which names itself


def _column(column: Column[Any]) -> Any:
    if isinstance(column.type, Amount):
        return float
    for kind, python in ((Boolean, bool), (Integer, int), (Date, date | None)):
        if isinstance(column.type, kind):
            return python
    return str


def _plain(kind: Any) -> Any:
    """A type as requests can carry it: lists for collections, mappings as they are, moments as texts, no paths."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Collection, Sequence, list):
        return list[_plain(inner[0])]  # type: ignore[misc]
    if origin in (Mapping, dict):
        return dict[inner[0], inner[1]]  # type: ignore[valid-type]
    if origin is None or origin is Literal or not inner:
        return kind
    if origin is Annotated:
        return kind
    united: Any = None
    for each in inner:
        if each is Path or (each is datetime and str in inner):
            continue
        united = _plain(each) if united is None else united | _plain(each)
    return united


def _prose(function: Callable[..., Any]) -> dict[str, str]:
    """What the docstring says about each argument."""
    text = inspect.cleandoc(function.__doc__ or "")
    _, _, rest = text.partition("\nArgs:\n")
    section = rest.split("\n\n")[0]
    found: dict[str, str] = {}
    names: list[str] = []
    for line in section.splitlines():
        item = _ITEM.match(line)
        if item:
            names = [name.strip() for name in item[1].split(",")]
            found |= dict.fromkeys(names, item[2].strip())
        else:
            found |= {name: f"{found[name]} {line.strip()}" for name in names}
    return {name: worded(text).rstrip(".") for name, text in found.items()}
