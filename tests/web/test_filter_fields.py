"""The fields that the filter editor of the web application offers are those of the CRM.

python -m tests.web.test_filter_fields        writes them anew
"""

from __future__ import annotations

import json
from pathlib import Path

from parcours.contacts.selection.subtables import SUB_TABLES, Field

WEB = Path(__file__).resolve().parents[2] / "web" / "src" / "components" / "crm"
FILE = WEB / "filters" / "model" / "fields.json"


def _kind(field: Field) -> str:
    if field.options:
        return "choice"
    plain = {"boolean": "flag", "integer": "number", "decimal": "number", "dateOnly": "date"}
    return plain.get(str(field.type), "code" if field.code else "text")


def fields() -> dict[str, object]:
    """The sub-tables with their fields, as the application reads them."""
    return {
        table.name: {
            "offered": list(table.offered),
            "fields": {
                name: {"kind": _kind(field), **({"options": list(field.options)} if field.options else {})}
                for name, field in table.fields.items()
            },
        }
        for table in SUB_TABLES.values()
    }


def test_the_fields_of_the_filter_editor_are_those_of_the_sub_tables() -> None:
    assert json.loads(FILE.read_text()) == fields(), "write them anew: python -m tests.web.test_filter_fields"


def test_every_field_and_choice_has_a_name_in_both_languages() -> None:
    for language in ("en", "fr"):
        words = json.loads((WEB / "words" / f"{language}.json").read_text())
        for name, table in fields().items():
            assert name in words["table"], (language, name)
            for field, about in table["fields"].items():  # type: ignore[index]
                assert field in words["field"], (language, name, field)
                for option in about.get("options", ()):
                    assert option in words["choice"], (language, field, option)


if __name__ == "__main__":
    FILE.write_text(json.dumps(fields(), indent=1) + "\n")
