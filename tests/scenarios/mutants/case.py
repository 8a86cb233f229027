"""A row of the table."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.scenarios.planted import Planted


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What was planted where a positive control fails: no answer, neither that nor another."""

    planted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A planted release, and what an experiment has to say of it to each of its questions."""

    asked: str
    """``scenario.experiment``."""
    planted: Planted
    said: Mapping[str, str | Refused]

    def __str__(self) -> str:
        told = (
            f"not {one.planted}" if isinstance(one, Refused) else one for one in self.said.values()
        )
        return f"{self.asked}: {', '.join(told)}"


MEANS = ("valid", "total", "mask_ignored")
"""The denominators under which a loss without mask and weights is its mean, as controls need."""
OTHERS = ("batch", "sum")
"""Those under which it is not; "nothing" is a loss of 0, whatever the labels."""
WEIGHTED_MEANS = (
    *MEANS,
    "sum_of_weights",
    "sum_of_all_weights",
    "nonzero_weights",
    "valid_and_nonzero_weights",
    "unweighted",
)


def answer(planted: str) -> str | Refused:
    """Return what must be said where the control is a mean."""
    return Refused(planted=planted) if planted in (*OTHERS, "nothing") else planted
