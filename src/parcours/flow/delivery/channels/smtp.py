"""E-mail over SMTP: several connections that stay open, one message at a time on each."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Literal

import aiosmtplib
import msgspec

from parcours.core.errors import DefinitionError, DeliveryError
from parcours.core.secrets import Secret
from parcours.flow.delivery.channels.base import Channel
from parcours.flow.delivery.failures import refused, try_later, unreachable
from parcours.flow.delivery.mime import address, build, header_text
from parcours.flow.delivery.outside import Outside
from parcours.flow.delivery.templates import Message


class SmtpSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where and how to send e-mail.

    Attributes:
        host, port: the server.
        sender: the From of every message, an address or ``Name <address>``.
        security: ``starttls`` (upgrade, refuse to go on without), ``tls`` (from the first byte) or ``none``.
        username, password: to log in with, if the server wants it; the password may be ``{secret: NAME}``.
        reply_to: where answers go, if not to the sender.
        connections: how many connections to keep open at once.
        timeout: seconds to wait for an answer.
    """

    host: str
    sender: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: str | Secret = ""
    reply_to: str = ""
    connections: int = 8
    timeout: float = 30.0


class SmtpChannel(Channel):
    """Hands e-mail to one SMTP server.

    A connection that breaks while the message is under way leaves open whether the server took it. It is then
    sent again with the same ``X-Parcours-Key`` and Message-ID, byte by byte equal, so that whoever receives it
    twice can tell.
    """

    kind: ClassVar[str] = "smtp"
    settings_type: ClassVar[type[msgspec.Struct]] = SmtpSettings

    def __init__(self, settings: msgspec.Struct, outside: Outside) -> None:
        assert isinstance(settings, SmtpSettings)
        self._secrets = outside.secrets
        self.settings = settings
        self.parallel = max(1, settings.connections)
        self._idle: list[aiosmtplib.SMTP] = []
        try:
            self._envelope_sender = address(settings.sender.rpartition("<")[2].rstrip("> "))
            header_text(settings.sender)
        except DeliveryError as error:
            raise DefinitionError(error.message, code="bad-setting", where="sender") from error

    async def send(self, message: Message) -> str:
        to = address(message.get("to"))
        data = build(message, self.settings.sender, to, reply_to=message.get("reply_to") or self.settings.reply_to)
        connection = await self._connection()
        try:
            answer = await self._hand_over(connection, to, data)
        except DeliveryError:
            self._give_back(connection)
            raise
        except BaseException:
            # Cancelled in the middle of a command: what the server says next would answer the wrong one.
            connection.close()
            raise
        self._give_back(connection)
        return answer

    async def _connection(self) -> aiosmtplib.SMTP:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_connected:
                return connection
        return await self._connect()

    async def _connect(self) -> aiosmtplib.SMTP:
        settings = self.settings
        connection = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            username=settings.username or None,
            password=self._secrets.reveal(settings.password) or None,
            timeout=settings.timeout,
        )
        place = f"{settings.host}:{settings.port}"
        try:
            await connection.connect()
        except aiosmtplib.SMTPAuthenticationError as error:
            raise unreachable(f"{place} does not let us in: {error}", "check username and password") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise unreachable(f"{place} cannot be reached: {error}", "check host, port and security") from error
        return connection

    async def _hand_over(self, connection: aiosmtplib.SMTP, to: str, data: bytes) -> str:
        options = [] if to.isascii() else ["SMTPUTF8"]
        try:
            _, answer = await connection.sendmail(self._envelope_sender, [to], data, mail_options=options)
        except aiosmtplib.SMTPRecipientsRefused as error:
            first = error.recipients[0]
            raise _by_code(first.code, first.message) from error
        except aiosmtplib.SMTPSenderRefused as error:
            raise _sender_refused(error) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _by_code(error.code, error.message) from error
        except aiosmtplib.SMTPNotSupported as error:
            raise refused(str(error), "not-supported") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            connection.close()
            raise try_later(f"the connection broke: {error}", "connection-lost") from error
        return answer

    def _give_back(self, connection: aiosmtplib.SMTP) -> None:
        if connection.is_connected:
            self._idle.append(connection)

    async def close(self) -> None:
        idle, self._idle = self._idle, []
        await asyncio.gather(*(_quit(connection) for connection in idle))


def _by_code(code: int, text: str) -> DeliveryError:
    """4xx: try again later; 5xx: never."""
    answer = f"{code} {text}".replace("\n", " ")
    return refused(answer, "refused") if code >= 500 else try_later(answer, "not-now")


def _sender_refused(error: aiosmtplib.SMTPSenderRefused) -> DeliveryError:
    """A sender refused for good concerns our settings, not this message, unless the message is too large (552)."""
    if error.code >= 500 and error.code != 552:
        return unreachable(f"the server refuses the sender: {error.code} {error.message}", "check sender and login")
    return _by_code(error.code, error.message)


async def _quit(connection: aiosmtplib.SMTP) -> None:
    try:
        await connection.quit()
    except (aiosmtplib.SMTPException, OSError):
        connection.close()
