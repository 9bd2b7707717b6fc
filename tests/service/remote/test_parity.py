"""Every public method and value of the workspace and its rooms, here and there: the same results, the same errors."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from parcours.core.errors import ParcoursError
from parcours.service.remote.permitted import scope_of
from parcours.service.remote.rooms import HOLDER, OWN, Member, all_members, members_of
from parcours.service.remote.shapes import is_room
from parcours.service.remote.workspace import Far
from parcours.service.workspace import Workspace
from tests.service.remote.samples import same

RULE = {"attribute": "age", "at_least": 30}
DRAFT = {
    "journey": "draft",
    "entry": {"event": "purchase"},
    "start": "mail",
    "activities": {
        "mail": {"type": "email", "to": "{{ profile.email }}", "subject": "Hello", "body": "Hello", "then": "end"},
        "end": {"type": "end"},
    },
}
SEGMENT = {"segment": "thirty", "rule": RULE}
EVENTS = pl.DataFrame(
    {"profile_id": ["p1"], "event_id": ["new"], "time": [datetime(2024, 6, 30, 23, tzinfo=UTC)], "total": [9.5]}
)
#: What arguments are, by their names; all others have what is made of their type.
ARGUMENTS: dict[str, Any] = {
    "segment": "big",
    "journey": "hello",
    "profile": "p1",
    "profiles": ("p2",),
    "query": "SELECT * FROM profiles ORDER BY _profile",
    "definition": RULE,
    "definitions": [SEGMENT],
    "path": SEGMENT,
    "draft": DRAFT,
    "rule": RULE,
    "when": RULE,
    "to": "pql",
    "document": {},
    "shape": DRAFT,
    "delete": ["e1"],
    "event": "purchase",
    "sources": (
        pl.DataFrame({"profile_id": ["p1"], "event_id": ["new"], "time": [datetime(2024, 6, 30, 23, tzinfo=UTC)]}),
    ),
    "content": b"No.,Name\nC1,Alpha\n",
    "tables": {"contacts": [{"no": "C1", "type": "company", "name": "Alpha"}]},
    "no": "C1",
    "contact": "C1",
    "kind": "territory",
    "old": 1,
    "new": 1,
}
BY_TYPE: dict[str, Any] = {"str": "x", "int": 1, "float": 1.5, "bool": True, "bytes": b"x", "object": {}, "Any": "x"}
#: Rooms that give out secrets and numbers by chance: only what kind of thing comes back is compared.
BY_CHANCE = ("access", "hooks", "sources")
#: Values that differ because the folders do, or because time has passed.
DIFFERENT = ("folder", "seconds")
#: What is taken out of the other one's hands: the live loop has a test of its own.
LEFT_OUT = HOLDER | OWN


def order(found: tuple[str, Member]) -> tuple[bool, bool, str]:
    """What reads comes first, what ends something last."""
    name = found[0]
    ends = any(word in name for word in ("delete", "erase", "stop", "remove", "correct", "close"))
    return not scope_of(name).endswith(":read"), ends, name


def names() -> Iterator[tuple[str, Member]]:
    for name, member in sorted(all_members(), key=order):
        if name not in LEFT_OUT and name != "crm.acting":
            yield name, member


def outcome(workspace: Workspace, name: str, member: Member) -> Any:
    room: Any = workspace
    for part in name.split(".")[:-1]:
        room = getattr(room, part)
    try:
        if member.how == "value":
            return getattr(room, member.name)
        args, named = arguments(member)
        return getattr(room, member.name)(*args, **named)
    except Exception as error:
        return error


def arguments(member: Member) -> tuple[list[Any], dict[str, Any]]:
    """What a method must be given."""
    assert member.function is not None
    args: list[Any] = []
    named: dict[str, Any] = {}
    for each in list(inspect.signature(member.function).parameters.values())[1:]:
        value = ARGUMENTS.get(each.name, BY_TYPE.get(str(each.annotation).partition(" ")[0], "x"))
        if each.kind is each.VAR_POSITIONAL:
            args += value
        elif each.default is each.empty and each.kind is not each.VAR_KEYWORD:
            if each.kind is each.KEYWORD_ONLY:
                named[each.name] = value
            else:
                args.append(value)
    return args, named


def compared(value: Any) -> Any:
    """A value without what differs by chance."""
    if isinstance(value, ParcoursError):
        return type(value), str(value), value.code
    if isinstance(value, Exception):
        return type(value)
    if is_room(type(value)) or isinstance(value, Far):
        return type(value).__bases__[-1] if isinstance(value, Far) else type(value)
    if is_dataclass(value) and not isinstance(value, type):
        held = {each.name: compared(getattr(value, each.name)) for each in fields(value) if each.name not in DIFFERENT}
        return type(value).__name__, held
    if isinstance(value, dict):
        return {compared(key): compared(each) for key, each in value.items() if key not in DIFFERENT}
    if isinstance(value, str):
        return value if isinstance(value, Enum) else str(value)  # names of columns have a class of their own
    if isinstance(value, pl.DataFrame) and pl.Object in value.dtypes:
        return value.schema, value.rows()
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(map(compared, value))
    return value


def test_everything_gives_the_same_here_and_there(pair: tuple[Workspace, Workspace]) -> None:
    near, far = pair
    different, errors = [], []
    for name, member in names():
        here, there = outcome(near, name, member), outcome(far, name, member)
        if name.split(".")[0] in BY_CHANCE:
            equal = type(compared(here)) is type(compared(there))
        else:
            equal = name in DIFFERENT or same(compared(here), compared(there))
        if not equal:
            different.append(f"{name}:\n  here  {here!r}\n  there {there!r}")
        if isinstance(here, Exception):
            errors.append(name)
    assert not different, "\n".join(different)
    assert len(errors) < len(list(names())) * 0.6, errors  # most of them do something


def test_a_far_workspace_has_the_names_and_documentation_of_the_near_one(pair: tuple[Workspace, Workspace]) -> None:
    _, far = pair
    assert isinstance(far, Workspace)
    assert type(far).__doc__ == Workspace.__doc__
    for name, member in all_members():
        room: Any = far
        for part in name.split(".")[:-1]:
            room = getattr(room, part)
        found = inspect.getattr_static(type(room), member.name)
        if member.function is not None:
            assert (found.__doc__ or "") == (member.function.__doc__ or "") or name in HOLDER | OWN
        if member.how == "method" and name not in HOLDER | OWN:
            assert inspect.signature(found) == inspect.signature(member.function)
    with suppress(AttributeError):
        pytest.fail(f"{far._parts} is there")


def test_no_attribute_of_a_workspace_is_forgotten(pair: tuple[Workspace, Workspace]) -> None:
    """Rooms and values that stand in objects only have to be declared in the class."""
    near, _ = pair
    public = {name for name in vars(near) if not name.startswith("_")}
    assert public <= set(members_of(Workspace))


def test_a_value_of_its_own_class_can_be_given_back(pair: tuple[Workspace, Workspace]) -> None:
    for workspace in pair:
        definition, _ = workspace.journeys.draft(DRAFT)
        first = workspace.journeys.backtest(definition)
        both = workspace.journeys.backtest(DRAFT, against=definition)
        assert first.entered == both.first.entered == both.second.entered > 0  # type: ignore[union-attr]


def test_files_are_read_where_the_caller_is(
    pair: tuple[Workspace, Workspace], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.csv").write_text("customer;age\np1;31\np2;young\n")
    (tmp_path / "map.toml").write_text('profile = "customer"\n[types]\nage = "integer"\n')
    folder = tmp_path / "defs"
    folder.mkdir()
    (folder / "a.yaml").write_text("segment: a\nrule: {attribute: agee, at_least: 3}\n")
    (folder / "b.yaml").write_text("segment: b\nrule: {attribute: age, at_least: 3\n")
    told = []
    for workspace in pair:
        here: list[Any] = [workspace.import_profiles("people.csv", mapping="map.toml", delimiter=";")]
        for wrong in ("defs", folder, "defs/nowhere.yaml", "defs/b.yaml", "empty"):
            (tmp_path / "empty").mkdir(exist_ok=True)
            with pytest.raises(ParcoursError) as error:
                workspace.check(wrong)
            here.append(error.value.to_json())
        (folder / "good.yaml").write_text("segment: good\nrule: {attribute: age, at_least: 3}\n")
        here.append([(one.id, one.action) for one in workspace.apply(Path("defs") / "good.yaml")])
        here.append(workspace.export_segment("good", tmp_path / "out.csv"))
        here.append((tmp_path / "out.csv").read_text())
        (tmp_path / "out.csv").unlink()
        told.append(here)
    assert same(*map(compared, told))
    assert "defs/b.yaml:" in str(told[1])
    assert str(tmp_path / "defs" / "b.yaml") in str(told[1])
