"""What answers look like: widths, streams that fail, lists that are cut, columns of CSV, short forms of objects."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import detente
from detente.analysis.analyze import analyze
from detente.analysis.compare import compare, side
from detente.analysis.outlook import nearest, outlook
from detente.analysis.paths import paths
from detente.analysis.states import states
from tests.command import good, run

DETENTE = f"{sys.executable} -m detente"
POSIX = pytest.mark.skipif(os.name == "nt", reason="streams of another kind")


def shell(command: str) -> subprocess.CompletedProcess[str]:
    """Run a shell command; its status is the first one's of a pipe that fails."""
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, timeout=120, check=False
    )


# -- streams that fail ----------------------------------------------------------------------------------------------


@POSIX
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    "command", ["library", "library --format json", "states elmira --format csv", "--help", "schema"]
)
def test_a_full_disk_is_one_line_and_status_2(command: str) -> None:
    done = shell(f"{DETENTE} {command} > /dev/full")
    assert done.stderr == "detente: the answer could not be written: No space left on device\n"
    assert done.returncode == 2


@POSIX
@pytest.mark.parametrize("command", ["library", "states chicken --format csv", "--version"])
def test_closed_standard_output_is_one_line_and_status_2(command: str) -> None:
    done = shell(f"{DETENTE} {command} >&-")
    assert done.stderr == "detente: the answer could not be written: standard output is closed\n"
    assert done.returncode == 2


@POSIX
@pytest.mark.parametrize("command", ["states peace_delusion --all", "states peace_delusion --format csv", "schema"])
def test_who_stops_reading_hears_nothing(command: str) -> None:
    done = shell(f"{DETENTE} {command} | head -c 1")
    assert done.stderr == ""
    assert done.returncode in ((0, 141) if command == "schema" else (141,))


@POSIX
@pytest.mark.parametrize("closed", ["2>/dev/full", "2>&-"])
def test_a_message_that_cannot_be_written_keeps_its_status(closed: str) -> None:
    done = shell(f"{DETENTE} analyze nowhere.yaml {closed}")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


@POSIX
def test_no_standard_input_is_an_empty_model() -> None:
    done = shell(f"{DETENTE} analyze - <&-")
    assert done.returncode == 2
    assert "the model is empty" in done.stderr


@POSIX
def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    done = shell(f"cat {pipe} & {DETENTE} convert chicken {pipe} --force; wait")
    assert done.returncode == 0
    assert "title: Chicken" in done.stdout
    assert pipe.is_fifo()


# -- widths ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", ["0", "", "wide", "-3", "²"])
def test_a_width_that_is_none_is_as_if_unset(columns: str) -> None:
    done = run("analyze", "cuban_missile_crisis", COLUMNS=columns)
    assert done.stdout
    assert 80 < max(map(len, done.stdout.splitlines())) <= 110


@pytest.mark.parametrize("columns", [50, 60, 80, 110])
@pytest.mark.parametrize(
    "arguments",
    [
        ("analyze", "cuban_missile_crisis"),
        ("analyze", "elmira"),
        ("explain", "chicken", "--state", "4"),
        ("compare", "chicken", "stag_hunt"),
        ("compare", "elmira", "elmira_options"),
        ("states", "elmira_options"),
        ("coalitions", "elmira"),
        ("paths", "elmira", "--to", "s8"),
        ("demo", "cuban_missile_crisis"),
        ("library",),
    ],
    ids=" ".join,
)
def test_lines_fit_and_nothing_is_squeezed(arguments: tuple[str, ...], columns: int) -> None:
    done = run(*arguments, COLUMNS=str(columns))
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= columns
    assert all(line == line.rstrip() for line in lines)
    assert sum(0 < len(line.strip()) < 4 for line in lines) <= len(lines) // 10


def test_a_terminal_of_one_column_still_gets_words() -> None:
    assert "One gives way" in run("analyze", "chicken", COLUMNS="1").stdout


# -- lists that are cut ---------------------------------------------------------------------------------------------

SIXTEEN = """
title: Sixteen
decision_makers:
  a: {options: [p, q], preferences: [a.p]}
  b: {options: [p, q], PREFERENCES}
"""
"""Two parties, four options; ``b`` likes everything the same or ``b.p`` best."""


def test_compare_counts_the_states_that_it_does_not_list(tmp_path: Path) -> None:
    for name, wants in (("some", "preferences: [b.p]"), ("any", "preferences: []")):
        text = SIXTEEN.replace("PREFERENCES", wants).replace("preferences: [a.p]", wants.replace("b.", "a."))
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    sides = (str(tmp_path / "any.yaml") + ":nash", str(tmp_path / "some.yaml") + ":nash")
    cut = good("compare", *sides)
    assert len(re.findall("^nash, only A: state", cut, re.MULTILINE)) == 8
    assert "… and 4 more under nash, only A (--all shows them; JSON and CSV have them)" in cut
    everything = good("compare", *sides, "--all")
    assert len(re.findall("^nash, only A: state", everything, re.MULTILINE)) == 12
    assert "more under" not in everything
    assert len(json.loads(good("compare", *sides, "--format", "json"))["concepts"][0]["only_a"]) == 12


