"""Which column of a file is which field of a contact."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from parcours.contacts.people.cards import FIXED
from parcours.contacts.people.exchange.records import LISTS, MORE
from parcours.contacts.people.finding import CONTACTS
from parcours.core.errors import InputError, nearest

#: Everything that a column may be: fields of contacts, lists of codes, the name of the company, a note.
FIELDS = (
    "no",
    *(name for name in CONTACTS.c.keys() if name not in FIXED),  # noqa: SIM118
    *LISTS,
    *MORE,
)
#: Other words for fields in the headers of files, folded: letters and digits in lower case.
WORDS: Mapping[str, tuple[str, ...]] = {
    "no": ("id", "number", "contactno", "contactnumber", "contactid", "customerid", "numero", "nr"),
    "name": ("fullname", "displayname", "contactname", "nomcomplet"),
    "first_name": ("firstname", "givenname", "forename", "prenom"),
    "middle_name": ("middlename", "additionalname"),
    "last_name": ("lastname", "surname", "familyname", "nom", "nomdefamille"),
    "company": ("companyname", "organization", "organisation", "organizationname", "employer", "societe", "entreprise"),
    "email": ("emailaddress", "mail", "email1", "primaryemail", "courriel", "adresseemail", "adressemail"),
    "email_2": ("email2", "secondaryemail", "otheremail"),
    "phone_no": ("phone", "phonenumber", "telephone", "tel", "businessphone", "workphone", "phone1"),
    "mobile_phone_no": ("mobile", "mobilephone", "cell", "cellphone", "portable", "telephonemobile"),
    "fax_no": ("fax", "faxnumber", "telecopie"),
    "address": ("street", "address1", "streetaddress", "addressline1", "adresse", "rue"),
    "address_2": ("address2", "addressline2", "adresse2", "complementdadresse"),
    "city": ("town", "locality", "ville"),
    "post_code": ("zip", "zipcode", "postalcode", "postcode", "codepostal", "cp", "plz"),
    "county": ("state", "region", "province", "departement"),
    "country_code": ("country", "countryregion", "pays"),
    "language_code": ("language", "langue", "locale"),
    "job_title": ("title", "jobtitle", "position", "fonction", "poste"),
    "home_page": ("website", "url", "web", "siteweb", "homepage"),
    "birthday": ("birthdate", "dateofbirth", "dob", "datedenaissance"),
    "salesperson_code": ("salesperson", "owner", "vendeur"),
    "territory_code": ("territory", "territoire"),
    "vat_no": ("vat", "vatnumber", "tva", "numerotva"),
    "note": ("notes", "comment", "comments", "remark", "commentaire"),
    "mailing_groups": ("mailinggroup", "groups", "tags", "categories"),
    "industry_groups": ("industrygroup", "industry", "sector", "secteur"),
    "job_responsibilities": ("jobresponsibility", "responsibility", "responsibilities"),
}
_BY_WORD = {word: name for name, words in WORDS.items() for word in words} | {
    name.replace("_", ""): name for name in FIELDS
}


def propose(headers: Iterable[str]) -> dict[str, str]:
    """The field of each column, as its header suggests; columns that suggest none, or one taken before, are missing."""
    found: dict[str, str] = {}
    for header in headers:
        name = _BY_WORD.get(_folded(header))
        if name is not None and name not in found.values():
            found[header] = name
    return found


def _folded(header: str) -> str:
    bare = unicodedata.normalize("NFKD", header)
    return re.sub(r"[^a-z0-9]", "", "".join(letter for letter in bare if not unicodedata.combining(letter)).lower())


def check(mapping: Mapping[str, str], headers: Iterable[str]) -> dict[str, str]:
    """A mapping of columns to fields without the columns that are to be left out (a blank field).

    Raises:
        InputError: ``unknown-column``, ``unknown-field``, or ``field-twice``.
    """
    known = list(headers)
    used: dict[str, str] = {}
    for column, name in mapping.items():
        if column not in known:
            raise InputError(f"the file has no column {column!r}", code="unknown-column", hint=nearest(column, known))
        if name and name not in FIELDS:
            raise InputError(f"contacts have no field {name!r}", code="unknown-field", hint=nearest(name, FIELDS))
        if name in used.values():
            raise InputError(f"two columns are {name!r}", code="field-twice", where=column)
        if name:
            used[column] = name
    return used
