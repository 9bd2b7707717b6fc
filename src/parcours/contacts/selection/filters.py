"""Filters of a selection: expressions by sub-table and field, groups of them, a rule; reading and checking them
(contact-segments.md, sections 7.2 and 13).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from parcours.contacts.office import Desk
from parcours.contacts.office.setup import get
from parcours.contacts.selection.subtables import SUB_TABLES, Field, SubTable, sub_table
from parcours.contacts.tables import setup
from parcours.core.errors import DefinitionError, ParcoursError, RuleError, UnknownNameError, nearest
from parcours.language.filters.context import Context
from parcours.language.filters.fields import Target
from parcours.language.filters.read import read
from parcours.language.tree import Attribute, Node

ANY_OF, NONE_OF, RULE = "any_of", "none_of", "rule"
#: How deep groups may be nested.
DEPTH_LIMIT = 16


@dataclass(frozen=True, slots=True)
class Filters:
    """Whom a selection takes: everything given here must hold. Plain data: :meth:`of` and :meth:`to_json`.

    Attributes:
        tables: filter expressions by sub-table and field; those of one sub-table hold for the same row of it.
        any_of: filters of which one at least must hold, when there are any.
        none_of: filters of which none may hold.
        rule: a rule of Parcours in any of its languages, or ``None``.
    """

    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    any_of: tuple[Filters, ...] = ()
    none_of: tuple[Filters, ...] = ()
    rule: Any = None

    @classmethod
    def of(cls, shape: Filters | Mapping[str, Any] | None) -> Filters:
        """The filters of plain data: ``{"contact": {"no": "C1|C2"}, "none_of": [{"mailing_group": {"code": "X"}}]}``.

        Blank expressions, and groups without any filter, restrict nothing and are left out.

        Raises:
            DefinitionError: it is no such data, or a sub-table is unknown; ``problems`` holds every problem.
        """
        if isinstance(shape, Filters):
            return shape
        problems: list[ParcoursError] = []
        made = _shaped({} if shape is None else shape, "filters", problems, 0)
        if problems:
            raise _refused(problems)
        return made

    def to_json(self) -> dict[str, Any]:
        """The plain data again."""
        shape: dict[str, Any] = {name: dict(fields) for name, fields in self.tables.items()}
        for name, groups in ((ANY_OF, self.any_of), (NONE_OF, self.none_of)):
            if groups:
                shape[name] = [group.to_json() for group in groups]
        return shape if self.rule is None else {**shape, RULE: self.rule}

    @property
    def blank(self) -> bool:
        """Whether nothing is restricted: every contact matches."""
        return not (self.tables or self.any_of or self.none_of or self.rule is not None)


Shape: TypeAlias = Filters | Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Test:
    """A typed condition on a field; the only leaf of ``node`` is an attribute named as the column."""

    field: Field
    node: Node


@dataclass(frozen=True, slots=True)
class Conditions:
    """Filters as typed conditions: by sub-table, and for the groups in turn."""

    tables: Mapping[str, Sequence[Test]]
    any_of: tuple[Conditions, ...]
    none_of: tuple[Conditions, ...]
    rule: Any


def check_filters(desk: Desk, filters: Shape) -> Filters:
    """Whether filters can be accepted; gives them in their neutral form.

    Raises:
        DefinitionError: they cannot; ``problems`` holds every problem, each with its place (``filters.contact.no``)
            and, inside an expression, its span.
    """
    known = Filters.of(filters)
    conditions_of(desk, known)
    return known


def conditions_of(desk: Desk, filters: Filters) -> Conditions:
    """The typed conditions of filters, as of the desk's day and user.

    Raises:
        DefinitionError: as :func:`check_filters`.
    """
    problems: list[ParcoursError] = []
    made = _typed(filters, context_of(desk), "filters", problems)
    if problems:
        raise _refused(problems)
    return made


def context_of(desk: Desk) -> Context:
    """What expressions may speak of at this desk: its days, its user and his lists, how the company writes dates."""
    user = desk.find(setup.users, desk.person.id) if desk.person.id else None
    return Context(
        today=desk.today,
        work_date=desk.work_date,
        now=desk.days.moment,
        user=desk.person.id or None,
        company=get(desk, "company_name") or None,
        lists=(user or {}).get("lists") or {},
        date_order=get(desk, "date_order"),
        fiscal_month=get(desk, "fiscal_month"),
    )


# --- reading plain data ---


def _shaped(shape: object, where: str, problems: list[ParcoursError], depth: int) -> Filters:
    if not isinstance(shape, Mapping):
        problems.append(_not_filters(where, shape))
        return Filters()
    if depth > DEPTH_LIMIT:
        problems.append(RuleError(f"groups are nested more than {DEPTH_LIMIT} deep", code="too-deep", where=where))
        return Filters()
    groups = {name: _groups(shape.get(name), f"{where}.{name}", problems, depth) for name in (ANY_OF, NONE_OF)}
    tables = {
        str(name): _expressions(name, fields, f"{where}.{name}", problems)
        for name, fields in shape.items()
        if name not in (ANY_OF, NONE_OF, RULE)
    }
    filled = {name: fields for name, fields in tables.items() if fields}
    return Filters(filled, groups[ANY_OF], groups[NONE_OF], shape.get(RULE))


def _groups(found: object, where: str, problems: list[ParcoursError], depth: int) -> tuple[Filters, ...]:
    if found is None:
        return ()
    if not isinstance(found, list | tuple):
        problems.append(RuleError(f"expected a list of filters, found {found!r}", code="not-a-list", where=where))
        return ()
    made = [_shaped(each, f"{where}[{place}]", problems, depth + 1) for place, each in enumerate(found)]
    return tuple(each for each in made if not each.blank)


def _expressions(name: object, fields: object, where: str, problems: list[ParcoursError]) -> dict[str, str]:
    if name not in SUB_TABLES:
        problems.append(_placed(_unknown_table(str(name)), where))
        return {}
    if not isinstance(fields, Mapping):
        problems.append(_not_filters(where, fields))
        return {}
    found = {str(key): _text(text, f"{where}.{key}", problems) for key, text in fields.items()}
    return {key: text for key, text in found.items() if text.strip()}


def _text(found: object, where: str, problems: list[ParcoursError]) -> str:
    """The expression; data may hold ``50`` and ``true`` as what they are."""
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, str | int | float):
        return str(found)
    if found is not None:
        problems.append(
            RuleError(f"expected a filter expression, found {found!r}", code="parse.not-a-text", where=where)
        )
    return ""


# --- reading expressions ---


def _typed(filters: Filters, context: Context, where: str, problems: list[ParcoursError]) -> Conditions:
    tables = {
        name: _conditions(sub_table(name), fields, context, f"{where}.{name}", problems)
        for name, fields in filters.tables.items()
    }
    groups = [
        tuple(_typed(each, context, f"{where}.{name}[{place}]", problems) for place, each in enumerate(every))
        for name, every in ((ANY_OF, filters.any_of), (NONE_OF, filters.none_of))
    ]
    return Conditions(tables, groups[0], groups[1], filters.rule)


def _conditions(
    table: SubTable, fields: Mapping[str, str], context: Context, where: str, problems: list[ParcoursError]
) -> tuple[Test, ...]:
    made: dict[str, Test] = {}
    for name, text in fields.items():
        place = f"{where}.{name}"
        try:
            known = table.field(name)
            if known.name in made:
                raise RuleError(f"{known.name} is filtered twice", code="twice", where=place)
            target = Target(Attribute((known.name,), known.type), known.code, known.options)
            made[known.name] = Test(known, read(text, target, context))
        except DefinitionError as error:
            for problem in error.problems or (error,):
                problem.source = text
                problems.append(_placed(problem, place))
    return tuple(made.values())


# --- problems ---


def _refused(problems: list[ParcoursError]) -> DefinitionError:
    first = problems[0]
    return DefinitionError(
        "the filters cannot be accepted", problems=problems, code=first.code, hint=None, span=first.span
    )


def _placed(problem: ParcoursError, where: str) -> ParcoursError:
    if problem.where is None:
        problem.where = where
    return problem


def _unknown_table(name: str) -> UnknownNameError:
    known = (*SUB_TABLES, ANY_OF, NONE_OF, RULE)
    return UnknownNameError(f"there is no sub-table {name!r}", code="unknown-table", hint=nearest(name, known))


def _not_filters(where: str, found: object) -> RuleError:
    return RuleError(
        f"expected filters by sub-table and field, found {found!r}",
        code="not-a-mapping",
        where=where,
        hint='for example: {"contact": {"type": "person"}, "mailing_group": {"code": "NEWS|GIFT"}}',
    )
