"""Sphinx directives: output of ``detente`` commands, tables from the schemas and from the registry of concepts."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from examples import Workplace, commands, pretty
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

_WORKPLACES: dict[str, Workplace] = {}


class _Page(SphinxDirective):
    """What all of them share."""

    has_content = True

    def markdown(self, text: str) -> list[nodes.Node]:
        """Return a Markdown text as nodes, headings included."""
        node = nodes.section()
        node.document = self.state.document
        self.state.nested_parse(
            StringList(text.split("\n"), self.env.docname), self.content_offset, node, match_titles=True
        )
        return node.children

    def workplace(self) -> Workplace:
        """Return the folder in which this page's commands run."""
        return _WORKPLACES.setdefault(self.env.docname, Workplace())

    def code(self, text: str, language: str) -> nodes.Node:
        """Return a block of code."""
        node = nodes.literal_block(text, text)
        node["language"] = language
        return node


class File(_Page):
    """A file that the page's commands use."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        text = "\n".join(self.content) + "\n"
        self.workplace().write(self.arguments[0], text)
        caption = nodes.caption("", "", nodes.literal("", self.arguments[0]))
        return [
            nodes.container("", caption, self.code(text, "yaml"), literal_block=True, classes=["literal-block-wrapper"])
        ]


class Detente(_Page):
    """Commands and what they print. Building stops when one ends otherwise than with ``:status:`` (0)."""

    option_spec: ClassVar[dict[str, Any]] = {
        "status": directives.nonnegative_int,
        "json": directives.flag,
        "lines": directives.positive_int,
    }

    def run(self) -> list[nodes.Node]:
        parts = []
        for command in commands("\n".join(self.content)):
            done = self.workplace().run(command)
            if done.status != self.options.get("status", 0):
                raise self.error(f"{command!r} ended with status {done.status}:\n{done.output}{done.messages}")
            output = pretty(done.output) if "json" in self.options else done.output
            shown = [line.rstrip() for line in (output + done.messages).strip("\n").split("\n")]
            most = self.options.get("lines", len(shown))
            parts.append("\n".join([f"$ {command}", *shown[:most], *(["…"] if len(shown) > most else [])]))
        return [self.code("\n\n".join(parts), "text")]


class ModelKeys(_Page):
    """The keys of the model language, from its JSON Schema."""

    def run(self) -> list[nodes.Node]:
        from detente.language.reference import markdown
        from detente.language.schema import json_schema

        return self.markdown(markdown(json_schema(), prefix="key"))


class JsonKeys(_Page):
    """The keys of a JSON Schema that lies beside the page."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        from detente.language.reference import markdown

        path = Path(self.env.srcdir) / self.arguments[0]
        self.env.note_dependency(str(path))
        schema = json.loads(path.read_text("utf-8"))
        return self.markdown(markdown(schema, prefix="json", share=False))


class ConceptRecord(_Page):
    """What the registry says about one concept."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        from detente.stability.registry import concept

        item = concept(self.arguments[0])
        symbols = (inspect.getdoc(item.decide) or "").split("\n\n")[0].replace("\n", " ")
        lines = [f"In words: {item.definition}", f"In symbols: {symbols}", f"Source: {item.source}. Key: `{item.id}`."]
        if item.implies:
            lines.append("A state that is stable in this sense is also stable under " + _listed(item.implies) + ".")
        return self.markdown("\n\n".join(lines))


class ConceptTable(_Page):
    """All concepts of the registry, or with ``coalitions`` those for coalitions."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        if self.arguments == ["coalitions"]:
            from detente.analysis.coalition_judge import CONCEPTS as COALITION_CONCEPTS

            rows = ["| key | name | definition | source |", "| --- | --- | --- | --- |"]
            rows += [f"| `{c.id}` | {c.name} | {c.definition} | {c.source} |" for c in COALITION_CONCEPTS.values()]
            return self.markdown("\n".join(rows))
        from detente.stability.registry import CONCEPTS

        rows = ["| key | name | definition | source | implies |", "| --- | --- | --- | --- | --- |"]
        for item in CONCEPTS.values():
            rows.append(f"| `{item.id}` | {item.name} | {item.definition} | {item.source} | {_listed(item.implies)} |")
        return self.markdown("\n".join(rows))


class EquilibriaTable(_Page):
    """Equilibria of the conflicts named, under every concept, computed at the build."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        import detente
        from detente.stability.registry import CONCEPTS

        rows = [
            "| conflict | " + " | ".join(f"`{key}`" for key in CONCEPTS) + " |",
            "| --- " * (len(CONCEPTS) + 1) + "|",
        ]
        for name in self.arguments[0].split():
            item = detente.analyze(detente.library(name)).reading()
            cells = [
                " ".join(str(state + 1) for state in item.equilibria(key)) or "none"
                if key not in item.verdicts.absent
                else "–"
                for key in CONCEPTS
            ]
            rows.append(f"| `{name}` | " + " | ".join(cells) + " |")
        return self.markdown("\n".join(rows))


def _listed(keys: tuple[str, ...]) -> str:
    return ", ".join(f"`{key}`" for key in keys)


def _forget(app: Sphinx, docname: str, _content: list[str]) -> None:
    """Begin each page with an empty folder."""
    if docname in _WORKPLACES:
        _WORKPLACES.pop(docname).close()


def _forget_all(_app: Sphinx, _error: Exception | None) -> None:
    while _WORKPLACES:
        _WORKPLACES.popitem()[1].close()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives."""
    for name, directive in {
        "file": File,
        "detente": Detente,
        "model-keys": ModelKeys,
        "json-keys": JsonKeys,
        "concept": ConceptRecord,
        "concept-table": ConceptTable,
        "equilibria-table": EquilibriaTable,
    }.items():
        app.add_directive(name, directive)
    app.connect("source-read", _forget)
    app.connect("build-finished", _forget_all)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
