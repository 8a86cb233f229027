"""Where the speed steps along a series of releases. Pure.

A *window* is a gap between two neighbours of the series with a run of 1, 2, 4, 8... arms on either
side; its contrast is the mean log-ratio after the gap less the one before (weighted by blocks).
The reference's part cancels in it, and the covariance of the fit gives its variance, however the
arms shared their blocks. All windows are tested, at ``ALPHA`` over their number (Bonferroni, for
correlated contrasts too). Where one is significant and no smaller than the margin there is a
change inside. The narrowest are taken first, and none that overlaps one taken: narrowest
significance pursuit (Fryzlewicz, JASA 119, 2024) on dyadic windows.

What holds, whatever the changes are: with a chance of at least ``1 - ALPHA`` every step found has
a true change within its ``first`` to ``last``, and every interval holds its contrast. As the
windows of two steps share no gap, steps are then no more than changes. A slope of many small
changes is told as few steps. Estimates of arms that left early were stopped by their own result,
which no fixed test allows for; next to Bonferroni's care the simulations do not see it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from harness.judge.blocks import Fit
from harness.judge.evidence import ALPHA, MARGIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A change of speed between two neighbouring arms, as the ratio of the times after to before.

    It was found within ``first`` to ``last``: there is a change there, most likely between
    ``before`` and ``after``. ``low`` and ``high`` bound the ratio, for all steps at once.
    """

    before: str
    after: str
    first: str
    last: str
    ratio: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """Positions in the series: the arms ``start`` to ``gap - 1``, and ``gap`` to ``end - 1``."""

    start: int
    gap: int
    end: int
    contrast: float
    error: float


def find_steps(fit: Fit, arms: Sequence[str], series: Sequence[str]) -> tuple[Step, ...]:
    """Return the steps of one case along ``series``, whose order is that of the releases.

    ``arms`` are the names of the fit's. Those of the series that were not timed are passed over.
    """
    timed = [arm for arm in series if arm in arms and fit.counts[arms.index(arm)]]
    windows = _measure_windows(fit, [arms.index(arm) for arm in timed])
    if not windows or not fit.freedom:
        return ()
    critical = -float(stdtrit(fit.freedom, ALPHA / (2 * len(windows))))
    certain = [one for one in windows if abs(one.contrast) > max(MARGIN, critical * one.error)]
    return tuple(
        Step(
            before=timed[found.gap - 1],
            after=timed[found.gap],
            first=timed[found.start],
            last=timed[found.end - 1],
            ratio=float(np.exp(size.contrast)),
            low=float(np.exp(size.contrast - critical * size.error)),
            high=float(np.exp(size.contrast + critical * size.error)),
        )
        for found, size in _drop_small(_select_narrowest(certain), windows, len(timed))
    )


def _measure_windows(fit: Fit, places: Sequence[int]) -> list[_Window]:
    """Return every window of the series with its contrast and the standard error of that."""
    lengths = [2**power for power in range(len(places).bit_length())]
    windows = [
        (gap - left, gap, gap + right)
        for gap in range(1, len(places))
        for left in lengths
        for right in lengths
        if left <= gap and gap + right <= len(places)
    ]
    start, gap, end = (np.array(windows, dtype=int).reshape(-1, 3, 1)[:, at] for at in range(3))
    place, counts = np.arange(len(places)), fit.counts[list(places)]
    after = np.where((gap <= place) & (place < end), counts, 0.0)
    before = np.where((start <= place) & (place < gap), counts, 0.0)
    weights = after / after.sum(axis=-1, keepdims=True)
    weights -= before / before.sum(axis=-1, keepdims=True)
    contrasts = weights @ fit.log_ratios[list(places)]
    covariance = fit.covariance[np.ix_(places, places)]
    errors = np.sqrt(((weights @ covariance) * weights).sum(axis=-1) * fit.variance)
    measured = zip(windows, contrasts.tolist(), errors.tolist(), strict=True)
    return [
        _Window(start=start, gap=gap, end=end, contrast=contrast, error=error)
        for (start, gap, end), contrast, error in measured
    ]


def _select_narrowest(windows: Iterable[_Window]) -> list[_Window]:
    """Return windows without a common gap, in their order: the narrowest, of equals the surest."""
    chosen: list[_Window] = []
    for one in sorted(windows, key=lambda one: (one.end - one.start, -_strength(one))):
        if all(one.end - 1 <= other.start or other.end - 1 <= one.start for other in chosen):
            chosen.append(one)
    return sorted(chosen, key=lambda one: one.gap)


def _drop_small(
    found: Sequence[_Window], windows: Sequence[_Window], arms: int
) -> list[tuple[_Window, _Window]]:
    """Return what was found with its size: the widest window between its two neighbours.

    The least that turns out to be within the margin is dropped, and the rest are sized again.
    """
    gaps = [0, *(one.gap for one in found), arms]
    sizes = [
        max(
            (one for one in windows if one.gap == gap and one.start >= start and one.end <= end),
            key=lambda one: one.end - one.start,
        )
        for start, gap, end in zip(gaps, gaps[1:], gaps[2:], strict=False)
    ]
    least = min(sizes, key=lambda one: abs(one.contrast), default=None)
    if least is None or abs(least.contrast) >= MARGIN:
        return list(zip(found, sizes, strict=True))
    return _drop_small([one for one in found if one.gap != least.gap], windows, arms)


def _strength(window: _Window) -> float:
    return abs(window.contrast) / window.error
