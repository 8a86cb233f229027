"""How grave it is that two releases say different things. Pure."""

from enum import StrEnum

from harness.judge.differences import Difference, Grade

WITH_WARNING = "_with_warning"
"""What an answer ends with where the release does the same, and says so."""


class Gravity(StrEnum):
    """How grave a change is, gravest first: the first four are what ``--fail-on`` may name."""

    SILENT = "silent"
    BREAKS = "breaks"
    SLOWER = "slower"
    WARNS = "warns"
    FAILS_OTHERWISE = "fails_otherwise"
    MENDS = "mends"


FAILING = (Gravity.SILENT, Gravity.BREAKS, Gravity.SLOWER, Gravity.WARNS)
"""The grades that a check can fail on."""
_OF_GRADES = {
    Grade.SILENT: Gravity.SILENT,
    Grade.BREAKS: Gravity.BREAKS,
    Grade.FAILS_OTHERWISE: Gravity.FAILS_OTHERWISE,
    Grade.MENDS: Gravity.MENDS,
}


def find_gravity(found: Difference) -> Gravity:
    """Return how grave a difference is; one in a warning and in nothing else only warns."""
    old, new = found.before.answer or "", found.after.answer or ""
    if old and old.removesuffix(WITH_WARNING) == new.removesuffix(WITH_WARNING):
        return Gravity.WARNS
    return _OF_GRADES[found.grade]
