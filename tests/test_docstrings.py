"""The examples in docstrings are so, and whoever asks a question finds one."""

from __future__ import annotations

import doctest
import importlib
import inspect
import io
import pkgutil
import re
from pathlib import Path
from types import FunctionType, ModuleType

import pytest
from docs import fill

import detente
import detente.analysis
from detente.analysis.result import Shown

SOURCE = Path(detente.__file__).parent
WITH_EXAMPLES = [
    ".".join(("detente", *path.relative_to(SOURCE).with_suffix("").parts))
    for path in sorted(SOURCE.rglob("*.py"))
    if ">>> " in path.read_text("utf-8") and path.name != "__init__.py"
]


def analysis_modules() -> list[ModuleType]:
    """Return the modules that answer questions."""
    names = [item.name for item in pkgutil.iter_modules(detente.analysis.__path__)]
    return [importlib.import_module(f"detente.analysis.{name}") for name in names]


def questions() -> list[FunctionType]:
    """Return the functions that answer a question about a conflict: what they return is shown to people."""
    results = {
        name
        for module in analysis_modules()
        for name, item in vars(module).items()
        if inspect.isclass(item) and issubclass(item, Shown)
    }
    return [
        item
        for module in analysis_modules()
        for name, item in vars(module).items()
        if inspect.isfunction(item) and item.__module__ == module.__name__ and not name.startswith("_")
        if item.__annotations__.get("return") in results and item.__name__ != "answer_of"
    ]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_are_so(name: str) -> None:
    module = importlib.import_module(name)
    runner, report = doctest.DocTestRunner(verbose=False), io.StringIO()
    for test in doctest.DocTestFinder().find(module, name):
        runner.run(test, out=report.write)
    assert runner.summarize(verbose=False).failed == 0, report.getvalue()


def test_every_question_has_an_example() -> None:
    asked = questions()
    assert len(asked) > 20
    named = [detente.load, detente.loads, detente.analyze, detente.variant]
    assert [item.__qualname__ for item in (*asked, *named) if ">>> " not in (item.__doc__ or "")] == []


def test_every_question_and_its_answer_is_on_the_page_of_functions() -> None:
    text = (fill.HERE / "api.md").read_text("utf-8")
    for item in questions():
        assert f"`{item.__module__}.{item.__name__}(" in text
        assert re.search(rf"^\.\. autoclass:: [\w.]+\.{item.__annotations__['return']}$", text, re.MULTILINE)


def test_short_names_are_there_and_on_the_page() -> None:
    text = (fill.HERE / "api.md").read_text("utf-8")
    for name in detente.__all__:
        assert name == "__version__" or f"detente.{name}" in text
        assert getattr(detente, name) is not None
    for item in questions():
        short = getattr(detente, item.__name__, item)
        assert short is item, f"another thing is called detente.{item.__name__}"
