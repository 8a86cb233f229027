"""What an expression can be: containers opened, operators applied, the rest handed on."""

import ast
from functools import lru_cache

from harness.upgrade.source.assigning import assign
from harness.upgrade.source.calls import evaluate_call
from harness.upgrade.source.definitions import Function, Scope
from harness.upgrade.source.lookups import look_up_member, look_up_name
from harness.upgrade.source.run import Expression, Run
from harness.upgrade.source.values import (
    NOTHING,
    Foreign,
    History,
    Items,
    Mask,
    Table,
    Tensor,
    Text,
    Values,
    elements_of,
    join,
    ordered,
)


def _attribute(run: Run, node: ast.Attribute, scope: Scope) -> Values:
    return look_up_member(run, run.evaluate(node.value, scope), node, scope)


def _subscript(run: Run, node: ast.Subscript, scope: Scope) -> Values:
    owners = run.evaluate(node.value, scope)
    run.evaluate(node.slice, scope)
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    found = NOTHING
    for owner in owners:
        if isinstance(owner, Items):
            if isinstance(key, int) and -len(owner.elements) <= key < len(owner.elements):
                found = join(found, owner.elements[key])
            elif isinstance(node.slice, ast.Slice):
                found = join(found, frozenset({owner}))
            else:
                found = join(found, owner.union())
        elif isinstance(owner, Table):
            entries = owner.entries
            chosen = [entries[key]] if isinstance(key, str) and key in entries else entries.values()
            found = join(found, *chosen)
        elif isinstance(owner, Tensor):
            found = join(found, frozenset({Tensor(min(owner.mask, Mask.PAST))}))
        elif isinstance(owner, History) and owner.keys and isinstance(key, str):
            run.one_of_history(scope.program, node, key)
        elif isinstance(owner, Foreign):
            found = join(found, frozenset({owner}))
    return found


def _constant(_run: Run, node: ast.Constant, _scope: Scope) -> Values:
    return _text(node.value) if isinstance(node.value, str) else NOTHING


@lru_cache(maxsize=4096)
def _text(text: str) -> Values:
    return frozenset({Text(text)})


def _display(run: Run, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Values:
    items = run.site(node, Items, lambda: Items([]))
    fresh = Items([])
    for element in node.elts:
        if isinstance(element, ast.Starred):
            fresh.grow_by(run.evaluate(element.value, scope))
        else:
            fresh.grow([run.evaluate(element, scope)])
    items.elements, items.more = fresh.elements, fresh.more
    return frozenset({items})


def _dict(run: Run, node: ast.Dict, scope: Scope) -> Values:
    table = run.site(node, Table, lambda: Table({}))
    for key, value in zip(node.keys, node.values, strict=True):
        values = run.evaluate(value, scope)
        if key is None:
            for other in ordered(values):
                if isinstance(other, Table) and other is not table:
                    table.entries.update(other.entries)
            continue
        run.evaluate(key, scope)
        named = isinstance(key, ast.Constant) and isinstance(key.value, str)
        name = str(key.value) if named and isinstance(key, ast.Constant) else ast.dump(key)[:80]
        table.entries[name] = values
        table.keys[name] = value
    return frozenset({table})


def _binary(run: Run, node: ast.BinOp, scope: Scope) -> Values:
    # A long sum leans to the left: go down that side without going deeper.
    parts: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp):
        parts.append(left.right)
        left = left.left
    operands = [run.evaluate(part, scope) for part in (left, *reversed(parts))]
    values = [value for operand in operands for value in ordered(operand)]
    masks = [value.mask for value in values if isinstance(value, Tensor)]
    if masks:
        return frozenset({Tensor(min(max(masks), Mask.PAST))})
    lists = [value for value in values if isinstance(value, Items)]
    if lists:
        joined = run.site(node, Items, lambda: Items([]))
        found = [one.elements for one in lists if one is not joined]
        joined.elements = []
        for elements in found:
            joined.grow(elements)
        joined.more = any(one.more for one in lists) or not all(operands)
        return frozenset({joined})
    return NOTHING


def _either(run: Run, node: ast.IfExp, scope: Scope) -> Values:
    run.evaluate(node.test, scope)
    return join(run.evaluate(node.body, scope), run.evaluate(node.orelse, scope))


def _any_of(run: Run, node: ast.BoolOp, scope: Scope) -> Values:
    return join(*(run.evaluate(value, scope) for value in node.values))


def _lambda(run: Run, node: ast.Lambda, scope: Scope) -> Values:
    made = run.site(node, Function, lambda: Function(node, scope.program, scope))
    made.scope = scope
    run.functions.setdefault(made)
    return frozenset({made})


def _comprehension(
    run: Run,
    node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp,
    scope: Scope,
) -> Values:
    inner = Scope(scope.program, scope.unit, scope, function=scope.function, owner=scope.owner)
    for part in node.generators:
        assign(run, part.target, elements_of(run.evaluate(part.iter, inner)), inner)
        for condition in part.ifs:
            run.evaluate(condition, inner)
    if isinstance(node, ast.DictComp):
        table = run.site(node, Table, lambda: Table({}))
        run.evaluate(node.key, inner)
        table.entries[ast.dump(node.key)[:80]] = run.evaluate(node.value, inner)
        return frozenset({table})
    items = run.site(node, Items, lambda: Items([]))
    items.elements = [run.evaluate(node.elt, inner)]
    return frozenset({items})


def _named(run: Run, node: ast.NamedExpr, scope: Scope) -> Values:
    values = run.evaluate(node.value, scope)
    assign(run, node.target, values, scope)
    return values


def _within(run: Run, node: ast.Await | ast.Starred, scope: Scope) -> Values:
    return run.evaluate(node.value, scope)


def _yield(run: Run, node: ast.Yield, scope: Scope) -> Values:
    values = run.evaluate(node.value, scope) if node.value else NOTHING
    if scope.function:
        scope.function.yielded = join(scope.function.yielded, values)
    return NOTHING


EXPRESSIONS: dict[type[ast.expr], Expression] = {
    ast.Constant: _constant,
    ast.Name: look_up_name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Call: evaluate_call,
    ast.List: _display,
    ast.Tuple: _display,
    ast.Set: _display,
    ast.Dict: _dict,
    ast.BinOp: _binary,
    ast.IfExp: _either,
    ast.BoolOp: _any_of,
    ast.Lambda: _lambda,
    ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.SetComp: _comprehension,
    ast.DictComp: _comprehension,
    ast.NamedExpr: _named,
    ast.Await: _within,
    ast.Starred: _within,
    ast.Yield: _yield,
}
