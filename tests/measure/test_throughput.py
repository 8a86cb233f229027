"""Whole runs with stand-in releases: when they stop, what they leave, and what is refused."""

from pathlib import Path

import pytest

from harness.errors import ExitCode, InconclusiveError, UsageError
from harness.judge.timings import judge_run
from harness.measure import throughput
from harness.measure.block import Arm
from harness.measure.design import Design
from harness.measure.throughput import (
    Progress,
    announce,
    count_places,
    hold_cores,
    is_timed,
    run_throughput,
)
from harness.model import Case
from harness.releases.builds import Build
from harness.store import read_timings
from tests.builders import LOCK
from tests.measure.test_block import arm
from tests.publish.matrices import release

CASES = tuple(
    Case(kernel="reduction_raw", mode=mode, batch=3, timesteps=5) for mode in ("graph", "eager")
)


def run(
    arms: list[Arm], folder: Path, *, planned: int = 3, budget_s: float = 600.0, places: int = 3
) -> list[Progress]:
    """Play a run that keeps to its plan, whatever the pace."""
    told: list[Progress] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(throughput, "plan_again", lambda *_: planned)
        run_throughput(
            arms,
            "one",
            Design(cases=CASES, planned_blocks=planned),
            timings=folder / "timings",
            budget_s=budget_s,
            places=places,
            tell=told.append,
        )
    return told


def test_a_run_ends_when_each_arm_has_its_blocks(standin: Path, tmp_path: Path) -> None:
    arms = [arm(standin, name) for name in ("one", "two", "three")]
    told = run(arms, tmp_path, planned=2, places=2)
    assert [progress.block for progress in told] == [1, 2, 3, 4]
    assert all("one" in progress.arms and len(progress.arms) == 2 for progress in told)
    # Each case, and the import, for each of the two.
    assert {progress.comparisons for progress in told} == {6}
    timings = list(read_timings(tmp_path / "timings"))
    assert len(list((tmp_path / "timings").glob("*.parquet"))) == 4
    found = judge_run(timings, {"tensorflow": ["one", "two", "three"]})
    assert (found.blocks, found.reference) == (4, "one")
    assert {one.comparison.blocks for one in found.timed if one.comparison} == {2}
    assert is_timed(tmp_path / "timings")
    assert not is_timed(tmp_path / "elsewhere")


def test_the_plan_follows_the_pace_before_anything_is_looked_at(
    standin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, float]] = []

    def plan_again(others: int, budget_s: float, pace_s: float) -> int:
        asked.append((others, budget_s))
        assert 0 < pace_s < 60
        return 2

    monkeypatch.setattr(throughput, "plan_again", plan_again)
    told: list[Progress] = []
    run_throughput(
        [arm(standin, name) for name in ("one", "two", "three", "four")],
        "one",
        Design(cases=CASES[:1], planned_blocks=9),
        timings=tmp_path / "timings",
        budget_s=600,
        places=2,
        tell=told.append,
    )
    assert asked == [(3, 600)]
    assert len(told) == 6
    rows = list(read_timings(tmp_path / "timings"))
    # Of three, two had a block when half had one.
    assert {one.block: one.planned_blocks for one in rows} == {1: 9} | dict.fromkeys(
        range(2, 7), 9
    ) | dict.fromkeys(range(3, 7), 2)
    found = judge_run(rows, {})
    assert found.looks.planned == 2


def test_a_budget_too_small_for_two_blocks_decides_nothing(standin: Path, tmp_path: Path) -> None:
    with pytest.raises(InconclusiveError, match="nothing can be said") as caught:
        run([arm(standin, "one"), arm(standin, "two")], tmp_path, budget_s=0.001)
    assert caught.value.exit_code == ExitCode.INCONCLUSIVE
    assert "the budget ended before the first look" in str(caught.value)
    # What was timed is there all the same.
    assert len(list(read_timings(tmp_path / "timings"))) > 8


def test_a_reference_that_cannot_be_timed_ends_the_run(standin: Path, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 7\n")
    python.chmod(0o755)
    with pytest.raises(InconclusiveError, match="one could not be timed"):
        run([arm(python, "one"), arm(standin, "two")], tmp_path)


def test_a_release_that_cannot_be_timed_does_not_hold_the_others_up(
    standin: Path, tmp_path: Path
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 7\n")
    python.chmod(0o755)
    arms = [arm(standin, "one"), arm(standin, "two"), arm(python, "broken")]
    told = run(arms, tmp_path, planned=2)
    assert [sorted(progress.arms) for progress in told] == [
        ["broken", "one", "two"],
        ["one", "two"],
    ]


def test_as_many_stand_beside_each_other_as_the_memory_holds(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    for available_kb, places in ((200_000, 2), (4_100_000, 4), (24_000_000, 6)):
        meminfo.write_text(f"MemTotal: 24000000 kB\nMemAvailable:   {available_kb} kB\n")
        assert count_places(meminfo) == places
    assert count_places() >= 2


def test_two_runs_do_not_time_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    with (
        hold_cores(),
        pytest.raises(UsageError, match="another run is timing on this machine"),
        hold_cores(),
    ):
        pass
    with hold_cores():
        pass


def test_it_is_said_what_is_timed_and_what_the_budget_leaves_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("os.getloadavg", lambda: (9.0, 0.0, 0.0))
    monkeypatch.setattr(throughput, "count_cores", lambda: 2)
    build = Build(release="tf-2.20.0", lock_sha256=LOCK, python=Path("python"))
    arms = [
        Arm(name=name, release=release("tf-2.20.0"), build=build)
        for name in ("tf-2.10.1", "tf-2.20.0", "tf-2.20.0 again")
    ]
    design = Design(cases=CASES, planned_blocks=4)
    assert announce(design, 36, arms, release("tf-2.20.0"), 900) == (
        "2 releases and tf-2.20.0, the reference, once more; 2 of 36 cases, 4 blocks each, "
        "in up to 15 min\n"
        "  for all cases, give more time: --budget MINUTES, or fewer releases\n"
        "  other work is going on: a load of 9.0 on 2 cores"
    )
