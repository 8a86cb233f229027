"""Going through statements in their order: what is assigned, imported, defined and returned."""

import ast
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from harness.upgrade.source import imports
from harness.upgrade.source.definitions import Class, Function, Own, Scope
from harness.upgrade.source.values import (
    NOTHING,
    Items,
    Mask,
    Table,
    Tensor,
    Text,
    Unit,
    Values,
    elements_of,
    is_off,
    join,
    mask_of,
    ordered,
)

if TYPE_CHECKING:
    from harness.upgrade.source.interpreter import Interpreter

_DEEPEST_LOOPS = 2
"""Loops within as many others are gone through once only."""

Statement = Callable[["Interpreter", Any, Scope], None]


def go_through(run: "Interpreter", body: Iterable[ast.stmt], scope: Scope) -> None:
    """Go through statements, one after the other."""
    for statement in body:
        known = _STATEMENTS.get(type(statement))
        if known:
            known(run, statement, scope)
        else:
            _rest(run, statement, scope)


def _rest(run: "Interpreter", node: ast.AST, scope: Scope) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            run.evaluate(child, scope)
        elif not isinstance(child, ast.stmt):
            _rest(run, child, scope)


def assign(run: "Interpreter", target: ast.expr, values: Values, scope: Scope) -> None:
    """Let a target be what it is given; within a branch it may still be what it was."""
    if isinstance(target, ast.Name):
        place = scope
        if target.id in scope.shared:
            while place.parent and place.parent.function is not None:
                place = place.parent
            place = place.parent or place
        before = place.names.get(target.id, NOTHING)
        weak = scope.branches or place is not scope
        place.names[target.id] = join(before, values) if weak else values
    elif isinstance(target, ast.Attribute):
        for owner in run.evaluate(target.value, scope):
            if isinstance(owner, Own):
                before = owner.of.attributes.get(target.attr, NOTHING)
                owner.of.attributes[target.attr] = join(before, values)
    elif isinstance(target, ast.Subscript):
        for owner in run.evaluate(target.value, scope):
            key = target.slice.value if isinstance(target.slice, ast.Constant) else "…"
            if isinstance(owner, Table):
                before = owner.entries.get(str(key), NOTHING)
                owner.entries[str(key)] = join(before, values)
    elif isinstance(target, ast.Starred):
        assign(run, target.value, NOTHING, scope)
    elif isinstance(target, ast.Tuple | ast.List):
        starred = any(isinstance(one, ast.Starred) for one in target.elts)
        rows = [one for one in values if isinstance(one, Items)]
        # Of a tensor that stands for a tuple of inputs, each part is as masked as the whole.
        inputs = frozenset(one for one in values if isinstance(one, Tensor))
        for position, one in enumerate(target.elts):
            fitting = [row for row in rows if len(row.elements) == len(target.elts)]
            if fitting and not starred:
                assign(run, one, join(inputs, *(row.elements[position] for row in fitting)), scope)
            else:
                assign(run, one, join(inputs, *(row.union() for row in rows)), scope)


def _assignment(run: "Interpreter", node: ast.Assign, scope: Scope) -> None:
    values = run.evaluate(node.value, scope)
    for target in node.targets:
        _supports_masking(run, node, target, node.value, scope)
        assign(run, target, values, scope)


def _annotated(run: "Interpreter", node: ast.AnnAssign, scope: Scope) -> None:
    if node.value:
        values = run.evaluate(node.value, scope)
        _supports_masking(run, node, node.target, node.value, scope)
        assign(run, node.target, values, scope)


def _supports_masking(
    run: "Interpreter", node: ast.stmt, target: ast.expr, value: ast.expr, scope: Scope
) -> None:
    """Note where a layer says that it takes masks: in its class or in one of its methods."""
    kind = scope.owner
    name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
    if name == "supports_masking" and kind and not is_off(value):
        kind.attributes["supports_masking"] = frozenset({Text("True")})
        if kind.is_layer:
            concern = "keras.layers.Layer(supports_masking)"
            run.findings.see(scope.program, node, concern)


def _augmented(run: "Interpreter", node: ast.AugAssign, scope: Scope) -> None:
    more = run.evaluate(node.value, scope)
    reading = ast.copy_location(_as_loaded(node.target), node.target)
    before = run.evaluate(reading, scope)
    mask = mask_of(join(before, more))
    if mask is not None and not any(isinstance(one, Items) for one in before):
        assign(run, node.target, frozenset({Tensor(min(mask, Mask.PAST))}), scope)
        return
    for one in before:
        for other in more:
            if isinstance(one, Items) and isinstance(other, Items) and other is not one:
                one.grow(other.elements)


