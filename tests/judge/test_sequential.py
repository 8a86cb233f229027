"""Bounds are the published ones, and p-values the inverse of the bounds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from harness.judge.sequential import (
    LARGEST,
    SMALLEST,
    Looks,
    crossing_probabilities,
    find_bounds,
    nominal_levels,
    sequential_p_values,
    spend,
    tabulate_levels,
)

FIFTHS = np.arange(1, 6) / 5
LOOKS = Looks(first=4, planned=15)


@pytest.mark.parametrize(
    ("bounds", "alpha"),
    [
        # Jennison & Turnbull (2000), tables 2.1 and 2.3: five looks, two-sided.
        ([2.413] * 5, 0.05),
        ([2.986] * 5, 0.01),
        (2.040 / np.sqrt(FIFTHS), 0.05),
        (2.621 / np.sqrt(FIFTHS), 0.01),
    ],
    ids=["Pocock 5 %", "Pocock 1 %", "O'Brien-Fleming 5 %", "O'Brien-Fleming 1 %"],
)
def test_published_bounds_are_crossed_at_their_level(bounds: list[float], alpha: float) -> None:
    crossed = 2 * crossing_probabilities(bounds, FIFTHS).sum()
    assert crossed == pytest.approx(alpha, rel=2e-3)  # the constants have four digits


@pytest.mark.parametrize(
    ("spent", "published"),
    [
        # Lan & DeMets' two functions and the linear one, five looks, two-sided 5 %.
        (2 * norm.sf(norm.isf(0.0125) / np.sqrt(FIFTHS)), [4.877, 3.357, 2.680, 2.290, 2.031]),
        (0.025 * np.log1p((math.e - 1) * FIFTHS), [2.438, 2.427, 2.410, 2.397, 2.386]),
        (0.025 * FIFTHS, [2.576, 2.492, 2.411, 2.339, 2.276]),
    ],
    ids=["O'Brien-Fleming", "Pocock", "linear"],
)
def test_spending_functions_give_the_published_bounds(
    spent: np.ndarray, published: list[float]
) -> None:
    assert find_bounds(spent, FIFTHS) == pytest.approx(published, abs=6e-4)


@pytest.mark.parametrize("alpha", [1e-6, 0.005, 0.025, 0.2])
def test_three_looks_agree_with_the_normal_distribution_itself(alpha: float) -> None:
    fractions = np.array([0.3, 0.5, 1.0])
    bounds = find_bounds(spend(alpha, fractions), fractions)
    shared = np.minimum.outer(fractions, fractions) / np.maximum.outer(fractions, fractions)
    below = [
        multivariate_normal.cdf(bounds[:n], np.zeros(n), np.sqrt(shared[:n, :n]), abseps=1e-9)
        for n in (1, 2, 3)
    ]
    assert 1 - np.array(below) == pytest.approx(spend(alpha, fractions), abs=1e-6)


@given(st.floats(1e-8, 0.4), st.integers(2, 6), st.integers(0, 12))
def test_what_is_spent_is_what_is_crossed(alpha: float, first: int, more: int) -> None:
    fractions = Looks(first=first, planned=first + more).fractions
    bounds = find_bounds(spend(alpha, fractions), fractions)
    assert crossing_probabilities(bounds, fractions).cumsum() == pytest.approx(
        spend(alpha, fractions), rel=1e-6
    )
    assert spend(alpha, fractions)[-1] == pytest.approx(alpha)


@pytest.mark.parametrize("looks", [LOOKS, Looks(first=2, planned=2), Looks(first=2, planned=40)])
def test_bounds_for_less_error_lie_outside(looks: Looks) -> None:
    alphas, levels = tabulate_levels(looks)
    assert (np.diff(alphas) > 0).all()
    assert (np.diff(levels, axis=1) > 0).all()


@given(st.floats(2 * SMALLEST, 0.9 * LARGEST), st.integers(4, 15))
def test_a_p_value_is_the_error_whose_bound_is_reached(alpha: float, blocks: int) -> None:
    level = nominal_levels(LOOKS, blocks, np.array(alpha))
    assert sequential_p_values(LOOKS, blocks, level) == pytest.approx(alpha, rel=1e-9)
    exact = norm.sf(find_bounds(spend(alpha, LOOKS.fractions), LOOKS.fractions)[blocks - 4])
    assert level == pytest.approx(exact, rel=5e-3)


def test_a_single_look_spends_nothing_on_others() -> None:
    once = Looks(first=5, planned=5)
    levels = np.array([1e-9, 1e-3, 0.04, 0.3])
    assert sequential_p_values(once, 5, levels) == pytest.approx(levels, rel=5e-3)


def test_a_p_value_ends_where_the_tables_do() -> None:
    ends = sequential_p_values(LOOKS, 15, np.array([0.0, 1e-300, 0.99, 1.0]))
    assert ends == pytest.approx([SMALLEST, SMALLEST, 1.0, 1.0])


@pytest.mark.parametrize(("first", "planned"), [(1, 5), (0, 0), (6, 5)])
def test_looks_that_cannot_be_are_refused(first: int, planned: int) -> None:
    with pytest.raises(ValueError, match="not 2 <="):
        Looks(first=first, planned=planned)
