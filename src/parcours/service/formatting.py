"""Rules laid out in the files that hold them: files with one rule, and the texts inside definition files.

A definition file keeps everything else as it is: comments, order, quotes. A text is put in its place only if the file
then says the same with the new text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from parcours.core.errors import InputError
from parcours.flow.segments.documents import Document, read_documents
from parcours.flow.segments.scalars import Scalar
from parcours.language.frontends import FRONT_ENDS
from parcours.service.expressions import ENDINGS, format, from_file

_LANGUAGE = re.compile(r"(?:^|\.)(journey|pql)$|(?:^|\.)(filter)\.[^\[]+$")
_YAML = (".yaml", ".yml")
#: Stands for the text that is replaced.
_MARK = "the rule goes here"


def format_files(path: Path, *, write: bool = True) -> list[Path]:
    """Lay out the rules in a file, or in every file of a folder; gives the files that change.

    Raises:
        InputError: a file cannot be read or written, or holds no rules.
        DefinitionError: a text cannot be read; nothing was written.
    """
    endings = (*_YAML, *ENDINGS)
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.suffix in endings)
    texts = {file: _formatted(file) for file in files}
    changed = [file for file, (before, after) in texts.items() if before != after]
    for file in changed if write else ():
        try:
            file.write_text(texts[file][1], "utf-8")
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror}", code="unwritable-file", where=str(file)) from None
    return changed


def _formatted(path: Path) -> tuple[str, str]:
    """The text of a file before and after."""
    if path.suffix in _YAML:
        documents = read_documents(path)
        before = path.read_text("utf-8-sig")
        return before, _definitions(before, documents)
    text, language = from_file(path)
    return text, format(text, language) + "\n"


def _definitions(text: str, documents: list[Document]) -> str:
    """The text of a definition file with the rules in it laid out, from the last to the first."""
    found = [item for document in documents for item in _texts(document)]
    for scalar, content, key_column, language in sorted(found, key=lambda item: -_offset(text, item[0])):
        new = format(content, language)
        if new != content.rstrip("\n"):
            text = _replaced(text, scalar, new, key_column)
    return text


def _texts(document: Document) -> Iterator[tuple[Scalar, str, int, str]]:
    """The rules in a document: how each is written, what it says, the column of its key, its language."""
    for path, scalar in document.scalars.items():
        match = _LANGUAGE.search(path)
        language = match and (match.group(1) or match.group(2))
        if not language or language not in FRONT_ENDS or path in ("journey", "name", "description"):
            continue
        content = _content(document, path)
        if isinstance(content, str):
            yield scalar, content, document.positions[path][1], language


def _content(document: Document, path: str) -> object:
    """The value at a path: ``activities.check.paths[0].when.pql``."""
    found: object = document
    for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        if isinstance(found, dict) and name:
            found = found.get(name)
        elif isinstance(found, list) and index:
            found = found[int(index)]
        else:
            return None
    return found


def _offset(text: str, scalar: Scalar) -> int:
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: scalar.line - 1])) + scalar.column - 1


def _replaced(text: str, scalar: Scalar, new: str, key_column: int) -> str:
    """The file with one text put in the place of what was written; as it is, where there is no way to write it."""
    start = _offset(text, scalar)
    head, tail = text[:start], text[start + len(scalar.raw.rstrip()) :]
    marked = yaml.safe_load_all(head + json.dumps(_MARK) + tail)
    wanted = [_with(shape, _MARK, new) for shape in marked]
    for written in _ways(scalar, new, key_column):
        try:
            if list(yaml.safe_load_all(head + written + tail)) == wanted:
                return head + written + tail
        except yaml.YAMLError:
            continue
    return text


def _with(shape: object, old: str, new: str) -> object:
    if isinstance(shape, dict):
        return {key: _with(value, old, new) for key, value in shape.items()}
    if isinstance(shape, list):
        return [_with(value, old, new) for value in shape]
    return new if shape == old else shape


def _ways(scalar: Scalar, new: str, key_column: int) -> Iterator[str]:
    """Ways to write a text, the most fitting first."""
    if "\n" in new:
        indent = " " * (key_column + 1)
        yield "|-\n" + "\n".join(indent + line if line else line for line in new.splitlines())
    elif not scalar.style:
        yield new
    elif scalar.style == "'":
        yield "'" + new.replace("'", "''") + "'"
    yield json.dumps(new, ensure_ascii=False)
