"""Questions that operations ask: a dialog in a browser, a flag on the command line, a parameter in Python.

By program no question is asked: a change simply applies, and what would be confirmed in its form is taken as confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from parcours.core.errors import OpenQuestion

#: Every question, with what people are proposed and its words.
QUESTIONS: Mapping[str, tuple[bool, str]] = {
    "reset_criteria": (True, "The segment is empty now. Forget its criteria and their history?"),
    "undo_last_action": (False, "Undo the last action?"),
    "reuse_on_used_segment": (False, "The segment has criteria already. Add to them?"),
    "update_lines": (True, "Carry this change to the lines?"),
    "apply_template_to_lines": (True, "Carry the template to the lines?"),
    "change_word_template": (True, "Carry the Word template to the lines?"),
    "change_subject": (True, "Carry the subject to the lines?"),
    "create_language": (True, "The segment has no texts in this language. Make them?"),
    "activate_without_prices": (True, "The campaign has no prices and no discounts. Activate it all the same?"),
    "create_for_all_contacts": (True, "Make an opportunity for every contact of the segment?"),
    "remove_attachment": (False, "Nothing else uses the attachment. Remove it?"),
    "add_excluded_contact": (False, "The contact is marked to be left out of segments. Add it all the same?"),
    "move_tasks": (True, "Shall the open tasks follow?"),
}


class Questions(Protocol):
    """How questions are answered."""

    #: Whether a user types into a form: only then questions of forms come up, and hand work is recorded as such.
    interactive: bool
    #: The questions that came up, in order.
    asked: list[str]

    def ask(self, question: str, detail: str = "") -> bool:
        """Yes or no. ``question`` is a key of :data:`QUESTIONS`; ``detail`` says what it is about."""
        ...


@dataclass
class Program:
    """Nobody is asked: everything applies."""

    interactive: bool = False
    asked: list[str] = field(default_factory=list)

    def ask(self, question: str, detail: str = "") -> bool:
        """Yes."""
        QUESTIONS[question]
        return True


@dataclass
class Answers:
    """What a user has answered beforehand; anything else that comes up is an :class:`OpenQuestion`."""

    given: Mapping[str, bool] = field(default_factory=dict)
    interactive: bool = True
    asked: list[str] = field(default_factory=list)

    def ask(self, question: str, detail: str = "") -> bool:
        """The answer.

        Raises:
            OpenQuestion: it was not answered.
        """
        default, words = QUESTIONS[question]
        self.asked.append(question)
        if question not in self.given:
            raise OpenQuestion(question, f"{words} {detail}".rstrip(), default=default)
        return self.given[question]


@dataclass
class Form(Answers):
    """A user who takes what is proposed wherever he did not answer beforehand."""

    def ask(self, question: str, detail: str = "") -> bool:
        """The answer, or what people are proposed."""
        self.asked.append(question)
        return self.given.get(question, QUESTIONS[question][0])
