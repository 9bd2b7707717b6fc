"""Filters of numbers, of yes and no, and of choices."""

from __future__ import annotations

import math
import re

from parcours.core.schema import BOOLEAN, DECIMAL, INTEGER, STRING
from parcours.language.check.literals import fitted
from parcours.language.filters import errors
from parcours.language.filters.ast import Operand
from parcours.language.filters.values import FUNCTIONS, ValueFilter, call
from parcours.language.tree import Literal, Node

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_TRUTH = {"yes": True, "true": True, "1": True, "oui": True, "no": False, "false": False, "0": False, "non": False}


class NumberFilter(ValueFilter):
    """Numbers in neutral form: digits, a decimal point, a sign."""

    def compared(self, sign: str, operand: Operand) -> Node:
        if operand.fold or operand.wild:
            raise errors.only_for_text(operand.span, "@" if operand.fold else "a wildcard")
        return call(FUNCTIONS[sign], self.field, self._number(operand))

    def _number(self, operand: Operand) -> Literal:
        text = operand.text.strip()
        if _NUMBER.fullmatch(text) is None:
            raise errors.mismatch(operand.span, self.target.type, operand.text)
        number = int(text) if text.lstrip("+-").isdigit() and len(text) <= 20 else float(text)
        large = isinstance(number, int) and not -(2**63) <= number < 2**63
        natural = Literal(
            float(number) if large else number, DECIMAL if large or isinstance(number, float) else INTEGER
        )
        fit = fitted(natural, self.target.type)
        if fit is None or (isinstance(number, float) and not math.isfinite(number)):
            raise errors.mismatch(operand.span, self.target.type, operand.text)
        return fit


class ChoiceFilter(ValueFilter):
    """Yes or no, or one of the options of the field; the case of letters does not matter."""

    def compared(self, sign: str, operand: Operand) -> Node:
        if operand.wild:
            raise errors.only_for_text(operand.span, "a wildcard")
        if sign not in ("=", "<>"):
            raise errors.no_order(operand.span, self.target.type)
        return call(FUNCTIONS[sign], self.field, self._chosen(operand))

    def _chosen(self, operand: Operand) -> Literal:
        text = operand.text.strip().casefold()
        if self.target.type == BOOLEAN:
            if text not in _TRUTH:
                raise errors.mismatch(operand.span, BOOLEAN, operand.text)
            return Literal(_TRUTH[text], BOOLEAN)
        option = next((option for option in self.target.options if option.casefold() == text), None)
        if option is None:
            raise errors.not_an_option(operand.span, operand.text, self.target.options)
        return Literal(option, STRING)
