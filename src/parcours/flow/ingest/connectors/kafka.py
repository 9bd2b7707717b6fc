"""Kafka: the topics of a consumer group, read portion by portion.

Offsets are committed after the portion is durable. Until then the broker gives it again, and each message has the id
that it had before: its own, or topic, partition, offset and time (a topic that was made anew counts from nothing).
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from parcours.core.clock import MILLISECOND, SECOND
from parcours.core.errors import DeliveryError, ParcoursError
from parcours.core.reading import bad_setting
from parcours.core.secrets import Secret, Secrets
from parcours.flow.ingest.clients.portion import RowMapping, Sorter, Written
from parcours.flow.ingest.connectors.base import PORTION, Connector, ConnectorSettings, Line, missing_package
from parcours.flow.ingest.connectors.messages import problems_of_messages

if TYPE_CHECKING:
    from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

#: Milliseconds to wait for messages before looking whether to stop.
_LOOK = 250
#: Milliseconds after which the broker gives the partitions of a consumer that is gone to others.
_SESSION = 10_000
#: Milliseconds after which topics that were made later are seen.
_METADATA = 30_000
#: Seconds that leaving may take.
_GOODBYE = 5.0
#: Seconds without an answer of the broker after which the connection counts as lost.
_SILENCE = 15.0


class KafkaSettings(ConnectorSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Topics of a Kafka cluster.

    Attributes:
        servers: addresses of brokers to begin with, ``host:port``.
        topics: names of the topics; or
        pattern: a regular expression for their names; topics that are made later come too.
        group: the consumer group; without it ``parcours-`` and the id of the source.
        start: where to begin when the group is new: ``earliest`` or ``latest``.
        format: ``segment`` (each message a call of the Segment specification, or a batch of them) or ``rows`` (each
            a JSON object, explained by ``mapping``).
        mapping: of rows, which field is what.
        tls: speak TLS.
        authorities: a file with the certificates to trust, instead of those of the system.
        mechanism: how to sign in: ``PLAIN``, ``SCRAM-SHA-256`` or ``SCRAM-SHA-512``; without a username nobody does.
        username, password: to sign in with; the password is ``{secret: NAME}``.
        portion: most messages taken at once.
    """

    servers: tuple[str, ...]
    topics: tuple[str, ...] = ()
    pattern: str = ""
    group: str = ""
    start: Literal["earliest", "latest"] = "earliest"
    format: Written = "rows"
    mapping: RowMapping | None = None
    tls: bool = False
    authorities: str = ""
    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    username: str = ""
    password: Secret | None = None
    portion: int = PORTION

    def problems(self) -> list[ParcoursError]:
        """Neither topics nor a pattern, a pattern that is none, a mapping that is incomplete."""
        found = problems_of_messages(self.format, self.mapping, self.portion)
        if not self.servers:
            found.append(bad_setting("servers", "expected at least one address, such as kafka.example:9092"))
        if bool(self.topics) == bool(self.pattern):
            found.append(bad_setting("topics", "expected names of topics, or a pattern, and not both"))
        try:
            re.compile(self.pattern)
        except re.error as error:
            found.append(bad_setting("pattern", f"expected a regular expression: {error}"))
        return found

    def connector(self, source: str, secrets: Secrets) -> Connector:
        """See :meth:`ConnectorSettings.connector`."""
        try:
            import aiokafka  # noqa: F401 - said here and not later in a thread
        except ImportError:
            raise missing_package("aiokafka", "brokers") from None
        return KafkaConnector(self, source, secrets)


