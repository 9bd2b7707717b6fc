"""What a channel is: a settings type, ``send`` and ``close``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

import msgspec

from parcours.flow.delivery.templates import Message

if TYPE_CHECKING:
    from parcours.flow.delivery.outside import Outside


class Channel(ABC):
    """Hands messages over. Used from one event loop; ``send`` is called many times at once.

    Attributes:
        kind: name of the kind of channel in settings.
        settings_type: struct of its settings; documentation and forms read it.
        parallel: how many messages it can hand over at once.
    """

    kind: ClassVar[str]
    settings_type: ClassVar[type[msgspec.Struct]]
    parallel: int = 1

    @abstractmethod
    def __init__(self, settings: msgspec.Struct, outside: Outside) -> None: ...

    @abstractmethod
    async def send(self, message: Message) -> str:
        """Hand one message over; returns what the other side answered.

        Raises:
            DeliveryError: it was not taken. ``permanent``: it never will be. Code ``unreachable``: the other
                side is down, which says nothing about the message. Code ``no-address``: nobody to send to.
        """

    @abstractmethod
    async def close(self) -> None:
        """Let go of connections. The channel can be used again; it then opens new ones."""
