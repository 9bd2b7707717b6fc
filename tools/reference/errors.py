"""Error codes, read from the places in the source that raise them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import parcours
from parcours.core import errors

SOURCE = Path(parcours.__file__).parent
INTRODUCTION = """\
# Error codes

Every error that Parcours raises on purpose carries a `code` (stable, for programs), a message, the place (file and
row, or the path inside a definition) and, where there is something to do about it, a hint. The command line prints
message, place and hint, and with `--json` the same as data; in Python they are attributes of the exception.
"""
ROW = "dead letter"
CLASSES = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}


@dataclass(frozen=True, order=True)
class Entry:
    """One way to meet a code: the class raised and the message, with ``…`` where a value stands."""

    code: str
    kind: str
    message: str


def page() -> str:
    entries = sorted({entry for path in sorted(SOURCE.rglob("*.py")) for entry in entries_of(path)})
    codes = sorted({entry.code for entry in entries} | set(_defaults().values()))
    parts = [INTRODUCTION, "## The classes\n", _tree(), "\n## The codes\n"]
    parts += [_section(code, [entry for entry in entries if entry.code == code]) for code in codes]
    return "\n".join(parts)


def _defaults() -> dict[str, str]:
    return {name: getattr(errors, name).default_code for name in sorted(CLASSES)}


def _tree() -> str:
    drawing = (errors.__doc__ or "").split("::\n\n", 1)[1].split("\n\nEach carries", 1)[0]
    return "```text\n" + "\n".join(line.removeprefix("    ") for line in drawing.splitlines()) + "\n```\n"


def _section(code: str, entries: list[Entry]) -> str:
    raised = sorted({entry.kind for entry in entries if entry.kind != ROW})
    if not entries:
        raised = [name for name, own in _defaults().items() if own == code]
    ways = [f"Raised as {', '.join(f'`{kind}`' for kind in raised)}."] if raised else []
    ways += ["The reason of a row kept as a dead letter."] if any(entry.kind == ROW for entry in entries) else []
    messages = dict.fromkeys(entry.message for entry in entries if entry.message)
    listed = [f"- {message}" for message in messages]
    return "\n".join([f"### {code}", "", " ".join(ways), "", *listed, *([""] if listed else [])])


def entries_of(path: Path) -> Iterator[Entry]:
    """The ways to meet a code that a module of the source knows."""
    tree = ast.parse(path.read_text())
    yield from _entries(tree)
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            yield from _described(function)


def _described(function: ast.FunctionDef) -> Iterator[Entry]:
    """A problem in a text that is described by its code, message, span and hint."""
    local = {node.targets[0].id: node.value for node in ast.walk(function) if _assigns(node)}  # type: ignore[attr-defined]
    for node in ast.walk(function):
        if not (isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 4):
            continue
        code, message, *_ = node.value.elts
        if isinstance(code, ast.Constant) and isinstance(code.value, str) and "." in code.value:
            if isinstance(message, ast.Name):
                message = local.get(message.id, message)
            yield Entry(code.value, "RuleError", _template(message))


def _assigns(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)


def _entries(tree: ast.AST) -> Iterator[Entry]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        kind = ast.unparse(node.func).rpartition(".")[2]
        words = {word.arg: word.value for word in node.keywords if word.arg}
        message = _template(words["reason"]) if "reason" in words else _template(node.args[0]) if node.args else ""
        code = words.get("code")
        if isinstance(code, ast.Constant) and isinstance(code.value, str):
            yield Entry(code.value, ROW if "reason" in words else kind if kind in CLASSES else "ParcoursError", message)
        elif kind in CLASSES and code is None and message:
            yield Entry(_defaults()[kind], kind, message)


def _template(node: ast.expr) -> str:
    """The text of a message, with ``…`` for the values in it; empty when it is not written at the place."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_template(part) or "…" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return (_template(node.left) or "…") + (_template(node.right) or "…")
    return ""
