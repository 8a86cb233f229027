"""(Masking ->) Dense on sequences: what the loss is divided by under weights of each shape."""

import numpy as np

from scenarios.shared import draws, models, reductions

QUESTIONS = {
    "per_sample_on_sequence": {
        "experiment": "per_sample_on_sequence",
        "kind": "numeric",
        "title": "What the loss over a sequence is divided by under weights of shape (batch,)",
        "why": "Divided by the number of steps, the loss shrinks with the weights; divided by "
        "their sum, or by the steps whose weight is not zero, it does not.",
        "remedy": "Normalise the weights to a mean of 1 for a loss that is alike everywhere; where "
        "the release raises, pass them in shape (batch, 1) or (batch, timesteps).",
        "answers": ["total", "sum_of_weights", "nonzero_weights", "batch", "sum", "unweighted"],
        "concerns": ["Model.fit(sample_weight)", "Model.evaluate(sample_weight)"],
    },
    "square_batch_axis": {
        "experiment": "square_batch_axis",
        "kind": "numeric",
        "title": "Along which axis weights of shape (batch,) are applied when batch size and "
        "timesteps are equal",
        "why": "Taken along the time axis, each sample's weight lands on one step of every sample: "
        "nothing raises and the model trains on something else.",
        "remedy": "Pass the weights in shape (batch, 1) or (batch, timesteps).",
        "answers": ["samples", "timesteps"],
        "concerns": ["Model.fit(sample_weight)", "Model.fit(class_weight)"],
    },
    "column_vector": {
        "experiment": "column_vector",
        "kind": "numeric",
        "title": "What the loss over a sequence is divided by under weights of shape (batch, 1)",
        "why": "The shape that says which axis is meant: the remedy where weights of shape "
        "(batch,) raise or land on the time axis.",
        "remedy": "Where the release raises, pass weights of shape (batch,), or repeat them to "
        "(batch, timesteps).",
        "answers": ["total", "sum_of_weights", "nonzero_weights", "batch", "sum", "unweighted"],
        "concerns": ["Model.fit(sample_weight)", "Model.evaluate(sample_weight)"],
    },
    "temporal": {
        "experiment": "temporal",
        "kind": "numeric",
        "title": "What the loss is divided by under weights of shape (batch, timesteps)",
        "why": "Weights of 0 and 1 are the usual substitute for a mask; whether they also shrink "
        "the loss depends on its denominator.",
        "remedy": "Normalise the weights to a mean of 1 for a loss that is alike everywhere.",
        "answers": ["total", "sum_of_weights", "nonzero_weights", "batch", "sum", "unweighted"],
        "concerns": ["Model.fit(sample_weight)", "Model.compile(sample_weight_mode)"],
    },
    "mask_and_per_sample": {
        "experiment": "mask_and_per_sample",
        "kind": "numeric",
        "title": "What a masked loss is divided by under weights of shape (batch,)",
        "why": "Two denominators meet: that of the mask and that of the weights. A release that "
        "multiplies one into the other changes the scale of the loss for both.",
        "remedy": "Multiply mask and weights yourself, pass them in shape (batch, timesteps), and "
        "compile a model without a mask.",
        "answers": [
            "valid",
            "total",
            "sum_of_weights",
            "sum_of_all_weights",
            "nonzero_weights",
            "valid_and_nonzero_weights",
            "batch",
            "sum",
            "mask_ignored",
            "unweighted",
        ],
        "concerns": ["Model.fit(sample_weight)", "keras.layers.Masking"],
    },
    "mask_and_temporal": {
        "experiment": "mask_and_temporal",
        "kind": "numeric",
        "title": "What a masked loss is divided by under weights of shape (batch, timesteps)",
        "why": "Two denominators meet: that of the mask and that of the weights. A release that "
        "multiplies one into the other changes the scale of the loss for both.",
        "remedy": "Multiply mask and weights yourself and compile a model without a mask.",
        "answers": [
            "valid",
            "total",
            "sum_of_weights",
            "sum_of_all_weights",
            "nonzero_weights",
            "valid_and_nonzero_weights",
            "batch",
            "sum",
            "mask_ignored",
            "unweighted",
        ],
        "concerns": [
            "Model.fit(sample_weight)",
            "Model.compile(sample_weight_mode)",
            "keras.layers.Masking",
        ],
    },
}

OUTPUTS = 2
SQUARE = 5
WEIGHTS = [0.0, 0.2, 0.6, 1.5]


def draw(rng):
    """Draw weights of shape (batch,) with a zero among them; nothing is masked."""
    weights = rng.permutation(WEIGHTS)
    return draws.planned(rng, np.ones((draws.BATCH, draws.STEPS), bool), weights, slope=2)


def draw_temporal(rng):
    """Draw weights of shape (batch, timesteps), a quarter of them zero; nothing is masked."""
    weights = rng.permutation(WEIGHTS * draws.STEPS).reshape(draws.BATCH, draws.STEPS)
    return draws.planned(rng, np.ones(weights.shape, bool), weights, slope=2)


