"""Going through all programs of a folder, over and over until a pass learns nothing new.

No line is run. Each expression stands for the few kinds of things it can be: a layer, a model, a
tensor with or without a mask. A call of the user's own function goes through it with what it is
given, and what is learnt about its parameters is kept for the next pass.
"""

import ast
from collections.abc import Callable, Mapping
from typing import TypeVar

from harness.upgrade.sightings import Sighting
from harness.upgrade.source import apis, applying, expressions, lookups, statements, training
from harness.upgrade.source.definitions import Class, Function, Own, Scope
from harness.upgrade.source.findings import Findings
from harness.upgrade.source.layers import Layer, own_makes_mask, own_says_nothing
from harness.upgrade.source.modules import Modules
from harness.upgrade.source.program import Program
from harness.upgrade.source.uncalled import is_worthwhile
from harness.upgrade.source.values import NOTHING, Mask, Namespace, Tensor, Unit, Values, mask_of

_MOST_PASSES = 4
_TOTALS = frozenset({"loss", "val_loss"})
_Made = TypeVar("_Made")


class Interpreter:
    """The state of going through the programs; `scan` is the way in."""

    def __init__(self, programs: Mapping[str, Program], modules: Modules) -> None:
        self.modules = modules
        self.findings = Findings()
        self.functions: dict[Function, None] = {}
        self.classes: dict[Class, None] = {}
        self.imports_keras: set[str] = set()
        self.several_outputs: set[str] = set()
        self.too_deep: set[str] = set()
        self.depth = 0
        self._programs = programs
        self._sites: dict[ast.AST, object] = {}
        self._scopes: dict[str, Scope] = {}
        self._last: dict[str, Scope] = {}
        self._backend: set[tuple[str, str]] = set()
        self._histories: dict[ast.expr, Program] = {}

    def scan(self) -> tuple[Sighting, ...]:
        """Return what was seen in the last pass, which knew all there is to know."""
        before = -1
        for _ in range(_MOST_PASSES):
            self._start()
            for path in sorted(self._programs):
                self._run_module(path)
            for kind in [*self.classes]:
                self._enter(kind)
            for function in [*self.functions]:
                if is_worthwhile(function):
                    self.go_through(function)
            known = self._count()
            if known <= before:
                break
            before = known
        for kind in self.classes:
            self._see_mask_maker(kind)
        for made in self._sites.values():
            if isinstance(made, Layer):
                apis.see_layer(self, made)
        for kind in self.classes:
            self._see_class(kind)
        for node, program in self._histories.items():
            if program.path in self.several_outputs:
                self.findings.see(program, node, "keras.callbacks.History")
        return self.findings.settle()

    def _start(self) -> None:
        self.findings = Findings()
        self._last, self._scopes = self._scopes, {}
        self._histories, self._backend = {}, set()
        for function in self.functions:
            function.runs = 0
        for made in (*self._sites.values(), *self.classes):
            if isinstance(made, Layer | Class):
                made.inputs.clear()

    def _count(self) -> int:
        """Return how much is known: once it does not grow, a further pass learns nothing more."""
        functions = sum(
            sum(map(len, one.params.values())) + len(one.returns) + len(one.yielded)
            for one in self.functions
        )
        classes = sum(
            sum(map(len, one.attributes.values())) + len(one.masks) + len(one.methods)
            for one in self.classes
        )
        return functions + classes + len(self._sites)

    def touch(self) -> None:
        """Note that what is gone through depends on more than what it is given."""
        self.findings.touched += 1

    def _run_module(self, path: str) -> Scope:
        """Go through the statements of a module, unless that was done, or is being done."""
        if path in self._scopes:
            return self._scopes[path]
        program = self._programs[path]
        scope = self._scopes[path] = Scope(program, Unit(path, ""))
        try:
            statements.go_through(self, program.tree.body, scope)
        except RecursionError:
            self.too_deep.add(path)
        scope.branches = 0
        return scope

    def _enter(self, kind: Class) -> None:
        """Go through a model's own call with the data itself, which has no mask."""
        call = kind.method("call") if kind.is_model else None
        if call:
            names = [one.arg for one in call.node.args.args]
            if len(names) > 1:
                call.bind(names[1], frozenset({Tensor(Mask.NONE)}))
            mask = mask_of(self.go_through(call))
            kind.masks.update(() if mask is None else (mask,))

    def body(self, function: Function) -> None:
        """Go through a function's statements with what its parameters can be."""
        node, around = function.node, function.scope
        owner = function.owner
        unit = owner.unit if owner else around.unit
        if not owner and around.parent is None and not isinstance(node, ast.Lambda):
            unit = Unit(function.program.path, node.name)
        scope = Scope(function.program, unit, around, function=function)
        scope.owner = owner or around.owner
        scope.names.update(function.params)
        if owner and not function.is_static and node.args.args:
            scope.names[node.args.args[0].arg] = frozenset({Own(owner)})
        try:
            if isinstance(node, ast.Lambda):
                function.returns |= self.evaluate(node.body, scope)
            else:
                statements.go_through(self, node.body, scope)
        except RecursionError:
            self.too_deep.add(function.program.path)

    def _see_mask_maker(self, kind: Class) -> None:
        """Note a layer of the user's that computes a mask, as one of Keras' that does."""
        made = kind.methods.get("compute_mask") if kind.is_layer else None
        if made and own_makes_mask(kind) and not isinstance(made.node, ast.Lambda):
            self.findings.builders.add(kind.unit)
            self.findings.sources.add(kind.unit)
            self.findings.see(kind.program, made.node, "keras.layers.Masking")

    def _see_class(self, kind: Class) -> None:
        see, node, program = self.findings.see, kind.node, kind.program
        here = Mask.HERE in kind.inputs
        if kind.is_loss:
            see(program, node, "custom loss function")
        if kind.is_layer and own_says_nothing(kind):
            unknown = None in kind.inputs or not kind.inputs
            if here or (unknown and self.findings.can_mask(kind.unit)):
                see(program, node, "keras.layers.Layer")
        if kind.is_model:
            if here or training.has_mask(self, Own(kind)):
                see(program, node, "keras.models.Model")
            for name in ("train_step", "compute_loss"):
                if name in kind.methods:
                    made = kind.methods[name].node
                    if not isinstance(made, ast.Lambda):
                        see(program, made, f"Model.{name}")

    def evaluate(self, node: ast.expr, scope: Scope) -> Values:
        """Return what an expression can be."""
        return expressions.evaluate(self, node, scope)

    def members(self, owners: Values, node: ast.Attribute, scope: Scope) -> Values:
        """Return what an attribute can be of what has it."""
        return lookups.look_up_member(self, owners, node, scope)

    def assign(self, target: ast.expr, values: Values, scope: Scope) -> None:
        """Let a target be what it is given."""
        statements.assign(self, target, values, scope)

    def go_through(self, function: Function) -> Values:
        """Return what a function gives."""
        return applying.run_function(self, function)

    def site(self, node: ast.AST, kind: type[_Made], make: Callable[[], _Made]) -> _Made:
        """Return the one thing that stands for all that a place in the text makes."""
        found = self._sites.get(node)
        if not isinstance(found, kind):
            found = self._sites[node] = make()
        return found

    def load(self, module: Namespace) -> None:
        """Go through a module that is imported, before the one that imports it goes on."""
        if module.file in self._programs:
            self._run_module(str(module.file))

    def names_of(self, module: Namespace) -> dict[str, Values]:
        """Return the names of a module; none where it was not read."""
        scope = self._scopes.get(module.file or "")
        return scope.names if scope else {}

    def member_of(self, module: Namespace, name: str) -> Values:
        """Return what a name of a module can be, which may be a module itself."""
        # Of one that is still being gone through, as it imports us, the last pass knows the rest.
        for known in (self._scopes, self._last):
            scope = known.get(module.file or "")
            if scope and name in scope.names:
                return scope.names[name]
        inner = self.modules.within(module, name)
        if inner:
            self.load(inner)
        return frozenset({inner}) if inner else NOTHING

    def join(self, scope: Scope, used: Function | Class) -> None:
        """Note that a piece of a program uses a function or class."""
        if isinstance(used, Class):
            self.findings.join(scope.unit, used.unit)
        elif not isinstance(used.node, ast.Lambda) and used.scope.parent is None:
            self.findings.join(scope.unit, Unit(used.program.path, used.node.name))

    def see_backend(self, program: Program, node: ast.expr, name: str) -> None:
        """Note the first use of each function of the back end in a file."""
        if (program.path, name) not in self._backend:
            self._backend.add((program.path, name))
            self.findings.see(program, node, "keras.backend")

    def whole_history(self, program: Program, node: ast.expr) -> None:
        """Note that all logged values are used, which matters where there are several outputs."""
        self._histories[node] = program

    def one_of_history(self, program: Program, node: ast.Subscript, key: str) -> None:
        """Note that one logged value is used: of concern if it is the loss of one output."""
        self._histories.pop(node.value, None)
        if key.endswith("_loss") and key not in _TOTALS:
            self.findings.see(program, node, "keras.callbacks.History")
