"""Which of the places in a user's code can be about one and the same output of a model. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harness.upgrade.sightings import Output, Sighting

COMPILED = "Model.compile(loss)"
MODE = "Model.compile(sample_weight_mode)"
LAST, SEQUENCES = "keras.layers.LSTM", "keras.layers.LSTM(return_sequences)"
_OF_A_MODEL = ("Model.", "keras.layers.")
"""How concerns begin that are about a model; a callback or a loss alone does not tell of one."""


@dataclass(frozen=True, slots=True)
class Together:
    """What comes together at an output: its own places, and those that can be about any output.

    ``masked`` is whether a mask gets to the output, None where that is not known, as it is not of
    a model that was not made in the code. ``undecided`` is whether there is an LSTM that returns
    sequences or not by what the text leaves open, ``by_step`` whether as many models are compiled
    for weights of each step as are compiled.
    """

    masked: bool | None
    concerns: frozenset[str]
    undecided: bool
    by_step: bool


@dataclass(frozen=True, slots=True)
class Places:
    """All sightings, in order, and the outputs at which the same comes together.

    None among these stands for an output that is not known.
    """

    sightings: tuple[Sighting, ...]
    groups: Mapping[Together, frozenset[Output | None]]


def group_by_output(sightings: Iterable[Sighting]) -> Places:
    """Return what comes together at each output that is known, and at one that is not.

    That one is left out where everything about a model is about one that is known.
    """
    sightings = tuple(sightings)
    shared = [one for one in sightings if not one.outputs]
    own: dict[Output | None, list[Sighting]] = {}
    for one in sightings:
        for output in one.outputs:
            own.setdefault(output, []).append(one)
    if not own or any(one.concern.startswith(_OF_A_MODEL) for one in shared):
        own[None] = []
    anywhere = _Sum.of(shared)
    groups: dict[Together, set[Output | None]] = {}
    for at, places in own.items():
        masked = None if at is None else at.masked
        groups.setdefault(anywhere.add(_Sum.of(places)).judge(masked=masked), set()).add(at)
    return Places(sightings, {one: frozenset(outputs) for one, outputs in groups.items()})


@dataclass(frozen=True, slots=True)
class _Sum:
    concerns: frozenset[str]
    undecided: bool
    compiled: int
    modes: int

    @classmethod
    def of(cls, places: Iterable[Sighting]) -> "_Sum":
        places = tuple(places)
        at = {
            concern: {(one.path, one.line, one.column) for one in places if one.concern == concern}
            for concern in (LAST, SEQUENCES)
        }
        concerns = [one.concern for one in places]
        return cls(
            concerns=frozenset(concerns),
            undecided=not at[LAST].isdisjoint(at[SEQUENCES]),
            compiled=concerns.count(COMPILED),
            modes=concerns.count(MODE),
        )

    def add(self, other: "_Sum") -> "_Sum":
        return _Sum(
            concerns=self.concerns | other.concerns,
            undecided=self.undecided or other.undecided,
            compiled=self.compiled + other.compiled,
            modes=self.modes + other.modes,
        )

    def judge(self, *, masked: bool | None) -> Together:
        return Together(
            masked=masked,
            concerns=self.concerns,
            undecided=self.undecided,
            by_step=0 < self.modes >= self.compiled,
        )
