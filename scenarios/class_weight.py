"""What class_weight does besides weighing the classes of one label a sample.

The loss that fit logs for its only batch tells which weights it was computed with. No weight is 0
and all of them, multiplied or not, have a mean of 1, so that every release divides by the number of
losses: only the numerator tells.
"""

import numpy as np

from scenarios.shared import draws, models, reductions

QUESTIONS = {
    "with_sample_weight": {
        "experiment": "with_sample_weight",
        "kind": "numeric",
        "title": "What becomes of class_weight where sample_weight is given, too",
        "why": "Where one of them is dropped, the classes (or the samples) are no longer balanced, "
        "and nothing says so.",
        "remedy": "Multiply the class weights into the sample weights yourself and pass only "
        "these.",
        "answers": [
            "multiplied",
            "class_weight_ignored",
            "sample_weight_ignored",
            "both_ignored",
        ],
        "concerns": ["Model.fit(class_weight)", "Model.fit(sample_weight)"],
    },
    "sequence_targets": {
        "experiment": "sequence_targets",
        "kind": "numeric",
        "title": "What class_weight does with one-hot labels at each step of a sequence",
        "why": "Each step has a class of its own; a release that looks only at the sample, or not "
        "at all, trains a tagger on unbalanced classes.",
        "remedy": "Look the weights up yourself and pass them as sample weights of shape (batch, "
        "timesteps).",
        "answers": ["per_step", "ignored"],
        "concerns": ["Model.fit(class_weight)"],
    },
    "integer_sequence_labels": {
        "experiment": "integer_sequence_labels",
        "kind": "numeric",
        "title": "What class_weight does with integer labels of shape (batch, timesteps)",
        "why": "Two dimensions look like one-hot labels: the position of a sample's largest label "
        "is then taken for its class, and nothing raises.",
        "remedy": "Look the weights up yourself and pass them as sample weights of shape (batch, "
        "timesteps).",
        "answers": ["per_step", "ignored", "argmax_as_one_hot"],
        "concerns": ["Model.fit(class_weight)", "keras.losses.sparse_categorical_crossentropy"],
    },
    "integer_square_labels": {
        "experiment": "integer_square_labels",
        "kind": "numeric",
        "title": "What class_weight does with integer labels of shape (batch, timesteps) when "
        "batch size and timesteps are equal",
        "why": "A release that raises for other shapes runs for this one, and may apply what it "
        "took for the samples' weights along the time axis.",
        "remedy": "Look the weights up yourself and pass them as sample weights of shape (batch, "
        "timesteps).",
        "answers": ["per_step", "ignored", "argmax_as_one_hot", "argmax_along_time"],
        "concerns": ["Model.fit(class_weight)", "keras.losses.sparse_categorical_crossentropy"],
    },
    "integer_column_labels": {
        "experiment": "integer_column_labels",
        "kind": "numeric",
        "title": "What class_weight does with integer labels of shape (batch, timesteps, 1)",
        "why": "The other spelling of the same labels, and the only one that old releases take.",
        "remedy": "Look the weights up yourself and pass them as sample weights of shape (batch, "
        "timesteps).",
        "answers": ["per_step", "ignored"],
        "concerns": ["Model.fit(class_weight)", "keras.losses.sparse_categorical_crossentropy"],
    },
}

CLASS_WEIGHTS = {0: 0.3, 1: 1.0, 2: 1.7}
ONES = dict.fromkeys(CLASS_WEIGHTS, 1.0)
CLASSES = len(CLASS_WEIGHTS)
BIAS = [2.0, 1.5, -2.0]
"""The bias of the last layer: the larger a class's weight, the greater its loss.

Losses of about 0.5, 1.0 and 4.5; next to the bias the kernel is small.
"""


def draw(rng):
    """Draw one label a sample, two samples a class, and sample weights, by class 0.3, 2.4, 0.3."""
    order = rng.permutation(6)
    return {
        "x": rng.uniform(0.5, 1.5, (6, draws.FEATURES)).astype("float32"),
        "labels": np.array([0, 0, 1, 1, 2, 2])[order],
        "weights": np.array([0.2, 0.4, 1.8, 3.0, 0.1, 0.5])[order],
    }


def draw_sequences(rng):
    """Draw a label for each step, as many 0 as 2.

    The first 2 stands at position 0, 2, 1 or 1: taken for one-hot, a sample is of that class.
    """
    labels = np.array(
        [
            [2, 0, 0, 0, 0, 1, 1],
            [0, 1, 2, 2, 2, 2, 2],
            [1, 2, 0, 1, 0, 1, 2],
            [0, 2, 0, 1, 1, 1, 1],
        ]
    )
    return {
        "x": rng.uniform(0.5, 1.5, (*labels.shape, draws.FEATURES)).astype("float32"),
        "labels": labels[rng.permutation(len(labels))],
    }


