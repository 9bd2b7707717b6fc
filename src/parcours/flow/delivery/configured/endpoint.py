"""Rate rules of endpoints: how many calls, how fast, over how many connections (journeys.md, section 17).

An endpoint is a pattern of URLs. Its rules are shared by all journeys, actions and sources that call such URLs.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from parcours.core.clock import MILLISECOND
from parcours.core.errors import DefinitionError, ParcoursError
from parcours.core.reading import join, read_settings
from parcours.flow.delivery.limits import Capping, Throttle

#: Who calls: a custom action, or a data source.
Service = Literal["action", "dataSource"]
SERVICES: tuple[Service, ...] = ("action", "dataSource")
#: Our codes of problems by those of the reference product: of capping, and of throttling.
CAPPING_CODES: Mapping[str, str] = {
    "ERR_ENDPOINTCONFIG_100": "endpoint-without-url",
    "ERR_ENDPOINTCONFIG_101": "endpoint-bad-url",
    "ERR_ENDPOINTCONFIG_102": "endpoint-wildcard-in-host",
    "ERR_ENDPOINTCONFIG_103": "endpoint-without-methods",
    "ERR_ENDPOINTCONFIG_104": "endpoint-without-rating",
    "ERR_ENDPOINTCONFIG_106": "endpoint-without-connections",
    "ERR_ENDPOINTCONFIG_107": "endpoint-bad-count",
    "ERR_ENDPOINTCONFIG_108": "endpoint-bad-period",
    "ERR_ENDPOINTCONFIG_111": "endpoint-bad-payload",
    "ERR_ENDPOINTCONFIG_112": "endpoint-not-json",
    "ERR_AUTHORING_ENDPOINTCONFIG_1": "endpoint-bad-service",
}
THROTTLING_CODES: Mapping[str, str] = {
    "ERR_THROTTLING_CONFIG_100": "endpoint-without-throughput",
    "ERR_THROTTLING_CONFIG_101": "endpoint-bad-throughput",
    "ERR_THROTTLING_CONFIG_104": "endpoint-bad-url",
    "ERR_THROTTLING_CONFIG_105": "endpoint-wildcard-in-host",
    "ERR_THROTTLING_CONFIG_106": "endpoint-bad-payload",
}
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


class CappingRule(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Never more than so many calls in any span of the period; and over so many connections at once."""

    max_calls_count: int | None = None
    period_in_ms: int = 1000
    max_http_connections: int | None = None

    def slots(self) -> Capping | None:
        """The slots of the rule, all of them free; ``None`` where only connections are bounded."""
        return None if self.max_calls_count is None else Capping(self.max_calls_count, self.period_in_ms * MILLISECOND)


