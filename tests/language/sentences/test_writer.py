"""Rules in words: golden sentences in both languages, and every rule has one."""

# ruff: noqa: E501 - rules and sentences stand in one line each

from __future__ import annotations

import string
from dataclasses import fields
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.schema import BOOLEAN, DATE_TIME, STRING
from parcours.language.functions import registry
from parcours.language.rules.parse import parse_row_rule, parse_rule
from parcours.language.sentences.english import ENGLISH
from parcours.language.sentences.french import FRENCH
from parcours.language.sentences.functions import phrases
from parcours.language.sentences.writer import sentence
from parcours.language.tree import Attribute, Call, InWindow, Literal
from parcours.language.window_kinds import Absolute, Rolling
from parcours.testing import strategies
from tests.language.rules import shapes
from tests.language.shop import SEGMENTS, SHOP

SENTENCES = [
    ("segment: silver", "is in segment 'silver'", "est dans le segment « silver »"),
    ("not: {segment: silver}", "is not in segment 'silver'", "n’est pas dans le segment « silver »"),
    ("value: true", "every profile", "tous les profils"),
    ("{attribute: subscribed}", "subscribed is true", "subscribed est vrai"),
    ("{attribute: city, is: Lyon}", 'city is "Lyon"', "city est « Lyon »"),
    ("{attribute: city, is_set: false}", "city has no value", "city n’a pas de valeur"),
    ("{attribute: city, in: [a, b, c]}", 'city is one of "a", "b" or "c"', "city est parmi « a », « b » ou « c »"),
    ("{attribute: city, not_in: [a]}", 'city is none of "a"', "city n’est pas parmi « a »"),
    (
        "{attribute: city, contains: a, ignore_case: true}",
        'city contains "a" (ignoring case)',
        "city contient « a » (sans tenir compte de la casse)",
    ),
    ("{attribute: income, at_least: 2.5}", "income is at least 2.5", "income est au moins 2,5"),
    ("{attribute: income, between: [1, 2]}", "income is between 1 and 2", "income est entre 1 et 2"),
    (
        "{attribute: birthday, before: 1990-01-01}",
        "birthday is before 1 January 1990",
        "birthday est avant le 1er janvier 1990",
    ),
    (
        "{attribute: trial_ends, at_least: '2024-02-03T10:30'}",
        "trial_ends is 3 February 2024 10:30 UTC or later",
        "trial_ends est le 3 février 2024 10:30 UTC ou après",
    ),
    (
        "{attribute: trial_ends, in_next: 3 days}",
        "trial_ends lies in the next 3 days",
        "trial_ends se situe d’ici 3 jours au plus",
    ),
    (
        "{attribute: birthday, next: month, zone: Europe/Paris}",
        "birthday lies next month (Europe/Paris)",
        "birthday se situe le mois prochain (Europe/Paris)",
    ),
    (
        "{attribute: patience, less_than: 90 minutes}",
        "patience is less than 1 hour 30 minutes",
        "patience reste sous 1 heure 30 minutes",
    ),
    (
        "{any_item: interests, where: {item: true, is: tea}}",
        'at least one element of interests meets: the element is "tea"',
        "au moins un élément de interests vérifie : l’élément est « tea »",
    ),
    ("{attribute: city, in: {attribute: interests}}", "city is one of interests", "city est parmi interests"),
    (
        "{attribute: trial_ends, more_than_ahead: 2 weeks}",
        "trial_ends lies more than 14 days ahead",
        "trial_ends se situe dans plus de 14 jours",
    ),
    ("event: purchase", "has at least one 'purchase' event", "a au moins un événement « purchase »"),
    ("not: {event: purchase}", "has no 'purchase' event", "n’a aucun événement « purchase »"),
    ("{event: purchase, is: 0}", "has no 'purchase' event", "n’a aucun événement « purchase »"),
    (
        "{event: purchase, at_least: 3, in_last: 30 days}",
        "has at least 3 'purchase' events in the last 30 days",
        "a au moins 3 événements « purchase » au cours des 30 derniers jours",
    ),
    (
        "{event: purchase, in_last: 1 hour}",
        "has at least one 'purchase' event in the last hour",
        "a au moins un événement « purchase » au cours de la dernière heure",
    ),
    (
        "{event: purchase, is: 1, in_last: 36 hours}",
        "has exactly 1 'purchase' event in the last 1 day 12 hours",
        "a exactement 1 événement « purchase » il y a moins de 1 jour 12 heures",
    ),
    (
        "{event: purchase, between_ages: [30 days, 60 days], less_than: 3}",
        "has fewer than 3 'purchase' events between 30 days and 60 days ago",
        "a moins de 3 événements « purchase » il y a entre 30 jours et 60 jours",
    ),
    (
        "{event: purchase, more_than_ago: 28 days}",
        "has at least one 'purchase' event more than 28 days ago",
        "a au moins un événement « purchase » il y a plus de 28 jours",
    ),
    (
        "{event: purchase, last_units: {unit: week, count: 4}, more_than: 1}",
        "has more than 1 'purchase' event in the last 4 whole weeks",
        "a plus de 1 événement « purchase » dans les 4 semaines qui précèdent",
    ),
    (
        "{event: purchase, from: 2024-01-01, until: 2024-02-01}",
        "has at least one 'purchase' event from 1 January 2024 to before 1 February 2024",
        "a au moins un événement « purchase » du 1er janvier 2024 inclus au 1er février 2024 exclu",
    ),
    (
        "{event: purchase, where: {field: total, at_least: 50}}",
        "has at least one 'purchase' event (total is at least 50)",
        "a au moins un événement « purchase » (total est au moins 50)",
    ),
    (
        "{event: purchase, sum: total, in_last: 90 days, at_least: 250}",
        "the sum of total over 'purchase' events in the last 90 days is at least 250",
        "la somme de total sur les événements « purchase » au cours des 90 derniers jours est au moins 250",
    ),
    (
        "{event: purchase, over: items, sum: {call: mul, args: [{field: quantity}, {field: value}]}, more_than: 9}",
        "the sum of quantity × value over 'items' in 'purchase' events is more than 9",
        "la somme de quantity × value sur les « items » dans les événements « purchase » dépasse 9",
    ),
    (
        "{event: purchase, distinct: store, at_most: 1}",
        "the number of different values of store in 'purchase' events is at most 1",
        "le nombre de valeurs différentes de store dans les événements « purchase » ne dépasse pas 1",
    ),
    (
        "all: [{segment: gold}, {any: [{attribute: subscribed}, {event: visit, this: day}]}]",
        "is in segment 'gold' and (subscribed is true or has at least one 'visit' event today)",
        "est dans le segment « gold » et (subscribed est vrai ou a au moins un événement « visit » aujourd’hui)",
    ),
    (
        "none: [{segment: gold}, {attribute: subscribed}]",
        "not (is in segment 'gold' or subscribed is true)",
        "pas (est dans le segment « gold » ou subscribed est vrai)",
    ),
]


