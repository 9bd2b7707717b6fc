"""Word documents as templates: Liquid in their text, filled in part by part.

A tag may stand anywhere in the text, however the word processor has cut it into pieces; it takes the format of the
piece it starts in. A paragraph, or a row of a table, that holds nothing but ``{% … %}`` is taken for that tag alone, so
that loops and conditions can go over paragraphs and rows.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from parcours.contacts.documents.extra import library
from parcours.core.errors import DefinitionError, DeliveryError
from parcours.language.templates import parse_template

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_ONLY_TAGS = re.compile(r"\s*(?:\{%(?:(?!%\}).)*%\}\s*)+", re.DOTALL)
#: What word processors make of plain quotes.
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})
_DOCUMENT_PARTS = re.compile(r"/word/(document|header\d*|footer\d*|footnotes)\.xml")


def fill_in(content: bytes, values: Mapping[str, Any], now: int | None = None) -> bytes:
    """The document with ``values`` in place of its tags.

    Args:
        content: a DOCX file.
        values: what the tags may name.
        now: the instant that ``{{ 'now' | date: … }}`` gives, in microseconds.

    Raises:
        DeliveryError: ``no-document``, it is no DOCX file; ``template-failed``; ``extra-missing``.
        DefinitionError: ``bad-template``.
    """
    package = _opened(content)
    for part in package.iter_parts():
        if _DOCUMENT_PARTS.fullmatch(str(part.partname)):
            _fill_part(part, values, now)
    made = io.BytesIO()
    package.save(made)
    return made.getvalue()


def html_of(content: bytes) -> str:
    """The text, tables and pictures of a Word document as HTML; not every detail of its layout.

    Raises:
        DeliveryError: ``no-document``; ``extra-missing``.
    """
    mammoth = library("mammoth")
    try:
        return f"<html><body>{mammoth.convert_to_html(io.BytesIO(content)).value}</body></html>"
    except Exception as error:  # the library raises what its own libraries do
        raise DeliveryError(f"this is no DOCX document: {error}", permanent=True, code="no-document") from error


def check(content: bytes) -> None:
    """Refuse what cannot be filled in.

    Raises:
        DeliveryError, DefinitionError: see :func:`fill_in`.
    """
    for part in _opened(content).iter_parts():
        if _DOCUMENT_PARTS.fullmatch(str(part.partname)):
            parse_template(_source(_tree(part)), html=True)


def _opened(content: bytes) -> Any:
    opc = library("docx.opc.package")
    try:
        package = opc.OpcPackage.open(io.BytesIO(content))
        parts = [str(part.partname) for part in package.iter_parts()]
    except Exception as error:  # the library raises what its own libraries do
        raise DeliveryError(f"this is no DOCX document: {error}", permanent=True, code="no-document") from error
    if "/word/document.xml" not in parts:
        raise DeliveryError("this is no DOCX document: it has no text", permanent=True, code="no-document")
    return package


def _tree(part: Any) -> Any:
    parser = library("lxml.etree").XMLParser(resolve_entities=False, no_network=True)
    return library("lxml.etree").fromstring(part.blob, parser)


def _fill_part(part: Any, values: Mapping[str, Any], now: int | None) -> None:
    text = parse_template(_source(_tree(part)), html=True).render(values, now)
    etree = library("lxml.etree")
    try:
        tree = etree.fromstring(text.encode())
    except etree.XMLSyntaxError as error:
        hint = "a loop or condition must begin and end in paragraphs, or rows, of their own, or within one paragraph"
        raise DefinitionError(f"the document falls apart: {error}", code="bad-template", hint=hint) from error
    part._blob = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    if hasattr(part, "_element"):
        part._element = library("docx.oxml").parse_xml(part._blob)


def _source(tree: Any) -> str:
    """The XML of a part as a Liquid template."""
    for paragraph in tree.iter(f"{_W}p"):
        _join_tags(list(paragraph.iter(f"{_W}t")))
    lifted: dict[str, str] = {}
    for name in ("tr", "p"):
        for block in list(tree.iter(f"{_W}{name}")):
            text = "".join(piece.text or "" for piece in block.iter(f"{_W}t"))
            if _ONLY_TAGS.fullmatch(text) and text.strip() and not _holds(block, lifted):
                _lift(block, text, lifted)
    source: str = library("lxml.etree").tostring(tree, encoding="unicode")
    source = _TAG.sub(lambda tag: _unescaped(tag[0]), source)
    for mark, text in lifted.items():
        source = source.replace(f"<!--{mark}-->", text)
    return source


def _join_tags(pieces: list[Any]) -> None:
    """Put every tag wholly into the piece that it starts in, with plain quotes."""
    texts = [piece.text or "" for piece in pieces]
    whole = "".join(texts)
    owners = [place for place, text in enumerate(texts) for _ in text]
    for tag in _TAG.finditer(whole):
        owners[tag.start() : tag.end()] = [owners[tag.start()]] * len(tag[0])
    joined: list[list[str]] = [[] for _ in pieces]
    for letter, owner in zip(whole, owners, strict=True):
        joined[owner].append(letter)
    for piece, before, letters in zip(pieces, texts, joined, strict=True):
        text = _TAG.sub(lambda tag: tag[0].translate(_QUOTES), "".join(letters))
        if text != before:
            piece.text = text
            piece.set(_SPACE, "preserve")


def _holds(block: Any, lifted: Mapping[str, str]) -> bool:
    """Whether a block holds one that was lifted already."""
    return any(str(comment.text) in lifted for comment in _comments(block))


def _comments(block: Any) -> Iterator[Any]:
    yield from block.iter(library("lxml.etree").Comment)


def _lift(block: Any, text: str, lifted: dict[str, str]) -> None:
    """A tag in place of the paragraph or row that holds nothing else."""
    mark = f"parcours-tag-{len(lifted)}"
    lifted[mark] = "".join(_TAG.findall(text))
    comment = library("lxml.etree").Comment(mark)
    comment.tail = block.tail
    block.getparent().replace(block, comment)


def _unescaped(tag: str) -> str:
    return tag.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
