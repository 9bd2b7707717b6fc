"""The CRM under ``/api``: one route for every operation, made from the method that does it.

Arguments stand in the path, those of readings in the query, all others in a JSON body. What gives a table gives a page
of it: ``{"items": […], "total": n}``, with ``limit`` and ``offset``. Files come as they are. Who works,
and on which work date, say the headers ``Parcours-User`` and ``Parcours-Work-Date``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import quote

import polars as pl
from fastapi import APIRouter, Body, Header, Path, Query
from fastapi.responses import JSONResponse, Response
from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, create_model

from parcours.contacts.documents.files import File
from parcours.service.api.plain import plain
from parcours.service.api.problems import ANSWERS
from parcours.service.crm.arguments import REQUIRED, Argument, arguments_of, done, method_of, result_of, summary_of
from parcours.service.crm.crm import Crm
from parcours.service.crm.operations import GROUPS, Operation

#: Rows of a page, unless asked otherwise, and at most.
PAGE, MOST = 100, 10_000
_IN_PATH = re.compile(r"\{(\w+)\}")
_Limit = Annotated[int, Query(ge=0, le=MOST, description="At most so many rows")]
_Offset = Annotated[int, Query(ge=0, description="Leave out so many rows")]
_User = Annotated[str, Header(alias="Parcours-User", description="Who works, for the audit trail")]
_WorkDate = Annotated[
    str | None, Header(alias="Parcours-Work-Date", description="The work date, for example 2026-01-28")
]


class Page(BaseModel):
    """Some rows of a table."""

    items: list[dict[str, Any]]
    total: int | None = Field(description="Rows of the whole table, where they were counted")


def crm_routes(crm: Callable[[], Crm]) -> APIRouter:
    """The routes; ``crm`` gives the facades at each request."""
    router = APIRouter(prefix="/api")
    for group, operations in GROUPS.items():
        for operation in operations:
            _add(router, group, operation, crm)
    return router


def _add(router: APIRouter, group: str, operation: Operation, crm: Callable[[], Crm]) -> None:
    route = _Route(operation, crm)
    router.add_api_route(
        operation.path,
        route.endpoint(),
        methods=[operation.verb],
        tags=[group],
        operation_id=f"{group.replace('.', '_')}_{operation.method}",
        summary=summary_of(operation).split("\n")[0],
        description=summary_of(operation),
        responses={**route.success, **ANSWERS},
        response_class=JSONResponse,
        response_model=None,
    )


class _Route:
    """One route: how its request is read, and what it answers."""

    def __init__(self, operation: Operation, crm: Callable[[], Crm]) -> None:
        self._operation, self._crm = operation, crm
        arguments = arguments_of(operation)
        in_path = set(_IN_PATH.findall(operation.path))
        self._in_path = [each for each in arguments if each.name in in_path]
        self._others = [each for each in arguments if each.name not in in_path]
        self._paged = result_of(operation) is pl.DataFrame
        self._limits = self._paged and not any(each.name == "limit" for each in arguments)
        self._model = self._made_model()

    @property
    def success(self) -> dict[int | str, dict[str, Any]]:
        """The answer when it works."""
        kind = result_of(self._operation)
        if kind is File:
            binary = {"schema": {"type": "string", "format": "binary"}}
            return {200: {"description": "The file", "content": {"application/octet-stream": binary}}}
        if self._paged:
            return {200: {"description": "A page", "model": Page}}
        return {200: {"description": "What it gives", "content": {"application/json": {"schema": {}}}}}

    def endpoint(self) -> Callable[..., Response]:
        """The function that answers, with a signature that says what it takes."""

        def answer(**given: Any) -> Response:
            user, day = given.pop("parcours_user"), given.pop("parcours_work_date")
            crm = self._crm()
            if user or day:
                crm = crm.acting(user, work_date=day)
            model: BaseModel | None = given.pop("arguments", None)
            named = {} if model is None else {name: getattr(model, name) for name in model.model_fields_set}
            page = {name: given.pop(name) for name in ("limit", "offset") if self._limits}
            return self._answered(done(method_of(crm, self._operation), {**given, **named}), page)

        answer.__signature__ = inspect.Signature(self._parameters())  # type: ignore[attr-defined]
        answer.__name__ = self._operation.method
        return answer

    def _parameters(self) -> list[inspect.Parameter]:
        found = [_parameter(each.name, Annotated[each.type, Path(description=each.prose)]) for each in self._in_path]
        if self._model is not None:
            place = Query() if self._operation.verb == "GET" else Body()
            optional = all(each.default is not REQUIRED for each in self._others) and self._operation.verb != "GET"
            default = None if optional else inspect.Parameter.empty
            kind = self._model | None if optional else self._model
            found.append(_parameter("arguments", Annotated[kind, place], default))
        if self._limits:
            found += [_parameter("limit", _Limit, PAGE), _parameter("offset", _Offset, 0)]
        found.append(_parameter("parcours_user", _User, ""))
        found.append(_parameter("parcours_work_date", _WorkDate, None))
        return found

    def _made_model(self) -> type[BaseModel] | None:
        """The body, or the query, of the request."""
        if not self._others:
            return None
        fields: dict[str, Any] = {each.name: (_type(each), _field(each)) for each in self._others}
        title = "".join(part.title() for part in (*self._operation.room.split("."), *self._operation.method.split("_")))
        made: type[BaseModel] = create_model(title, __config__=ConfigDict(extra="forbid"), **fields)
        return made

    def _answered(self, result: Any, page: Mapping[str, int]) -> Response:
        if isinstance(result, File):
            name = f"attachment; filename*=UTF-8''{quote(result.name, safe='')}"
            return Response(result.content, media_type=result.media_type, headers={"Content-Disposition": name})
        if isinstance(result, pl.DataFrame):
            shown = result.slice(page["offset"], page["limit"]) if page else result
            return JSONResponse({"items": plain(shown), "total": result.height if page else None})
        return JSONResponse(plain(result))


def _parameter(name: str, kind: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _type(argument: Argument) -> Any:
    if argument.type in (bytes, bytes | None):
        return Base64Bytes | None
    return argument.type | None if argument.default is None else argument.type


def _field(argument: Argument) -> Any:
    default = ... if argument.default is REQUIRED else argument.default
    least = 0 if argument.name in ("limit", "offset") else None
    return Field(default, description=argument.prose or None, ge=least)
