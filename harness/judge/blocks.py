"""What the processes of blocks say of the arms: intra-block least squares. Pure.

The log seconds of a process are ``arm + block + error``, with independent errors of one variance.
A block takes away what its processes share, whatever that is; what is left is a linear model, the
intra-block analysis of incomplete blocks (Cochran & Cox, *Experimental Designs*, chapter 9). Of two
arms in the same blocks it gives the mean difference by block. Where blocks hold different arms it
also uses the way round over a third one, so that a comparison profits from every process.

Two differences from one block share the process of the reference, and correlate by one half. The
model knows: the variance is that of a *process*, with as many degrees of freedom as processes less
arms less blocks, plus one. Pooling the squares of the differences instead would count the
reference's process once for each arm, and claim too many. One variance for all arms is an
assumption: an arm that spreads further than the others is judged too boldly, one that spreads less
too carefully.

All arrays may have leading axes for many runs at once.
"""

from dataclasses import dataclass

import numpy as np

from harness.judge.sequential import Floats

LEAST_SPREAD = 1e-3
"""The smallest standard deviation, in log seconds, that a process is believed to have.

Values that are all alike come from a coarse clock or from luck, not from a certainty: the
processes of a release differ by percents. So no variance counts as less than this one's, and the
interval of a comparison has a width whatever was measured.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Log-ratios of the arms to the first, the reference, and how sure they are.

    ``counts``, shape (..., arms), are an arm's blocks with the reference; where it is 0 nothing is
    known. ``log_ratios`` has shape (..., arms), ``covariance`` (..., arms, arms) in units of
    ``variance``, the variance of one process, shape (...), infinite without degrees of freedom.
    """

    counts: Floats
    log_ratios: Floats
    covariance: Floats
    variance: Floats
    freedom: Floats

    @property
    def standard_errors(self) -> Floats:
        """Of the log-ratios; infinite for an arm without blocks; shape (..., arms)."""
        diagonal = np.diagonal(self.covariance, axis1=-2, axis2=-1)
        known = np.where(self.counts > 0, diagonal, np.inf)[..., 1:]
        return _pad(np.sqrt(known * self.variance[..., None]), axes=1)


def fit_blocks(log_seconds: Floats) -> Fit:
    """Estimate from values of shape (..., blocks, arms), not a number where there is no process.

    The first arm is the reference. A block without it is left out: then every arm is connected to
    the reference, and an arm's blocks can be counted.
    """
    there = np.isfinite(log_seconds) & np.isfinite(log_seconds[..., :1])
    present = there.astype(np.float64)
    values = np.where(there, log_seconds, 0.0)
    counts = present.sum(axis=-2)
    sizes = present.sum(axis=-1)
    share = present / np.maximum(sizes, 1.0)[..., None]
    centred = np.where(there, values - (values * share).sum(axis=-1, keepdims=True), 0.0)
    # The reduced normal equations, without the row and the column of the reference, which is 0.
    between = np.swapaxes(present, -1, -2) @ share
    information = _diagonal(np.maximum(counts, 1.0)) - between
    inverse = np.linalg.inv(information[..., 1:, 1:])
    totals = centred.sum(axis=-2)[..., 1:]
    log_ratios = _pad((inverse @ totals[..., None])[..., 0], axes=1)
    rest = np.where(there, centred - log_ratios[..., None, :], 0.0)
    rest = np.where(there, rest - (rest * share).sum(axis=-1, keepdims=True), 0.0)
    arms, blocks = (counts > 0).sum(axis=-1), (sizes > 0).sum(axis=-1)
    freedom = np.maximum(counts.sum(axis=-1) - arms - blocks + 1.0, 0.0)
    variance = (rest**2).sum(axis=(-2, -1)) / np.maximum(freedom, 1.0)
    return Fit(
        counts=counts,
        log_ratios=log_ratios,
        covariance=_pad(inverse, axes=2),
        variance=np.where(freedom > 0, np.maximum(variance, LEAST_SPREAD**2), np.inf),
        freedom=freedom,
    )


def _diagonal(values: Floats) -> Floats:
    return values[..., None] * np.eye(values.shape[-1])


def _pad(values: Floats, *, axes: int) -> Floats:
    """Put zeros for the reference before the last axes."""
    leading = [(0, 0)] * (values.ndim - axes)
    return np.pad(values, [*leading, *[(1, 0)] * axes])
