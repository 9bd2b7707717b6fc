"""Contacts and what hangs on them (contact-segments.md, sections 2 and 19)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, UniqueConstraint

from parcours.contacts.tables.base import (
    amount,
    code,
    day,
    flag,
    link,
    mirror,
    moment,
    named,
    rows,
    text,
    version,
    whole,
)

#: A person's ``company_no`` is the company it works for, or blank; a company's is its own number.
contacts = mirror(
    "contacts",
    Column("no", String(64), nullable=False, unique=True),
    Column("profile_id", String(256), nullable=False, unique=True),  # of the profile that the contact is
    code("type"),  # company, person
    text("name"),
    text("search_name"),
    text("first_name"),
    text("middle_name"),
    text("last_name"),
    text("initials"),
    text("job_title"),
    code("salutation_code"),
    code("company_no", index=True),
    text("company_name"),
    text("address"),
    text("address_2"),
    text("city"),
    text("post_code"),
    text("county"),
    code("country_code"),
    code("territory_code"),
    text("phone_no"),
    text("mobile_phone_no"),
    text("fax_no"),
    text("email"),
    text("email_2"),
    text("home_page"),
    code("currency_code"),
    code("language_code"),
    code("format_region"),
    text("vat_no"),
    text("registration_no"),
    code("salesperson_code"),
    code("correspondence_type"),  # "", hard_copy, email
    code("organizational_level_code"),
    flag("exclude_from_segment"),
    flag("privacy_blocked"),
    flag("minor"),
    flag("parental_consent"),
    day("birthday"),
    day("created_on"),
    version(),
)


def _attribute(name: str) -> Table:
    """Codes that contacts have: a contact has each once."""
    return mirror(
        name, code("contact_no", index=True), code("code", index=True), UniqueConstraint("contact_no", "code")
    )


contact_mailing_groups = _attribute("contact_mailing_groups")
contact_job_responsibilities = _attribute("contact_job_responsibilities")
contact_industry_groups = _attribute("contact_industry_groups")

#: Of companies; of a person only where it is a customer on its own.
#: ``link_to`` is blank, customer, vendor, bank or employee.
contact_business_relations = mirror(
    "contact_business_relations",
    code("contact_no", index=True),
    code("code", index=True),
    code("link_to"),
    code("no"),
    Index("ix_contact_business_relations_no", "link_to", "no"),
)

contact_web_sources = rows("contact_web_sources", code("contact_no", index=True), code("code"), text("search_word"))

alt_addresses = rows(
    "contact_alt_addresses",
    code("contact_no"),
    code("code"),
    text("name"),
    text("address"),
    text("address_2"),
    text("city"),
    text("post_code"),
    text("county"),
    code("country_code"),
    text("phone_no"),
    text("mobile_phone_no"),
    text("fax_no"),
    text("email"),
    text("email_2"),
    text("home_page"),
    UniqueConstraint("contact_no", "code"),
)

#: When which address is in force; an open end is none.
alt_address_dates = rows(
    "contact_alt_address_dates",
    code("contact_no"),
    code("code"),
    day("starts"),
    day("ends"),
    UniqueConstraint("contact_no", "starts"),
)

#: Parts of fields by which duplicates are found.
search_strings = rows(
    "contact_search_strings",
    code("contact_no", index=True),
    code("field"),
    code("part"),  # first, last
    text("string", 64),
    Index("ix_contact_search_strings_string", "field", "part", "string"),
)

#: Pairs that somebody said are not the same, and merges that were done.
duplicate_decisions = rows(
    "contact_duplicate_decisions", code("contact_no", index=True), code("other_no", index=True), code("decision")
)

#: Notes on anything: ``kind`` and ``key`` say on what.
notes = rows(
    "crm_notes",
    code("kind"),
    code("key"),
    day("date"),
    text("text"),
    code("by"),
    moment("at"),
    Index("ix_crm_notes_key", "kind", "key"),
)

questionnaires = named(
    "crm_questionnaires",
    "code",
    text("description"),
    code("contact_type"),  # "", companies, people
    code("business_relation_code"),
    code("priority"),
)

#: Questions and answers in the order of ``line_no``; an answer belongs to the nearest question above it.
questionnaire_lines = rows(
    "crm_questionnaire_lines",
    code("questionnaire_code"),
    whole("line_no"),
    code("type"),  # question, answer
    text("description"),
    flag("multiple_answers"),
    flag("auto"),
    code("customer_field"),
    code("vendor_field"),
    code("contact_field"),
    code("method"),  # "", defined_value, percentage_of_value, percentage_of_contacts
    code("sorting"),  # "", ascending, descending
    code("start"),  # date formulas
    code("end"),
    whole("decimals"),
    amount("min_pct_answered"),
    code("priority"),
    amount("from"),
    amount("to"),
    UniqueConstraint("questionnaire_code", "line_no"),
)

#: Points that answers give to a question with contact field rating.
ratings = rows(
    "crm_ratings",
    code("questionnaire_code"),
    whole("question"),
    code("answer_questionnaire_code"),
    whole("answer"),
    amount("points"),
)

profile_answers = mirror(
    "contact_profile_answers",
    code("contact_no", index=True),
    code("company_no"),
    code("questionnaire_code", index=True),
    whole("line_no"),
    day("updated_on"),
    amount("share_answered"),
    UniqueConstraint("contact_no", "questionnaire_code", "line_no"),
)

#: Contacts that are gone, by the number that took over (merges), or blank.
former_contacts = rows(
    "contact_formers",
    code("no", index=True),
    code("now_no"),
    Column("revision", BigInteger, nullable=False),
    link("by"),
)
