"""What commands of the CRM print for people: few columns, no blanks, words instead of yes and no."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from parcours.contacts.documents.files import File
from parcours.contacts.worksheets.history import Step
from parcours.service.api.plain import plain
from parcours.service.cli.output import answer, pairs, rows, say, table
from parcours.service.paging import Page

#: What only programs look at.
FOR_PROGRAMS = (
    "id",
    "revision",
    "series",
    "profile_id",
    "search_name",
    "version",
    "created_by",
    "by",
    "at",
    "last_modified",
    "open_fields",
    "content",
    "header",
)
_CARDS = ("no", "type", "name", "company_name", "city", "phone_no", "email", "exclude_from_segment")
#: The columns of tables that people want to see first; all others with ``--wide``. Without an entry: all with content.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "contacts.find": _CARDS,
    "contacts.page": _CARDS,
    "worksheets.list": ("no", "description", "date", "campaign_no", "interaction_template", "no_of_lines"),
    "worksheets.lines": (
        "line_no", "contact_no", "contact_name", "contact_company_name", "contact_email", "correspondence_type",
        "interaction_template", "attachment_state", "salesperson_code",
    ),
    "worksheets.lines_of_contact": ("segment_no", "line_no", "contact_no", "interaction_template", "description"),
    "interactions.entries": (
        "id", "date", "contact_no", "description", "template_code", "campaign_no", "evaluation", "delivery_status",
        "delivery_detail", "canceled",
    ),
    "interactions.logged_segments": (
        "id", "segment_no", "description", "created_on", "canceled", "no_of_interactions", "no_of_campaign_entries",
    ),
    "interactions.attachments": ("no", "name", "media_type", "merge_source", "read_only"),
    "interactions.templates": ("code", "description", "group_code", "unit_cost", "unit_duration"),
    "campaigns.list": ("no", "description", "starting_date", "ending_date", "status_code", "active"),
    "campaigns.entries": ("id", "campaign_no", "date", "description", "segment_no", "no_of_interactions", "canceled"),
    "campaigns.prices": ("id", "item_no", "unit", "min_qty", "unit_price"),
    "campaigns.discounts": ("id", "item_no", "unit", "min_qty", "discount_pct"),
    "opportunities.list": (
        "no", "description", "contact_no", "salesperson_code", "status", "stage", "estimated_value", "probability_pct",
        "estimated_close_date",
    ),
    "opportunities.tasks": ("no", "date", "description", "status", "priority", "salesperson_code", "contact_no"),
    "contacts.questionnaires.lines": ("line_no", "type", "description", "auto", "multiple_answers", "contact_field"),
    "contacts.questionnaires.answers": ("questionnaire_code", "line_no", "question", "answer", "updated_on"),
    "contacts.notes.list": ("id", "date", "by", "text"),
    "crm.users": ("id", "salesperson_code", "work_date"),
    "crm.trail": ("revision", "at", "by", "operation", "kind", "key", "note"),
}  # fmt: skip
#: What is said of a result that is yes, and of one that is no; and of a number.
SAID: Mapping[str, tuple[str, ...]] = {
    "interactions.toggle": ("canceled", "counts again"),
    "interactions.toggle_logged": ("canceled", "counts again"),
    "campaigns.toggle_entry": ("canceled", "counts again"),
    "campaigns.activate": ("active", "not activated"),
    "worksheets.is_delivery_proposed": ("yes", "no"),
    "interactions.record": ("interaction {}",),
    "worksheets.call": ("interaction {}",),
    "worksheets.insert_lines": ("{} lines",),
    "worksheets.own_attachment": ("attachment {}",),
    "worksheets.apply_mailing_group": ("{} contacts came into the group",),
    "interactions.delete_canceled": ("{} deleted",),
    "interactions.delete_canceled_logged": ("{} deleted",),
    "campaigns.delete_canceled_entries": ("{} deleted",),
    "interactions.evaluate": ("{} changed",),
    "contacts.questionnaires.classify": ("{} contacts have other answers now",),
    "contacts.duplicates.rebuild": ("{} contacts",),
}
#: Operations that give nothing when somebody said no, or there was nothing to do.
MAY_SAY_NO = ("worksheets.go_back", "worksheets.redo", "worksheets.reuse_criteria", "worksheets.reuse_logged",
              "interactions.record_event", "campaigns.post_sales_invoice")  # fmt: skip
#: Results that are shown with what is blank or off: here that is what people ask for.
WHOLE = ("crm.settings", "campaigns.statistics", "contacts.statistics", "contacts.columns")


def show(name: str, result: Any, *, output: Path | None = None, limit: int | None = None, wide: bool = False) -> None:
    """Print a result.

    Args:
        name: of the operation: group and method.
        result: what it gave.
        output: where a file goes.
        limit: rows of a table.
        wide: show every column that says something.
    """
    if isinstance(result, File):
        _write(result, output)
    elif isinstance(result, pl.DataFrame):
        answer(rows(result))
        if result.height == 0:
            say("none")
        else:
            table(_shown(name, result, wide), limit=limit)
    elif isinstance(result, Page):
        answer({"items": rows(result.items), "next": result.next, "total": result.total})
        table(_shown(name, result.items, wide))
        say(f"{result.total:,} in all" + (f"; the next page: --cursor {result.next}" if result.next else ""))
    else:
        shape = plain(result)
        answer(shape if shape is not None else {"ok": True})
        if name in ("worksheets.criteria", "worksheets.criteria_tree"):
            say("\n".join(map(_criterion, shape)) or "none")
        elif name == "worksheets.steps_possible":
            say("{} back, {} forth".format(*shape))
        elif name == "contacts.questionnaires.sheet":
            say("\n".join(map(_asked, shape)) or "none")
        elif isinstance(result, Step):
            _say_step(shape)
        else:
            _say(name, shape, limit, counts=dataclasses.is_dataclass(result))


def _write(file: File, output: Path | None) -> None:
    place = output or Path(file.name)
    place.write_bytes(file.content)
    answer({"ok": True, "file": str(place)})
    say(f"written to {place}")


def _shown(name: str, frame: pl.DataFrame, wide: bool) -> pl.DataFrame:
    wanted = [] if wide else [column for column in COLUMNS.get(name, ()) if column in frame.columns]
    hidden = () if wanted else FOR_PROGRAMS
    listed = wanted or frame.columns
    return frame.select(column for column in listed if column not in hidden and _told(frame[column]))


def _told(column: pl.Series) -> bool:
    """Whether a column says anything: empty ones would only make the table wide."""
    if column.dtype.is_nested() or column.dtype == pl.Object:
        return True
    blank = column.is_null() | column.cast(pl.String, strict=False).is_in(["", "false"])
    return not blank.all()


def _say(name: str, shape: Any, limit: int | None, *, counts: bool) -> None:
    if isinstance(shape, dict):
        _say_record(shape, whole=name in WHOLE, counts=counts, limit=limit)
    elif isinstance(shape, list) and shape and isinstance(shape[0], dict):
        table(_told_only(pl.DataFrame(shape, infer_schema_length=None, strict=False)), limit=limit)
    elif isinstance(shape, list):
        say("\n".join(map(str, shape)) or "none")
    elif isinstance(shape, bool):
        say(SAID.get(name, ("done", "nothing to do"))[0 if shape else -1])
    elif shape is None:
        say("nothing was changed" if name in MAY_SAY_NO else "done")
    else:
        say(SAID.get(name, ("{}",))[0].format(shape))


def _told_only(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(column for column in frame.columns if _told(frame[column]))


def _say_record(shape: Mapping[str, Any], *, whole: bool, counts: bool, limit: int | None) -> None:
    """A line for each value; lists of things as tables below."""
    told = {name: value for name, value in shape.items() if whole or _tells(name, value, counts)}
    actions = told.pop("actions", [])
    tables = {name: value for name, value in told.items() if _is_table(value)}
    pairs({name: _short(value) for name, value in told.items() if name not in tables})
    for name, value in tables.items():
        listed = pl.DataFrame(value, infer_schema_length=None, strict=False)
        table(
            _told_only(listed.select(column for column in listed.columns if column != "code")), limit=limit, title=name
        )
    if actions or not told:
        say("\n".join(map(_criterion, actions)) or "nothing")


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _tells(name: str, value: Any, counts: bool = False) -> bool:
    """Whether people want to read this: what is blank, off or for programs only goes with ``--json``."""
    if counts and isinstance(value, int) and not isinstance(value, bool):
        return name not in (*FOR_PROGRAMS, "action")
    return name not in FOR_PROGRAMS and value not in ("", None, False, [], {}, 0, 0.0)


def _say_step(shape: Mapping[str, Any]) -> None:
    say("\n".join(map(_criterion, shape["actions"])))
    say(f"{shape['inserted']:,} lines came, {shape['deleted']:,} went")


def _asked(each: Mapping[str, Any]) -> str:
    """A question with its answers, a line each; those that were given are marked."""
    question, answers = each["question"]["row"], each["question"]["answers"]
    lines = [f"{question['line_no']:>6}  {question['description']}"]
    for row in answers:
        mark = "x" if row["line_no"] in each["chosen"] else " "
        lines.append(f"{row['line_no']:>6}  [{mark}] {row['description']}")
    return "\n".join(lines)


def _criterion(row: Mapping[str, Any]) -> str:
    """An action of a worksheet, or a filter below one, in a line."""
    if row.get("type") == "filter":
        return f"     {row['sub_table']}: {row['text']}" if row.get("text") else f"     {row['sub_table']}"
    options = [name.replace("_", " ") for name, on in (row.get("options") or {}).items() if on]
    parts = [f"{row.get('number') or '':>3}", row["action"], *([f"({', '.join(options)})"] if options else [])]
    parts += [] if row.get("source") == "run" else [f"by {row['source']}"]
    if row.get("type") is None:
        parts += [f"{table}.{field}={text}" for table, field, text in _filters(row.get("filters") or {})]
    return "  ".join(str(part) for part in parts)


def _filters(filters: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for name, fields in filters.items():
        listed = fields.items() if isinstance(fields, dict) and name != "rule" else [("", fields)]
        yield from ((name, field, text) for field, text in listed)


def _short(value: Any) -> Any:
    if isinstance(value, list | tuple) and value and not isinstance(value[0], dict | list):
        more = f" … {len(value):,} in all" if len(value) > 10 else ""
        return " ".join(map(str, value[:10])) + more
    return value
