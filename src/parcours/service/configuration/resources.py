"""What a configuration may hold besides definitions: things that the catalogue keeps as they are, without versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Resource(Protocol):
    """One kind of such things.

    Attributes:
        prunes: whether what a configuration does not name may be deleted.
    """

    @property
    def prunes(self) -> bool: ...

    def shapes(self) -> Mapping[str, Mapping[str, object]]:
        """Everything there is, by id, as a file would say it, with all settings."""

    def whole(self, shape: Mapping[str, object]) -> Mapping[str, object]:
        """What a file says with all settings.

        Raises:
            DefinitionError, InputError: it cannot be accepted.
        """

    def put(self, id: str, shape: Mapping[str, object]) -> str:
        """Make it so; gives what has to be told once (a secret), or nothing."""

    def remove(self, id: str) -> None:
        """Take it away."""

    def settle(self) -> None:
        """What was done is committed: from now on others go by it."""


#: By the key with which a document begins.
Resources = Mapping[str, Resource]
