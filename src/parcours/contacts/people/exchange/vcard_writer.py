"""vCards written: version 4 (RFC 6350), or 3 for programs that know no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from parcours.contacts.people.exchange.vcard_lines import written
from parcours.contacts.people.exchange.vcards import VERSIONS
from parcours.core.errors import InputError

#: Fields that cards are made of; see :func:`~parcours.contacts.people.exchange.exporting.exported`.
FIELDS = (
    "no", "profile_id", "type", "name", "first_name", "middle_name", "last_name", "company_name", "job_title",
    "address", "address_2", "city", "post_code", "county", "country_code", "phone_no", "mobile_phone_no", "fax_no",
    "email", "email_2", "home_page", "language_code", "birthday", "mailing_groups",
)  # fmt: skip
_TELEPHONES = {"phone_no": "voice", "mobile_phone_no": "cell", "fax_no": "fax"}
_TEXTS = {"job_title": "TITLE", "home_page": "URL", "profile_id": "UID"}


def write_vcards(frame: pl.DataFrame, *, version: str = "4.0") -> str:
    """One card for each contact. ``frame`` has the columns of :data:`FIELDS`.

    Raises:
        InputError: ``vcard-version``.
    """
    if version not in VERSIONS:
        raise InputError(f"vCards of version {version!r} are not written", code="vcard-version",
                         hint=f"versions: {', '.join(VERSIONS)}")  # fmt: skip
    return "".join(part for row in frame.iter_rows(named=True) for part in _card(row, version))


def _card(row: Mapping[str, Any], version: str) -> Iterator[str]:
    yield "BEGIN:VCARD\r\n"
    yield written("VERSION", version)
    yield from _names(row, version)
    yield from _ways(row)
    for name, property in _TEXTS.items():
        if row[name]:
            yield written(property, row[name])
    if row["birthday"]:
        yield written("BDAY", row["birthday"].isoformat() if version == "3.0" else f"{row['birthday']:%Y%m%d}")
    if row["language_code"] and version == "4.0":
        yield written("LANG", row["language_code"].lower())
    if row["mailing_groups"]:
        yield written("CATEGORIES", row["mailing_groups"], mark=",")
    yield "END:VCARD\r\n"


def _names(row: Mapping[str, Any], version: str) -> Iterator[str]:
    company = row["type"] == "company"
    if version == "4.0":
        yield written("KIND", "org" if company else "individual")
    yield written("FN", row["name"] or row["no"])
    if company:
        yield written("N", ("", "", "", "", "")) if version == "3.0" else ""
        yield written("ORG", row["name"] or row["no"])
        return
    yield written("N", (row["last_name"], row["first_name"], row["middle_name"], "", ""))
    if row["company_name"]:
        yield written("ORG", row["company_name"])


def _ways(row: Mapping[str, Any]) -> Iterator[str]:
    for name, kind in _TELEPHONES.items():
        if row[name]:
            yield written("TEL", row[name], parameters=f";TYPE={kind}")
    for name in ("email", "email_2"):
        if row[name]:
            yield written("EMAIL", row[name])
    parts = ("", row["address_2"], row["address"], row["city"], row["county"], row["post_code"], row["country_code"])
    if any(parts):
        yield written("ADR", parts)
