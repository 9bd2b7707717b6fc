"""The SMTP sink itself."""

from __future__ import annotations

import smtplib
import sys

import pytest

from parcours.core.errors import ParcoursError
from parcours.testing.smtp import SmtpSink

MAIL = "From: a@example.org\r\nX-Parcours-Key: k{}\r\n\r\nX-Parcours-Key: not-this\r\n"


def test_messages_are_counted_by_the_key_in_their_header() -> None:
    with SmtpSink() as sink, smtplib.SMTP(sink.host, sink.port) as client:
        for number in (1, 2, 1):
            client.sendmail("a@example.org", ["b@example.org"], MAIL.format(number))
        client.sendmail("a@example.org", ["b@example.org"], "Subject: x\r\n\r\nhello\r\n")
        assert sink.counts() == {"k1": 2, "k2": 1, "": 1}
        assert len(sink.messages) == 4


def test_without_aiosmtpd_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiosmtpd.smtp", None)
    with pytest.raises(ParcoursError) as caught:
        SmtpSink()
    assert (caught.value.code, caught.value.hint) == ("missing-package", "pip install aiosmtpd")
