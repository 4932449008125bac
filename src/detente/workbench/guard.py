"""Who may speak to the workbench: requests from other sites, under other names and without the token are refused."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

COOKIE = "detente-token"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
MOST_BODY = 12_000_000
"""Bytes of a request; files are checked against a smaller limit where they are taken."""


class Guard:
    """Lets requests through to an application, or refuses them.

    On loopback the ``Host`` must be a name of this machine, so that no other name can be made to point here. A request
    that a page of another origin makes is refused, websockets included. With a token, every request must bring it: once
    in the address, from then on in a cookie.

    Parameters
    ----------
    app : ASGI application
    token : str
        "" where none is demanded, which is for loopback only.
    """

    def __init__(self, app: App, token: str = "") -> None:
        self.app, self.token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if not self._known_host(headers) or self._foreign(headers, scope):
            await _refuse(scope, receive, send, 403, "This request comes from another place, and is refused.")
            return
        if headers.get("content-length", "").isdigit() and int(headers["content-length"]) > MOST_BODY:
            await _refuse(scope, receive, send, 413, "This is too large.")
            return
        if self.token and not self._same(_cookie(headers)):
            given = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
            if scope["type"] == "http" and scope["method"] == "GET" and self._same(given.pop("token", "")):
                await self._let_in(scope, send, given)
            else:
                words = "The workbench opens with the address that it printed when it was started: a token is in it."
                await _refuse(scope, receive, send, 401, words)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_safety(headers.get("host", ""))]
            await send(message)

        await self.app(scope, receive, sent)

    def _known_host(self, headers: dict[str, str]) -> bool:
        host = headers.get("host", "")
        return bool(self.token) or _name(host) in LOOPBACK

    def _foreign(self, headers: dict[str, str], scope: Scope) -> bool:
        """Return whether a page of another origin makes the request."""
        origin, host = headers.get("origin"), headers.get("host", "")
        if origin is not None:
            scheme, _, there = origin.partition("://")
            return scheme not in ("http", "https") or there != host
        site = headers.get("sec-fetch-site", "same-origin")
        link = scope.get("method") == "GET" and headers.get("sec-fetch-mode") == "navigate"
        return site not in ("same-origin", "none") and not link

    def _same(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())

    async def _let_in(self, scope: Scope, send: Send, rest: dict[str, str]) -> None:
        where = quote(scope["path"]) + (f"?{urlencode(rest)}" if rest else "")
        cookie = f"{COOKIE}={self.token}; Path=/; HttpOnly; SameSite=Strict"
        headers = [(b"location", where.encode()), (b"set-cookie", cookie.encode()), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def _name(host: str) -> str:
    """Return a host without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if ":" in host else host


def _cookie(headers: dict[str, str]) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _safety(host: str) -> list[tuple[bytes, bytes]]:
    policy = (
        "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; "
        f"connect-src 'self' ws://{host} wss://{host}; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'none'"
    )
    return [
        (b"content-security-policy", policy.encode("latin-1")),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
    ]


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, words: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4403})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{words}\n".encode()})