def _as_loaded(target: ast.expr) -> ast.expr:
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    if isinstance(target, ast.Attribute):
        return ast.Attribute(target.value, target.attr, ast.Load())
    return ast.Constant(None)


def _returned(run: "Interpreter", node: ast.Return, scope: Scope) -> None:
    values = run.evaluate(node.value, scope) if node.value else NOTHING
    if scope.function:
        scope.function.returns = join(scope.function.returns, values)


def _branch(run: "Interpreter", body: Iterable[ast.stmt], scope: Scope) -> None:
    scope.branches += 1
    go_through(run, body, scope)
    scope.branches -= 1


def _loop(run: "Interpreter", body: Iterable[ast.stmt], scope: Scope) -> None:
    """Go through a body twice: the second time with what the first has left."""
    again = scope.loops < _DEEPEST_LOOPS
    scope.loops += 1
    for _ in range(2 if again else 1):
        _branch(run, body, scope)
    scope.loops -= 1


def _if(run: "Interpreter", node: ast.If, scope: Scope) -> None:
    # A long chain of elif is one If in the other: go along it without going deeper.
    while True:
        run.evaluate(node.test, scope)
        _branch(run, node.body, scope)
        if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            node = node.orelse[0]
            continue
        _branch(run, node.orelse, scope)
        return


def _for(run: "Interpreter", node: ast.For | ast.AsyncFor, scope: Scope) -> None:
    values = elements_of(run.evaluate(node.iter, scope))
    assign(run, node.target, values, scope)
    _loop(run, node.body, scope)
    _branch(run, node.orelse, scope)


def _while(run: "Interpreter", node: ast.While, scope: Scope) -> None:
    run.evaluate(node.test, scope)
    _loop(run, node.body, scope)
    _branch(run, node.orelse, scope)


def _with(run: "Interpreter", node: ast.With | ast.AsyncWith, scope: Scope) -> None:
    for item in node.items:
        values = run.evaluate(item.context_expr, scope)
        if item.optional_vars:
            assign(run, item.optional_vars, values, scope)
    go_through(run, node.body, scope)


def _try(run: "Interpreter", node: ast.Try, scope: Scope) -> None:
    # What is imported in one of the branches may come from any of them.
    _branch(run, node.body, scope)
    for handler in node.handlers:
        _branch(run, handler.body, scope)
    _branch(run, node.orelse, scope)
    go_through(run, node.finalbody, scope)


def _match(run: "Interpreter", node: ast.Match, scope: Scope) -> None:
    run.evaluate(node.subject, scope)
    for case in node.cases:
        _branch(run, case.body, scope)


def _define(run: "Interpreter", node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
    for decorator in node.decorator_list:
        run.evaluate(decorator, scope)
    outer = scope.parent if scope.owner and not scope.function and scope.parent else scope
    kind = scope.owner if scope.function is None else None
    made = run.site(node, Function, lambda: Function(node, scope.program, outer, kind))
    made.scope = outer
    run.functions.setdefault(made)
    names = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
    for name, default in zip(reversed(names), reversed(node.args.defaults), strict=False):
        made.bind(name, run.evaluate(default, scope))
    for argument, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        if value:
            made.bind(argument.arg, run.evaluate(value, scope))
    if kind:
        kind.methods[node.name] = made
    scope.names[node.name] = frozenset({made})


def _define_class(run: "Interpreter", node: ast.ClassDef, scope: Scope) -> None:
    bases = tuple(one for base in node.bases for one in ordered(run.evaluate(base, scope)))
    at_top = scope.parent is None
    unit = Unit(scope.program.path, node.name) if at_top else scope.unit
    made = run.site(node, Class, lambda: Class(node, scope.program, unit, bases))
    made.bases = bases
    run.classes.setdefault(made)
    for base in bases:
        if isinstance(base, Class):
            run.findings.join(unit, base.unit)
    inner = Scope(scope.program, unit, scope, owner=made)
    scope.names[node.name] = frozenset({made})
    go_through(run, node.body, inner)
    for name, values in inner.names.items():
        if name not in made.methods and name != "supports_masking":
            made.attributes[name] = join(made.attributes.get(name, NOTHING), values)


def _share(_run: "Interpreter", node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
    scope.shared.update(node.names)


_STATEMENTS: dict[type[ast.stmt], Statement] = {
    ast.Assign: _assignment,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Return: _returned,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.Match: _match,
    ast.FunctionDef: _define,
    ast.AsyncFunctionDef: _define,
    ast.ClassDef: _define_class,
    ast.Import: imports.bind_import,
    ast.ImportFrom: imports.bind_import_from,
    ast.Global: _share,
    ast.Nonlocal: _share,
}
