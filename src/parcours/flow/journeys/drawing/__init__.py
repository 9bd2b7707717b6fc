"""Drawings of a journey with its counters: Mermaid, SVG, and text for terminals.

``picture`` says what is drawn, ``layout`` where, and ``mermaid``, ``svg`` and ``text`` draw it.
"""

from parcours.flow.journeys.drawing.counts import Counts
from parcours.flow.journeys.drawing.sketch import Drawing, draw

__all__ = ["Counts", "Drawing", "draw"]
