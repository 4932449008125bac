"""Fill in what the pages and the README show: output of commands, copies of files, tables out of the program.

``python docs/fill.py`` rewrites the pages; with ``--check`` it names what is stale and changes nothing. What is filled
in stands under a comment. Each page has an empty folder of its own, in which its commands run one after another.

``<!-- run: COMMAND -->`` and a block
    What the command prints; a block marked ``console`` begins with the command. Before the colon may stand
    ``status=N`` (how the command ends, 0 otherwise), ``lines=N`` (show so many) and ``json`` (lay it out).
``<!-- kept: COMMAND -->`` and a block
    The same for a command that takes minutes, with ``lines=N``: what it printed is kept in ``docs/data``, with a digest
    of the model that it is about. ``python docs/fill.py --data`` runs these commands again.
``<!-- file: NAME -->`` and a block
    A file that the commands use.
``<!-- into: NAME -->`` and a block
    A part of that file: it takes the place of the part that begins with the same line, or comes last.
``<!-- whole: NAME -->`` and a block
    That file as it is by now.
``<!-- copy: PATH -->`` and a block
    A file of the source.
``<!-- made: WHAT -->`` … ``<!-- end -->``
    What one of ``MAKERS`` returns.
"""

from __future__ import annotations

import hashlib
import inspect
import io
import json
import os
import pkgutil
import re
import shlex
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PAGES = [ROOT / "README.md", *sorted(HERE.glob("*.md")), *sorted(HERE.glob("howto/*.md"))]
DATA = HERE / "data"
WIDTH = 100

PART = re.compile(
    r"(?P<head>^<!-- (?P<kind>run|kept|file|into|whole|copy|made)(?P<options>[^:\n]*): (?P<what>[^\n]+) -->\n"
    r"(?P<fence>```\w*\n)?)"
    r"(?P<body>.*?)(?P<tail>^(?(fence)```|<!-- end -->)$)",
    re.MULTILINE | re.DOTALL,
)


MODEL = re.compile(
    r"^(?:<!-- (?!into|whole|copy)[^\n]* -->\n|(?<! -->\n))```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL
)


