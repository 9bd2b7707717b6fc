"""Messages: what is decided, what templates may show, where they go."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from parcours.core.schema import STRING
from parcours.flow.delivery.templates import render_fields
from parcours.flow.journeys.activities.arriving import Needs
from parcours.flow.journeys.activities.base import Activity, Edge, Moves, Names
from parcours.flow.journeys.activities.condition import Condition, Path, Source
from parcours.flow.journeys.activities.email import Email
from parcours.flow.journeys.activities.messages import Message
from parcours.flow.journeys.activities.push import Push
from parcours.flow.journeys.activities.sms import Sms
from parcours.flow.journeys.activities.webhook import Webhook
from parcours.flow.journeys.contents import Contents
from parcours.language.tree import Attribute
from tests.flow.journeys.activities.fakes import ANSWER, NAMES, SCHEMA, Fake, problems, runs

TWO = ("2026-03-02T09:00:00Z", "2026-03-02T09:00:01Z")
TABLE = pl.DataFrame({"email": ["a@example.org", None], "phone": ["+1", "  "], "size": [1, 2]})
MAIL = {"to": "{{ profile.email }}", "subject": "Hello", "body": "{{ profile.size }}"}


def rendered(message: Message, moves: Moves) -> list[dict[str, str]]:
    """The fields of each message as the delivery stage makes them."""
    assert moves.contents is not None
    contents = Contents.together([moves.contents])["content"]
    sources = message.templates()
    return [render_fields(sources, json.loads(text), 0) for text in contents]


def test_an_email_lets_all_go_on_and_holds_what_its_templates_show() -> None:
    mail = Email(**MAIL)
    moves = mail.step(runs(*TWO, table=TABLE))
    assert moves.edge.tolist() == [0, 0]
    assert (moves.channel, moves.sends) == ("email", None)
    assert rendered(mail, moves)[0] == {"to": "a@example.org", "subject": "Hello", "body": "1"}
    assert mail.acts
    assert mail.templates()["channel"] == "email"


def test_expressions_and_values_are_shown() -> None:
    mail = Email(
        to={"journey": "…"},
        subject="{{ values.code }} {{ values.price }} {{ values.place.city }}",
        html="<b>{{ values.code }}</b>",
        values={"code": "<X>", "price": {"journey": "…"}, "place": {"city": "Metz"}},
    )
    assert [(rule.setting, rule.usage) for rule in mail.rules()] == [("to", "text"), ("values.price", "value")]
    found = {"to": pl.Series(["a@b.c", "d@e.f"]), "values.price": pl.Series([1.5, None])}
    moves = mail.step(runs(*TWO, values=found))
    assert rendered(mail, moves) == [
        {"to": "a@b.c", "subject": "<X> 1.5 Metz", "html": "<b>&lt;X&gt;</b>"},
        {"to": "d@e.f", "subject": "<X>  Metz", "html": "<b>&lt;X&gt;</b>"},
    ]


def test_a_typed_tree_may_be_a_field() -> None:
    mail = Email(to=Attribute(("email",), STRING), subject="s", body="b")
    assert [rule.setting for rule in mail.rules()] == ["to"]
    assert mail.templates()["to"] == '{{ computed["to"] }}'
    assert problems(mail) == []


def test_what_templates_need_of_the_run() -> None:
    mail = Email(
        to="{{ profile.email }}",
        subject="{{ event.total }} {{ events.visit.page }} {{ qualification.status }}",
        body="{{ action.call.price.net }} {{ source.weather.temp }} {{ journey.run }} {{ values.x }} {{ now }}",
    )
    given = {("event", "visit", "page"), ("action", "call", "price", "net"), ("source", "weather", "temp")}
    assert mail.needs() == Needs(frozenset({"email"}), frozenset({"total"}), frozenset({"status"}), frozenset(given))


def test_addresses_are_known_where_a_template_shows_nothing_else() -> None:
    arrivals = runs(*TWO, table=TABLE)

    def addresses(message: Message, where: Fake = arrivals) -> list[str | None] | None:
        found = message.addresses(where)
        return None if found is None else found.to_list()

    assert addresses(Email(**MAIL)) == ["a@example.org", None]
    assert addresses(Sms(to="{{profile.phone}}", text="t")) == ["+1", None]
    assert addresses(Email(**{**MAIL, "to": "{{ profile.email | downcase }}"})) is None
    assert addresses(Email(**{**MAIL, "to": "info@example.org"})) is None
    computed = runs(*TWO, values={"to": pl.Series(["x@y.z", None])})
    assert addresses(Email(**{**MAIL, "to": {"journey": "…"}}), computed) == ["x@y.z", None]


def test_text_and_push_messages() -> None:
    text, push = Sms(to="{{ profile.phone }}", text="Hi"), Push(to="{{ profile.phone }}", text="Hi", title="You")
    assert text.templates() == {"channel": "sms", "to": "{{ profile.phone }}", "text": "Hi"}
    assert push.templates() == {"channel": "push", "to": "{{ profile.phone }}", "title": "You", "text": "Hi"}
    assert text.step(runs(*TWO, table=TABLE)).channel == "sms"
    assert push.pressed() == ("push", (), False)


def test_a_web_hook_sends_its_values_as_json_or_its_own_body() -> None:
    hook = Webhook(
        url="https://example.org/{{ profile.size }}",
        headers={"X-Size": "{{ profile.size }}", "X-Code": {"journey": "…"}},
        values={"n": {"journey": "…"}, "text": 'a "b"'},
        secret="orders",
    )
    values = {"values.n": pl.Series([1, None]), "headers.X-Code": pl.Series(["c", "d"])}
    moves = hook.step(runs(*TWO, table=TABLE, values=values))
    first, second = rendered(hook, moves)
    assert first == {
        "method": "POST",
        "url": "https://example.org/1",
        "headers.X-Size": "1",
        "headers.X-Code": "c",
        "secret": "orders",
        "body": first["body"],
    }
    assert json.loads(first["body"]) == {"n": 1, "text": 'a "b"'}
    assert json.loads(second["body"]) == {"n": None, "text": 'a "b"'}
    own = Webhook(url="u", body="n={{ values.n }}", values={"n": 5})
    assert rendered(own, own.step(runs(*TWO)))[0]["body"] == "n=5"


def test_ways_out_and_pressure() -> None:
    mail = Email(**MAIL, then=("a", "b"), on_error="c", rule_sets=("calm",), transactional=True)
    assert mail.edges() == (Edge("next", ("a", "b"), "then"), Edge("error", ("c",), "on_error"))
    assert Email(**MAIL).edges() == (Edge("next", (), "then"),)
    assert mail.pressed() == ("email", ("calm",), True)


GRAPH = Names(
    SCHEMA,
    heard={"total": NAMES.schema.events["purchase"]["total"]},
    activities={"ask": Condition(paths=(Path(when={}),), source=Source(name="weather"))},
    sources={"weather": ANSWER},
    rule_sets=frozenset({"calm"}),
)


def mail(**fields: Any) -> Email:
    return Email(**{**MAIL, **fields})


@pytest.mark.parametrize(
    ("activity", "expected"),
    [
        (mail(), []),
        (mail(to=" "), [("missing-setting", "to")]),
        (mail(body=""), [("missing-setting", "body")]),
        (mail(body="", html="h"), []),
        (mail(to={"journey": "…"}), []),
        (mail(to={}), [("missing-setting", "to")]),
        (mail(body="{{ profile.emial }}"), [("unknown-name", "body")]),
        (mail(body="{{ email }}"), [("unknown-name", "body")]),
        (mail(body="{{ profile }}"), [("unknown-name", "body")]),
        (mail(body="{{ event.total }}"), []),
        (mail(body="{{ event.page }}"), [("unknown-name", "body")]),
        (mail(body="{{ events.visit.page }}"), []),
        (mail(body="{{ events.visit }}"), [("unknown-name", "body")]),
        (mail(body="{{ events.visit.total }}"), [("unknown-name", "body")]),
        (mail(body="{{ events.vist.page }}"), [("unknown-name", "body")]),
        (mail(body="{{ source.weather.price }}"), []),
        (mail(body="{{ source.weather.temp }}"), [("unknown-name", "body")]),
        (mail(body="{{ source.wether.temp }}"), [("unknown-name", "body")]),
        (mail(body="{{ action.ask.price }}"), [("unknown-name", "body")]),
        (mail(body="{{ values.x }}"), [("unknown-name", "body")]),
        (mail(body="{{ values.x }}", values={"x": None}), []),
        (mail(body="{{ profile.size"), [("bad-template", "body")]),
        (mail(rule_sets=("calm", "clam")), [("unknown-name", "rule_sets[1]")]),
        (Sms(to="", text=""), [("missing-setting", "to"), ("missing-setting", "text")]),
        (Push(to="t", text=" "), [("missing-setting", "text")]),
        (Webhook(url="u", method="GET", body="b"), [("bad-setting", "method")]),
        (Webhook(url="u", headers={"X": "{{ profile.siez }}"}), [("unknown-name", "headers.X")]),
    ],
)
def test_what_is_wrong(activity: Activity, expected: list[tuple[str, str]]) -> None:
    assert problems(activity, GRAPH) == expected
