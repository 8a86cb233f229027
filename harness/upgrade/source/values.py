"""What an expression can be, as far as the scan needs to know: small values, and sets of them.

A set has what an expression may be on any way through the program; the empty set says that
nothing is known of it. Values with an identity stand for all that one place in the text makes.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count, islice
from typing import NamedTuple, TypeAlias

from harness.upgrade.source.program import Program

_SERIALS = count()
_DEEPEST = 4
_MOST_ELEMENTS = 100
MOST_VALUES = 12
"""A set that grows larger gives up what is not Keras', and then grows no more."""


class Mask(IntEnum):
    """Whether a mask travels with a tensor; of several inputs the largest counts."""

    NONE = 0
    """None was ever made on its way."""
    PAST = 1
    """One was, and has ended: the steps are gone, or something does not hand masks on."""
    REPEATED = 2
    """It ended, and RepeatVector made steps of what was left: the decoder of a pair."""
    HERE = 3
    """One is here, or can be."""


class Value:
    """One thing that an expression can be; rooms further up add kinds of their own."""

    __slots__ = ()

    def place(self) -> tuple[str, str, int, int]:
        """Return where it stands among others, in an order that is the same in every run."""
        return type(self).__name__, repr(self), 0, 0


Values: TypeAlias = frozenset[Value]
NOTHING: Values = frozenset()


class Made(Value):
    """What a node of a program makes: one thing, however often it is gone through."""

    __slots__ = ()
    node: ast.expr | ast.stmt
    program: Program

    def place(self) -> tuple[str, str, int, int]:
        """Return where it is made."""
        return type(self).__name__, self.program.path, self.node.lineno, self.node.col_offset


@dataclass(frozen=True, slots=True)
class Unit:
    """A class, a function, or the statements of a module: the piece of text that builds a model."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Told:
    """Models that are told something, of the outputs with these names, of all where blank."""

    models: frozenset[Value]
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Api(Value):
    """Something imported that is not of the user's folder, by its canonical name."""

    path: str


@dataclass(frozen=True, slots=True)
class Foreign(Value):
    """What came out of an API that is not Keras': an estimator, an array, a module of torch."""

    path: str


@dataclass(frozen=True, slots=True)
class Text(Value):
    """A literal text."""

    text: str


@dataclass(frozen=True, slots=True)
class Tensor(Value):
    """What goes from layer to layer."""

    mask: Mask


@dataclass(frozen=True, slots=True)
class Batches(Value):
    """A dataset or generator, each element of which has so many parts; 0 where that is unknown."""

    parts: int


@dataclass(frozen=True, slots=True)
class History(Value):
    """What fit returns; ``keys`` is True for the dict of logged values in it."""

    keys: bool = False


@dataclass(frozen=True, slots=True)
class Namespace(Value):
    """A module or package of the user's folder: its file, and its folder, where it has them."""

    file: str | None
    folder: str | None


class Container(Value):
    """What holds others; ``serial`` counts them as they are come upon."""

    __slots__ = ()
    serial: int

    def place(self) -> tuple[str, str, int, int]:
        """Return which of them was come upon first."""
        return type(self).__name__, "", self.serial, 0


@dataclass(slots=True, eq=False)
class Items(Container):
    """A list or tuple; ``more`` is whether there may be elements that are not known."""

    elements: list[Values]
    serial: int = field(default_factory=_SERIALS.__next__)
    more: bool = False

    def grow_by(self, values: Values) -> None:
        """Add the elements of other lists, or note that nothing is known of them."""
        lists = [value for value in ordered(values) if isinstance(value, Items)]
        self.more = self.more or not lists or any(one.more for one in lists)
        for one in lists:
            if one is not self:
                self.grow(one.elements)

    def grow(self, more: Iterable[Values]) -> None:
        """Add elements, up to a length that no model's list of layers has."""
        self.elements += islice(more, max(0, _MOST_ELEMENTS - len(self.elements)))

    def union(self) -> Values:
        """Return what any of the elements can be."""
        return join(*self.elements)


