"""Wait for a signal: holds a run until something becomes of an earlier message of this run (journeys.md, section 7).

What becomes of it is that it was handed over (``sent``), arrived, or failed; what the person does with it is that it
is opened, clicked … Any earlier activity of the run that sends can be named, however far back, over any channel
(section 21, line 36).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from parcours.core.errors import DefinitionError, ParcoursError
from parcours.flow.journeys.activities.base import Names, SignalListener
from parcours.flow.journeys.activities.waiting import Waiting


class WaitForSignal(Waiting, frozen=True, kw_only=True):
    """Holds the run until ``signal`` of what activity ``of`` sent, a message before it.

    ``clicked`` means links to content; ``link`` names a single one, by its address or its label. Clicks that
    unsubscribe or show the message in a browser are signals of their own. Without ``timeout`` for ever; without
    ``on_timeout`` a run whose time is out goes on behind ``then`` as well (R8).
    """

    kind: ClassVar[str] = "wait_for_signal"

    of: str
    signal: Literal[
        "sent",
        "failed",
        "delivered",
        "bounced",
        "opened",
        "clicked",
        "mirrored",
        "unsubscribed",
        "complained",
        "replied",
    ]
    link: str | None = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        if self.link is not None and self.signal != "clicked":
            yield DefinitionError(
                "only clicks have a link", code="bad-setting", where="link", hint="signal: clicked, or leave out link"
            )
        yield from super().check(names)

    def listens(self) -> tuple[SignalListener, ...]:
        return (SignalListener(self.of, self.signal, "event", self.link),)