def draw_square(rng):
    """Draw as many samples as timesteps, with a different weight for each.

    None is zero and their mean is 1, so that all denominators agree and only the axis tells.
    """
    weights = rng.permutation(np.linspace(0.2, 1.8, SQUARE))
    return draws.planned(rng, np.ones((SQUARE, SQUARE), bool), weights, slope=2)


def draw_masked(rng):
    """Draw a mask and weights of shape (batch,) that go with how many steps it leaves.

    So every denominator is the same in every draw: 22 valid steps of 28, whose weights sum to
    14.0 of 16.1, and 21 steps whose weight is not 0.
    """
    mask = draws.padding_mask(rng)
    weights = np.array([0.6, 1.5, 0.0, 0.2])[draws.STEPS - mask.sum(axis=1)]
    return draws.planned(rng, mask, weights)


def draw_masked_temporal(rng):
    """Draw a mask and weights of shape (batch, timesteps), the same always on masked steps."""
    mask = draws.padding_mask(rng)
    return draws.planned(rng, mask, draws.weights_under_mask(rng, mask))


def candidates(data, per_step_loss, question="temporal"):
    """Return what each denominator gives for a loss of shape (batch, timesteps)."""
    return reductions.candidates(
        QUESTIONS[question]["answers"], per_step_loss, data["mask"], data["weights"]
    )


def _compiled(probe, *, steps=draws.STEPS, masked=False, temporal=False):
    layers = probe.get("layers")
    masking = [layers.Masking(mask_value=0.0)] if masked else []
    model = models.stack(probe, (steps, draws.FEATURES), [*masking, layers.Dense(OUTPUTS)])
    models.compile_for_weights(probe, model, temporal, optimizer=models.sgd(probe), loss="mae")
    return model


def _ask(probe, question, draw_data, *, masked=False, temporal=False, column=False):
    """Evaluate with the weights.

    The control has weights of one. Without a mask it has to come out as ``unweighted``; with one,
    its inputs have no padding and its targets have the weights folded in, so that it is the mean
    over all steps, those included that are masked elsewhere.
    """
    model = _compiled(probe, masked=masked, temporal=temporal)
    for rng in probe.draws():
        data = draw_data(rng)
        x, weights = data["x"], data["weights"]
        model.set_weights(draws.weights_like(rng, model))
        y_pred = models.predict(probe, model, x)
        y = draws.targets(data, y_pred)
        expected = candidates(data, reductions.absolute_error(y, y_pred), question)
        given = weights[:, np.newaxis] if column else weights
        loss = models.evaluate(probe, model, x, y, sample_weight=given)[0]
        probe.observe(question, loss, expected)
        if masked:
            x = data["unpadded"]
            steps = weights.reshape(len(weights), -1)
            folded = dict(data, loss=data["loss"] * steps)
            y = draws.targets(folded, models.predict(probe, model, x))
        loss = models.evaluate(probe, model, x, y, sample_weight=np.ones_like(given))[0]
        certain = "mask_ignored" if masked else "unweighted"
        probe.control(certain)(question, loss, expected)


def per_sample_on_sequence(probe):
    """Ask weights of shape (batch,)."""
    _ask(probe, "per_sample_on_sequence", draw)


def column_vector(probe):
    """Ask weights of shape (batch, 1)."""
    _ask(probe, "column_vector", draw, column=True)


def temporal(probe):
    """Ask weights of shape (batch, timesteps)."""
    _ask(probe, "temporal", draw_temporal, temporal=True)


def mask_and_per_sample(probe):
    """Ask weights of shape (batch,) on a masked model."""
    _ask(probe, "mask_and_per_sample", draw_masked, masked=True)


def mask_and_temporal(probe):
    """Ask weights of shape (batch, timesteps) on a masked model."""
    _ask(probe, "mask_and_temporal", draw_masked_temporal, masked=True, temporal=True)


def square_batch_axis(probe):
    """Evaluate with one weight a sample.

    The control has weights of one, and the other axis folded into its targets.
    """
    model = _compiled(probe, steps=SQUARE)
    for rng in probe.draws():
        data = draw_square(rng)
        x, weights = data["x"], data["weights"]
        model.set_weights(draws.weights_like(rng, model))
        y_pred = models.predict(probe, model, x)
        y = draws.targets(data, y_pred)
        expected = reductions.along_axes(reductions.absolute_error(y, y_pred), weights)
        loss = models.evaluate(probe, model, x, y, sample_weight=weights)[0]
        probe.observe("square_batch_axis", loss, expected)
        along_time = draws.targets(dict(data, loss=data["loss"] * weights), y_pred)
        loss = models.evaluate(probe, model, x, along_time, sample_weight=np.ones_like(weights))[0]
        probe.control("timesteps")("square_batch_axis", loss, expected)
