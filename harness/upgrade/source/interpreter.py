"""Going through all programs of a folder, over and over until a pass learns nothing new.

No line is run. Each expression stands for the few kinds of things it can be: a layer, a model, a
tensor with or without a mask. A call of the user's own function goes through it with what it is
given, and what is learnt about its parameters is kept for the next pass.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from harness.upgrade.sightings import Sighting
from harness.upgrade.source import apis, training
from harness.upgrade.source.definitions import Class, Own
from harness.upgrade.source.expressions import EXPRESSIONS
from harness.upgrade.source.functions import run_function
from harness.upgrade.source.layers import Layer, own_makes_mask, own_says_nothing
from harness.upgrade.source.modules import Modules
from harness.upgrade.source.outputs import Outputs
from harness.upgrade.source.program import Program
from harness.upgrade.source.run import Rules, Run
from harness.upgrade.source.statements import STATEMENTS
from harness.upgrade.source.uncalled import is_worthwhile
from harness.upgrade.source.values import Mask, Tensor, Told, mask_of

_MOST_PASSES = 4
_RULES = Rules(expressions=EXPRESSIONS, statements=STATEMENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreted:
    """What was seen in some programs, and the paths of those of which parts are too deep."""

    sightings: tuple[Sighting, ...]
    too_deep: frozenset[str]


def interpret(programs: Mapping[str, Program], modules: Modules) -> Interpreted:
    """Return what was seen in the last pass, which knew all there is to know."""
    run = Run(programs, modules, _RULES)
    before = -1
    for _ in range(_MOST_PASSES):
        run.start_pass()
        for path in sorted(programs):
            run.run_module(path)
        for kind in [*run.classes]:
            _enter(run, kind)
        for function in [*run.functions]:
            if is_worthwhile(function):
                run_function(run, function)
        known = run.count_known()
        if known <= before:
            break
        before = known
    for kind in run.classes:
        _see_mask_maker(run, kind)
    for made in run.sites.values():
        if isinstance(made, Layer):
            apis.see_layer(run, made)
    for kind in run.classes:
        _see_class(run, kind)
    for node, program in run.histories.items():
        if program.path in run.several_outputs:
            run.findings.see(program, node, "keras.callbacks.History")
    outputs = Outputs(run.findings, run.sites.values(), run.classes)
    found = Interpreted(
        sightings=run.findings.settle(outputs.find), too_deep=frozenset(run.too_deep)
    )
    run.forget()
    return found


def _enter(run: Run, kind: Class) -> None:
    """Go through a model's own call with the data itself, which has no mask."""
    call = kind.method("call") if kind.is_model else None
    if call:
        names = [one.arg for one in call.node.args.args]
        if len(names) > 1:
            call.bind(names[1], frozenset({Tensor(Mask.NONE)}))
        mask = mask_of(run_function(run, call))
        kind.masks.update(() if mask is None else (mask,))


def _see_mask_maker(run: Run, kind: Class) -> None:
    """Note a layer of the user's that computes a mask, as one of Keras' that does."""
    made = kind.methods.get("compute_mask") if kind.is_layer else None
    if made and own_makes_mask(kind) and not isinstance(made.node, ast.Lambda):
        run.findings.builders.add(kind.unit)
        run.findings.sources.add(kind.unit)
        run.findings.see(kind.program, made.node, "keras.layers.Masking", kind.unit)


def _see_class(run: Run, kind: Class) -> None:
    see, node, program = run.findings.see, kind.node, kind.program
    here = Mask.HERE in kind.inputs
    if kind.is_loss:
        see(program, node, "custom loss function")
    if kind.is_layer and own_says_nothing(kind):
        unknown = None in kind.inputs or not kind.inputs
        if here or (unknown and run.findings.can_mask(kind.unit)):
            see(program, node, "keras.layers.Layer", kind.unit)
    if kind.is_model:
        if here or training.has_mask(run, Own(kind)):
            see(program, node, "keras.models.Model")
        for name in ("train_step", "compute_loss"):
            if name in kind.methods:
                made = kind.methods[name].node
                if not isinstance(made, ast.Lambda):
                    see(program, made, f"Model.{name}", Told(frozenset({Own(kind)})))