@dataclass(slots=True, eq=False)
class Table(Container):
    """A dict with literal keys."""

    entries: dict[str, Values]
    keys: dict[str, ast.expr] = field(default_factory=dict)
    serial: int = field(default_factory=_SERIALS.__next__)


class Argument(NamedTuple):
    """One argument as it stands in a call, and what it can be; made so often that it is a tuple."""

    node: ast.expr | ast.keyword
    value: ast.expr
    values: Values


@dataclass(frozen=True, slots=True, eq=False)
class Arguments:
    """The arguments of a call; those behind a ``*`` are not known."""

    positional: tuple[Argument, ...]
    named: dict[str, Argument]

    def get(self, name: str, position: int | None = None) -> Argument | None:
        """Return an argument that is given, and not as None."""
        found = self.named.get(name)
        if found is None and position is not None and position < len(self.positional):
            found = self.positional[position]
        return None if found is None or is_off(found.value, but=(None,)) else found

    def is_on(self, name: str, position: int | None = None) -> bool:
        """Whether a switch is given, and not as False."""
        found = self.get(name, position)
        return found is not None and not is_off(found.value)


@dataclass(frozen=True, slots=True)
class Loss(Value):
    """A loss object, or a loss given by name: one of Keras' own."""

    name: str


def join(*sets: Values) -> Values:
    """Return what can be on any of several ways."""
    known = [values for values in sets if values]
    if len(known) <= 1:
        return known[0] if known else NOTHING
    joined = known[0].union(*known[1:])
    if len(joined) <= MOST_VALUES:
        return joined
    joined = frozenset(value for value in joined if not isinstance(value, Text | Foreign))
    return joined if len(joined) <= MOST_VALUES else known[0]


def ordered(values: Values) -> list[Value]:
    """Return values in an order that is the same in every run, for where the order shows."""
    return sorted(values, key=lambda value: value.place()) if len(values) > 1 else list(values)


def is_off(value: ast.expr, but: tuple[object, ...] = (None, False, 0)) -> bool:
    """Whether an argument says no: None, or a switch that is False."""
    return isinstance(value, ast.Constant) and any(value.value is off for off in but)


def contents(values: Values) -> Iterator[Value]:
    """Give the values, and those in lists and dicts some levels down, each of these opened once."""
    opened: set[Items | Table] = set()
    level = [values]
    for _ in range(_DEEPEST):
        inner: list[Values] = []
        for value in NOTHING.union(*level):
            if not isinstance(value, Items | Table):
                yield value
            elif value not in opened:
                opened.add(value)
                parts = value.elements if isinstance(value, Items) else value.entries.values()
                inner += [part for part in parts if part]
        if not inner:
            return
        level = inner


def mask_of(values: Values) -> Mask | None:
    """Return the mask that comes with values, the largest of several; None where none is known."""
    if not values:
        return None
    return max((one.mask for one in contents(values) if isinstance(one, Tensor)), default=None)


def is_masked(values: Values) -> bool | None:
    """Say whether a mask comes with values; None where not all of them are known."""
    mask = mask_of(values)
    if mask is Mask.HERE:
        return True
    return False if mask is not None and _are_tensors(values, _DEEPEST) else None


def _are_tensors(values: Values, deep: int) -> bool:
    """Whether all that there can be is tensors, or lists of them, so deep at most."""
    for value in values:
        if isinstance(value, Items):
            if value.more or not deep:
                return False
            if not all(_are_tensors(part, deep - 1) for part in value.elements):
                return False
        elif not isinstance(value, Tensor):
            return False
    return bool(values)


def literal_keys(value: ast.expr) -> frozenset[str]:
    """Return the keys of a dict that is written out, all of them texts; else none."""
    if not isinstance(value, ast.Dict):
        return frozenset()
    keys = [key.value if isinstance(key, ast.Constant) else None for key in value.keys]
    texts = [key for key in keys if isinstance(key, str)]
    return frozenset(texts) if len(texts) == len(keys) else frozenset()


def elements_of(values: Values) -> Values:
    """Return what going through values can give."""
    return join(*(value.union() for value in values if isinstance(value, Items)))
