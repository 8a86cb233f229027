"""What each answer to a numeric question divides by. Pure.

The formulas are those of the answers themselves (``scenarios/shared/reductions.py``): with
per-step loss l, mask m, weights w and N steps, every answer is one numerator over one
denominator. Two with the same numerator differ by the ratio of their denominators, whatever the
losses are; ``mask_ignored`` has another one and differs by what the padded steps say.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MASK_IGNORED = "mask_ignored"
_DENOMINATORS: Mapping[str, Mapping[str, int]] = {
    "valid": {"v": 1},
    "total": {},
    "sum_of_weights": {"v": 1, "w": 1},
    "sum_of_all_weights": {"a": 1},
    "nonzero_weights": {"z": 1},
    "valid_and_nonzero_weights": {"v": 1, "z": 1},
    "batch": {"T": -1},
    "sum": {"N": -1},
}
"""Each over N, as a product of powers; the numerator of all is the sum of l·m·w.

Shares of all steps are v of those unmasked and z of those whose weight is not 0; w is the mean
weight of the unmasked steps, a that of all; T counts the timesteps, N the steps.
"""
_LOSS_WEIGHT = "times_loss_weight"
_WAYS = re.compile(
    r"(valid|total|mask_ignored)"
    rf"_(global|weighted_by_batch_size|mean_of_batches|of_shuffled_batches|{_LOSS_WEIGHT})"
)
"""An answer that also says how batches are combined, or that a loss weight is in it."""


class Family(StrEnum):
    """What an answer is a number of; only within one do two differ by their denominators alone."""

    BATCH = "batch"
    WEIGHTED_OUTPUT = "weighted output"
    EPOCH = "epoch"


@dataclass(frozen=True, slots=True)
class Formula:
    """An answer taken apart: ``base`` is a name of the table above, or that the mask is ignored."""

    base: str
    family: Family = Family.BATCH

    @property
    def powers(self) -> dict[str, int]:
        """Of the value, not of the denominator; L is the loss weight."""
        powers = {symbol: -power for symbol, power in _DENOMINATORS[self.base].items()}
        return powers | ({"L": 1} if self.has_loss_weight else {})

    @property
    def has_loss_weight(self) -> bool:
        """Whether the output's loss weight is in the number."""
        return self.family is Family.WEIGHTED_OUTPUT

    @property
    def slope(self) -> float | None:
        """Of the share of all steps that is divided by, 1 + slope · padded share.

        None where the padded share does not decide it. The batches of an epoch are taken to
        have the same share each.
        """
        powers = _DENOMINATORS.get(self.base, {MASK_IGNORED: 1})
        return float(-powers.get("v", 0)) if set(powers) <= {"v"} else None


def find_formula(answer: str) -> Formula | None:
    """Return the formula an answer names, None where it names none."""
    found = _WAYS.fullmatch(answer)
    if found:
        return Formula(
            found[1], Family.WEIGHTED_OUTPUT if found[2] == _LOSS_WEIGHT else Family.EPOCH
        )
    return Formula(answer) if answer in _DENOMINATORS or answer == MASK_IGNORED else None
