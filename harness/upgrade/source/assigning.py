"""What a target is given, be it a name, an attribute, an entry, or several of them."""

import ast

from harness.upgrade.source.definitions import Own, Scope
from harness.upgrade.source.run import Run
from harness.upgrade.source.values import NOTHING, Items, Table, Tensor, Values, join


def assign(run: Run, target: ast.expr, values: Values, scope: Scope) -> None:
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
