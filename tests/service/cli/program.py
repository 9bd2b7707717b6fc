"""Runs ``parcours`` as people do."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from parcours.service.cli.main import run

#: What terminals are told of themselves.
PLAIN = {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
START = "from parcours.service.cli.main import main; main()"


@dataclass(frozen=True)
class Ran:
    """What a program left: exit code, answer, remarks."""

    code: int
    out: str
    err: str


def parcours(*arguments: object, cwd: Path | None = None, before: Callable[[], None] | None = None) -> Ran:
    """Run the command line in this process, unless something is to be done ``before``: starting takes most of its time.

    That a program of its own says the same is seen in ``test_commands.py``.
    """
    if before is not None:
        return apart(*arguments, cwd=cwd, before=before)
    out, err = io.StringIO(), io.StringIO()
    environment, here = dict(os.environ), Path.cwd()
    os.environ.update(PLAIN)
    try:
        os.chdir(cwd or here)
        with redirect_stdout(out), redirect_stderr(err):
            code = run([str(one) for one in arguments])
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(environment)
    return Ran(code, out.getvalue(), err.getvalue())


def apart(*arguments: object, cwd: Path | None = None, before: Callable[[], None] | None = None) -> Ran:
    """Run the command line as a program of its own. ``before`` runs first in the new process."""
    command = [sys.executable, "-c", START, *map(str, arguments)]
    environment = {**os.environ, **PLAIN}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, preexec_fn=before, check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def fingerprint(folder: Path) -> dict[str, object]:
    """All that a workspace holds: what waits, what is defined, what happened."""
    import parcours as library

    with library.open(folder) as workspace:
        waiting = {name: (folder / "inbox" / name).read_bytes() for name in workspace.waiting}
        tables = ("ticks", "profiles", "qualifications", "journey_steps", "deliveries", "dead_letters", "definitions")
        happened = {table: workspace.sql(f"SELECT * FROM {table} ORDER BY ALL").rows() for table in tables}
        listed = [*workspace.segments.list().rows(), *workspace.journeys.list().rows()]
    return {"waiting": waiting, **happened, "listed": listed, "settings": (folder / "parcours.toml").read_text()}
