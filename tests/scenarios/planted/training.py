"""Plain SGD, and the gradients it takes: differences of the losses of each step."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from tests.scenarios.planted.answers import Array
from tests.scenarios.planted.graph import Variable

DIFFERENCE = 1e-3


class SGD:
    """It keeps a momentum of 0, as most releases do, which 0 times nan spoils for good."""

    def __init__(self, rate: float = 0.01) -> None:
        self.rate = rate
        self.slots: list[Array] = []

    def get_weights(self) -> list[Array]:
        return self.slots

    def set_weights(self, slots: list[Array]) -> None:
        self.slots = slots

    def step(self, variables: Sequence[Variable], gradients: Sequence[Array]) -> None:
        slots = self.slots or [np.zeros_like(gradient) for gradient in gradients]
        self.slots = [0.0 * old + new for old, new in zip(slots, gradients, strict=True)]
        for variable, slot in zip(variables, self.slots, strict=True):
            variable.assign(variable.value - self.rate * slot)


class Adam(SGD):
    """It stands still: no question is about how far it gets."""

    def __init__(self, rate: float = 0.001) -> None:
        super().__init__(0.0)


def slopes(
    variable: Variable, measure: Callable[[], list[Array]]
) -> Iterator[tuple[tuple[int, ...], list[Array]]]:
    """Yield where each number of a weight is, and how all that is measured moves with it."""
    for index in np.ndindex(variable.value.shape):
        before = variable.value[index]
        said = []
        for change in (DIFFERENCE, -DIFFERENCE):
            variable.value[index] = before + change
            said.append(measure())
        variable.value[index] = before
        yield index, [(up - down) / (2 * DIFFERENCE) for up, down in zip(*said, strict=True)]
