"""Run the worker of one release until every task is over: crashes and time-outs end a process only.

The worker has no terminal, no inherited environment but what it needs, a home of its own, a
process group that ends with it, and a pipe by which it notices that its controller is gone.
"""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Flag

from harness.measure.journal import append_event
from harness.measure.protocol import Event, Task, parse_events, unfinished
from harness.model import Status
from harness.questions import hash_files

WORKER = Path(__file__).parent / "worker" / "worker.py"
ROOT = Path(__file__).parent.parent.parent
_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
_POLL_S = 0.05


def worker_sha256() -> str:
    """Return the hash of the worker, which is part of what makes a measurement."""
    return hash_files([WORKER])


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How the workers of one release are run; ``journal`` begins with the plan already.

    ``path`` is what their own path ends with: where scenarios find what they share.
    """

    python: Path
    api: str
    journal: Path
    tasks: Sequence[Task]
    draws: int
    timeout_s: float
    path: Path = ROOT

    @property
    def log(self) -> Path:
        """Where the worker's stdout and stderr go: TensorFlow writes to both."""
        return self.journal.with_suffix(".log")


def run_workers(launch: Launch, stop: Flag, tell: Callable[[Event], None]) -> None:
    """Run processes one after the other until the journal closes every task, or ``stop`` is set.

    Each event of the journal is told once, as it comes. A worker that has said bye is over, even if
    a thread left behind, or a release that hangs on its way out, keeps its process. A death before
    any task has started, or between two, closes all that are left: the next process would die there
    too.
    """
    tail = _Tail(launch.journal)
    events = list(tail.read())
    while not stop.is_set():
        left, _ = unfinished(events, len(launch.tasks))
        if not left:
            return
        ended = _run_process(launch, left, stop, lambda: _take(tail, events, tell))
        if ended is None:
            return
        _take(tail, events, tell)
        left, running = unfinished(events, len(launch.tasks))
        if left:
            status, reason = ended
            death = {"event": "death", "task": running, "status": status, "reason": reason}
            append_event(launch.journal, death)
            _take(tail, events, tell)
            if running is None:
                return


def _take(tail: "_Tail", events: list[Event], tell: Callable[[Event], None]) -> list[Event]:
    """Move what is new in the journal to ``events``, and return it."""
    new = list(tail.read())
    events += new
    for event in new:
        tell(event)
    return new


class _Tail:
    """The whole lines of a growing file, each given once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def read(self) -> Iterator[Event]:
        with self._path.open("rb") as file:
            file.seek(self._offset)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._offset += len(whole)
        return iter(parse_events(whole))


def _run_process(
    launch: Launch, left: Sequence[int], stop: Flag, take: Callable[[], list[Event]]
) -> tuple[Status, str] | None:
    """Run one worker over the tasks left; say how it died, or None if it was stopped or is done.

    The time limit holds for the import and for each experiment.
    """
    with _process(launch, left) as process:
        deadline = time.monotonic() + launch.timeout_s
        while process.poll() is None:
            if stop.wait(_POLL_S):
                return None
            said = {event["event"] for event in take()}
            if "bye" in said:
                return None
            if said & {"hello", "start", "end"}:
                deadline = time.monotonic() + launch.timeout_s
            if time.monotonic() > deadline:
                return Status.TIMED_OUT, f"no result within {launch.timeout_s:g} s"
        return Status.CRASHED, describe_death(process.returncode, launch.log)


@contextmanager
def _process(launch: Launch, left: Sequence[int]) -> Iterator[subprocess.Popen[bytes]]:
    with own_home() as home:
        job = home / "job.json"
        job.write_text(json.dumps(_job(launch, left)))
        with run_alone([launch.python, WORKER, job], home, launch.log) as process:
            yield process


@contextmanager
def own_home() -> Iterator[Path]:
    """Make a folder in which a process may leave what it likes, and remove it afterwards."""
    with tempfile.TemporaryDirectory(prefix="maskmatrix-", ignore_cleanup_errors=True) as home:
        yield Path(home)


@contextmanager
def run_alone(
    command: Sequence[str | Path], home: Path, log: Path, pass_fds: Sequence[int] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process in an environment, a home and a group of its own; end it with all it started.

    What it prints goes to ``log``; it is told of our death by the end of its standard input.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=worker_environment(os.environ, str(home)),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=home,
            start_new_session=True,
            pass_fds=pass_fds,
        )
    # On leaving, Popen closes the pipe and waits for the leader.
    with process:
        try:
            yield process
        finally:
            # The group outlives its leader where a scenario has left children behind.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _job(launch: Launch, left: Sequence[int]) -> Mapping[str, object]:
    return {
        "output": str(launch.journal.resolve()),
        "api": launch.api,
        "path": str(launch.path),
        "draws": launch.draws,
        "tasks": [
            {
                "index": index,
                "scenario": launch.tasks[index].scenario,
                "file": launch.tasks[index].file,
                "experiment": launch.tasks[index].experiment,
            }
            for index in left
        ],
    }


def worker_environment(outer: Mapping[str, str], home: str) -> dict[str, str]:
    """Return the whole environment of a worker: an allow-list, and one thread on the CPU.

    A stray KERAS_BACKEND, TF_USE_LEGACY_KERAS or ~/.keras/keras.json changes what is measured.
    """
    return {name: outer[name] for name in _KEPT if name in outer} | {
        "HOME": home,
        "KERAS_HOME": home,
        "TMPDIR": home,
        "CUDA_VISIBLE_DEVICES": "",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "PYTHONHASHSEED": "0",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONNOUSERSITE": "1",
    }


def describe_death(code: int, log: Path) -> str:
    """Say how a process ended, and the last thing it printed."""
    how = f"exit code {code}" if code >= 0 else f"signal {-code} ({signal.strsignal(-code)})"
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        lines = file.read().decode(errors="replace").strip().splitlines()
    return f"{how}: {lines[-1].strip()[:300]}" if lines else how
