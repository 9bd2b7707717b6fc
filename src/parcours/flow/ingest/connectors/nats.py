"""NATS: a durable consumer of a JetStream stream, or a plain subject.

Messages of a stream are acknowledged after they are durable. Until then the server gives them again, and each has the
id that it had before: its own, or stream, sequence and time. A plain subject is not kept by anybody: what comes while
nobody listens is gone.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from parcours.core.clock import SECOND
from parcours.core.errors import DeliveryError, ParcoursError
from parcours.core.reading import bad_setting
from parcours.core.secrets import Secret, Secrets
from parcours.flow.ingest.clients.portion import RowMapping, Sorter, Written
from parcours.flow.ingest.connectors.base import PORTION, Connector, ConnectorSettings, Line, missing_package
from parcours.flow.ingest.connectors.messages import problems_of_messages

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg
    from nats.js import JetStreamContext

#: Seconds that leaving may take.
_GOODBYE = 5.0
#: Seconds to wait for messages before looking whether to stop.
_LOOK = 0.5
#: Seconds between two questions how many messages wait.
_ASK = 2
#: Seconds after which the server gives an unacknowledged message again.
_ACK_WAIT = 60.0


class NatsSettings(ConnectorSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A subject of a NATS server.

    Attributes:
        servers: addresses, ``nats://host:4222`` (``tls://`` with TLS).
        subject: what to listen to; ``*`` stands for one part, ``>`` for all that follow.
        jetstream: the subject belongs to a stream of JetStream, which keeps messages until they are acknowledged.
        stream: the stream; without it the one that has the subject.
        durable: name of the durable consumer (of a plain subject: of the queue group); without it ``parcours-`` and the
            id of the source.
        start: where to begin when the consumer is new: ``earliest`` or ``latest``.
        format: ``segment`` (each message a call of the Segment specification, or a batch of them) or ``rows`` (each
            a JSON object, explained by ``mapping``).
        mapping: of rows, which field is what.
        authorities: a file with the certificates to trust, instead of those of the system.
        username, password: to sign in with; the password is ``{secret: NAME}``.
        token: instead of them, ``{secret: NAME}``.
        credentials: instead of them, a file with credentials.
        portion: most messages taken at once.
    """

    servers: tuple[str, ...]
    subject: str
    jetstream: bool = True
    stream: str = ""
    durable: str = ""
    start: Literal["earliest", "latest"] = "earliest"
    format: Written = "rows"
    mapping: RowMapping | None = None
    authorities: str = ""
    username: str = ""
    password: Secret | None = None
    token: Secret | None = None
    credentials: str = ""
    portion: int = PORTION

    def problems(self) -> list[ParcoursError]:
        """No server, a subject that is none, a mapping that is incomplete."""
        found = problems_of_messages(self.format, self.mapping, self.portion)
        if not self.servers:
            found.append(bad_setting("servers", "expected at least one address, such as nats://nats.example:4222"))
        if not self.subject or any(mark.isspace() for mark in self.subject):
            found.append(bad_setting("subject", "expected a subject without blanks, such as shop.orders.>"))
        if self.stream and not self.jetstream:
            found.append(bad_setting("stream", "expected none without jetstream"))
        return found

    def connector(self, source: str, secrets: Secrets) -> Connector:
        """See :meth:`ConnectorSettings.connector`."""
        try:
            import nats  # noqa: F401 - said here and not later in a thread
        except ImportError:
            raise missing_package("nats-py", "brokers") from None
        return NatsConnector(self, source, secrets)


