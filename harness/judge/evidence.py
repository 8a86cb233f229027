"""What is known of each arm after each look: sequential p-values and repeated intervals. Pure.

Three questions are asked of a log-ratio, each as tests on one side: is it on this or that side of
no difference, is it above the lower margin, is it below the upper one. The p-value of each is the
smallest so far, the interval the intersection of those so far: both are valid at every look at
once (Jennison & Turnbull, *Group Sequential Methods*, 2000, chapter 9), so also at the one where a
comparison stops, for whatever reason it stops. And both only move one way: what has been decided
stays decided, and to look after each block is as good as to look at the end.

Arms that are decided leave. Then comparisons have different numbers of blocks, and each is held to
its own clock: its own blocks, of those planned. For the plain differences by block this is exact:
whether an arm takes part in the next block depends on the past only, so the differences it
collects are independent draws from one distribution, whoever else is there. The least squares of
``blocks`` also use the way round over other arms. The information is then not quite proportional
to an arm's blocks, and whether others are there depends a little on the reference's errors; the
simulations show that what this costs is not seen.

The bounds are those of normal statistics. Those of t, each with a variance of its own look,
correlate less from look to look and cross more often: a pair alone, looked at after each of blocks
4 to 15, 5.7 times in a hundred at 5 %. The excess goes with one over the degrees of freedom, so
p-values are enlarged by that, times ``PENALTY``. Drawn half a million times for 1, 2, 5 and 10 arms
in whole blocks, from block 2 or 4 to 15 or 30, the rate was then under 5 % each time (4.5 to 5.0).

All arrays may have leading axes for many runs at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from harness.judge.blocks import Fit
from harness.judge.sequential import Floats, Looks, nominal_levels, sequential_p_values

ALPHA = 0.05
MARGIN = float(np.log(1.03))
"""Log-ratios nearer to zero than this are the same for whoever runs the code."""
PENALTY = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Each array has the shape (..., arms), without the reference.

    ``above`` and ``below`` are one-sided p-values against no difference, ``over_lower`` and
    ``under_upper`` against being outside the margin on that side. ``low`` and ``high`` bound the
    log-ratio with a confidence of 1 - ``ALPHA`` for each comparison alone; nothing is left between
    them where looks contradict each other.
    """

    counts: Floats
    log_ratios: Floats
    standard_errors: Floats
    freedom: Floats
    above: Floats
    below: Floats
    over_lower: Floats
    under_upper: Floats
    low: Floats
    high: Floats

    @classmethod
    def none(cls, shape: tuple[int, ...]) -> Self:
        """Return what is known before the first block."""
        start = dict.fromkeys(("above", "below", "over_lower", "under_upper"), 1.0)
        start |= {"standard_errors": np.inf, "low": -np.inf, "high": np.inf}
        return cls(**{one.name: np.full(shape, start.get(one.name, 0.0)) for one in fields(cls)})

    @property
    def p_differs(self) -> Floats:
        """Two-sided, against no difference; 1 where looks contradict each other."""
        either = np.minimum(1.0, 2.0 * np.minimum(self.above, self.below))
        return np.where(self.low <= self.high, either, 1.0)

    @property
    def p_same(self) -> Floats:
        """Of two one-sided tests, against a difference of the margin or more."""
        both = np.maximum(self.over_lower, self.under_upper)
        return np.where(self.low <= self.high, both, 1.0)


def join_evidence(parts: Sequence[Evidence], axis: int = -1) -> Evidence:
    """Put the comparisons of several cases behind one another; on another axis, several runs."""
    return Evidence(
        **{
            one.name: np.concatenate([getattr(part, one.name) for part in parts], axis=axis)
            for one in fields(Evidence)
        }
    )


def look(evidence: Evidence, fit: Fit, looks: Looks) -> Evidence:
    """Add what the arms with a new block say; the others keep what they had.

    Raises ValueError for an arm with more blocks than planned: there is no error left to spend.
    """
    counts = fit.counts[..., 1:]
    if np.any(counts > looks.planned):
        raise ValueError(f"an arm has more than the {looks.planned} blocks planned")
    new = counts > evidence.counts
    after = Evidence(**{one.name: getattr(evidence, one.name).copy() for one in fields(Evidence)})
    after.counts[new] = counts[new]
    after.log_ratios[new] = fit.log_ratios[..., 1:][new]
    after.standard_errors[new] = fit.standard_errors[..., 1:][new]
    after.freedom[new] = np.broadcast_to(fit.freedom[..., None], counts.shape)[new]
    for blocks in range(looks.first, looks.planned + 1):
        at = new & (counts == blocks) & np.isfinite(after.standard_errors)
        if at.any():
            _test(after, at, looks, blocks)
    return after


def _test(after: Evidence, at: NDArray[np.bool_], looks: Looks, blocks: int) -> None:
    """Write into ``after``, which is a copy, what a look says of the arms with so many blocks."""
    estimate, error, freedom = after.log_ratios[at], after.standard_errors[at], after.freedom[at]
    for p_value, side, threshold in (
        (after.above, 1, 0.0),
        (after.below, -1, 0.0),
        (after.over_lower, 1, -MARGIN),
        (after.under_upper, -1, MARGIN),
    ):
        nominal = stdtr(freedom, -side * (estimate - threshold) / error)
        found = sequential_p_values(looks, blocks, nominal) * (1 + PENALTY / freedom)
        p_value[at] = np.minimum(p_value[at], found)
    reach = critical_values(looks, blocks, freedom, ALPHA) * error
    after.low[at] = np.maximum(after.low[at], estimate - reach)
    after.high[at] = np.minimum(after.high[at], estimate + reach)


def critical_values(looks: Looks, blocks: int, freedom: Floats, alpha: float) -> Floats:
    """Return the two-sided bound of t at a look, for any shape of degrees of freedom."""
    distinct, back = np.unique(freedom, return_inverse=True)
    levels = nominal_levels(looks, blocks, alpha / 2 / (1 + PENALTY / distinct))
    bound = -stdtrit(distinct, levels)
    return np.asarray(bound[back].reshape(freedom.shape))
