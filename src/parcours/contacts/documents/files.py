"""Files that are made here."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


@dataclass(frozen=True, slots=True)
class File:
    """A file with its name and what kind it is."""

    name: str
    media_type: str
    content: bytes


def safe_name(text: str) -> str:
    """A text as the name of a file on any system, without ending."""
    return _NOT_IN_NAMES.sub("_", text).strip(" .")[:120] or "document"