class ThrottlingRule(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Never more than so many calls a second; the others wait in order of arrival."""

    max_throughput: int

    def slots(self) -> Throttle:
        """The slots of the rule, all of them free."""
        return Throttle(self.max_throughput)


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """The rate rules of URLs that match a pattern.

    Attributes:
        endpoint: id.
        url: pattern; ``*`` stands for any text in the path.
        methods: HTTP methods it is about; empty: all.
        capping: by who calls; each has slots of its own.
        throttling: shared by both.
    """

    endpoint: str
    url: str
    methods: tuple[str, ...] = ()
    capping: Mapping[Service, CappingRule] = {}
    throttling: ThrottlingRule | None = None

    def matches(self, method: str, url: str) -> bool:
        """Whether a request is one of those that the rules are about; query and fragment do not count."""
        if self.methods and method not in self.methods:
            return False
        return _pattern(self.url).fullmatch(_plain_url(url)) is not None

    def may_match(self, method: str, url: str) -> bool:
        """Whether a request may be one of them that goes to a URL with parameters in braces, whatever their values."""
        if "{" not in url:
            return self.matches(method, url)
        if self.methods and method not in self.methods:
            return False
        if "{" in urlsplit(url).netloc:
            return True
        fixed, known = _plain_url(url).split("{")[0], _plain_url(self.url).split("*")[0]
        return fixed.startswith(known) or known.startswith(fixed)


class _Form(msgspec.Struct, frozen=True, kw_only=True):
    url: str = ""
    name: str = ""
    description: str = ""
    methods: Any = ("*",)
    capping: CappingRule | None = None
    services: dict[str, Any] | None = None
    throttling: ThrottlingRule | None = None


class _Service(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    rating: CappingRule | None = None
    max_http_connections: int | None = None


def read_endpoint(body: Mapping[str, object], problems: list[ParcoursError]) -> Endpoint | None:
    """``endpoint: id`` with ``url``, ``methods``, ``capping`` (of all) or ``services`` (of each), ``throttling``.

    Every problem is added to ``problems``, with the codes of :data:`CAPPING_CODES` and :data:`THROTTLING_CODES`;
    then there may be no endpoint.
    """
    before = len(problems)
    form = read_settings(_Form, body, "", problems, also=frozenset({"endpoint"}))
    if form is None:
        return None
    problems.extend(_pattern_problems(form.url))
    methods = _methods(form.methods, problems)
    capping = _capping(form, problems)
    if form.throttling is not None and form.throttling.max_throughput < 1:
        problems.append(_problem("endpoint-bad-throughput", "throttling.maxThroughput", "expected 1 or more"))
    if not capping and form.throttling is None:
        problems.append(
            _problem("endpoint-without-rating", "capping", "there is no rule", "give capping or throttling")
        )
    if len(problems) > before:
        return None
    endpoint = str(body.get("endpoint", ""))
    return Endpoint(endpoint=endpoint, url=form.url, methods=methods, capping=capping, throttling=form.throttling)


def warnings(endpoint: Endpoint) -> list[DefinitionError]:
    """What is allowed and may still be a mistake: no bound on connections."""
    rules = endpoint.capping.values()
    if not rules or any(rule.max_http_connections is not None for rule in rules):
        return []
    return [_problem("endpoint-without-connections", "capping.maxHttpConnections", "connections are not bounded")]


def _capping(form: _Form, problems: list[ParcoursError]) -> dict[Service, CappingRule]:
    rules: dict[Service, CappingRule] = {}
    if form.capping is not None:
        problems.extend(_rule_problems(form.capping, "capping"))
        rules = dict.fromkeys(SERVICES, form.capping)
    for name, shape in (form.services or {}).items():
        where = join("services", name)
        if name not in SERVICES:
            known = ", ".join(SERVICES)
            problems.append(_problem("endpoint-bad-service", where, f"there is no service {name!r}", f"known: {known}"))
            continue
        written = read_settings(_Service, shape, where, problems)
        if written is None:
            continue
        if written.rating is None and written.max_http_connections is None:
            problems.append(_problem("endpoint-without-rating", join(where, "rating"), "'rating' is missing"))
        rule = written.rating or CappingRule()
        if written.max_http_connections is not None:
            rule = msgspec.structs.replace(rule, max_http_connections=written.max_http_connections)
        if written.rating is not None:
            problems.extend(_rule_problems(rule, join(where, "rating")))
        rules[name] = rule
    return rules


def _rule_problems(rule: CappingRule, where: str) -> Iterator[ParcoursError]:
    count, connections = rule.max_calls_count, rule.max_http_connections
    if count is None and connections is None:
        yield _problem("endpoint-without-rating", join(where, "maxCallsCount"), "'maxCallsCount' is missing")
    if count is not None and count < 1:
        yield _problem("endpoint-bad-count", join(where, "maxCallsCount"), "expected 1 or more")
    if rule.period_in_ms < 1:
        yield _problem("endpoint-bad-period", join(where, "periodInMs"), "expected 1 or more")
    if connections is not None and connections < 1:
        yield _problem("endpoint-bad-count", join(where, "maxHttpConnections"), "expected 1 or more")


def _methods(written: object, problems: list[ParcoursError]) -> tuple[str, ...]:
    """The methods in upper case; ``*`` or nothing written: all."""
    if not isinstance(written, list | tuple) or not written:
        problems.append(_problem("endpoint-without-methods", "methods", "expected a list of HTTP methods", _hint()))
        return ()
    methods = tuple(str(method).upper() for method in written)
    for index, method in enumerate(methods):
        if method not in (*_METHODS, "*"):
            where = f"methods[{index}]"
            problems.append(_problem("endpoint-without-methods", where, f"{method!r} is no HTTP method", _hint()))
    return () if "*" in methods else methods


def _hint() -> str:
    return "methods are: " + ", ".join(_METHODS)


def _pattern_problems(url: str) -> Iterator[ParcoursError]:
    if not url:
        yield _problem("endpoint-without-url", "url", "'url' is missing")
        return
    start, _, rest = url.partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "*" in start + host:
        yield _problem("endpoint-wildcard-in-host", "url", "a * may stand in the path only")
        return
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and "@" not in host
    except ValueError:
        fine = False
    if not fine or any(letter.isspace() for letter in url):
        yield _problem("endpoint-bad-url", "url", f"{url!r} is no pattern of URLs", "https://api.example/v1/*")


def _problem(code: str, where: str, message: str, hint: str | None = None) -> DefinitionError:
    return DefinitionError(message, code=code, where=where, hint=hint)


@functools.lru_cache(maxsize=1024)
def _pattern(url: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, _plain_url(url).split("*"))), re.DOTALL)


def _plain_url(url: str) -> str:
    """Scheme, host, port and path, in the one way to write them."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return f"{parts.scheme}://{parts.hostname}:{port}{parts.path or '/'}"
