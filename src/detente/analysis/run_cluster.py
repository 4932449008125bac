"""The same tasks on other machines: a crew of dask workers.

Workers get the model and rows of levels, and send answers back; whoever started the run writes them. What a worker that
ends had in hand, another does again.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detente.analysis.crew import Answers, Crew, Handle, timed
from detente.analysis.ensemble import Ensemble
from detente.analysis.factors import Factor, Rows
from detente.analysis.world import World
from detente.conflict.claims import Claim
from detente.conflict.conflict import Conflict
from detente.errors import ClusterError, DetenteError, UsageError, printable
from detente.version import __version__

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_SECONDS = 10
WORKER_SECONDS = 30
"""So long a run waits for the first worker."""
WORKERLESS_SECONDS = 60
"""A run without any worker for so long is given up."""
ANSWER_SECONDS = 1_800
"""So long a run waits for one task while there are workers: it is of half a second, or else of a few worlds."""
_LOOK_SECONDS = 5
_EXTRA = "detente[cluster]"


@dataclass(frozen=True)
class Question:
    """What workers need to know to make an ensemble of their own."""

    conflict: Conflict
    factors: tuple[Factor, ...]
    claims: Sequence[Claim]
    cells: list[tuple[str, str, str]]
    version: str = __version__

    def ensemble(self) -> Ensemble:
        """Return the ensemble."""
        return Ensemble(World(self.conflict), self.factors, self.claims, self.cells)


# -- on a worker ----------------------------------------------------------------------------------------------------

_one_at_a_time = threading.Lock()
_made: dict[bytes, Ensemble] = {}
"""The ensemble of the run that this process works for."""


def _told(question: bytes) -> bytes:
    """Return the question: as a task of its own it is sent to each worker once, and found again if one is lost."""
    return question


def _examined(question: bytes, rows: Rows) -> tuple[Answers, float]:
    """Return the answers of some worlds, and the seconds that they took."""
    with _one_at_a_time:
        if question not in _made:
            asked = pickle.loads(question)
            if asked.version != __version__:
                raise ClusterError(f"a worker has version {__version__}, and this is {asked.version}")
            _made.clear()
            _made[question] = asked.ensemble()
        return timed(_made[question].answers, rows)


# -- where the run was started --------------------------------------------------------------------------------------


class _Sent:
    def __init__(self, cluster: Cluster, future: Future[Any]) -> None:
        self._cluster, self._future = cluster, future

    def result(self) -> tuple[Answers, float]:
        return self._cluster.wait(self._future)


class Cluster:
    """Dask workers that a scheduler knows of."""

    def __init__(self, client: Client, address: str, question: Question) -> None:
        self._client, self._address = client, address
        self._question = client.submit(_told, pickle.dumps(question), pure=False)
        self._threads, self._looked = 1, float("-inf")
        self._last_seen = time.monotonic()

    @property
    def ahead(self) -> int:
        """How many tasks the workers should have at any time."""
        if time.monotonic() - self._looked > _LOOK_SECONDS:
            self._look()
        return 2 * max(1, self._threads)

    def submit(self, rows: Rows) -> Handle:
        """Give out a task. Raises ClusterError."""
        try:
            return _Sent(self, self._client.submit(_examined, self._question, rows, pure=False))
        except (OSError, RuntimeError):  # RuntimeError: its connection is closed
            raise self._lost() from None

    def wait(self, future: Future[Any]) -> tuple[Answers, float]:
        """Return what comes of a task. Raises ClusterError, and what is wrong with the model as it is."""
        from distributed import KilledWorker
        from distributed.comm.core import CommClosedError

        begin = time.monotonic()
        while True:
            try:
                result: tuple[Answers, float] = future.result(timeout=_LOOK_SECONDS)
                self._last_seen = time.monotonic()
                return result
            except TimeoutError:
                self._look()
                if time.monotonic() - begin > ANSWER_SECONDS:
                    raise ClusterError(
                        f"a worker of {self._address} has not answered for {ANSWER_SECONDS // 60} minutes"
                    ) from None
                if self._threads:
                    self._last_seen = time.monotonic()
                elif time.monotonic() - self._last_seen > WORKERLESS_SECONDS:
                    raise ClusterError(
                        f"{self._address} has had no worker for {WORKERLESS_SECONDS} seconds; {_how(self._address)}"
                    ) from None
            except (CancelledError, CommClosedError):
                raise self._lost() from None
            except KilledWorker:
                raise ClusterError(
                    "workers ended again and again over the same worlds, perhaps since their memory ran out"
                ) from None
            except DetenteError:
                raise
            except Exception as error:  # whatever a worker raised, for instance since it lacks this program
                raise ClusterError(f"a worker failed: {type(error).__name__}: {_line(error)}") from None

    def _look(self) -> None:
        """See how many threads the workers have."""
        try:
            self._threads = sum(self._client.nthreads().values())
        except OSError:
            raise self._lost() from None
        self._looked = time.monotonic()

    def _lost(self) -> ClusterError:
        return ClusterError(f"the scheduler at {self._address} does not answer any longer")


@contextmanager
def cluster_of(address: str, question: Question) -> Iterator[Crew]:
    """Give the workers of a dask scheduler, with the question told to them.

    Raises
    ------
    UsageError
        The address is none, or dask is not installed.
    ClusterError
        No scheduler answers there, or it has no worker.
    """
    try:
        from distributed import Client
        from distributed.comm.addressing import parse_address, parse_host_port
    except ImportError:
        raise UsageError(f"--cluster needs dask, which is not installed; pip install {_EXTRA!r} brings it") from None
    shown = printable(address)
    try:
        host, port = parse_host_port(parse_address(address, strict=True)[1])
        if not host:
            raise ValueError("it names no host")
        _look_for(address, host, port)
    except ValueError as error:
        expected = "expected one like 'tcp://scheduler:8786'"
        raise UsageError(f"{shown!r} is no address of a scheduler ({_line(error)}); {expected}") from None
    except OSError as error:
        raise ClusterError(f"no scheduler answers at {shown} ({_line(error)}); {_how(shown)}") from None
    with _silent_log():
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        try:
            try:
                client.wait_for_workers(1, timeout=WORKER_SECONDS)
            except TimeoutError:
                raise ClusterError(f"the scheduler at {shown} has no worker; {_how(shown)}") from None
            _same_version(client)
            yield Cluster(client, shown, question)
        finally:
            client.close(timeout=2)


def _same_version(client: Client) -> None:
    """Raise ClusterError where the scheduler or a worker has not this version of the program."""
    found: Any = client.get_versions(packages=["detente"])
    for who, said in [
        ("the scheduler", found["scheduler"]),
        *((f"the worker {w}", s) for w, s in found["workers"].items()),
    ]:
        version = said["packages"].get("detente")
        if version != __version__:
            has = f"detente {printable(str(version))}" if version else "no detente"
            raise ClusterError(f"{who} has {has}; expected {__version__}, as here")


@contextmanager
def _silent_log() -> Iterator[None]:
    """Keep dask from writing to standard error: what goes wrong is said once, by this program."""
    logs = [logging.getLogger(name) for name in logging.root.manager.loggerDict if name.startswith("distributed")]
    levels = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for log, level in zip(logs, levels, strict=True):
            log.setLevel(level)


def _look_for(address: str, host: str, port: int) -> None:
    """Raise OSError, TimeoutError or ValueError where there is no dask scheduler."""
    socket.create_connection((host, port), timeout=CONNECT_SECONDS).close()

    async def ask() -> Any:
        from distributed.core import rpc

        async with rpc(address, timeout=CONNECT_SECONDS) as there:
            return await asyncio.wait_for(there.identity(), CONNECT_SECONDS)

    with ThreadPoolExecutor(1) as beside:  # the caller may be in a loop of its own, as notebooks are
        said = beside.submit(asyncio.run, ask()).result()
    if not isinstance(said, dict) or said.get("type") != "Scheduler":
        raise ValueError(f"there is a dask {str(said.get('type', 'process')).lower()}, no scheduler")


def _line(error: BaseException) -> str:
    words = str(error).strip() or {"TimeoutError": "it does not speak as one"}.get(type(error).__name__, "no reason")
    return printable(words.splitlines()[0])


def _how(address: str) -> str:
    return f"'dask scheduler' starts one, 'dask worker {address}' a worker of it"
