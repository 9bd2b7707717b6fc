"""The web application, as the service gives it out."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

import parcours
from parcours.testing.service import Service, running_service

PAGE = "<!doctype html><title>Parcours</title><script>start()</script><script type=module src=/assets/a.js></script>"
SCRIPT = b"console.log('it runs');" * 50


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("web")
    built = folder / "static"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text(PAGE)
    (built / "assets" / "a.js").write_bytes(SCRIPT)
    (built / "assets" / "a.js.gz").write_bytes(gzip.compress(SCRIPT))
    (built / "assets" / "b.js").write_bytes(SCRIPT)
    with parcours.init(folder / "workspace") as workspace, running_service(workspace, web=built) as running:
        yield running


@pytest.mark.parametrize("path", ["/", "/segments", "/segments/gold/edit", "/journeys/a.b?tab=report"])
def test_every_address_of_a_page_gives_the_application(service: Service, path: str) -> None:
    answer = service.stranger.ask_any("GET", path, accept="text/html,*/*")
    assert (answer.status, answer.content) == (200, PAGE.encode())
    assert answer.headers["cache-control"] == "no-cache"


def test_the_page_may_load_our_own_scripts_and_nothing_else(service: Service) -> None:
    policy = service.stranger.ask_any("GET", "/", accept="text/html").headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src "))
    assert scripts.startswith("script-src 'self' 'sha256-")
    assert "unsafe" not in scripts
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("path", ["/api/no-such-thing", "/v1/no-such-thing", "/assets/none.js", "/docs/none"])
def test_what_is_no_page_is_not_found(service: Service, path: str) -> None:
    answer = service.client.ask_any("GET", path, accept="text/html")
    assert answer.status == 404


def test_a_program_gets_no_page(service: Service) -> None:
    assert service.client.ask_any("GET", "/segments", accept="application/json").status == 404
    assert service.client.ask_any("POST", "/segments", {}, accept="text/html").status in (404, 405)


def test_assets_come_compressed_and_are_kept(service: Service) -> None:
    answer = service.stranger.ask_any("GET", "/assets/a.js", accept_encoding="gzip, deflate")
    assert gzip.decompress(answer.content) == SCRIPT
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(("path", "accepted"), [("/assets/a.js", "identity"), ("/assets/b.js", "gzip")])
def test_without_a_compressed_copy_they_come_as_they_are(service: Service, path: str, accepted: str) -> None:
    answer = service.stranger.ask_any("GET", path, accept_encoding=accepted)
    assert answer.content == SCRIPT
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/assets/../index.html", "/assets/%2e%2e/index.html", "/assets/..%2f..%2fetc/passwd"])
def test_nothing_outside_of_the_assets_is_given(service: Service, path: str) -> None:
    assert service.stranger.ask_any("GET", path).status == 404


def test_the_plain_page_is_still_there(service: Service) -> None:
    answer = service.client.ask_any("GET", "/status", accept="text/html")
    assert answer.status == 200
    assert b"This page as data" in answer.content
    assert b"Sign in" not in answer.content
    assert b"Sign in" in service.stranger.ask_any("GET", "/status", accept="text/html").content
