"""Figures as PNG."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import detente
from detente.analysis.picture import picture
from detente.analysis.relations import relations
from detente.analysis.robust import robust
from detente.errors import UsageError
from detente.report.figures.raster import png
from detente.report.figures.signed_graph import signed_graph_svg
from detente.report.figures.state_graph import state_graph_svg
from detente.report.figures.svg import colour, document, element, text
from detente.report.tornado import tornado_svg
from tests.svg_checks import HOSTILE

pytest.importorskip("matplotlib")


def pixels(figure: str):  # type: ignore[no-untyped-def]
    """Return the pixels of a figure, (height, width, 4) from 0 to 1."""
    import io

    from matplotlib.image import imread

    return imread(io.BytesIO(png(figure)), format="png")


def test_what_is_drawn_is_where_it_is_in_the_svg() -> None:
    parts = [
        element("rect", x=10, y=20, width=30, height=10, fill=colour("mover-1")),
        element("g", element("path", d="M0 0H20V10h-20Z", fill=colour("mover-2")), transform="translate(60 40)"),
        element("circle", cx=100, cy=80, r=8, fill=colour("mover-3")),
        element("path", d="M120 10C130 10 140 10 150 10", fill="none", stroke=colour("mover-4"), stroke_width=6),
    ]
    found = pixels(document("x", 160, 100, "x", "x", parts))
    assert found.shape == (200, 320, 4)
    for x, y, value in (
        (25, 25, "#0072b2"),
        (70, 45, "#d55e00"),
        (100, 80, "#009e73"),
        (135, 10, "#b5588f"),
        (25, 60, "#ffffff"),
    ):
        shown = "#" + "".join(f"{round(float(part) * 255):02x}" for part in found[2 * y, 2 * x, :3])
        assert shown == value, (x, y)


UNSURE = """
title: Two who are not sure
decision_makers:
  a:
    options: [x]
    preferences: [{that: b.y, certainty: 0.4}, a.x]
  b:
    options: [y]
    preferences: [{that: a.x, certainty: possible}, not b.y]
outcomes: {both: a.x and b.y}
claims: {sure: {says: Both hold, can_hold: both}}
"""


def test_figures_of_models(tmp_path: Path) -> None:
    conflict = detente.library("cuban_missile_crisis")
    svg = state_graph_svg(picture(conflict))
    found = pixels(svg)
    assert found.shape[0] > 400
    assert (found[..., :3] < 0.5).any()
    (tmp_path / "unsure.yaml").write_text(UNSURE, "utf-8")
    unsure = robust(detente.load(tmp_path / "unsure.yaml"), worlds=20)
    for figure in (signed_graph_svg(relations(detente.library("shared_river"))), tornado_svg(unsure)):
        assert png(figure).startswith(b"\x89PNG")


def test_hostile_words_are_drawn_as_they_are() -> None:
    lines = [text(10, 20 + 20 * row, words) for row, words in enumerate(HOSTILE)]
    assert png(document("x", 400, 20 * len(HOSTILE) + 30, "x", "x", lines)).startswith(b"\x89PNG")


def test_without_matplotlib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    figure = document("x", 10, 10, "x", "x", [])
    with pytest.raises(UsageError, match=r"pip install 'detente\[figures\]'"):
        png(figure)
