"""Errors as answers: one shape everywhere, the same as on the command line with ``--json``."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from parcours.core.errors import (
    DefinitionError,
    DeliveryError,
    EvaluationError,
    InputError,
    ParcoursError,
    Refused,
    UnknownNameError,
    WorkspaceError,
)


class Problem(BaseModel):
    """What went wrong: ``code`` for programs, ``message`` and ``hint`` for people, ``where`` it is."""

    model_config = ConfigDict(extra="allow")

    code: str
    message: str
    where: str | None = None
    hint: str | None = None
    span: tuple[int, int] | None = None
    problems: list[Problem] | None = None
    question: str | None = None
    default: bool | None = None


#: Status by class of error, the most particular first.
_STATUS: tuple[tuple[type[ParcoursError], int], ...] = (
    (UnknownNameError, 404),
    (Refused, 409),
    (InputError, 422),
    (DefinitionError, 422),
    (EvaluationError, 422),
    (DeliveryError, 422),
    (WorkspaceError, 503),
)
#: The answers that every operation may give beside its own, for the description of the API.
ANSWERS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The request is no JSON, or comes from elsewhere"},
    404: {"model": Problem, "description": "Something named in the request does not exist"},
    409: {"model": Problem, "description": "The rules do not allow it, or a question is open (`question`)"},
    422: {"model": Problem, "description": "A value cannot be accepted"},
    503: {"model": Problem, "description": "The workspace cannot be used just now"},
}


def status_of(error: ParcoursError) -> int:
    """The status of the answer that tells this error."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def explain_problems(app: FastAPI) -> None:
    """Have an application answer errors in the one shape."""

    async def ours(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ParcoursError)
        return _answer(status_of(error), {"ok": False, **error.to_json()})

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        problems = [_invalid(dict(each)) for each in error.errors()]
        broken = any(each["code"] == "json-invalid" for each in problems)
        head = {"code": "bad-request", "message": "the request cannot be accepted"}
        return _answer(400 if broken else 422, {"ok": False, **head, "problems": problems})

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        code = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "http")
        answer = _answer(error.status_code, {"ok": False, "code": code, "message": str(error.detail)})
        answer.headers.update(error.headers or {})
        return answer

    app.add_exception_handler(ParcoursError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)


def _invalid(found: dict[str, Any]) -> dict[str, Any]:
    where = ".".join(str(part) for part in found.get("loc", ()) if part not in ("body", "query", "path", "header"))
    code = str(found.get("type", "invalid")).replace("_", "-")
    return {"code": code, "message": str(found.get("msg", "")).lower(), "where": where}


def _answer(status: int, shape: dict[str, Any]) -> JSONResponse:
    return JSONResponse(shape, status_code=status)
