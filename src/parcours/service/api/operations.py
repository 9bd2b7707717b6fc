"""Everything under ``/api``: one route for every operation, made from the method that does it.

Arguments stand in the path, those of readings in the query, all others in a JSON body. What gives a table gives a page
of it: ``{"items": […], "next": cursor, "total": n}``. Files come as they are. Definitions and records of the CRM have
an ``ETag``, and requests that change them may say with ``If-Match`` what they have seen. Who works in the CRM, and on
which work date, say the headers ``Parcours-User`` and ``Parcours-Work-Date``.
"""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any, Union, get_args, get_origin
from urllib.parse import quote

import polars as pl
from fastapi import APIRouter, Body, Header, Path, Query
from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, create_model
from starlette.requests import Request
from starlette.responses import Response

from parcours.contacts.documents.files import File
from parcours.service.api.asking import check_texts
from parcours.service.api.conditions import IF_MATCH, condition_of, etag_of
from parcours.service.api.leaving import WATCHED, wanted
from parcours.service.api.permission import allowed, caller_of
from parcours.service.api.plain import encoded
from parcours.service.api.problems import ANSWERS
from parcours.service.api.schemas import Schemas, plainly_json
from parcours.service.paging import MOST, PAGE, Order, Page, cursor_of, place_in
from parcours.service.surface.arguments import REQUIRED, Argument, arguments_of, done, method_of, result_of, summary_of
from parcours.service.surface.columns import COLUMNS
from parcours.service.surface.groups import GROUPS
from parcours.service.surface.operations import Operation
from parcours.service.workspace import Workspace
from parcours.store.catalogue.authors import author

_IN_PATH = re.compile(r"\{(\w+)\}")
_Limit = Annotated[int, Query(ge=0, le=MOST, description="At most so many rows")]
_Offset = Annotated[int, Query(ge=0, le=2**31, description="Leave out so many rows")]
_Cursor = Annotated[str | None, Query(description="`next` of the page before, in place of `offset`")]
#: Parts of a query that say which page of a table is wanted, with what they are where nothing is said.
_PAGED: Mapping[str, Any] = {"limit": (_Limit, PAGE), "offset": (_Offset, 0), "cursor": (_Cursor, None)}
_User = Annotated[str, Header(alias="Parcours-User", description="Who works, for the audit trail")]
_WorkDate = Annotated[
    str | None, Header(alias="Parcours-Work-Date", description="The work date, for example 2026-01-28")
]
_Number = Annotated[int, Field(ge=-(2**31), lt=2**31)]
_Moment = Annotated[int, Field(ge=-(2**62), lt=2**62)]
#: The order of tables whose pages are counted from their beginning.
_ROWS = Order("row")


def operation_routes(workspace: Workspace, schemas: Schemas) -> APIRouter:
    """The routes of all operations of a workspace; the schemas of their answers are added to ``schemas``."""
    router = APIRouter(prefix="/api")
    for group, operations in GROUPS.items():
        for operation in operations:
            if operation.path:
                _add(router, group, operation, workspace, schemas)
    return router


def _add(router: APIRouter, group: str, operation: Operation, workspace: Workspace, schemas: Schemas) -> None:
    route = _Route(operation, workspace)
    router.add_api_route(
        operation.path,
        route.endpoint(),
        methods=[operation.verb],
        tags=[group],
        operation_id=f"{group.replace('.', '_')}_{operation.method}",
        summary=_first_sentence(summary_of(operation)),
        description=summary_of(operation),
        dependencies=[allowed(operation.scope), *([] if operation.writes else [WATCHED])],
        openapi_extra={"x-scope": operation.scope},
        responses={**route.success(schemas), **_failures(route)},
        response_class=Response,
        response_model=None,
    )


def _first_sentence(text: str) -> str:
    paragraph = " ".join(text.split("\n\n")[0].split())
    return re.split(r"(?<=[.])\s+(?=[A-Z])", paragraph)[0]


