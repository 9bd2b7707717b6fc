"""A journey, ready to be drawn in any form."""

from __future__ import annotations

from dataclasses import dataclass

from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.drawing.counts import Counts
from parcours.flow.journeys.drawing.mermaid import mermaid
from parcours.flow.journeys.drawing.picture import Picture, picture
from parcours.flow.journeys.drawing.svg import svg
from parcours.flow.journeys.drawing.text import text


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shows itself as a picture in notebooks and as a tree where it is printed."""

    picture: Picture

    def svg(self) -> str:
        """A picture that stands alone."""
        return svg(self.picture)

    def mermaid(self) -> str:
        """The text of a Mermaid flow chart."""
        return mermaid(self.picture)

    def text(self) -> str:
        """A tree for terminals."""
        return text(self.picture)

    def __str__(self) -> str:
        return self.text()

    def _repr_svg_(self) -> str:
        return self.svg()

    def _repr_markdown_(self) -> str:
        return f"```mermaid\n{self.mermaid()}```\n"


def draw(definition: JourneyDefinition, counts: Counts | None = None, language: str = "en") -> Drawing:
    """A drawing of one version of a journey.

    Args:
        definition: the journey.
        counts: the counters to show at activities and arrows.
        language: ``en`` or ``fr``.

    Raises:
        KeyError: there is no such language.
    """
    return Drawing(picture(definition, counts, language))
