"""The kinds of cases. To add a kind: its module with a :class:`Kind`, and its line here."""

from __future__ import annotations

from collections.abc import Mapping

from tests.conformance import expressions, journeys, pql
from tests.conformance.contacts.run import KIND as CONTACTS
from tests.conformance.kind import Kind

__all__ = ["KINDS", "Kind"]

KINDS: Mapping[str, Kind] = {
    "expressions": expressions.KIND,
    "pql": pql.KIND,
    "journeys": journeys.KIND,
    "contacts": CONTACTS,
}