class NatsConnector:
    """Reads the subject of one source."""

    def __init__(self, settings: NatsSettings, source: str, secrets: Secrets) -> None:
        self._settings, self._source, self._secrets = settings, source, secrets

    def run(self, line: Line) -> None:
        """See :meth:`Connector.run`."""
        asyncio.run(self._run(line))

    async def _run(self, line: Line) -> None:
        import nats

        failures: list[Exception] = []

        async def failed(error: Exception) -> None:
            failures.append(error)

        # A lost connection ends this run; whoever runs it tries again, and people see why.
        client = await nats.connect(
            list(self._settings.servers),
            name="parcours",
            allow_reconnect=False,
            connect_timeout=10,
            ping_interval=10,
            error_cb=failed,
            **self._security(),
        )
        try:
            await (self._stream(client, line) if self._settings.jetstream else self._subject(client, line))
        finally:
            with suppress(Exception):
                await asyncio.wait_for(client.close(), _GOODBYE)
        if not line.stopped:
            raise DeliveryError(_lost(failures), permanent=False, code="unreachable")

    # --- a stream ----------------------------------------------------------------------------------------

    async def _stream(self, client: Client, line: Line) -> None:
        from nats.errors import TimeoutError as NothingCame

        subscription = await self._consumer(client.jetstream())
        asked = 0
        while not line.stopped and client.is_connected:
            try:
                messages = await subscription.fetch(self._settings.portion, timeout=_LOOK)
            except NothingCame:
                messages = []
            if messages:
                await self._take(messages, line)
                for message in messages:
                    await message.ack()
                await client.flush()
            if line.now() - asked > _ASK * SECOND and client.is_connected:
                asked = line.now()
                line.connected((await subscription.consumer_info()).num_pending)

    async def _consumer(self, stream: JetStreamContext) -> JetStreamContext.PullSubscription:
        from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

        settings = self._settings
        config = ConsumerConfig(
            ack_policy=AckPolicy.EXPLICIT,
            deliver_policy=DeliverPolicy.ALL if settings.start == "earliest" else DeliverPolicy.NEW,
            ack_wait=_ACK_WAIT,
            max_ack_pending=settings.portion * 2,
        )
        return await stream.pull_subscribe(
            settings.subject, durable=self._name, stream=settings.stream or None, config=config
        )

    # --- a plain subject ---------------------------------------------------------------------------------

    async def _subject(self, client: Client, line: Line) -> None:
        from nats.errors import TimeoutError as NothingCame

        subscription = await client.subscribe(self._settings.subject, queue=self._name)
        while not line.stopped and client.is_connected:
            line.connected(subscription.pending_msgs)
            try:
                messages = [await subscription.next_msg(timeout=_LOOK)]
            except NothingCame:
                continue
            while subscription.pending_msgs and len(messages) < self._settings.portion:
                messages.append(await subscription.next_msg(timeout=_LOOK))
            await self._take(messages, line)

    # --- both --------------------------------------------------------------------------------------------

    async def _take(self, messages: Sequence[Msg], line: Line) -> None:
        now = line.now()
        sorter = Sorter(self._source, self._settings.format, self._settings.mapping, now)
        for number, message in enumerate(messages):
            place, id, time = self._told(message, now, number)
            sorter.add(place, id, time, message.data)
        await asyncio.to_thread(line.keep, sorter.records(), sorter.count)

    def _told(self, message: Msg, now: int, number: int) -> tuple[str, str, int]:
        """Place, id and time of a message."""
        own = (message.headers or {}).get("Nats-Msg-Id", "")
        if not self._settings.jetstream:
            return message.subject, own or f"{self._source}-{now}-{number}", now
        told = message.metadata
        time = round(told.timestamp.timestamp() * SECOND) if told.timestamp else now
        place = f"{told.stream}/{told.sequence.stream} ({message.subject})"
        return place, own or f"{told.stream}-{told.sequence.stream}-{time}", time

    @property
    def _name(self) -> str:
        return self._settings.durable or f"parcours-{self._source}"

    def _security(self) -> dict[str, Any]:
        settings = self._settings
        found: dict[str, Any] = {}
        if settings.username:
            found["user"] = settings.username
            found["password"] = self._secrets.get(settings.password) if settings.password else ""
        if settings.token:
            found["token"] = self._secrets.get(settings.token)
        if settings.credentials:
            found["user_credentials"] = str(Path(settings.credentials))
        if settings.authorities or any(server.startswith("tls:") for server in settings.servers):
            found["tls"] = ssl.create_default_context(cafile=settings.authorities or None)
        return found


def _lost(failures: Sequence[Exception]) -> str:
    return f"the connection was lost: {failures[-1]}" if failures else "the connection was lost"
