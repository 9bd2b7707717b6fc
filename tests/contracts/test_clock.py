"""Below the runner nobody asks a clock and nobody draws: the time is an argument, ids are computed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src/parcours"
PURE = ("language", "kernel", "flow/segments", "flow/journeys", "engines/tick.py")
#: Names that read a clock or draw a number wherever they come from.
ALWAYS = {"SystemClock", "utcnow", "time_ns", "monotonic", "perf_counter", "default_rng", "uuid4", "urandom"}
#: Names that do so when they belong to one of these owners; a parameter or method of ours may be called `now`.
OWNED = {"now", "today", "random", "choice", "shuffle", "integers"}
OWNERS = ("datetime", "date", "Instant", "time", "random", "secrets")


def modules() -> Iterator[Path]:
    for place in PURE:
        path = SOURCE / place
        yield from [path] if path.suffix else sorted(path.rglob("*.py"))


def calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted text of everything called, and of every name imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, alias.name) for alias in node.names)


def offences(source: str) -> list[tuple[int, str]]:
    found = []
    for line, text in calls(ast.parse(source)):
        owner, _, name = text.rpartition(".")
        if name in ALWAYS or (name in OWNED and owner.endswith(OWNERS)):
            found.append((line, text))
    return found


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(SOURCE)))
def test_reads_no_clock(path: Path) -> None:
    if path.exists():
        assert offences(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nx = datetime.now()",
        "import time\nx = time.time_ns()",
        "import numpy as np\nx = np.random.default_rng()",
        "from parcours.core.clock import SystemClock",
        "from uuid import uuid4",
    ],
)
def test_the_check_sees_an_offence(source: str) -> None:
    assert offences(source)
