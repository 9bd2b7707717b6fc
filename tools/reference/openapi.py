"""The description of the API: ``openapi.json`` for programs, ``api.md`` for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from parcours.service.api.app import application
from parcours.service.workspace import Workspace

FOLDER = Path(__file__).parent / "pages"


@cache
def described() -> dict[str, Any]:
    """What the service says of itself."""
    with TemporaryDirectory() as folder, Workspace.init(Path(folder) / "workspace") as workspace:
        return application(workspace, live=False).openapi()


def pages() -> Mapping[str, str]:
    made = described()
    return {"openapi.json": json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True), "api.md": _page(made)}


def _page(made: Mapping[str, Any]) -> str:
    parts = [(FOLDER / "api.md").read_text()]
    groups: dict[str, list[str]] = {}
    for path, verbs in made["paths"].items():
        for verb, operation in verbs.items():
            scope = operation.get("x-scope", "")
            for tag in operation.get("tags", ["other"])[:1]:
                groups.setdefault(tag, []).append(f"| `{verb.upper()} {path}` | {_cell(operation)} | {_code(scope)} |")
    for tag, rows in groups.items():
        parts += [f"## {tag}\n", "| request | does | scope |", "|---|---|---|", *rows, ""]
    parts += ["## Answers\n", *_schemas(made)]
    return "\n".join(parts)


def _cell(operation: Mapping[str, Any]) -> str:
    return str(operation.get("summary", "")).replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _schemas(made: Mapping[str, Any]) -> Iterator[str]:
    """What operations give that has a name, field by field."""
    for name, schema in made["components"]["schemas"].items():
        given = schema.get("properties")
        if not given or _is_asked(made, name):
            continue
        yield f"### {name}\n"
        if schema.get("description"):
            yield schema["description"] + "\n"
        yield "| field | holds |\n|---|---|"
        yield from (f"| `{field}` | {_kind(each)} |" for field, each in given.items())
        yield ""


def _is_asked(made: Mapping[str, Any], name: str) -> bool:
    """Whether a schema is that of a body of a request."""
    wanted = f'"#/components/schemas/{name}"'
    bodies = (op.get("requestBody", {}) for verbs in made["paths"].values() for op in verbs.values())
    return any(wanted in json.dumps(body) for body in bodies)


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return " or ".join(dict.fromkeys(_kind(each) for each in schema[word]))
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if isinstance(schema.get("additionalProperties"), dict) and schema["additionalProperties"]:
        return f"mapping of texts to {_kind(schema['additionalProperties'])}"
    return str(schema.get("format") or schema.get("type") or "anything")
