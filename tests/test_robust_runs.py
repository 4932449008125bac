"""Runs over worlds on disk: stopped anywhere they go on to the same answer, and nothing that is not theirs is taken."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis import distinct as distinct_module
from detente.analysis.distinct import RowIndex, distinct
from detente.analysis.examine import part_size
from detente.analysis.robust import robust
from detente.analysis.run_store import Part, ranges_missing
from detente.errors import UsageError
from detente.language.load import loads
from tests.test_open_language import ALL
from tests.test_robust import TEXT

MODEL = TEXT.replace(
    "status_quo",
    "".join(f"  - {{id: idle_{k}, that: never, certainty: possible}}\n" for k in range(5)) + "status_quo",
)
"""256 worlds."""
WORLDS = 100
FORKS = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")

STOPPED = """
import os, signal, sys
from detente.analysis import crew, run_store
where, number, what = sys.argv[1], int(sys.argv[2]), getattr(signal, sys.argv[3])
calls = 0

def stopping(before):
    def call(*given):
        global calls
        calls += 1
        if calls == number:
            os.kill(os.getpid(), what)
        return before(*given)
    return call

if where == "flush":
    run_store._flush = stopping(run_store._flush)
elif where == "task":
    crew.Processes.submit = stopping(crew.Processes.submit)
