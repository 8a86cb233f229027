"""Looks add up: each arm by its own clock, and nothing of an earlier look is written over."""

from dataclasses import fields, replace

import numpy as np
import pytest
from scipy.stats import t

from harness.judge.blocks import fit_blocks
from harness.judge.evidence import MARGIN, PENALTY, Evidence, critical_values, join_evidence, look
from harness.judge.sequential import Looks
from harness.judge.speed import find_outcomes, gather_evidence

LOOKS = Looks(first=3, planned=6)
VALUES = np.random.default_rng(5).normal(0, 0.02, (6, 3)) + np.array([0.0, 0.2, 0.0])


def test_a_look_leaves_the_one_before_as_it_was() -> None:
    early = gather_evidence(VALUES[:4], LOOKS)
    kept = {one.name: getattr(early, one.name).copy() for one in fields(early)}
    look(early, fit_blocks(VALUES[:5]), LOOKS)
    for name, value in kept.items():
        np.testing.assert_array_equal(getattr(early, name), value)


def test_an_arm_that_left_keeps_what_it_had() -> None:
    gone = VALUES.copy()
    gone[4:, 1] = np.nan
    early, late = (gather_evidence(gone[:blocks], LOOKS) for blocks in (4, 6))
    assert late.counts.tolist() == [4, 6]
    assert (late.low[0], late.above[0]) == (early.low[0], early.above[0])
    assert late.low[1] != early.low[1]


def test_the_interval_and_the_p_value_agree() -> None:
    """At 5 % the interval leaves out no difference just where the p-value is below 0.05."""
    rng = np.random.default_rng(6)
    values = rng.normal(0, 0.02, (500, 6, 3)) + np.array([0.0, 0.02, 0.03])
    evidence = gather_evidence(values, LOOKS)
    outside = (evidence.low > 0) | (evidence.high < 0)
    clear = np.abs(evidence.p_differs - 0.05) > 1e-3  # the tables are interpolated
    assert 0.2 < outside.mean() < 0.9
    np.testing.assert_array_equal(outside[clear], (evidence.p_differs < 0.05)[clear])


def test_of_one_look_the_p_values_are_those_of_t() -> None:
    once = Looks(first=6, planned=6)
    evidence = gather_evidence(VALUES, once)
    fit = fit_blocks(VALUES)
    critical = critical_values(once, 6, evidence.freedom, 0.05)
    # t of ten degrees of freedom, at 5 % less the penalty.
    assert critical == pytest.approx(t.isf(0.025 / (1 + PENALTY / 10), [10, 10]), rel=1e-3)
    assert evidence.high == pytest.approx(fit.log_ratios[1:] + critical * fit.standard_errors[1:])


def test_looks_that_contradict_each_other_decide_nothing() -> None:
    start = Evidence.none((1,))
    nothing = np.zeros(1)
    sure = replace(start, above=nothing, low=np.array([0.1]), high=np.array([0.2]))
    torn = replace(sure, low=np.array([0.1]), high=np.array([0.05]))
    assert find_outcomes(sure).tolist() == ["slower"]
    assert find_outcomes(torn).tolist() == ["undecided"]
    within = replace(sure, over_lower=nothing, under_upper=nothing, high=np.array([MARGIN]))
    assert find_outcomes(replace(within, low=nothing)).tolist() == ["same"]


def test_parts_join_in_their_order() -> None:
    parts = [gather_evidence(VALUES, LOOKS), gather_evidence(VALUES[:, :2], LOOKS)]
    joined = join_evidence(parts)
    assert joined.log_ratios.shape == (3,)
    assert joined.low.tolist() == [*parts[0].low, *parts[1].low]