def _failures(route: _Route) -> dict[int | str, dict[str, Any]]:
    """The answers when it does not work. They refer to the one schema: a model for each of them would take seconds."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    told = {status: str(answer["description"]) for status, answer in ANSWERS.items()}
    if route.conditional:
        told[412] = "It is not what `If-Match` says"
    return {status: {"description": text, "content": content} for status, text in told.items()}


class _Route:
    """One route: how its request is read, and what it answers."""

    def __init__(self, operation: Operation, workspace: Workspace) -> None:
        self._operation, self._workspace = operation, workspace
        arguments = arguments_of(operation)
        in_path = set(_IN_PATH.findall(operation.path))
        self._in_path = [each for each in arguments if each.name in in_path]
        self._others = [each for each in arguments if each.name not in in_path]
        self._result = result_of(operation)
        self._limits = self._result is pl.DataFrame and not any(each.name == "limit" for each in arguments)
        # A model of a query refuses what it does not know, so that it has to hold the page, too.
        self._pages_in_model = self._limits and bool(self._others) and operation.verb == "GET"
        self._model = self._made_model()
        self._condition = condition_of(operation, arguments)
        self._as_it_is = plainly_json(self._result)

    def success(self, schemas: Schemas) -> dict[int | str, dict[str, Any]]:
        """The answer when it works."""
        kind = self._result
        if kind is File:
            binary = {"schema": {"type": "string", "format": "binary"}}
            return {200: {"description": "The file", "content": {"*/*": binary}}}
        paged = kind in (pl.DataFrame, Page)
        name = "".join(part.title() for part in re.split(r"[._]", self._operation.full_name))
        schema = schemas.page(COLUMNS.get(self._operation.full_name), name) if paged else schemas.of(kind)
        found: dict[str, Any] = {
            "description": "A page" if paged else "What it gives",
            "content": {"application/json": {"schema": schema}},
        }
        if etag_of(self._operation, self._result):
            found["headers"] = {"ETag": {"description": "Its revision", "schema": {"type": "string"}}}
        return {200: found}

    @property
    def conditional(self) -> bool:
        """Whether it honours ``If-Match``."""
        return self._condition is not None

    def endpoint(self) -> Callable[..., Response]:
        """The function that answers, with a signature that says what it takes."""

        def answer(request: Request, **given: Any) -> Response:
            check_texts(request)
            caller = caller_of(request)
            author.set(caller.name)  # of this request alone: each runs in a context of its own
            user, day = caller.working_as(given.pop("parcours_user", "")), given.pop("parcours_work_date", None)
            seen = given.pop("if_match", None)
            method = method_of(self._workspace, self._operation, user, day, caller.salesperson_code or None)
            model: BaseModel | None = given.pop("arguments", None)
            said = set() if model is None else model.model_fields_set
            named = {each.name: getattr(model, _safe(each.name)) for each in self._others if _safe(each.name) in said}
            asked = model.__dict__ if self._pages_in_model else given
            page = {name: asked.get(name) for name in _PAGED if self._limits}
            given = {name: value for name, value in given.items() if name not in page}
            call: Callable[[], Any] = partial(done, method, {**given, **named})
            if not self._operation.writes:
                call = partial(wanted, request, call)
            if self._condition is not None and seen is not None:
                call = self._condition(self._workspace, seen, method, {**given, **named})
            return self._answered(call(), page)

        answer.__signature__ = inspect.Signature(self._parameters())  # type: ignore[attr-defined]
        answer.__name__ = self._operation.method
        return answer

    def _parameters(self) -> list[inspect.Parameter]:
        found = [_parameter("request", Request)]
        for each in self._in_path:
            found.append(_parameter(each.name, Annotated[_bounded(each.type), Path(description=each.prose)]))
        if self._model is not None:
            place = Query() if self._operation.verb == "GET" else Body()
            optional = all(each.default is not REQUIRED for each in self._others) and self._operation.verb != "GET"
            default = None if optional else inspect.Parameter.empty
            kind = self._model | None if optional else self._model
            found.append(_parameter("arguments", Annotated[kind, place], default))
        if self._limits and not self._pages_in_model:
            found += [_parameter(name, kind, default) for name, (kind, default) in _PAGED.items()]
        if self._condition is not None:
            found.append(_parameter("if_match", IF_MATCH, None))
        if self._operation.acts:
            found.append(_parameter("parcours_user", _User, ""))
            found.append(_parameter("parcours_work_date", _WorkDate, None))
        return found

    def _made_model(self) -> type[BaseModel] | None:
        """The body, or the query, of the request."""
        if not self._others:
            return None
        fields: dict[str, Any] = {_safe(each.name): (_type(each), _field(each)) for each in self._others}
        fields |= _PAGED if self._pages_in_model else {}
        title = "".join(part.title() for part in (*self._operation.room.split("."), *self._operation.method.split("_")))
        made: type[BaseModel] = create_model(title, __config__=ConfigDict(extra="forbid"), **fields)
        return made

    def _answered(self, result: Any, page: Mapping[str, Any]) -> Response:
        if isinstance(result, File):
            name = f"attachment; filename*=UTF-8''{quote(result.name, safe='')}"
            return Response(result.content, media_type=result.media_type, headers={"Content-Disposition": name})
        if isinstance(result, pl.DataFrame):
            result = _page_of(result, **page) if page else Page(result)
        if isinstance(result, Page):
            result = {"items": result.items, "next": result.next, "total": result.total}
        headers = etag_of(self._operation, self._result)
        content = encoded(result, as_it_is=self._as_it_is)
        tag = headers(result) if headers else None
        return Response(content, media_type="application/json", headers={"ETag": tag} if tag else None)


def _page_of(rows: pl.DataFrame, limit: int, offset: int, cursor: str | None) -> Page:
    """A page of a table that is there whole."""
    place = place_in(cursor, _ROWS, int)
    start = offset if place is None else place[0]
    more = start + limit < rows.height and limit > 0
    return Page(rows.slice(start, limit), cursor_of(_ROWS, start + limit) if more else None, rows.height)


def _parameter(name: str, kind: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _bounded(kind: Any) -> Any:
    """A type whose whole numbers fit into columns of databases; beside texts they are moments in microseconds."""
    inner = get_args(kind)
    if kind is int:
        return _Number
    if get_origin(kind) is list:
        return list[_bounded(inner[0])]  # type: ignore[misc]
    if get_origin(kind) in (Union, types.UnionType):
        return Union[tuple(_Moment if each is int and str in inner else _bounded(each) for each in inner)]  # noqa: UP007
    return kind


def _type(argument: Argument) -> Any:
    if argument.type in (bytes, bytes | None):
        return Base64Bytes if argument.default is REQUIRED else Base64Bytes | None
    kind = _bounded(argument.type)
    return kind | None if argument.default is None else kind


def _field(argument: Argument) -> Any:
    default = ... if argument.default is REQUIRED else argument.default
    least = 0 if argument.name in ("limit", "offset") else None
    alias = argument.name if _safe(argument.name) != argument.name else None
    return Field(default, description=argument.prose or None, ge=least, alias=alias)


def _safe(name: str) -> str:
    """The name of a field of a model: not that of something that every model has."""
    return f"{name}_" if hasattr(BaseModel, name) else name
