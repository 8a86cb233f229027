"""Going through statements in their order: what is assigned, imported, defined and returned."""

import ast
from collections.abc import Iterable

from harness.upgrade.source import imports
from harness.upgrade.source.assigning import assign
from harness.upgrade.source.definitions import Class, Function, Scope
from harness.upgrade.source.run import Run, Statement
from harness.upgrade.source.values import (
    NOTHING,
    Items,
    Mask,
    Tensor,
    Text,
    Unit,
    elements_of,
    is_off,
    join,
    mask_of,
    ordered,
)

_DEEPEST_LOOPS = 2
"""Loops within as many others are gone through once only."""


def _assignment(run: Run, node: ast.Assign, scope: Scope) -> None:
    values = run.evaluate(node.value, scope)
    for target in node.targets:
        _supports_masking(run, node, target, node.value, scope)
        assign(run, target, values, scope)


def _annotated(run: Run, node: ast.AnnAssign, scope: Scope) -> None:
    if node.value:
        values = run.evaluate(node.value, scope)
        _supports_masking(run, node, node.target, node.value, scope)
        assign(run, node.target, values, scope)


def _supports_masking(
    run: Run, node: ast.stmt, target: ast.expr, value: ast.expr, scope: Scope
) -> None:
    """Note where a layer says that it takes masks: in its class or in one of its methods."""
    kind = scope.owner
    name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
    if name == "supports_masking" and kind and not is_off(value):
        kind.attributes["supports_masking"] = frozenset({Text("True")})
        if kind.is_layer:
            concern = "keras.layers.Layer(supports_masking)"
            run.findings.see(scope.program, node, concern, kind.unit)


def _augmented(run: Run, node: ast.AugAssign, scope: Scope) -> None:
    more = run.evaluate(node.value, scope)
    reading = ast.copy_location(_as_loaded(node.target), node.target)
    before = run.evaluate(reading, scope)
    mask = mask_of(join(before, more))
    if mask is not None and not any(isinstance(one, Items) for one in before):
        assign(run, node.target, frozenset({Tensor(min(mask, Mask.PAST))}), scope)
        return
    for one in before:
        if isinstance(one, Items):
            one.grow_by(more)


def _as_loaded(target: ast.expr) -> ast.expr:
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    if isinstance(target, ast.Attribute):
        return ast.Attribute(target.value, target.attr, ast.Load())
    return ast.Constant(None)


def _returned(run: Run, node: ast.Return, scope: Scope) -> None:
    values = run.evaluate(node.value, scope) if node.value else NOTHING
    if scope.function:
        scope.function.returns = join(scope.function.returns, values)


def _branch(run: Run, body: Iterable[ast.stmt], scope: Scope) -> None:
    scope.branches += 1
    run.go_through(body, scope)
    scope.branches -= 1


def _loop(run: Run, body: Iterable[ast.stmt], scope: Scope) -> None:
    """Go through a body twice: the second time with what the first has left."""
    again = scope.loops < _DEEPEST_LOOPS
    scope.loops += 1
    for _ in range(2 if again else 1):
        _branch(run, body, scope)
    scope.loops -= 1


def _if(run: Run, node: ast.If, scope: Scope) -> None:
    # A long chain of elif is one If in the other: go along it without going deeper.
    while True:
        run.evaluate(node.test, scope)
        _branch(run, node.body, scope)
        if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            node = node.orelse[0]
            continue
        _branch(run, node.orelse, scope)
        return


def _for(run: Run, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
    values = elements_of(run.evaluate(node.iter, scope))
    assign(run, node.target, values, scope)
    _loop(run, node.body, scope)
    _branch(run, node.orelse, scope)


def _while(run: Run, node: ast.While, scope: Scope) -> None:
    run.evaluate(node.test, scope)
    _loop(run, node.body, scope)
    _branch(run, node.orelse, scope)


def _with(run: Run, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
    for item in node.items:
        values = run.evaluate(item.context_expr, scope)
        if item.optional_vars:
            assign(run, item.optional_vars, values, scope)
    run.go_through(node.body, scope)


def _try(run: Run, node: ast.Try, scope: Scope) -> None:
    # What is imported in one of the branches may come from any of them.
    _branch(run, node.body, scope)
    for handler in node.handlers:
        _branch(run, handler.body, scope)
    _branch(run, node.orelse, scope)
    run.go_through(node.finalbody, scope)


def _match(run: Run, node: ast.Match, scope: Scope) -> None:
    run.evaluate(node.subject, scope)
    for case in node.cases:
        _branch(run, case.body, scope)


def _define(run: Run, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
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


def _define_class(run: Run, node: ast.ClassDef, scope: Scope) -> None:
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
    run.go_through(node.body, inner)
    for name, values in inner.names.items():
        if name not in made.methods and name != "supports_masking":
            made.attributes[name] = join(made.attributes.get(name, NOTHING), values)


def _share(_run: Run, node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
    scope.shared.update(node.names)


STATEMENTS: dict[type[ast.stmt], Statement] = {
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
