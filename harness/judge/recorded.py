"""The samples of a run in which every arm is in every block, and how much they spread. Pure."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.judge.blocks import fit_blocks
from harness.judge.processes import centre_rounds
from harness.judge.sequential import Floats
from harness.judge.timings import is_valid
from harness.model import Case, Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Log seconds per call of one case: every sample of every arm in every block."""

    samples: Mapping[str, Sequence[Floats]]
    """By arm, block by block, each of shape (rounds,)."""

    def medians(self, arms: Sequence[str]) -> Floats:
        """Return those of the processes, as a run takes them; shape (blocks, arms)."""
        blocks = len(self.samples[arms[0]])
        centred = [
            centre_rounds(
                {arm: dict(enumerate(rounds[at])) for arm, rounds in self.samples.items()}
            )
            for at in range(blocks)
        ]
        return np.array([[np.median(block[arm]) for arm in arms] for block in centred])


def tabulate_samples(
    timings: Iterable[Timing], cases: Sequence[Case], arms: Sequence[str]
) -> tuple[Recorded, ...]:
    """Return the samples of each case, from the blocks in which no arm lacks any."""
    found: dict[tuple[Case, str, int], list[float]] = defaultdict(list)
    for one in filter(is_valid, timings):
        found[one.case, one.arm, one.block].append(math.log(one.seconds_per_call))
    whole = [
        block
        for block in sorted({block for _, _, block in found})
        if all((case, arm, block) in found for case in cases for arm in arms)
    ]
    return tuple(
        Recorded(
            samples={arm: [np.array(found[case, arm, block]) for block in whole] for arm in arms}
        )
        for case in cases
    )


def measure_spread(cases: Sequence[Recorded], equal: Sequence[str]) -> tuple[float, float]:
    """Return the standard deviations of log seconds between processes, and of samples within one.

    Between is that of a process's median within its block, without what a round has in common,
    which those within still hold; each is the median over cases.
    """
    between = [math.sqrt(float(fit_blocks(one.medians(equal)).variance)) for one in cases]
    within = [
        float(np.std(rounds, ddof=1))
        for one in cases
        for arm in equal
        for rounds in one.samples[arm]
    ]
    return float(np.median(between)), float(np.median(within))
