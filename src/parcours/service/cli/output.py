"""Answers on the terminal: tables for people, ``--json`` for programs. Everything else goes to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from parcours.core.errors import DefinitionError, InputError, ParcoursError
from parcours.service.cli.session import session

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console
    from rich.progress import Progress

#: Lines of an error that fit on one screen.
SCREEN = 40
#: Rows of a table that are shown unless more are asked for.
ROWS = 50


def console() -> Console:
    """Standard output; as wide as it likes when it is no terminal."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 100_000, highlight=False, soft_wrap=not sys.stdout.isatty())


def note(text: str) -> None:
    """A remark that is no part of the answer."""
    print(text, file=sys.stderr)


def say(text: str) -> None:
    """A line of the answer for people; left out with ``--json``."""
    if not session.as_json:
        print(text)


def answer(shape: object) -> None:
    """The answer for programs; printed with ``--json`` only."""
    if session.as_json:
        print(json.dumps(shape, default=_plain, ensure_ascii=False, indent=2))


def counted(count: int, thing: str) -> str:
    """``1 member``, ``1,200 members``."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def table(frame: pl.DataFrame, *, limit: int | None = ROWS, title: str | None = None) -> None:
    """A frame as a table for people. Nothing with ``--json``: see :func:`answer`."""
    if session.as_json:
        return
    from rich import box
    from rich.table import Table

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=title, title_justify="left", title_style="bold")
    for name, dtype in frame.schema.items():
        drawn.add_column(name, justify="right" if dtype.is_numeric() else "left", overflow="fold")
    for row in frame.head(limit if limit is not None else frame.height).iter_rows():
        drawn.add_row(*(_cell(value) for value in row))
    console().print(drawn)
    if limit is not None and frame.height > limit:
        note(f"the first {limit} of {frame.height:,}; --limit shows more, --json all")


def rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """A frame as plain data for :func:`answer`."""
    return frame.to_dicts()


def pairs(values: Mapping[str, object]) -> None:
    """Names and values, one a line."""
    width = max(map(len, values), default=0)
    for name, value in values.items():
        say(f"{name:<{width}}  {_cell(value).replace(chr(92) + '[', '[')}")


def progress() -> Progress:
    """A progress bar on standard error; nothing is drawn when that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


def failure(error: ParcoursError) -> int:
    """Show an error on one screen; gives the exit code: 2 for what was put in, 1 for everything else."""
    if session.as_json:
        print(json.dumps({"ok": False, "error": error.to_json()}, default=_plain, ensure_ascii=False), file=sys.stderr)
    else:
        print("error: " + one_screen(told(error)), file=sys.stderr)
    return 2 if isinstance(error, InputError | DefinitionError) else 1


def told(error: ParcoursError) -> str:
    """The error with all its problems; one inside a text with the line and a caret below the place."""
    from parcours.language.check.carets import caret

    lines = [error.message if error.where is None else f"{error.where}: {error.message}"]
    problems = getattr(error, "problems", ())
    if error.span is not None and error.source is not None and not problems:
        lines += [f"    {line}" for line in caret(error.source, error.span).splitlines()]
    if error.hint is not None:
        lines.append(f"  hint: {error.hint}")
    for problem in problems:
        lines.append("  - " + told(problem).replace("\n", "\n    "))
    return "\n".join(lines)


def one_screen(text: str) -> str:
    """The text, cut when it is longer than a screen."""
    lines = text.splitlines()
    if len(lines) <= SCREEN:
        return text
    return "\n".join([*lines[: SCREEN - 1], f"… and {len(lines) - SCREEN + 1} more lines; --json shows everything"])


def _cell(value: object) -> str:
    from rich.markup import escape

    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f").rstrip("0").removesuffix(".").removesuffix(":00")
    if isinstance(value, list | tuple | dict):
        return escape(json.dumps(value, default=_plain, ensure_ascii=False))
    return escape(str(value))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Iterable):
        return list(value)
    return str(value)
