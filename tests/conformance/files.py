"""Files of cases: one JSON object per line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class CaseFileError(Exception):
    """A file that is no file of cases; the message names it and the line."""


@dataclass(frozen=True)
class Case:
    """One case: its id and everything in its line. Integers and decimals are told apart, keys are in order."""

    id: str
    content: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.content[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.content.get(name, default)


def load(path: Path) -> list[Case]:
    """The cases of a file.

    Raises:
        CaseFileError: the file cannot be read, or a line is no case.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise CaseFileError(f"{path}: cannot be read: {problem}") from None
    return list(_cases(path, text))


def _cases(path: Path, text: str) -> Iterator[Case]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            content = json.loads(line)
        except json.JSONDecodeError as problem:
            raise CaseFileError(f"{path}:{number}: no JSON: {problem}") from None
        if not isinstance(content, dict) or not isinstance(content.get("id"), str):
            raise CaseFileError(f"{path}:{number}: no object with an id")
        yield Case(content["id"], content)
