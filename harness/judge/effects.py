"""How far a number moves where it is divided by another count of steps. Pure."""

from dataclasses import dataclass

_VALID, _TOTAL = (1.0, -1.0), (1.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The steps an answer divides by, as a share of all: ``constant + slope · padded share``.

    Two answers can be compared only within a ``family``, where all else is the same.
    """

    family: str
    constant: float
    slope: float

    def share(self, padding: float) -> float:
        """Return the share of all steps that is divided by."""
        return self.constant + self.slope * padding


COUNTED = {
    name: Counted(family=family, constant=constant, slope=slope)
    for family, members in {
        "batch": {"valid": _VALID, "total": _TOTAL},
        "weighted output": {
            "valid_times_loss_weight": _VALID,
            "total_times_loss_weight": _TOTAL,
        },
        "epoch": {
            "valid_global": _VALID,
            "valid_mean_of_batches": _VALID,
            "valid_of_shuffled_batches": _VALID,
            "valid_weighted_by_batch_size": _VALID,
            "total_global": _TOTAL,
            "total_mean_of_batches": _TOTAL,
        },
    }.items()
    for name, (constant, slope) in members.items()
}
"""The answers whose numerator is the sum over the valid steps, and whose denominator follows from
the padded share alone. The batches of an epoch are taken to have the same share each."""


def loss_factor(before: str, after: str, padding: float) -> float | None:
    """Return what the number is multiplied by when the answer changes, the model being the same.

    ``padding`` is the share of all steps that is masked, from 0 to below 1; ValueError outside.
    None where the share does not tell: for weights, for a mask that is ignored, and between answers
    that differ only in how batches of unequal padding are combined.
    """
    if not 0 <= padding < 1:
        raise ValueError(f"the padded share must be from 0 to below 1, not {padding}")
    if before == after:
        return 1.0
    old, new = COUNTED.get(before), COUNTED.get(after)
    if not old or not new or old.family != new.family or old.slope == new.slope:
        return None
    return old.share(padding) / new.share(padding)
