"""What happened to a person in a journey, in words: ``trace`` tells, in the words of ``english`` and ``french``."""

from parcours.flow.journeys.telling.standing import due_of
from parcours.flow.journeys.telling.trace import Told, told, trace

__all__ = ["Told", "due_of", "told", "trace"]
