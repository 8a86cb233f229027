"""What two rules in common use would have said of the same samples. Pure; for comparison only.

Both take every sample of two arms, rounds within processes included, as if each were independent.
Samples are seconds, shape (..., samples); the answer, shape (...), is 1 where the second arm is
called slower, -1 where it is called faster, 0 where nothing is said. Neither can say "same".
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu, ttest_ind

from harness.judge.sequential import Floats

LEVEL = 0.05
FACTOR = 1.1


def judge_by_student(first: Floats, second: Floats) -> NDArray[np.int_]:
    """Compare means by Student's t with pooled variance at 95 %, as many runners do."""
    found = ttest_ind(first, second, axis=-1)
    return np.where(found.pvalue < LEVEL, -np.sign(found.statistic), 0).astype(np.int_)


def judge_by_mann_whitney(first: Floats, second: Floats) -> NDArray[np.int_]:
    """Compare medians: further apart than a factor of 1.1, and Mann-Whitney's U below 0.05."""
    p_values = mannwhitneyu(first, second, axis=-1).pvalue
    ratio = np.log(np.median(second, axis=-1) / np.median(first, axis=-1))
    certain = (p_values < LEVEL) & (np.abs(ratio) > np.log(FACTOR))
    return np.where(certain, np.sign(ratio), 0).astype(np.int_)
