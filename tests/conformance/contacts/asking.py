"""The user of a scenario: answers what the scenario says, and remembers what he was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from parcours.contacts.office.questions import QUESTIONS
from parcours.core.errors import OpenQuestion

#: Questions that scenarios answer (README, ``answers``).
PROMPTS = (
    "reset_criteria", "undo_last_action", "reuse_on_used_segment", "update_lines", "apply_template_to_lines",
    "activate_without_prices", "create_for_all_contacts",
)  # fmt: skip


@dataclass
class User:
    """Answers prompts as the step says; any other question is a confirmation, which is taken as given."""

    given: Mapping[str, bool]
    interactive: bool = True
    asked: list[str] = field(default_factory=list)

    def ask(self, question: str, detail: str = "") -> bool:
        """The answer.

        Raises:
            OpenQuestion: a prompt came up that the step does not answer.
        """
        default, words = QUESTIONS[question]
        if question not in PROMPTS:
            return default if question == "remove_attachment" else True
        self.asked.append(question)
        if question not in self.given:
            raise OpenQuestion(question, words, default=default)
        return self.given[question]
