"""The form of test files: a page, and a JSON Schema that editors can point to. Both from the types that read them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from parcours.service.proving import form

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples/configuration/tests/gold.yaml"
_TITLES = {
    form.Trial: "A test",
    form.Step: "A step",
    form.ExpectedMessage: "An expected message",
    form.ToldSignal: "A signal",
}
_HEAD = """\
# Test files

A folder of definitions brings its tests along, in folders `tests`. `parcours test FOLDER` does them
([how](../how-to/configuration-as-code.md#test)). A file holds one or several documents, each a test; or one that begins
with `schema:` and names attributes and events that no test tells of.

"""
_BEHIND = """\
## What happens

- Everything under `profiles` and `events` is known from the beginning, and taken in when its `time` comes. Profiles
  without a time are there from the start.
- Time moves in ticks of `tick`, and there is one at the instant of each step. What begins and ends between two ticks
  is not seen, so a test that is about minutes needs ticks of minutes.
- Nothing is sent. Messages count as decided; calls to other services count as well made, without an answer.
- A step is looked at after its tick. Its `signals` are told behind that, so they show with the next step.

## Names that no test tells of

```yaml
schema:
  attributes: {trial_ends: date, plan: string}
  events: {visit: {page: string, seconds: integer}}
```

Attributes, event types and their properties become known with the data that hold them. Definitions that read what no
test tells of need such a document, in any file of the folder. Types are those of
[the mapping of imports](../how-to/import-your-own-data.md).

"""


def pages() -> Mapping[str, str]:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **form.json_schema()}
    return {
        "test-files.md": "".join(_page()),
        "test-files.schema.json": json.dumps(schema, indent=1, ensure_ascii=False),
    }


def _page() -> Iterator[str]:
    first = EXAMPLE.read_text("utf-8").partition("---\n")[0]
    yield _HEAD
    yield f"```yaml\n{first.strip()}\n```\n\n"
    yield "The first line lets editors complete and check it: [the JSON Schema](test-files.schema.json).\n\n"
    for kind, title in _TITLES.items():
        yield f"## {title}\n\n| key | what it is | unless given |\n|---|---|---|\n"
        yield from _rows(kind)
        yield "\n"
    yield _BEHIND


def _rows(kind: Any) -> Iterator[str]:
    hints = get_type_hints(kind, include_extras=True)
    for field in msgspec.structs.fields(kind):
        prose = " ".join(_described(hints[field.name])).replace("|", "\\|")
        yield f"| `{field.name}` | {prose} | {_default(field)} |\n"


def _described(hint: Any) -> Iterator[str]:
    """The prose of a type, or of the type inside it."""
    for meta in getattr(hint, "__metadata__", ()):
        if meta.description:
            yield meta.description
            return
    for inside in getattr(hint, "__args__", ()):
        yield from _described(inside)


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "needed"
    if field.default is msgspec.NODEFAULT:
        return ""
    return "" if field.default in (None, "", []) else f"`{field.default}`"