sys.argv = ["detente", *sys.argv[4:]]
from detente.entry import run
run()
"""
"""The program, stopped by a signal at a call: odd flushes are of files without their name, even ones of the folder."""


def arguments(out: Path, *more: str, worlds: int = WORLDS) -> list[str]:
    return [
        "robust", "-", "--worlds", str(worlds), "--seed", "5", "--out", str(out), "--chunk", "8", "--format", "json",
        *more,
    ]  # fmt: skip


def call(given: list[str], **more: Any) -> subprocess.CompletedProcess[str]:
    more.setdefault("text", True)
    return subprocess.run([sys.executable, "-m", "detente", *given], input=MODEL, capture_output=True, **more)


def answer(**more: Any) -> dict[str, Any]:
    more = {"worlds": WORLDS, "seed": 5, "workers": 1} | more
    return robust(loads(MODEL), **more).to_dict()


def table(out: Path, what: str = "*") -> list[tuple[Any, ...]]:
    """Return all rows on disk: worlds in their order, then those beside them."""
    with duckdb.connect(":memory:") as database:
        return database.execute(f"select {what} from '{out}/*.parquet' order by all").fetchall()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "run.parquet"


# -- what is on disk ------------------------------------------------------------------------------------------------


def test_shares_come_out_of_the_files(out: Path) -> None:
    found = answer(out=out, chunk=30)
    assert [path.name for path in sorted(out.glob("worlds-*"))] == [
        f"worlds-{first:012d}-{end:012d}.parquet" for first, end in ((1, 30), (31, 60), (61, 90), (91, 100))
    ]
    weighted = "sum(weight) filter ({} = {}) / sum(weight)"
    asked = [weighted.format('"claim K"', "'holds'"), weighted.format('"outcome default nash neither"', "true")]
    assert table(out, ", ".join(asked)) == [(found["claims"]["K"], found["outcomes"]["neither"]["nash"])]
    assert table(out, "count(*), min(world), max(world)")[0][1:] == (1, WORLDS)
    assert table(out, "count(*) filter (\"factor one.A\" in ('there', 'missing')) = count(*)") == [(True,)]


def test_every_world_has_its_weight(out: Path) -> None:
    found = robust(loads(TEXT), out=out, workers=1)
    assert found.exact
    assert table(out, "count(*), sum(weight), sum(weight) filter (\"claim K\" = 'holds')") == [
        (8, pytest.approx(1), pytest.approx(0.925))
    ]


def test_files_say_what_they_are(out: Path) -> None:
    answer(out=out)
    with duckdb.connect(":memory:") as database:
        query = f"select value from parquet_kv_metadata('{out}/*.parquet') where key = 'detente'"
        said = [json.loads(value) for (value,) in database.execute(query).fetchall()]
    conflict = loads(MODEL)
    assert {(item["format"], item["run"]["model"], item["run"]["seed"]) for item in said} == {(1, conflict.digest, 5)}
    assert said[0]["run"]["version"] == answer()["computed"]["version"]


def test_the_query_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parent.parent / "docs" / "runs.md").read_text("utf-8")
    model = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    query = re.search(r"^    select.*?\n\n", page, re.DOTALL | re.MULTILINE)
    assert model is not None
    assert query is not None
    monkeypatch.chdir(tmp_path)
    robust(loads(model[1]), worlds=40, workers=1, out="bridge.parquet")
    with duckdb.connect(":memory:") as database:
        found = database.execute(query[0]).fetchall()
    rows = [f"| {' | '.join(map(str, row))} |\n" for row in found]
    assert f"|---|---|---|---|\n{''.join(rows)}\n" in page


def test_names_that_differ_in_capitals_only(out: Path) -> None:
    text = TEXT.replace("  L: ", "  k: ")
    found = robust(loads(text), out=out, workers=1)
    ((first, second),) = table(
        out, "count(*) filter (\"claim K\" = 'holds'), count(*) filter (\"claim k (2)\" = 'holds')"
    )
    assert first == (found.claims["K"] == 2).sum()
    assert second == (found.claims["k"] == 2).sum()
    assert robust(loads(text), out=out, resume=True, workers=1).to_dict() == found.to_dict()


def test_a_folder_whose_name_is_a_pattern(tmp_path: Path) -> None:
    out = tmp_path / "a[1]*?'.parquet"
    found = answer(out=out)
    assert answer(out=out, resume=True) == found
    next(out.iterdir()).unlink()
    assert answer(out=out, resume=True) == found


def test_the_library_for_files_is_loaded_only_for_them() -> None:
    code = (
        "import sys\n"
        "from detente.cli.main import app\n"
        "from detente.analysis.robust import robust\n"
        "print('duckdb' in sys.modules or 'distributed' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


# -- the same whatever ----------------------------------------------------------------------------------------------


@FORKS
def test_the_same_for_any_workers_and_parts(tmp_path: Path) -> None:
    code = (
        "import json, sys, detente\n"
        "from detente.analysis.robust import robust\n"
        "c = detente.loads(sys.stdin.read())\n"
        "for k, (workers, chunk) in enumerate([(1, None), (1, 1), (2, 7), (3, 8), (2, 99), (3, 100), (1, 1000)]):\n"
        "    out = f'{sys.argv[1]}/{k}'\n"
        "    found = robust(c, worlds=100, seed=5, workers=workers, chunk=chunk, out=out)\n"
        "    print(json.dumps(found.to_dict()))\n"
        "print(json.dumps(robust(c, worlds=100, seed=5, workers=2).to_dict()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], input=MODEL, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.splitlines()) == {json.dumps(answer())}
    assert len(done.stdout.splitlines()) == 8
    tables = [table(tmp_path / str(k)) for k in range(7)]
    assert all(one == tables[0] for one in tables)
    assert len(list((tmp_path / "1").glob("worlds-*"))) == 100


def test_more_worlds_begin_with_the_same_and_go_on(tmp_path: Path) -> None:
    few, many = tmp_path / "few", tmp_path / "many"
    answer(out=few, worlds=60, chunk=25)
    begun = {path.name: path.read_bytes() for path in few.iterdir()}
    longer = answer(out=many, worlds=170, chunk=50)
    some = "where world <= 60 order by world"
    with duckdb.connect(":memory:") as database:
        one, other = (database.execute(f"select * from '{out}/*.parquet' {some}").fetchall() for out in (few, many))
    assert one == other
    assert len(one) == 60
    assert answer(out=few, worlds=170, chunk=50, resume=True) == longer == answer(worlds=170)
    assert {name: (few / name).read_bytes() for name in begun} == begun
    worlds = "where world is not null order by world"
    with duckdb.connect(":memory:") as database:
        one, other = (database.execute(f"select * from '{out}/*.parquet' {worlds}").fetchall() for out in (few, many))
    assert one == other
    assert len(one) == 170


def test_what_is_missing_is_examined_and_nothing_else(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from detente.analysis.ensemble import Ensemble

    whole = answer(out=out, chunk=10)
    before, all_rows = Ensemble.answers, table(out)
    examined: list[int] = []
    monkeypatch.setattr(Ensemble, "answers", lambda self, rows: (examined.append(len(rows)), before(self, rows))[1])
    assert answer(out=out, chunk=10, resume=True) == whole
    assert examined == []
    gone = sorted(out.glob("worlds-*"))[4:6]
    for path in gone:
        path.unlink()
    assert answer(out=out, chunk=10, resume=True) == whole
    assert sum(examined) <= 20
    assert table(out) == all_rows


def test_what_workers_elsewhere_are_told_says_all() -> None:
    """Pickled and read again, as dask does, the question gives the same answers."""
    import pickle

    from detente.analysis.ensemble import Ensemble, asked_outcomes
    from detente.analysis.factors import drawn_worlds, factors_of
    from detente.analysis.run_cluster import Question
    from detente.analysis.world import World

    conflict = loads(ALL)
    factors, cells = factors_of(conflict, shake=2), asked_outcomes(World(conflict), None)[0]
    rows = drawn_worlds(factors, 60, 1)
    there = pickle.loads(pickle.dumps(Question(conflict, factors, conflict.claims, cells)))
    here = Ensemble(World(conflict), factors, conflict.claims, cells)
    assert np.array_equal(there.ensemble().answers(rows), here.answers(rows))


@pytest.mark.parametrize("more", [{"shake": 2}, {"shake": 1, "concepts_as_factors": True}, {"worlds": 10**6}])
def test_whatever_is_uncertain_comes_back_from_the_disk(out: Path, more: dict[str, Any]) -> None:
    exact = "worlds" in more
    more = {"worlds": 12, "seed": 1, "workers": 1, "out": out, "chunk": 10, "search": 30} | more
    text = MODEL if exact else ALL
    whole = robust(loads(text), **more)
    assert (whole.exact, whole.n_worlds) == ((True, 256) if exact else (False, 12))
    for path in sorted(out.iterdir())[::2]:
        path.unlink()
    assert robust(loads(text), **more, resume=True).to_dict() == whole.to_dict()


# -- stopped --------------------------------------------------------------------------------------------------------


@FORKS
@pytest.mark.parametrize("stops", [[("flush", 1), ("flush", 2)], [("task", 2), ("flush", 7)], [("flush", 12)]])
def test_killed_at_any_point_it_goes_on(out: Path, stops: list[tuple[str, int]]) -> None:
    kept: set[str] = set()
    for where, number in stops:
        mark = uuid.uuid4().hex
        given = [sys.executable, "-c", STOPPED, where, str(number), "SIGKILL", *arguments(out, "--resume")]
        done = subprocess.run(
            given, input=MODEL, capture_output=True, text=True, env=os.environ | {"DETENTE_MARK": mark}
        )
        assert done.returncode == -signal.SIGKILL, done.stderr
        parts = {path.name for path in out.glob("*.parquet")} if out.exists() else set()
        assert kept <= parts  # what was kept before is kept
        assert len(parts) - len(kept) == (number // 2 if where == "flush" else 0)
        kept = parts
        wait_until_none_has(mark)
    assert answer(out=out, chunk=8, resume=True) == answer()
    assert not [path for path in out.iterdir() if path.suffix != ".parquet"]


def wait_until_none_has(mark: str) -> None:
    """Wait until no process has this mark in its environment; a process that goes on without its parent would."""
    deadline = time.monotonic() + 30
    while True:
        left = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark.encode() in path.read_bytes():
                    left.append(path)
            except OSError:  # it has ended, or is another's
                continue
        if not left:
            return
        assert time.monotonic() < deadline, f"still there: {left}"
        time.sleep(0.05)


def interruptible() -> None:
    """Take back that a shell hands on "ignored" to what it runs in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@FORKS
