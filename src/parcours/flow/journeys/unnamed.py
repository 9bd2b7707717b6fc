"""The attributes that journeys look at though no definition names them: addresses, consent, zone, marks."""

from __future__ import annotations

from parcours.flow.journeys.pressure.consent import TEST_PROFILE, is_consent
from parcours.flow.journeys.work import ADDRESSES, IDENTITIES, ZONE

_NAMES = frozenset({ZONE, IDENTITIES, TEST_PROFILE}.union(*ADDRESSES.values()))


def is_read_unnamed(attribute: str) -> bool:
    """Whether some journey may look at this attribute though it does not name it."""
    return attribute in _NAMES or is_consent(attribute)
