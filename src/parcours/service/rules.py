"""``workspace.rules``: rules of any language, checked against what the workspace knows, and explained."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parcours.core.errors import InputError, UnknownNameError, nearest
from parcours.core.interrupting import look
from parcours.service import expressions
from parcours.service.checking import check_kept
from parcours.service.definitions import rules_of_segments, schedules_of_segments
from parcours.service.explaining import Explanation, explanation
from parcours.service.expressions import Rule
from parcours.service.sizing import Size, size
from parcours.service.vocabulary import Vocabulary, vocabulary

if TYPE_CHECKING:
    from parcours.service.wiring import Parts

#: People that a sample holds, at most.
MOST_SHOWN = 100


class Rules:
    """Questions about rules that need not be published. Made by the workspace; nothing here changes it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def check(self, rule: object, language: str | None = None, lang: str = "en") -> Rule:
        """Check a rule about a profile against the attributes, event types and segments of the workspace.

        Args:
            rule: a text in ``language``, or plain data: a rule tree, or one that names its language
                (``{"pql": "…"}``).
            language: ``journey``, ``pql``, ``filter`` or ``tree``.
            lang: language of the sentence and of the reasons for its method: ``en`` or ``fr``.

        Raises:
            DefinitionError: it cannot be accepted; ``problems`` holds all that is wrong, each with its place and hint.
        """
        segments = self._parts.catalogue.published_ids("segment")
        found = expressions.check(rule, self._parts.schema, segments=segments, language=language)
        check_kept(found.node)
        return replace(found, lang=lang)

    def vocabulary(self) -> Vocabulary:
        """Everything that rules may speak of: attributes, types of events with their properties, published segments;
        and what may be said of values, by their kind."""
        return vocabulary(self._parts)

    def convert(self, rule: object, to: str, language: str | None = None) -> object:
        """A rule in another language: a text, or plain data for ``tree`` and ``filter``.

        Raises:
            DefinitionError: it cannot be accepted, or ``to`` cannot say it (``not-expressible``): the message names
                the part.
        """
        return self.check(rule, language).written(to)

    def size(self, rule: object, language: str | None = None, *, segment: str | None = None, sample: int = 5) -> Size:
        """How many people a rule is about that is not saved, as of the last tick, and some of them.

        Args:
            rule, language: see :meth:`check`.
            segment: id of a published segment that its members are compared with.
            sample: show so many of them, at most 100.

        Raises:
            DefinitionError: the rule cannot be accepted.
            UnknownNameError: there is no such published segment.
            InputError: these are too many to show.
            WorkspaceError: there was no tick so far.
        """
        if not 0 <= sample <= MOST_SHOWN:
            raise InputError(f"a sample has 0 to {MOST_SHOWN} people", code="bad-limit", where="sample")
        node = self.check(rule, language).node
        known = self._parts.catalogue.published_ids("segment") if segment is not None else ()
        if segment is not None and segment not in known:
            raise UnknownNameError(
                f"there is no published segment {segment!r}", code="unknown-segment", hint=nearest(segment, known)
            )
        with self._parts.moving:
            look()  # others may have had the turn for long
            return size(self._parts.runner.state, self._parts.log, node, segment, sample)

    def explain(self, rule: object, profile: str, language: str | None = None, lang: str = "en") -> Explanation:
        """Whether a rule holds for a profile as of the last tick, part by part, and when time alone changes that.

        Args:
            rule, language: see :meth:`check`.
            profile: id of the profile.
            lang: language of the conditions in words: ``en`` or ``fr``.

        Raises:
            DefinitionError: the rule cannot be accepted.
            UnknownNameError: there is no such profile.
            WorkspaceError: there was no tick so far.
        """
        node = self.check(rule, language).node
        catalogue = self._parts.catalogue
        rules, schedules = rules_of_segments(catalogue), schedules_of_segments(catalogue)
        return explanation(self._parts.log, rules, None, str(profile), node, lang, schedules)