def draw_square(rng):
    """Draw as many steps as samples, otherwise as for :func:`draw_sequences`.

    The order of the samples is fixed: in another, an axis might make no difference.
    """
    labels = np.array([[0, 1, 2, 2], [2, 0, 0, 0], [1, 2, 1, 2], [0, 2, 0, 1]])
    x = rng.uniform(0.5, 1.5, (*labels.shape, draws.FEATURES)).astype("float32")
    return {"x": x, "labels": labels}


def class_weights(labels):
    """Return the weight of each label's class."""
    return np.array([CLASS_WEIGHTS[label] for label in range(CLASSES)])[labels]


def candidates(data, per_sample_loss):
    """Return the mean loss under each, both and none of the weights of one label a sample."""
    by_class, by_sample = class_weights(data["labels"]), data["weights"]
    return {
        "multiplied": float((per_sample_loss * by_class * by_sample).mean()),
        "class_weight_ignored": float((per_sample_loss * by_sample).mean()),
        "sample_weight_ignored": float((per_sample_loss * by_class).mean()),
        "both_ignored": float(per_sample_loss.mean()),
    }


def sequence_candidates(data, per_step_loss, question="integer_sequence_labels"):
    """Return the mean loss with the weights of each step's class, or of what is taken for one."""
    by_position = class_weights(data["labels"].argmax(axis=1))
    expected = {
        "per_step": (per_step_loss * class_weights(data["labels"])).mean(),
        "ignored": per_step_loss.mean(),
        "argmax_as_one_hot": (per_step_loss * by_position[:, np.newaxis]).mean(),
    }
    if per_step_loss.shape[0] == per_step_loss.shape[1]:
        expected["argmax_along_time"] = (per_step_loss * by_position).mean()
    return {name: float(expected[name]) for name in QUESTIONS[question]["answers"]}


def _compiled(probe, shape, loss):
    dense = probe.get("layers.Dense")(CLASSES, activation="softmax")
    model = models.stack(probe, shape, [dense])
    model.compile(optimizer=models.sgd(probe), loss=loss)
    return model


def _weights(rng, model):
    kernel = draws.weights_like(rng, model, scale=0.05)[0]
    return [kernel, np.array(BIAS, "float32")]


def _crossentropy(probe, model, data):
    """Return the loss of each label under the release's own predictions."""
    one_hot = np.eye(CLASSES)[data["labels"]]
    return reductions.categorical_crossentropy(one_hot, models.predict(probe, model, data["x"]))


def with_sample_weight(probe):
    """Fit with both; the control has the sample weights only."""
    model = _compiled(probe, (draws.FEATURES,), "categorical_crossentropy")
    for rng in probe.draws():
        data = draw(rng)
        x, y, by_sample = data["x"], np.eye(CLASSES)[data["labels"]], data["weights"]
        weights = _weights(rng, model)
        model.set_weights(weights)
        expected = candidates(data, _crossentropy(probe, model, data))
        loss = models.train(
            probe, model, x, y, sample_weight=by_sample, class_weight=CLASS_WEIGHTS
        )[0]
        probe.observe("with_sample_weight", loss, expected)
        model.set_weights(weights)
        loss = models.train(probe, model, x, y, sample_weight=by_sample)[0]
        probe.control("class_weight_ignored")("with_sample_weight", loss, expected)


def _ask(probe, question, loss, encode, draw_data=draw_sequences):
    """Fit sequences with class weights; those of the control are one."""
    model = _compiled(probe, (None, draws.FEATURES), loss)
    for rng in probe.draws():
        data = draw_data(rng)
        x, y = data["x"], encode(data["labels"])
        weights = _weights(rng, model)
        model.set_weights(weights)
        expected = sequence_candidates(data, _crossentropy(probe, model, data), question)
        plain = models.train(probe, model, x, y, class_weight=ONES)[0]
        probe.control("ignored")(question, plain, expected)
        model.set_weights(weights)
        weighted = models.train(probe, model, x, y, class_weight=CLASS_WEIGHTS)[0]
        probe.observe(question, weighted, expected)


def sequence_targets(probe):
    """Ask one-hot labels of shape (batch, timesteps, classes)."""
    _ask(probe, "sequence_targets", "categorical_crossentropy", lambda labels: np.eye(3)[labels])


def integer_sequence_labels(probe):
    """Ask integer labels of shape (batch, timesteps)."""
    _ask(probe, "integer_sequence_labels", "sparse_categorical_crossentropy", np.asarray)


def integer_square_labels(probe):
    """Ask integer labels of shape (batch, timesteps), both the same."""
    _ask(
        probe,
        "integer_square_labels",
        "sparse_categorical_crossentropy",
        np.asarray,
        draw_square,
    )


def integer_column_labels(probe):
    """Ask integer labels of shape (batch, timesteps, 1)."""
    _ask(
        probe,
        "integer_column_labels",
        "sparse_categorical_crossentropy",
        lambda labels: labels[..., np.newaxis],
    )
