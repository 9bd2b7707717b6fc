"""Small worlds and filters about them, drawn by hypothesis."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

COMPANIES, PERSONS = ("C1", "C2", "C3"), ("P1", "P2", "P3", "P4")
CONTACTS = (*COMPANIES, *PERSONS)
NOBODY = "GONE"
CODES = ("A", "B", "AB")
DAYS = st.sampled_from([None, date(2026, 3, 11), date(2026, 2, 28), date(2025, 12, 31)])


def rows(strategy: Any, most: int) -> Any:
    return st.lists(strategy, min_size=most // 2, max_size=most)


def _company(no: str) -> Any:
    return st.fixed_dictionaries({"no": st.just(no), "type": st.just("company"), "company_no": st.just(no), **_card()})


def _person(no: str) -> Any:
    whose = st.sampled_from(("", *COMPANIES, NOBODY))
    return st.fixed_dictionaries({"no": st.just(no), "type": st.just("person"), "company_no": whose, **_card()})


def _card() -> dict[str, Any]:
    return {
        "name": st.sampled_from(["", "Ann", "Bo", "ann"]),
        "territory_code": st.sampled_from(["", "N", "S"]),
        "correspondence_type": st.sampled_from(["", "email", "hard_copy"]),
        "exclude_from_segment": st.booleans(),
    }


def _code_rows(most: int) -> Any:
    pairs = st.tuples(st.sampled_from((*CONTACTS, NOBODY)), st.sampled_from(CODES))
    return st.lists(pairs, unique=True, min_size=most // 2, max_size=most).map(
        lambda found: [{"contact_no": no, "code": code} for no, code in found]
    )


WHOSE = st.sampled_from((*CONTACTS, NOBODY, ""))
ANSWERS = st.lists(
    st.tuples(st.sampled_from(CONTACTS), st.sampled_from(["Q", "R"]), st.sampled_from([10000, 20000])),
    unique=True,
    max_size=5,
).map(lambda all: [{"contact_no": no, "questionnaire_code": code, "line_no": line} for no, code, line in all])

WORLDS = st.fixed_dictionaries(
    {
        "contacts": st.tuples(*(_company(no) for no in COMPANIES), *(_person(no) for no in PERSONS)).map(list),
        "mailing_groups": _code_rows(8),
        "job_responsibilities": _code_rows(5),
        "industry_groups": _code_rows(5),
        "business_relations": rows(
            st.fixed_dictionaries(
                {
                    "contact_no": st.sampled_from((*CONTACTS, "")),
                    "code": st.sampled_from(CODES),
                    "link_to": st.sampled_from(["customer", "vendor", "bank", ""]),
                    "no": st.sampled_from(["K1", "K2"]),
                }
            ),
            6,
        ),
        "profile_answers": ANSWERS,
        "interactions": rows(
            st.fixed_dictionaries(
                {
                    "contact_no": WHOSE,
                    "company_no": st.sampled_from((*COMPANIES, "", NOBODY)),
                    "template_code": st.sampled_from(["CALL", "MAIL"]),
                    "date": DAYS,
                    "cost": st.sampled_from([0.0, 0.1, 12.5]),
                    "evaluation": st.sampled_from(["", "positive", "negative"]),
                    "canceled": st.booleans(),
                    "postponed": st.booleans(),
                }
            ),
            10,
        ),
        "item_entries": rows(
            st.fixed_dictionaries(
                {
                    "source_type": st.sampled_from(["customer", "vendor"]),
                    "source_no": st.sampled_from(["K1", "K2"]),
                    "item_no": st.sampled_from(["CHAIR", "DESK"]),
                    "posting_date": DAYS,
                    "document_no": st.sampled_from(["D1", "D2", ""]),
                    "document_type": st.sampled_from(["", "sales_invoice", "purchase_invoice"]),
                }
            ),
            6,
        ),
        "document_contacts": rows(
            st.fixed_dictionaries(
                {
                    "document_type": st.sampled_from(["sales_invoice", "purchase_invoice"]),
                    "document_no": st.sampled_from(["D1", "D2"]),
                    "contact_no": st.sampled_from(CONTACTS),
                    "role": st.sampled_from(["sell_to", "bill_to", "buy_from", "pay_to"]),
                }
            ),
            8,
        ),
    }
)

CODE_TEXTS = st.sampled_from(["A", "a|B", "A&B", "<>A", "A*", "''", "<>''", "A..AB", "ZZ"])
DATE_TEXTS = st.sampled_from(["today", "..2026-02-28", "month|2025-12-31", "''", "<>today", "week-2W"])

FIELDS: Mapping[str, Mapping[str, Any]] = {
    "contact": {
        "no": st.sampled_from(["C1", "P*", "C1..P1", "<>P1"]),
        "type": st.sampled_from(["person", "company", "<>person"]),
        "name": st.sampled_from(["Ann", "@ann", "''", "*n*", "<>Bo"]),
        "territory_code": st.sampled_from(["N", "''", "<>N"]),
        "correspondence_type": st.sampled_from(["email", "''", "<>email", "email|hard_copy"]),
        "exclude_from_segment": st.sampled_from(["yes", "no"]),
    },
    "profile_answer": {
        "questionnaire_code": st.sampled_from(["Q", "<>Q"]),
        "line_no": st.sampled_from(["10000", ">0"]),
    },
    "mailing_group": {"code": CODE_TEXTS},
    "interaction": {
        "template_code": st.sampled_from(["CALL", "<>CALL", "*"]),
        "date": DATE_TEXTS,
        "cost": st.sampled_from(["0.1", ">0", "<=0.1"]),
        "evaluation": st.sampled_from(["positive", "''", "<>negative"]),
        "canceled": st.sampled_from(["yes", "no"]),
        "postponed": st.sampled_from(["yes", "no"]),
    },
    "job_responsibility": {"code": CODE_TEXTS},
    "industry_group": {"code": CODE_TEXTS},
    "business_relation": {"code": CODE_TEXTS, "link_to": st.sampled_from(["customer", "''", "<>vendor"])},
    "item_entry": {"item_no": st.sampled_from(["CHAIR", "*", "<>CHAIR"]), "posting_date": DATE_TEXTS},
}


@st.composite
def _tables(draw: Any) -> dict[str, dict[str, str]]:
    chosen = draw(st.lists(st.sampled_from(list(FIELDS)), unique=True, min_size=1, max_size=2))
    made = {}
    for name in chosen:
        fields = draw(st.lists(st.sampled_from(list(FIELDS[name])), unique=True, min_size=1, max_size=2))
        made[name] = {field: draw(FIELDS[name][field]) for field in fields}
    return made


@st.composite
def _filters(draw: Any, depth: int = 1) -> dict[str, Any]:
    made: dict[str, Any] = draw(_tables())
    for name in ("any_of", "none_of") if depth else ():
        groups = draw(st.lists(_filters(depth - 1), max_size=2)) if draw(st.integers(0, 3)) == 0 else []
        filled = [group for group in groups if group]
        if filled:
            made[name] = filled
    if draw(st.integers(0, 7)) == 0:
        made["rule"] = {"segment": "silver"}
    return made


FILTERS = _filters()