def filled(text: str) -> str:
    """Return a page with every marked part as it must be."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        return PART.sub(lambda part: part["head"] + _due(part) + part["tail"], text)


def stale(text: str, right: str) -> list[str]:
    """Return the markers of the parts in which two versions of a page differ, with their lines."""
    pairs = zip(PART.finditer(text), PART.finditer(right), strict=True)
    return [
        f"{text.count(chr(10), 0, old.start()) + 1}: {old['kind']} {old['what']}"
        for old, new in pairs
        if old["body"] != new["body"]
    ]


def _due(part: re.Match[str]) -> str:
    kind, what = part["kind"], part["what"]
    if kind == "file":
        Path(what).write_text(part["body"], "utf-8")
        return part["body"]
    if kind == "into":
        Path(what).write_text(_put(part["body"], Path(what).read_text("utf-8")), "utf-8")
        return part["body"]
    if kind == "whole":
        return Path(what).read_text("utf-8")
    if kind == "copy":
        return (ROOT / what).read_text("utf-8")
    if kind == "made":
        maker, *arguments = what.split()
        return f"\n{MAKERS[maker](arguments).strip()}\n\n"
    output = _kept(what) if kind == "kept" else None
    return _transcript(what, part["options"].split(), "console" in (part["fence"] or ""), output)


def _put(part: str, text: str) -> str:
    """Put a part into a YAML file: in place of the part that begins with the same line, or at the end."""
    first = part.partition("\n")[0]
    lines = text.splitlines(keepends=True)
    begin = next((i for i, line in enumerate(lines) if line.rstrip() == first.rstrip()), len(lines))
    depth = len(first) - len(first.lstrip())
    end = begin + 1
    while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > depth):
        end += 1
    return "".join([*lines[:begin], part, *lines[end:]])


# -- commands -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """What a command did."""

    status: int
    output: str
    messages: str


def run(line: str) -> Done:
    """Run ``[NAME=value …] detente … [| detente …]`` in the current folder."""
    from detente.cli.main import run as main

    done, messages = Done(0, "", ""), ""
    for command in line.split(" | "):
        words = shlex.split(command)
        settings = {"COLUMNS": str(WIDTH), "TERM": "dumb", "DETENTE_LANG": ""}
        while "=" in words[0]:
            name, _, settings[name] = words.pop(0).partition("=")
        if words[0] != "detente":
            raise ValueError(f"not a detente command: {line!r}")
        out, err, status = io.StringIO(), io.StringIO(), 0
        with (
            patch.dict(os.environ, settings),
            patch.object(sys, "argv", words),
            patch.object(sys.modules["__main__"], "__package__", None),  # else help names the program that runs this
            patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(done.output.encode()), encoding="utf-8")),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main()
            except SystemExit as stop:
                status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        messages += err.getvalue()
        done = Done(status, out.getvalue(), messages)
    return done


def _transcript(command: str, options: list[str], prompt: bool, output: str | None = None) -> str:
    numbers = {name: int(number) for name, _, number in (option.partition("=") for option in options) if number}
    if output is None:
        done = run(command)
        if done.status != numbers.get("status", 0):
            raise ValueError(f"{command!r} ended with status {done.status}:\n{done.output}{done.messages}")
        output = (laid_out(json.loads(done.output)) if "json" in options else done.output) + done.messages
    lines = [line.rstrip() for line in output.rstrip("\n").split("\n")]
    most = numbers.get("lines", len(lines))
    shown = [f"$ {command}"] * prompt + lines[:most] + ["…"] * (len(lines) > most)
    return "".join(f"{line}\n" for line in shown)


def _kept(command: str) -> str:
    """Return what a command printed when it was last run."""
    path = _place(command)
    digest, _, output = path.read_text("utf-8").partition("\n") if path.exists() else ("", "", "")
    if digest != _digest(command):
        raise ValueError(f"{command!r} has not been run on the model as it is; make docs-data")
    return output


def _run_again(pages: Iterable[Path]) -> None:
    """Run the commands whose output is kept, and forget those that no page shows."""
    parts = (part for page in pages for part in PART.finditer(page.read_text("utf-8")))
    commands = list(dict.fromkeys(part["what"] for part in parts if part["kind"] == "kept"))
    DATA.mkdir(exist_ok=True)
    for path in set(DATA.glob("*.txt")) - {_place(command) for command in commands}:
        path.unlink()
    for command in commands:
        begin = time.monotonic()
        done = run(command)
        if done.status:
            raise ValueError(f"{command!r} ended with status {done.status}:\n{done.output}{done.messages}")
        _place(command).write_text(f"{_digest(command)}\n{done.output}", "utf-8")
        print(f"{command}: {time.monotonic() - begin:.0f} s", flush=True)


def _place(command: str) -> Path:
    return DATA / (re.sub(r"\W+", "_", command.removeprefix("detente ")) + ".txt")


def _digest(command: str) -> str:
    """Return a digest of the built-in model that a command is about."""
    import detente

    return hashlib.sha256(detente.library(shlex.split(command)[2]).text.encode()).hexdigest()[:16]


def laid_out(value: Any, head: str = "", width: int = WIDTH) -> str:
    """Return data as JSON with one part a line, short parts together."""
    flat = head + json.dumps(value, ensure_ascii=False)
    if len(flat) <= width or not isinstance(value, (list, dict)):
        return flat
    if isinstance(value, dict):
        begin, end = "{}"
        parts = [laid_out(part, f"{json.dumps(key, ensure_ascii=False)}: ", width - 3) for key, part in value.items()]
    else:
        begin, end = "[]"
        parts = [laid_out(part, "", width - 3) for part in value]
    return f"{head}{begin}\n" + textwrap.indent(",\n".join(parts), "  ") + f"\n{end}"


# -- tables ---------------------------------------------------------------------------------------------------------


def _rows(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def _listed(keys: Iterable[str]) -> str:
    return ", ".join(f"`{key}`" for key in keys)


def models() -> Iterator[str]:
    """Yield the models that the pages show, then the built-in ones; what adds to another is put together with it."""
    found = [text for page in PAGES for text in MODEL.findall(page.read_text("utf-8"))]
    base = next(iter(MODEL.findall((HERE / "language.md").read_text("utf-8"))))
    yield from (text if f"\n{text}".count("\ndecision_makers:") else base + text for text in found)
    for folder in ("classics", "scenarios"):
        for path in sorted((ROOT / "src/detente/library" / folder).glob("*.yaml")):
            yield path.read_text("utf-8")


def _keys(arguments: list[str]) -> str:
    """Tables of the keys of a JSON Schema beside the pages; without a name, of the model language."""
    from detente.language.reference import markdown
    from detente.language.reference_examples import key_examples, paths
    from detente.language.schema import json_schema

    if arguments:
        tables = markdown(json.loads((HERE / arguments[0]).read_text("utf-8")), prefix="key", share=False)
    else:
        schema = json_schema()
        examples = key_examples(schema, map(_data, models()))
        tables = markdown(schema, prefix="key", paths=paths(schema), examples=examples)
    text = re.sub(r"^\(key-\w+\)=\n", "", tables, flags=re.MULTILINE)
    return re.sub(r"\]\(#key-(\w+)\)", lambda link: f"](#{link[1].replace('_', '-')})", text)


def _data(text: str) -> Any:
    """Return a model file as plain data."""
    from detente.language.source import read_document

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(part) for key, part in value.items()}
        if isinstance(value, list):
            return [plain(part) for part in value]
        return float(value) if isinstance(value, Decimal) else value

    return plain(read_document(text, "model").data)


def _concept(arguments: list[str]) -> str:
    """What the registry says about one concept."""
    from detente.stability.registry import concept

    item = concept(arguments[0])
    symbols = (inspect.getdoc(item.decide) or "").split("\n\n")[0].replace("\n", " ")
    parts = [f"In words: {item.definition}", f"In symbols: {symbols}", f"Source: {item.source}. Key: `{item.id}`."]
    if item.implies:
        parts.append(f"A state that is stable in this sense is also stable under {_listed(item.implies)}.")
    return "\n\n".join(parts)


def _concepts(arguments: list[str]) -> str:
    """All concepts, or with an argument those for coalitions."""
    from detente.analysis.coalition_judge import CONCEPTS as FOR_COALITIONS
    from detente.stability.registry import CONCEPTS

    head = ("key", "name", "definition", "source")
    if arguments:
        return _rows(head, ((f"`{c.id}`", c.name, c.definition, c.source) for c in FOR_COALITIONS.values()))
    rows = ((f"`{c.id}`", c.name, c.definition, c.source, _listed(c.implies)) for c in CONCEPTS.values())
    return _rows((*head, "implies"), rows)


def _equilibria(names: list[str]) -> str:
    """Equilibria of built-in conflicts under every concept."""
    import detente
    from detente.stability.registry import CONCEPTS

    def cell(item: Any, key: str) -> str:
        if key in item.verdicts.absent:
            return "–"
        return " ".join(str(state + 1) for state in item.equilibria(key)) or "none"

    found = {name: detente.analyze(detente.library(name)).reading() for name in names}
    rows = ([f"`{name}`", *(cell(item, key) for key in CONCEPTS)] for name, item in found.items())
    return _rows(["conflict", *(f"`{key}`" for key in CONCEPTS)], rows)


def _functions(names: list[str]) -> str:
    """Functions and classes, each with the first sentence of its docstring and a link to all of it."""

    def line(name: str) -> str:
        item = pkgutil.resolve_name(name)
        parameters = (
            [] if inspect.isclass(item) else [key for key in inspect.signature(item).parameters if key != "self"]
        )
        called = "" if inspect.isclass(item) else f"({', '.join(parameters)})"
        said = (inspect.getdoc(item) or "").split("\n\n")[0].replace("\n", " ")
        return f"- [`{name}{called}`](#{name}): " + re.sub(r":\w+:`~?([^`]*)`", r"`\1`", said)

    return "\n".join(line(name) for name in names)


def _full(names: list[str]) -> str:
    """The docstrings of functions, classes with their methods, and data, as Sphinx renders them."""

    def lines(name: str) -> list[str]:
        item = pkgutil.resolve_name(name)
        if inspect.isfunction(item):
            return [f".. autofunction:: {name}"]
        if not inspect.isclass(item):
            return [f".. autodata:: {name}", "   :no-value:"]
        kind = "autoexception" if issubclass(item, Exception) else "autoclass"
        return [f".. {kind}:: {name}", "   :members:", "   :exclude-members: __init__, __new__"]

    return "\n".join(["```{eval-rst}", *(line for name in names for line in lines(name)), "```"])


MAKERS: dict[str, Callable[[list[str]], str]] = {
    "keys": _keys,
    "concept": _concept,
    "concepts": _concepts,
    "equilibria": _equilibria,
    "functions": _functions,
    "full": _full,
}


def main() -> int:
    """Rewrite or check all pages."""
    check, found = "--check" in sys.argv[1:], False
    if "--data" in sys.argv[1:]:
        _run_again(PAGES)
    for page in PAGES:
        text = page.read_text("utf-8")
        right = filled(text)
        for part in stale(text, right):
            found = True
            print(f"{page.relative_to(ROOT)}:{part}: {'stale' if check else 'filled in'}")
        if not check and right != text:
            page.write_text(right, "utf-8")
    return int(check and found)


if __name__ == "__main__":
    sys.exit(main())
