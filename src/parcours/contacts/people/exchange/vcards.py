"""vCards read: one contact a card, versions 3 and 4 (RFC 2426, RFC 6350)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from parcours.contacts.people.exchange.csv_files import decoded
from parcours.contacts.people.exchange.records import Problem, Record
from parcours.contacts.people.exchange.vcard_lines import Line, parsed, unfolded
from parcours.core.errors import InputError

VERSIONS = ("3.0", "4.0")
#: Properties that say nothing about a contact.
SILENT = ("BEGIN", "END", "VERSION", "KIND", "N", "FN", "ORG", "PRODID", "REV", "PROFILE", "SORT-STRING")


def read_vcards(source: str | bytes, *, categories: str = "") -> tuple[list[Record], list[Problem]]:
    """The records of a file of vCards, and the cards that could not be read.

    Args:
        source: the content.
        categories: what ``CATEGORIES`` are: ``mailing_groups``, or blank: left out.

    Raises:
        InputError: ``empty-file``, there is no card in it.
    """
    records: list[Record] = []
    problems: list[Problem] = []
    for number, lines in enumerate(_cards(decoded(source)), start=1):
        place = f"card {number} (line {lines[0][0]})"
        try:
            records.append(_record(place, [parsed(*line) for line in lines], categories))
        except InputError as error:
            error.where = place if error.where is None else f"{place}, {error.where}"
            problems.append(Problem(place, error))
    if not records and not problems:
        raise InputError("there is no vCard in the file", code="empty-file", hint="cards begin with BEGIN:VCARD")
    return records, problems


def _cards(text: str) -> Iterator[list[tuple[int, str]]]:
    """The lines of each card, from its beginning to its end, or to where the next one begins."""
    held: list[tuple[int, str]] = []
    for number, line in unfolded(text):
        word = line.strip().upper()
        if word == "BEGIN:VCARD" and held:
            yield held
            held = []
        if held or word == "BEGIN:VCARD":
            held.append((number, line))
        if word == "END:VCARD" and held:
            yield held
            held = []
    if held:
        yield held


def _record(place: str, lines: Sequence[Line], categories: str) -> Record:
    _check(lines)
    fields = _names(lines)
    left_out: list[str] = []
    lists: dict[str, tuple[str, ...]] = {}
    for line in sorted(lines, key=lambda line: line.preference):
        if line.name == "CATEGORIES" and categories:
            lists[categories] = (*lists.get(categories, ()), *(item for item in line.items() if item))
        elif line.name not in SILENT and not _take(line, fields):
            left_out.append(f"{line.name}: {line.value[:80]}")
        left_out += _beside(line)
    return Record(place, fields, lists, tuple(left_out))


def _beside(line: Line) -> list[str]:
    """Parts of a property that was taken which have no field: a country that is no code, departments."""
    if line.name == "ORG":
        return [f"ORG: {part}" for part in line.parts()[1:] if part]
    country = (line.parts() + [""] * 7)[6] if line.name == "ADR" else ""
    return [f"ADR: {country}"] if country and not _is_code(country) else []


def _is_code(country: str) -> bool:
    return len(country) in (2, 3) and country.isalpha()


def _check(lines: Sequence[Line]) -> None:
    if lines[-1].name != "END":
        raise InputError("the card has no end", code="bad-vcard", hint="END:VCARD is missing")
    version = next((line.text() for line in lines if line.name == "VERSION"), "")
    if version not in VERSIONS:
        hint = "export the cards as version 3 or 4"
        raise InputError(f"vCards of version {version or '?'} are not read", code="vcard-version", hint=hint)
    kind = next((line.text().lower() for line in lines if line.name == "KIND"), "")
    if kind in ("group", "location", "application", "device"):
        raise InputError(f"the card is of a {kind}, not of a contact", code="vcard-kind")
    if not any(line.name in ("FN", "N", "ORG") and line.text().strip("; ") for line in lines):
        raise InputError("the card has no name", code="vcard-name")


def _names(lines: Sequence[Line]) -> dict[str, str]:
    """Type, names and company: an organization is a company, a person with one works for it."""
    first = {line.name: line for line in reversed(lines)}
    parts = (first["N"].parts() if "N" in first else []) + [""] * 5
    full = first["FN"].text() if "FN" in first else ""
    company = first["ORG"].parts()[0] if "ORG" in first else ""
    kind = first["KIND"].text().lower() if "KIND" in first else ""
    if kind == "org" or (not kind and company and not any(parts) and full in ("", company)):
        return {"type": "company", "name": full or company}
    found = {"type": "person", "last_name": parts[0], "first_name": parts[1], "middle_name": parts[2]}
    if not any(parts[:3]):
        found = {"type": "person", "name": full}
    return {**found, "company": company} if company else found


def _take(line: Line, fields: dict[str, str]) -> bool:
    """Put the value of a property into the field it belongs to, if that is free."""
    take = _TAKE.get(line.name)
    given = take(line) if take is not None else {}
    free = {name: value for name, value in given.items() if value and not fields.get(name)}
    if line.name == "EMAIL" and not free and not fields.get("email_2"):
        free = {"email_2": line.text()}
    fields.update(free)
    return bool(free) or not line.value.strip("; ")


def _telephone(line: Line) -> dict[str, str]:
    number = line.text().removeprefix("tel:")
    if line.types & {"cell", "mobile"}:
        return {"mobile_phone_no": number}
    return {"fax_no" if "fax" in line.types else "phone_no": number}


def _address(line: Line) -> dict[str, str]:
    """Box, extension, street, city, region, code, country: a country that is no code has no field."""
    box, more, street, city, region, code, country = (line.parts() + [""] * 7)[:7]
    second = ", ".join(part for part in (more, box) if part)
    short = country if _is_code(country) else ""
    return {
        "address": street.replace("\n", ", "), "address_2": second, "city": city, "county": region,
        "post_code": code, "country_code": short,
    }  # fmt: skip


def _birthday(line: Line) -> dict[str, str]:
    """A whole date; one without its year has no field."""
    digits = line.text()[:10].replace("-", "")[:8]
    return {"birthday": f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"} if len(digits) == 8 and digits.isdigit() else {}


_TAKE: Mapping[str, Callable[[Line], dict[str, str]]] = {
    "TEL": _telephone,
    "EMAIL": lambda line: {"email": line.text()},
    "ADR": _address,
    "BDAY": _birthday,
    "TITLE": lambda line: {"job_title": line.text()},
    "URL": lambda line: {"home_page": line.text()},
    "LANG": lambda line: {"language_code": line.text()},
    "NOTE": lambda line: {"note": line.text()},
    "UID": lambda line: {"profile_id": line.text().removeprefix("urn:uuid:")},
}
