"""The two rules say what they are known to say."""

import numpy as np
import pytest

from harness.judge.common_rules import judge_by_mann_whitney, judge_by_student

RNG = np.random.default_rng(1)
SAMPLES = np.exp(0.01 * RNG.standard_normal(60))
OTHERS = np.exp(0.01 * RNG.standard_normal(60))


@pytest.mark.parametrize(
    ("ratio", "student", "mann_whitney"),
    [(1.0, 0, 0), (1.05, 1, 0), (0.95, -1, 0), (1.12, 1, 1), (1 / 1.12, -1, -1)],
)
def test_a_known_ratio(ratio: float, student: int, mann_whitney: int) -> None:
    assert judge_by_student(SAMPLES, ratio * OTHERS) == student
    assert judge_by_mann_whitney(SAMPLES, ratio * OTHERS) == mann_whitney


def test_a_large_ratio_of_few_samples_is_not_certain() -> None:
    assert judge_by_mann_whitney(np.array([1.0, 1.1, 1.2]), np.array([1.3, 1.4, 1.5])) == 0


def test_many_runs_at_once() -> None:
    second = OTHERS * np.array([[1.0], [1.2], [0.8]])
    assert judge_by_student(SAMPLES[None], second).tolist() == [0, 1, -1]
    assert judge_by_mann_whitney(SAMPLES[None], second).tolist() == [0, 1, -1]
