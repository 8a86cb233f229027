"""What a call gives: the user's functions and classes gone into, layers applied, APIs known."""

import ast

from harness.upgrade.source import apis, applying, datasets, training
from harness.upgrade.source.definitions import Call, Class, Function, Own, Scope
from harness.upgrade.source.functions import call_function
from harness.upgrade.source.layers import Layer, Network
from harness.upgrade.source.lookups import look_up_member
from harness.upgrade.source.run import Run
from harness.upgrade.source.values import (
    NOTHING,
    Api,
    Argument,
    Arguments,
    Foreign,
    Items,
    Namespace,
    Table,
    Text,
    Value,
    Values,
    join,
    mask_of,
    ordered,
)

_METHODS_OF_ANYTHING = training.METHODS | datasets.MAPPING
"""Methods that say something even where nothing is known of what has them."""
_NO_OBJECTS = (Api, Namespace, Class)
"""What has members, and no methods that are told something."""
_REDUCTION = "keras.losses.MeanSquaredError(reduction)"


def evaluate_call(run: Run, node: ast.Call, scope: Scope) -> Values:
    """Return what a call can give, and note what is seen in it."""
    if isinstance(node.func, ast.Attribute) and _is_super(node.func.value):
        call = Call(node, scope, _read_arguments(run, node, scope))
        return _call_above(run, call, node.func.attr)
    if isinstance(node.func, ast.Attribute):
        owners = run.evaluate(node.func.value, scope)
        callees = look_up_member(run, owners, node.func, scope)
        call = Call(node, scope, _read_arguments(run, node, scope))
        found = [_call_value(run, callee, call) for callee in ordered(callees)]
        if not owners or not all(isinstance(one, _NO_OBJECTS) for one in owners):
            found.append(_call_method(run, owners, node.func.attr, call))
        return join(*found)
    callees = run.evaluate(node.func, scope)
    call = Call(node, scope, _read_arguments(run, node, scope))
    if not callees:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        return apis.call_builtin(run, name, call) if name in apis.BUILTINS else NOTHING
    return join(*(_call_value(run, callee, call) for callee in ordered(callees)))


def _read_arguments(run: Run, node: ast.Call, scope: Scope) -> Arguments:
    """Return the arguments of a call; a dict that is known is opened behind ``**``."""
    positional: list[Argument] = []
    named: dict[str, Argument] = {}
    starred = False
    for value in node.args:
        values = run.evaluate(value, scope)
        starred = starred or isinstance(value, ast.Starred)
        if not starred:
            positional.append(Argument(value, value, values))
    for keyword in node.keywords:
        values = run.evaluate(keyword.value, scope)
        if keyword.arg is not None:
            named[keyword.arg] = Argument(keyword, keyword.value, values)
            continue
        for table in ordered(values):
            if isinstance(table, Table):
                for name, entry in table.entries.items():
                    shown = table.keys.get(name, keyword.value)
                    named.setdefault(name, Argument(keyword, shown, entry))
    return Arguments(tuple(positional), named)


def _call_value(run: Run, callee: Value, call: Call) -> Values:
    """Return what calling one value gives."""
    if isinstance(callee, Api):
        return apis.call_api(run, callee.path, call)
    if isinstance(callee, Function):
        skip = 0 if callee.is_static else 1
        return call_function(run, callee, call.arguments, skip=skip)
    if isinstance(callee, Class):
        return _instantiate(run, callee, call)
    if isinstance(callee, Layer | Network):
        run.findings.hold(call.scope.unit, callee.unit)
    if isinstance(callee, Layer):
        return applying.apply_layer(callee, call.arguments)
    if isinstance(callee, Network):
        return applying.apply_network(run, callee, call)
    if isinstance(callee, Own):
        run.findings.hold(call.scope.unit, callee.of.unit)
        return applying.apply_own(run, callee, call.arguments)
    return frozenset({callee}) if isinstance(callee, Foreign) else NOTHING


def _instantiate(run: Run, kind: Class, call: Call) -> Values:
    if start := kind.method("__init__"):
        call_function(run, start, call.arguments, skip=1)
    _see_construction(run, kind, call)
    return frozenset({Own(kind)})


def _see_construction(run: Run, kind: Class, call: Call) -> None:
    """Note what a loss or model of the user's is made with, directly or by those above it."""
    if kind.is_loss and (reduction := call.get("reduction")):
        run.findings.see(*call.place(reduction), _REDUCTION)
    if kind.is_model and (outputs := call.get("outputs")):
        mask = mask_of(outputs.values)
        kind.masks.update(() if mask is None else (mask,))


def _is_super(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
    )


def _call_above(run: Run, call: Call, name: str) -> Values:
    """Go through a method of the classes above; Keras' own are known by what they are given."""
    kind = call.scope.owner
    if kind is None:
        return NOTHING
    for base in kind.bases:
        method = base.method(name) if isinstance(base, Class) else None
        if method:
            return call_function(run, method, call.arguments, skip=1)
    if name == "__init__":
        _see_construction(run, kind, call)
        return NOTHING
    return training.call_model(run, name, call, frozenset({Own(kind)}))


def _call_method(run: Run, owners: Values, name: str, call: Call) -> Values:
    """Return what a method of something gives that is no class, module or function."""
    if not owners and name not in _METHODS_OF_ANYTHING:
        return NOTHING
    for owner in ordered(owners):
        if isinstance(owner, Items):
            _change_list(owner, name, call.arguments)
        elif isinstance(owner, Network) and name == "add" and call.arguments.positional:
            applying.add_layer(run, owner, call.arguments.positional[0].values)
    tables = [owner for owner in owners if isinstance(owner, Table)]
    if tables and name in {"get", "pop", "values", "items", "setdefault"}:
        return _open_tables(tables, name, call.arguments)
    made = datasets.call_method(run, owners, name, call.arguments)
    if made:
        return made
    if owners and all(isinstance(owner, Text | Items | Table) for owner in owners):
        return NOTHING
    return training.call_model(run, name, call, owners)


def _open_tables(tables: list[Table], name: str, arguments: Arguments) -> Values:
    key = arguments.positional[0].values if arguments.positional else NOTHING
    keys = [one.text for one in key if isinstance(one, Text)]
    found = NOTHING
    for table in tables:
        chosen = [table.entries[key] for key in keys if key in table.entries]
        found = join(found, *(chosen if keys else table.entries.values()))
    return frozenset({Items([found])}) if name in {"values", "items"} else found


def _change_list(items: Items, name: str, arguments: Arguments) -> None:
    given = arguments.positional[-1].values if arguments.positional else NOTHING
    if name in {"append", "insert", "add", "appendleft"}:
        items.grow([given])
    elif name == "extend":
        items.grow_by(given)
