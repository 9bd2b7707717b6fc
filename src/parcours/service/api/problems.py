"""Errors as answers: one shape everywhere, the same as on the command line with ``--json``."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from parcours.core.errors import (
    AccessError,
    ConflictError,
    DefinitionError,
    DeliveryError,
    EvaluationError,
    InputError,
    Outdated,
    Overloaded,
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
    (Outdated, 412),
    (ConflictError, 409),
    (Overloaded, 429),
    (WorkspaceError, 503),
)
#: Status by code, where the class says too little.
_STATUS_OF_CODE = {"too-large": 413, "too-slow": 408, "bad-request": 400}
#: The answers that every operation may give beside its own, for the description of the API.
ANSWERS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The request is no JSON, or comes from elsewhere"},
    401: {"model": Problem, "description": "Who asks is not known"},
    403: {"model": Problem, "description": "Who asks may not do this"},
    404: {"model": Problem, "description": "Something named in the request does not exist"},
    409: {"model": Problem, "description": "The rules do not allow it, or a question is open (`question`)"},
    422: {"model": Problem, "description": "A value cannot be accepted"},
    429: {"model": Problem, "description": "Too much at once: try again after `Retry-After` seconds"},
    503: {"model": Problem, "description": "The workspace cannot be used just now"},
}


def status_of(error: ParcoursError) -> int:
    """The status of the answer that tells this error."""
    if isinstance(error, AccessError):
        return 403 if error.known else 401
    if isinstance(error, UnknownNameError) and error.where is not None:
        return 422  # a name inside of what was sent
    if error.code in _STATUS_OF_CODE:
        return _STATUS_OF_CODE[error.code]
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def answer_of(error: ParcoursError, status: int | None = None) -> JSONResponse:
    """The answer that tells an error, with the headers that belong to it."""
    answer = _answer(status or status_of(error), {"ok": False, **error.to_json()})
    if isinstance(error, Overloaded):
        answer.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, AccessError) and not error.known:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def explain_problems(app: FastAPI) -> None:
    """Have an application answer errors in the one shape."""

    async def ours(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ParcoursError)
        return answer_of(error)

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

    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        message = "this is a fault of the service; its log says more"
        return _answer(500, {"ok": False, "code": "internal", "message": message})

    app.add_exception_handler(Exception, unexpected)
    app.add_exception_handler(ParcoursError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)


def _invalid(found: dict[str, Any]) -> dict[str, Any]:
    where = ".".join(str(part) for part in found.get("loc", ()) if part not in ("body", "query", "path", "header"))
    code = str(found.get("type", "invalid")).replace("_", "-")
    return {"code": code, "message": str(found.get("msg", "")).lower(), "where": where}


def _answer(status: int, shape: dict[str, Any]) -> JSONResponse:
    return JSONResponse(shape, status_code=status)
