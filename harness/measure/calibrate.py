"""Time one release as several arms, in some of which a slowdown is planted, to see it found."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from harness.errors import InconclusiveError, UsageError
from harness.judge.recorded import Recorded
from harness.judge.timings import name_case
from harness.measure.block import Arm, time_block
from harness.measure.design import MODES, REDUCTIONS, SMALL, TYPICAL
from harness.measure.throughput import begin_sitting
from harness.model import Case, Release, Timing
from harness.releases.builds import Build

EQUAL = ("same 1", "same 2", "same 3")
PLANTED = {"2 % slower": 1.02, "5 % slower": 1.05, "10 % slower": 1.1}
PLANNED_BLOCKS = 15
"""What a run of a pair may take."""
FEWEST_BLOCKS = 18
"""So many leave a run its blocks when a tenth of them is left out."""
CASES = tuple(
    Case(kernel=kernel, mode=MODES[0], batch=batch, timesteps=timesteps)
    for batch, timesteps in (TYPICAL, SMALL)
    for kernel in REDUCTIONS
)
"""Bound by memory and by the call: few, so that an hour has many blocks."""


def gather_equal_arms(release: Release, build: Build) -> list[Arm]:
    """Return the arms, all of them the same environment."""
    ratios = dict.fromkeys(EQUAL, 1.0) | PLANTED
    return [
        Arm(name=name, release=release, build=build, slowdown=ratio)
        for name, ratio in ratios.items()
    ]


def run_calibration(
    arms: list[Arm], *, timings: Path, budget_s: float, places: int, tell: Callable[[str], None]
) -> list[Timing]:
    """Time blocks of all arms until the budget is spent; return the rows, which are stored too.

    UsageError where the memory does not hold all arms at once, InconclusiveError where there are
    too few blocks in the end.
    """
    if places < len(arms):
        raise UsageError(
            f"{len(arms)} processes do not fit beside each other into the memory available",
            do="Give it 1 GB for each.",
        )
    sitting = begin_sitting(timings, EQUAL[0], PLANNED_BLOCKS, CASES)
    rows: list[Timing] = []
    started = time.monotonic()
    longest_s, block = 0.0, 0
    while time.monotonic() - started + longest_s <= budget_s:
        begun = time.monotonic()
        block += 1
        rows += time_block(sitting, sitting.random.sample(arms, len(arms)), block)
        longest_s = max(longest_s, time.monotonic() - begun)
        tell(f"[{time.monotonic() - started:5.0f} s] block {block}")
    if block < FEWEST_BLOCKS:
        raise InconclusiveError(
            f"{block} blocks are too few to say how often anything is found",
            why=f"runs of {PLANNED_BLOCKS} blocks are drawn from them; there have to be "
            f"{FEWEST_BLOCKS} at least",
            do=f"Give more than {budget_s / 60:g} min: --budget MINUTES",
        )
    return rows


def describe(rows: Sequence[Timing], cases: Sequence[Recorded]) -> tuple[str, ...]:
    """Return what was timed, when and where, in a few words each."""
    first, last = rows[0], rows[-1]
    (blocks,) = {len(one.samples[EQUAL[0]]) for one in cases}
    return (
        f"{first.release} on {first.machine}, {last.recorded_at:%Y-%m-%d}",
        f"{blocks} blocks of {len(EQUAL) + len(PLANTED)} processes, {len(cases)} kernels: "
        + ", ".join(name_case(case) for case in CASES),
        f"A comparison takes at most {PLANNED_BLOCKS} blocks",
    )
