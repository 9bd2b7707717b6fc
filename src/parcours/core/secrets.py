"""Secrets by name: from the environment or the settings, never from a definition, never in a log."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

import msgspec

from parcours.core.errors import DeliveryError

#: A secret ``crm_key`` is the environment variable ``PARCOURS_SECRET_CRM_KEY``.
PREFIX = "PARCOURS_SECRET_"


class Secret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The name of a secret, as definitions and settings write it: ``{secret: crm_key}``."""

    secret: str


class Secrets:
    """Where secrets are found. Printing it shows names only.

    Args:
        settings: values by name; the environment wins.
        environment: of the process, unless a test gives another.
    """

    def __init__(self, settings: Mapping[str, str] | None = None, environment: Mapping[str, str] | None = None) -> None:
        self._settings = dict(settings or {})
        self._environment = os.environ if environment is None else environment

    def get(self, secret: Secret) -> str:
        """The value.

        Raises:
            DeliveryError: nobody has set it (``no-secret``). Not permanent: it may be set later.
        """
        variable = PREFIX + re.sub(r"[^A-Za-z0-9]", "_", secret.secret).upper()
        value = self._environment.get(variable, self._settings.get(secret.secret))
        if value is None:
            raise DeliveryError(
                f"there is no secret {secret.secret!r}",
                permanent=False,
                code="no-secret",
                hint=f"set {variable}, or {secret.secret} in [secrets] of parcours.toml",
            )
        return value

    def reveal(self, value: str | Secret) -> str:
        """A text as it is, a secret as its value."""
        return self.get(value) if isinstance(value, Secret) else value

    def __repr__(self) -> str:
        return f"Secrets({', '.join(sorted(self._settings))})"
