"""The timed processes of a run, and the table of each case. Pure.

A *case* is what is timed: kernel, mode, batch, timesteps. An *arm* is a release, or the sentinel: a
second installation of the reference. The process is the unit of replication, since rounds within
one are not independent: one value for each case, arm and block.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from harness.judge.sequential import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process: the log of its median seconds per call. Blocks are numbered as they ran."""

    case: str
    arm: str
    block: int
    log_seconds: float


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
