"""``python -m bench [--quick] [--json FILE]``: print the table."""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import models, page, scaling, worlds
from bench.measure import CONCEPTS, GROWTH, ROWS, Row

ROOT = Path(__file__).resolve().parent.parent
Figures = dict[str, Any]


def run_row(key: str, row: Row) -> Figures:
    """Measure a row in a fresh process."""
    environment = os.environ | ({"DETENTE_KERNELS": "numpy"} if row.numpy else {})
    done = subprocess.run(
        [sys.executable, "-m", "bench.measure", key],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit {done.returncode}"}
    figures: Figures = json.loads(done.stdout)
    return figures


def literal_rate() -> float | None:
    """The second yardstick: states times DMs a second of the literal implementation in the tests; None without it."""
    try:
        from tests.oracle import LiteralModel

        from detente.language.load import loads
    except ImportError:
        return None
    from bench.models import prioritised_file

    conflict = loads(prioritised_file(2, 2, 2, statements=6))
    begin = time.perf_counter()
    model = LiteralModel(conflict)
    names = [dm.id for dm in conflict.parties]
    states = 0
    for concept in CONCEPTS:
        for name in names:
            states = len(model.stable_for(concept.id, name))
    return states * len(names) / (time.perf_counter() - begin)


def process_rows(repeats: int = 7) -> dict[str, Figures]:
    """Whole processes of the command line, with the disk warm: help, and a file of twelve states."""
    program = Path(sys.executable).parent / "detente"
    twelve = (
        "title: Twelve states\n"
        "decision_makers:\n"
        "  one:\n"
        "    options: {act: Act, wait: Wait}\n"
        "    preferences: [two.level = high, not one.act]\n"
        "  two:\n"
        "    options:\n"
        "      level: {name: Level, values: [low, middle, high]}\n"
        "    preferences: [one.act, two.level = low]\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "twelve.yaml"
        path.write_text(twelve, encoding="utf-8")
        six = Path(folder) / "six.yaml"
        six.write_text(models.with_two_lenses(2, 2, 2, 2, 2, 2), encoding="utf-8")
        uncertain = Path(folder) / "uncertain.yaml"
        uncertain.write_text(models.uncertain_file(), encoding="utf-8")
        concepts = "nash,gmr,smr,seq,sseq"
        return {
            "detente --help": _process([str(program), "--help"], 0.5, repeats),
            "detente analyze, a file of 12 states": _process([str(program), "analyze", str(path)], 0.8, repeats),
            "detente check --why --sets 0, peace_delusion": _process(
                [str(program), "check", "peace_delusion", "--why", "--sets", "0"], 3.0, 3
            ),
            "detente check --why, peace_delusion": _process(
                [str(program), "check", "peace_delusion", "--why"], None, 1
            ),
            "detente durability --every-mix, six parties of two lenses, 4,096 states": _process(
                [str(program), "durability", str(six), "--every-mix"], 20.0, 3
            ),
            "detente robust, 2,000 drawn worlds, five concepts, 363 states": _process(
                [str(program), "robust", str(uncertain), "--worlds", "2000", "--concept", concepts], None, 3
            ),
        }


def _process(command: list[str], at_most: float | None, repeats: int) -> Figures:
    seconds = []
    for _ in range(repeats + 1):
        begin = time.perf_counter()
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            return {"failed": f"{command[0]} is not installed"}
        seconds.append(time.perf_counter() - begin)
        if done.returncode > 1:  # 1: done, and something checked does not hold
            return {"failed": done.stderr.strip()[-200:]}
    return {"seconds": statistics.median(seconds[1:]), "runs": [round(s, 4) for s in seconds[1:]], "at_most": at_most}


def exponent(results: Mapping[str, Figures]) -> float | None:
    """Return the exponent b of time = a · states^b, by least squares on logarithms; None with under two sizes."""
    points = [results[key] for key in GROWTH if "seconds" in results.get(key, {})]
    if len(points) < 2:
        return None
    x = [math.log(point["states"]) for point in points]
    y = [math.log(point["seconds"]) for point in points]
    return statistics.linear_regression(x, y).slope


def show(
    results: Mapping[str, Figures],
    rate: float | None,
    processes: Mapping[str, Figures],
    many: dict[str, Figures],
    side_by_side: dict[str, Figures],
    in_browser: dict[str, Figures],
) -> None:
    """Print the tables."""
    console = Console(width=None if sys.stdout.isatty() else 160)
    table = Table(title="Nash, GMR, SMR, SEQ and SSEQ of all decision makers; strict random ranks but for files")
    for name in ("model", "states", "seconds", "at most", "CPU s", "peak GB", "at most", "x reading", "x literal"):
        table.add_column(name, justify="left" if name == "model" else "right")
    for key, figures in results.items():
        row = ROWS[key]
        if "failed" in figures:
            table.add_row(row.title, "", f"failed: {figures['failed']}")
            continue
        engine = figures["states"] * figures["parties"] / figures["seconds"]
        table.add_row(
            row.title,
            f"{figures['states']:,}",
            _against(figures["seconds"], row.at_most, 3),
            "" if row.at_most is None else f"{row.at_most:g}",
            f"{figures['cpu']:.3f}",
            _against(figures["peak"] / 1e9, row.memory, 2),
            "" if row.memory is None else f"{row.memory:g}",
            f"{figures['seconds'] / figures['reading']:.0f}",
            "no literal" if rate is None else f"{engine / rate:,.0f}",
        )
    console.print(table)
    console.print("x reading: times as long as reading all rank arrays once from memory.", highlight=False)
    if rate is None:
        console.print("x literal: the literal implementation (tests.oracle) is not here.", highlight=False)
    else:
        console.print(
            f"x literal: times as many states and decision makers a second as the literal implementation on 64 states "
            f"({rate:,.0f}).",
            highlight=False,
        )
    fitted = exponent(results)
    if fitted is not None:
        words = f"time grows with states to the power {fitted:.2f} (boxes of 4 decision makers)."
        console.print(words, highlight=False)
    whole = Table(title="Whole processes")
    for name in ("command", "seconds", "at most"):
        whole.add_column(name, justify="left" if name == "command" else "right")
    for command, figures in processes.items():
        if "failed" in figures:
            whole.add_row(command, f"failed: {figures['failed']}")
        else:
            limit = figures["at_most"]
            whole.add_row(command, _against(figures["seconds"], limit, 2), "" if limit is None else f"{limit:g}")
    console.print(whole)
    console.print(worlds.table(many))
    console.print(scaling.table(side_by_side))
    console.print(page.table(in_browser))


def _against(value: float, limit: float | None, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return f"[red]{text} over[/red]" if limit is not None and value > limit else text


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only the models that take a few seconds")
    parser.add_argument("--only", nargs="*", choices=list(ROWS), help="only these models")
    parser.add_argument("--json", type=Path, help="also write all figures to this file")
    asked = parser.parse_args()
    rate = literal_rate()
    results = {}
    for key, row in ROWS.items():
        if (asked.quick and not row.quick) or (asked.only is not None and key not in asked.only):
            continue
        print(f"{row.title} …", file=sys.stderr, flush=True)
        results[key] = run_row(key, row)
    processes = process_rows()
    print("worlds side by side …", file=sys.stderr, flush=True)
    many, side_by_side = worlds.run_rows(), scaling.run_rows()
    print("the workbench …", file=sys.stderr, flush=True)
    in_browser = page.measure()
    show(results, rate, processes, many, side_by_side, in_browser)
    if asked.json:
        whole = {"models": results, "literal": rate, "exponent": exponent(results), "processes": processes}
        whole |= {"worlds": many, "side by side": side_by_side, "workbench": in_browser}
        asked.json.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
