"""Attachments: kept, copied, read only once logged, removed when unused (contact-segments.md, section 4)."""

from __future__ import annotations

from typing import Any

import pytest

from parcours.contacts.interactions import attachments
from parcours.contacts.office import Days, Office
from parcours.contacts.people.loading import load
from parcours.core.errors import DefinitionError, InputError, Refused, UnknownNameError
from tests.contacts.stock import stock


def test_files_are_kept_under_numbers_of_their_own(office: Office, days: Days) -> None:
    with office.change("store", days) as desk:
        load(desk, "attachments", [{"no": "AT000002"}])
        first, second = (attachments.store(desk, "Letter.HTML", b"<p>")["no"] for _ in range(2))
        assert (first, second) == ("AT000001", "AT000003")
        row = desk.get(attachments.ATTACHMENTS, first, "an attachment")
        assert (row["extension"], row["media_type"], row["content"]) == ("html", "text/html", b"<p>")
        with pytest.raises(Refused, match="already"):
            attachments.store(desk, "a.txt", b"", no=first)


def test_what_was_logged_stays_but_a_copy_may_change(office: Office, days: Days) -> None:
    with office.change("store", days) as desk:
        no = attachments.store(desk, "a.txt", b"old", no="A")["no"]
        attachments.make_read_only(desk, [no, ""])
        with pytest.raises(Refused) as raised:
            attachments.change(desk, no, content=b"new")
        assert raised.value.code == "attachment-read-only"
        copy = attachments.copy(desk, no)
        assert attachments.change(desk, copy, content=b"new")["content"] == b"new"
        assert desk.get(attachments.ATTACHMENTS, no, "")["content"] == b"old"
        assert attachments.copy(desk, "") == ""
        with pytest.raises(UnknownNameError):
            attachments.copy(desk, "B")


@pytest.mark.parametrize(
    "fields",
    [
        {"content": None},
        {"storage": "cloud"},
        {"merge_source": "jinja"},
        {"merge_source": "liquid", "content": b"\xff"},
    ],
)
def test_what_cannot_be_kept(office: Office, days: Days, fields: dict[str, Any]) -> None:
    with office.change("store", days) as desk:
        with pytest.raises(InputError):
            attachments.store(desk, **{"name": "a.txt", "content": b"x", **fields})
        with pytest.raises(DefinitionError):
            attachments.store(desk, "a.html", b"{% if %}", merge_source="liquid")


def test_only_what_nobody_names_is_removed(office: Office, days: Days) -> None:
    with office.change("store", days) as desk:
        stock(desk)
        for no in "ABCD":
            attachments.store(desk, "a.txt", b"x", no=no)
        load(desk, "interactions", [{"contact_no": "C1", "attachment": "A"}])
        load(desk, "worksheet_lines", [{"segment_no": "S1", "line_no": 10000, "word_template": "B"}])
        load(desk, "worksheet_languages", [{"segment_no": "S1", "attachment": "C"}])
        assert attachments.remove_unused(desk, ["A", "B", "C", "D", "OFFER", "", "GONE"]) == ["D", "GONE"]
        assert attachments.unused(desk, ["A", "B"], besides=[1]) == ["A"]
        assert sorted(attachments.by_number(desk, ["A", "D", "OFFER"])) == ["A", "OFFER"]
