"""Runs with known truth: drawn with a known spread, and judged as the machine's are.

Many runs at once, in arrays; the judging is the harness's own, which takes leading axes.
"""

from dataclasses import dataclass, fields

import numpy as np

from harness.judge.blocks import Fit, fit_blocks
from harness.judge.evidence import Evidence, look
from harness.judge.sequential import Floats, Looks
from harness.judge.speed import find_outcomes
from harness.model import Speed

ROUNDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Standard deviations of log seconds: of processes, of rounds within one, and of blocks.

    ``shared`` is the part of a process's variance that all its cases have in common. ``tails``
    are the degrees of freedom of the t that processes are drawn from, scaled to ``between``.
    ``unequal`` is by how much every second arm spreads more than the others.
    """

    between: float
    within: float
    block: float = 0.05
    shared: float = 0.5
    tails: float = np.inf
    unequal: float = 1.0


def draw_rounds(rng: np.random.Generator, noise: Noise, shape: tuple[int, int, int, int]) -> Floats:
    """Return log seconds of shape (runs, cases, blocks, arms, rounds), all arms in all blocks."""
    runs, cases, blocks, arms = shape
    common = _draw_processes(rng, noise, (runs, 1, blocks, arms))
    own = _draw_processes(rng, noise, shape)
    process = np.sqrt(noise.shared) * common + np.sqrt(1 - noise.shared) * own
    process *= noise.between * np.where(np.arange(arms) % 2, noise.unequal, 1.0)
    block = noise.block * rng.standard_normal((runs, cases, blocks, 1))
    rounds = noise.within * rng.standard_normal((*shape, ROUNDS))
    return np.asarray((process + block)[..., None] + rounds)


def _draw_processes(
    rng: np.random.Generator, noise: Noise, shape: tuple[int, int, int, int]
) -> Floats:
    if np.isinf(noise.tails):
        return rng.standard_normal(shape)
    drawn = rng.standard_t(noise.tails, shape)
    return np.asarray(drawn / np.sqrt(noise.tails / (noise.tails - 2)))


def play_runs(
    log_seconds: Floats, rng: np.random.Generator, looks: Looks, *, others: int = 4
) -> tuple[Evidence, Fit]:
    """Play runs to their end: blocks of the reference and ``others``; who is decided leaves.

    ``log_seconds`` of shape (runs, cases, blocks, arms), the reference first, are what would be
    measured. In a block are the arms with the fewest blocks so far, among equals by lot. Returns
    what was known at the end, of shape (runs, cases, arms - 1), and the last fit.
    """
    runs, cases, length, arms = log_seconds.shape
    evidence = Evidence.none((runs, cases, arms - 1))
    needed = np.full(evidence.counts.shape, fill_value=True)
    values = np.full(log_seconds.shape, np.nan)
    for block in range(length):
        waiting = np.where(needed.any(axis=1), evidence.counts.max(axis=1), np.inf)
        order = np.argsort(waiting + rng.random(waiting.shape), axis=-1).argsort(axis=-1)
        taken = needed & (order < others)[:, None, :]
        part = np.concatenate([taken.any(axis=-1, keepdims=True), taken], axis=-1)
        values[:, :, block] = np.where(part, log_seconds[:, :, block], np.nan)
        evidence = look(evidence, fit_blocks(values[:, :, : block + 1]), looks)
        decided = (find_outcomes(over_cases(evidence)) != Speed.UNDECIDED).reshape(needed.shape)
        needed = ~decided & (evidence.counts < looks.planned)
        if not needed.any():
            break
    return evidence, fit_blocks(values)


def count_blocks(arms: int, looks: Looks, *, others: int = 4) -> int:
    """Return how many blocks a run of so many arms, with the reference, takes at most."""
    return -(-looks.planned * (arms - 1) // others) + looks.planned


def over_cases(evidence: Evidence) -> Evidence:
    """Return the comparisons of all cases of a run on one axis."""
    parts = {one.name: getattr(evidence, one.name) for one in fields(Evidence)}
    return Evidence(**{name: part.reshape(part.shape[0], -1) for name, part in parts.items()})
