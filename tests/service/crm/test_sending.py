"""Deliveries of logged interactions: to a real SMTP server, and on paper; their status comes back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import docx as word
import pypdf
import pytest

import parcours
from parcours.contacts.interactions import attachments, delivery
from parcours.contacts.office import Days, Office
from parcours.contacts.tables import audit, contacts, interactions, setup
from parcours.core.clock import VirtualClock, instant
from parcours.core.errors import Refused
from parcours.service.crm.sending import Sender, Sent
from parcours.testing.smtp import SmtpSink

NOON = instant("2026-03-11T12:00:00Z")
DAYS = Days.of(NOON)
LETTER = b"<p>Dear {{ contact.name }}, yours {{ salesperson.name }}</p>"
HOPELESS = "nobody@example.org"


class Crm:
    """A workspace, interactions to deliver, and the status that came back."""

    def __init__(self, folder: Path, settings: str) -> None:
        self.clock = VirtualClock(NOON)
        parcours.init(folder, self.clock).close()
        (folder / "parcours.toml").write_text(settings)
        self.workspace = parcours.open(folder, self.clock)
        self.office = Office(self.workspace._parts.catalogue)
        with self.office.change("set up", DAYS) as desk:
            desk.add(setup.salespeople, code="SP1", name="Sam", email="sam@example.org")
            attachments.store(desk, "letter.html", LETTER, no="HTML", merge_source="liquid")
            attachments.store(desk, "flyer.pdf", b"%PDF-", no="FLYER")

    def entry(self, contact: str, email: str = "", **values: Any) -> int:
        """An interaction to be delivered."""
        values = {"attachment": "HTML", "correspondence_type": "email", "subject": "Spring", **values}
        with self.office.change("log", DAYS) as desk:
            if desk.first(contacts.contacts, no=contact) is None:
                card = {"no": contact, "profile_id": contact, "type": "person", "name": f"{contact} & Co"}
                desk.add(contacts.contacts, email=email, **card)
            row = desk.add(interactions.interactions, contact_no=contact, salesperson_code="SP1", **values)
            delivery.in_progress(desk, [row["id"]])
        return int(row["id"])

    def send(self) -> Sent:
        with Sender(self.workspace._parts, self.office, self.clock) as sender:
            return sender.send()

    def row(self, entry: int) -> dict[str, Any]:
        with self.office.look(DAYS) as desk:
            return desk.get(interactions.interactions, entry, "an interaction")

    def notes(self) -> int:
        with self.office.look(DAYS) as desk:
            return desk.count(audit.outbox, kind="delivery")


def toml(port: int) -> str:
    return (
        f'[channels.email]\ntype = "smtp"\nhost = "127.0.0.1"\nport = {port}\n'
        'security = "none"\nsender = "Shop <shop@example.org>"\n'
    )


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    refuse: Callable[[str], str | None] = lambda address: "550 unknown" if address == HOPELESS else None  # noqa: E731
    with SmtpSink(refuse=refuse) as sink:
        yield sink


@pytest.fixture
def crm(tmp_path: Path, sink: SmtpSink) -> Iterator[Crm]:
    crm = Crm(tmp_path / "workspace", toml(sink.port))
    yield crm
    crm.workspace.close()


def received(sink: SmtpSink) -> list[EmailMessage]:
    return [cast(EmailMessage, message_from_bytes(each, policy=default)) for each in sink.messages]


def test_mails_go_out_and_their_status_comes_back(crm: Crm, sink: SmtpSink) -> None:
    entry = crm.entry("C1", "ann@example.org")
    assert crm.row(entry)["delivery_status"] == "in_progress"
    assert crm.send() == Sent(delivered=1)
    (mail,) = received(sink)
    assert (mail["To"], mail["Subject"], mail["Reply-To"]) == ("ann@example.org", "Spring", "sam@example.org")
    assert str(mail.get_content()).strip() == "<p>Dear C1 &amp; Co, yours Sam</p>"
    assert (crm.row(entry)["delivery_status"], crm.notes()) == ("", 0)
    assert crm.send() == Sent()
    assert len(sink.messages) == 1


def test_files_that_are_no_text_are_attached(crm: Crm, sink: SmtpSink) -> None:
    crm.entry("C1", "ann@example.org", attachment="FLYER")
    crm.send()
    (file,) = received(sink)[0].iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("flyer.pdf", "application/pdf")


def test_one_that_fails_does_not_stop_the_others(crm: Crm, sink: SmtpSink) -> None:
    bad, good = crm.entry("C1", HOPELESS), crm.entry("C2", "ann@example.org")
    empty, gone = crm.entry("C3"), crm.entry("C4", "bo@example.org", attachment="NONE")
    assert crm.send() == Sent(delivered=1, failed=3)
    assert [crm.row(entry)["delivery_status"] for entry in (bad, good, empty, gone)] == ["error", "", "error", "error"]
    assert "550" in crm.row(bad)["delivery_detail"]
    assert crm.row(empty)["delivery_detail"].startswith("no-address")
    assert [mail["To"] for mail in received(sink)] == ["ann@example.org"]


def test_sending_again_is_another_message(crm: Crm, sink: SmtpSink) -> None:
    entry = crm.entry("C1", "ann@example.org")
    crm.send()
    with crm.office.change("resend", DAYS) as desk:
        delivery.in_progress(desk, [entry])
    crm.send()
    assert len({mail["Message-ID"] for mail in received(sink)}) == 2


def test_what_was_interrupted_is_sent_with_the_same_key(
    crm: Crm, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm.entry("C1", "ann@example.org")
    monkeypatch.setattr(delivery, "came_back", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        crm.send()
    monkeypatch.undo()
    assert crm.send() == Sent(delivered=1)
    assert list(sink.counts().values()) == [2]


def test_letters_are_merged_for_paper_and_kept(crm: Crm) -> None:
    entry = crm.entry("C1", correspondence_type="hard_copy")
    assert crm.send() == Sent(delivered=1)
    kept = crm.row(entry)["attachment"]
    assert kept != "HTML"
    with crm.office.look(DAYS) as desk:
        file = desk.get(interactions.attachments, kept, "an attachment")
    assert (file["name"], file["read_only"]) == ("letter.pdf", True)
    assert "Dear C1 & Co" in pypdf.PdfReader(io.BytesIO(file["content"])).pages[0].extract_text()


def test_without_a_channel_deliveries_wait(tmp_path: Path) -> None:
    crm = Crm(tmp_path / "workspace", "")
    entry = crm.entry("C1", "ann@example.org")
    sent = crm.send()
    assert (sent.left, "channel" in sent.reason) == (1, True)
    assert (crm.row(entry)["delivery_status"], crm.notes()) == ("in_progress", 1)
    crm.workspace.close()


def test_suppressed_addresses_get_nothing(crm: Crm, sink: SmtpSink) -> None:
    crm.workspace.replay(start=NOON, end=NOON)
    crm.workspace.suppress(["ann@example.org"])
    entry = crm.entry("C1", "ann@example.org")
    assert crm.send() == Sent(failed=1)
    assert "suppress" in crm.row(entry)["delivery_detail"]
    assert not sink.messages


def test_many_in_one_go(crm: Crm, sink: SmtpSink) -> None:
    for number in range(30):
        crm.entry(f"C{number}", f"c{number}@example.org")
    with Sender(crm.workspace._parts, crm.office, crm.clock) as sender:
        assert sender.send() == Sent(delivered=30)
    assert {mail["To"] for mail in received(sink)} == {f"c{number}@example.org" for number in range(30)}


def test_letters_of_a_logged_segment_come_together(crm: Crm) -> None:
    with crm.office.change("log", DAYS) as desk:
        logged = desk.add(interactions.logged_segments, segment_no="SM1", description="Spring")["id"]
    for contact in ("C1", "C2"):
        crm.entry(contact, correspondence_type="hard_copy", logged_segment=logged)
    with pytest.raises(Refused, match="no letters"):
        crm.workspace.interactions.letters(logged)
    crm.send()
    file = crm.workspace.interactions.letters(logged)
    assert file.name == "SM1.zip"
    with zipfile.ZipFile(io.BytesIO(file.content)) as packed:
        assert packed.namelist() == ["C1.pdf", "C2.pdf"]
        assert "Dear C2 & Co" in pypdf.PdfReader(io.BytesIO(packed.read("C2.pdf"))).pages[0].extract_text()


@pytest.mark.parametrize("as_file", [False, True])
def test_word_templates_are_the_body_or_a_file(crm: Crm, sink: SmtpSink, as_file: bool) -> None:
    written = io.BytesIO()
    made = word.Document()
    made.add_paragraph("Dear {{ contact.name }}")
    made.save(written)
    with crm.office.change("set up", DAYS) as desk:
        attachments.store(desk, "letter.docx", written.getvalue(), no="WORD", merge_source="liquid")
    crm.entry("C1", "ann@example.org", attachment="", word_template="WORD", send_as_attachment=as_file)
    assert crm.send() == Sent(delivered=1)
    (mail,) = received(sink)
    if as_file:
        (file,) = mail.iter_attachments()
        assert word.Document(io.BytesIO(file.get_payload(decode=True))).paragraphs[0].text == "Dear C1 & Co"
    else:
        assert "<p>Dear C1 &amp; Co</p>" in mail.get_content()
