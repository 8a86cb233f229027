"""Models with two outputs: what each one's loss is divided by, and under which names it is logged.

One output is a tag a step, masked; the other has no mask. Or some samples lack an output's label.
The questions, written out, are a quarter of the file; their experiments share its two models.
"""

import numpy as np

from scenarios.shared import draws, models, reductions

QUESTIONS = {
    "masked_output_denominator": {
        "experiment": "masked_output",
        "kind": "numeric",
        "title": "What a masked output's share of the total loss of two outputs is divided by",
        "why": "Where the masked output's loss grows by one over the share of valid steps and the "
        "other's does not, the balance between the two tasks shifts.",
        "remedy": "Scale the masked output's loss_weights by the usual share of valid steps.",
        "answers": ["valid", "total", "batch", "sum", "mask_ignored"],
        "concerns": ["keras.layers.Masking", "Model.compile(loss_weights)"],
    },
    "history_keys": {
        "experiment": "masked_output",
        "kind": "categorical",
        "title": "Whether fit logs the loss of each output next to their sum",
        "why": "Callbacks that monitor `val_NAME_loss` do nothing but warn where the key is gone.",
        "remedy": "Where only the sum is logged, name the loss as a metric of each output and "
        "monitor that.",
        "answers": ["each_output", "sum_only"],
        "concerns": ["keras.callbacks.History", "keras.callbacks.EarlyStopping(monitor)"],
    },
    "logged_output_loss": {
        "experiment": "logged_output_loss",
        "kind": "numeric",
        "title": "What the logged loss of a masked output is divided by, and whether loss_weights "
        "are in it",
        "why": "The logged losses of the outputs are read as parts of the total; whether they add "
        "up to it depends on both.",
        "remedy": "Do not compare `NAME_loss` across the change; recompute it from predictions.",
        "answers": [
            "valid",
            "total",
            "mask_ignored",
            "valid_times_loss_weight",
            "total_times_loss_weight",
            "mask_ignored_times_loss_weight",
        ],
        "concerns": ["keras.callbacks.History", "Model.compile(loss_weights)"],
    },
    "labels_by_name": {
        "experiment": "labels_by_name",
        "kind": "numeric",
        "title": "Whether losses and labels in dicts go to the outputs of their names",
        "why": "Where a release sorts the names and the model does not, each output is trained on "
        "another's labels (`crosswise`): where shapes fit, nothing raises.",
        "remedy": "Where it is `crosswise`, pass lists in the order of the outputs, or name the "
        "outputs in alphabetical order.",
        "answers": ["by_name", "crosswise"],
        "concerns": ["Model.fit(y)", "Model.compile(loss)"],
    },
    "missing_labels_by_weight": {
        "experiment": "missing_labels",
        "kind": "numeric",
        "title": "What the loss of outputs with missing labels (weights of 0 in a dict) is "
        "divided by",
        "why": "Divided by all samples, an output counts the less the fewer labels it has; "
        "divided by those with a label it does not.",
        "remedy": "Where the release raises, pass lists in the order of the outputs. Where it is "
        "`total`, scale each output's weights by the number of samples over the number of its "
        "labels.",
        "answers": ["total", "nonzero_weights", "sum", "unweighted"],
        "concerns": ["Model.fit(sample_weight)", "Model.evaluate(sample_weight)"],
    },
    "missing_labels_by_weight_list": {
        "experiment": "missing_labels_list",
        "kind": "numeric",
        "title": "What the loss of outputs with missing labels (weights of 0 in a list) is "
        "divided by",
        "why": "Labels and weights as lists in the order of the outputs are the other usual form; "
        "one may raise where the other runs.",
        "remedy": "See multi_output.missing_labels_by_weight.",
        "answers": ["total", "nonzero_weights", "sum", "unweighted"],
        "concerns": ["Model.fit(sample_weight)", "Model.evaluate(sample_weight)"],
    },
    "missing_labels_nan": {
        "experiment": "missing_labels_nan",
        "kind": "categorical",
        "title": "Whether a missing label may be nan where its weight is 0",
        "why": "Zero times nan is nan: labels left as nan spoil the loss in spite of their weight.",
        "remedy": "Replace missing labels by any number before training.",
        "answers": ["finite", "nan"],
        "concerns": ["Model.fit(sample_weight)"],
    },
}

OUTPUTS = 2
TAGS_WEIGHT, TEXT_WEIGHT = 3.0, 0.5


def draw(rng):
    """Draw mask, inputs, tags a step (far off where masked) and small targets for the other."""
    mask = draws.padding_mask(rng)
    tags = rng.uniform(6.0, 9.0, (*mask.shape, OUTPUTS)).astype("float32")
    tags[~mask] += 20.0
    other = rng.uniform(0.5, 1.5, (*mask.shape, OUTPUTS)).astype("float32")
    return {"mask": mask, "x": draws.padded_inputs(rng, mask), "tags": tags, "other": other}


