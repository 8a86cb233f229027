"""The functions and classes of a user's program, and the scopes their names are looked up in."""

import ast
from dataclasses import dataclass, field

from harness.upgrade.source.names import leaf_of
from harness.upgrade.source.program import Node, Program
from harness.upgrade.source.values import (
    NOTHING,
    Api,
    Argument,
    Arguments,
    Made,
    Mask,
    Unit,
    Value,
    Values,
    join,
)

_MODELS = frozenset({"keras.models.Model", "keras.models.Sequential"})


@dataclass(slots=True, eq=False)
class Function(Made):
    """A function of the user's, and what is known of its parameters and its results so far."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    program: Program
    scope: "Scope"
    owner: "Class | None" = None
    params: dict[str, Values] = field(default_factory=dict)
    returns: Values = NOTHING
    yielded: Values = NOTHING
    open: set[str] = field(default_factory=set)
    """Parameters that are also given what is not known."""
    runs: int = 0
    news: bool = False
    words: frozenset[str] | None = None
    inert: bool = False
    """Whether nothing in it can come out otherwise another time, unless there is news."""
    active: bool = False

    @property
    def is_property(self) -> bool:
        """Whether it is called by naming it."""
        return bool(self._decorators() & {"property", "cached_property"})

    @property
    def is_static(self) -> bool:
        """Whether its first parameter is an argument like any other."""
        return self.owner is None or "staticmethod" in self._decorators()

    def _decorators(self) -> set[str]:
        if isinstance(self.node, ast.Lambda):
            return set()
        names = [node for node in self.node.decorator_list if isinstance(node, ast.Name)]
        return {node.id for node in names}

    def give(self, name: str, values: Values) -> None:
        """Add what a call gives to what a parameter can be."""
        if not values and name not in self.open:
            self.open.add(name)
            self.news = self.news or name in self.params
        self.bind(name, values)

    def bind(self, name: str, values: Values) -> None:
        """Add to what a parameter can be."""
        before = self.params.get(name, NOTHING)
        self.params[name] = join(before, values)
        self.news = self.news or len(self.params[name]) > len(before)


@dataclass(slots=True, eq=False)
class Class(Made):
    """A class of the user's; all its objects share one set of attributes."""

    node: ast.ClassDef
    program: Program
    unit: Unit
    bases: tuple[Value, ...]
    attributes: dict[str, Values] = field(default_factory=dict)
    methods: dict[str, Function] = field(default_factory=dict)
    inputs: set[Mask | None] = field(default_factory=set)
    masks: set[Mask] = field(default_factory=set)

    def family(self) -> tuple["Class", ...]:
        """Return the class and those of the user's that it is derived from, the nearest first."""
        found: dict[Class, None] = {self: None}
        waiting: list[Class] = [self]
        while waiting:
            for base in waiting.pop(0).bases:
                if isinstance(base, Class) and base not in found:
                    found[base] = None
                    waiting.append(base)
        return tuple(found)

    def roots(self) -> frozenset[str]:
        """Return the APIs that the class is derived from, in the end."""
        return frozenset(
            base.path for one in self.family() for base in one.bases if isinstance(base, Api)
        )

    def method(self, name: str) -> Function | None:
        """Return a method, its own before those of its bases."""
        return next((one.methods[name] for one in self.family() if name in one.methods), None)

    def attribute(self, name: str) -> Values:
        """Return what an attribute of its objects can be."""
        return join(*(one.attributes.get(name, NOTHING) for one in self.family()))

    @property
    def is_model(self) -> bool:
        """Whether its objects are models of Keras."""
        roots = self.roots()
        return bool(roots & _MODELS) or any(root.startswith("transformers.TF") for root in roots)

    @property
    def is_layer(self) -> bool:
        """Whether its objects are layers of Keras, and no models."""
        return any(leaf_of(root, "layers") for root in self.roots()) and not self.is_model

    @property
    def is_loss(self) -> bool:
        """Whether its objects are losses of Keras."""
        return any(leaf_of(root, "losses") for root in self.roots())


@dataclass(frozen=True, slots=True)
class Own(Value):
    """An object of one of the user's classes."""

    of: Class

    def place(self) -> tuple[str, str, int, int]:
        """Return where its class is made."""
        return type(self).__name__, *self.of.place()[1:]


@dataclass(slots=True, eq=False)
class Scope:
    """The names of a module, class or function, within those around it."""

    program: Program
    unit: Unit
    parent: "Scope | None" = None
    names: dict[str, Values] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    function: Function | None = None
    owner: Class | None = None
    shared: set[str] = field(default_factory=set)
    """Names that `global` or `nonlocal` gives to a scope further out."""
    branches: int = 0
    """How many branches and loops are open: what is assigned in one joins what was there."""
    loops: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A call where it stands, with its arguments read."""

    node: ast.Call
    scope: Scope
    arguments: Arguments

    @property
    def program(self) -> Program:
        """The program it stands in."""
        return self.scope.program

    def get(self, name: str, position: int | None = None) -> Argument | None:
        """Return an argument that is given, and not as None."""
        return self.arguments.get(name, position)

    def place(self, given: Argument | None = None) -> tuple[Program, Node]:
        """Return where to point at: the call, or one of its arguments."""
        return self.scope.program, given.node if given else self.node
