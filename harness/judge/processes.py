"""The timed processes of a run, from their rounds to the table of each case. Pure.

A *case* is what is timed: kernel, mode, batch, timesteps. An *arm* is a release, or the sentinel: a
second installation of the reference. The process is the unit of replication, since rounds within
one are not independent: one value for each case, arm and block.

A round times all arms of a case within a tenth of a second or two, and a shared machine is fast or
slow for longer than that. So what a round has in common is taken off before the median of a process
is: comparisons are of arms in one block, and it is in all of them alike.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from harness.judge.sequential import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process: the log of its median seconds per call. Blocks are numbered as they ran."""

    case: str
    arm: str
    block: int
    log_seconds: float


def centre_rounds(rounds: Mapping[str, Mapping[int, float]]) -> dict[str, list[float]]:
    """Return the log seconds of a case in a block, by arm, without what each round had in common.

    ``rounds`` are values by arm and number of the round. In common is the mean over the arms that
    have every round, less its own mean, so that the values stay log seconds; nothing is where
    fewer than two have.
    """
    numbers = set().union(*rounds.values())
    whole = [values for values in rounds.values() if len(values) == len(numbers)]
    common = dict.fromkeys(numbers, 0.0)
    if len(whole) > 1:
        means = {number: fmean(values[number] for values in whole) for number in numbers}
        overall = fmean(means.values())
        common = {number: mean - overall for number, mean in means.items()}
    return {
        arm: [value - common[number] for number, value in values.items()]
        for arm, values in rounds.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Log seconds of one case, shape (blocks, arms), not a number where there is no process.

    The reference is the first arm.
    """

    arms: tuple[str, ...]
    log_seconds: Floats


def tabulate_processes(
    processes: Iterable[Process], arms: Mapping[str, Iterable[str]]
) -> dict[str, Timings]:
    """Return a table for each case, with its arms in the order given, the reference the first.

    Raises ValueError for a case or an arm that is not there, for a second value of a case, arm
    and block, and for a value that is not finite.
    """
    columns = {case: {arm: place for place, arm in enumerate(arms[case])} for case in arms}
    values: dict[str, dict[tuple[int, int], float]] = {case: {} for case in arms}
    for one in processes:
        if one.arm not in columns.get(one.case, ()):
            raise ValueError(f"this process was not planned: {one}")
        place = one.block, columns[one.case][one.arm]
        if place in values[one.case]:
            raise ValueError(f"a second value for one process: {one}")
        if not math.isfinite(one.log_seconds):
            raise ValueError(f"no finite value: {one}")
        values[one.case][place] = one.log_seconds
    return {case: _tabulate(tuple(columns[case]), values[case]) for case in arms}


def _tabulate(arms: tuple[str, ...], values: Mapping[tuple[int, int], float]) -> Timings:
    rows = {block: row for row, block in enumerate(sorted({block for block, _ in values}))}
    table = np.full((len(rows), len(arms)), math.nan)
    for (block, column), value in values.items():
        table[rows[block], column] = value
    return Timings(arms=arms, log_seconds=table)