def draw_missing(rng):
    """Draw a target for each of two outputs and weights of 0 where it is missing.

    One of six samples lacks the first, three lack the second; missing labels lie far off.
    """
    size = 6
    first, second = np.ones(size), np.ones(size)
    order = rng.permutation(size)
    first[order[:1]] = 0.0
    second[order[2:5]] = 0.0
    data = {"x": rng.uniform(0.5, 1.5, (size, draws.FEATURES)).astype("float32")}
    for name, weights in (("first", first), ("second", second)):
        labels = rng.uniform(4.0, 6.0, (size, OUTPUTS)).astype("float32")
        labels[weights == 0] += 20.0
        data[name] = labels
        data[name + "_weights"] = weights.astype("float32")
    return data


def candidates(data, per_step_loss):
    """Return what each denominator gives for the masked output, (batch, timesteps)."""
    return reductions.candidates(
        QUESTIONS["masked_output_denominator"]["answers"], per_step_loss, data["mask"]
    )


def total_candidates(data, per_step_loss, other_loss):
    """Return the weighted sum of the masked output's loss and the plain mean of the other's."""
    other = TEXT_WEIGHT * float(other_loss.mean())
    found = candidates(data, per_step_loss)
    return {name: TAGS_WEIGHT * value + other for name, value in found.items()}


def logged_candidates(data, per_step_loss):
    """Return what each denominator gives, without and with the output's loss weight."""
    names = ["valid", "total", "mask_ignored"]
    found = reductions.candidates(names, per_step_loss, data["mask"])
    weighted = {name + "_times_loss_weight": TAGS_WEIGHT * found[name] for name in names}
    return dict(found, **weighted)


def missing_candidates(data, first_loss, second_loss):
    """Return the sum over both outputs of each formula, for losses of shape (batch,).

    With weights of 0 and 1 their sum is also the number of those that are not 0; it goes by the
    one name ``nonzero_weights``.
    """
    names = QUESTIONS["missing_labels_by_weight"]["answers"]
    parts = [
        reductions.candidates(names, loss[:, np.newaxis], weights=data[name + "_weights"])
        for name, loss in (("first", first_loss), ("second", second_loss))
    ]
    return {name: sum(part[name] for part in parts) for name in names}


def named_candidates(tags, other, labels_of_tags, labels_of_other):
    """Return the sum of both losses, each output having its own labels or the other's."""
    error = reductions.absolute_error
    by_name = error(labels_of_tags, tags).mean() + error(labels_of_other, other).mean()
    crosswise = error(labels_of_other, tags).mean() + error(labels_of_tags, other).mean()
    return {"by_name": float(by_name), "crosswise": float(crosswise)}


def _two_outputs(probe, **arguments):
    """Return a compiled model with a masked output, ``tags``, and one without, ``other``.

    In this order, which is not that of the alphabet. The learning rate is 0.
    """
    layers = probe.get("layers")
    inputs = layers.Input(shape=(draws.STEPS, draws.FEATURES))
    tags = layers.Dense(OUTPUTS, name="tags")(layers.Masking(mask_value=0.0)(inputs))
    other = layers.Dense(OUTPUTS, name="other")(inputs)
    model = probe.get("models.Model")(inputs, [tags, other])
    model.compile(optimizer=models.sgd(probe, 0.0), **arguments)
    return model


def _weighted_outputs(probe):
    return _two_outputs(probe, loss=["mae", "mae"], loss_weights=[TAGS_WEIGHT, TEXT_WEIGHT])


def _fit(model, x, y):
    """Fit one batch of both outputs; return what was logged."""
    return model.fit(x, y, batch_size=len(x), epochs=1, shuffle=False, verbose=0).history


def _one_output(probe):
    """Return a compiled model of one output and no metric, which logs its loss alone."""
    dense = probe.get("layers.Dense")(OUTPUTS, name="tags")
    model = models.stack(probe, (draws.STEPS, draws.FEATURES), [dense])
    model.compile(optimizer=models.sgd(probe), loss="mae")
    return model


def _keys(history):
    return "keys: " + ", ".join(sorted(history))


def masked_output(probe):
    """Fit at a learning rate of 0; read the total loss and look at the keys.

    The control of the loss is the same model without padding, that of the keys one output.
    """
    model, single = _weighted_outputs(probe), _one_output(probe)
    for rng in probe.draws():
        data = draw(rng)
        model.set_weights(draws.weights_like(rng, model, signs=(1,)))
        for x, report in (
            (data["x"], probe.observe),
            (draws.unpadded(data), probe.control("mask_ignored")),
        ):
            tags, other = models.predict_each(probe, model, x)
            expected = total_candidates(
                data,
                reductions.absolute_error(data["tags"], tags),
                reductions.absolute_error(data["other"], other),
            )
            both = _fit(model, x, [data["tags"], data["other"]])
            report("masked_output_denominator", float(both["loss"][0]), expected)
        alone = single.fit(data["x"], data["tags"], epochs=1, verbose=0).history
        for history, report in ((both, probe.observe), (alone, probe.control("sum_only"))):
            label = "each_output" if "tags_loss" in history else "sum_only"
            report("history_keys", label, note=_keys(history))


