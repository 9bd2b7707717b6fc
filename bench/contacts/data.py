"""A generated CRM in an SQLite file: contacts, what hangs on them, five interactions each. Always the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from sqlalchemy import Connection

from parcours.contacts.office import Days, Desk, Office
from parcours.contacts.office.series import put_series
from parcours.contacts.people.loading import load, table_named
from parcours.core.clock import instant
from parcours.store.catalogue import Catalogue

SEED = 20_260_311
DAYS = Days(instant("2026-03-11T09:00:00Z"), date(2026, 3, 11), date(2026, 3, 11))
COUNTRIES = ("DE", "FR", "GB", "US", "NL", "CH", "SE", "ES", "IT", "PL")
GROUPS = tuple(f"MG{number:02}" for number in range(20))
SALESPEOPLE = tuple(f"SP{number:02}" for number in range(40))
TEMPLATES = tuple(f"T{number:02}" for number in range(30))
INDUSTRIES = tuple(f"IND{number:02}" for number in range(12))
DUTIES = tuple(f"JOB{number:02}" for number in range(15))
ITEMS = tuple(f"ITEM{number:03}" for number in range(200))
#: Tables that are filled, in order.
_LOADED = (
    "contacts",
    "contact_mailing_groups",
    "contact_job_responsibilities",
    "contact_industry_groups",
    "contact_business_relations",
    "contact_profile_answers",
    "crm_interactions",
    "crm_item_entries",
    "crm_document_contacts",
)
#: Rows by contact: interactions, item entries, mailing groups.
INTERACTIONS, ENTRIES, MEMBERSHIPS = 5, 2, 2


def build(place: Path, contacts: int) -> None:
    """Write a catalogue with so many contacts: a quarter companies, of the persons five in six work for one."""
    with Catalogue.open(place) as catalogue, Office(catalogue).change("load", DAYS) as desk:
        put_series(desk, "SEGM", "SM00001")
        load(desk, "salespeople", [{"code": code, "name": f"Salesperson {code}"} for code in SALESPEOPLE])
        load(desk, "interaction_templates", [{"code": code, "description": f"Letter {code}"} for code in TEMPLATES])
        with _indexed_afterwards(desk.con):
            _Making(desk, contacts).all()


@contextmanager
def _indexed_afterwards(con: Connection) -> Iterator[None]:
    """Indexes are made when all rows are there: sorted at once, instead of row by row in places far apart."""
    indexes = [index for name in _LOADED for index in table_named(name).indexes]
    for index in indexes:
        index.drop(con)
    yield
    for index in indexes:
        index.create(con)


class _Making:
    def __init__(self, desk: Desk, contacts: int) -> None:
        self.desk = desk
        self.count = contacts
        self.companies = contacts // 4
        self.random = np.random.default_rng(SEED)
        self.numbers = pl.Series([f"C{number:07}" for number in range(contacts)])
        self.company = self._company_of()

    def all(self) -> None:
        made: tuple[Callable[[], pl.DataFrame], ...] = (
            self._contacts,
            lambda: self._codes(MEMBERSHIPS * self.count, 0, self.count, GROUPS),
            lambda: self._codes(self.count, self.companies, self.count, DUTIES),
            lambda: self._codes(self.companies, 0, self.companies, INDUSTRIES),
            self._relations,
            self._answers,
            self._interactions,
            self._entries,
            self._documents,
        )
        for table, rows in zip(_LOADED, made, strict=True):
            load(self.desk, table, rows(), tell=False)

    def _company_of(self) -> np.ndarray:
        """Positions of the companies that all work for; -1 for those who stand alone."""
        works = self.random.integers(0, self.companies, self.count)
        works[self.random.random(self.count) < 1 / 6] = -1
        works[: self.companies] = np.arange(self.companies)
        return works

    def _contacts(self) -> pl.DataFrame:
        firm = np.arange(self.count) < self.companies
        return pl.DataFrame(
            {
                "no": self.numbers,
                "profile_id": self.numbers,
                "type": np.where(firm, "company", "person"),
                "name": "Name " + self.numbers,
                "company_no": self._numbered(self.company),
                "company_name": "Name " + self._numbered(self.company),
                "country_code": self._picked(COUNTRIES, self.count),
                "salesperson_code": self._picked(SALESPEOPLE, self.count),
                "exclude_from_segment": self.random.random(self.count) < 0.02,
            }
        )

    def _codes(self, rows: int, low: int, high: int, codes: tuple[str, ...]) -> pl.DataFrame:
        whose = self.random.integers(low, high, rows)
        return pl.DataFrame({"contact_no": self._numbered(whose), "code": self._picked(codes, rows)}).unique()

    def _relations(self) -> pl.DataFrame:
        chosen = self.random.random(self.companies) < 0.6
        whose = np.flatnonzero(chosen)
        numbers = pl.Series([f"K{number:07}" for number in whose])
        return pl.DataFrame({"contact_no": self._numbered(whose), "no": numbers}).with_columns(
            code=pl.lit("CUST"), link_to=pl.lit("customer")
        )

    def _answers(self) -> pl.DataFrame:
        rows = self.count // 2
        whose = self.random.integers(0, self.count, rows)
        lines = self.random.integers(1, 10, rows) * 10_000
        frame = pl.DataFrame({"contact_no": self._numbered(whose), "line_no": lines})
        return frame.with_columns(questionnaire_code=pl.lit("Q")).unique()

    def _interactions(self) -> pl.DataFrame:
        rows = INTERACTIONS * self.count
        whose = self.random.integers(0, self.count, rows)
        return pl.DataFrame(
            {
                "contact_no": self._numbered(whose),
                "company_no": self._numbered(self.company[whose]),
                "template_code": self._picked(TEMPLATES, rows),
                "date": self._days(rows),
                "cost": self.random.integers(0, 5_000, rows) / 100,
                "duration": self.random.integers(0, 60, rows),
                "canceled": self.random.random(rows) < 0.01,
            }
        )

    def _entries(self) -> pl.DataFrame:
        rows = ENTRIES * self.count
        return pl.DataFrame(
            {
                "source_no": "K" + self._numbered(self.random.integers(0, self.companies, rows)).str.slice(1),
                "item_no": self._picked(ITEMS, rows),
                "posting_date": self._days(rows),
                "document_no": "D" + pl.Series(self.random.integers(0, self.count, rows)).cast(pl.String),
            }
        ).with_columns(source_type=pl.lit("customer"), document_type=pl.lit("sales_invoice"))

    def _documents(self) -> pl.DataFrame:
        whose = self.random.integers(self.companies, self.count, self.count)
        numbers = "D" + pl.int_range(self.count, eager=True).cast(pl.String)
        return pl.DataFrame({"document_no": numbers, "contact_no": self._numbered(whose)}).with_columns(
            document_type=pl.lit("sales_invoice"), role=pl.lit("sell_to")
        )

    def _numbered(self, positions: np.ndarray) -> pl.Series:
        places = pl.Series(positions, dtype=pl.Int64)
        return self.numbers.gather(places.set(places < 0, None)).fill_null("")

    def _picked(self, values: tuple[str, ...] | list[str], count: int) -> pl.Series:
        return pl.Series(values).gather(self.random.integers(0, len(values), count))

    def _days(self, count: int) -> pl.Series:
        return pl.Series(self.random.integers(0, 730, count) + 19_793, dtype=pl.Int32).cast(pl.Date)
