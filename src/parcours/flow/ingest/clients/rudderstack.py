"""RudderStack's clients: they say the same as Segment's, a little differently.

They come by the same paths, so :mod:`~parcours.flow.ingest.clients.segment` reads both; records that can be told to
be RudderStack's (by the path of a beacon, or the header ``AnonymousId``) bear this name.
"""

from __future__ import annotations

import base64
import binascii

from parcours.flow.ingest.calls import Call, Record, Unread
from parcours.flow.ingest.clients import segment


def read(record: Record) -> tuple[list[Call], list[Unread]]:
    """The calls in a request. See :func:`parcours.flow.ingest.clients.segment.read`."""
    return segment.read(record)


def anonymous_of(header: str) -> str:
    """The anonymous id in the header ``AnonymousId``, which is base64; as it is where it is something else."""
    try:
        return base64.b64decode(header, validate=True).decode()
    except (binascii.Error, ValueError):
        return header
