"""How-to: the conditions of other products as rules."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from parcours.core.errors import DefinitionError, RuleError
from parcours.language.frontends import print_in, read_rule
from parcours.language.tree import Node
from tools.reference.example_schema import SHOP
from tools.reference.written import code, tree

FILE = Path(__file__).parent / "pages/conditions.yaml"
SEGMENTS = ("gold", "silver")
LANGUAGES = ("pql", "journey")
NAMES = {"pql": "PQL", "journey": "journey"}
INTRODUCTION = """\
# From a Segment, Braze, Customer.io or Mautic condition to a rule

The operators of four products, and the rule that asks the same here: as a [rule tree](../reference/rule-tree.md), and
where these can say it in [PQL](../reference/pql.md) and as a [journey expression](../reference/journey.md). Every rule
of this page is read by the tests, and those that stand together are compared on generated profiles: they keep the same.

Take from each cell what you like best: `rule: {…}`, `rule: {pql: …}` or `rule: {journey: …}`. Attributes and events are
those of a shop: `purchase` with `total`, `store` and `items`, `visit` with `page`, `mailing`, `message_opened` and
`message_clicked` with `campaign`, `session` with `app`. Yours have other names, and become known with the first data
that holds them.

Three things to know beforehand:

- A missing value is never equal to, larger or smaller than anything, and `not` of that is true.
- A day in `in_last` has 24 hours and the window moves with the clock: memberships end at the exact instant. Calendar
  days are `this: day`, `last_units: {unit: day, count: 7}`, with a `zone` if need be.
- What is compared without regard to case says `ignore_case: true`.
"""


@dataclass(frozen=True)
class Condition:
    """One operator: how its product calls it, the rule tree, the texts that say the same, a remark."""

    product: str
    group: str
    says: str
    tree: Mapping[str, Any]
    texts: Mapping[str, str]
    note: str = ""

    def __str__(self) -> str:
        return f"{self.product}: {self.says}"

    def node(self, language: str | None = None) -> Node:
        """The rule as it is read in a language (default: the rule tree)."""
        return read_rule(self.texts[language] if language else self.tree, SHOP, SEGMENTS, language=language)


@functools.cache
def products() -> tuple[dict[str, Any], ...]:
    # Dates stay texts, as in definition files.
    return tuple(json.loads(json.dumps(yaml.safe_load(FILE.read_text()), default=_iso)))


def _iso(value: Any) -> str:
    return str(value.isoformat()).replace("+00:00", "Z")


@functools.cache
def conditions() -> tuple[Condition, ...]:
    return tuple(
        Condition(product["product"], group["title"], one["says"], one["tree"], _texts(one), one.get("note", ""))
        for product in products()
        for group in product["groups"]
        for one in group["conditions"]
    )


def _texts(one: Mapping[str, Any]) -> dict[str, str]:
    node = read_rule(one["tree"], SHOP, SEGMENTS)
    written = {language: one.get(language) or _printed(node, language) for language in LANGUAGES}
    return {language: " ".join(text.split()) for language, text in written.items() if text is not None}


def _printed(node: Node, language: str) -> str | None:
    try:
        return str(print_in(node, language))
    except (DefinitionError, RuleError):
        return None


def page() -> str:
    return "\n".join([INTRODUCTION, *(line for product in products() for line in _product(product))])


def _product(product: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {product['product']}\n\n{product['prose'].strip()}\n"
    for group in product["groups"]:
        yield f"### {product['product']}: {group['title'][0].lower()}{group['title'][1:]}\n"
        yield "| condition | rule |\n|---|---|"
        for one in conditions():
            if (one.product, one.group) == (product["product"], group["title"]):
                yield f"| {one.says}{f' ({one.note})' if one.note else ''} | {_cell(one)} |"
        yield ""
    yield f"Not to be had: {' '.join(product['missing'])}\n"


def _cell(one: Condition) -> str:
    texts = [f"{NAMES[language]}: {code(text)}" for language, text in one.texts.items()]
    return "<br>".join([code(tree(one.tree)), *texts])


def pages() -> Mapping[str, str]:
    return {"../how-to/from-another-product.md": page()}
