"""Sending masks through layers and models: what each was given, and what comes out."""

import ast
from typing import TypeAlias

from harness.upgrade.source.definitions import Call, Own
from harness.upgrade.source.functions import call_function
from harness.upgrade.source.layers import (
    Layer,
    Network,
    mask_after,
    own_keeps_mask,
    own_makes_mask,
    wrapped,
)
from harness.upgrade.source.run import Run
from harness.upgrade.source.values import (
    NOTHING,
    Argument,
    Arguments,
    Mask,
    Tensor,
    Values,
    mask_of,
    ordered,
)

_MOST_LAYERS = 500

_Known: TypeAlias = dict[tuple[Network, Mask | None], Mask | None]
"""The mask that leaves a model, by the mask that enters it; good for one way through only."""


def apply_layer(layer: Layer, arguments: Arguments) -> Values:
    """Return what comes out of a layer, and remember which mask it met."""
    return _tensor(_through(layer, _given_mask(arguments)))


def apply_network(run: Run, network: Network, call: Call) -> Values:
    """Return what a model gives that is called inside another."""
    given = _given_mask(call.arguments)
    if given is None:
        return NOTHING
    after = network.state
    if network.stack:
        after = _through_stack(run, network, given, {})
    if Mask.HERE in (given, after):
        run.findings.see(*call.place(), "keras.models.Model")
    if after is None or (after is Mask.NONE and not network.stack):
        after = given
    return _tensor(after)


def apply_own(run: Run, own: Own, arguments: Arguments) -> Values:
    """Return what a layer or model of the user's gives, or an object with `__call__`."""
    kind = own.of
    if not (kind.is_layer or kind.is_model):
        method = kind.method("__call__")
        return call_function(run, method, arguments, skip=1) if method else NOTHING
    given = _given_mask(arguments)
    kind.inputs.add(given)
    method = kind.method("call")
    inside = call_function(run, method, arguments, skip=1) if method else NOTHING
    after = mask_of(inside)
    if kind.is_model:
        kind.masks.update(() if after is None else (after,))
        return inside
    if own_makes_mask(kind):
        return _tensor(Mask.HERE)
    if own_keeps_mask(kind):
        after = max((mask for mask in (given, after) if mask is not None), default=None)
    elif after is None and given is not None:
        after = min(given, Mask.PAST)
    return _tensor(after)


def add_layer(run: Run, network: Network, values: Values) -> None:
    """Put a layer on top of a sequential model."""
    for value in values:
        if isinstance(value, Layer | Network | Own):
            made = value.of if isinstance(value, Own) else value
            run.findings.hold(network.unit, made.unit)
    if len(network.stack) < _MOST_LAYERS:
        network.stack.append(values)
    network.state = _step(run, values, network.state, {})
    if network.state is not None:
        network.masks.add(network.state)


def _given_mask(arguments: Arguments) -> Mask | None:
    """Return the mask that a layer is called with, on its inputs or as an argument."""
    if arguments.get("mask"):
        return Mask.HERE
    given = [mask_of(one.values) for one in (*arguments.positional, *arguments.named.values())]
    return max((mask for mask in given if mask is not None), default=None)


def _through(layer: Layer, given: Mask | None) -> Mask | None:
    layer.inputs.add(given)
    for inner in wrapped(layer):
        inner.inputs.add(given if layer.name == "Bidirectional" else Mask.NONE)
    return mask_after(layer, given)


def _step(run: Run, values: Values, given: Mask | None, known: _Known) -> Mask | None:
    """Send a mask through one layer of a sequential model, whichever it can be."""
    results: list[Mask | None] = []
    for value in ordered(values):
        if isinstance(value, Layer):
            results.append(_through(value, given))
        elif isinstance(value, Network):
            results.append(_through_stack(run, value, given, known))
        elif isinstance(value, Own):
            name = ast.Name("x")
            arguments = Arguments((Argument(name, name, _tensor(given)),), {})
            results.append(mask_of(apply_own(run, value, arguments)))
        elif isinstance(value, Tensor):
            results.append(given)
    masks = [mask for mask in results if mask is not None]
    if masks:
        return max(masks)
    return given if values and not results else None


def _through_stack(run: Run, network: Network, given: Mask | None, known: _Known) -> Mask | None:
    """Send a mask through a sequential model, once: models may hold one another many times over."""
    if network.active:
        return given
    if (network, given) in known:
        return known[network, given]
    after = given
    network.active = True
    try:
        for values in network.stack:
            after = _step(run, values, after, known)
    finally:
        network.active = False
    known[network, given] = after
    return after


def _tensor(mask: Mask | None) -> Values:
    return NOTHING if mask is None else frozenset({Tensor(mask)})
