"""Least squares within blocks: what blocks share is gone, and every process counts once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.judge.blocks import LEAST_SPREAD, fit_blocks

SEEDS = st.integers(0, 2**32 - 1)


def incomplete(seed: int, *, blocks: int = 12, arms: int = 6) -> np.ndarray:
    """Draw a table in which the reference is in every block, and some three others."""
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 0.03, (blocks, arms)) + rng.normal(0, 0.2, (blocks, 1))
    absent = rng.random((blocks, arms)).argsort(axis=1) >= 3
    absent[:, 0] = False
    return np.where(absent, np.nan, values)


def by_hand(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, float, int]:
    """Regress on dummies of the arms and of the blocks."""
    blocks, arms = np.nonzero(np.isfinite(values))
    design = np.hstack([np.eye(values.shape[1])[arms][:, 1:], np.eye(values.shape[0])[blocks]])
    design = design[:, design.any(axis=0)]
    found, *_ = np.linalg.lstsq(design, values[blocks, arms])
    freedom = len(blocks) - np.linalg.matrix_rank(design)
    rest = values[blocks, arms] - design @ found
    return found, np.linalg.pinv(design.T @ design), float(rest @ rest / freedom), int(freedom)


@given(SEEDS)
def test_it_is_the_regression_on_arms_and_blocks(seed: int) -> None:
    values = incomplete(seed)
    fit = fit_blocks(values)
    found, covariance, variance, freedom = by_hand(values)
    known = fit.counts[1:] > 0
    arms = int(known.sum())
    assert fit.log_ratios[1:][known] == pytest.approx(found[:arms], abs=1e-9)
    inner = fit.covariance[1:, 1:][np.ix_(known, known)]
    assert inner == pytest.approx(covariance[:arms, :arms], abs=1e-9)
    assert fit.variance == pytest.approx(variance)
    assert fit.freedom == freedom


def test_of_whole_blocks_it_is_the_mean_difference() -> None:
    values = np.random.default_rng(1).normal(0, 0.03, (7, 4))
    fit = fit_blocks(values)
    differences = values - values[:, :1]
    assert fit.log_ratios == pytest.approx(differences.mean(axis=0))
    assert fit.freedom == 6 * 3
    assert fit.standard_errors[1:] == pytest.approx(np.sqrt(2 * fit.variance / 7))


def test_of_a_pair_it_is_the_paired_t() -> None:
    values = np.random.default_rng(1).normal(0, 0.03, (9, 2))
    difference = values[:, 1] - values[:, 0]
    fit = fit_blocks(values)
    assert fit.standard_errors[1] == pytest.approx(difference.std(ddof=1) / 3)
    assert fit.freedom == 8


@given(SEEDS, st.integers(-50, 50))
def test_what_a_block_shares_changes_nothing(seed: int, shift: int) -> None:
    values = incomplete(seed)
    shifts = np.random.default_rng(seed).normal(0, 1, (len(values), 1)) + shift
    before, after = fit_blocks(values), fit_blocks(values + shifts)
    assert after.log_ratios == pytest.approx(before.log_ratios, abs=1e-9)
    assert after.standard_errors == pytest.approx(before.standard_errors, rel=1e-6)


def test_a_third_arm_leads_from_one_to_another() -> None:
    """Blocks of three give more than their differences: the others tell the block's level."""
    values = np.full((6, 5), np.nan)
    values[:, 0] = 0.0
    for row, pair in enumerate([(1, 2), (3, 4), (1, 3), (2, 4), (1, 4), (2, 3)]):
        values[row, list(pair)] = 0.01 * row
    covariance = fit_blocks(values).covariance
    assert covariance[1, 1] < 2 / 3


def test_values_all_alike_are_no_certainty() -> None:
    values = np.tile([-3.0, -3.0, -2.9], (4, 1))
    fit = fit_blocks(values)
    assert fit.variance == LEAST_SPREAD**2
    assert (fit.standard_errors[1:] > 0).all()


def test_too_little_is_unknown() -> None:
    fit = fit_blocks(np.array([[-3.0, -2.9, np.nan]]))
    assert fit.freedom == 0
    assert np.isinf(fit.standard_errors[1:]).all()
    assert fit.counts.tolist() == [1, 1, 0]


def test_a_block_without_the_reference_is_left_out() -> None:
    values = incomplete(3)
    more = np.vstack([values, [np.nan, 1.0, 2.0, 3.0, 4.0, 5.0]])
    assert fit_blocks(more).log_ratios.tolist() == fit_blocks(values).log_ratios.tolist()
    assert fit_blocks(more).freedom == fit_blocks(values).freedom


def test_many_runs_at_once_are_each_their_own() -> None:
    tables = [incomplete(seed) for seed in range(5)]
    together = fit_blocks(np.array(tables))
    for place, table in enumerate(tables):
        alone = fit_blocks(table)
        assert together.log_ratios[place] == pytest.approx(alone.log_ratios)
        assert together.standard_errors[place] == pytest.approx(alone.standard_errors)
