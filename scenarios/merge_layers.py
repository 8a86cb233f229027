"""Two masked branches -> a layer that merges them -> loss: which mask the merged steps have.

Judged by the loss alone: if labels at masked steps can be changed without moving it, the mask got
there. Both branches have the same steps; where their masks differ, a step may be kept by one only.
"""

import warnings

import numpy as np

from scenarios.shared import draws, models

QUESTIONS = {
    "add_both_masked": {
        "experiment": "add_both_masked",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through Add, both inputs having the same one",
        "why": "Residual connections add a block's output to its input, both with the same mask.",
        "remedy": "Where it is lost, pass sample weights of 0 for the padded steps.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Add", "keras.layers.add"],
    },
    "add_one_masked": {
        "experiment": "add_one_masked",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through Add, only one input having one",
        "why": "Adding what has no mask, as a position embedding, can unmask padding.",
        "remedy": "Where it is lost, give the other input the same mask, or pass sample weights of "
        "0 for the padded steps.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Add", "keras.layers.add"],
    },
    "concatenate": {
        "experiment": "concatenate",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through Concatenate of features, both inputs "
        "having the same one",
        "why": "Features of one step from several encoders are commonly joined before the head.",
        "remedy": "Where it is lost, pass sample weights of 0 for the padded steps.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Concatenate", "keras.layers.concatenate"],
    },
    "concatenate_different_masks": {
        "experiment": "concatenate_different_masks",
        "kind": "categorical",
        "title": "Which steps Concatenate of features keeps where its inputs have different masks",
        "why": "Kept where both inputs keep it (and) or where either does (or): the steps that "
        "count in the loss differ.",
        "remedy": "Make the mask of one input before the merge, or pass sample weights that say "
        "which steps count.",
        "answers": ["and", "or", "lost", "first", "second"],
        "concerns": ["keras.layers.Concatenate", "keras.layers.concatenate"],
    },
    "overlap": {
        "experiment": "overlap",
        "kind": "categorical",
        "title": "Which steps Add keeps where its inputs have different masks",
        "why": "Kept where both inputs keep it (and) or where either does (or): the steps that "
        "count in the loss differ.",
        "remedy": "Make the mask of one input before the merge, or pass sample weights that say "
        "which steps count.",
        "answers": ["and", "or", "lost", "first", "second"],
        "concerns": ["keras.layers.Add", "keras.layers.add"],
    },
    "multiply_values": {
        "experiment": "multiply_values",
        "kind": "numeric",
        "title": "What Multiply gives at a step that one of its inputs has masked",
        "why": "A gate that is masked closes the step (its values are 0), unless the masked "
        "factor is left out of the product: then the other input passes unchanged.",
        "remedy": "To be sure of the product, multiply in a layer of your own.",
        "answers": ["product", "masked_factor_dropped"],
        "concerns": ["keras.layers.Multiply", "keras.layers.multiply"],
    },
}


def draw(rng):
    """Draw two masks and the inputs they mask; some steps are masked by both, some by one only.

    The second mask is the first with one masked step kept, in the sample that is padded most, and
    one kept step masked, in the sample that is not padded: no kind of step is missing.
    """
    first = draws.padding_mask(rng)
    second = first.copy()
    padded, whole = first.sum(axis=1).argmin(), first.sum(axis=1).argmax()
    second[padded, rng.choice(np.flatnonzero(~first[padded]))] = True
    second[whole, rng.randint(first.shape[1])] = False
    return {
        "first_mask": first,
        "second_mask": second,
        "first": draws.padded_inputs(rng, first),
        "second": draws.padded_inputs(rng, second),
    }


def labels(rng, mask, features):
    """Draw labels of a step far above every prediction."""
    return rng.uniform(6.0, 9.0, (*mask.shape, features)).astype("float32")


def changed(y, steps):
    """Return the labels changed at ``steps`` by so much that feeling them shows."""
    y = y.copy()
    y[steps] += 1000.0
    return y


def product_draw(rng):
    """Draw inputs whose masks do not overlap, so that one factor is left at each step."""
    mask = draws.padding_mask(rng)
    front = np.arange(draws.STEPS) < draws.STEPS // 2
    return {
        "first": draws.padded_inputs(rng, mask | front),
        "second": draws.padded_inputs(rng, mask | ~front),
    }


