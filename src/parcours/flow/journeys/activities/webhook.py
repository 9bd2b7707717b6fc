"""Web hook: tells another system about a run and lets the run go on at once, whatever is answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

import msgspec
import polars as pl

from parcours.core.errors import ParcoursError
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import Names
from parcours.flow.journeys.activities.messages import Message, Text, shows
from parcours.flow.journeys.activities.values import json_object
from parcours.flow.journeys.problems import wrong_value

#: In front of the names of headers among the fields of the message.
HEADER = "headers."


class Webhook(Message, frozen=True, kw_only=True):
    """A request to ``url``, signed with the configured secret named ``secret`` so that the receiver can trust it.

    ``url``, ``headers`` and ``body`` are templates as in messages. Without ``body`` the ``values`` are sent as a JSON
    object. For an answer that later steps read, use a custom action.
    """

    kind: ClassVar[str] = "webhook"
    shown: ClassVar[tuple[str, ...]] = ("url", "body")
    needed: ClassVar[tuple[str, ...]] = ("url",)
    address: ClassVar[str] = "url"

    url: Text
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    headers: dict[str, Text] = msgspec.field(default_factory=dict)
    body: Text = ""
    secret: str = ""

    def check(self, names: Names) -> Iterator[ParcoursError]:
        yield from super().check(names)
        if self.method == "GET" and (self.body or self.values):
            yield wrong_value("method", "a GET request has no body: take POST, or leave out body and values")

    def fields(self) -> dict[str, Text]:
        headers = {HEADER + name: text for name, text in self.headers.items()}
        return {
            "method": self.method,
            **super().fields(),
            **headers,
            **({"secret": self.secret} if self.secret else {}),
        }

    def sources(self) -> dict[str, str]:
        return super().sources() if self.body or not self.values else {**super().sources(), "body": shows("body")}

    def computed(self, arrivals: Arrivals, prefix: str) -> list[pl.Series]:
        found = super().computed(arrivals, prefix)
        if self.body or not self.values:
            return found
        return [*found, json_object(arrivals, f"{prefix}values", self.values).alias("body")]