def test_an_interruption_keeps_whole_parts_and_says_how_to_go_on(out: Path) -> None:
    given = [sys.executable, "-c", STOPPED, "flush", "3", "SIGINT", *arguments(out)]
    done = subprocess.run(given, input=MODEL, capture_output=True, text=True, preexec_fn=interruptible)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == f"detente: interrupted; {out} keeps what was done, and --resume goes on from there\n"
    assert len(list(out.iterdir())) == 2  # the part in hand was written first
    assert answer(out=out, chunk=8, resume=True) == answer()


@FORKS
def test_ctrl_c_in_the_middle_of_a_long_run(out: Path) -> None:
    given = [sys.executable, "-m", "detente", *arguments(out, worlds=200_000)]
    given[given.index("--chunk") + 1] = "64"
    text = MODEL.replace(
        "status_quo",
        "".join(f"  - {{id: more_{k}, that: never, certainty: possible}}\n" for k in range(12)) + "status_quo",
        1,
    )
    with subprocess.Popen(
        given, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=interruptible,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(text)
        process.stdin.close()
        process.stdin = None
        while not (out.is_dir() and len(list(out.glob("*.parquet"))) > 1):
            assert process.poll() is None
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
        stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (130, "")
    assert stderr.count("\n") == 1
    assert "--resume goes on from there" in stderr
    assert all(path.suffix == ".parquet" for path in out.iterdir())


def test_an_error_while_examining_keeps_what_was_done(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from detente.analysis.ensemble import Ensemble

    before, calls = Ensemble.answers, iter(range(100))

    def failing(self: Ensemble, rows: Any) -> Any:
        if next(calls) == 3:
            raise MemoryError
        return before(self, rows)

    monkeypatch.setattr(Ensemble, "answers", failing)
    with pytest.raises(MemoryError):
        answer(out=out, chunk=8)
    assert len(list(out.iterdir())) == 3
    monkeypatch.undo()
    assert answer(out=out, chunk=8, resume=True) == answer()


# -- a full disk ----------------------------------------------------------------------------------------------------


def test_a_limit_on_the_size_of_files(out: Path) -> None:
    """The same error path as a full disk: the system refuses a write."""
    resource = pytest.importorskip("resource")
    answer(out=out, chunk=8, worlds=20)
    before = {path.name for path in out.iterdir()}
    given = arguments(out, "--resume")
    given[given.index("--chunk") + 1] = "100"
    size = max(path.stat().st_size for path in out.iterdir()) // 2
    done = call(given, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
    assert (done.returncode, done.stdout) == (2, "")
    assert "takes no more (File too large); what was written before is kept" in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name for path in out.iterdir()} == before
    assert answer(out=out, resume=True) == answer()


@pytest.mark.skipif(sys.platform != "linux", reason="a small disk is made with Linux's mount")
def test_a_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", str(disk)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        out = disk / "run"
        done = call(arguments(out))
        assert (done.returncode, done.stdout) == (2, "")
        assert "takes no more (No space left on device); what was written before is kept" in done.stderr
        assert "Traceback" not in done.stderr
        assert 0 < len(list(out.iterdir())) < 13
        subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
        assert json.loads(call(arguments(out, "--resume")).stdout) == answer()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


# -- what is refused ------------------------------------------------------------------------------------------------


def refused(out: Path, words: str, text: str = MODEL, **more: Any) -> None:
    more = {"worlds": WORLDS, "seed": 5, "workers": 1, "out": out, "resume": True} | more
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(UsageError, match=words):
        robust(loads(text), **more)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"seed": 6}, "is of another run: its seed is 5, here 6"),
        ({"worlds": 99}, "has worlds up to number 100, and 99 are asked for"),
        ({"worlds": 256}, "its worlds are drawn, and here every one is examined"),
        ({"concepts": ["nash"]}, "its outcomes were asked under nash, seq and both, alone, neither, here nash and"),
        ({"claims": ["K"]}, "its claims are K, L, here K"),
        ({"text": MODEL.replace("0.2", "0.3")}, "the model is another"),
        ({"resume": False}, "exists already; --resume goes on with the run in it"),
    ],
)
def test_another_run_is_refused(out: Path, more: dict[str, Any], words: str) -> None:
    answer(out=out, chunk=40)
    refused(out, words, **more)


