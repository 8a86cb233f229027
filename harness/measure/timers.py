"""A process that times kernels on command: started, asked, and ended whatever happens.

Its protocol is in ``worker/timer.py``: one JSON line for each command, one for each reply.
"""

import json
import os
import select
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from harness.measure.alone import Alone, describe_death, own_home, run_alone
from harness.measure.launch import WORKER
from harness.measure.protocol import Event
from harness.model import Case, Status

TIMER = WORKER.with_name("timer.py")
MOST_REPLY = 1_000_000
"""Bytes; the longest of ours has some hundreds."""
THREADS = 1
"""In each of TensorFlow's pools: what is compared is the work, not how it is spread."""


class TimerLost(Exception):  # noqa: N818 - a state of the release, not a fault of ours
    """The process died or did not answer in time: ``status`` says which, ``reason`` how."""

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Timer:
    """One running process; its cases are named by their place among those it was started with."""

    def __init__(self, process: Alone, replies: int, log: Path) -> None:
        self._process = process
        self._replies = replies
        self._log = log
        self._unread = b""

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def ask(self, timeout_s: float, command: str, **fields: Any) -> Event:
        """Give a command and return the reply to it; TimerLost where none comes."""
        line = json.dumps({"command": command, **fields}).encode() + b"\n"
        # Past the buffer: what is left in it of a process that has died could not be closed.
        with suppress(BrokenPipeError):
            os.write(self._process.stdin, line)
        return self.read(timeout_s)

    def read(self, timeout_s: float) -> Event:
        """Return the next reply; TimerLost where none comes, or what comes is none."""
        deadline = time.monotonic() + timeout_s
        while b"\n" not in self._unread:
            ready, _, _ = select.select(
                [self._replies], [], [], max(0, deadline - time.monotonic())
            )
            if not ready:
                raise TimerLost(Status.TIMED_OUT, f"no reply within {timeout_s:g} s")
            read = os.read(self._replies, 65536)
            if not read:
                code = self._process.wait()
                raise TimerLost(Status.CRASHED, describe_death(code, self._log))
            self._unread += read
            if len(self._unread) > MOST_REPLY:
                raise TimerLost(Status.CRASHED, f"more than {MOST_REPLY / 1e6:g} MB of replies")
        line, _, self._unread = self._unread.partition(b"\n")
        try:
            reply = json.loads(line)
        except (ValueError, RecursionError):
            raise TimerLost(Status.CRASHED, f"its reply is no JSON: {line[:100]!r}") from None
        if not isinstance(reply, dict) or not isinstance(reply.get("event"), str):
            raise TimerLost(Status.CRASHED, f"its reply is none: {line[:100]!r}")
        return reply

    def end(self) -> None:
        """Kill it; whoever waits for a reply is told that there will be none."""
        self._process.kill()


@contextmanager
def start_timer(
    python: Path, api: str, cases: Sequence[Case], slowdown: float = 1.0
) -> Iterator[Timer]:
    """Start a process; the first thing to be read is its hello. It ends with the block.

    Above 1, ``slowdown`` is planted: every sample is made so many times as long.
    """
    replies, output = os.pipe()
    with (
        os.fdopen(replies, "rb"),
        os.fdopen(output, "wb") as writing,
        own_home() as home,
    ):
        rows = [asdict(case) for case in cases]
        row = {"api": api, "output": output, "threads": THREADS, "cases": rows}
        row["slowdown"] = slowdown
        job, log = home / "job.json", home / "log"
        job.write_text(json.dumps(row))
        with run_alone([python, TIMER, job], home, log, pass_fds=[output]) as process:
            writing.close()
            yield Timer(process, replies, log)
