"""A pattern in the syntax of Rust's ``regex``, which Polars runs over columns in linear time.

Rust has no look-around, no references back, nothing possessive or atomic: such patterns have no Rust form. Its ``$``
knows no line ends before the end of the text, so ``$`` is written as the end of the text: that is right for the texts
that do not end with a line end, and likewise for lines. What a text must not be like is told beside the form.
"""

from __future__ import annotations

from dataclasses import dataclass

from parcours.language.patterns.sets import EVERYTHING, as_class
from parcours.language.patterns.syntax import (
    EMPTY,
    Again,
    At,
    Atomic,
    Greed,
    Group,
    Look,
    One,
    Or,
    Part,
    Place,
    Repeat,
    Seq,
    inner,
    widths,
)

#: Texts with a line end at their end, and texts that are empty or have a line end anywhere.
ENDED, LINED = r"[\n\r\x{85}\x{2028}\x{2029}]\z", r"[\n\r\x{85}\x{2028}\x{2029}]|\A\z"

_PLACES: dict[Place, tuple[str, str | None]] = {
    Place.START: (r"\A", None),
    Place.END: (r"\z", None),
    Place.LAST_END: (r"\z", ENDED),
    Place.UNIX_LAST_END: (r"\z", ENDED),
    Place.LINE_START: (r"\A", LINED),
    Place.UNIX_LINE_START: (r"\A", LINED),
    Place.LINE_END: (r"\z", LINED),
    Place.UNIX_LINE_END: (r"\z", LINED),
    Place.WORD_EDGE: (r"(?-u:\b)", None),
    Place.NO_WORD_EDGE: (r"(?-u:\B)", None),
    Place.UNICODE_WORD_EDGE: (r"\b", None),
    Place.NO_UNICODE_WORD_EDGE: (r"\B", None),
}


@dataclass(frozen=True, slots=True)
class RustForm:
    """The pattern for Polars, and a pattern for the texts for which it is not right (``None``: it always is)."""

    source: str
    except_for: str | None


def rust_form(part: Part) -> RustForm | None:
    """The pattern in Rust's syntax, ``None`` when it has no form there."""
    try:
        source = _written(part)
    except _Beyond:
        return None
    exceptions = {_PLACES[place][1] for place in _places(part)}
    return RustForm(source, LINED if LINED in exceptions else ENDED if ENDED in exceptions else None)


def relaxed_form(part: Part) -> str:
    """A pattern in Rust's syntax that is found in every text in which ``part`` is found, and maybe in others."""
    return _written(_relaxed(part))


def _relaxed(part: Part) -> Part:
    match part:
        case Look():
            return EMPTY
        case Again():
            return Repeat(One(EVERYTHING), 0, None, Greed.GREEDY)
        case At(place=place):
            return part if place in _PLACES and _PLACES[place][1] is None else EMPTY
        case Atomic(body=body) | Group(body=body):
            return Seq((_relaxed(body),))
        case Repeat(body=body, least=least, most=most):
            return Repeat(_relaxed(body), least, most, Greed.GREEDY)
        case Seq(parts=parts):
            return Seq(tuple(map(_relaxed, parts)))
        case Or(options=options):
            return Or(tuple(map(_relaxed, options)))
        case _:
            return part


class _Beyond(Exception):
    """Rust cannot say this."""


def _written(part: Part) -> str:
    match part:
        case One(set=set_, fold=fold):
            return f"(?i:{as_class(set_)})" if fold else as_class(set_)
        case Seq(parts=parts):
            return "".join(f"(?:{_written(one)})" if isinstance(one, Or) else _written(one) for one in parts)
        case Or(options=options):
            return "|".join(map(_written, options))
        case Repeat(body=body, greed=greed) if greed is not Greed.POSSESSIVE:
            if _remembers_nothing(body):
                raise _Beyond
            return f"(?:{_written(body)}){_times(part)}{greed}"
        case Group(body=body):
            return f"({_written(body)})"
        case At(place=place) if place in _PLACES:
            return _PLACES[place][0]
        case _:
            raise _Beyond


def _times(repeat: Repeat) -> str:
    if repeat.least == repeat.most:
        return f"{{{repeat.least}}}"
    return f"{{{repeat.least},{'' if repeat.most is None else repeat.most}}}"


def _remembers_nothing(body: Part) -> bool:
    """Whether groups inside may be left with the empty text of a last, empty round: Java and Rust differ there."""
    return widths(body)[0] == 0 and _has_group(body)


def _has_group(part: Part) -> bool:
    return isinstance(part, Group) or any(map(_has_group, inner(part)))


def _places(part: Part) -> set[Place]:
    found = {part.place} if isinstance(part, At) else set()
    return found.union(*map(_places, inner(part)))
