"""The folder as a sandbox, uploads, and who may speak to the server."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from detente.errors import UsageError
from detente.workbench.autosave import Keeper
from detente.workbench.files import MOST_BYTES, Folder, proper_name
from detente.workbench.guard import COOKIE, Guard
from detente.workbench.serve import is_loopback, listen, workspace_of
from detente.workbench.workspace import Workspace

MODEL = "decision_makers: {a: {options: {go: Go}, preferences: [a.go]}}\n"


@pytest.mark.parametrize(
    "name",
    [
        "../outside.yaml",
        "sub/../../outside.yaml",
        "/etc/passwd.yaml",
        "",
        ".hidden.yaml",
        "sub/.hidden/x.yaml",
        "model.py",
        "a\0.yaml",
        "..\\outside.yaml",
        "./x.yaml",
        "link.yaml",
        "folder_link/outside.yaml",
    ],
)
def test_no_path_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "outside.yaml").write_text(MODEL)
    os.symlink(tmp_path / "outside.yaml", inside / "link.yaml")
    os.symlink(tmp_path, inside / "folder_link")
    folder = Folder(inside)
    with pytest.raises(UsageError):
        folder.read(name)
    with pytest.raises(UsageError):
        folder.write(name, "stolen: yes\n")
    assert (tmp_path / "outside.yaml").read_text() == MODEL


def test_only_models_are_listed_and_no_links(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.yaml").write_text(MODEL)
    (tmp_path / "a.yaml").write_text(MODEL)
    (tmp_path / "settings.json").write_text("{}")
    (tmp_path / "notes.txt").write_text("decision_makers")
    os.symlink(tmp_path / "a.yaml", tmp_path / "c.yaml")
    assert Folder(tmp_path).names() == ["a.yaml", "sub/b.yaml"]


def test_files_have_a_limit(tmp_path: Path) -> None:
    (tmp_path / "big.yaml").write_bytes(b"#" * (MOST_BYTES + 1))
    folder = Folder(tmp_path)
    with pytest.raises(UsageError, match="bytes"):
        folder.read("big.yaml")
    place = Workspace(folder, Keeper(tmp_path / "state", tmp_path))
    with pytest.raises(UsageError, match="bytes"):
        place.upload("big.yaml", b"#" * (MOST_BYTES + 1))
    with pytest.raises(UsageError, match="UTF-8"):
        place.upload("odd.yaml", b"\xff\xff\x00")


def test_an_upload_is_named_without_its_path(tmp_path: Path) -> None:
    place = Workspace(Folder(tmp_path), Keeper(tmp_path / "state", tmp_path))
    found = place.upload("../../etc/x.yaml", MODEL.encode())
    assert found.desk.name == "x.yaml"
    for name in ("x.exe", "a<b>.yaml", ".yaml", "-x.yaml", "x" * 200 + ".yaml"):
        with pytest.raises(UsageError):
            proper_name(name)


def test_an_existing_file_is_not_taken_as_new(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("a.yaml", MODEL, new=True)
    with pytest.raises(UsageError, match="already"):
        folder.write("a.yaml", "other: 1\n", new=True)
    assert folder.free_name("a.yaml") == "a-2.yaml"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml"]


# -- who may speak ----------------------------------------------------------------------------------------------------


def ask(guard: Guard, *, kind: str = "http", method: str = "GET", query: str = "", **headers: str) -> tuple[Any, ...]:
    """Return the status and headers of an answer, and whether the application was reached."""
    sent: list[Any] = []
    scope = {
        "type": kind,
        "method": method,
        "path": "/",
        "query_string": query.encode(),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"} if kind == "websocket" else {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(guard(scope, receive, send))
    first = sent[0]
    return first.get("status", first.get("code")), dict(first.get("headers", []))


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept", "code": 1})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})


HERE = "127.0.0.1:8000"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": HERE}, 200),
        ({"host": "localhost:8000"}, 200),
        ({"host": "[::1]:8000"}, 200),
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1.evil.example"}, 403),
        ({}, 403),
        ({"host": HERE, "origin": f"http://{HERE}"}, 200),
        ({"host": HERE, "origin": "http://evil.example"}, 403),
        ({"host": HERE, "origin": "null"}, 403),
        ({"host": HERE, "origin": "http://127.0.0.1:9999"}, 403),
        ({"host": HERE, "sec_fetch_site": "cross-site"}, 403),
        ({"host": HERE, "sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}, 200),
        ({"host": HERE, "content_length": "99999999999"}, 413),
    ],
)
def test_other_sites_and_other_names_are_refused(headers: dict[str, str], status: int) -> None:
    assert ask(Guard(application), **headers)[0] == status


def test_a_websocket_of_another_site_is_closed() -> None:
    assert ask(Guard(application), kind="websocket", host=HERE, origin="http://evil.example")[0] == 4403
    assert ask(Guard(application), kind="websocket", host=HERE, origin=f"http://{HERE}")[0] == 1


def test_with_a_token_nothing_is_let_through_without_it() -> None:
    guard = Guard(application, "secret")
    assert ask(guard, host="machine:8000")[0] == 401
    assert ask(guard, host="machine:8000", query="token=wrong")[0] == 401
    assert ask(guard, kind="websocket", host="machine:8000")[0] == 4403
    assert ask(guard, method="POST", host="machine:8000", query="token=secret")[0] == 401
    status, headers = ask(guard, host="machine:8000", query="token=secret&a=b")
    assert status == 303
    assert headers[b"location"] == b"/?a=b"
    assert b"HttpOnly" in headers[b"set-cookie"]
    assert ask(guard, host="machine:8000", cookie=f"{COOKIE}=secret")[0] == 200
    assert ask(guard, host="machine:8000", cookie=f"{COOKIE}=secre")[0] == 401
    assert ask(guard, host="machine:8000", cookie=f"{COOKIE}=secret", origin="http://evil.example")[0] == 403


def test_answers_forbid_frames_and_other_sources() -> None:
    headers = ask(Guard(application), host=HERE)[1]
    assert b"frame-ancestors 'none'" in headers[b"content-security-policy"]
    assert headers[b"x-content-type-options"] == b"nosniff"


def test_loopback_needs_no_token_and_everything_else_does() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "::1", "localhost", "127.5.5.5")))
    assert not any(map(is_loopback, ("0.0.0.0", "192.168.0.2", "example.org", "::")))
    place = listen("127.0.0.1", 0, "library/elmira")
    place.socket.close()
    assert place.token == ""
    assert place.url.endswith("/model/library/elmira")
    open_to_all = listen("0.0.0.0", 0)
    open_to_all.socket.close()
    assert len(open_to_all.token) >= 24
    assert open_to_all.token in open_to_all.url


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    place = listen("127.0.0.1", 0)
    try:
        with pytest.raises(UsageError, match="cannot listen"):
            listen("127.0.0.1", place.socket.getsockname()[1])
    finally:
        place.socket.close()


def test_what_the_command_line_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yaml").write_text(MODEL)
    assert workspace_of("elmira")[1] == "library/elmira"
    assert workspace_of(str(tmp_path / "m.yaml"))[1] == "file/m.yaml"
    assert workspace_of(None)[0].folder.root == tmp_path.resolve()
    with pytest.raises(UsageError, match="did you mean 'elmira'"):
        workspace_of("elmirra")
