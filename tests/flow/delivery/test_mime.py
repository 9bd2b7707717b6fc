"""Messages as bytes, read back with the standard library."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import instant
from parcours.core.errors import DeliveryError
from parcours.flow.delivery.mime import KEY_HEADER, address, build
from parcours.flow.delivery.templates import WRITTEN, Attachment, Message, key_token, render

SENDER = "Shop <shop@example.org>"
NOON = instant("2026-03-14T12:00:00Z")


def parsed(fields: dict[str, str], sender: str = SENDER, **extra: str) -> EmailMessage:
    data = build(Message("k/1", NOON, fields), sender, "ann@example.org", **extra)
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 998
    return cast(EmailMessage, message_from_bytes(data, policy=default))


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_headers() -> None:
    message = parsed({"subject": " Hi ", "body": "x"}, reply_to="help@example.org")
    assert {name: str(message[name]) for name in message if name not in ("Content-Type", "MIME-Version")} == {
        "From": SENDER,
        "To": "ann@example.org",
        "Subject": "Hi",
        "Reply-To": "help@example.org",
        "Date": "Sat, 14 Mar 2026 12:00:00 +0000",
        "Message-ID": f"<{key_token('k/1')}@example.org>",
        KEY_HEADER: key_token("k/1"),
        "Content-Transfer-Encoding": "7bit",
    }


def test_text_and_html_are_alternatives() -> None:
    message = parsed({"subject": "s", "body": "Grüße", "html": "<p>Grüße</p>"})
    assert message.get_content_type() == "multipart/alternative"
    assert (body(message, "plain"), body(message, "html")) == ("Grüße", "<p>Grüße</p>")
    assert message.defects == []


def test_html_alone() -> None:
    message = parsed({"subject": "s", "html": "<b>x</b>"})
    assert message.get_content_type() == "text/html"


def test_a_message_without_text_is_refused() -> None:
    with pytest.raises(DeliveryError, match="no text"):
        parsed({"subject": "s", "body": " \n"})


words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=300)


@given(words)
def test_any_subject_survives(subject: str) -> None:
    found = str(parsed({"subject": subject, "body": "x"})["Subject"])
    assert found.split() == subject.split()


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n")), max_size=5))
def test_any_text_survives(lines: list[str]) -> None:
    text = "\n".join([*lines, "end"])
    found = body(parsed({"subject": "s", "body": text}), "plain")
    assert found.rstrip("\n").split("\n") == text.split("\n")


@pytest.mark.parametrize("letter", ["\r", "\n", "\r\n", "\x00", "\x7f"])
def test_header_injection_is_refused(letter: str) -> None:
    for fields, sender in (
        ({"subject": f"a{letter}Bcc: x@y.org"}, SENDER),
        ({"subject": "s"}, f"A{letter}B <a@b.org>"),
    ):
        with pytest.raises(DeliveryError) as caught:
            parsed({**fields, "body": "x"}, sender)
        assert (caught.value.code, caught.value.permanent) == ("header-injection", True)


@pytest.mark.parametrize(
    "text", ["ann", "ann@", "a@b.org, c@d.org", "a@b.org\nBcc: c@d.org", "Ann <a@b.org>", "a b@c.org"]
)
def test_bad_addresses(text: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        address(text)
    assert caught.value.code == "bad-address"


def test_addresses_are_normalised() -> None:
    assert address("Ann@EXAMPLE.org") == "Ann@example.org"
    assert address("ann@bücher.example.org") == "ann@xn--bcher-kva.example.org"


FILES = (
    Attachment("Brief für Ann.pdf", "application/pdf", bytes(range(256))),
    Attachment('a "b".txt', "text/plain", b""),
)


@pytest.mark.parametrize("fields", [{"body": "see below"}, {"body": "see", "html": "<p>see</p>"}, {}])
def test_files_go_with_the_text(fields: dict[str, str]) -> None:
    data = build(Message("k/1", NOON, {"subject": "s", **fields}, attachments=FILES), SENDER, "ann@example.org")
    message = cast(EmailMessage, message_from_bytes(data, policy=default))
    found = [(part.get_filename(), part.get_content_type()) for part in message.iter_attachments()]
    assert found[-2:] == [("Brief für Ann.pdf", "application/pdf"), ('a "b".txt', "text/plain")]
    assert [part.get_payload(decode=True) for part in message.iter_attachments()][-2] == bytes(range(256))
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert message.defects == []
    for kind, text in fields.items():
        assert body(message, "plain" if kind == "body" else kind) == text


@pytest.mark.parametrize(
    "file", [Attachment("a\r\nBcc: x", "text/plain", b""), Attachment("a", "text/plain\r\nX: y", b"")]
)
def test_files_cannot_add_headers(file: Attachment) -> None:
    with pytest.raises(DeliveryError):
        build(Message("k", NOON, {"subject": "s", "body": "x"}, attachments=(file,)), SENDER, "ann@example.org")


def test_messages_that_were_written_before() -> None:
    content = (
        b'{"fields": {"to": "ann@example.org", "subject": "{{ no }}"}, '
        b'"attachments": [{"name": "a.txt", "media_type": "text/plain", "content": "aGk="}]}'
    )
    row = {"key": "k", "journey": "", "version": 0, "activity": "", "content": content.decode()}
    message = render(row, {("", 0, ""): WRITTEN}, NOON)
    assert (message.get("subject"), message.attachments) == ("{{ no }}", (Attachment("a.txt", "text/plain", b"hi"),))
    for wrong in ('{"fields": 1}', "{}", '{"fields": {}, "attachments": [{"name": "a"}]}'):
        with pytest.raises(DeliveryError, match="no written message"):
            render({**row, "content": wrong}, {("", 0, ""): WRITTEN}, NOON)