class KafkaConnector:
    """Reads the topics of one source."""

    def __init__(self, settings: KafkaSettings, source: str, secrets: Secrets) -> None:
        self._settings, self._source, self._secrets = settings, source, secrets

    def run(self, line: Line) -> None:
        """See :meth:`Connector.run`."""
        try:
            asyncio.run(self._run(line))
        except asyncio.CancelledError:  # the client cancels its own work when the broker goes
            raise DeliveryError("the connection was lost", permanent=False, code="unreachable") from None

    async def _run(self, line: Line) -> None:
        consumer = self._consumer()
        try:
            if self._settings.pattern:
                consumer.subscribe(pattern=self._settings.pattern)
            else:
                consumer.subscribe(self._settings.topics)
            await consumer.start()
            line.connected()
            await self._read(consumer, line)
        finally:
            await _let_go(consumer)

    async def _read(self, consumer: AIOKafkaConsumer, line: Line) -> None:
        watch = _Watch(line.now())
        while not line.stopped:
            found = await consumer.getmany(timeout_ms=_LOOK, max_records=self._settings.portion)
            if found:
                await self._take(consumer, found, line)
            await watch.look(consumer, line)

    async def _take(
        self, consumer: AIOKafkaConsumer, found: Mapping[TopicPartition, Sequence[ConsumerRecord]], line: Line
    ) -> None:
        """Have a portion kept, then commit it."""
        sorter = Sorter(self._source, self._settings.format, self._settings.mapping, line.now())
        for messages in found.values():
            for message in messages:
                time = message.timestamp * MILLISECOND if message.timestamp > 0 else line.now()
                sorter.add(_place(message), _id(message), time, message.value)
        await asyncio.to_thread(line.keep, sorter.records(), sorter.count)
        done = {partition: messages[-1].offset + 1 for partition, messages in found.items()}
        await _commit(consumer, done, line)

    def _consumer(self) -> AIOKafkaConsumer:
        from aiokafka import AIOKafkaConsumer

        settings = self._settings
        return AIOKafkaConsumer(
            bootstrap_servers=list(settings.servers),
            group_id=settings.group or f"parcours-{self._source}",
            client_id="parcours",
            enable_auto_commit=False,
            auto_offset_reset=settings.start,
            isolation_level="read_committed",
            metadata_max_age_ms=_METADATA,
            request_timeout_ms=20_000,
            session_timeout_ms=_SESSION,
            heartbeat_interval_ms=_SESSION // 4,
            **self._security(),
        )

    def _security(self) -> dict[str, Any]:
        settings = self._settings
        found: dict[str, Any] = {}
        if settings.tls:
            found["ssl_context"] = ssl.create_default_context(cafile=settings.authorities or None)
        if settings.username:
            found |= {"sasl_mechanism": settings.mechanism, "sasl_plain_username": settings.username}
            found["sasl_plain_password"] = self._secrets.get(settings.password) if settings.password else ""
        name = ("SASL_" if settings.username else "") + ("SSL" if settings.tls else "PLAINTEXT")
        return {**found, "security_protocol": name}


async def _commit(consumer: AIOKafkaConsumer, done: Mapping[TopicPartition, int], line: Line) -> None:
    """Commit, unless the line stops first: what is not committed comes again, with the ids it had.

    Raises:
        DeliveryError: ``unreachable``, there was no answer for a while; the client itself would try for ever.
    """
    from aiokafka.errors import CommitFailedError, IllegalStateError

    began = line.now()
    trying = asyncio.ensure_future(consumer.commit(done))
    while not (await asyncio.wait({trying}, timeout=_LOOK / 1000))[0]:
        if line.stopped:
            trying.cancel()
            return
        if line.now() - began > _SILENCE * SECOND:
            trying.cancel()
            raise _silent()
    # The partitions may have gone to somebody else meanwhile, who gets these messages again.
    with suppress(CommitFailedError, IllegalStateError):
        trying.result()


def _silent() -> DeliveryError:
    return DeliveryError("the broker does not answer", permanent=False, code="unreachable")


async def _let_go(consumer: AIOKafkaConsumer) -> None:
    """Leave the group, where there is still somebody to tell."""
    with suppress(Exception, asyncio.CancelledError):
        await asyncio.wait_for(consumer.stop(), _GOODBYE)


class _Watch:
    """Tells how far behind a consumer is, and notices when the broker has gone silent: the client says nothing then."""

    def __init__(self, now: int) -> None:
        self._heard = now

    async def look(self, consumer: AIOKafkaConsumer, line: Line) -> None:
        """Have a look at all partitions.

        Raises:
            DeliveryError: ``unreachable``, there was no answer for a while.
        """
        now, assigned = line.now(), consumer.assignment()
        heard = [consumer.last_poll_timestamp(partition) for partition in assigned]
        self._heard = max([self._heard, *(moment * MILLISECOND for moment in heard if moment)])
        if not assigned:
            self._heard = now  # others of the group read all partitions
        elif now - self._heard > _SILENCE * SECOND:
            raise _silent()
        line.connected(await _behind(consumer, assigned))


async def _behind(consumer: AIOKafkaConsumer, assigned: Collection[TopicPartition]) -> int | None:
    """How many messages wait, as of the last answers; ``None`` before the first."""
    ends = {partition: consumer.highwater(partition) for partition in assigned}
    left = [max(0, end - await consumer.position(partition)) for partition, end in ends.items() if end is not None]
    return sum(left) if left else None


def _place(message: ConsumerRecord) -> str:
    return f"{message.topic}/{message.partition}/{message.offset}"


def _id(message: ConsumerRecord) -> str:
    """An id that is the same when the message comes again, and another when the topic was made anew."""
    return f"{message.topic}-{message.partition}-{message.offset}-{message.timestamp}"
