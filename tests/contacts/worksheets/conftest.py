from __future__ import annotations

import pytest

from parcours.contacts.office import Days, Office
from tests.contacts.worksheets.crm import Crm, company, person, set_up


@pytest.fixture
def crm(office: Office, days: Days) -> Crm:
    """Three companies, and three persons of the first."""
    crm = set_up(office, days)
    crm.contacts(
        company("C1", salesperson_code="SP1", territory_code="N"),
        company("C2", salesperson_code="SP2", territory_code="N"),
        company("C3", salesperson_code="SP2", territory_code="S"),
        person("P1", "C1"),
        person("P2", "C1", exclude_from_segment=True),
        person("P3"),
    )
    return crm
