"""``workspace.rules``: rules of any language, checked against what the workspace knows, and explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parcours.service import expressions
from parcours.service.checking import check_kept
from parcours.service.definitions import rules_of_segments, schedules_of_segments
from parcours.service.explaining import Explanation, explanation
from parcours.service.expressions import Rule

if TYPE_CHECKING:
    from parcours.service.wiring import Parts


class Rules:
    """Questions about rules that need not be published. Made by the workspace; nothing here changes it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def check(self, rule: object, language: str | None = None) -> Rule:
        """Check a rule about a profile against the attributes, event types and segments of the workspace.

        Args:
            rule: a text in ``language``, or plain data: a rule tree, or one that names its language
                (``{"pql": "…"}``).
            language: ``journey``, ``pql``, ``filter`` or ``tree``.

        Raises:
            DefinitionError: it cannot be accepted; ``problems`` holds all that is wrong, each with its place and hint.
        """
        segments = list(rules_of_segments(self._parts.catalogue))
        found = expressions.check(rule, self._parts.schema, segments=segments, language=language)
        check_kept(found.node)
        return found

    def convert(self, rule: object, to: str, language: str | None = None) -> object:
        """A rule in another language: a text, or plain data for ``tree`` and ``filter``.

        Raises:
            DefinitionError: it cannot be accepted, or ``to`` cannot say it (``not-expressible``): the message names
                the part.
        """
        return self.check(rule, language).written(to)

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