@pytest.mark.parametrize(("text", "english", "french"), SENTENCES, ids=[text for text, _, _ in SENTENCES])
def test_sentences(text: str, english: str, french: str) -> None:
    node = parse_rule(yaml.safe_load(text), SHOP, SEGMENTS)
    assert sentence(node) == english
    assert sentence(node, "fr") == french


def test_windows_and_values_that_only_programs_write() -> None:
    trial, day = Attribute(("trial_ends",), DATE_TIME), 24 * 3600 * 1_000_000
    assert sentence(InWindow(trial, Rolling(day, closed=True))) == (
        "trial_ends lies in the last 1 day (that instant included)"
    )
    assert sentence(InWindow(trial, Rolling(day, -2 * day))) == "trial_ends lies from 1 day ago to 2 days ahead"
    assert sentence(InWindow(trial, Absolute())) == "trial_ends lies in the past"
    assert sentence(Call("eq", (trial, Literal(None, DATE_TIME)), BOOLEAN)) == "trial_ends is nothing"


def test_labels_stand_in_for_names() -> None:
    labels = {"purchase": "order", "total": "amount", "silver": "Silver customers", "address.city": "home town"}
    shape = {
        "all": [
            {"event": "purchase", "where": {"field": "total", "more_than": 3}, "at_least": 2},
            {"segment": "silver"},
            {"attribute": "address.city", "is": "Lyon"},
        ]
    }
    assert sentence(parse_rule(shape, SHOP, SEGMENTS), labels=labels) == (
        'has at least 2 order events (amount is more than 3) and is in segment Silver customers and home town is "Lyon"'
    )


