"""Custom actions and data sources: who is called, and how journeys count on it (journeys.md, sections 15 and 16)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from parcours.core.clock import MINUTE, duration
from parcours.core.errors import InputError, ParcoursError
from parcours.core.reading import bad_setting, join, missing, read_settings
from parcours.core.schema import Type, object_of
from parcours.flow.delivery.attempts import NOT_RETRIED, RetryRules
from parcours.flow.delivery.configured.endpoint import CappingRule, Endpoint, Service, ThrottlingRule
from parcours.flow.delivery.configured.parameters import read_type
from parcours.flow.delivery.configured.request import Method, Request, RequestForm, read_request
from parcours.language.contexts import shapes

_LONGEST_BUDGET = 60 * MINUTE


class Calling(msgspec.Struct, frozen=True, kw_only=True):
    """What custom actions and data sources have in common.

    Attributes:
        id: the name by which journeys call it.
        request: what is asked.
        answer: type of the JSON that comes back.
        failure: type of the JSON that comes back with an error.
        timeout: time for a call with its retries, microseconds; ``None``: that of the journey's steps.
        retry: when a failed call is tried again.
        on_capped: what becomes of a call that finds no slot.
        limits: rate rules of its own, beside those of the endpoint.
        key_header: header that carries the idempotency key; empty: none.
    """

    id: str
    request: Request
    answer: Type
    failure: Type
    timeout: int | None = None
    retry: RetryRules = RetryRules()
    on_capped: Literal["error", "queue", "retry"] = "error"
    limits: Endpoint | None = None
    key_header: str = "Idempotency-Key"


class CustomAction(Calling, frozen=True, kw_only=True):
    """A call that does something. ``consent``: the channel that a person must not have declined."""

    consent: str | None = None


class DataSource(Calling, frozen=True, kw_only=True):
    """A call that asks for something.

    ``cache``: how long an answer is good for everybody who asks the same, microseconds; 0: not at all.
    ``group``: the part of the source that this is about, if it has parts.
    """

    cache: int = 0
    group: str = ""


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    sample: Any = None
    types: dict[str, Any] | None = None


class _Retry(msgspec.Struct, frozen=True, kw_only=True):
    most: int = 3
    by_status: dict[str | int, int] = {}
    pause: str | int | float = 0
    factor: float = 2.0
    longest: str | int | float = "1 minute"


class _Form(RequestForm, frozen=True, kw_only=True):
    name: str = ""
    description: str = ""
    answer: _Answer = _Answer()
    failure: _Answer = _Answer()
    timeout: str | int | float | None = None
    retry: _Retry = _Retry()
    on_capped: Literal["error", "queue", "retry"] = "error"
    capping: CappingRule | None = None
    throttling: ThrottlingRule | None = None
    key_header: str = "Idempotency-Key"


class _ActionForm(_Form, frozen=True, kw_only=True):
    consent: str | None = None


class _SourceForm(_Form, frozen=True, kw_only=True):
    method: Method = "GET"
    cache: str | int | float = 0
    key_header: str = ""


class _Group(msgspec.Struct, frozen=True, kw_only=True):
    answer: _Answer = _Answer()
    path: str = ""
    method: Method | None = None
    query: dict[str, Any] = {}
    body: Any = None
    parameters: dict[str, Any] = {}
    cache: str | int | float | None = None


def read_action(body: Mapping[str, object], problems: list[ParcoursError]) -> CustomAction | None:
    """``action: id`` with the settings of a request, and of answers, time, retries and limits.

    Every problem is added to ``problems``; then there may be no action.
    """
    before = len(problems)
    form = read_settings(_ActionForm, body, "", problems, also=frozenset({"action"}))
    if form is None:
        return None
    settings = _settings(form, str(body.get("action", "")), "action", problems)
    return CustomAction(**settings, consent=form.consent) if len(problems) == before else None


def read_source(body: Mapping[str, object], problems: list[ParcoursError]) -> dict[str, DataSource]:
    """``source: id`` as :func:`read_action`, with ``cache`` and perhaps ``groups``: parts with an answer of their own.

    Returns the source by its id, or one for each group by ``id.group``. Every problem is added to ``problems``; then
    there may be fewer sources.
    """
    name = str(body.get("source", ""))
    groups = body.get("groups")
    if groups is None:
        whole = _source(body, name, "", problems)
        return {} if whole is None else {name: whole}
    if not isinstance(groups, Mapping) or not groups:
        problems.append(bad_setting("groups", "expected settings by name of the group"))
        return {}
    found = {}
    for group, shape in groups.items():
        own = list[ParcoursError]()
        merged = _with_group(body, shape, join("groups", str(group)), own)
        source = None if own else _source(merged, name, str(group), own)
        problems.extend(problem for problem in own if str(problem) not in map(str, problems))
        if source is not None:
            found[f"{name}.{group}"] = source
    return found


def _with_group(
    body: Mapping[str, object], shape: object, where: str, problems: list[ParcoursError]
) -> dict[str, object]:
    """The settings of the source with those of one group in front."""
    group = read_settings(_Group, shape, where, problems)
    if group is None:
        return {}
    assert isinstance(shape, Mapping)
    own = {name: value for name, value in shape.items() if name != "path"}
    for name in ("query", "parameters"):
        shared = body.get(name)
        own[name] = {**(shared if isinstance(shared, Mapping) else {}), **getattr(group, name)}
    rest = {name: value for name, value in body.items() if name != "groups"}
    return {**rest, **own, "url": f"{body.get('url', '')}{group.path}"}


def _source(body: Mapping[str, object], name: str, group: str, problems: list[ParcoursError]) -> DataSource | None:
    before = len(problems)
    form = read_settings(_SourceForm, body, "", problems, also=frozenset({"source"}))
    if form is None:
        return None
    settings = _settings(form, name, "dataSource", problems)
    cache = _length(form.cache, "cache", problems, least=0)
    if body.get("answer") is None:
        problems.append(missing("answer", "give a sample, or types"))
    return DataSource(**settings, cache=cache, group=group) if len(problems) == before else None


def _settings(form: _Form, name: str, service: Service, problems: list[ParcoursError]) -> dict[str, Any]:
    timeout = None
    if form.timeout is not None:
        timeout = _length(form.timeout, "timeout", problems, least=1, longest=_LONGEST_BUDGET)
    retry = _retry_rules(form.retry, problems)
    if form.on_capped == "retry" and not retry.pause:
        problems.append(missing("retry.pause", "a call without a slot finds none at once, either: 200 ms"))
    return {
        "id": name,
        "request": read_request(form, problems),
        "answer": _type(form.answer, "answer", problems),
        "failure": _type(form.failure, "failure", problems),
        "timeout": timeout,
        "retry": retry,
        "on_capped": form.on_capped,
        "limits": _limits(form, name, service, problems),
        "key_header": form.key_header,
    }


def _limits(form: _Form, name: str, service: Service, problems: list[ParcoursError]) -> Endpoint | None:
    if form.capping is None and form.throttling is None:
        return None
    problems.extend(_limit_problems(form))
    capping: dict[Service, CappingRule] = {} if form.capping is None else {service: form.capping}
    return Endpoint(endpoint=f"{service} {name}", url=form.url, capping=capping, throttling=form.throttling)


def _limit_problems(form: _Form) -> list[ParcoursError]:
    rule, throttling = form.capping, form.throttling
    least = {
        "capping.maxCallsCount": 1 if rule is None else rule.max_calls_count,
        "capping.periodInMs": 1 if rule is None else rule.period_in_ms,
        "capping.maxHttpConnections": 1 if rule is None else rule.max_http_connections,
        "throttling.maxThroughput": 1 if throttling is None else throttling.max_throughput,
    }
    return [
        bad_setting(where, "expected 1 or more") for where, value in least.items() if value is not None and value < 1
    ]


def _retry_rules(retry: _Retry, problems: list[ParcoursError]) -> RetryRules:
    by_status = dict(NOT_RETRIED)
    for status, most in retry.by_status.items():
        if not (str(status).isdigit() and 300 <= int(status) <= 599) or not 0 <= most <= 100:
            problems.append(bad_setting(f"retry.by_status.{status}", "expected an HTTP status and a number of retries"))
        else:
            by_status[int(status)] = most
    if not 0 <= retry.most <= 100:
        problems.append(bad_setting("retry.most", "expected 0 to 100"))
    if not 1 <= retry.factor <= 100:
        problems.append(bad_setting("retry.factor", "expected 1 to 100"))
    pause = _length(retry.pause, "retry.pause", problems, least=0, longest=_LONGEST_BUDGET)
    longest = _length(retry.longest, "retry.longest", problems, least=0, longest=_LONGEST_BUDGET)
    return RetryRules(most=retry.most, by_status=by_status, pause=pause, factor=retry.factor, longest=longest)


def _length(
    written: str | int | float, where: str, problems: list[ParcoursError], *, least: int, longest: int = 2**60
) -> int:
    """A length of time in microseconds."""
    try:
        length = duration(written)
    except (InputError, OverflowError, ValueError) as error:
        problems.append(bad_setting(where, str(error)))
        return least
    if not least <= length <= longest:
        problems.append(bad_setting(where, f"{written!r} is too {'long' if length > longest else 'short'}"))
    return length


def _type(answer: _Answer, where: str, problems: list[ParcoursError]) -> Type:
    """The type of an answer: declared, or that of a sample; otherwise an object of which nothing is known."""
    if answer.types is not None and answer.sample is not None:
        problems.append(bad_setting(where, "give a sample or types, not both"))
    if answer.types is not None:
        fields = {name: read_type(kind, f"{where}.types.{name}", problems) for name, kind in answer.types.items()}
        return object_of(fields)
    return object_of({}) if answer.sample is None else shapes.inferred(answer.sample)
