"""What the page asks for besides its own connection: texts go in, graphs and files come out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from detente.errors import DetenteError, UsageError
from detente.report.speech import speaking
from detente.report.terms import said
from detente.report.writers.html import script, style

if TYPE_CHECKING:
    from fastapi import FastAPI

    from detente.workbench.exports import Exported
    from detente.workbench.page.session import Session
    from detente.workbench.workspace import Workspace

STATIC = Path(__file__).with_name("static")
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
MOST_TEXT = 8_000_000


def add_routes(app: FastAPI, current: Callable[[], Workspace], page_of: Callable[[str], Session | None]) -> None:
    """Add the routes of the workbench to an application; ``page_of`` finds an open page by its name."""
    from fastapi import Request, Response
    from starlette.concurrency import run_in_threadpool

    def plain(data: Any, status: int = 200) -> Response:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        return Response(text, status, {"cache-control": "no-store"}, "application/json")

    async def take_text(request: Request) -> Response:
        """Take the text of a model as it is in an editor."""
        try:
            data = json.loads(await request.body())
            key, text, base, page = (data[name] for name in ("key", "text", "base", "page"))
            if not (isinstance(text, str) and isinstance(key, str) and isinstance(base, int) and isinstance(page, str)):
                raise TypeError
            if len(text) > MOST_TEXT:
                return plain({"error": "the text is too long"}, 413)
            desk = current().open(key).desk
        except (ValueError, KeyError, TypeError):
            return plain({"error": "this is no text of a model"}, 400)
        except DetenteError as error:
            return plain({"error": str(error)}, 404)
        desk.edit(text, by=page, base=base)
        answer: dict[str, Any] = {"revision": desk.revision}
        if desk.text != text:
            answer["text"] = desk.text
        return plain(answer)

    def asked_by(request: Request) -> Session | None:
        found = page_of(request.query_params.get("page", ""))
        return found if found is not None and found.found is not None and found.found.verdicts is not None else None

    async def graph(request: Request) -> Response:
        """Return what a page draws."""
        session = asked_by(request)
        if session is None:
            return plain({"error": "there is no such page, or it has no answer yet"}, 404)
        focus, to = request.query_params.get("focus", ""), request.query_params.get("to", "")
        try:
            return plain(await run_in_threadpool(_drawn, session, int(focus) - 1 if focus.isdigit() else None, to))
        except DetenteError as error:
            with speaking(session.language):
                return plain({"error": said(str(error))}, 422)

    async def exported(request: Request) -> Response:
        """Return a file to take along."""
        session = asked_by(request)
        if session is None:
            return Response("There is no such page, or it has no answer yet.\n", 404, media_type="text/plain")
        try:
            found = await run_in_threadpool(_exported, session, request.query_params.get("kind", ""))
        except DetenteError as error:
            return Response(f"{error}\n", 422, media_type="text/plain")
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(found.name)}",
            "cache-control": "no-store",
        }
        return Response(found.data, media_type=found.media, headers=headers)

    async def styles(_: Request) -> Response:
        """Return the style sheet: the report's and the page's own."""
        return Response(await run_in_threadpool(style_sheet), media_type="text/css")

    async def static(request: Request) -> Response:
        """Return a file of the page."""
        name = request.path_params["name"]
        if name == "report.js":
            return Response(script(), media_type=KINDS[".js"], headers={"cache-control": "max-age=3600"})
        path = (STATIC / name).resolve()
        if not path.is_relative_to(STATIC) or path.suffix not in KINDS or not path.is_file():
            return Response("there is no such file\n", 404, media_type="text/plain")
        return Response(path.read_bytes(), media_type=KINDS[path.suffix], headers={"cache-control": "max-age=3600"})

    app.add_route("/workbench/text", take_text, methods=["POST"], include_in_schema=False)
    app.add_route("/workbench/graph", graph, methods=["GET"], include_in_schema=False)
    app.add_route("/workbench/export", exported, methods=["GET"], include_in_schema=False)
    app.add_route("/workbench/style.css", styles, methods=["GET"], include_in_schema=False)
    app.add_route("/workbench/static/{name:path}", static, methods=["GET"], include_in_schema=False)


def _drawn(session: Session, focus: int | None, to: str) -> dict[str, Any]:
    from detente.workbench.drawing import graph_data

    with speaking(session.language), session.model.showing:
        return graph_data(session.dossier(), focus=focus, to=to)


def _exported(session: Session, kind: str) -> Exported:
    from detente.workbench.exports import export

    desk = session.model.desk
    if desk.good is None or desk.good.conflict is None or desk.good.revision != desk.revision:
        raise UsageError("the text has problems; mend them first")
    with speaking(session.language), session.model.showing:
        return export(session.dossier(), desk.good.conflict, desk.text, kind, desk.name)


def style_sheet() -> str:
    """Return the style sheet of the page: that of the report, and its own."""
    return style() + (STATIC / "workbench.css").read_text("utf-8")
