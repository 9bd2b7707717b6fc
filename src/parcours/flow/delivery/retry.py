"""When to try messages again, as data. (Calls follow :mod:`parcours.flow.delivery.attempts`.)"""

from __future__ import annotations

from dataclasses import dataclass

from parcours.core.clock import HOUR, MINUTE, SECOND


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long a message is tried.

    Attributes:
        attempts: how often within one go; after that the message is put off.
        first: pause before the second attempt, microseconds.
        factor: how much longer each further pause is.
        longest: the longest pause, microseconds.
        rest: time until messages that were put off are tried again, microseconds.
        give_up: age after which a message that still is not taken has failed for good, microseconds
            (84 hours: journeys.md, section 19).
    """

    attempts: int = 4
    first: int = SECOND // 2
    factor: float = 3.0
    longest: int = 60 * SECOND
    rest: int = MINUTE
    give_up: int = 84 * HOUR

    def pause(self, attempt: int) -> float:
        """Seconds to wait behind attempt number ``attempt``, which counts from 1."""
        return min(self.first * self.factor ** (attempt - 1), self.longest) / SECOND

    def expired(self, decided: int, now: int) -> bool:
        """Whether a message decided then is given up now."""
        return now - decided >= self.give_up
