"""Encoder LSTM -> RepeatVector -> decoder LSTM -> softmax, categorical cross-entropy (seed 2).

The encoder's last output ends the mask, so the decoder's loss counts padding unless the loss
itself leaves it out, as the seed's remedy does.
"""

import numpy as np

from scenarios.shared import draws, models, reductions

QUESTIONS = {
    "loss_denominator": {
        "experiment": "losses",
        "kind": "numeric",
        "title": "What the loss of a sequence-to-sequence model with a masked encoder is divided "
        "by",
        "why": "The mask ends at the encoder's last output; padding then counts as much as text.",
        "remedy": "Mask in the loss itself, or pass sample weights of shape (batch, timesteps).",
        "answers": ["valid", "total", "mask_ignored"],
        "concerns": ["keras.layers.RepeatVector", "keras.layers.LSTM(return_sequences)"],
    },
    "mask_at_output": {
        "experiment": "losses",
        "kind": "categorical",
        "title": "Whether the encoder's mask reaches the decoder's loss",
        "why": "If it stops, labels at padded steps are trained on.",
        "remedy": "Mask in the loss itself, or pass sample weights of shape (batch, timesteps).",
        "answers": ["stops", "continues"],
        "concerns": ["keras.layers.RepeatVector", "keras.layers.LSTM(return_sequences)"],
    },
    "custom_loss_denominator": {
        "experiment": "losses",
        "kind": "numeric",
        "title": "What a custom loss that masks by its labels is divided by",
        "why": "The usual remedy: leave out steps whose label is padding and divide by the number "
        "of the others. A release that rescaled the scalar it returns would undo it.",
        "remedy": "Where it is not `valid`, divide in the loss and compile a model without a mask.",
        "answers": ["valid", "total", "mask_ignored"],
        "concerns": ["custom loss function"],
    },
    "custom_loss_as_written": {
        "experiment": "custom_loss_as_written",
        "kind": "categorical",
        "title": "Whether that custom loss still runs as it was written in 2017",
        "why": "It calls the functions of keras.backend, many of which are gone from Keras 3.",
        "remedy": "Port the calls to tf.* or keras.ops.",
        "answers": ["runs"],
        "concerns": ["keras.backend"],
    },
    "seed_program": {
        "experiment": "seed_program",
        "kind": "numeric",
        "title": "The question's own program: what its evaluated loss is divided by",
        "why": "The program that raised the question, on its two sequences of five characters.",
        "remedy": "See seq2seq_categorical_crossentropy.loss_denominator.",
        "answers": ["valid", "total", "batch", "sum", "mask_ignored"],
        "concerns": ["keras.layers.RepeatVector"],
    },
}

PAD = np.array([0.0, 0.0, 1.0], "float32")
"""The one-hot label of padding; the classes are two characters and the placeholder."""


def draw(rng):
    """Draw a mask, one-hot inputs (zeros where masked) and labels (the placeholder there)."""
    mask = draws.padding_mask(rng)
    x, y = (np.eye(3, dtype="float32")[rng.randint(2, size=mask.shape)] for _ in range(2))
    x[~mask] = 0.0
    y[~mask] = PAD
    return {"mask": mask, "x": x, "y": y}


def candidates(data, per_step_loss, question="loss_denominator"):
    """Return what each denominator gives for a loss of shape (batch, timesteps)."""
    return reductions.candidates(QUESTIONS[question]["answers"], per_step_loss, data["mask"])


def _seq2seq(probe, steps, units, *, unroll=True):
    layers = probe.get("layers")
    return models.stack(
        probe,
        (steps, len(PAD)),
        [
            layers.Masking(mask_value=0),
            models.lstm(probe, units, return_sequences=False, unroll=unroll),
            layers.RepeatVector(steps),
            models.lstm(probe, units, return_sequences=True, unroll=unroll),
            layers.Dense(len(PAD), activation="softmax"),
        ],
    )


def _tagger(probe, steps):
    """Return the control: one layer that keeps the time axis, so that the mask reaches the loss."""
    layers = probe.get("layers")
    softmax = layers.Dense(len(PAD), activation="softmax")
    return models.stack(probe, (steps, len(PAD)), [layers.Masking(mask_value=0), softmax])


def _unlikely_padding(rng, model):
    """Draw weights under which the placeholder is improbable, so that its loss stands out."""
    weights = draws.weights_like(rng, model)
    weights[-1] = np.array([0.5, -0.5, -3.0], "float32")
    return weights


