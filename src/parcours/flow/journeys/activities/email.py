"""E-mail: decides a message for each run and lets it go on at once (journeys.md, section 10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from parcours.core.errors import DefinitionError, ParcoursError
from parcours.flow.journeys.activities.base import Names
from parcours.flow.journeys.activities.messages import Message, Text, is_empty


class Email(Message, frozen=True, kw_only=True):
    """An e-mail with a text part, an HTML part, or both. In the HTML part values are escaped."""

    kind: ClassVar[str] = "email"
    shown: ClassVar[tuple[str, ...]] = ("to", "subject", "body", "html")
    needed: ClassVar[tuple[str, ...]] = ("to", "subject")

    to: Text
    subject: Text
    body: Text = ""
    html: Text = ""

    def check(self, names: Names) -> Iterator[ParcoursError]:
        yield from super().check(names)
        if is_empty(self.body) and is_empty(self.html):
            yield DefinitionError(
                "the message has no text", code="missing-setting", where="body", hint="give body, html or both"
            )
