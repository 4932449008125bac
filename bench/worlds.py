"""Many worlds, measured in processes of their own: ``python -m bench.worlds KEY``."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from bench import models

ROOT = Path(__file__).resolve().parent.parent
FIVE = ("nash", "gmr", "smr", "seq", "sseq")
Figures = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """A run over worlds to time.

    ``at_least`` is in different worlds a second, None where the figure is only reported; ``alone``: each world is
    analysed by itself, as ``detente analyze`` does.
    """

    title: str
    worlds: int
    concepts: tuple[str, ...] = FIVE
    model: str = "uncertain"
    at_least: float | None = None
    numpy: bool = False
    alone: bool = False


ROWS = {
    "five": Row("363 states, five concepts", 400_000, at_least=25_000),
    "five-more": Row("the same, five times as many worlds", 2_000_000),
    "claims": Row("the same with SIM and five claims", 100_000, (*FIVE, "sim"), "claims", at_least=10_000),
    "five-numpy": Row("five concepts, NumPy", 4_000, at_least=500, numpy=True),
    "alone": Row("five concepts, one world after the other", 300, alone=True),
    "essay": Row("peace_delusion: 11,776 states, four readings, 25 claims", 1_024, ("nash", "seq"), "peace_delusion"),
}


def run_rows() -> dict[str, Figures]:
    """Measure every row in a fresh process."""
    return {key: _run(key) for key in ROWS}


def table(rows: dict[str, Figures]) -> Table:
    """Return how many worlds a second there were, how many times as many as one by one, and how much memory."""
    result = Table(title="Worlds a second, statistics included; 363 states, 20 uncertain statements")
    for name in ("what", "different worlds", "seconds", "a second", "at least", "x alone", "peak MB"):
        result.add_column(name, justify="left" if name == "what" else "right")
    alone = rows["alone"].get("rate")
    for key, figures in rows.items():
        row = ROWS[key]
        if "failed" in figures:
            result.add_row(row.title, f"failed: {figures['failed']}")
            continue
        rate = figures["rate"]
        text = f"{rate:,.0f}"
        result.add_row(
            row.title,
            f"{figures['different']:,}",
            f"{figures['seconds']:.2f}",
            f"[red]{text} under[/red]" if row.at_least is not None and rate < row.at_least else text,
            "" if row.at_least is None else f"{row.at_least:,.0f}",
            "" if alone is None or key in ("alone", "essay") else f"{rate / alone:.0f}",
            f"{figures['peak'] / 1e6:.0f}",
        )
    return result


def _run(key: str) -> Figures:
    environment = os.environ | ({"DETENTE_KERNELS": "numpy"} if ROWS[key].numpy else {})
    command = [sys.executable, "-m", "bench.worlds", key]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit {done.returncode}"}
    figures: Figures = json.loads(done.stdout)
    return figures


def measure(row: Row) -> Figures:
    """Examine worlds once and return how many a second, and the peak of memory of the process and of its children."""
    from detente.analysis.analyze import analyze
    from detente.analysis.factors import drawn_worlds, factors_of
    from detente.analysis.robust import robust
    from detente.conflict.variant import without
    from detente.language.load import loads
    from detente.library.index import library

    texts = {"uncertain": models.uncertain_file, "claims": models.uncertain_claims}
    conflict = loads(texts[row.model]()) if row.model in texts else library(row.model)
    begin = time.perf_counter()
    if row.alone:
        factors = factors_of(conflict)
        for levels in drawn_worlds(factors, row.worlds, 0).tolist():
            gone = {factor.id for factor, level in zip(factors, levels, strict=True) if level}
            analyze(without(conflict, gone), concepts=row.concepts)
        different = row.worlds
    else:
        different = robust(conflict, worlds=row.worlds, concepts=row.concepts).n_different
    seconds = time.perf_counter() - begin
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"different": different, "seconds": seconds, "rate": different / seconds, "peak": peak * 1024}


if __name__ == "__main__":
    print(json.dumps(measure(ROWS[sys.argv[1]])))
