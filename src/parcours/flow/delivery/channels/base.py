"""What a channel is: a settings type, ``send`` and ``close``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import msgspec

from parcours.core.errors import DeliveryError
from parcours.flow.delivery.templates import Message

#: Code of the errors that say nothing about the message: the other side cannot be reached at all.
UNREACHABLE = "unreachable"
#: Code of the errors that say that there is nothing to do: the person has no address.
NO_ADDRESS = "no-address"


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
    def __init__(self, settings: msgspec.Struct) -> None: ...

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


def unreachable(message: str, hint: str | None = None) -> DeliveryError:
    """The other side is down."""
    return DeliveryError(message, permanent=False, code=UNREACHABLE, hint=hint)


def no_address(message: str) -> DeliveryError:
    """The person has no address for this channel."""
    return DeliveryError(message, permanent=True, code=NO_ADDRESS)


def refused(message: str, code: str) -> DeliveryError:
    """The message can never be handed over."""
    return DeliveryError(message, permanent=True, code=code)


def try_later(message: str, code: str) -> DeliveryError:
    """The message was not taken this time."""
    return DeliveryError(message, permanent=False, code=code)
