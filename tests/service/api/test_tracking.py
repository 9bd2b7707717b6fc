"""Links of real mails, followed by a real HTTP client, move people of a workspace that runs live."""

from __future__ import annotations

import email
import email.policy
import http.client
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

import parcours
from parcours.service.api.app import application
from parcours.service.api.server import serving
from parcours.service.api.tracking import PIXEL
from parcours.service.workspace import Workspace
from parcours.testing.smtp import SmtpSink
from tests.service.live import eventually, running

SETTINGS = """
tracking = "https://t.example"
tick_seconds = 0.05
[secrets]
tracking = "a long and random text"
[channels.email]
type = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
sender = "shop@shop.example"
"""
DEFINITIONS = """
segment: adult
rule: {attribute: age, at_least: 18}
---
journey: welcome
entry: {segment: adult, on: enter}
start: mail
activities:
  mail:
    type: email
    to: "{{ profile.email }}"
    subject: Hello
    html: >-
      <body><a href="https://shop.example/a?x=1" data-label="offer">offer</a>
      <a href="https://shop.example/b">other</a> <a href="#" data-signal="unsubscribed">no more</a></body>
    then: clicked
  clicked: {type: wait_for_signal, of: mail, signal: clicked, link: offer, timeout: 7 days, then: again}
  again: {type: email, to: "{{ profile.email }}", subject: Again, body: "You are {{ profile.age }}", then: end}
  end: {type: end}
"""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """Asks one server; follows no redirect."""

    def __init__(self, address: str) -> None:
        self._place = urlsplit(address).netloc

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection(self._place, timeout=60)
        try:
            connection.request(method, quote(path), body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)


class Shop:
    """A workspace that runs live, with its mails and its HTTP server."""

    def __init__(self, workspace: Workspace, sink: SmtpSink, client: Client) -> None:
        self.workspace, self.sink, self.client = workspace, sink, client

    def mails(self, to: str) -> list[email.message.EmailMessage]:
        found = [email.message_from_bytes(text, policy=email.policy.default) for text in self.sink.messages]
        return [mail for mail in found if mail["To"] == to]  # type: ignore[misc]

    def links(self, to: str) -> dict[str, str]:
        """The path of each link of the first mail to somebody, by its text; that of the picture as ``open``."""
        eventually(lambda: self.mails(to))
        page = self.mails(to)[0].get_content()
        links = {text: path for path, text in re.findall(r'href="https://t\.example([^"]+)"[^>]*>([^<]+)<', page)}
        return {**links, "open": re.findall(r'src="https://t\.example([^"]+)"', page)[0]}

    def signals(self) -> list[tuple[str, str, str | None]]:
        return self.workspace.sql(
            "SELECT d._profile_id, signal, link FROM message_signals s JOIN deliveries d USING (key) ORDER BY s._seq"
        ).rows()


def made(folder: Path, port: int, people: str) -> Workspace:
    definitions, table = folder / "all.yaml", folder / "people.csv"
    definitions.write_text(DEFINITIONS)
    table.write_text(people)
    (folder / "child.csv").write_text("profile_id,age,email\nchild,9,child@x.org\n")
    workspace = parcours.init(folder / "shop")
    (folder / "shop" / "parcours.toml").write_text(SETTINGS.format(port=port))
    workspace.import_profiles(folder / "child.csv")
    workspace.run(ticks=1)
    workspace.apply(definitions)
    workspace.import_profiles(table)
    return workspace


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with (
        SmtpSink() as sink,
        made(tmp_path, sink.port, "profile_id,age,email\nann,31,ann@x.org\nbob,40,bob@x.org\n") as workspace,
        serving(application(workspace, live=True), "127.0.0.1", 0) as address,
        running(workspace),
    ):
        yield Shop(workspace, sink, Client(address))


def test_a_click_leads_on_and_moves_whoever_waits_for_it(shop: Shop) -> None:
    links = shop.links("ann@x.org")
    for text, url in (("other", "https://shop.example/b"), ("offer", "https://shop.example/a?x=1")):
        answer = shop.client.get(links[text])
        assert (answer.status, answer.headers["location"]) == (302, url)
    assert shop.client.ask("HEAD", links["offer"]).status == 302
    shop.client.get(links["offer"])
    eventually(lambda: len(shop.mails("ann@x.org")) == 2)
    eventually(lambda: len(shop.signals()) == 3)
    offers = [("ann", "clicked", "https://shop.example/b"), *[("ann", "clicked", "offer")] * 2]
    assert shop.signals() == offers
    assert len(shop.mails("bob@x.org")) == 1
    counted = (
        "SELECT activity, result, count(*) FROM deliveries LEFT JOIN outcomes USING (key) GROUP BY ALL ORDER BY ALL"
    )
    sent = [("again", "sent", 1), ("mail", "sent", 2)]
    eventually(lambda: shop.workspace.sql(counted).rows() == sent)
    told = shop.workspace.journeys.deliveries("welcome").sort("activity")
    assert told.select("activity", "result", "messages").rows() == sent


