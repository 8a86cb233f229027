"""Going through a function of the user's, with what it is given."""

import ast

from harness.upgrade.source.definitions import Function, Own, Scope
from harness.upgrade.source.layers import is_model
from harness.upgrade.source.run import Run
from harness.upgrade.source.values import NOTHING, Arguments, Batches, Foreign, Items, Unit, Values

_DEEPEST_CALLS = 12
_MOST_RUNS = 5
"""How often a function is gone through in one pass, as more becomes known of its parameters."""


def call_function(run: Run, function: Function, arguments: Arguments, *, skip: int) -> Values:
    """Go through a function with its arguments, but for so many parameters that it has already."""
    accepted = function.node.args
    names = [one.arg for one in (*accepted.posonlyargs, *accepted.args)][skip:]
    for name, argument in zip(names, arguments.positional, strict=False):
        function.give(name, argument.values)
    allowed = {*names, *(one.arg for one in accepted.kwonlyargs)}
    for name, argument in arguments.named.items():
        if name in allowed:
            function.give(name, argument.values)
    return run_function(run, function)


def run_function(run: Run, function: Function) -> Values:
    """Go through a function once more if there is news for it; return what it can give."""
    stale = function.news or not (function.runs or function.inert)
    if function.active or run.depth >= _DEEPEST_CALLS:
        run.touch()
    elif stale and function.runs < _MOST_RUNS:
        function.active, function.news = True, False
        function.runs += 1
        run.depth += 1
        touched = run.findings.touched
        try:
            run_body(run, function)
        finally:
            run.depth -= 1
            function.active = False
        function.inert = run.findings.touched == touched
    elif not function.inert:
        run.touch()
    if not function.yielded:
        return function.returns
    yielded = [value for value in function.yielded if isinstance(value, Items)]
    return frozenset(Batches(len(one.elements)) for one in yielded) or frozenset({Batches(0)})


def run_body(run: Run, function: Function) -> None:
    """Go through a function's statements with what its parameters can be."""
    node, around = function.node, function.scope
    owner = function.owner
    unit = owner.unit if owner else around.unit
    if not owner and around.parent is None and not isinstance(node, ast.Lambda):
        unit = Unit(function.program.path, node.name)
    scope = Scope(function.program, unit, around, function=function)
    scope.owner = owner or around.owner
    scope.names.update(function.params)
    for name in function.open:
        if any(is_model(value) for value in function.params.get(name, NOTHING)):
            scope.names[name] = function.params[name] | {Foreign("")}
    if owner and not function.is_static and node.args.args:
        scope.names[node.args.args[0].arg] = frozenset({Own(owner)})
    try:
        if isinstance(node, ast.Lambda):
            function.returns |= run.evaluate(node.body, scope)
        else:
            run.go_through(node.body, scope)
    except RecursionError:
        run.too_deep.add(function.program.path)
