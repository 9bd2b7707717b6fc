"""How much more often people convert who went through a journey than those who were held out.

Pure arithmetic. The difference of the two rates has Newcombe's interval (method 10: the score intervals of Wilson of
both rates, put together by their squares), which keeps its level with small groups and with rates near 0 and 1. The
relative lift, ratio of the rates minus one, has the interval of the logarithm of the ratio (Katz), which exists where
somebody converted in both groups.

R. G. Newcombe, Interval estimation for the difference between independent proportions, Statistics in Medicine 17, 1998.
D. Katz et al., Obtaining confidence intervals for the risk ratio in cohort studies, Biometrics 34 (1978).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

#: How the intervals are computed, in words.
METHOD = "difference of rates: Newcombe (Wilson scores, method 10); relative lift: logarithm of the ratio (Katz)"


@dataclass(frozen=True, slots=True)
class Interval:
    """A range that holds the true value with the confidence asked for."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Lift:
    """Two groups compared.

    Attributes:
        treated, treated_converted: people who went through the journey, and those of them who converted.
        held_out, held_out_converted: the same of those who were held out.
        treated_rate, held_out_rate: shares from 0 to 1; ``None`` of an empty group.
        difference: of the rates; with its ``difference_interval``.
        relative: relative lift, 0.1 for ten percent more; with its ``relative_interval``. ``None`` where nobody who was
            held out converted; the interval also where nobody else did.
        extra: conversions that the difference of the rates amounts to among the treated.
        confidence: of the intervals, for example 0.95.
    """

    treated: int
    treated_converted: int
    held_out: int
    held_out_converted: int
    confidence: float
    treated_rate: float | None
    held_out_rate: float | None
    difference: float | None
    difference_interval: Interval | None
    relative: float | None
    relative_interval: Interval | None
    extra: float | None

    @property
    def significant(self) -> bool:
        """Whether the interval of the difference leaves out 0."""
        return self.difference_interval is not None and 0.0 not in self.difference_interval


def lift(
    treated: int, treated_converted: int, held_out: int, held_out_converted: int, confidence: float = 0.95
) -> Lift:
    """The comparison of two groups.

    Raises:
        ValueError: more people converted than there are, or the confidence is not between 0 and 1.
    """
    for size, converted in ((treated, treated_converted), (held_out, held_out_converted)):
        if not 0 <= converted <= size:
            raise ValueError(f"{converted} of {size} people cannot have converted")
    if not 0 < confidence < 1:
        raise ValueError("a confidence lies between 0 and 1")
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    rate = treated_converted / treated if treated else None
    base = held_out_converted / held_out if held_out else None
    both = rate is not None and base is not None
    counts = (treated_converted, treated, held_out_converted, held_out)
    difference = rate - base if rate is not None and base is not None else None
    return Lift(
        treated=treated,
        treated_converted=treated_converted,
        held_out=held_out,
        held_out_converted=held_out_converted,
        confidence=confidence,
        treated_rate=rate,
        held_out_rate=base,
        difference=difference,
        difference_interval=newcombe(*counts, z) if both else None,
        relative=rate / base - 1 if rate is not None and base else None,
        relative_interval=katz(*counts, z) if treated_converted and held_out_converted else None,
        extra=None if difference is None else difference * treated,
    )


def wilson(converted: int, size: int, z: float) -> Interval:
    """The score interval of a rate, for a group that is not empty; ``z`` is the quantile of the normal distribution."""
    rate = converted / size
    centre = 2 * converted + z * z
    half = z * math.sqrt(z * z + 4 * converted * (1 - rate))
    below = 2 * (size + z * z)
    low = 0.0 if converted == 0 else (centre - half) / below
    return Interval(low, 1.0 if converted == size else (centre + half) / below)


def newcombe(x: int, m: int, y: int, n: int, z: float) -> Interval:
    """The interval of ``x/m - y/n``."""
    first, second = wilson(x, m, z), wilson(y, n, z)
    p, q = x / m, y / n
    low = p - q - math.hypot(p - first.low, second.high - q)
    return Interval(low, p - q + math.hypot(first.high - p, q - second.low))


def katz(x: int, m: int, y: int, n: int, z: float) -> Interval:
    """The interval of ``(x/m) / (y/n) - 1``, where neither ``x`` nor ``y`` is 0."""
    ratio = math.log((x / m) / (y / n))
    half = z * math.sqrt(1 / x - 1 / m + 1 / y - 1 / n)
    return Interval(math.expm1(ratio - half), math.expm1(ratio + half))
