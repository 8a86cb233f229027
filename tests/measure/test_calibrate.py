"""Calibrations with a stand-in release: what takes part, what is stored, and what is refused."""

import sys
import time
from collections import Counter
from dataclasses import replace
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest

from harness.errors import ExitCode, InconclusiveError, UsageError
from harness.judge.recorded import tabulate_samples
from harness.measure import calibrate
from harness.measure.calibrate import (
    CASES,
    EQUAL,
    PLANTED,
    describe,
    gather_equal_arms,
    run_calibration,
)
from harness.measure.launch import WORKER
from harness.store import read_timings
from tests.measure.test_block import arm

SMALL = tuple(replace(case, batch=3, timesteps=5) for case in CASES[:2])


def load(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return a module of the worker's, which stands apart from the harness."""
    monkeypatch.syspath_prepend(str(WORKER.parent))
    spec = util.spec_from_file_location(name, WORKER.with_name(f"{name}.py"))
    assert spec
    assert spec.loader
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Recording:
    """A kernel that says how long its calls took."""

    traces = 0
    took_s = 0.0

    def run(self, calls: int) -> float:
        started = time.perf_counter()
        time.sleep(0.002 * calls)
        self.took_s = time.perf_counter() - started
        return 1.0


@pytest.mark.parametrize("slowdown", [1, 3])
def test_a_planted_slowdown_lies_within_the_sample(
    slowdown: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    timer = load("timer", monkeypatch)
    case = timer.Case.__new__(timer.Case)
    case.mode, case.kernel, case.calls, case._expected = "graph", Recording(), 1, 1.0
    sample = case.time(4, renew=False, slowdown=slowdown)
    assert sample["calls"] == 4
    # It is the loop's condition that so much has passed, however fast the machine is.
    assert sample["wall_s"] >= slowdown * case.kernel.took_s


def test_the_slowdown_of_an_arm_reaches_its_process(standin: Path, tmp_path: Path) -> None:
    one = arm(standin, "one")
    arms = gather_equal_arms(one.release, one.build)
    assert [(a.name, a.slowdown) for a in arms] == [
        *((name, 1.0) for name in EQUAL),
        *PLANTED.items(),
    ]
    assert len({(a.build.python, a.release.id) for a in arms}) == 1
    assert all(ratio > 1 for ratio in PLANTED.values())


def test_blocks_of_all_arms_are_stored_and_can_be_judged(
    standin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibrate, "CASES", SMALL)
    monkeypatch.setattr(calibrate, "FEWEST_BLOCKS", 1)
    one = arm(standin, "one")
    told: list[str] = []
    arms = gather_equal_arms(one.release, one.build)
    rows = run_calibration(
        arms, timings=tmp_path / "calibration", budget_s=0.001, places=6, tell=told.append
    )
    assert len(told) == 1
    assert told[0].endswith("block 1")
    assert len(list(read_timings(tmp_path / "calibration"))) == len(rows)
    names = [a.name for a in arms]
    assert Counter(row.arm for row in rows if row.case.kernel == "import") == dict.fromkeys(
        names, 1
    )
    cases = tabulate_samples(rows, SMALL, names)
    assert [one.medians(names).shape for one in cases] == [(1, 6)] * 2
    assert describe(rows, cases)[1].startswith("1 blocks of 6 processes, 2 kernels: ")


def test_too_few_blocks_say_nothing_and_are_kept(
    standin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibrate, "CASES", SMALL)
    one = arm(standin, "one")
    with pytest.raises(InconclusiveError, match="1 blocks are too few") as caught:
        run_calibration(
            gather_equal_arms(one.release, one.build),
            timings=tmp_path / "calibration",
            budget_s=0.001,
            places=6,
            tell=print,
        )
    assert caught.value.exit_code == ExitCode.INCONCLUSIVE
    assert list(read_timings(tmp_path / "calibration"))


def test_a_machine_with_little_memory_is_told_so(tmp_path: Path) -> None:
    one = arm(Path(sys.executable), "one")
    with pytest.raises(UsageError, match="6 processes do not fit"):
        run_calibration(
            gather_equal_arms(one.release, one.build),
            timings=tmp_path,
            budget_s=60,
            places=5,
            tell=print,
        )
