"""The ways in which something cannot be handed over, each as a named error."""

from __future__ import annotations

from parcours.core.errors import DeliveryError

#: Code of the errors that say nothing about the message: the other side cannot be reached at all.
UNREACHABLE = "unreachable"
#: Code of the errors that say that there is nothing to do: the person has no address.
NO_ADDRESS = "no-address"


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
