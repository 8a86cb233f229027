"""Steps along a series: planted ones are found where they are, and none where there is none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from harness.judge.blocks import Fit, fit_blocks
from harness.judge.change_points import Step, find_steps

SERIES = [f"2.{minor}" for minor in range(24)]
REFERENCE = "2.15"
ARMS = [REFERENCE, *(arm for arm in SERIES if arm != REFERENCE)]


def measure(truth: np.ndarray, seed: int, *, spread: float = 0.03, rounds: int = 12) -> Fit:
    """Measure a series in blocks of the reference and four others, each arm ``rounds`` times."""
    rng = np.random.default_rng(seed)
    at = truth[[SERIES.index(arm) for arm in ARMS]]
    order = np.concatenate([rng.permutation(np.arange(1, len(ARMS))) for _ in range(rounds)])
    order = np.resize(order, (len(order) // 4, 4))
    values = np.full((len(order), len(ARMS)), np.nan)
    for row, others in zip(values, order, strict=True):
        there = [0, *others]
        row[there] = at[there] + rng.normal(0, 0.05) + spread * rng.standard_normal(len(there))
    return fit_blocks(values)


def planted(**at: float) -> np.ndarray:
    """Return log-ratios that step by so much where a release (``r10`` is 2.10) begins."""
    truth = np.zeros(len(SERIES))
    for name, size in at.items():
        truth[int(name[1:]) :] += size
    return truth


def places(steps: tuple[Step, ...]) -> list[str]:
    return [one.after for one in steps]


def test_several_steps_are_found_with_their_sizes() -> None:
    truth = planted(r5=0.2, r11=-0.15, r18=0.08)
    steps = find_steps(measure(truth, 1), ARMS, SERIES)
    assert places(steps) == ["2.5", "2.11", "2.18"]
    for step, size in zip(steps, (0.2, -0.15, 0.08), strict=True):
        assert step.low < np.exp(size) < step.high
        assert SERIES.index(step.after) == SERIES.index(step.before) + 1
        first, last = SERIES.index(step.first), SERIES.index(step.last)
        assert first <= SERIES.index(step.before) < last


def test_a_single_odd_release_is_two_steps() -> None:
    steps = find_steps(measure(planted(r9=0.15, r10=-0.15), 2), ARMS, SERIES)
    assert places(steps) == ["2.9", "2.10"]


def test_the_reference_itself_may_be_odd() -> None:
    steps = find_steps(measure(planted(r15=0.15, r16=-0.15), 3), ARMS, SERIES)
    assert places(steps) == ["2.15", "2.16"]


def test_a_certain_change_within_the_margin_is_no_step() -> None:
    fit = measure(planted(r12=0.02), 1, spread=0.001)
    assert find_steps(fit, ARMS, SERIES) == ()
    assert places(find_steps(measure(planted(r12=0.04), 1, spread=0.001), ARMS, SERIES)) == ["2.12"]


def test_there_is_rarely_a_step_where_there_is_none() -> None:
    runs = 200
    false = sum(bool(find_steps(measure(planted(), seed), ARMS, SERIES)) for seed in range(runs))
    assert false <= binom.isf(1e-3, runs, 0.05)


def test_steps_are_rarely_more_than_there_are_or_elsewhere() -> None:
    """A window that holds no change, or an interval without the truth, once in twenty runs."""
    runs, wrong = 200, 0
    for seed in range(runs):
        steps = find_steps(measure(planted(r7=0.07, r16=-0.05), seed), ARMS, SERIES)
        holds = [
            any(SERIES.index(one.first) < at <= SERIES.index(one.last) for at in (7, 16))
            for one in steps
        ]
        wrong += not all(holds) or len(steps) > 2
    assert wrong <= binom.isf(1e-3, runs, 0.05)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([0.05, 0.1, 0.3]))
def test_the_series_backwards_has_the_same_steps_inverted(seed: int, size: float) -> None:
    fit = measure(planted(r8=size, r17=-size), seed)
    there = find_steps(fit, ARMS, SERIES)
    back = find_steps(fit, ARMS, SERIES[::-1])
    assert [(one.after, one.before) for one in reversed(back)] == [
        (one.before, one.after) for one in there
    ]
    for one, other in zip(there, reversed(back), strict=True):
        assert [one.ratio, one.low] == pytest.approx([1 / other.ratio, 1 / other.high])


def test_releases_that_were_not_timed_are_passed_over() -> None:
    series = ["1.15", *SERIES, "9.9"]
    fit = measure(planted(r5=0.2), 1)
    assert find_steps(fit, ARMS, series) == find_steps(fit, ARMS, SERIES)
    assert find_steps(fit, ARMS, ["1.15", "2.5", "9.9"]) == ()


def test_without_degrees_of_freedom_there_is_no_step() -> None:
    fit = fit_blocks(np.array([[0.0, 0.5, 0.9]]))
    assert find_steps(fit, ["a", "b", "c"], ["a", "b", "c"]) == ()
