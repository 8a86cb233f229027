"""Run the worker of one release until every task is over: crashes and time-outs end a process only.

Whatever a worker does with its results, its output, its memory or its children, it is answered with
a state of the experiment that it was in, and the next process goes on after that.
"""

import json
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event as Flag

from harness.files import explain_failure
from harness.measure.alone import Alone, describe_death, own_home, run_alone
from harness.measure.journal import MOST_RESULTS, Tail, append_event
from harness.measure.memory import MemoryWatch, count_oom_kills
from harness.measure.order import unfinished
from harness.measure.protocol import Event, Task
from harness.model import Status
from harness.questions import hash_files

WORKER = Path(__file__).parent / "worker" / "worker.py"
ROOT = Path(__file__).parent.parent.parent
_POLL_S = 0.05
_FROM_OUTSIDE = {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP}
"""Signals that no release sends itself: a person does, or a machine whose memory runs out."""


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
    memory_bytes: int
    path: Path = ROOT

    @property
    def log(self) -> Path:
        """Where the worker's stdout and stderr go: TensorFlow writes to both."""
        return self.journal.with_suffix(".log")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Death:
    """How a worker ended before it was done; ``killed`` is by somebody else."""

    status: Status
    reason: str
    killed: bool = False


_FLOOD = _Death(status=Status.CRASHED, reason=f"more than {MOST_RESULTS / 1e6:g} MB of results")
_UNSAID = _Death(
    status=Status.CRASHED, reason="the worker ended without saying how this experiment had"
)


def run_workers(launch: Launch, stop: Flag, tell: Callable[[Event], None]) -> None:
    """Run processes one after the other until the journal closes every task, or ``stop`` is set.

    Each event of the journal is told once, as it comes. A worker that has said bye is over, even if
    a thread left behind, or a release that hangs on its way out, keeps its process. A death before
    any task has started, or between two, closes all that are left: the next process would die there
    too. One that was killed from outside says nothing of the release, and is tried there once more.
    """
    tail = Tail(launch.journal, len(launch.tasks))
    events = list(tail.read())
    killed_in: set[int | None] = set()
    while not stop.is_set():
        left, _ = unfinished(events, len(launch.tasks))
        if not left:
            return
        ended = _run_process(launch, left, stop, tail, lambda: _take(tail, events, tell))
        if ended is None and stop.is_set():
            return
        _take(tail, events, tell)
        left, running = unfinished(events, len(launch.tasks))
        if not left:
            return
        ended = ended or _UNSAID
        if ended.killed and running not in killed_in:
            killed_in.add(running)
            said = {"event": "killed", "task": running, "reason": ended.reason}
        else:
            said = {
                "event": "death",
                "task": running,
                "status": ended.status,
                "reason": ended.reason,
            }
        append_event(launch.journal, said)
        _take(tail, events, tell)
        if said["event"] == "death" and running is None:
            return


def _take(tail: Tail, events: list[Event], tell: Callable[[Event], None]) -> list[Event]:
    """Move what is new in the journal to ``events``, and return it."""
    new = list(tail.read())
    events += new
    for event in new:
        tell(event)
    return new


def _run_process(
    launch: Launch, left: Sequence[int], stop: Flag, tail: Tail, take: Callable[[], list[Event]]
) -> _Death | None:
    """Run one worker over the tasks left; say how it died, or None if it was stopped or is done.

    The limits of time and of results hold for the import and for each experiment.
    """
    kills = count_oom_kills()
    with _process(launch, left) as process:
        ended = _watch(launch, process, stop, tail, take)
    if tail.unread_bytes() > MOST_RESULTS:
        # What it wrote faster than it could be ended proves nothing, and nobody is to read it.
        tail.cut()
        ended = _FLOOD
    if ended and ended.killed and count_oom_kills() > kills:
        return replace(ended, reason=f"out of memory: {ended.reason}, when the machine had none")
    return ended


def _watch(
    launch: Launch, process: Alone, stop: Flag, tail: Tail, take: Callable[[], list[Event]]
) -> _Death | None:
    memory = MemoryWatch(process.pid, launch.memory_bytes)
    deadline, written = time.monotonic() + launch.timeout_s, tail.offset
    passed: set[tuple[str, int | None]] = set()
    while (code := process.poll()) is None:
        if stop.wait(_POLL_S):
            return None
        said = {(event["event"], event.get("task")) for event in take()}
        if ("bye", None) in said:
            return None
        # Each counts once: an experiment that says them itself gains no time.
        if steps := {one for one in said - passed if one[0] in {"hello", "start", "end"}}:
            passed |= steps
            deadline, written = time.monotonic() + launch.timeout_s, tail.offset
        if tail.offset + tail.unread_bytes() - written > MOST_RESULTS:
            return _FLOOD
        if reason := memory.find_excess():
            return _Death(status=Status.CRASHED, reason=reason)
        if time.monotonic() > deadline:
            reason = f"no result within {launch.timeout_s:g} s"
            return _Death(status=Status.TIMED_OUT, reason=reason)
    return _Death(
        status=Status.CRASHED,
        reason=describe_death(code, launch.log),
        killed=code in _FROM_OUTSIDE,
    )


@contextmanager
def _process(launch: Launch, left: Sequence[int]) -> Iterator[Alone]:
    with own_home() as home:
        job = home / "job.json"
        with explain_failure(job, "Free some space there, or set TMPDIR to another folder."):
            job.write_text(json.dumps(_job(launch, left)))
        with run_alone([launch.python, WORKER, job], home, launch.log) as process:
            yield process


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
