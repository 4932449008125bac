"""The command line: one executable with verbs."""

from __future__ import annotations

import io
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperCommand
from typer.exceptions import TyperException

from detente.cli import (
    argument,
    brief,
    change,
    graph,
    models,
    questions,
    relations,
    report,
    robust,
    serve,
    streams,
    variants,
    views,
)
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


class _Command(TyperCommand):
    """A command that takes ``-@NAME``, standard input under a variant, for an argument and no option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [arg[1:] if arg.startswith("-@") else arg for arg in args])


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
    brief.brief,
    report.report,
    questions.analyze,
    argument.check,
    variants.variants,
    robust.robust,
    change.change,
    argument.durability,
    views.views,
    argument.evolve,
    argument.phases,
    argument.purpose,
    argument.vetoes,
    relations.relations,
    questions.explain,
    questions.paths,
    graph.graph,
    questions.coalitions,
    questions.means,
    questions.compare,
    questions.states,
    models.validate,
    models.convert,
    models.new,
    models.schema,
    models.list_library,
    models.demo,
    serve.serve,
):
    app.command(name="library" if _command is models.list_library else _command.__name__, cls=_Command)(_command)


def run() -> None:
    """Run the command line. Bad input ends with status 2 and a message, never a traceback."""
    streams.prepare()
    try:
        status = app(standalone_mode=False)
        sys.stdout.flush()
    except TyperException as error:
        _show(error)
        sys.exit(getattr(error, "exit_code", 2))
    except DetenteError as error:
        streams.say(error if isinstance(error, ModelError) else f"detente: {error}")
        sys.exit(2)
    except MemoryError:
        streams.say("detente: the machine has too little memory for this")
        sys.exit(2)
    except OSError as error:
        sys.exit(streams.failed(error))
    except SystemExit as stop:
        if isinstance(stop.__context__, OSError):  # typer makes an exit of a closed pipe
            sys.exit(streams.failed(stop.__context__))
        raise
    except (KeyboardInterrupt, typer.Abort):
        streams.say("detente: interrupted")
        sys.exit(130)
    if status == 130:
        streams.say("detente: interrupted")
    sys.exit(status if isinstance(status, int) else 0)


def _show(error: TyperException) -> None:
    """Write a message about wrong usage, with the usage."""
    show = getattr(error, "show", None)
    if show is None:
        streams.say(f"detente: {error}")
        return
    words = io.StringIO()
    show(file=words)
    streams.say(words.getvalue().rstrip("\n"))
