"""Who may speak to the workbench, and what can be reached through it: asked over HTTP, without a browser."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from tests.browser.chromium import chromium
from tests.browser.desk import WELL
from tests.browser.serving import PATIENCE, Served, serving

SECRET = "title: SECRET\ndecision_makers:\n  a: {options: {b: B}, preferences: [a.b]}\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A workbench on a folder, with a secret beside it and links that lead there."""
    chromium()
    place = tmp_path_factory.mktemp("walls")
    (place / "models" / "deeper").mkdir(parents=True)
    (place / "state").mkdir()
    (place / "secret.yaml").write_text(SECRET, "utf-8")
    (place / "models" / "well.yaml").write_text(WELL, "utf-8")
    (place / "models" / "link.yaml").symlink_to(place / "secret.yaml")
    (place / "models" / "out").symlink_to(place, target_is_directory=True)
    (place / "models" / ".hidden.yaml").write_text(SECRET, "utf-8")
    (place / "models" / "notes.txt").write_text(SECRET, "utf-8")
    with serving(place / "models", place / "state") as found:
        yield found


@contextmanager
def asked(
    served: Served, method: str, path: str, body: bytes | None = None, **headers: str
) -> Iterator[tuple[HTTPResponse, str]]:
    """Ask for a path exactly as it is written; ``_`` in the names of headers stands for ``-``."""
    connection = HTTPConnection("127.0.0.1", served.port, timeout=PATIENCE)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        yield answer, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


OUTSIDE = (
    "../secret.yaml",
    "..%2fsecret.yaml",
    "%2e%2e/secret.yaml",
    "%2e%2e%2fsecret.yaml",
    "..%252fsecret.yaml",
    "..%5csecret.yaml",
    "deeper/../../secret.yaml",
    "deeper%2f..%2f..%2fsecret.yaml",
    "link.yaml",
    "out/secret.yaml",
    ".hidden.yaml",
    "notes.txt",
    "well.yaml%00.json",
    "%2fetc%2fpasswd",
    "/etc/passwd.yaml",
    "well.yaml/../../secret.yaml",
)


@pytest.mark.parametrize("name", OUTSIDE)
def test_nothing_outside_the_folder_is_read(served: Served, name: str) -> None:
    with asked(served, "GET", f"/model/file/{name}") as (_answer, words):
        assert "SECRET" not in words
        assert "root:" not in words


@pytest.mark.parametrize("name", OUTSIDE)
def test_nothing_outside_the_folder_is_written(served: Served, name: str) -> None:
    for key in (f"file/{name}", f"file/{quote(name)}", name, f"library/{name}"):
        body = json.dumps({"key": key, "text": WELL, "base": 0, "page": "x"}).encode()
        with asked(served, "POST", "/workbench/text", body, Content_Type="application/json") as (answer, words):
            assert answer.status in (400, 404)
            assert "SECRET" not in words
    assert (served.folder.parent / "secret.yaml").read_text("utf-8") == SECRET
    assert (served.folder / "notes.txt").read_text("utf-8") == SECRET


@pytest.mark.parametrize(
    "name", ["../serve.py", "..%2fserve.py", "%2e%2e/serve.py", "/etc/passwd", "%2fetc%2fpasswd", ""]
)
def test_static_files_are_those_of_the_page_only(served: Served, name: str) -> None:
    with asked(served, "GET", f"/workbench/static/{name}") as (answer, words):
        assert answer.status == 404
        assert "import" not in words
        assert "root:" not in words
    with asked(served, "GET", "/workbench/static/workbench.js") as (answer, _words):
        assert answer.status == 200


@pytest.mark.parametrize(
    "host", ["attacker.invalid", "attacker.invalid:80", "", "127.0.0.1.attacker.invalid", "localhost@a"]
)
def test_other_names_of_the_machine_are_refused(served: Served, host: str) -> None:
    with asked(served, "GET", "/", Host=host) as (answer, words):
        assert answer.status == 403
        assert "Détente" not in words


