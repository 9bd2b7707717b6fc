"""Choice of the channel against the ranking walked through for each person."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.flow.journeys.activities.base import Moves
from parcours.flow.journeys.activities.choose_channel import ChooseChannel, Messages
from parcours.flow.journeys.activities.email import Email
from parcours.flow.journeys.activities.push import Push
from parcours.flow.journeys.activities.sms import Sms
from parcours.flow.journeys.contents import Contents
from tests.flow.journeys.activities.fakes import problems, runs

MAIL = Email(to="{{ profile.email }}", subject="s", body="{{ profile.size }}")
TEXT = Sms(to="{{ profile.phone }}", text="{{ values.code }}", values={"code": {"journey": "…"}})
PUSH = Push(to={"journey": "…"}, text="p")


def made(*ranking: str, **messages: Any) -> ChooseChannel:
    return ChooseChannel(ranking=ranking, messages=Messages(**messages))  # type: ignore[arg-type]


ALL = made("push", "email", "sms", push=PUSH, email=MAIL, sms=TEXT)


def sent(moves: Moves) -> dict[int, tuple[str, dict[str, Any]]]:
    """By position of the run, the channel and the contents of what it gets."""
    found = {}
    for parcel in moves.parcels:
        contents = Contents.together([parcel.contents])["content"].to_list()
        for row, content in zip(parcel.sends.nonzero()[0].tolist(), contents, strict=True):
            assert row not in found
            found[row] = (parcel.channel, json.loads(content))
    return found


person = st.fixed_dictionaries(
    {
        "email": st.sampled_from([None, "a@b.c"]),
        "phone": st.sampled_from([None, "", "+1"]),
        "token": st.sampled_from([None, "t"]),
        "declined": st.sets(st.sampled_from(["push", "email", "sms"])),
    }
)


@given(st.lists(person, min_size=1, max_size=8))
def test_each_person_gets_the_first_message_that_is_accepted(people: list[dict[str, Any]]) -> None:
    table = pl.DataFrame(
        {
            "email": pl.Series([one["email"] for one in people], dtype=pl.String),
            "phone": pl.Series([one["phone"] for one in people], dtype=pl.String),
            "size": range(len(people)),
        }
    )
    values = {
        "messages.push.to": pl.Series([one["token"] for one in people], dtype=pl.String),
        "messages.sms.values.code": pl.Series([f"c{row}" for row in range(len(people))]),
    }
    declined = {channel: [channel in one["declined"] for one in people] for channel in ("push", "email", "sms")}
    moves = ALL.step(runs(*["2026-03-02T09:00:00Z"] * len(people), table=table, values=values, declined=declined))
    found, address = sent(moves), {"push": "token", "email": "email", "sms": "phone"}
    assert set(moves.edge.tolist()) == {0}
    assert moves.detail is not None
    for row, one in enumerate(people):
        open_ = [channel for channel in ALL.ranking if one[address[channel]] and channel not in one["declined"]]
        assert found.get(row, (None,))[0] == (open_[0] if open_ else None)
        assert moves.detail[row] == (open_[0] if open_ else "no_channel")
    for row, (channel, content) in found.items():
        expected = {
            "push": {"computed": {"to": people[row]["token"]}},
            "email": {"profile": {"email": people[row]["email"], "size": row}},
            "sms": {"profile": {"phone": people[row]["phone"]}, "values": {"code": f"c{row}"}},
        }
        assert content == expected[channel]


def test_templates_stand_under_their_channel_and_needs_are_those_of_all() -> None:
    assert ALL.templates() == {
        "channel": "",
        "email.to": "{{ profile.email }}",
        "email.subject": "s",
        "email.body": "{{ profile.size }}",
        "sms.to": "{{ profile.phone }}",
        "sms.text": "{{ values.code }}",
        "push.to": '{{ computed["to"] }}',
        "push.text": "p",
    }
    assert ALL.needs().attributes == {"email", "size", "phone"}
    assert [rule.setting for rule in ALL.rules()] == ["messages.sms.values.code", "messages.push.to"]
    assert ALL.pressed() == ("", (), False)


@pytest.mark.parametrize(
    ("activity", "expected"),
    [
        (ALL, []),
        (made(), [("missing-setting", "ranking")]),
        (made("email", "sms", email=MAIL), [("missing-setting", "messages.sms")]),
        (made("email", email=MAIL, sms=TEXT), [("bad-setting", "messages.sms")]),
        (made("email", "email", email=MAIL), [("bad-setting", "ranking")]),
        (
            made("sms", sms=Sms(to="{{ profile.fone }}", text="t", then="a")),
            [("bad-setting", "messages.sms.then"), ("unknown-name", "messages.sms.to")],
        ),
    ],
)
def test_what_is_wrong(activity: ChooseChannel, expected: list[tuple[str, str]]) -> None:
    assert problems(activity) == expected
