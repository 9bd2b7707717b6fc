"""Names as clients send them, made into names of event types, properties and attributes.

``Order Completed`` becomes the event type ``order_completed``. A property keeps its name where it can be one
(``productId``); ``Product Name``, ``$current_url`` and ``_time`` become ``product_name``, ``current_url`` and ``time``:
names that begin with ``_`` belong to Parcours. Whatever differs from a known name only in upper and lower case is that
name: SQL could not tell the two apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from parcours.core.ids import stable_id

#: Characters of a name at most.
LONGEST = 63
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}")
_HUMP = re.compile(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])")
_OTHER = re.compile(r"[^A-Za-z0-9]+")


def event_name(name: str) -> str:
    """The event type of a name: letters, digits and ``_``, in lower case, at most 63 of them.

    Letters that have no plain form (``Заказ``) are told apart by a few digits computed from the whole name.
    """
    return _snake(name, "event")


def property_name(name: str) -> str:
    """The name of the property or attribute: as it came where it can be one."""
    return name if _NAME.fullmatch(name) else _snake(name, "property")


def _snake(name: str, prefix: str) -> str:
    plain = "".join(part for part in unicodedata.normalize("NFKD", name) if not unicodedata.combining(part))
    lost = any(part.isalnum() and not part.isascii() for part in plain)
    apart = _HUMP.sub(r"\1\3_\2\4", plain)
    found = _OTHER.sub("_", apart).strip("_").lower()
    if lost or not found:
        found = f"{found}_{stable_id(name)[:8]}".strip("_")
    if not found[0].isalpha():
        found = f"{prefix}_{found}"
    return found if len(found) <= LONGEST else f"{found[:54]}_{stable_id(name)[:8]}"


class Spelling:
    """Which name a name becomes, given the known ones: what was said first stays.

    Args:
        known: the names there are.
        make: :func:`event_name` or :func:`property_name`.
    """

    def __init__(self, known: Iterable[str], make: Callable[[str], str]) -> None:
        self._make = make
        self._known = {name.lower(): name for name in known}
        self._said: dict[str, str] = {}

    def of(self, name: str) -> str:
        """The name that this one becomes."""
        said = self._said.get(name)
        if said is None:
            said = self._known.get(name.lower(), "_")
            if said.startswith("_"):
                made = self._make(name)
                said = self._known.setdefault(made.lower(), made)
            self._said[name] = said
        return said