def logged_output_loss(probe):
    """Fit at a learning rate of 0 and read the masked output's loss; no padding is the control.

    The control is certain up to the loss weight, a factor of 3, which is read off the number.
    """
    model = _weighted_outputs(probe)
    for rng in probe.draws():
        data = draw(rng)
        model.set_weights(draws.weights_like(rng, model, signs=(1,)))
        said, expected = _logged_tags(probe, model, data["x"], data)
        probe.observe("logged_output_loss", said, expected)
        said, expected = _logged_tags(probe, model, draws.unpadded(data), data)
        weighted = said > 2 * expected["mask_ignored"]
        control = probe.control("mask_ignored" + ("_times_loss_weight" if weighted else ""))
        control("logged_output_loss", said, expected)


def _logged_tags(probe, model, x, data):
    """Return the logged loss of the masked output with its candidates."""
    per_step = reductions.absolute_error(data["tags"], models.predict_each(probe, model, x)[0])
    history = _fit(model, x, [data["tags"], data["other"]])
    if "tags_loss" not in history:
        probe.not_applicable("History.history['NAME_loss']")
    return float(history["tags_loss"][0]), logged_candidates(data, per_step)


def labels_by_name(probe):
    """Fit with dicts; lists in the wrong order are the control.

    The labels lie next to the predictions of their own output, far from those of the other, whose
    bias is larger.
    """
    named = _two_outputs(probe, loss={"tags": "mae", "other": "mae"})
    ordered = _two_outputs(probe, loss=["mae", "mae"])
    for rng in probe.draws():
        x = draws.unpadded(draw(rng))
        weights = draws.weights_like(rng, named, signs=(1,))
        weights[-1] += 5.0
        named.set_weights(weights)
        ordered.set_weights(weights)
        outputs = models.predict_each(probe, named, x)
        tags, other = [(output + 0.1).astype("float32") for output in outputs]
        expected = named_candidates(*outputs, tags, other)
        loss = _fit(named, x, {"tags": tags, "other": other})["loss"][0]
        probe.observe("labels_by_name", float(loss), expected)
        loss = _fit(ordered, x, [other, tags])["loss"][0]
        probe.control("crosswise")("labels_by_name", float(loss), expected)


def _outputs_with_missing_labels(probe, form):
    layers = probe.get("layers")
    inputs = layers.Input(shape=(draws.FEATURES,))
    outputs = [layers.Dense(OUTPUTS, name=name)(inputs) for name in ("first", "second")]
    model = probe.get("models.Model")(inputs, outputs)
    model.compile(optimizer=models.sgd(probe), loss=form(["mae", "mae"]))
    return model


def _as_dict(values):
    return dict(zip(("first", "second"), values))


def _ask_missing(probe, question, form):
    """Evaluate with losses, labels and weights in one form; those of the control are one."""
    model = _outputs_with_missing_labels(probe, form)
    for rng in probe.draws():
        data = draw_missing(rng)
        x, names = data["x"], ("first", "second")
        model.set_weights(draws.weights_like(rng, model, signs=(1,)))
        losses = [
            reductions.absolute_error(data[name], predicted)
            for name, predicted in zip(names, models.predict_each(probe, model, x))
        ]
        expected = missing_candidates(data, *losses)
        y = form([data[name] for name in names])
        weights = form([data[name + "_weights"] for name in names])
        said = models.evaluate(probe, model, x, y, sample_weight=weights)[0]
        probe.observe(question, said, expected)
        ones = form([np.ones_like(data[name + "_weights"]) for name in names])
        said = models.evaluate(probe, model, x, y, sample_weight=ones)[0]
        probe.control("unweighted")(question, said, expected)


def missing_labels(probe):
    """Ask with dicts by the names of the outputs."""
    _ask_missing(probe, "missing_labels_by_weight", _as_dict)


def missing_labels_list(probe):
    """Ask with lists in the order of the outputs."""
    _ask_missing(probe, "missing_labels_by_weight_list", list)


def missing_labels_nan(probe):
    """Evaluate one output whose missing labels are nan under a weight of 0.

    The nan under a weight of 1 is the control.
    """
    model = models.stack(probe, (draws.FEATURES,), [probe.get("layers.Dense")(OUTPUTS)])
    model.compile(optimizer=models.sgd(probe), loss="mae")
    for rng in probe.draws():
        data = draw_missing(rng)
        weights = data["second_weights"]
        y = data["second"].copy()
        y[weights == 0] = np.nan
        for given, report in (
            (weights, probe.observe),
            (np.ones_like(weights), probe.control("nan")),
        ):
            said = models.evaluate(probe, model, data["x"], y, sample_weight=given)[0]
            report("missing_labels_nan", "nan" if np.isnan(said) else "finite")
