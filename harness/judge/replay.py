"""Play runs to their end with values that are known already, recorded or simulated. Pure.

Many runs at once, in arrays: who is decided leaves, as on the machine.
"""

from dataclasses import fields

import numpy as np

from harness.judge.blocks import Fit, fit_blocks
from harness.judge.evidence import Evidence, look
from harness.judge.sequential import Floats, Looks
from harness.judge.speed import find_outcomes
from harness.model import Speed

OTHERS = 4
"""Beside the reference, in a block: as many as a small machine has room for."""


def play_runs(log_seconds: Floats, rng: np.random.Generator, looks: Looks) -> tuple[Evidence, Fit]:
    """Play runs to their end: blocks of the reference and ``OTHERS``; who is decided leaves.

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
        taken = needed & (order < OTHERS)[:, None, :]
        part = np.concatenate([taken.any(axis=-1, keepdims=True), taken], axis=-1)
        values[:, :, block] = np.where(part, log_seconds[:, :, block], np.nan)
        evidence = look(evidence, fit_blocks(values[:, :, : block + 1]), looks)
        decided = (find_outcomes(over_cases(evidence)) != Speed.UNDECIDED).reshape(needed.shape)
        needed = ~decided & (evidence.counts < looks.planned)
        if not needed.any():
            break
    return evidence, fit_blocks(values)


def over_cases(evidence: Evidence) -> Evidence:
    """Return the comparisons of all cases of a run on one axis."""
    parts = {one.name: getattr(evidence, one.name) for one in fields(Evidence)}
    return Evidence(**{name: part.reshape(part.shape[0], -1) for name, part in parts.items()})
