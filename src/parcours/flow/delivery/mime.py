"""E-mail messages as bytes: checked addresses, safe headers, text and HTML parts, attachments.

Written by hand rather than with ``email.message``, which takes ten times as long; tests read the result back
with the standard library. The same message gives the same bytes, every time.
"""

from __future__ import annotations

import binascii
import functools
import re
from collections.abc import Sequence
from email.header import Header
from email.utils import format_datetime
from urllib.parse import quote

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from parcours.core.clock import as_datetime
from parcours.flow.delivery.failures import no_address, refused
from parcours.flow.delivery.templates import Attachment, Message

#: The header that carries the idempotency key (as :attr:`Message.token`).
KEY_HEADER = "X-Parcours-Key"
_LINE = 998
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_LINE_END = re.compile("\r\n|\r|\n")


@functools.lru_cache(maxsize=65_536)
def _validated(text: str) -> ValidatedEmail:
    # Names under .test exist where things are tried out, with a mail server that knows them (RFC 2606).
    return validate_email(text, check_deliverability=False, test_environment=True)


def address(text: str) -> str:
    """The one address in ``text``, checked and normalised; the domain in ASCII.

    Raises:
        DeliveryError: it is empty (``no-address``), or no single valid address (``bad-address``, permanent).
    """
    if not text:
        raise no_address("the person has no address")
    try:
        valid = _validated(text)
    except EmailNotValidError as error:
        raise refused(f"{text[:80]!r} is no address: {error}", "bad-address") from None
    return valid.ascii_email or f"{valid.local_part}@{valid.ascii_domain}"


def build(message: Message, sender: str, to: str, *, reply_to: str = "") -> bytes:
    """The message as sent over the wire.

    Args:
        message: the rendered message, with ``subject`` and ``body``, ``html`` or both.
        sender: the From header, an address or ``Name <address>``.
        to: the recipient as :func:`address` gives it.
        reply_to: the Reply-To header, if wanted.

    Raises:
        DeliveryError: the subject holds a line break (``header-injection``) or there is no text (permanent).
    """
    token = message.token
    headers = [
        f"From: {header_text(sender)}",
        f"To: {to}",
        f"Subject: {header_text(message.get('subject'))}",
        f"Date: {format_datetime(as_datetime(message.decided))}",
        f"Message-ID: <{token}@{_domain(sender)}>",
        f"{KEY_HEADER}: {token}",
        "MIME-Version: 1.0",
    ]
    if reply_to:
        headers.insert(3, f"Reply-To: {header_text(reply_to)}")
    if message.unsubscribe:
        headers += [f"List-Unsubscribe: <{message.unsubscribe}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"]
    text, html = message.fields.get("body", ""), message.fields.get("html", "")
    if text.strip() and html.strip():
        body = _alternative(text, html, f"parcours-{token}")
    elif text.strip() or html.strip():
        body = _part(html, "html") if html.strip() else _part(text, "plain")
    elif message.attachments:
        body = b""
    else:
        raise refused("the message has no text", "empty-message")
    if message.attachments:
        body = _mixed(body, message.attachments, f"parcours-files-{token}")
    return "\r\n".join(headers).encode() + b"\r\n" + body


def header_text(text: str) -> str:
    """A header value; other letters than ASCII are encoded.

    Raises:
        DeliveryError: it holds a line break or another control character (permanent).
    """
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        raise refused(f"a line break or control character in a header: {text[:80]!r}", "header-injection")
    if text.isascii() and len(text) < 900:
        return text
    return Header(text, "utf-8", maxlinelen=74).encode(linesep="\r\n")


@functools.lru_cache(maxsize=256)
def _domain(sender: str) -> str:
    return sender.rpartition("@")[2].strip("> ") or "localhost"


def _alternative(text: str, html: str, boundary: str) -> bytes:
    line = f"--{boundary}".encode()
    head = f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'.encode()
    parts = (line, b"\r\n", _part(text, "plain"), line, b"\r\n", _part(html, "html"), line, b"--\r\n")
    return head + b"".join(parts)


def _mixed(text: bytes, attachments: Sequence[Attachment], boundary: str) -> bytes:
    """The text, if any, with files behind it."""
    line = f"--{boundary}".encode()
    head = f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'.encode()
    parts = [part for part in (text, *map(_attached, attachments)) if part]
    return head + b"".join(line + b"\r\n" + part for part in parts) + line + b"--\r\n"


def _attached(file: Attachment) -> bytes:
    """One file with its headers.

    Raises:
        DeliveryError: its media type cannot stand in a header (permanent).
    """
    if not _MEDIA_TYPE.fullmatch(file.media_type):
        raise refused(f"{file.media_type[:80]!r} is no media type", "bad-attachment")
    coded = binascii.b2a_base64(file.content, newline=False)
    lines = b"\r\n".join(coded[start : start + 76] for start in range(0, len(coded), 76))
    head = (
        f"Content-Type: {file.media_type}\r\nContent-Disposition: attachment; {_file_name(file.name)}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + lines + b"\r\n"


def _file_name(name: str) -> str:
    """The parameter of a header that names a file (RFC 2183, RFC 2231)."""
    header_text(name)
    if name.isascii():
        return 'filename="{}"'.format(name.replace("\\", "\\\\").replace('"', '\\"'))
    return f"filename*=UTF-8''{quote(name, safe='')}"


def _part(text: str, kind: str) -> bytes:
    """One part with its headers; lines end in CR LF, and the part ends with a line end."""
    lines = _LINE_END.split(text)
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    if text.isascii() and max(map(len, lines)) <= _LINE and "\0" not in text:
        encoding, body = "7bit", "\r\n".join(lines).encode()
    else:
        encoding, body = "quoted-printable", binascii.b2a_qp("\r\n".join(lines).encode(), istext=True)
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode() + body + b"\r\n"
