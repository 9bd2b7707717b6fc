"""Consent per channel, from attributes of the person (journeys.md, section 19)."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

#: An object attribute with a boolean per channel.
CONSENT = "consent"
#: A boolean attribute: this is a test profile (journeys.md, section 13).
TEST_PROFILE = "test_profile"
#: ``opt_out``: nothing said is a yes; ``opt_in``: only a yes is one.
Policy: TypeAlias = Literal["opt_out", "opt_in"]

_NO = ("false", "no", "0", "n")
_YES = ("true", "yes", "1", "y")


def consent_attribute(channel: str) -> str:
    """The attribute that holds the consent to this channel alone."""
    return f"{CONSENT}_{channel}"


def consent_attributes(channel: str) -> list[str]:
    """The attributes that may hold the consent to a channel."""
    return [consent_attribute(channel), CONSENT]


def is_consent(attribute: str) -> bool:
    """Whether an attribute may hold the consent to some channel."""
    return attribute == CONSENT or attribute.startswith(consent_attribute(""))


def consents(attributes: pl.DataFrame, channel: str, policy: Policy = "opt_out") -> NDArray[np.bool_]:
    """Whether each person consents to a channel.

    One "no" is enough to decline. A person who says neither yes nor no consents under ``opt_out`` only.

    Args:
        attributes: a row per person with the columns of :func:`consent_attributes`, or some of them.
    """
    yes, no = np.zeros(attributes.height, bool), np.zeros(attributes.height, bool)
    for column in _answers(attributes, channel):
        text = column.cast(pl.String).str.strip_chars().str.to_lowercase()
        yes |= text.is_in(_YES).fill_null(False).to_numpy()
        no |= text.is_in(_NO).fill_null(False).to_numpy()
    return yes & ~no if policy == "opt_in" else ~no


def _answers(attributes: pl.DataFrame, channel: str) -> list[pl.Series]:
    found = []
    own = consent_attribute(channel)
    if own in attributes.columns:
        found.append(attributes[own])
    if CONSENT in attributes.columns:
        whole = attributes[CONSENT]
        if isinstance(whole.dtype, pl.Struct) and channel in {field.name for field in whole.dtype.fields}:
            found.append(whole.struct.field(channel))
    return found


def are_test_profiles(flags: pl.Series) -> NDArray[np.bool_]:
    """Whether each value of the attribute :data:`TEST_PROFILE` is a yes."""
    return flags.cast(pl.String).str.to_lowercase().is_in(_YES).fill_null(False).to_numpy()
