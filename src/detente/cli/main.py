"""The command line: one executable with verbs."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer
from typer.exceptions import TyperException

from detente.cli import models, questions
from detente.errors import DetenteError, ModelError

app = typer.Typer(
    name="detente",
    help="Which outcomes of a conflict can hold, why, and what would have to change.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from detente.stability import backend
        from detente.version import __version__

        print(f"detente {__version__} (kernels: {backend.name})")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version and the kernels in use."),
    ] = False,
) -> None:
    """Which outcomes of a conflict can hold, why, and what would have to change."""


for _command in (
    questions.analyze,
    questions.explain,
    questions.paths,
    questions.coalitions,
    questions.compare,
    questions.states,
    models.validate,
    models.convert,
    models.new,
    models.schema,
    models.list_library,
    models.demo,
):
    app.command(name="library" if _command is models.list_library else _command.__name__)(_command)


def run() -> None:
    """Run the command line. Bad input ends with status 2 and a message, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status = app(standalone_mode=False)
    except TyperException as error:
        show = getattr(error, "show", None)
        show() if show is not None else print(f"detente: {error}", file=sys.stderr)
        sys.exit(getattr(error, "exit_code", 2))
    except DetenteError as error:
        print(error if isinstance(error, ModelError) else f"detente: {error}", file=sys.stderr)
        sys.exit(2)
    except MemoryError:
        print("detente: the machine has too little memory for this", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except (KeyboardInterrupt, typer.Abort):
        print("detente: interrupted", file=sys.stderr)
        sys.exit(130)
    if status == 130:
        print("detente: interrupted", file=sys.stderr)
    sys.exit(status if isinstance(status, int) else 0)
