"""How often a recorded run calls same what is the same, and finds what was planted. Pure.

A calibration times one release as several arms at once: some are equal, in the others a slowdown
of known size was planted. All arms are in all blocks. From these, runs of a pair are played: a run
draws its blocks without replacement and in random order, in each block one of the equal processes
at random for the reference and, for a comparison of the same with the same, another of them. Equal
processes of a block are exchangeable, so that every such run might have happened; the noise is the
machine's own.

Runs played so share blocks and processes, and are no independent trials. The interval of a rate
comes from the delete-a-group jackknife over blocks (Shao & Tu, *The Jackknife and Bootstrap*,
1995, section 2.3): its variance gives an effective number of trials, for which the exact binomial
interval is taken (Korn & Graubard, *Survey Methodology* 24, 1998). A rate of 0 or 1 has no
variance: there the trials are those runs that share nothing, which are few. What is slower by more
is found no more rarely, so the lower end of a smaller slowdown's interval holds for a larger one.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, stdtrit

from harness.judge.common_rules import judge_by_mann_whitney, judge_by_student
from harness.judge.evidence import ALPHA
from harness.judge.recorded import Recorded
from harness.judge.replay import over_cases, play_runs
from harness.judge.sequential import Floats, Looks
from harness.judge.speed import find_outcomes
from harness.model import Speed

GROUPS = 10
RUNS = 1_000
"""Played for each case; each of the jackknife's estimates takes a quarter of them."""
RULE_RUNS = 200
"""Played for each case to see what common rules say: those look at every sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share of runs, with its interval at 95 %."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What became of one planted ratio of times; 1 is the same against the same.

    ``called`` is how often the pair was called different: of a slowdown, slower. ``blocks`` is how
    many a run took on average until it was decided. ``ratio`` was measured over all blocks, with
    its t interval over blocks. ``student`` and ``mann_whitney`` are how often those two rules call
    the pair different, by all the samples of a run's planned blocks.
    """

    planted: float
    called: Rate
    blocks: float
    ratio: Rate
    student: float
    mann_whitney: float


def calibrate(
    cases: Sequence[Recorded], equal: Sequence[str], planted: Mapping[str, float], looks: Looks
) -> tuple[Calibration, ...]:
    """Return what became of the same against the same, and then of each planted slowdown.

    ``equal`` are the arms that are alike, at least two; ``planted`` the ratios of the others.
    ValueError for fewer blocks than a run takes, with a group of them left out.
    """
    blocks = len(cases[0].samples[equal[0]])
    if blocks - -(-blocks // GROUPS) < looks.planned:
        raise ValueError(f"{blocks} blocks are too few for runs of {looks.planned}")
    found = [_calibrate(_Arms(cases=cases, equal=equal), 1.0, looks)]
    low = 0.0
    for arm, ratio in sorted(planted.items(), key=itemgetter(1)):
        one = _calibrate(_Arms(cases=cases, equal=equal, slower=(arm,)), ratio, looks)
        low = max(low, one.called.low)
        found.append(replace(one, called=replace(one.called, low=min(low, one.called.share))))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arms:
    """What takes part in a comparison: the equal arms, and the slowed one if there is one."""

    cases: Sequence[Recorded]
    equal: Sequence[str]
    slower: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.equal, *self.slower)

    @property
    def tables(self) -> list[Floats]:
        """Log seconds of the processes, case by case, each of shape (blocks, arms)."""
        return [one.medians(self.names) for one in self.cases]


