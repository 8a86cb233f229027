"""What was seen so far, and which pieces of a program can have a mask in them."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from harness.upgrade.sightings import Output, Sighting
from harness.upgrade.source.concerns import CONCERNS
from harness.upgrade.source.program import Node, Program
from harness.upgrade.source.values import Told, Unit

Owner: TypeAlias = Unit | Told | None
"""What a place is about: whatever is built from a unit, models that are known, or nobody knows."""


class Findings:
    """Sightings, each once, and those that wait until the whole program has been gone through.

    A unit that makes layers can have a mask where it makes one itself, or where it is joined by
    calls to others that make layers, one of which makes a mask. A unit that only calls the others,
    as a `main` that trains two models, joins nothing.
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[Program, Node, str], set[Owner]] = {}
        self._waiting: list[tuple[Callable[[], bool], Program, Node, str, Owner]] = []
        self._joined: dict[Unit, set[Unit]] = {}
        self._held: dict[Unit, set[Unit]] = {}
        self.touched = 0
        """How often something was noted, or looked at that may come out otherwise next time."""
        self.builders: set[Unit] = set()
        self.sources: set[Unit] = set()

    def see(self, program: Program, node: Node, concern: str, owner: Owner = None) -> None:
        """Note that a node is what a question concerns; ValueError where none is listed so."""
        if concern not in CONCERNS:
            raise ValueError(f"{concern!r} is not listed as a concern")
        self.touched += 1
        self._seen.setdefault((program, node, concern), set()).add(owner)

    def see_if(
        self,
        condition: Callable[[], bool],
        program: Program,
        node: Node,
        concern: str,
        owner: Owner = None,
    ) -> None:
        """Note it for the end, when the condition can be answered."""
        self.touched += 1
        self._waiting.append((condition, program, node, concern, owner))

    def join(self, one: Unit, other: Unit) -> None:
        """Note that one unit uses another."""
        if one != other:
            self._joined.setdefault(one, set()).add(other)
            self._joined.setdefault(other, set()).add(one)

    def hold(self, one: Unit, other: Unit) -> None:
        """Note that what one unit builds has something in it that the other has made."""
        if one != other:
            self._held.setdefault(one, set()).add(other)
            self._held.setdefault(other, set()).add(one)

    def around(self, unit: Unit) -> Iterator[Unit]:
        """Give the units that build something together with this one, and those they only use."""
        known, waiting = {unit}, [unit]
        while waiting:
            here = waiting.pop()
            yield here
            joined = self._joined.get(here, set())
            more = (joined & self.builders | self._held.get(here, set())) - known
            known |= more
            waiting += more
            yield from joined - known

    def can_mask(self, unit: Unit) -> bool:
        """Whether a mask can be in the model that a unit is part of."""
        known, waiting = {unit}, [unit]
        while waiting:
            here = waiting.pop()
            if here in self.sources:
                return True
            for other in self._joined.get(here, set()) & self.builders - known:
                known.add(other)
                waiting.append(other)
        return False

    def settle(self, find_outputs: Callable[[Owner], frozenset[Output]]) -> tuple[Sighting, ...]:
        """Return all sightings in order, each with the outputs that are found for its owners."""
        for condition, program, node, concern, owner in self._waiting:
            if condition():
                self.see(program, node, concern, owner)
        found: dict[tuple[str, int, int, str, str], set[Owner]] = {}
        for (program, node, concern), owners in self._seen.items():
            line, column, what = program.locate(node)
            found.setdefault((program.path, line, column, concern, what), set()).update(owners)
        return tuple(
            Sighting(*place, outputs=_unite(map(find_outputs, owners)))
            for place, owners in sorted(found.items(), key=lambda one: one[0])
        )


def _unite(several: Iterable[frozenset[Output]]) -> tuple[Output, ...]:
    """Return all outputs; none as soon as one owner can be any."""
    listed = list(several)
    return tuple(sorted(frozenset().union(*listed))) if all(listed) else ()
