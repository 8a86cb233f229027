"""Looking again after each block without raising the chance of a false alarm. Pure.

A test that is repeated until it finds something finds something. So the error is *spent*: at the
share ``t`` of the planned blocks, ``alpha * t**3`` of it (Lan & DeMets, Biometrika 70, 1983; the
power family of Kim & DeMets, Biometrika 74, 1987). The third power lies near O'Brien-Fleming:
most of the error is kept for the last look, which costs little of the power there (looking after
each of blocks 4 to 15, the last bound at 5 % is 2.12; theirs is 2.11, a single look's 1.96). It was
preferred because what it spends is proportional to alpha: bounds for a smaller alpha lie outside
those for a larger one, so that there is a p-value; and because the first look at block 4 of 15 gets
two percent of alpha, not a thousandth, which a t statistic of three degrees of freedom could hardly
reach whatever it saw.

Bounds are one-sided and come from the recursion of Armitage, McPherson & Rowe (JRSS A 132, 1969;
Jennison & Turnbull, *Group Sequential Methods*, 2000, chapter 19). A two-sided test at alpha is two
of them at half of it, which by the union bound can only err on the careful side. The recursion is
for normal statistics; a t statistic is held against the same nominal significance level
(Jennison & Turnbull, section 4.4), which is an approximation; ``evidence`` makes up for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr

Floats: TypeAlias = NDArray[np.float64]

POWER = 3
FEWEST = 2
"""One block has no spread, so there is nothing to see at it."""
SMALLEST = 1e-12
"""No p-value is given as smaller than this: the tables end here."""
LARGEST = 0.5
_REACH = 8.0
"""How many standard deviations below zero the integration begins; beyond lies 1e-15."""
_HALVINGS = 40
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(128)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """A comparison is looked at after each of its own blocks ``first`` to ``planned``."""

    first: int
    planned: int

    def __post_init__(self) -> None:
        if not FEWEST <= self.first <= self.planned:
            raise ValueError(f"not {FEWEST} <= {self.first} <= {self.planned}")

    @property
    def fractions(self) -> Floats:
        """The information at each look, as a share of what is planned; shape (looks,)."""
        return np.arange(self.first, self.planned + 1) / self.planned


def spend(alpha: float | Floats, fractions: Floats) -> Floats:
    """Return the part of a one-sided ``alpha`` that may have been used up at each fraction."""
    return alpha * fractions**POWER


def find_bounds(spent: Floats, fractions: Floats) -> Floats:
    """Return the bound of Z at each look under which the error used up is just ``spent``.

    ``spent``, shape (..., looks), is cumulative and increasing; ``fractions`` has shape (looks,).
    Z is standard normal at each look, with correlation ``sqrt(t/u)`` between the fractions t < u.
    """
    parts = np.diff(spent, prepend=0.0)
    inside, bounds = _BEFORE, np.empty(parts.shape)
    for look, fraction in enumerate(fractions.tolist()):
        bounds[..., look] = _find_bound(inside, fraction, parts[..., look])
        inside = _step(inside, bounds[..., look], fraction)
    return bounds


def crossing_probabilities(bounds: Sequence[float] | Floats, fractions: Floats) -> Floats:
    """Return the chance, with no difference, to be the first time over the bound at each look."""
    inside, found = _BEFORE, []
    for bound, fraction in zip(np.asarray(bounds), fractions.tolist(), strict=True):
        found.append(_cross(inside, bound, fraction))
        inside = _step(inside, bound, fraction)
    return np.array(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inside:
    """What has not crossed yet: masses at points of S = Z sqrt(t), after the look at ``fraction``.

    Gauss-Legendre nodes on the region that continues, on the last axis; all are positive, so that
    chances of 1e-12 are as exact, relative to themselves, as chances of one in two.
    """

    fraction: float
    points: Floats
    masses: Floats


_BEFORE = _Inside(fraction=0.0, points=np.zeros(1), masses=np.ones(1))
"""Before the first look."""


def _step(inside: _Inside, bound: Floats, fraction: float) -> _Inside:
    low, high = -_REACH * np.sqrt(fraction), bound[..., None] * np.sqrt(fraction)
    points = (high + low) / 2 + (high - low) / 2 * _NODES
    spread = np.sqrt(fraction - inside.fraction)
    z = (points[..., :, None] - inside.points[..., None, :]) / spread
    found = (np.exp(-0.5 * z**2) @ inside.masses[..., None])[..., 0]
    density = found / (spread * np.sqrt(2 * np.pi))
    return _Inside(fraction=fraction, points=points, masses=density * (high - low) / 2 * _WEIGHTS)


def _cross(inside: _Inside, bound: Floats, fraction: float) -> Floats:
    """Return the chance to be over the bound at a look, of what was inside until then."""
    spread = np.sqrt(fraction - inside.fraction)
    over = ndtr((inside.points - bound[..., None] * np.sqrt(fraction)) / spread)
    return np.asarray((over * inside.masses).sum(axis=-1))


def _find_bound(inside: _Inside, fraction: float, part: Floats) -> Floats:
    """Return where as much as ``part`` crosses, to 1e-11, by halving: more crosses a lower bound.

    All bounds of a look at once; to import scipy.optimize for its root finders takes longer.
    """
    low: Floats = np.full(part.shape, -4.0)
    high: Floats = np.full(part.shape, 10.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        too_low = _cross(inside, middle, fraction) > part
        low, high = np.where(too_low, middle, low), np.where(too_low, high, middle)
    return (low + high) / 2


@cache
def tabulate_levels(looks: Looks) -> tuple[Floats, Floats]:
    """Return log alphas, shape (alphas,), and the log nominal levels, shape (looks, alphas).

    A row is increasing, and between its points almost straight. One-sided. It is computed once
    for each plan, in a fraction of a second.
    """
    alphas = np.concatenate([np.geomspace(SMALLEST, 0.01, 41), np.linspace(0.02, LARGEST, 25)])
    fractions = looks.fractions
    bounds = find_bounds(spend(alphas[:, None], fractions), fractions)
    return np.log(alphas), log_ndtr(-bounds).T


def nominal_levels(looks: Looks, blocks: int, alphas: Floats) -> Floats:
    """Return the one-sided levels at which the look after so many blocks is to be made."""
    known, levels = tabulate_levels(looks)
    return np.asarray(np.exp(np.interp(np.log(alphas), known, levels[blocks - looks.first])))


def sequential_p_values(looks: Looks, blocks: int, levels: Floats) -> Floats:
    """Return the smallest one-sided alpha whose bound at this look is reached.

    ``levels`` are nominal p-values at the look, any shape. Whatever the looks, under the null
    hypothesis the smallest of a comparison's values so far is below u with probability at most u:
    to be under u at some look is to cross the bounds for u. Over one half 1 is returned.
    """
    alphas, known = tabulate_levels(looks)
    row = known[blocks - looks.first]
    tiny = np.finfo(np.float64).tiny
    found = np.exp(np.interp(np.log(np.maximum(levels, tiny)), row, alphas))
    return np.where(levels > np.exp(row[-1]), 1.0, found)