def _calibrate(arms: _Arms, planted: float, looks: Looks) -> Calibration:
    tables = arms.tables
    play = partial(_play, tables, len(arms.equal), looks)
    blocks = np.arange(len(tables[0]))
    groups = blocks * GROUPS // len(blocks)
    called, taken = play(blocks, RUNS)
    without = [play(blocks[groups != group], RUNS // 4)[0] for group in range(GROUPS)]
    student, mann_whitney = _ask_rules(arms, looks)
    return Calibration(
        planted=planted,
        called=find_rate(called, without, len(blocks) // looks.planned),
        blocks=taken,
        ratio=_measure_ratio(tables, len(arms.equal)),
        student=student,
        mann_whitney=mann_whitney,
    )


def draw_pairs(
    rng: np.random.Generator,
    blocks: NDArray[np.int_],
    equal: int,
    arms: int,
    shape: tuple[int, int],
) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Return the blocks and the columns of runs, shapes (runs, planned) and (runs, planned, 2).

    The first ``equal`` columns are alike. The reference is one of them, the other is the column
    after them where there is one, else another of them.
    """
    chosen = rng.permuted(np.broadcast_to(blocks, (shape[0], len(blocks))), axis=1)[:, : shape[1]]
    columns = rng.permuted(np.broadcast_to(np.arange(equal), (*shape, equal)), axis=2)[..., :2]
    if arms > equal:
        columns[..., 1] = equal
    return chosen, columns


def _play(
    tables: Sequence[Floats], equal: int, looks: Looks, blocks: NDArray[np.int_], runs: int
) -> tuple[float, float]:
    """Return how often a pair is called different (of a slowdown: slower), in how many blocks."""
    rng = np.random.default_rng(1)
    different = [Speed.SLOWER] if tables[0].shape[1] > equal else [Speed.SLOWER, Speed.FASTER]
    called, taken = [], []
    for table in tables:
        chosen, columns = draw_pairs(rng, blocks, equal, table.shape[1], (runs, looks.planned))
        log_seconds = table[chosen[..., None], columns]
        evidence = over_cases(play_runs(log_seconds[:, None], rng, looks)[0])
        called.append(np.isin(find_outcomes(evidence), different).mean())
        taken.append(evidence.counts.mean())
    return float(np.mean(called)), float(np.mean(taken))


def _ask_rules(arms: _Arms, looks: Looks) -> tuple[float, float]:
    rng = np.random.default_rng(1)
    said: list[tuple[bool, bool]] = []
    for case in arms.cases:
        rounds = [case.samples[arm] for arm in arms.names]
        shape = RULE_RUNS, looks.planned
        drawn = draw_pairs(rng, np.arange(len(rounds[0])), len(arms.equal), len(rounds), shape)
        for blocks, columns in zip(*drawn, strict=True):
            first, second = (
                np.exp(
                    np.concatenate(
                        [rounds[arm][block] for arm, block in zip(side, blocks, strict=True)]
                    )
                )
                for side in columns.T
            )
            said.append(
                (bool(judge_by_student(first, second)), bool(judge_by_mann_whitney(first, second)))
            )
    student, mann_whitney = np.mean(said, axis=0).tolist()
    return student, mann_whitney


def _measure_ratio(tables: Sequence[Floats], equal: int) -> Rate:
    """Return the ratio of the last arm to the mean of the equal ones, or of the last of these.

    The unit is the block: its log-ratios are averaged over cases, which share processes.
    """
    last = tables[0].shape[1] - 1
    others = [column for column in range(equal) if column != last]
    logs = np.mean([table[:, last] - table[:, others].mean(axis=1) for table in tables], axis=0)
    reach = -stdtrit(len(logs) - 1, ALPHA / 2) * logs.std(ddof=1) / math.sqrt(len(logs))
    low, middle, high = np.exp(logs.mean() + reach * np.array([-1, 0, 1])).tolist()
    return Rate(share=middle, low=low, high=high)


def find_rate(share: float, without: Sequence[float], disjoint: int) -> Rate:
    """Return a rate with its interval; ``without`` are the estimates that leave a group out.

    ``disjoint`` is how many of the runs share nothing, which counts where nothing varies.
    """
    groups = len(without)
    variance = (groups - 1) / groups * sum((one - share) ** 2 for one in without)
    trials = share * (1 - share) / variance if 0 < share < 1 and variance else float(disjoint)
    hits = share * trials
    low = betaincinv(hits, trials - hits + 1, ALPHA / 2) if hits else 0.0
    high = betaincinv(hits + 1, trials - hits, 1 - ALPHA / 2) if hits < trials else 1.0
    return Rate(share=share, low=float(low), high=float(high))
