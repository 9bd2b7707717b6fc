"""Push message: decides it for each run and lets it go on at once (journeys.md, section 10)."""

from __future__ import annotations

from typing import ClassVar

from parcours.flow.journeys.activities.messages import Message, Text


class Push(Message, frozen=True, kw_only=True):
    """A message on the screen of a device; ``to`` is the token of the device or of the app on it."""

    kind: ClassVar[str] = "push"
    shown: ClassVar[tuple[str, ...]] = ("to", "title", "text")
    needed: ClassVar[tuple[str, ...]] = ("to", "text")

    to: Text
    text: Text
    title: Text = ""
