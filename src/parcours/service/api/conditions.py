"""ETags and ``If-Match``: who changes something may say what they have seen of it.

The tag of a definition is its revision, that of a record of the CRM its version. Where it is not the one any more, the
answer is 412, with both, and nothing was changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import Header

from parcours.core.errors import InputError, Outdated, ParcoursError
from parcours.service.surface.arguments import Argument, done
from parcours.service.surface.operations import Operation
from parcours.service.workspace import Workspace
from parcours.store.catalogue import Definition

IF_MATCH = Annotated[
    str | None,
    Header(alias="If-Match", description='The `ETag` that was seen; `"0"`: there is none yet', pattern=r'^(W/)?"\d+"$'),
]
#: Does an operation, if what it changes is what was seen: workspace, what was seen, method, arguments.
Condition = Callable[[Workspace, str, Callable[..., Any], Mapping[str, Any]], Callable[[], Any]]
#: Rooms of definitions of one kind, which is also the name of the argument with the id.
_KINDS = {"segments": "segment", "journeys": "journey"}


def etag_of(operation: Operation, result: Any) -> Callable[[Any], str | None] | None:
    """What gives the tag of a result; ``None``: such results have none."""
    if result is Definition:
        return lambda found: f'"{found.revision}"'
    if operation.acts and operation.method != "changes":
        return _version
    return None


def _version(found: Any) -> str | None:
    version = found.get("version") if isinstance(found, Mapping) else None
    return f'"{version}"' if isinstance(version, int) else None


def condition_of(operation: Operation, arguments: Sequence[Argument]) -> Condition | None:
    """How an operation honours ``If-Match``; ``None``: it does not."""
    names = {each.name for each in arguments}
    if operation.acts:
        return _of_record if "expected_version" in names else None
    if not operation.writes:
        return None
    kind = _KINDS.get(operation.room)
    if kind in names:
        return lambda workspace, seen, method, given: _of_definition(
            workspace, seen, method, given, str(kind), given[str(kind)]
        )
    if operation.room == "definitions" and {"kind", "id"} <= names:
        return lambda workspace, seen, method, given: _of_definition(
            workspace, seen, method, given, given["kind"], given["id"]
        )
    return None


def _of_definition(
    workspace: Workspace, seen: str, method: Callable[..., Any], given: Mapping[str, Any], kind: str, id: str
) -> Callable[[], Any]:
    def call() -> Any:
        with workspace._parts.catalogue.expecting(kind, id, _number(seen)):
            return done(method, given)

    return call


def _of_record(
    workspace: Workspace, seen: str, method: Callable[..., Any], given: Mapping[str, Any]
) -> Callable[[], Any]:
    """The operations of the CRM look at the version themselves."""

    def call() -> Any:
        expected = _number(seen)
        try:
            return done(method, {"expected_version": expected, **given})
        except ParcoursError as error:
            if error.code != "conflict":
                raise
            current = getattr(error, "current", None)
            raise Outdated(error.message, expected=expected, current=current, hint=error.hint) from error

    return call


def _number(seen: str) -> int:
    try:
        return int(seen.removeprefix("W/").strip('"'))
    except ValueError as error:
        raise InputError("this is no ETag of ours", code="bad-etag", where="If-Match") from error