@given(shapes.rules())
def test_every_rule_has_a_sentence(shape: dict[str, Any]) -> None:
    node = parse_rule(shape, SHOP, SEGMENTS)
    for language in ("en", "fr"):
        text = sentence(node, language)
        assert text
        assert "{" not in text
        assert text == " ".join(text.split(" ")).strip()


@given(shapes.row_rules())
def test_every_row_rule_has_a_sentence(shape: dict[str, Any]) -> None:
    assert sentence(parse_row_rule(shape, "purchase", SHOP))


def test_both_languages_have_the_same_phrases_with_the_same_places() -> None:
    for part in fields(ENGLISH):
        english, french = getattr(ENGLISH, part.name), getattr(FRENCH, part.name)
        if isinstance(english, dict):
            assert {key: _places(text) for key, text in english.items()} == {
                key: _places(text) for key, text in french.items()
            }


def _places(text: object) -> list[str | None]:
    parts = text if isinstance(text, tuple) else (text,)
    return sorted(name or "" for part in parts for _, name, _, _ in string.Formatter().parse(part) if name is not None)


ADVANCED = [
    (
        "{sequence: [{event: visit, where: {field: page, is: home}}, {event: purchase, within: 2 days}], in_last: 30 days}",
        "has a 'visit' event (page is \"home\"), then 'purchase' event within 2 days (all in the last 30 days)",
        "a un événement « visit » (page est « home »), puis un événement « purchase » en moins de 2 jours (le tout au cours des 30 derniers jours)",
    ),
    ("{sample: 10 %, seed: spring}", 'is in a sample of 10 % ("spring")', "est dans un échantillon de 10 % (« spring »)"),
    (
        "{attribute: birthday, anniversary: {in_next: 7 days}}",
        "the anniversary of birthday lies in the next 7 days",
        "l’anniversaire de birthday tombe d’ici 7 jours au plus",
    ),
    (
        "{attribute: trial_ends, in_last: 2 months}",
        "trial_ends lies in the last 2 months",
        "trial_ends se situe il y a moins de 2 mois",
    ),
    (
        "{attribute: trial_ends, window: {from: start of month - 1 month, before: now}}",
        "trial_ends lies from 1 month before the start of the month before now",
        "trial_ends se situe à partir de 1 mois avant le début de l’unité en cours (mois) avant maintenant",
    ),
    (
        "{call: length, args: [{attribute: city}], more_than: 3}",
        "the length of city is more than 3",
        "la longueur de city dépasse 3",
    ),
    (
        "{call: is_empty, args: [{each: cards, where: {field: points, more_than: 3}}]}",
        "the elements of cards for which points is more than 3 is empty",
        "les éléments de cards pour lesquels points dépasse 3 est vide",
    ),
    (
        "{call: set_days, args: [{call: with_zone, args: [{now: true}]}, 3], is_set: true}",
        "set days of with zone of now and 3 has a value",
        "set days de with zone de maintenant et 3 a une valeur",
    ),
    ("{attribute: city, fits: 'P*'}", 'city has the form "P*"', "city a la forme « P* »"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "english", "french"), ADVANCED, ids=[text for text, _, _ in ADVANCED])
def test_sentences_of_what_is_beyond_conditions(text: str, english: str, french: str) -> None:
    node = parse_rule(yaml.safe_load(text), SHOP, SEGMENTS)
    assert sentence(node) == english
    assert sentence(node, "fr") == french


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("function", registry.names())
def test_every_function_can_be_said(function: str, language: str) -> None:
    signature = registry.get(function).signatures[0]
    for count in (len(signature.params), len(signature.params) + 1):
        args = tuple(Attribute((f"a{number}",), STRING) for number in range(count))
        text = sentence(Call(function, args, BOOLEAN), language)
        assert all(f"a{number}" in text for number in range(count))
        assert "{" not in text
        assert "_" not in text


@given(st.data())
def test_every_tree_can_be_said(data: st.DataObject) -> None:
    node = data.draw(strategies.rules(data.draw(strategies.schemas())))
    for language in ("en", "fr"):
        assert sentence(node, language)


def test_phrases_have_the_same_places_and_are_of_functions_that_exist() -> None:
    assert set(phrases()) <= set(registry.names())
    assert all(_places(english) == _places(french) for english, french in phrases().values())
