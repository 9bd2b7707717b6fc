"""What passes between the stages of intake: a request as it came, and the calls that it holds.

::

    HTTP, brokers, queries ──> Record ──> journal (durable) ──> read by its format ──> Calls ──> frames of arrivals

A record is written down before it is understood beyond its outer form, so an answer never waits for a tick. A call is
what every client library can say, in the words of the Segment specification; every format is lowered to it.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

#: ``delete`` forgets the person; ``merge`` joins ``previous`` to ``user`` even when both are identified.
CallKind: TypeAlias = Literal["identify", "track", "page", "screen", "group", "alias", "merge", "delete"]
NOTHING = msgspec.Raw(b"{}")


class Record(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One request, or one portion of a broker's messages, as it came and is kept in the journal.

    Attributes:
        format: name of the format in :mod:`parcours.flow.ingest.clients` that reads ``body``.
        source: id of the source that it belongs to.
        received: when it came, microseconds.
        body: what was sent, unpacked, well-formed JSON.
        target: what the address said beyond the format: ``identify``, ``customers/5/events``; for formats that need it.
        anonymous: anonymous id out of a header, where the client sends one.
    """

    format: str
    source: str
    received: int
    body: bytes
    target: str = ""
    anonymous: str = ""


class Call(msgspec.Struct, frozen=True, gc=False):
    """One thing that a client said about one person.

    Attributes:
        kind: see :data:`CallKind`.
        user: id of the identified person, blank without.
        anonymous: id of the visitor, blank without. One of the two is there, except where ``group`` speaks of the
            group only: such a call is about nobody.
        previous: of ``alias`` and ``merge``: the id that is joined to ``user`` (or to ``anonymous``).
        id: message id, the same when a call is sent again; blank: the reader of calls makes one from the content.
        time: when it happened, microseconds, corrected for the client's clock.
        event: of ``track`` the name as sent; of ``page`` and ``screen`` that of the page; of ``group`` its id.
        properties: JSON object of the event's properties.
        traits: JSON object of attributes of the person (``group``: of the group).
        once: JSON object of attributes that are set only where there is no value yet.
        context: JSON object; what of it is kept is the converter's to say.
    """

    kind: CallKind
    time: int
    user: str = ""
    anonymous: str = ""
    previous: str = ""
    id: str = ""
    event: str = ""
    properties: msgspec.Raw = NOTHING
    traits: msgspec.Raw = NOTHING
    once: msgspec.Raw = NOTHING
    context: msgspec.Raw = NOTHING


class Unread(msgspec.Struct, frozen=True, gc=False):
    """A part of a request that is no call: kept as a dead letter.

    ``row`` counts from 1 within the request.
    """

    row: int
    code: str
    reason: str
    hint: str
    payload: bytes
