"""Which of the places in a user's code can be about one and the same output of a model. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.upgrade.sightings import Output, Sighting

_OF_A_MODEL = ("Model.", "keras.layers.")
"""How concerns begin that are about a model; a callback or a loss alone does not tell of one."""


@dataclass(frozen=True, slots=True)
class Group:
    """What can be about one output: its own places, and those that can be about any output.

    ``masked`` is whether a mask gets to the output, None where that is not known, as it is not of
    a model that was not made in the code.
    """

    masked: bool | None
    own: Sequence[Sighting]
    shared: Sequence[Sighting]
    counts: Counter[str]
    """How many places there are for each concern."""

    def places(self) -> Iterator[Sighting]:
        """Give all places."""
        yield from self.own
        yield from self.shared


def group_by_output(sightings: Iterable[Sighting]) -> Iterator[Group]:
    """Give what belongs together for each output that is known, and for one that is not.

    That one is left out where everything about a model is about one that is known.
    """
    own: dict[Output, list[Sighting]] = {}
    shared: list[Sighting] = []
    for one in sightings:
        if not one.outputs:
            shared.append(one)
        for output in one.outputs:
            own.setdefault(output, []).append(one)
    counts = Counter(one.concern for one in shared)
    if not own or any(one.concern.startswith(_OF_A_MODEL) for one in shared):
        yield Group(masked=None, own=(), shared=shared, counts=counts)
    for output, places in own.items():
        together = counts + Counter(one.concern for one in places)
        yield Group(masked=output.masked, own=places, shared=shared, counts=together)
