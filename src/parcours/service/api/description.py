"""The description of the API: OpenAPI 3.1, with the schemas of what operations give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from parcours.service.api.asking import guarded
from parcours.service.api.problems import Problem
from parcours.service.api.repeating import KEY, LONGEST_KEY, remembered
from parcours.service.api.schemas import Schemas

ABOUT = """\
Everything that Parcours does, over HTTP. Who asks says so with a key: `Authorization: Bearer pk_…`; what it may do
are its scopes, named at each operation.

- **Pages.** Lists come page by page: `{"items": […], "next": "…", "total": …}`. `next` is the `cursor` of the page
  after it.
- **Versions.** What has an `ETag` can be changed with `If-Match`: where somebody else was faster the answer is 412.
- **Trying again.** A request that writes may carry an `Idempotency-Key`: sent again with the same key within 24 hours
  it gets the answer of the first time, and nothing is done twice.
- **What goes wrong** has one shape: `{"ok": false, "code": "…", "message": "…", "hint": "…", "where": "…"}`.
"""
_KEY = {
    "name": KEY,
    "in": "header",
    "required": False,
    "description": "Sent again with the same key, the request is not done again",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
}
_REF = "#/components/schemas/{model}"


def describe(app: FastAPI, schemas: Schemas) -> None:
    """Have an application describe itself, with these schemas beside those of FastAPI."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title="Parcours", version=app.version, description=ABOUT, routes=app.routes)
            app.openapi_schema = _finished(made, schemas)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _finished(made: dict[str, Any], schemas: Schemas) -> dict[str, Any]:
    components = made.setdefault("components", {})
    problem = Problem.model_json_schema(ref_template=_REF)
    known = {**components.get("schemas", {}), **problem.pop("$defs", {}), **schemas.components}
    components["schemas"] = dict(sorted(known.items()))
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "An API key"},
        "session": {"type": "apiKey", "in": "cookie", "name": "parcours", "description": "Of people who signed in"},
    }
    components["parameters"] = {"key": _KEY}
    for verb, path, operation in _operations(made):
        if guarded(path):
            operation.setdefault("security", [{"key": []}, {"session": []}])
        if remembered(verb.upper(), path):
            operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/key"})
        _refer(operation["responses"], components.setdefault("responses", {}))
    return made


def _refer(answers: dict[str, Any], shared: dict[str, Any]) -> None:
    """Have answers that say what went wrong stand once, wherever they say the same."""
    for status, answer in answers.items():
        content = answer.get("content", {}).get("application/json", {}).get("schema", {})
        if content != {"$ref": _REF.format(model="Problem")}:
            continue
        name = f"Problem{status}"
        if shared.setdefault(name, answer) == answer:
            answers[status] = {"$ref": f"#/components/responses/{name}"}


def _operations(made: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, verbs in made["paths"].items():
        for verb, operation in verbs.items():
            yield verb, path, operation
