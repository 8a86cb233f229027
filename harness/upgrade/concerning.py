"""Which of the questions are about what the user's code does. Pure.

Most questions on a mask name both what makes one and what it meets there. Such a question is
about code that has both; of several things that make a mask, or that it meets, any one will do.
"""

from collections.abc import Iterable

from harness.model import Question
from harness.upgrade.sightings import Sighting

MASK_MAKERS = frozenset({"keras.layers.Masking", "keras.layers.Embedding(mask_zero)"})
"""Concerns that mean: there is a mask."""


def match_sightings(question: Question, sightings: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """Return the places that a question is about; none where it is not about this code.

    Where it names a mask and more, the places are those of the rest: that is what changes.
    """
    found = tuple(sightings)
    wanted = set(question.concerns)
    masks, rest = wanted & MASK_MAKERS, wanted - MASK_MAKERS
    if masks and rest and not any(one.concern in MASK_MAKERS for one in found):
        return ()
    return tuple(one for one in found if one.concern in (rest or masks))