def _masks_by_label(probe):
    """Return the seed's remedy with today's calls, which every release has."""
    tf, crossentropy = probe.tf, probe.get("losses.categorical_crossentropy")

    def masked_categorical_crossentropy(y_true, y_pred):
        padding = tf.reduce_all(tf.equal(y_true, tf.constant(PAD)), axis=-1)
        mask = 1 - tf.cast(padding, "float32")
        return tf.reduce_sum(crossentropy(y_true, y_pred) * mask) / tf.reduce_sum(mask)

    return masked_categorical_crossentropy


def _mask_at_loss(probe, model, data):
    """Say whether other labels at masked steps leave the loss as it is."""
    other = data["y"].copy()
    other[~data["mask"]] = [1.0, 0.0, 0.0]
    losses = [models.evaluate(probe, model, data["x"], y)[0] for y in (data["y"], other)]
    return "stops" if models.moved(*losses) else "continues"


def losses(probe):
    """Evaluate the plain loss and the remedy; each is the other's control."""
    plain, custom = (_seq2seq(probe, draws.STEPS, 5) for _ in range(2))
    tagger = _tagger(probe, draws.STEPS)
    for model in (plain, tagger):
        model.compile(optimizer=models.sgd(probe), loss="categorical_crossentropy")
    custom.compile(optimizer=models.sgd(probe), loss=_masks_by_label(probe))
    for rng in probe.draws():
        data = draw(rng)
        plain.set_weights(_unlikely_padding(rng, plain))
        custom.set_weights(plain.get_weights())
        tagger.set_weights(_unlikely_padding(rng, tagger))
        y_pred = models.predict(probe, plain, data["x"])
        expected = candidates(data, reductions.categorical_crossentropy(data["y"], y_pred))
        of_plain = models.evaluate(probe, plain, data["x"], data["y"])[0]
        of_custom = models.evaluate(probe, custom, data["x"], data["y"])[0]
        probe.observe("loss_denominator", of_plain, expected)
        probe.control("valid")("loss_denominator", of_custom, expected)
        probe.observe("custom_loss_denominator", of_custom, expected)
        probe.control("mask_ignored")("custom_loss_denominator", of_plain, expected)
        probe.observe("mask_at_output", _mask_at_loss(probe, plain, data))
        probe.control("continues")("mask_at_output", _mask_at_loss(probe, tagger, data))


def custom_loss_as_written(probe):
    """Train one epoch with the seed's remedy, spelled as the seed spells it.

    Any model with a softmax serves: what the loss calls is asked, not what feeds it.
    """
    backend = probe.get("backend")

    def get_loss(mask_value):
        mask_value = backend.variable(mask_value)

        def masked_categorical_crossentropy(y_true, y_pred):
            mask = backend.all(backend.equal(y_true, mask_value), axis=-1)
            mask = 1 - backend.cast(mask, backend.floatx())
            loss = backend.categorical_crossentropy(y_true, y_pred) * mask
            return backend.sum(loss) / backend.sum(mask)

        return masked_categorical_crossentropy

    dense = probe.get("layers.Dense")(len(PAD), activation="softmax")
    model = models.stack(probe, (draws.STEPS, len(PAD)), [dense])
    model.compile(loss=get_loss(PAD), optimizer="adam")
    for rng in probe.draws():
        data = draw(rng)
        models.train(probe, model, data["x"], data["y"])
        probe.observe("custom_loss_as_written", "runs")


def seed_data():
    """Return the data of seed 2: '##abb' and '#babb', whose placeholders are the masked steps."""
    x = np.array(
        [
            [[0, 0, 0], [0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0]],
            [[0, 0, 0], [0, 1, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0]],
        ],
        "float32",
    )
    mask = x.any(axis=-1)
    y = x.copy()
    y[~mask] = PAD
    return {"mask": mask, "x": x, "y": y}


def seed_program(probe):
    """Evaluate the program of seed 2, untrained as it is there.

    The control has no padding, and labels of no class at the steps that are masked elsewhere: they
    cost nothing, so that the mean over all steps is ``total``.
    """
    model = _seq2seq(probe, 5, 10, unroll=False)
    model.compile(loss="categorical_crossentropy", optimizer="adam")
    for rng in probe.draws():
        data = seed_data()
        model.set_weights(_unlikely_padding(rng, model))
        unlabelled = data["y"] * data["mask"][..., np.newaxis]
        for x, y, report in (
            (data["x"], data["y"], probe.observe),
            (draws.unpadded(data), unlabelled, probe.control("total")),
        ):
            y_pred = models.predict(probe, model, x)
            per_step = reductions.categorical_crossentropy(data["y"], y_pred)
            said = models.evaluate(probe, model, x, y)[0]
            report("seed_program", said, candidates(data, per_step, "seed_program"))
