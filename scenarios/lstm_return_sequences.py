"""Masking -> LSTM: with return_sequences the mask goes on to the loss; without, it should end.

The loss of a last output has no steps any more. ``batch`` then is the plain mean over samples; a
release in which the mask still reached it would weigh each sample by its valid steps.
"""

import numpy as np

from scenarios.shared import draws, models, reductions

QUESTIONS = {
    "sequences_loss_denominator": {
        "experiment": "sequences",
        "kind": "numeric",
        "title": "What the masked loss of LSTM(return_sequences=True) is divided by",
        "why": "Taggers and forecasters that emit one output a step are trained on this number.",
        "remedy": "See dense_masking.loss_denominator: compare losses within one side only.",
        "answers": ["valid", "total", "mask_ignored"],
        "concerns": ["keras.layers.Masking", "keras.layers.LSTM(return_sequences)"],
    },
    "last_output_mask": {
        "experiment": "last_output",
        "kind": "categorical",
        "title": "Whether a mask comes out of LSTM(return_sequences=False)",
        "why": "The last output has no time axis; a mask that went on would be applied to the "
        "wrong axis of whatever follows.",
        "remedy": "Where it continues, drop it with a Lambda layer or recompute it after the LSTM.",
        "answers": ["stops", "continues"],
        "concerns": ["keras.layers.LSTM"],
    },
    "last_output_loss_denominator": {
        "experiment": "last_output",
        "kind": "numeric",
        "title": "What the loss on the last output of a masked LSTM is divided by",
        "why": "Sequence classifiers expect the plain mean over samples (batch); weighing samples "
        "by their valid steps would favour the long ones.",
        "remedy": "Where it is not `batch`, pass sample weights that undo the weighing.",
        "answers": ["batch", "valid", "total"],
        "concerns": ["keras.layers.LSTM"],
    },
    "seed_program": {
        "experiment": "seed_program",
        "kind": "numeric",
        "title": "The answer's own program: what the loss of LSTM(3) is divided by",
        "why": "The program that was given as proof that padded steps are left out of the mean.",
        "remedy": "See lstm_return_sequences.sequences_loss_denominator.",
        "answers": ["valid", "total", "batch", "sum", "mask_ignored"],
        "concerns": ["keras.layers.Masking", "keras.layers.LSTM(return_sequences)"],
    },
}

UNITS = 5


def draw(rng):
    """Draw mask, inputs, targets for each step, and targets for the last output.

    Targets at masked steps lie far off; the last targets grow with the sample's valid steps, so
    that a mean weighted by them differs from the plain one.
    """
    mask = draws.padding_mask(rng)
    y = rng.uniform(2.0, 4.0, (*mask.shape, UNITS)).astype("float32")
    y[~mask] += 20.0
    last = rng.uniform(2.0, 4.0, (len(mask), UNITS)) * mask.sum(axis=1, keepdims=True)
    return {"mask": mask, "x": draws.padded_inputs(rng, mask), "y": y, "last": last}


def candidates(data, per_step_loss, question="sequences_loss_denominator"):
    """Return what each denominator gives for a loss of shape (batch, timesteps)."""
    return reductions.candidates(QUESTIONS[question]["answers"], per_step_loss, data["mask"])


def last_candidates(data, per_sample_loss):
    """Return what each denominator gives for a loss of shape (batch,)."""
    found = reductions.last_output_candidates(per_sample_loss, data["mask"])
    return {name: found[name] for name in QUESTIONS["last_output_loss_denominator"]["answers"]}


def _model(probe, *, return_sequences):
    masking = probe.get("layers.Masking")(mask_value=0.0)
    return models.stack(
        probe,
        (draws.STEPS, draws.FEATURES),
        [masking, models.lstm(probe, UNITS, return_sequences=return_sequences)],
    )


def sequences(probe):
    """Evaluate an output a step; inputs without padding are the control."""
    model = _model(probe, return_sequences=True)
    model.compile(optimizer=models.sgd(probe), loss="mae")
    for rng in probe.draws():
        data = draw(rng)
        model.set_weights(draws.weights_like(rng, model))
        for x, report in (
            (data["x"], probe.observe),
            (draws.unpadded(data), probe.control("mask_ignored")),
        ):
            per_step = reductions.absolute_error(data["y"], models.predict(probe, model, x))
            loss = models.evaluate(probe, model, x, data["y"])[0]
            report("sequences_loss_denominator", loss, candidates(data, per_step))


def _mask_after(model):
    """Return whether the model's last layer, given a mask, hands one on."""
    masking, layer = model.layers[-2], model.layers[-1]
    mask = masking.compute_mask(masking.input, None)
    after = layer.compute_mask(masking.output, mask)
    return "stops" if after is None else "continues"


def last_output(probe):
    """Ask the layer for its mask, then evaluate the last output.

    Controls: with sequences the mask must go on; and samples weighted by their valid steps (over
    the mean of these, none being 0) must come out as ``valid``.
    """
    last, whole = (_model(probe, return_sequences=sequences) for sequences in (False, True))
    last.compile(optimizer=models.sgd(probe), loss="mae")
    for rng in probe.draws():
        data = draw(rng)
        probe.observe("last_output_mask", _mask_after(last))
        probe.control("continues")("last_output_mask", _mask_after(whole))
        last.set_weights(draws.weights_like(rng, last))
        per_sample = reductions.absolute_error(data["last"], models.predict(probe, last, data["x"]))
        expected = last_candidates(data, per_sample)
        loss = models.evaluate(probe, last, data["x"], data["last"])[0]
        probe.observe("last_output_loss_denominator", loss, expected)
        x = draws.unpadded(data)
        per_sample = reductions.absolute_error(data["last"], models.predict(probe, last, x))
        expected = last_candidates(data, per_sample)
        steps = data["mask"].sum(axis=1)
        loss = models.evaluate(probe, last, x, data["last"], sample_weight=steps / steps.mean())[0]
        probe.control("valid")("last_output_loss_denominator", loss, expected)


def seed_data():
    """Return the data of the answer to seed 2: two samples of five steps, padded in front."""
    x = np.array(
        [[[0, 0], [0, 0], [1, 0], [0, 1], [0, 1]], [[0, 0], [0, 1], [1, 0], [0, 1], [0, 1]]],
        "float32",
    )
    return {"mask": x.any(axis=-1), "x": x, "y": np.ones((2, 5, 3), "float32")}


def seed_program(probe):
    """Evaluate the program of the answer to seed 2, untrained as it is there.

    Positive weights give outputs between 0 and 1, nearer to the targets of 1 than the first masked
    steps, whose output is 0: the mean over all steps differs from that over the valid ones. The
    control has no padding.
    """
    masking = probe.get("layers.Masking")(mask_value=0)
    model = models.stack(
        probe, (5, 2), [masking, models.lstm(probe, 3, return_sequences=True, unroll=False)]
    )
    model.compile(loss="mae", optimizer="adam")
    for rng in probe.draws():
        data = seed_data()
        model.set_weights(draws.weights_like(rng, model, signs=(1,)))
        per_step = reductions.absolute_error(data["y"], models.predict(probe, model, data["x"]))
        loss = models.evaluate(probe, model, data["x"], data["y"])[0]
        probe.observe("seed_program", loss, candidates(data, per_step, "seed_program"))
        unpadded, y, per_step = models.unpadded_control(probe, model, data)
        loss = models.evaluate(probe, model, unpadded, y)[0]
        expected = candidates(data, per_step, "seed_program")
        probe.control("mask_ignored")("seed_program", loss, expected)
