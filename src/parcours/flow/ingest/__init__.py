"""From files and data frames to typed, validated rows in a durable queue.

``formats`` reads, ``mapping`` says which column is what, ``inference`` and ``conversion`` find and make types,
``validation`` puts it together and sets bad rows aside, ``inbox`` keeps the rows until a tick takes them
(``arrivals``, ``live``). ``dedup`` recognises repeated events, ``registry`` numbers profiles.
"""

from parcours.flow.ingest.arrivals import Arrivals, EventTimeReader
from parcours.flow.ingest.dedup import SeenIds
from parcours.flow.ingest.formats import FORMATS, Raw, ReadOptions, from_frame, read_file
from parcours.flow.ingest.inbox import Inbox
from parcours.flow.ingest.live import ArrivalReader
from parcours.flow.ingest.mapping import ColumnMapping, Lines, mapping_of, read_mapping
from parcours.flow.ingest.registry import ProfileNumbers
from parcours.flow.ingest.validation import Validated, validate_events, validate_profiles

__all__ = [
    "FORMATS",
    "ArrivalReader",
    "Arrivals",
    "ColumnMapping",
    "EventTimeReader",
    "Inbox",
    "Lines",
    "ProfileNumbers",
    "Raw",
    "ReadOptions",
    "SeenIds",
    "Validated",
    "from_frame",
    "mapping_of",
    "read_file",
    "read_mapping",
    "validate_events",
    "validate_profiles",
]
