"""Blocks of real timers with a stand-in release: what is stored of each, whatever becomes of it."""

import math
import os
import signal
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from harness.measure import block
from harness.measure.block import Arm, Sitting, is_settled, time_block
from harness.measure.design import choose_cases
from harness.measure.timers import Timer
from harness.model import Case, Status, Timing
from harness.releases.builds import Build
from harness.store import read_timings
from tests.builders import LOCK, NOON
from tests.publish.matrices import release

GRAPH, EAGER, XLA = (
    Case(kernel="train_step", mode=mode, batch=3, timesteps=5) for mode in ("graph", "eager", "xla")
)
RAW = Case(kernel="reduction_raw", mode="graph", batch=3, timesteps=5)


def arm(python: Path, name: str) -> Arm:
    build = Build(release="tf-9.9.9", lock_sha256=LOCK, python=python)
    return Arm(name=name, release=release("tf-9.9.9"), build=build)


def sitting(folder: Path, *cases: Case) -> Sitting:
    return Sitting(
        run_id="run-1",
        timings=folder / "timings",
        reference="one",
        planned_blocks=2,
        cases=cases,
        cores=2,
        rounds=range(3, 4),
        random=Random(0),
    )


def stored(folder: Path) -> list[Timing]:
    return list(read_timings(folder / "timings"))


def test_each_arm_is_timed_in_every_round_and_stored(standin: Path, tmp_path: Path) -> None:
    arms = [arm(standin, "one"), arm(standin, "two")]
    timings = time_block(sitting(tmp_path, GRAPH, EAGER), arms, 4)
    # The store keeps the time of day to a thousandth of a second.
    assert [replace(t, recorded_at=NOON) for t in timings] == [
        replace(t, recorded_at=NOON) for t in stored(tmp_path)
    ]
    samples = Counter((t.arm, t.case, t.round) for t in timings if t.case.batch)
    names, rounds = ("one", "two"), range(3)
    assert samples == {(a, c, r): 1 for a in names for c in (GRAPH, EAGER) for r in rounds}
    for timing in timings:
        assert timing.status is Status.ANSWERED
        assert (timing.run_id, timing.reference, timing.block) == ("run-1", "one", 4)
        assert timing.process == names.index(timing.arm)
        assert (timing.tensorflow, timing.lock_sha256) == ("9.9.9", LOCK)
        assert timing.seconds_per_call > 0
        assert timing.bandwidth_bytes_per_s > 1e6
        assert timing.peak_rss_bytes > 1e6
        assert not timing.traces
        if timing.case.batch:
            assert timing.denominator == "valid"
            assert timing.bytes_per_call == 8 * 3 * 5 + 4
            assert timing.threads >= 1
    starts = Counter(t.case.kernel for t in timings if not t.case.batch)
    assert starts == {"import": 2}


def test_rounds_go_on_as_long_as_the_machine_is_noisy() -> None:
    steady, noisy = [0.0, 0.01, -0.01, 0.0], [0.0, 0.2, -0.2, 0.0]
    assert is_settled([steady, steady, noisy])
    assert not is_settled([steady, noisy, noisy])
    assert not is_settled([noisy, noisy])
    assert is_settled([4 * noisy, 400 * noisy, 400 * noisy])
    assert is_settled([])


def test_what_a_release_cannot_do_is_told_beside_what_it_can(standin: Path, tmp_path: Path) -> None:
    timings = time_block(sitting(tmp_path, GRAPH, XLA), [arm(standin, "one")], 1)
    (failed,) = [timing for timing in timings if timing.case == XLA]
    assert failed.status is Status.NOT_APPLICABLE
    assert failed.reason == "Model.compile(jit_compile=)"
    assert (failed.calls, failed.seconds_per_call) == (0, 0)
    assert sum(timing.case == GRAPH for timing in timings) == 3


def test_the_first_call_of_the_loss_is_a_cost_of_starting_up(standin: Path, tmp_path: Path) -> None:
    (case,) = [case for case in choose_cases(()) if case == block.FIRST_CALL]
    timings = time_block(sitting(tmp_path, case), [arm(standin, "one")], 1)
    assert Counter(t.case.kernel for t in timings if not t.case.batch) == {
        "import": 1,
        "first_call": 1,
    }


def test_a_process_that_dies_between_rounds_leaves_what_it_had_and_the_others(
    standin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Timer.ask
    counts: Counter[int] = Counter()
    doomed: list[int] = []

    def ask(timer: Timer, timeout_s: float, command: str, **fields: object) -> object:
        if command == "time":
            doomed[:] = doomed or [timer.pid]
            counts[timer.pid] += 1
            if timer.pid == doomed[0] and counts[timer.pid] == 3:
                os.kill(timer.pid, signal.SIGKILL)
        return asked(timer, timeout_s, command, **fields)

    monkeypatch.setattr(Timer, "ask", ask)
    arms = [arm(standin, "one"), arm(standin, "two")]
    timings = time_block(sitting(tmp_path, GRAPH, RAW), arms, 1)
    samples = Counter(t.arm for t in timings if t.case.batch and t.status is Status.ANSWERED)
    assert sorted(samples.values()) == [2, 6]


def test_a_release_that_does_not_start_is_told_for_each_case(standin: Path, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    python = folder / "python"
    python.write_text("#!/bin/sh\necho no such library\nexit 7\n")
    python.chmod(0o755)
    timings = time_block(sitting(tmp_path, GRAPH, RAW), [arm(python, "broken")], 1)
    assert [(t.case, t.status, t.reason) for t in timings] == [
        (GRAPH, Status.CRASHED, "exit code 7: no such library"),
        (RAW, Status.CRASHED, "exit code 7: no such library"),
    ]


def test_an_interrupt_stores_what_there_is(
    standin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Timer.ask
    counts: Counter[str] = Counter()

    def ask(timer: Timer, timeout_s: float, command: str, **fields: object) -> object:
        counts[command] += 1
        if counts["time"] == 4:
            raise KeyboardInterrupt
        return asked(timer, timeout_s, command, **fields)

    monkeypatch.setattr(Timer, "ask", ask)
    with pytest.raises(KeyboardInterrupt):
        time_block(sitting(tmp_path, GRAPH), [arm(standin, "one"), arm(standin, "two")], 1)
    kept = [t for t in stored(tmp_path) if t.case == GRAPH]
    assert [t.status for t in kept] == [Status.ANSWERED] * 3
    assert all(math.isfinite(t.seconds_per_call) for t in kept)
