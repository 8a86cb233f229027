"""Where along a line of releases the outcome changes, with as few measurements as can be. Pure.

The positions of a line are 0, 1, 2, ... What is measured is *known*; a *hole* cannot be measured.
Between two known neighbours that say the same, nothing is measured without a reason: that is what
halving saves, and why several changes that cancel out can be missed. A *hint* is such a reason: an
outcome stored elsewhere, of another machine say, which contradicts what both neighbours say.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Generic, TypeVar

Outcome = TypeVar("Outcome", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """The outcome of position ``after`` is another than that of ``before``.

    ``untested`` are the positions between them, each of them a hole once a search is over.
    """

    before: int
    after: int

    @property
    def untested(self) -> range:
        """The positions at any of which the change may be, beside ``after``."""
        return range(self.before + 1, self.after)


@dataclass(slots=True, kw_only=True)
class Search(Generic[Outcome]):
    """What is known so far; only :meth:`run` adds to it.

    ``ready`` are the positions that cost little, because they are installed or stored: they go
    first where two positions halve a line equally well. With ``every``, nothing is left out.
    """

    known: dict[int, Outcome]
    holes: set[int] = field(default_factory=set)
    hints: Mapping[int, Outcome] = field(default_factory=dict)
    ready: AbstractSet[int] = frozenset()
    every: bool = False

    def run(self, ask: Callable[[int], Outcome | None]) -> None:
        """Ask position after position until no boundary can be narrowed; None makes a hole."""
        while (position := self.next_position()) is not None:
            outcome = ask(position)
            if outcome is None:
                self.holes.add(position)
            else:
                self.known[position] = outcome

    def next_position(self) -> int | None:
        """Return the position to be measured next, or None where the search is over."""
        for before, after in pairwise(sorted(self.known)):
            between = [p for p in range(before + 1, after) if p not in self.holes]
            worth = list(self._worth_asking(self.known[before], self.known[after], between))
            if worth:
                places = {position: place for place, position in enumerate(between)}
                costs = {p: self._cost(p, places[p], len(between)) for p in worth}
                return min(worth, key=lambda p: costs[p])
        return None

    def _worth_asking(self, before: Outcome, after: Outcome, between: list[int]) -> Iterator[int]:
        for position in between:
            if before != after or self.every or self.hints.get(position, before) != before:
                yield position

    def _cost(self, position: int, left: int, between: int) -> tuple[int, bool, int, int]:
        """Return how many further steps asking here may take, then what decides among equals."""
        right = between - 1 - left
        return max(left, right).bit_length(), position not in self.ready, abs(left - right), left

    def most_left(self) -> int:
        """Return how many measurements are left at most, if each pair that differs hides one."""
        steps = 0
        for before, after in pairwise(sorted(self.known)):
            between = [p for p in range(before + 1, after) if p not in self.holes]
            worth = list(self._worth_asking(self.known[before], self.known[after], between))
            halved = self.known[before] != self.known[after] and not self.every
            steps += most_steps(len(worth)) if halved else len(worth)
        return steps

    def boundaries(self) -> tuple[Boundary, ...]:
        """Return every change between known neighbours, in order."""
        return tuple(
            Boundary(before=before, after=after)
            for before, after in pairwise(sorted(self.known))
            if self.known[before] != self.known[after]
        )

    def skipped(self) -> tuple[int, ...]:
        """Return what was not measured because both its known neighbours say the same."""
        return tuple(
            position
            for before, after in pairwise(sorted(self.known))
            if self.known[before] == self.known[after]
            for position in range(before + 1, after)
            if position not in self.holes
        )


def most_steps(between: int) -> int:
    """Return how many measurements find one change among so many releases between the ends."""
    return between.bit_length()