def test_names_of_this_machine_are_let_in(served: Served) -> None:
    for host in (f"localhost:{served.port}", f"127.0.0.1:{served.port}"):
        with asked(served, "GET", "/", Host=host) as (answer, _words):
            assert answer.status == 200
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("origin", ["http://attacker.invalid", "null", "http://127.0.0.1:1", "file://", "https://x@y"])
def test_pages_of_other_origins_are_refused(served: Served, origin: str) -> None:
    body = json.dumps({"key": "file/well.yaml", "text": "title: taken over\n", "base": 0, "page": "x"}).encode()
    with asked(served, "POST", "/workbench/text", body, Origin=origin, Content_Type="text/plain") as (answer, _words):
        assert answer.status == 403
    with asked(served, "GET", "/workbench/style.css", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors") as (
        answer,
        _,
    ):
        assert answer.status == 403


@pytest.mark.parametrize("headers", [{"Origin": "http://attacker.invalid"}, {"Host": "attacker.invalid"}])
def test_websockets_of_other_places_are_refused(served: Served, headers: dict[str, str]) -> None:
    given = {
        "Host": f"127.0.0.1:{served.port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
        **headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE) as connection:
        path = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
        connection.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 403")


def test_what_is_too_large_is_refused(served: Served) -> None:
    with asked(served, "POST", "/workbench/text", b"x" * 12_500_000, Content_Type="application/json") as (
        answer,
        _words,
    ):
        assert answer.status == 413
    body = json.dumps({"key": "file/well.yaml", "text": "x" * 8_000_001, "base": 0, "page": "x"}).encode()
    with asked(served, "POST", "/workbench/text", body, Content_Type="application/json") as (answer, _words):
        assert answer.status == 413
    with asked(served, "GET", "/") as (answer, _words):
        assert answer.status == 200


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"null", b'{"key": 1}', b"\xff", b'{"key":"file/well.yaml","text":1}']
)
def test_what_is_no_text_of_a_model_is_refused(served: Served, body: bytes) -> None:
    with asked(served, "POST", "/workbench/text", body, Content_Type="application/json") as (answer, words):
        assert answer.status == 400
        assert "Traceback" not in words


def test_other_pages_have_no_answer(served: Served) -> None:
    for path in ("/workbench/graph?page=unknown", "/workbench/export?page=unknown&kind=model.yaml", "/workbench/graph"):
        with asked(served, "GET", path) as (answer, words):
            assert answer.status == 404
            assert "decision_makers" not in words
    for path in ("/docs", "/openapi.json", "/redoc"):
        with asked(served, "GET", path) as (answer, _words):
            assert answer.status == 404


def test_on_other_addresses_a_token_is_demanded(tmp_path: Path) -> None:
    chromium()
    (tmp_path / "models").mkdir()
    (tmp_path / "state").mkdir()
    with serving(tmp_path / "models", tmp_path / "state", "--host", "0.0.0.0") as served:
        found = urlsplit(served.url)
        token = re.fullmatch(r"token=([\w-]{20,})", found.query)
        assert token is not None
        assert found.hostname != "127.0.0.1"
        for path in ("/", "/workbench/style.css", "/?token=", "/?token=wrong", f"/?token={token[1][:-1]}"):
            with asked(served, "GET", path) as (answer, words):
                assert answer.status == 401
                assert token[1] not in words
        with asked(served, "POST", f"/workbench/text?token={token[1]}", b"{}") as (answer, _words):
            assert answer.status == 401
        with asked(served, "GET", f"/?token={token[1]}") as (answer, _words):
            assert answer.status == 303
            assert answer.headers["location"] == "/"
            cookie = answer.headers["set-cookie"]
            assert "HttpOnly" in cookie
            assert "SameSite=Strict" in cookie
        with asked(served, "GET", "/", Cookie=cookie.partition(";")[0]) as (answer, words):
            assert answer.status == 200
            assert "Détente" in words
        with asked(served, "GET", "/", Cookie="detente-token=wrong") as (answer, _words):
            assert answer.status == 401
