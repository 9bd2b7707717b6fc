"""The CRM: its operations, what it is filtered by, its settings, questions and tables, from their declarations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from parcours.contacts import tables as crm_tables
from parcours.contacts.office.questions import QUESTIONS
from parcours.contacts.office.setup import RECORDED, SETTINGS
from parcours.contacts.selection.subtables import SUB_TABLES
from parcours.contacts.tables.base import Amount
from parcours.contacts.tables.base import metadata as declared
from parcours.service.surface.arguments import REQUIRED, Argument, arguments_of, summary_of
from parcours.service.surface.groups.crm import GROUPS
from parcours.service.surface.operations import Operation
from parcours.service.surface.prose import of_field
from tools.reference.crm_columns import KEPT

FOLDER = Path(__file__).parent / "pages"


def _text(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text()


def pages() -> Mapping[str, str]:
    return {"crm.md": _operations(), "crm-filters.md": _filters(), "crm-tables.md": _tables()}


def _operations() -> str:
    parts = [_text("crm")]
    for group, operations in GROUPS.items():
        parts.append(f"## {group.replace('.', ': ')}\n")
        parts += [_operation(group, operation) for operation in operations]
    return "\n".join(parts)


def _operation(group: str, operation: Operation) -> str:
    room = f"{operation.room}."
    arguments = arguments_of(operation)
    plain = [each for each in arguments if not each.field]
    fields = [each for each in arguments if each.field]
    lines = [
        f"### {group}.{operation.method}",
        "",
        summary_of(operation),
        "",
        f"- Python: `workspace.{room}{operation.method}({', '.join(_said(each) for each in plain)}"
        f"{', ' if plain and fields else ''}{'**fields' if fields else ''})`",
        *([f"- API: `{operation.verb} /api{operation.path}`"] if operation.path else []),
        f"- Command: `parcours {group.replace('.', ' ')} {operation.name}`",
        "",
    ]
    if arguments:
        lines += ["| argument | holds | type | default |", "|---|---|---|---|"]
        lines += [_argument(each) for each in arguments]
        lines.append("")
    return "\n".join(lines)


def _said(argument: Argument) -> str:
    return argument.name if argument.default is REQUIRED else f"{argument.name}=…"


def _argument(argument: Argument) -> str:
    default = "required" if argument.default is REQUIRED else "" if argument.field else f"`{argument.default!r}`"
    name = f"`{argument.name}`" + (" (field)" if argument.field else "")
    return f"| {name} | {_cell(argument.prose)} | `{_cell(_type(argument.type))}` | {default} |"


def _type(kind: Any) -> str:
    text = getattr(kind, "__name__", "") if isinstance(kind, type) and not getattr(kind, "__args__", ()) else str(kind)
    return text.replace("typing.", "").replace("datetime.", "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _filters() -> str:
    parts = [_text("crm-filters")]
    for name, table in SUB_TABLES.items():
        parts += [f"## {name}\n", f"A row is {table.prose}. Forms offer first: {_list(table.offered)}.\n"]
        parts += ["| field | type | holds |", "|---|---|---|"]
        for field_name, field in table.fields.items():
            options = f" One of {_list(field.options)}." if field.options else ""
            holds = _holds(field_name, table.table.name)
            parts.append(f"| `{field_name}` | {field.type}{', a code' if field.code else ''} | {holds}.{options} |")
        parts.append("")
    return "\n".join(parts)


def _tables() -> str:
    parts = [_text("crm-tables"), "| setting | default | does |", "|---|---|---|"]
    parts += [f"| `{name}` | `{_cell(repr(each.default))}` | {each.prose} |" for name, each in SETTINGS.items()]
    parts += ["", f"Events that may be recorded by themselves: {_list(RECORDED)}.", ""]
    parts += ["## Questions\n", "What an operation may ask; the answer is given ahead in `answers`, by name.\n"]
    parts += ["| question | proposed | words |", "|---|---|---|"]
    parts += [f"| `{name}` | {'yes' if default else 'no'} | {words} |" for name, (default, words) in QUESTIONS.items()]
    parts += ["", "## Tables\n", "All tables have their keys in `id` or in the first column; amounts are kept in"]
    parts += ["millionths. They are there to be read; to change something, use the operations.", ""]
    parts += [text for table in _ours() for text in _table(table)]
    return "\n".join(parts)


def _ours() -> list[Table]:
    assert crm_tables
    return sorted(declared.tables.values(), key=lambda table: table.name)


def _table(table: Table) -> Iterator[str]:
    yield f"### {table.name}\n"
    yield "| column | type | holds |\n|---|---|---|"
    for column in table.columns:
        kind = "amount" if isinstance(column.type, Amount) else str(column.type).lower()
        yield f"| `{column.name}` | {kind} | {_holds(column.name, table.name)} |"
    yield ""


def _holds(name: str, table: str) -> str:
    return KEPT.get(name) or of_field(name, table)


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
