"""The help of every command is what it was: ``help.txt``, written anew with GOLDEN=write."""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from cyclopts import App

from parcours.service.cli.data import Columns
from parcours.service.cli.main import app, load_commands, run

ROOT = Path(__file__).parents[3]
GOLDEN = Path(__file__).with_name("help.txt")
HEAVY = ("polars", "numpy", "duckdb", "sqlalchemy", "pydantic", "rich.table")


def commands(of: App, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command with those inside it, in order."""
    yield path
    for name in sorted(name for name in of if not name.startswith("-")):
        yield from commands(of[name], (*path, name))


def pages() -> str:
    """The help of every command."""
    load_commands()
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        for path in commands(app):
            print(f"$ parcours {' '.join([*path, '--help'])}\n")
            assert run([*path, "--help"]) == 0
            print()
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"


def test_help_is_what_it_was() -> None:
    """In a process of its own: commands that were run before leave traces in the library behind."""
    script = "from tests.service.cli.test_help import pages; print(pages(), end='')"
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    command = [sys.executable, "-c", script]
    text = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.write_text(text)
    assert text == GOLDEN.read_text(), "if that is meant: GOLDEN=write pytest tests/service/cli/test_help.py"


def test_every_command_and_every_option_says_what_it_does() -> None:
    load_commands()
    seen = 0
    for path in commands(app):
        found = app
        for name in path:
            found = found[name]
        assert found.help, path
        for thing in (found.default_command, Columns):
            if thing is not None:
                prose = inspect.getdoc(thing) or ""
                names = [name for name in inspect.signature(thing).parameters if name != "self"]
                assert [name for name in names if f"\n    {name}: " not in prose] == [], path
                seen += len(names)
    assert seen > 40


def test_the_command_line_starts_without_what_it_may_not_need() -> None:
    script = (
        "import sys; from parcours.service.cli.main import load_commands; load_commands();"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
