"""Selections as filters and as SQL: what each finds must be the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from parcours.contacts.office import Desk
from parcours.contacts.selection import (
    affected,
    expand_companies,
    in_order,
    match,
    related_companies,
    without_excluded,
)


@dataclass(frozen=True, slots=True)
class Question:
    """A selection: what is done at a desk, and a query that finds the same numbers (``ordered``: in this order)."""

    name: str
    filters: Mapping[str, Any]
    sql: str
    then: Sequence[Callable[[Desk, pl.Series], pl.Series]] = ()
    ordered: bool = False

    def ask(self, desk: Desk) -> pl.Series:
        """The numbers of the contacts."""
        found = match(desk, self.filters)
        for step in self.then:
            found = step(desk, found)
        return found


@dataclass(frozen=True, slots=True)
class Removal(Question):
    """The contacts of the lines that a run reduces by: the lines are those of the selection before."""

    lines: pl.DataFrame = field(default_factory=pl.DataFrame)

    def ask(self, desk: Desk) -> pl.Series:
        return affected(desk, self.filters, self.lines, entire_companies=True)


FOUR: Mapping[str, Any] = {
    "contact": {"country_code": "DE|FR|GB|US|NL|CH", "type": "person"},
    "mailing_group": {"code": "MG00..MG11"},
    "interaction": {"template": "T0*", "date": "2025-01-01.."},
    "industry_group": {"code": "<>IND00"},
}
OF_FOUR = """
SELECT c.no FROM contacts c
WHERE c.country_code IN ('DE', 'FR', 'GB', 'US', 'NL', 'CH') AND c.type = 'person'
AND EXISTS (SELECT 1 FROM contact_mailing_groups g WHERE g.contact_no = c.no AND g.code BETWEEN 'MG00' AND 'MG11')
AND EXISTS (SELECT 1 FROM crm_interactions i WHERE i.contact_no = c.no AND i.company_no = c.company_no
    AND i.template_code GLOB 'T0*' AND i.date >= '2025-01-01' AND NOT i.canceled AND NOT i.postponed)
AND EXISTS (SELECT 1 FROM contact_industry_groups g WHERE g.contact_no = c.company_no AND g.code <> 'IND00')
"""
BOUGHT: Mapping[str, Any] = {"item_entry": {"item_no": "ITEM00*", "posting_date": "2025-06-01.."}}
ENTRY = """
r.link_to = 'customer' AND e.source_type = 'customer' AND e.source_no = r.no
    AND e.item_no GLOB 'ITEM00*' AND e.posting_date >= '2025-06-01'
"""
OF_BUYERS = f"""
SELECT c.no FROM contacts c WHERE c.company_no <> '' AND EXISTS (
    SELECT 1 FROM contact_business_relations r JOIN crm_item_entries e ON {ENTRY}
    WHERE r.contact_no = c.company_no AND (c.type = 'company' OR EXISTS (
        SELECT 1 FROM crm_document_contacts d WHERE d.document_no = e.document_no
        AND d.document_type = e.document_type AND d.role IN ('sell_to', 'bill_to') AND d.contact_no = c.no)))
"""
QUIET: Mapping[str, Any] = {
    "any_of": [{"job_responsibility": {"code": "JOB00..JOB04"}}, {"profile_answer": {"line_no": "10000|20000"}}],
    "none_of": [{"interaction": {"date": "2025-10-01.."}}, {"mailing_group": {"code": "MG00"}}],
}
OF_QUIET = """
SELECT c.no FROM contacts c
WHERE (EXISTS (SELECT 1 FROM contact_job_responsibilities j WHERE j.contact_no = c.no
        AND j.code BETWEEN 'JOB00' AND 'JOB04')
    OR EXISTS (SELECT 1 FROM contact_profile_answers a WHERE a.contact_no = c.no AND a.line_no IN (10000, 20000)))
AND NOT EXISTS (SELECT 1 FROM crm_interactions i WHERE i.contact_no = c.no AND i.company_no = c.company_no
    AND i.date >= '2025-10-01' AND NOT i.canceled AND NOT i.postponed)
AND NOT EXISTS (SELECT 1 FROM contact_mailing_groups g WHERE g.contact_no = c.no AND g.code = 'MG00')
"""
OF_EXPANDED = f"""
WITH found AS MATERIALIZED ({OF_FOUR}),
firms AS MATERIALIZED (SELECT DISTINCT c.company_no FROM contacts c WHERE c.no IN found AND c.company_no <> '')
SELECT c.no FROM contacts c
WHERE (c.no IN found OR c.company_no IN firms) AND NOT c.exclude_from_segment
ORDER BY c.company_name, c.company_no, c.type, c.name, c.no
"""
OF_ENTIRE = """
WITH firms AS MATERIALIZED (SELECT DISTINCT c.company_no FROM contacts c JOIN temp.lines l ON l.contact_no = c.no
    WHERE c.company_no <> ''),
candidates AS MATERIALIZED (SELECT no FROM contacts WHERE company_no IN firms
    UNION SELECT contact_no FROM temp.lines),
found AS MATERIALIZED (SELECT c.no, c.company_no FROM contacts c WHERE c.no IN candidates
    AND EXISTS (SELECT 1 FROM contact_job_responsibilities j WHERE j.contact_no = c.no AND j.code = 'JOB03')
    AND EXISTS (SELECT 1 FROM crm_interactions i WHERE i.contact_no = c.no AND i.company_no = c.company_no
        AND i.cost > 25000000 AND NOT i.canceled AND NOT i.postponed))
SELECT c.no FROM contacts c WHERE c.no IN (SELECT no FROM found)
    OR c.company_no IN (SELECT company_no FROM found WHERE company_no <> '')
"""
RATED: Mapping[str, Any] = {"job_responsibility": {"code": "JOB03"}, "interaction": {"cost": ">25"}}

SELECTIONS = (
    Question("add: four sub-tables", FOUR, OF_FOUR),
    Question(
        "add: the same, companies expanded, in order",
        FOUR,
        OF_EXPANDED,
        (expand_companies, related_companies, without_excluded, in_order),
        ordered=True,
    ),
    Question("add: buyers of items, by documents", BOUGHT, OF_BUYERS),
    Question("add: any of two, none of two", QUIET, OF_QUIET),
)


def removal(lines: pl.DataFrame) -> Removal:
    """The run that reduces or refines so many lines, entire companies."""
    return Removal("reduce, refine: entire companies", RATED, OF_ENTIRE, lines=lines)
