"""One attempt to deliver a message: signed, to an address that may be called, in limited time."""

from __future__ import annotations

import asyncio
import time
from email.utils import parsedate_to_datetime

from standardwebhooks.webhooks import Webhook

from parcours.core.clock import SECOND, SystemClock, as_datetime
from parcours.core.errors import DeliveryError
from parcours.flow.delivery.http.client import Client
from parcours.flow.delivery.http.outgoing import Outgoing
from parcours.flow.delivery.http.reply import Reply
from parcours.service.hooks.kept import Attempt, Hook
from parcours.service.hooks.messages import Message

#: So much of an answer is kept.
ANSWER = 500
#: Signatures speak of the time of the machine, whatever clock the workspace goes by: receivers compare it with theirs.
_clock = SystemClock()


async def post(client: Client, hook: Hook, message: Message, number: int, timeout: float, kind: str) -> Attempt:
    """Make an attempt. An answer between 200 and 299 means that it was delivered; redirects are not followed.

    Args:
        client: makes requests, in the event loop that runs.
        hook, message: what goes where.
        number: which attempt it is, from 1.
        timeout: seconds for all of it.
        kind: ``change``, ``ping`` or ``again``.
    """
    at, started = _clock.now(), time.monotonic_ns()
    status, answer, after = None, "", None
    try:
        reply = await client.request(_outgoing(hook, message, at), timeout, follow=False)
        status, answer, after = reply.status, reply.text[:ANSWER], _retry_after(reply, at)
    except TimeoutError:
        answer = f"no answer within {timeout:g} s"
    except DeliveryError as error:
        answer = error.message[:ANSWER]
    delivered = status is not None and 200 <= status < 300
    return Attempt(
        hook=hook.id,
        message=message.id,
        kind=kind,
        first=message.first,
        last=message.last,
        items=message.items,
        attempt=number,
        at=at,
        result="delivered" if delivered else "failed",
        status=status,
        answer=answer,
        milliseconds=(time.monotonic_ns() - started) // 1_000_000,
        retry_after=after,
    )


def post_now(client: Client, hook: Hook, message: Message, timeout: float, kind: str) -> Attempt:
    """The same from outside any event loop."""

    async def attempt() -> Attempt:
        try:
            return await post(client, hook, message, 1, timeout, kind)
        finally:
            await client.close()

    return asyncio.run(attempt())


def _outgoing(hook: Hook, message: Message, now: int) -> Outgoing:
    moment, body = as_datetime(now), message.body.decode()
    signatures = [Webhook(secret).sign(message.id, moment, body) for secret in hook.secrets(now)]
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message.id,
        "webhook-timestamp": str(now // SECOND),
        "webhook-signature": " ".join(signatures),
    }
    return Outgoing("POST", hook.url, headers, message.body)


def _retry_after(reply: Reply, now: int) -> float | None:
    """Seconds that the endpoint asks to wait."""
    said = reply.headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said)
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - now / SECOND) if said else None
    except ValueError:
        return None
