"""What a language needs to tell of journeys: tables of phrases with the same keys; ``{…}`` are filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from parcours.language.sentences.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Words:
    """How one language tells of journeys.

    Attributes:
        phrases: names of months, lengths of time.
        words: phrases by what they are for.
        entries: by kind of entry.
        waits: by kind of activity, of who waits there.
        passes: by kind of activity and outcome (``email.next``), or by one of these (``.timeout``), of who went on.
        ends: by the way a run ended.
        reasons: by code, why somebody was not let in, was held, passed without doing, or was taken out.
    """

    phrases: Phrases
    words: Mapping[str, str]
    entries: Mapping[str, str]
    waits: Mapping[str, str]
    passes: Mapping[str, str]
    ends: Mapping[str, str]
    reasons: Mapping[str, str]
