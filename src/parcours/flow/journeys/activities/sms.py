"""Text message: decides it for each run and lets it go on at once (journeys.md, section 10)."""

from __future__ import annotations

from typing import ClassVar

from parcours.flow.journeys.activities.messages import Message, Text


class Sms(Message, frozen=True, kw_only=True):
    """A text message; ``to`` is the number."""

    kind: ClassVar[str] = "sms"
    shown: ClassVar[tuple[str, ...]] = ("to", "text")
    needed: ClassVar[tuple[str, ...]] = ("to", "text")

    to: Text
    text: Text
