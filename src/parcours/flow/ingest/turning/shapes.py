"""JSON objects of many calls decoded at once; and what of the context of a call is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeAlias

import msgspec

from parcours.flow.ingest.calls import Call

#: An object, nothing, or why there is none.
Decoded: TypeAlias = "dict[str, Any] | None"
#: What is kept of the campaign that brought somebody (the names are those of utm parameters without ``utm_``).
CAMPAIGN = ("name", "source", "medium", "term", "content", "id")
#: What is kept of the page, of calls that are about a page.
PAGE = ("url", "path", "referrer", "title", "search")


class _Context(msgspec.Struct, gc=False):
    campaign: Any = None
    page: Any = None


_CONTEXT = msgspec.json.Decoder(_Context)


class NoObjects(ValueError):
    """Some calls hold no objects: ``reasons`` by their place."""

    def __init__(self, objects: list[Decoded], reasons: dict[int, str]) -> None:
        super().__init__("not all are objects")
        self.objects, self.reasons = objects, reasons


def decoded(raws: Sequence[msgspec.Raw]) -> list[Decoded]:
    """The objects; ``None`` for null.

    Raises:
        NoObjects: some are none.
    """
    try:
        found = msgspec.json.decode(b"[" + b",".join(raws) + b"]")
        if len(found) == len(raws) and set(map(type, found)) <= {dict}:
            return found  # type: ignore[no-any-return]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        pass
    return _one_by_one(raws)


def _one_by_one(raws: Sequence[msgspec.Raw]) -> list[Decoded]:
    objects: list[Decoded] = []
    reasons: dict[int, str] = {}
    for place, raw in enumerate(raws):
        try:
            value = any_json(bytes(raw))
            if value is not None and not isinstance(value, dict):
                raise ValueError("it is no JSON object")
        except RecursionError:
            reasons[place], value = "it is nested too deep", None
        except ValueError as problem:
            reasons[place], value = str(problem), None
        objects.append(value)
    if reasons:
        raise NoObjects(objects, reasons)
    return objects


def any_json(raw: bytes) -> Any:
    """What JSON holds; also with numbers beyond every limit (infinite then) and texts that are no Unicode (made such).

    Raises:
        ValueError: it is no JSON.
        RecursionError: it is nested too deep.
    """
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _clean(json.loads(raw.decode("utf-8", "replace")))


def _clean(value: Any) -> Any:
    """Texts that are no Unicode made into such, at any depth."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_clean(part) for part in value]
    if isinstance(value, dict):
        return {_clean(name): _clean(part) for name, part in value.items()}
    return value


def with_context(call: Call, properties: Decoded, page: bool) -> Decoded:
    """The properties with what is kept of the context: the campaign, and of calls about a page the page."""
    context = bytes(call.context)
    if len(context) <= 2 or not (b"campaign" in context or (page and b"page" in context)):
        return properties
    try:
        told = _CONTEXT.decode(context)
    except (msgspec.DecodeError, RecursionError):
        return properties
    found = dict(properties or {})
    if page and isinstance(told.page, dict):
        for name in PAGE:
            if isinstance(told.page.get(name), str):
                found.setdefault(name, told.page[name])
    if isinstance(told.campaign, dict):
        campaign = {name: value for name in CAMPAIGN if isinstance(value := told.campaign.get(name), str) and value}
        if campaign:
            found.setdefault("campaign", campaign)
    return found