def product_candidates(data):
    """Return the sum over all outputs of the product, and with zeroed steps out of it."""
    first, second = data["first"].astype("float64"), data["second"].astype("float64")
    dropped = np.where(first == 0, second, np.where(second == 0, first, first * second))
    return {
        "product": float((first * second).sum()),
        "masked_factor_dropped": float(dropped.sum()),
    }


def _model(probe, merge, masked=(True, True)):
    layers = probe.get("layers")
    inputs = [layers.Input(shape=(draws.STEPS, draws.FEATURES)) for _ in masked]
    branches = [
        layers.Masking(mask_value=0.0)(branch) if keep else branch
        for branch, keep in zip(inputs, masked)
    ]
    return probe.get("models.Model")(inputs, merge(branches))


def _felt(probe, model, data, y, steps):
    """Say of each set of steps whether the loss feels their labels."""
    x = [data["first"], data["second"]]
    loss = models.evaluated_loss(probe, model, x, y)
    return tuple(
        models.moved(loss, models.evaluated_loss(probe, model, x, changed(y, chosen)))
        for chosen in steps
    )


def _reaches(probe, question, merge, features, masked=(True, True)):
    """Ask whether the first input's mask comes through; the second has the same one or none.

    Control: labels at kept steps must be felt, as if there were no mask.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = _model(probe, merge, masked)
        model.compile(optimizer=models.sgd(probe), loss="mae")
        for rng in probe.draws():
            data = draw(rng)
            mask = data["first_mask"]
            data["second"] = draws.padded_inputs(rng, mask)
            y = labels(rng, mask, features)
            felt, control = _felt(probe, model, data, y, [~mask, mask])
            warned = [str(w.message) for w in caught if "mask" in str(w.message).lower()]
            lost = "lost_with_warning" if warned else "lost"
            note = "".join(warned[:1])
            probe.observe(question, lost if felt else "reaches", note=note)
            probe.control("lost")(question, "lost" if control else "reaches")


# Whether labels are felt where only the first input, only the second, or both mask the step.
MEANINGS = {
    (False, False, False): "and",
    (True, True, False): "or",
    (True, True, True): "lost",
    (False, True, False): "first",
    (True, False, False): "second",
}


def _combined(probe, question, merge, features):
    """Ask which steps count where the masks differ.

    Control: of the steps that both inputs keep, all count, as if there were no mask.
    """
    model = _model(probe, merge)
    model.compile(optimizer=models.sgd(probe), loss="mae")
    for rng in probe.draws():
        data = draw(rng)
        first, second = data["first_mask"], data["second_mask"]
        y = labels(rng, first, features)
        steps = [~first & second, first & ~second, ~first & ~second]
        felt = _felt(probe, model, data, y, [*steps, first & second])
        probe.observe(question, MEANINGS.get(felt[:3], "neither"))
        probe.control("lost")(question, MEANINGS.get(felt[3:] * 3, "neither"))


def add_both_masked(probe):
    """Ask Add of two inputs with the same mask."""
    _reaches(probe, "add_both_masked", probe.get("layers.Add")(), draws.FEATURES)


def add_one_masked(probe):
    """Ask Add of an input with a mask and one without."""
    layer = probe.get("layers.Add")()
    _reaches(probe, "add_one_masked", layer, draws.FEATURES, masked=(True, False))


def concatenate(probe):
    """Ask Concatenate of two inputs with the same mask."""
    _reaches(probe, "concatenate", probe.get("layers.Concatenate")(), 2 * draws.FEATURES)


def concatenate_different_masks(probe):
    """Ask Concatenate of two inputs with different masks."""
    layer = probe.get("layers.Concatenate")()
    _combined(probe, "concatenate_different_masks", layer, 2 * draws.FEATURES)


def overlap(probe):
    """Ask Add of two inputs with different masks."""
    _combined(probe, "overlap", probe.get("layers.Add")(), draws.FEATURES)


def multiply_values(probe):
    """Predict with each step masked by one input at most; unmasked zeros are the control."""
    layer = probe.get("layers.Multiply")
    masked, unmasked = (_model(probe, layer(), (keep, keep)) for keep in (True, False))
    for rng in probe.draws():
        data = product_draw(rng)
        expected = product_candidates(data)
        for model, report in ((masked, probe.observe), (unmasked, probe.control("product"))):
            outputs = model.predict(
                [data["first"], data["second"]], batch_size=draws.BATCH, verbose=0
            )
            report("multiply_values", float(np.sum(outputs, dtype="float64")), expected)
