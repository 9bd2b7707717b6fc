"""Files of cases: one JSON object per line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class CaseFileError(Exception):
    """A file that cannot be read; the message names it."""


@dataclass(frozen=True)
class BrokenLine:
    """A line that is no case: where it stands, and what is wrong with it."""

    id: str
    problem: str


@dataclass(frozen=True)
class Case:
    """One case: its id and everything in its line. Integers and decimals are told apart, keys are in order."""

    id: str
    content: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.content[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.content.get(name, default)


def load(path: Path) -> list[Case | BrokenLine]:
    """The cases of a file.

    Raises:
        CaseFileError: the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise CaseFileError(f"{path}: cannot be read: {problem}") from None
    return list(_cases(path, text))


def _cases(path: Path, text: str) -> Iterator[Case | BrokenLine]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _case(f"{path}:{number}", line)


def _case(where: str, line: str) -> Case | BrokenLine:
    try:
        content = json.loads(line)
    except ValueError as problem:
        return BrokenLine(where, f"no JSON: {problem}")
    if not isinstance(content, dict) or not isinstance(content.get("id"), str):
        return BrokenLine(where, "no object with an id")
    return Case(content["id"], content)
