"""Start the workbench: a server for one user on this machine."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote

from detente.errors import UsageError
from detente.workbench.autosave import Keeper, state_folder
from detente.workbench.files import SUFFIXES, Folder
from detente.workbench.workspace import Workspace

EVERY = 1.0
"""Seconds between two looks at the disk, and between two savings of what is in no file."""

MISSING = (
    "the workbench needs NiceGUI, which is not installed; install it with:\n"
    "  pip install 'detente[workbench]'\n(or: pip install 'nicegui>=3.18')"
)


@dataclass(frozen=True)
class Place:
    """Where the workbench listens, and where a browser finds it."""

    socket: socket.socket
    url: str
    token: str


def needed() -> None:
    """Raise UsageError, with what to do, where NiceGUI is not installed."""
    from importlib.util import find_spec

    if find_spec("nicegui") is None:
        raise UsageError(MISSING)


def workspace_of(model: str | None) -> tuple[Workspace, str]:
    """Return the workspace for what is named on the command line, and the key of the model to open ("": none).

    Raises UsageError where there is no such file, folder or built-in conflict.
    """
    from detente.errors import did_you_mean
    from detente.library.index import conflict_names

    path = Path(model) if model else Path.cwd()
    key = ""
    if path.is_dir():
        folder = Folder(path)
    elif path.is_file() and model:
        if not model.lower().endswith(SUFFIXES):
            raise UsageError(f"{model} is no model; expected a name that ends in .yaml, .json or .gmcr")
        folder = Folder(path.resolve().parent)
        key = f"file/{path.resolve().name}"
    elif model in conflict_names():
        folder, key = Folder(Path.cwd()), f"library/{model}"
    else:
        names = conflict_names()
        raise UsageError(
            f"there is no file, no folder and no built-in conflict {model!r}{did_you_mean(model or '', names)}"
        )
    return Workspace(folder, Keeper(state_folder(), folder.root)), key


def listen(host: str, port: int, key: str = "") -> Place:
    """Take a port; 0: any free one. Raises UsageError where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
        found.listen(128)  # who comes before the server is ready waits a moment
    except (OSError, OverflowError) as error:
        found.close()
        raise UsageError(f"cannot listen on {host}, port {port}: {getattr(error, 'strerror', None) or error}") from None
    token = "" if is_loopback(host) else secrets.token_urlsafe(24)
    shown = f"[{host}]" if ":" in host else host
    if host in ("0.0.0.0", "::"):
        shown = socket.gethostname()
    path = f"/model/{quote(key)}" if key else "/"
    url = f"http://{shown}:{found.getsockname()[1]}{path}" + (f"?token={token}" if token else "")
    return Place(found, url, token)


def is_loopback(host: str) -> bool:
    """Return whether nobody outside of this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def run(workspace: Workspace, place: Place, *, open_browser: bool) -> None:
    """Serve until it is stopped."""
    import uvicorn
    from fastapi import FastAPI
    from nicegui import ui

    from detente.workbench.guard import Guard
    from detente.workbench.page.pages import add_pages, sessions
    from detente.workbench.routes import add_routes

    @asynccontextmanager
    async def watching(_: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(watch(workspace))
        if open_browser:
            import webbrowser

            asyncio.get_running_loop().run_in_executor(None, webbrowser.open, place.url)
        yield
        task.cancel()
        workspace.keep_all()
        workspace.stop_all()

    app = FastAPI(openapi_url=None, lifespan=watching)
    add_routes(app, lambda: workspace, sessions.get)
    add_pages(workspace)
    ui.run_with(app, title="Détente", tailwind=False, show_welcome_message=False, reconnect_timeout=10)
    config = uvicorn.Config(Guard(app, place.token), log_level="warning", ws_max_size=16_000_000, lifespan="on")
    server = uvicorn.Server(config)
    server.run(sockets=[place.socket])


async def watch(workspace: Workspace) -> None:
    """Keep what is in no file, and notice what changes on the disk, until it is cancelled."""
    while True:
        await asyncio.sleep(EVERY)
        workspace.look_at_disk()
        workspace.keep_all()