def test_an_open_counts_once_a_minute(shop: Shop) -> None:
    links = shop.links("bob@x.org")
    for _ in range(3):
        answer = shop.client.get(links["open"])
        assert (answer.body, answer.headers["content-type"]) == (PIXEL, "image/gif")
    shop.client.get(shop.links("ann@x.org")["open"])
    eventually(lambda: len(shop.signals()) == 2)
    assert shop.signals() == [("bob", "opened", None), ("ann", "opened", None)]


def test_who_unsubscribes_gets_nothing_more(shop: Shop) -> None:
    links = shop.links("ann@x.org")
    page = shop.client.get(links["no more"])
    assert page.status == 200
    assert '<form method="post">' in page.body.decode()
    assert "Se désinscrire" in shop.client.get(links["no more"], **{"Accept-Language": "fr-FR"}).body.decode()
    assert shop.signals() == []
    one_click = shop.mails("ann@x.org")[0]["List-Unsubscribe"].strip("<>").removeprefix("https://t.example")
    done = shop.client.ask("POST", one_click, "List-Unsubscribe=One-Click")
    assert done.status == 200
    assert "<form" not in done.body.decode()
    eventually(lambda: shop.signals() == [("ann", "unsubscribed", None)])
    eventually(lambda: "consent_email" in shop.workspace.schema.attributes)
    said = "SELECT _profile_id FROM profiles WHERE consent_email = false"
    eventually(lambda: shop.workspace.sql(said)["_profile_id"].to_list() == ["ann"])
    shop.client.get(links["offer"])
    passed = "SELECT detail FROM journey_steps WHERE activity = 'again' AND outcome = 'passed'"
    eventually(lambda: shop.workspace.sql(passed)["detail"].to_list() == ["no_consent"])
    assert len(shop.mails("ann@x.org")) == 1


def test_tokens_that_are_none_record_nothing(shop: Shop) -> None:
    links = shop.links("ann@x.org")
    token = links["offer"].removeprefix("/c/")
    wrong = ["/c/x", f"/c/{token[:-4]}AAAA", f"/o/{token}", f"/u/{token}", "/c" + links["open"][2:], "/u/" + "é" * 30]
    assert [shop.client.get(path).status for path in wrong] == [404] * 6
    assert shop.client.ask("POST", f"/u/{token}").status == 404
    shop.client.get(links["open"])
    eventually(shop.signals)
    assert shop.signals() == [("ann", "opened", None)]


def test_a_signal_survives_when_nothing_moves(tmp_path: Path) -> None:
    """The server only shows: what people do waits for the next start."""
    with SmtpSink() as sink:
        with made(tmp_path, sink.port, "profile_id,age,email\nann,31,ann@x.org\n") as workspace:
            workspace.run(ticks=3)
            shop = Shop(workspace, sink, Client(""))
            links = shop.links("ann@x.org")
            with serving(application(workspace, live=False), "127.0.0.1", 0) as address:
                assert Client(address).get(links["offer"]).status == 302
            assert shop.signals() == []
        with parcours.open(tmp_path / "shop") as workspace:
            workspace.run(ticks=3)
            shop = Shop(workspace, sink, Client(""))
            assert shop.signals() == [("ann", "clicked", "offer")]
            workspace.run(ticks=2)
            assert len(shop.signals()) == 1
            assert len(shop.mails("ann@x.org")) == 2
            left = [control.body for control in workspace._parts.catalogue.controls("signal")]
            assert left == [{}]  # nothing about people is kept twice


def test_the_best_hour_is_learnt_from_the_opens_of_real_mails(shop: Shop) -> None:
    path = shop.links("ann@x.org")["open"]
    assert shop.client.get(path).status == 200
    eventually(lambda: shop.signals() == [("ann", "opened", None)])
    known = shop.workspace._parts.runner.state.journeys.signals.dump()
    assert known.select("profile", "signal").rows() == [(1, 0)]
    told = shop.workspace.sql("SELECT epoch_us(time) FROM message_signals").item()
    assert known["time"].to_list() == [told]