def test_another_version_is_refused(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from detente.analysis.run_columns import About

    monkeypatch.setattr(About, "__init__", older(About.__init__))
    answer(out=out)
    monkeypatch.undo()
    refused(out, "version 0.0.9 wrote it, and this is")


def older(make: Any) -> Any:
    return lambda self, *given: make(self, *given, version="0.0.9")


def test_damaged_and_foreign_files_are_refused(out: Path) -> None:
    answer(out=out, chunk=40)
    path = sorted(out.glob("worlds-*"))[1]
    whole = path.read_bytes()
    with duckdb.connect(":memory:") as database:
        database.execute(f"copy (select 1 as a) to '{out.parent}/foreign.parquet' (format parquet)")
    foreign = (out.parent / "foreign.parquet").read_bytes()
    other = sorted(out.glob("worlds-*"))[0].read_bytes()
    for damaged, why in (
        (b"", "it has no checksum of itself"),
        (whole[:-100], "checksum"),
        (whole[: len(whole) // 2], "it has no checksum of itself"),
        (whole[:4] + whole[len(whole) // 2 :], "its checksum is another"),
        (b"rubbish" * 500, "it has no checksum of itself"),
        (whole + b"PAR1", "its checksum is another"),
        (foreign, "it has no checksum of itself"),
        (foreign + b'"sha256": "' + b"0" * 64 + b'"', "its checksum is another"),
        (other, "it is 'worlds-000000000001-"),
    ):
        path.write_bytes(damaged)
        refused(out, "is damaged, or no file of this program.*" + why)
    path.unlink()
    assert answer(out=out, chunk=40, resume=True) == answer()


def test_no_flipped_bit_is_taken(out: Path) -> None:
    answer(out=out, worlds=60, chunk=60)
    path = max(out.iterdir(), key=lambda path: path.stat().st_size)
    good, random = path.read_bytes(), np.random.default_rng(3)
    for _ in range(16):
        damaged = bytearray(good)
        damaged[int(random.integers(len(good)))] ^= 1 << int(random.integers(8))
        path.write_bytes(damaged)
        refused(out, "is damaged, or no file of this program", worlds=60)


def test_a_file_that_is_whole_and_no_result_is_refused(out: Path) -> None:
    """Made on purpose: its checksum is right, and it is no Parquet file, or one of something else."""
    from detente.analysis.run_store import _sum_up

    answer(out=out, chunk=40)
    path = sorted(out.glob("worlds-*"))[1]
    said = f'{{"format": 1, "part": "{path.name}", "run": {{}}, "sha256": "{"0" * 64}"}}'
    for number, words in ((0, "Footer length"), (1, "'version'|lacks"), (2, "does not say")):
        path.unlink()
        if number:
            with duckdb.connect(":memory:") as database:
                key = "detente" if number == 1 else "other"
                database.execute(f"copy (select 1 as a) to '{path}' (format parquet, kv_metadata {{{key}: '{said}'}})")
        else:
            path.write_text("PAR1" + said + "PAR1")
        _sum_up(path)
        refused(out, f"is damaged, or no file of this program.*({words})")


@pytest.mark.parametrize("name", ["notes.txt", "worlds-000000000050-000000000060.parquet", "mine.parquet"])
def test_files_of_others_are_refused(out: Path, name: str) -> None:
    answer(out=out, chunk=40)
    (out / name).write_text("mine")
    refused(out, "have worlds in common" if name.startswith("worlds") else "is no part of a run")


def test_a_folder_in_use_is_refused(out: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    answer(out=out)
    lock = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused(out, "is in use by another run")
    finally:
        os.close(lock)


def test_where_no_folder_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for out, words in ((tmp_path / "file", "is no folder"), (tmp_path / "a" / "b", "there is no folder")):
        with pytest.raises(UsageError, match=words):
            answer(out=out)
    with pytest.raises(UsageError, match="without a folder for the results"):
        answer(resume=True)


def test_wrong_use_ends_with_one_message(out: Path) -> None:
    answer(out=out)
    done = call(arguments(out))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"detente: {out} exists already; --resume goes on with the run in it, or give another name\n"


def test_a_cluster_has_workers_of_its_own() -> None:
    with pytest.raises(UsageError, match="a cluster has workers of its own"):
        answer(cluster="tcp://127.0.0.1:1")


# -- pieces ---------------------------------------------------------------------------------------------------------

some_rows = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.lists(st.integers(0, 2), min_size=width, max_size=width), max_size=12), min_size=1, max_size=5
    ).map(lambda parts: [np.array(part, dtype=np.int8).reshape(len(part), width) for part in parts])
)


@given(some_rows, some_rows, st.integers(1, 8), st.randoms())
@settings(max_examples=75, deadline=None)
def test_different_rows(parts: list[Any], others: list[Any], at_least: int, random: Any) -> None:
    before, distinct_module.FEWEST_MERGED = distinct_module.FEWEST_MERGED, at_least
    try:
        rows, counts = distinct(parts)
    finally:
        distinct_module.FEWEST_MERGED = before
    everything = [tuple(row) for part in parts for row in part.tolist()]
    assert [tuple(row) for row in rows.tolist()] == sorted(set(everything))
    assert counts.tolist() == [everything.count(row) for row in sorted(set(everything))]
    order = list(range(len(rows)))
    random.shuffle(order)
    index, known = RowIndex(rows[order]), [tuple(row) for row in rows[order].tolist()]
    asked = [part for part in others if part.shape[1] == parts[0].shape[1]] + parts
    for part in asked:
        places = [known.index(tuple(row)) if tuple(row) in known else -1 for row in part.tolist()]
        assert index.places(part).tolist() == places


@given(st.sets(st.integers(0, 40)), st.integers(1, 50), st.integers(1, 12))
def test_missing_ranges(there: set[int], n: int, size: int) -> None:
    parts = [Part("worlds", k, k + 1) for k in there if k < n]
    found = list(ranges_missing(parts, n, size))
    assert [k for part in found for k in range(part.first, part.end)] == [k for k in range(n) if k not in there]
    assert all(0 < part.end - part.first <= size for part in found)


def test_about_a_hundred_parts() -> None:
    assert [part_size(n) for n in (1, 256, 25_600, 25_601, 1_000_000)] == [256, 256, 256, 512, 4_096]
    assert part_size(1 << 40) == 4_096


def test_the_bar_says_how_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    from detente.cli.common import progress

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with progress("worlds", worthwhile=True, rate=True) as report:
        assert report is not None
        for done in (1_000, 2_000, 3_000, 4_000):
            report(done, 5_000)
    shown = terminal.getvalue()
    assert "4,000/5,000" in shown
    assert "/s" in shown
