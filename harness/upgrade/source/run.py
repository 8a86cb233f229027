"""The state of going through a folder's programs, and the rule for each kind of node.

What an expression can be depends on the functions it calls, and so on statements, which have
expressions in them. That circle is closed here and nowhere else: every rule is given the `Run`, and
asks it for what lies within a node. The rules themselves stand above, and know each other only
downwards.
"""

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from harness.upgrade.source.definitions import Class, Function, Scope
from harness.upgrade.source.findings import Findings
from harness.upgrade.source.layers import Layer
from harness.upgrade.source.modules import Modules
from harness.upgrade.source.program import Program
from harness.upgrade.source.values import NOTHING, Namespace, Unit, Values

_TOTALS = frozenset({"loss", "val_loss"})
_Made = TypeVar("_Made")

Expression: TypeAlias = "Callable[[Run, Any, Scope], Values]"
"""What an expression of one kind can be, and what is seen in it."""
Statement: TypeAlias = "Callable[[Run, Any, Scope], None]"
"""What a statement of one kind does to the names of its scope."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is done with each kind of node; the others are gone through for what is in them."""

    expressions: Mapping[type[ast.expr], Expression]
    statements: Mapping[type[ast.stmt], Statement]


class Run:
    """What is known so far, and the ways into a node, a module and a place in the text."""

    def __init__(self, programs: Mapping[str, Program], modules: Modules, rules: Rules) -> None:
        self.modules = modules
        self.findings = Findings()
        self.functions: dict[Function, None] = {}
        self.classes: dict[Class, None] = {}
        self.imports_keras: set[str] = set()
        self.several_outputs: set[str] = set()
        self.too_deep: set[str] = set()
        self.depth = 0
        self.histories: dict[ast.expr, Program] = {}
        self.sites: dict[ast.AST, object] = {}
        self._programs = programs
        self._expressions = rules.expressions
        self._statements = rules.statements
        self._scopes: dict[str, Scope] = {}
        self._last: dict[str, Scope] = {}
        self._backend: set[tuple[str, str]] = set()

    def evaluate(self, node: ast.expr, scope: Scope) -> Values:
        """Return what an expression can be, and note what is seen in it."""
        rule = self._expressions.get(type(node))
        if rule:
            return rule(self, node, scope)
        self._evaluate_within(node, scope)
        return NOTHING

    def go_through(self, body: Iterable[ast.stmt], scope: Scope) -> None:
        """Go through statements, one after the other."""
        for statement in body:
            rule = self._statements.get(type(statement))
            if rule:
                rule(self, statement, scope)
            else:
                self._evaluate_within(statement, scope)

    def _evaluate_within(self, node: ast.AST, scope: Scope) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.evaluate(child, scope)
            elif not isinstance(child, ast.stmt):
                self._evaluate_within(child, scope)

    def start_pass(self) -> None:
        """Forget what was seen, and keep what is known."""
        self.findings = Findings()
        self._last, self._scopes = self._scopes, {}
        self.histories, self._backend = {}, set()
        for function in self.functions:
            function.runs = 0
            function.open.clear()
        for made in (*self.sites.values(), *self.classes):
            if isinstance(made, Layer | Class):
                made.inputs.clear()

    def count_known(self) -> int:
        """Return how much is known: once it does not grow, a further pass learns nothing more."""
        functions = sum(
            sum(map(len, one.params.values())) + len(one.returns) + len(one.yielded)
            for one in self.functions
        )
        classes = sum(
            sum(map(len, one.attributes.values())) + len(one.masks) + len(one.methods)
            for one in self.classes
        )
        return functions + classes + len(self.sites)

    def forget(self) -> None:
        """Let go of all that is known, so that nothing of it holds itself and the trees.

        Functions and the scopes they stand in hold each other: what is left to the collector of
        garbage takes a fifth of the time of a scan, and much memory until it is collected.
        """
        for function in self.functions:
            function.scope.names.clear()
            function.params.clear()
            function.returns = function.yielded = NOTHING
        for kind in self.classes:
            kind.attributes.clear()
            kind.methods.clear()
        for scope in (*self._scopes.values(), *self._last.values()):
            scope.names.clear()
        self.sites.clear()
        self.findings = Findings()

    def touch(self) -> None:
        """Note that what is gone through depends on more than what it is given."""
        self.findings.touched += 1

    def site(self, node: ast.AST, kind: type[_Made], make: Callable[[], _Made]) -> _Made:
        """Return the one thing that stands for all that a place in the text makes."""
        found = self.sites.get(node)
        if not isinstance(found, kind):
            found = self.sites[node] = make()
        return found

    def run_module(self, path: str) -> None:
        """Go through the statements of a module, unless that was done, or is being done."""
        if path in self._scopes:
            return
        program = self._programs[path]
        scope = self._scopes[path] = Scope(program, Unit(path, ""))
        try:
            self.go_through(program.tree.body, scope)
        except RecursionError:
            self.too_deep.add(path)
        scope.branches = 0

    def load(self, module: Namespace) -> None:
        """Go through a module that is imported, before the one that imports it goes on."""
        if module.file in self._programs:
            self.run_module(str(module.file))

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
        self.histories[node] = program

    def one_of_history(self, program: Program, node: ast.Subscript, key: str) -> None:
        """Note that one logged value is used: of concern if it is the loss of one output."""
        self.histories.pop(node.value, None)
        if key.endswith("_loss") and key not in _TOTALS:
            self.findings.see(program, node, "keras.callbacks.History")
