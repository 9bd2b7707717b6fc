"""Whether a description of the API still does what an older one promised: what clients of the older one would miss.

``python -m tools.compatibility OLD.json [NEW.json]`` names every breaking change and ends with 1 when there is one.
Without NEW it is ``docs/reference/openapi.json``. What counts: an operation, a field of an answer, or a value that
could be sent is gone; something new must be sent; a type is another one; an answer has a value that nobody knew.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).resolve().parent.parent
#: What was promised last.
BASELINE = ROOT / "tests/service/api/openapi-baseline.json"
CURRENT = ROOT / "docs/reference/openapi.json"
Way = Literal["asked", "given"]
Shape = Mapping[str, Any]


def breaking(old: Shape, new: Shape) -> list[str]:
    """What clients of the old description would miss in the new one, in words."""
    return list(dict.fromkeys(_Comparison(old, new).paths()))


class _Comparison:
    """Two descriptions side by side."""

    def __init__(self, old: Shape, new: Shape) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[str, str, str]] = set()

    def paths(self) -> Iterator[str]:
        for path, verbs in self._old["paths"].items():
            for verb, operation in verbs.items():
                name = f"{verb.upper()} {path}"
                other = self._new["paths"].get(path, {}).get(verb)
                if other is None:
                    yield f"{name}: is gone"
                    continue
                yield from self._parameters(name, operation, other)
                yield from self._bodies(name, operation, other)
                yield from self._answers(name, operation, other)

    def _parameters(self, name: str, old: Shape, new: Shape) -> Iterator[str]:
        before, after = _by_name(self._old, old), _by_name(self._new, new)
        for key in before.keys() - after.keys():
            yield f"{name}: the parameter {key[1]} is gone"
        for key, parameter in after.items():
            if key not in before and parameter.get("required"):
                yield f"{name}: the parameter {key[1]} must be sent"
            elif key in before:
                if parameter.get("required") and not before[key].get("required"):
                    yield f"{name}: the parameter {key[1]} must be sent"
                yield from self._schemas(f"{name}: {key[1]}", before[key]["schema"], parameter["schema"], "asked")

    def _bodies(self, name: str, old: Shape, new: Shape) -> Iterator[str]:
        before, after = (each.get("requestBody", {}) for each in (old, new))
        if before and not after:
            yield f"{name}: takes no body any more"
        if after.get("required") and not before.get("required"):
            yield f"{name}: a body must be sent"
        for kind, content in before.get("content", {}).items():
            other = after.get("content", {}).get(kind)
            if other is None and after:
                yield f"{name}: takes no {kind} any more"
            elif other is not None:
                yield from self._schemas(f"{name}: body", content.get("schema", {}), other.get("schema", {}), "asked")

    def _answers(self, name: str, old: Shape, new: Shape) -> Iterator[str]:
        for status, answer in old["responses"].items():
            other = new["responses"].get(status)
            if other is None and status.startswith("2"):
                yield f"{name}: does not answer {status} any more"
            if other is None:
                continue
            given, after = _resolved(self._old, answer), _resolved(self._new, other)
            for kind, content in given.get("content", {}).items():
                follows = after.get("content", {}).get(kind)
                if follows is None:
                    yield f"{name}: does not give {kind} any more"
                else:
                    yield from self._schemas(
                        f"{name}: answer {status}", content.get("schema", {}), follows.get("schema", {}), "given"
                    )

    # --- schemas -----------------------------------------------------------------------------------------

    def _schemas(self, place: str, old: Shape, new: Shape, way: Way) -> Iterator[str]:
        names = (str(old.get("$ref", "")), str(new.get("$ref", "")), way)
        if names[0]:
            if names in self._seen:
                return
            self._seen.add(names)
        old, new = _resolved(self._old, old), _resolved(self._new, new)
        if way == "given" and not old:
            return  # nothing was promised
        if way == "asked" and not new:
            return  # anything is taken
        yield from self._values(place, old, new, way)
        kinds, others = (set(_kinds(each)) for each in (old, new))
        lost = kinds - others if way == "asked" else others - kinds
        if lost and kinds and others:
            yield f"{place}: is {_listed(others)}, and was {_listed(kinds)}"
            return
        yield from self._objects(place, _part(old, "properties"), _part(new, "properties"), way)
        for word in ("items", "additionalProperties"):
            before, after = _part(old, word).get(word), _part(new, word).get(word)
            if isinstance(before, Mapping) and isinstance(after, Mapping):
                yield from self._schemas(f"{place}[]", before, after, way)

    def _values(self, place: str, old: Shape, new: Shape, way: Way) -> Iterator[str]:
        before, after = (_part(each, "enum").get("enum") for each in (old, new))
        if before is None or after is None:
            if way == "asked" and before is None and after is not None and old:
                yield f"{place}: takes only {_listed(after)} now"
            return
        changed = [value for value in (before if way == "asked" else after)
                   if value not in (after if way == "asked" else before)]  # fmt: skip
        if changed:
            yield f"{place}: {'does not take' if way == 'asked' else 'may give'} {_listed(changed)}"

    def _objects(self, place: str, old: Shape, new: Shape, way: Way) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        closed = new.get("additionalProperties") is False
        for field in before.keys() - after.keys():
            if after and (way == "given" or closed):
                yield f"{place}.{field}: is gone"
        if way == "asked":
            for field in set(new.get("required", ())) - set(old.get("required", ())):
                yield f"{place}.{field}: must be sent"
        else:
            for field in (set(old.get("required", ())) - set(new.get("required", ()))) & after.keys():
                yield f"{place}.{field}: may be missing"
        for field in before.keys() & after.keys():
            yield from self._schemas(f"{place}.{field}", before[field], after[field], way)


def _resolved(document: Shape, shape: Shape) -> Shape:
    while "$ref" in shape:
        found: Any = document
        for part in shape["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        shape = found
    return shape


def _by_name(document: Shape, operation: Shape) -> dict[tuple[str, str], Shape]:
    found = (_resolved(document, each) for each in operation.get("parameters", ()))
    return {(each["in"], each["name"]): each for each in found}


def _alternatives(shape: Shape) -> list[Shape]:
    return list(shape.get("anyOf") or shape.get("oneOf") or [shape])


def _part(shape: Shape, word: str) -> Shape:
    """The alternative that says this, of several."""
    return next((each for each in _alternatives(shape) if word in each), {})


def _kinds(shape: Shape) -> Iterator[str]:
    for each in _alternatives(shape):
        if "type" in each:
            yield str(each["type"])
        elif "$ref" in each:
            yield "object"
        elif "enum" not in each:
            return


def _listed(values: Any) -> str:
    return ", ".join(sorted(map(str, values)))


def main() -> int:
    places = [Path(word) for word in sys.argv[1:]] or [BASELINE]
    old, new = places[0], places[1] if len(places) > 1 else CURRENT
    found = breaking(json.loads(old.read_text()), json.loads(new.read_text()))
    print("\n".join(found) or "nothing that was promised is gone")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
