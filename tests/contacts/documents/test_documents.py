"""Letters, labels and archives, read back with other programs than those that wrote them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx as word
import pypdf
import pytest

from parcours.contacts.documents import docx, pdf
from parcours.contacts.documents.files import File, safe_name
from parcours.contacts.documents.labels import SHEETS, labels
from parcours.contacts.documents.merging import archive, merge
from parcours.core.errors import DeliveryError, InputError, ParcoursError

ANN = {"contact": {"first_name": "Ann", "name": "Ann <& Co>", "items": ["one", "two"], "vip": True}}


def document(*paragraphs: str | list[str], table: list[list[str]] | None = None) -> bytes:
    """A Word document; a list of texts is a paragraph cut into pieces."""
    made = word.Document()
    for paragraph in paragraphs:
        written = made.add_paragraph()
        for piece in [paragraph] if isinstance(paragraph, str) else paragraph:
            written.add_run(piece).bold = piece.startswith("{")
    if table:
        grid = made.add_table(len(table), len(table[0]))
        for row, texts in enumerate(table):
            for column, text in enumerate(texts):
                grid.cell(row, column).text = text
    made.sections[0].header.paragraphs[0].text = "For {{ contact.first_name }}"
    saved = io.BytesIO()
    made.save(saved)
    return saved.getvalue()


def texts(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in word.Document(io.BytesIO(content)).paragraphs]


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def attachment(name: str, media_type: str, content: bytes | None) -> dict[str, Any]:
    return {"no": "A1", "name": name, "media_type": media_type, "content": content}


# --- Word documents -----------------------------------------------------------------------------------------


def test_tags_are_filled_in_wherever_they_are_cut() -> None:
    filled = docx.fill_in(document("Dear {{ contact.name }},", ["Hi ", "{{ con", "tact.first", "_name }}", "!"]), ANN)
    assert texts(filled) == ["Dear Ann <& Co>,", "Hi Ann!"]
    bold = [run.text for run in word.Document(io.BytesIO(filled)).paragraphs[1].runs if run.bold]
    assert "Ann" in bold
    header = word.Document(io.BytesIO(filled)).sections[0].header.paragraphs[0].text
    assert header == "For Ann"


def test_typographic_quotes_in_tags_are_plain_ones() -> None:
    assert texts(docx.fill_in(document("{{ contact.first_name | append: “!” }} says ‘hi’"), ANN)) == ["Ann! says ‘hi’"]


def test_loops_and_conditions_go_over_paragraphs() -> None:
    content = document(
        *("{% for item in contact.items %}", "- {{ item }}", "{% endfor %}"),
        *("{% if contact.vip %}", "Welcome", "{% endif %}"),
        "{% if contact.items.size > 5 %}many{% else %}few{% endif %}",
    )
    assert texts(docx.fill_in(content, ANN)) == ["- one", "- two", "Welcome", "few"]


def test_rows_of_tables_repeat() -> None:
    content = document(table=[["{% for item in contact.items %}", ""], ["x", "{{ item }}"], ["{% endfor %}", ""]])
    (table,) = word.Document(io.BytesIO(docx.fill_in(content, ANN))).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["x", "one"], ["x", "two"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"no document", "no-document"),
        (document("{{ contact.name | shout }}"), "bad-template"),
        (document("{% for x in contact.items %}"), "bad-template"),
        (document("{% if contact.nobody %}", "a", table=[["x"], ["b {% endif %}"]]), "bad-template"),
    ],
)
def test_documents_that_cannot_be_filled_in(content: bytes, code: str) -> None:
    with pytest.raises(ParcoursError) as raised:
        docx.fill_in(content, ANN)
    assert raised.value.code == code


def test_an_archive_without_text_is_no_document() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        packed.writestr(
            "_rels/.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
        )
    with pytest.raises(DeliveryError, match="no DOCX"):
        docx.check(made.getvalue())


# --- paper --------------------------------------------------------------------------------------------------


def test_letters_as_pdf() -> None:
    row = attachment("letter.html", "text/html", "<h1>Grüße</h1><p>Dear {{ contact.name }}, 5 €</p>".encode())
    file = merge(row, ANN, printed=True)
    assert (file.name, file.media_type) == ("letter.pdf", "application/pdf")
    (page,) = pages(file.content)
    assert "Grüße" in page
    assert "Dear Ann <& Co>, 5 €" in page


def test_word_templates_as_they_are_and_as_pdf() -> None:
    row = attachment("letter.docx", docx.MEDIA_TYPE, document("Dear {{ contact.first_name }}"))
    assert texts(merge(row, ANN, printed=False).content) == ["Dear Ann"]
    assert "Dear Ann" in pages(merge(row, ANN, printed=True).content)[0]


def test_word_documents_as_the_text_of_a_mail() -> None:
    html = docx.html_of(document("Dear {{ contact.name }}", table=[["a", "b"]]))
    assert "<p>Dear {{ contact.name }}</p>" in html
    assert "<table>" in html
    with pytest.raises(DeliveryError, match="no DOCX"):
        docx.html_of(b"no document")


def test_plain_texts() -> None:
    row = attachment("note.txt", "text/plain", b"{{ contact.name }}\nline two")
    assert merge(row, ANN, printed=False).content == b"Ann <& Co>\nline two"
    (page,) = pages(merge(row, ANN, printed=True).content)
    assert "Ann <& Co>" in page
    assert "line two" in page


@pytest.mark.parametrize(
    ("name", "kind", "content", "code"),
    [
        ("a.png", "image/png", b"", "no-document"),
        ("a.docx", docx.MEDIA_TYPE, None, "not-embedded"),
        ("a.html", "text/html", b"<img src='http://127.0.0.1:9/x.png'>", "remote-content"),
        ("a.html", "text/html", b"<img src='file:///etc/hostname'>", "remote-content"),
        ("a.html", "text/html", b"{{ contact.name", "bad-template"),
    ],
)
def test_what_cannot_be_printed(name: str, kind: str, content: bytes | None, code: str) -> None:
    with pytest.raises(ParcoursError) as raised:
        merge(attachment(name, kind, content), ANN, printed=True)
    assert raised.value.code == code


def test_letters_that_no_font_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_FONTS", ())
    with pytest.raises(DeliveryError, match="no installed font has the letter 'Ж'"):
        pdf.from_html("<p>Ж</p>")


def test_pages_of_several_documents() -> None:
    assert [page.strip() for page in pages(pdf.joined([pdf.from_html("<p>a</p>"), pdf.from_html("<p>b</p>")]))] == [
        "a",
        "b",
    ]


def test_labels_fill_pages() -> None:
    sheet = SHEETS["3x7"]
    addresses = [["Company", f"Person {number}", "", "12345 Town"] for number in range(sheet.columns * sheet.rows + 1)]
    first, second = pages(labels(addresses, "3x7").content)
    assert "Person 20" in first
    assert "Person 21" in second
    assert "Person 21" not in first
    with pytest.raises(InputError):
        labels(addresses, "9x9")


def test_lines_that_are_too_long_stay_on_their_label() -> None:
    (page,) = pages(labels([["W" * 200]]).content)
    assert 0 < len(page.strip()) < 40


def test_archives_name_each_document() -> None:
    files = [
        (title, File("letter.pdf", "application/pdf", title.encode())) for title in ("Alpha C1", "Alpha C1", "B/../x")
    ]
    made = archive("SM1", files)
    assert made.name == "SM1.zip"
    with zipfile.ZipFile(io.BytesIO(made.content)) as packed:
        assert packed.namelist() == ["Alpha C1.pdf", "Alpha C1 (2).pdf", "B_.._x.pdf"]
    assert archive("SM1", files).content == made.content


@pytest.mark.parametrize(("text", "name"), [("a/b\\c", "a_b_c"), ("..", "document"), ("x\n", "x_")])
def test_names_of_files(text: str, name: str) -> None:
    assert safe_name(text) == name
