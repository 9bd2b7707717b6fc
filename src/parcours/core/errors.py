"""All errors that Parcours raises on purpose.

The tree::

    ParcoursError                 anything we can explain to the person in front of the screen
    ├── DefinitionError           a segment, journey or rule that cannot be accepted
    │   ├── RuleError             one problem inside a rule, with its place
    │   ├── CycleError            segments that refer to each other in a circle
    │   └── UnknownNameError      a segment, journey, attribute, event type or field nobody has defined
    ├── EvaluationError           an expression that has no value for this input (overflow, an impossible date)
    ├── Refused                   an operation that the rules of the CRM do not allow
    │   └── OpenQuestion          it can only go on when somebody says yes or no
    ├── InputError                a file, row or request that cannot be taken in
    ├── AccessError               who asks is not known, or may not do this
    ├── ConflictError             somebody else was faster: what the request builds on is no longer so
    │   └── Outdated              what was seen of it is of an older revision
    ├── Overloaded                too much at once: try again after some seconds
    ├── WorkspaceError            the folder: missing, read-only, in use, full, damaged, of another version
    └── DeliveryError             a message that could not be handed over

Each carries ``code`` (stable, for programs), ``message`` (what is wrong), ``where`` (file, row, column or
path inside the rule) and ``hint`` (how to mend it). ``str(error)`` is the whole text on one screen.
"""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A range of characters in a source text; ``start`` and ``end`` count from 0, ``end`` exclusive."""

    start: int
    end: int


#: Numbers of system errors that say that there is no room: on the disk, in the quota, for a file.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class ParcoursError(Exception):
    """Base of every error of this package.

    Args:
        message: what is wrong, one sentence, without a full stop at the end of a name.
        code: stable identifier in kebab case, for programs and documentation.
        where: the place: a file with row and column, or a path inside a definition.
        hint: what to do about it.
        span: range in the source text, when the source is a text.
    """

    default_code = "error"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        where: str | None = None,
        hint: str | None = None,
        span: Span | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.where = where
        self.hint = hint
        self.span = span
        #: The text that ``span`` counts in, where whoever raised or passed on the error knew it.
        self.source: str | None = None

    def __str__(self) -> str:
        text = self.message if self.where is None else f"{self.where}: {self.message}"
        return text if self.hint is None else f"{text}\n  hint: {self.hint}"

    def to_json(self) -> dict[str, object]:
        """The error as plain data, the one shape used by CLI ``--json`` and the API."""
        shape: dict[str, object] = {"code": self.code, "message": self.message}
        if self.where is not None:
            shape["where"] = self.where
        if self.hint is not None:
            shape["hint"] = self.hint
        if self.span is not None:
            shape["span"] = [self.span.start, self.span.end]
        return shape


class DefinitionError(ParcoursError):
    """A definition that cannot be accepted; ``problems`` holds every single one that was found."""

    default_code = "bad-definition"

    def __init__(
        self,
        message: str,
        *,
        problems: Sequence[ParcoursError] = (),
        code: str | None = None,
        where: str | None = None,
        hint: str | None = None,
        span: Span | None = None,
    ) -> None:
        super().__init__(message, code=code, where=where, hint=hint, span=span)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        lines = [super().__str__()]
        lines += ["  - " + str(problem).replace("\n", "\n    ") for problem in self.problems]
        return "\n".join(lines)

    def to_json(self) -> dict[str, object]:
        shape = super().to_json()
        if self.problems:
            shape["problems"] = [problem.to_json() for problem in self.problems]
        return shape


class RuleError(DefinitionError):
    """One problem inside a rule; ``where`` is the path to the part, for example ``rule.all[1].event``."""

    default_code = "bad-rule"


class CycleError(DefinitionError):
    """Segments that refer to each other in a circle; the message names the circle."""

    default_code = "cycle"


class UnknownNameError(DefinitionError):
    """A name that nothing defines; the hint names the nearest known one."""

    default_code = "unknown-name"


class EvaluationError(ParcoursError):
    """An accepted expression has no value for this input (expression-language.md, section 11, class eval)."""

    default_code = "evaluation"


class Refused(ParcoursError):
    """An operation that the rules do not allow (contact-segments.md, section 21); nothing of it was done."""

    default_code = "refused"


class OpenQuestion(Refused):
    """An operation asks something that nobody answered; nothing of it was done.

    Args:
        question: its name, by which it is answered: ``update_lines``.
        default: what people are proposed.
        message: the question in words.
    """

    default_code = "open-question"

    def __init__(self, question: str, message: str, *, default: bool, where: str | None = None) -> None:
        super().__init__(message, where=where, hint=f"answer {question!r} with yes or no, and try again")
        self.question = question
        self.default = default

    def to_json(self) -> dict[str, object]:
        return {**super().to_json(), "question": self.question, "default": self.default}


class InputError(ParcoursError):
    """A file, row or request that cannot be taken in."""

    default_code = "bad-input"


class AccessError(ParcoursError):
    """Who asks is not known (``known`` is false; HTTP 401), or may not do this (403)."""

    default_code = "forbidden"

    def __init__(self, message: str, *, known: bool = True, code: str | None = None, hint: str | None = None) -> None:
        super().__init__(message, code=code or ("forbidden" if known else "unauthenticated"), hint=hint)
        self.known = known


class ConflictError(ParcoursError):
    """Somebody else was faster: what the request builds on is no longer so."""

    default_code = "conflict"


class Outdated(ConflictError):
    """Something is not as it was when it was seen: ``expected`` was its revision then, ``current`` is it now."""

    default_code = "outdated"

    def __init__(self, message: str, *, expected: int, current: int | None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint or "load it again, and repeat the change")
        self.expected = expected
        self.current = current

    def to_json(self) -> dict[str, object]:
        return {**super().to_json(), "expected": self.expected, "current": self.current}


class Overloaded(ParcoursError):
    """Too much at once; nothing was taken in. ``retry_after`` is in seconds."""

    default_code = "overloaded"

    def __init__(self, message: str, *, retry_after: int, code: str | None = None, hint: str | None = None) -> None:
        super().__init__(message, code=code, hint=hint or f"try again in {retry_after} s")
        self.retry_after = retry_after


class WorkspaceError(ParcoursError):
    """The workspace folder cannot be used as asked."""

    default_code = "workspace"


class DeliveryError(ParcoursError):
    """A message could not be handed over. ``permanent`` tells whether trying again is pointless."""

    default_code = "delivery"

    def __init__(self, message: str, *, permanent: bool, code: str | None = None, hint: str | None = None) -> None:
        super().__init__(message, code=code, hint=hint)
        self.permanent = permanent


def nearest(name: str, known: Iterable[str]) -> str | None:
    """A hint for a misspelt name: ``did you mean 'silver'?``, or the list of known names when it is short.

    Returns ``None`` when nothing is close and the list is long or empty.
    """
    names = sorted(set(known))
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    if 0 < len(names) <= 12:
        return "known names: " + ", ".join(names)
    return None
