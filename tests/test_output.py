"""What answers look like: widths, streams that fail, lists that are cut, columns of CSV, short forms of objects."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_cli import run

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
@pytest.mark.parametrize("command", ["states peace_delusion", "states peace_delusion --format csv", "schema"])
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
    assert "one_gives_way" in run("analyze", "chicken", COLUMNS="1").stdout
