"""Noise with a known truth: what is the same is rarely called different, what differs is found.

Runs are independent, comparisons within one are not: so rates are counted over runs. A count is
held against the binomial that the promised rate would give, at one in a thousand.
"""

import numpy as np
import pytest
from scipy.stats import binom

from harness.judge.common_rules import judge_by_student
from harness.judge.evidence import ALPHA, Evidence
from harness.judge.replay import over_cases, play_runs
from harness.judge.sequential import Looks
from harness.judge.speed import find_outcomes, gather_evidence
from harness.model import Speed
from tests.bench.simulated import Noise, count_blocks, draw_rounds

RUNS = 1000
LOOKS = Looks(first=4, planned=15)
NARROW = Noise(between=0.03, within=0.01)
WIDE = Noise(between=0.05, within=0.02)
DIFFERENT = [Speed.FASTER, Speed.SLOWER]


def at_most(rate: float) -> float:
    """Return how often what happens at this rate may be seen: more is one in a thousand."""
    return float(binom.isf(1e-3, RUNS, rate))


def at_least(rate: float) -> float:
    return float(binom.ppf(1e-3, RUNS, rate))


def play(noise: Noise, ratios: list[float], *, cases: int = 1) -> Evidence:
    rng = np.random.default_rng(7)
    shape = (RUNS, cases, count_blocks(len(ratios), LOOKS), len(ratios))
    log_seconds = np.median(draw_rounds(rng, noise, shape), axis=-1) + np.log(ratios)
    return over_cases(play_runs(log_seconds, rng, LOOKS)[0])


@pytest.mark.parametrize("noise", [NARROW, WIDE], ids=["3 %", "5 %"])
def test_runs_without_a_difference_find_none(noise: Noise) -> None:
    evidence = play(noise, [1.0] * 6, cases=2)
    false = np.isin(find_outcomes(evidence), DIFFERENT)
    assert false.any(axis=-1).sum() <= at_most(ALPHA)
    for comparison in range(evidence.counts.shape[-1]):
        assert (evidence.p_differs[:, comparison] <= ALPHA).sum() <= at_most(ALPHA)
        missed = (evidence.low > 0) | (evidence.high < 0)
        assert missed[:, comparison].sum() <= at_most(ALPHA)


def test_what_was_used_for_stopping_early_was_spent() -> None:
    """A pair alone has the fewest degrees of freedom: without the penalty it is 5.7 %."""
    runs = 20_000
    values = np.random.default_rng(7).standard_normal((runs, LOOKS.planned, 2))
    found = gather_evidence(values, LOOKS).p_differs[:, 0] <= ALPHA
    assert found.sum() <= binom.isf(1e-3, runs, ALPHA)
    assert found.sum() >= binom.ppf(1e-3, runs, 0.8 * ALPHA)  # nor is it spared for nothing


def test_five_percent_are_found_in_a_pair() -> None:
    """The spread of the log-ratio of a block is 4.3 %."""
    outcomes = find_outcomes(play(NARROW, [1.0, 1.05]))
    assert (outcomes == Speed.SLOWER).sum() >= at_least(0.95)


def test_false_findings_are_few_among_true_ones() -> None:
    ratios = [1.0, 1.0, 1.0, 1.0, 1.05, 1.10]
    evidence = play(NARROW, ratios)
    found = np.isin(find_outcomes(evidence), DIFFERENT)
    same = np.array(ratios[1:]) == 1
    share = found[:, same].sum(axis=-1) / np.maximum(found.sum(axis=-1), 1)
    # A share lies between 0 and 1, so its mean varies least as that of a binomial does.
    assert share.sum() <= at_most(ALPHA)
    assert evidence.counts[:, -1].mean() < evidence.counts[:, 0].mean()


def test_a_difference_of_the_margin_is_rarely_called_same() -> None:
    outcomes = find_outcomes(play(NARROW, [1.0, 1.03]))
    assert (outcomes == Speed.SAME).sum() <= at_most(ALPHA)


def test_pooling_rounds_finds_what_is_not_there() -> None:
    """The same noise, judged as if rounds were independent: far more than one in twenty."""
    rounds = draw_rounds(np.random.default_rng(7), NARROW, (RUNS, 1, 15, 2))
    first, second = (np.exp(rounds[:, 0, :, arm].reshape(RUNS, -1)) for arm in (0, 1))
    assert (judge_by_student(first, second) != 0).sum() > at_most(ALPHA)
