"""What a name or an attribute means where it stands."""

import ast
import builtins

from harness.upgrade.source.definitions import Class, Function, Own, Scope
from harness.upgrade.source.functions import run_function
from harness.upgrade.source.layers import PLAIN, SEQUENCES, Network
from harness.upgrade.source.names import canonical, leaf_of
from harness.upgrade.source.run import Run
from harness.upgrade.source.values import (
    NOTHING,
    Api,
    Foreign,
    History,
    Mask,
    Namespace,
    Tensor,
    Text,
    Told,
    Value,
    Values,
    join,
)

_LONGEST_PATH = 200
_SETTLED = (Api, Function, Text)
_BUILTINS = frozenset(dir(builtins))
_LOSSES_BY_NAME = frozenset({"binary_crossentropy", "sparse_categorical_crossentropy"})
_SETTINGS = frozenset(
    """
    backend clear_session epsilon floatx image_data_format image_dim_ordering set_epsilon
    set_floatx set_image_data_format set_image_dim_ordering
    """.split()  # noqa: SIM905 - a table of names
)
"""Names of keras.backend that ask for settings or make them, and compute nothing."""
_IN_STARS = {
    **dict.fromkeys(
        PLAIN | SEQUENCES | {"Embedding", "Input", "Lambda", "Layer", "Masking"}, "layers"
    ),
    **dict.fromkeys(("Model", "Sequential", "load_model"), "models"),
    **dict.fromkeys(("EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau"), "callbacks"),
    **dict.fromkeys(("Loss", "MeanSquaredError", "SparseCategoricalCrossentropy"), "losses"),
    **dict.fromkeys(_LOSSES_BY_NAME, "losses"),
}
"""What a star import of a module of Keras is taken to bring, and from which of its modules."""


def look_up_name(run: Run, node: ast.Name, scope: Scope) -> Values:
    """Return what a name can be, and note what it is where that is of concern."""
    found = scope.names.get(node.id)
    if found is None:
        found = _look_up(run, node.id, scope)
    if found:
        _see_found(run, found, node, scope)
    return found


def _look_up(run: Run, name: str, scope: Scope) -> Values:
    """Return what a name can be, in the scopes around, or by a star import."""
    place: Scope | None = scope
    while place:
        if name in place.names:
            found = place.names[name]
            elsewhere = place.function is not scope.function
            if elsewhere and not _is_settled(found):
                run.touch()
            return found
        family = f"keras.{_IN_STARS[name]}" if place.stars and name in _IN_STARS else ""
        at_top = name in {"Input", "Model", "Sequential"}
        if family and (family in place.stars or (at_top and "keras" in place.stars)):
            return frozenset({Api(canonical(f"{family}.{name}"))})
        place = place.parent
    if name not in _BUILTINS:
        run.touch()
    return NOTHING


def _is_settled(values: Values) -> bool:
    """Whether a name of another scope will be the same whenever it is looked up."""
    return bool(values) and all(isinstance(one, _SETTLED) for one in values)


def look_up_member(run: Run, owners: Values, node: ast.Attribute, scope: Scope) -> Values:
    """Return what an attribute can be of what has it."""
    if not owners:
        return NOTHING
    found = join(*(_member(run, owner, node, scope) for owner in owners))
    if found:
        _see_found(run, found, node, scope)
    return found


def _see_found(run: Run, found: Values, node: ast.expr, scope: Scope) -> None:
    for value in found:
        if isinstance(value, Api):
            _see_api(run, value.path, node, scope)
        elif isinstance(value, Function | Class):
            run.join(scope, value)


def _member(run: Run, owner: Value, node: ast.Attribute, scope: Scope) -> Values:
    """Return what an attribute of one value can be."""
    name = node.attr
    if isinstance(owner, Api):
        return frozenset({Api(canonical(f"{owner.path}.{name}"))})
    if isinstance(owner, Namespace):
        run.touch()
        return run.member_of(owner, name)
    if isinstance(owner, Foreign):
        return frozenset({Foreign(f"{owner.path}.{name}"[:_LONGEST_PATH])})
    run.touch()
    if isinstance(owner, Own | Class):
        kind = owner.of if isinstance(owner, Own) else owner
        if name == "compiled_loss" and kind.is_model:
            told = Told(frozenset({Own(kind)}))
            run.findings.see(scope.program, node, "Model.compiled_loss", told)
        if name == "history" and kind.is_model:
            return frozenset({History()})
        method = kind.method(name)
        if method is None:
            return kind.attribute(name)
        if method.is_property:
            return run_function(run, method)
        return frozenset({method})
    if isinstance(owner, Network):
        if name == "compiled_loss":
            told = Told(frozenset({owner}))
            run.findings.see(scope.program, node, "Model.compiled_loss", told)
        if name in {"output", "outputs"} and owner.state is not None:
            return frozenset({Tensor(owner.state)})
        if name in {"input", "inputs"}:
            return frozenset({Tensor(Mask.NONE)})
        return frozenset({History()}) if name == "history" else NOTHING
    if isinstance(owner, History) and name == "history":
        run.whole_history(scope.program, node)
        return frozenset({History(keys=True)})
    return NOTHING


def _see_api(run: Run, path: str, node: ast.expr, scope: Scope) -> None:
    """Note an API that is a matter of concern wherever it is named."""
    if path.split(".", 1)[0] == "keras":
        run.touch()
        run.imports_keras.add(scope.program.path)
    if leaf_of(path, "losses") in _LOSSES_BY_NAME:
        run.findings.see(scope.program, node, path)
    used = leaf_of(path, "backend")
    if used and used not in _SETTINGS and "." not in used:
        run.see_backend(scope.program, node, used)
