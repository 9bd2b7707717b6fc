"""Journey definitions: what is written, read, checked and kept (journeys.md, sections 1 to 3 and 11).

``reading`` takes plain data in, ``definition`` is the checked form; ``parts``, ``entry`` and ``schedule`` are the
settings of a journey itself, ``form`` reads them together with its activities.
"""

from parcours.flow.journeys.definitions.definition import JourneyDefinition
from parcours.flow.journeys.definitions.entry import ENTRY, Entry
from parcours.flow.journeys.definitions.parts import ExitRule, Goal, Head, Reentry, Testing, ZoneOfPerson
from parcours.flow.journeys.definitions.reading import read_journey
from parcours.flow.journeys.definitions.schedule import Occurrences, Schedule, Waves

__all__ = [
    "ENTRY",
    "Entry",
    "ExitRule",
    "Goal",
    "Head",
    "JourneyDefinition",
    "Occurrences",
    "Reentry",
    "Schedule",
    "Testing",
    "Waves",
    "ZoneOfPerson",
    "read_journey",
]
