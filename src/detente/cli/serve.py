"""The workbench: a page in the browser on which models are written and tried out."""

from __future__ import annotations

from typing import Annotated

import typer

from detente.cli.common import note


def serve(
    model: Annotated[
        str | None, typer.Argument(metavar="[MODEL]", help="A model file, a folder of them, or a built-in name.")
    ] = None,
    host: Annotated[
        str, typer.Option("--host", help="The address to listen on; any but this machine's own demands a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; a free one if not said.")] = 0,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
) -> None:
    """Open the workbench: write a model, see at once what holds, and try what would change it."""
    from detente.workbench import serve as workbench

    workbench.needed()
    workspace, key = workbench.workspace_of(model)
    place = workbench.listen(host, port, key)
    print(place.url, flush=True)
    note("The workbench runs until you press Ctrl+C." + ("" if not place.token else " The address holds its token."))
    workbench.run(workspace, place, open_browser=not no_open)
