"""The controller's side of a timer: real processes that answer, die, hang or talk nonsense."""

import os
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from harness.measure import timers
from harness.measure.timers import TimerLost, start_timer
from harness.model import Case, Status
from tests.measure.test_launch import dies

CASES = [Case(kernel="reduction_raw", mode="graph", batch=2, timesteps=3)]
HEAD = """
    import json, os, sys, time
    job = json.load(open(sys.argv[1]))
    output = os.fdopen(job["output"], "w")

    def reply(**fields):
        output.write(json.dumps(fields) + "\\n")
        output.flush()

    reply(event="hello", pid=os.getpid(), cases=job["cases"])
"""


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for the timer; what is written after its greeting is up to the test."""
    file = tmp_path / "timer.py"
    monkeypatch.setattr(timers, "TIMER", file)
    return file


def write(script: Path, code: str) -> None:
    script.write_text(textwrap.dedent(HEAD) + textwrap.dedent(code))


def test_commands_are_answered_in_turn_and_the_process_ends_with_the_block(script: Path) -> None:
    write(script, "for line in sys.stdin: reply(event='echo', **json.loads(line))")
    with start_timer(Path(sys.executable), "tf.keras", CASES) as timer:
        hello = timer.read(10)
        assert hello["cases"] == [
            {"kernel": "reduction_raw", "mode": "graph", "batch": 2, "timesteps": 3}
        ]
        assert timer.ask(10, "time", case=0) == {"event": "echo", "command": "time", "case": 0}
        assert timer.pid == hello["pid"]
        assert os.getpgid(timer.pid) == timer.pid
    assert dies(hello["pid"])


def test_what_it_prints_is_no_reply(script: Path) -> None:
    write(script, "print('W tensorflow: hm', flush=True)\nreply(event='second')\ntime.sleep(60)")
    with start_timer(Path(sys.executable), "tf.keras", CASES) as timer:
        assert timer.read(10)["event"] == "hello"
        assert timer.read(10) == {"event": "second"}


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        ("os.kill(os.getpid(), 11)", Status.CRASHED, "signal 11"),
        ("print('no memory'); sys.exit(3)", Status.CRASHED, "exit code 3: no memory"),
        ("time.sleep(60)", Status.TIMED_OUT, "no reply within 0.5 s"),
        (
            "output.write('{half\\n'); output.flush(); time.sleep(60)",
            Status.CRASHED,
            "its reply is no JSON: b'{half'",
        ),
        (
            "output.write('[' * 9999 + '\\n'); output.flush(); time.sleep(60)",
            Status.CRASHED,
            "its reply is no JSON: b'[[[",
        ),
        (
            "output.write('[1]\\n'); output.flush(); time.sleep(60)",
            Status.CRASHED,
            "its reply is none: b'[1]'",
        ),
        (
            "output.write('x' * 2 * 10**6); output.flush(); time.sleep(60)",
            Status.CRASHED,
            "more than 1 MB of replies",
        ),
    ],
)
def test_a_timer_that_is_lost_says_how(
    script: Path, code: str, status: Status, reason: str
) -> None:
    write(script, code)
    with start_timer(Path(sys.executable), "tf.keras", CASES) as timer:
        assert timer.read(10)["event"] == "hello"
        with pytest.raises(TimerLost) as caught:
            timer.ask(0.5 if status is Status.TIMED_OUT else 10, "time", case=0)
    assert caught.value.status is status
    assert caught.value.reason.startswith(reason)


def test_an_interrupt_need_not_wait_for_what_a_timer_prepares(script: Path) -> None:
    """Preparing takes seconds, up to minutes: whoever waits for it is told at once."""
    write(script, "time.sleep(60)")
    with start_timer(Path(sys.executable), "tf.keras", CASES) as timer:
        assert timer.read(10)["event"] == "hello"
        threading.Timer(0.3, timer.end).start()
        started = time.monotonic()
        with pytest.raises(TimerLost):
            timer.ask(30, "prepare", case=0)
        assert time.monotonic() - started < 5
