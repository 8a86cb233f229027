"""What was seen so far, and which pieces of a program can have a mask in them."""

from collections.abc import Callable

from harness.upgrade.sightings import Sighting
from harness.upgrade.source.concerns import CONCERNS
from harness.upgrade.source.program import Node, Program
from harness.upgrade.source.values import Unit


class Findings:
    """Sightings, each once, and those that wait until the whole program has been gone through.

    A unit that makes layers can have a mask where it makes one itself, or where it is joined by
    calls to others that make layers, one of which makes a mask. A unit that only calls the others,
    as a `main` that trains two models, joins nothing.
    """

    def __init__(self) -> None:
        self._seen: set[tuple[Program, Node, str]] = set()
        self._waiting: list[tuple[Callable[[], bool], Program, Node, str]] = []
        self._joined: dict[Unit, set[Unit]] = {}
        self.touched = 0
        """How often something was noted, or looked at that may come out otherwise next time."""
        self.builders: set[Unit] = set()
        self.sources: set[Unit] = set()

    def see(self, program: Program, node: Node, concern: str) -> None:
        """Note that a node is what a question concerns; ValueError where none is listed so."""
        if concern not in CONCERNS:
            raise ValueError(f"{concern!r} is not listed as a concern")
        self.touched += 1
        self._seen.add((program, node, concern))

    def see_if(
        self, condition: Callable[[], bool], program: Program, node: Node, concern: str
    ) -> None:
        """Note it for the end, when the condition can be answered."""
        self.touched += 1
        self._waiting.append((condition, program, node, concern))

    def join(self, one: Unit, other: Unit) -> None:
        """Note that one unit uses another."""
        if one != other:
            self._joined.setdefault(one, set()).add(other)
            self._joined.setdefault(other, set()).add(one)

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

    def settle(self) -> tuple[Sighting, ...]:
        """Return all sightings in order."""
        for condition, program, node, concern in self._waiting:
            if condition():
                self.see(program, node, concern)
        found = set()
        for program, node, concern in self._seen:
            line, column, what = program.locate(node)
            found.add(Sighting(program.path, line, column, concern, what))
        return tuple(sorted(found))
