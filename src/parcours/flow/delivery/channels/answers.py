"""What the answers of HTTP servers mean for a message."""

from __future__ import annotations

from parcours.flow.delivery.failures import refused, try_later, unreachable
from parcours.flow.delivery.http.client import Client
from parcours.flow.delivery.http.outgoing import Outgoing
from parcours.flow.delivery.http.reply import Reply

#: Statuses below 500 that say that it may work later.
_LATER = frozenset({408, 425, 429})
#: Statuses that concern our settings and not this message.
_OURS = frozenset({401, 403, 407})


async def requested(client: Client, outgoing: Outgoing, timeout: float) -> Reply:
    """The reply to a request.

    Raises:
        DeliveryError: as :meth:`Client.request`; ``no-answer`` when there was none in time.
    """
    try:
        return await client.request(outgoing, timeout)
    except TimeoutError as error:
        raise try_later(f"{outgoing.place} did not answer in time", "no-answer") from error


def checked(reply: Reply, ours: bool = False) -> str:
    """What the reply to a message says, in a few words.

    Args:
        reply: the reply.
        ours: a refusal to let us in (401, 403, 407) concerns all messages: they stay pending.

    Raises:
        DeliveryError: it was not taken: ``refused`` for good, ``not-now``, or ``unreachable``.
    """
    said = f"{reply.status} {' '.join(reply.text.split())[:200]}".strip()
    if 200 <= reply.status < 300:
        return said
    if ours and reply.status in _OURS:
        raise unreachable(f"we are not let in: {said}", "check the authentication of the channel")
    if reply.status in _LATER or reply.status >= 500:
        raise try_later(said, "not-now")
    raise refused(said, "refused")