def test_compare_says_what_could_not_be_decided() -> None:
    assert "sim / seq: not decided; SIM recombines" in good("compare", "peace_delusion:sim", "peace_delusion:seq")


def test_coalitions_counts_the_improvements_that_it_does_not_describe() -> None:
    shown = good("coalitions", "peace_delusion", "--coalition", "president+russia")
    found = json.loads(good("coalitions", "peace_delusion", "--coalition", "president+russia", "--format", "json"))
    (ends,) = found["coalitions"][0]["improvements"].values()
    assert f"… and {len(ends) - 3} more (JSON describes them all)" in shown


def test_states_of_a_large_model_are_cut_with_a_count() -> None:
    shown = good("states", "peace_delusion")
    assert len(shown.splitlines()) < 250
    assert shown.count("… and 11,676 more (--all or --format csv for all; --where selects)") == 6
    everything = good("states", "peace_delusion", "--where", "settlement or land_deal or collapse", "--all")
    assert "more (" not in everything
    assert len(re.findall(r"^\d+ .*Collapse into Russian terms$", everything, re.MULTILINE)) == 284


# -- words ----------------------------------------------------------------------------------------------------------


def test_answers_name_their_reading() -> None:
    line = "Reading “All strategic” (strategic)\n"
    for arguments in (
        ("paths", "peace_delusion", "--to", "ceasefire"),
        ("states", "peace_delusion", "--where", "settlement"),
        ("explain", "peace_delusion", "--state", "1", "--concept", "nash"),
    ):
        assert line in good(*arguments, "--reading", "strategic")
    assert "Reading" not in good("paths", "elmira", "--to", "s8")


def test_tables_have_names_and_no_identifiers() -> None:
    shown = good("analyze", "elmira") + good("compare", "peace_delusion@essay:seq", "peace_delusion@strategic:seq")
    assert "plant_closed" not in shown
    assert "US president: Out of the war, on to China → " in shown
    assert "ceasefire_armed" not in shown
    assert "“A modified order is accepted” (2 states)" in good("paths", "elmira", "--to", "modified_order")
    assert "modified_order" in good("analyze", "elmira", "--format", "csv").splitlines()[0]


def test_who_gains_is_said_by_name() -> None:
    text = "decision_makers: {one: {options: [x]}, two: {name: Second party, options: [y], preferences: [one.x]}}"
    assert "\n1 < 2: Second party gains (gmr)\n" in good("analyze", "-", "--concept", "gmr", text=text)


def test_nature_is_counted_apart_everywhere() -> None:
    conflict = detente.library("peace_delusion")
    for words in (good("states", "peace_delusion", "--where", "settlement"), repr(conflict), conflict._repr_html_()):
        assert "5 decision makers and nature" in words


def test_what_is_too_large_for_a_tableau_is_said_plainly() -> None:
    message = refusal("analyze", "peace_delusion", "--tableau")
    assert message == ("detente: a tableau has room for 400 states, and this model has 11,776; leave out --tableau\n")


def refusal(*arguments: str) -> str:
    """Run, expect status 2, and return standard error."""
    done = run(*arguments)
    assert done.returncode == 2
    return done.stderr


# -- the tour -------------------------------------------------------------------------------------------------------


def test_the_tour_fits_two_screens_and_explains_its_words() -> None:
    tour = run("demo", COLUMNS="110").stdout
    assert len(tour.splitlines()) <= 91
    assert "3 legal moves away;" in tour
    assert "improvements alone do not lead there" in tour
    assert "(2 improvements away)" in tour
    for words in ("·: none", "A state holds (is an equilibrium)", "A reading says", "seq: if one gains by a move"):
        assert words in tour
    for words in ("●: an equilibrium under this concept; ·: none", "sim: ", "moves, impr.: "):
        assert words in run("demo", "chicken").stdout


def test_the_tour_names_commands_that_can_be_typed(tmp_path: Path) -> None:
    tour = run("demo", "chicken").stdout
    (line,) = [line for line in tour.splitlines() if " states chicken." in line]
    command = line.removeprefix("Who wants what: ").partition(". A verdict")[0]
    assert shell(command).returncode == 0
    (line,) = [line for line in tour.splitlines() if line.startswith("4 premises")]
    assert "preferences:" in shell(line.partition("author's: ")[2]).stdout
    mine = tmp_path / "mine.yaml"
    run("new", str(mine))
    assert f"they stand in {mine}" in run("demo", str(mine), COLUMNS="300").stdout


