"""Values with known truth, drawn with a known spread: many runs at once, in arrays."""

from dataclasses import dataclass

import numpy as np

from harness.judge.sequential import Floats, Looks

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


def count_blocks(arms: int, looks: Looks, *, others: int = 4) -> int:
    """Return how many blocks a run of so many arms, with the reference, takes at most."""
    return -(-looks.planned * (arms - 1) // others) + looks.planned
