"""What is asked: questionnaires, their lines and the points of ratings (contact-segments.md, 19.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parcours.contacts.office import Desk, Row
from parcours.contacts.people.fields import checked
from parcours.contacts.people.questionnaires import rating_order, structure
from parcours.contacts.people.questionnaires.structure import LINES, QUESTIONNAIRES
from parcours.contacts.tables import contacts, setup
from parcours.core.errors import DefinitionError, InputError, Refused, nearest
from parcours.language.filters.formulas import parse_formula

ANSWERS, RATINGS = contacts.profile_answers, contacts.ratings
#: What a question takes its value from; it has one of the three.
SOURCES = ("customer_field", "vendor_field", "contact_field")
METHODS = ("", "defined_value", "percentage_of_value", "percentage_of_contacts")
_TRADE = ("invoices_per_year", "average_invoice", "discount_pct", "average_days_overdue")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "type": ("question", "answer"),
    "customer_field": ("", "sales", "profit", *_TRADE),
    "vendor_field": ("", "purchases", *_TRADE),
    "contact_field": (
        "", "number_of_interactions", "interactions_per_year", "average_cost", "average_duration",
        "opportunities_won_pct", "rating",
    ),
    "method": METHODS,
    "sorting": ("", "ascending", "descending"),
}  # fmt: skip
#: Fields that only questions, or only answers have.
OF_QUESTIONS = ("multiple_answers", "auto", *SOURCES, "method", "sorting", "start", "end", "decimals",
                "min_pct_answered")  # fmt: skip
OF_ANSWERS = ("priority", "from", "to")


def put(desk: Desk, code: str, **values: Any) -> Row:
    """Make or change a questionnaire: ``description``, ``contact_type``, ``business_relation_code``, ``priority``.

    Raises:
        InputError: ``code-required``, or a value that a field does not take.
        UnknownNameError: there is no such business relation.
    """
    given = checked(QUESTIONNAIRES, {"code": code, **values})
    if not given["code"]:
        raise InputError("a questionnaire needs a code", code="code-required")
    relation = given.get("business_relation_code")
    if relation:
        desk.get(setup.codes, ("business_relation", relation), "a business relation")
    desk.describe("questionnaire", given["code"])
    if desk.find(QUESTIONNAIRES, given["code"]) is None:
        return desk.add(QUESTIONNAIRES, **given)
    return desk.change(QUESTIONNAIRES, given.pop("code"), **given)


def put_line(desk: Desk, code: str, line_no: int, **values: Any) -> Row:
    """Make or change a line. A new one has a ``type``; fields that are not named stay, or are blank.

    Naming one of the three sources clears the others; a method of percentages sorts descending unless it says
    otherwise; a rating uses defined values.

    Raises:
        UnknownNameError: there is no such questionnaire.
        InputError: a value that a field does not take, a broken date formula.
        Refused: ``line-carries-values``, the type cannot change; ``line-answered``; ``field-of-other-type``;
            ``answer-range``, from lies above to.
    """
    head = structure.get(desk, code)
    before = desk.first(LINES, questionnaire_code=head["code"], line_no=line_no)
    given = _checked_line(values)
    if before is None and "type" not in given:
        raise InputError("a new line is a question or an answer", code="type-required", where="type")
    after = {**(before or {}), **given}
    if before is not None and before["type"] != after["type"]:
        _may_change_type(desk, before)
    given |= _follow(after, given)
    _check_line({**after, **given})
    desk.describe("questionnaire", head["code"], f"line {line_no}")
    if before is None:
        return desk.add(LINES, questionnaire_code=head["code"], line_no=line_no, **given)
    return desk.change(LINES, before["id"], **given)


def _checked_line(values: Mapping[str, Any]) -> Row:
    given = checked(LINES, {name: value for name, value in values.items() if name != "type"})
    if "type" in values:
        given["type"] = values["type"]
    for name in ("start", "end"):
        if given.get(name):
            given[name] = given[name].upper()
            _check_formula(name, given[name])
    for name, choices in CHOICES.items():
        if name in given and given[name] not in choices:
            raise InputError(
                f"{name} cannot be {given[name]!r}", code="bad-choice", where=name, hint=nearest(given[name], choices)
            )
    return given


def _check_formula(name: str, text: str) -> None:
    try:
        parse_formula(text)
    except DefinitionError as error:
        message = error.problems[0].message if error.problems else error.message
        raise InputError(message, code="bad-formula", where=name, hint="for example -1Y or CM+10D") from None


def _follow(after: Row, given: Row) -> Row:
    """What follows from setting these fields."""
    follows: Row = {}
    named = [name for name in SOURCES if given.get(name)]
    if len(named) > 1:
        raise InputError(f"a question has one source, not {' and '.join(named)}", code="two-sources")
    if named:
        follows = dict.fromkeys((name for name in SOURCES if name != named[0]), "")
    if given.get("contact_field") == "rating":
        follows["method"] = "defined_value"
    method = {**given, **follows}.get("method", "")
    if method.startswith("percentage") and "sorting" not in given and not after.get("sorting"):
        follows["sorting"] = "descending"
    return follows


def _check_line(row: Row) -> None:
    foreign = OF_ANSWERS if row["type"] == "question" else OF_QUESTIONS
    carried = [name for name in foreign if row.get(name)]
    if carried:
        raise Refused(f"a {row['type']} has no {carried[0]}", code="field-of-other-type", where=carried[0])
    if row.get("from", 0) > row.get("to", 0) != 0:
        raise Refused(f"from {row['from']:g} lies above to {row['to']:g}", code="answer-range", where="from")
    if not 0 <= row.get("min_pct_answered", 0) <= 100:
        raise InputError("min_pct_answered lies between 0 and 100", code="bad-value", where="min_pct_answered")
    if not 0 <= row.get("decimals", 0) <= 6:
        raise InputError("decimals lie between 0 and 6", code="bad-value", where="decimals")


def _may_change_type(desk: Desk, before: Row) -> None:
    own = OF_QUESTIONS if before["type"] == "question" else OF_ANSWERS
    carried = [name for name in own if before[name]]
    if carried:
        raise Refused(f"the line carries {carried[0]}", code="line-carries-values", hint="make it blank first")
    _unused(desk, before)


def delete_line(desk: Desk, code: str, line_no: int) -> None:
    """Delete a line.

    Raises:
        UnknownNameError: there is no such questionnaire or line.
        Refused: ``line-answered``, contacts have given the answer; ``line-in-rating``, a rating gives points for it;
            ``question-has-answers``, answers would be left below.
    """
    row = structure.line(desk, code, line_no)
    _unused(desk, row)
    desk.remove_many(RATINGS, questionnaire_code=row["questionnaire_code"], question=line_no)
    desk.remove(LINES, row["id"])
    desk.describe("questionnaire", row["questionnaire_code"], f"no line {line_no}")


def _unused(desk: Desk, row: Row) -> None:
    code, line_no = row["questionnaire_code"], row["line_no"]
    if row["type"] == "question":
        own = [one for one in structure.questions(desk, code) if one.row["line_no"] == line_no]
        if own and own[0].answers:
            raise Refused(f"question {line_no} of {code} still has answers", code="question-has-answers")
        return
    count = desk.count(ANSWERS, questionnaire_code=code, line_no=line_no)
    if count:
        raise Refused(f"{count} contacts have given the answer {line_no} of {code}", code="line-answered")
    if desk.count(RATINGS, answer_questionnaire_code=code, answer=line_no):
        raise Refused(f"a rating gives points for the answer {line_no} of {code}", code="line-in-rating")


def delete(desk: Desk, code: str) -> None:
    """Delete a questionnaire with its lines.

    Raises:
        UnknownNameError: there is none.
        Refused: ``line-answered``, or ``line-in-rating`` by another questionnaire.
    """
    head = structure.get(desk, code)
    count = desk.count(ANSWERS, questionnaire_code=head["code"])
    if count:
        raise Refused(f"contacts have given {count} answers to {head['code']}", code="line-answered")
    desk.remove_many(RATINGS, questionnaire_code=head["code"])
    if desk.count(RATINGS, answer_questionnaire_code=head["code"]):
        raise Refused(f"a rating gives points for answers of {head['code']}", code="line-in-rating")
    desk.remove_many(LINES, questionnaire_code=head["code"])
    desk.remove(QUESTIONNAIRES, head["code"])
    desk.describe("questionnaire", head["code"])


def put_points(
    desk: Desk, code: str, question: int, answer: int, points: float, *, answer_questionnaire: str = ""
) -> Row:
    """Say how many points an answer, of this or another questionnaire, gives to a rating; they may be negative.

    Raises:
        UnknownNameError: there is no such questionnaire or line.
        Refused: ``not-a-rating``; ``not-an-answer``; ``rating-loop``, the rating would build on itself.
    """
    row = structure.line(desk, code, question)
    if row["type"] != "question" or row["contact_field"] != "rating":
        raise Refused(f"line {question} of {row['questionnaire_code']} is no rating", code="not-a-rating")
    _, given = structure.answered(desk, answer_questionnaire or row["questionnaire_code"], answer)
    key = {
        "questionnaire_code": row["questionnaire_code"],
        "question": question,
        "answer_questionnaire_code": given["questionnaire_code"],
        "answer": answer,
    }
    desk.describe("questionnaire", row["questionnaire_code"], f"points of {question}")
    found = desk.first(RATINGS, **key)
    if found is not None:
        return desk.change(RATINGS, found["id"], points=points)
    made = desk.add(RATINGS, **key, points=points)
    rating_order.ordered(structure.questions(desk), desk.rows(RATINGS))
    return made


def remove_points(desk: Desk, code: str, question: int, answer: int, *, answer_questionnaire: str = "") -> bool:
    """An answer gives no points any more. Returns ``False`` when it gave none."""
    code = structure.get(desk, code)["code"]
    other = (answer_questionnaire or code).strip().upper()
    found = desk.first(
        RATINGS, questionnaire_code=code, question=question, answer_questionnaire_code=other, answer=answer
    )
    if found is None:
        return False
    desk.remove(RATINGS, found["id"])
    desk.describe("questionnaire", code, f"points of {question}")
    return True