def test_the_nearest_state_is_one_that_improvements_lead_to() -> None:
    item = analyze(detente.library("peace_delusion"), concepts=["seq"]).reading("tactical")
    reach = item.reachability
    assert reach is not None
    for one in outlook(item, "seq"):
        if one.holding:
            held = item.equilibria("seq")
            inside = held[item.graph.outcome(one.outcome)[held]]
            assert one.example == nearest(item, inside)
            assert reach.by_improvements[one.example] == reach.by_improvements[inside].min()
            assert (one.improving is None) == (reach.by_improvements[one.example] > 10**6)


# -- CSV ------------------------------------------------------------------------------------------------------------


def rows(*arguments: str) -> list[dict[str, str]]:
    """Return the rows of a CSV answer."""
    return list(csv.DictReader(io.StringIO(good(*arguments, "--format", "csv"))))


def heads(*arguments: str) -> list[str]:
    """Return the columns of a CSV answer."""
    return next(csv.reader(io.StringIO(good(*arguments, "--format", "csv"))))


@pytest.mark.parametrize(
    "arguments",
    [
        ("analyze", "elmira"),
        ("states", "elmira"),
        ("coalitions", "elmira"),
        ("explain", "elmira", "--state", "s5"),
        ("compare", "elmira:nash", "elmira:gmr"),
        ("compare", "peace_delusion:sim", "peace_delusion:sim"),
        ("explain", "peace_delusion", "--state", "1", "--concept", "sim"),
    ],
    ids=" ".join,
)
def test_csv_begins_with_the_number_of_a_state(arguments: tuple[str, ...]) -> None:
    columns = heads(*arguments)
    assert columns[0] == "number"
    assert "state" not in columns
    assert all(columns)
    assert len(set(columns)) == len(columns)
    for row in rows(*arguments):
        assert int(row["number"]) >= 1
        assert not any(re.fullmatch(r"-?\d+\.0", value) for value in row.values())


def test_labels_are_a_column_where_states_have_them() -> None:
    assert rows("states", "elmira")[4]["label"] == "s5"
    assert rows("coalitions", "elmira")[4]["label"] == "s5"
    assert "label" not in heads("coalitions", "chicken")
    assert "label" not in heads("analyze", "chicken")


def test_empty_answers_have_columns() -> None:
    assert heads("paths", "elmira", "--to", "s8", "--by", "alone") == ["way", "step", "by", "from", "to"]
    assert heads("validate", "chicken")[0] == "level"


def test_csv_of_compare_has_the_states() -> None:
    found = rows("compare", "elmira:nash", "elmira:gmr")
    by_side = {where: [int(row["number"]) for row in found if row["holds in"] == where] for where in ("a", "both", "b")}
    data = json.loads(good("compare", "elmira:nash", "elmira:gmr", "--format", "json"))["concepts"][0]
    assert by_side == {"a": data["only_a"], "both": [a for a, _ in data["both"]], "b": data["only_b"]}
    assert {row["label"] for row in found} >= {"s5", "s8", "s9"}


# -- short forms ----------------------------------------------------------------------------------------------------

HOSTILE = """
title: "<script>alert(1)</script>\\e[31m"
decision_makers:
  a: {name: "<b>A</b>", options: {x: "<i>x</i>"}, preferences: [a.x]}
"""


def _objects() -> list[Any]:
    conflict = detente.library("peace_delusion")
    graph = detente.Graph(conflict)
    analysis = analyze(conflict, concepts=["seq"], graph=graph)
    here = side(conflict, "peace_delusion", "essay", "seq")
    found = compare(here, side(conflict, "peace_delusion", "tactical", "seq"))
    shown = states(conflict, graph=graph)
    way = paths(conflict, to="ceasefire", by=["moves"], graph=graph)
    return [conflict, analysis, analysis.reading(), found, found.concepts[0], here, shown, shown.views[0], way]


def test_what_a_prompt_prints_is_one_line() -> None:
    for item in _objects():
        assert "\n" not in repr(item)
        assert len(repr(item)) < 250, type(item)


def test_the_digest_is_of_all_that_a_model_says() -> None:
    one, other = (detente.loads(HOSTILE.replace("[a.x]", wants)) for wants in ("[a.x]", "[not a.x]"))
    assert repr(one) == repr(other)
    assert one.digest != other.digest


def test_notebooks_get_tables_with_every_label_escaped() -> None:
    conflict = detente.loads(HOSTILE)
    for html in (conflict._repr_html_(), analyze(conflict)._repr_html_()):
        assert "<table>" in html
        assert not re.search("<script|<b>|<i>|\x1b", html)
        assert "&lt;script&gt;" in html


def test_equilibria_are_of_the_reading_that_is_named() -> None:
    analysis = analyze(detente.library("peace_delusion"), concepts=["seq"])
    assert analysis.equilibria("seq") == analysis.equilibria("seq", reading="essay")
    assert analysis.equilibria("seq", reading="tactical") != analysis.equilibria("seq")
