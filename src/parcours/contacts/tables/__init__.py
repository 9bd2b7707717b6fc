"""What the CRM stores, in the database of the catalogue: one module per thing, as the newest migration leaves them.

Names of columns are the names of the fields that users see and that the API carries. Codes and other texts that are
blank hold ``""``, dates that are blank ``NULL``. Figures that are sums or counts of other rows are never stored.
"""

from __future__ import annotations

from parcours.contacts.tables import audit, campaigns, contacts, interactions, opportunities, setup, trade, worksheets
from parcours.contacts.tables.base import Amount, metadata, mirrored

__all__ = [
    "Amount",
    "audit",
    "campaigns",
    "contacts",
    "interactions",
    "metadata",
    "mirrored",
    "opportunities",
    "setup",
    "trade",
    "worksheets",
]
