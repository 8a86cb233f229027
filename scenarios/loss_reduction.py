"""Masking -> Dense: the denominator of a loss by how it is spelled, and by what it asks for.

A name, a function of one's own and a loss object went different ways through some releases; an
object's ``reduction`` argument asks for a denominator, and a mask may still change it.
"""

import numpy as np

from scenarios.shared import draws, models, reductions

QUESTIONS = {
    "mse_string": {
        "experiment": "functions",
        "kind": "numeric",
        "title": 'What the masked loss of compile(loss="mse") is divided by',
        "why": "Divided by all steps, the loss shrinks with the share of padding; divided by the "
        "valid steps it does not.",
        "remedy": "Compare losses only within one side of the change; to keep the old scale "
        "multiply the new loss by the share of valid steps in each batch.",
        "answers": ["valid", "total", "batch", "sum", "mask_ignored"],
        "concerns": ["Model.compile(loss)", "keras.layers.Masking"],
    },
    "mae_string": {
        "experiment": "functions",
        "kind": "numeric",
        "title": 'What the masked loss of compile(loss="mae") is divided by',
        "why": "All losses that are given by name should be reduced alike; one that is not would "
        "change its scale alone.",
        "remedy": "See loss_reduction.mse_string.",
        "answers": ["valid", "total", "batch", "sum", "mask_ignored"],
        "concerns": ["Model.compile(loss)", "keras.layers.Masking"],
    },
    "custom_function": {
        "experiment": "functions",
        "kind": "numeric",
        "title": "What the masked loss of a function of one's own is divided by, which returns a "
        "loss per step",
        "why": "A function that knows nothing of the mask has it applied by Keras afterwards, if "
        "at all.",
        "remedy": "A function that returns one number, masked and divided by itself, has its "
        "denominator in its own hands; or see loss_reduction.mse_string.",
        "answers": ["valid", "total", "batch", "sum", "mask_ignored"],
        "concerns": ["custom loss function", "keras.layers.Masking"],
    },
    "loss_object": {
        "experiment": "loss_objects",
        "kind": "numeric",
        "title": "What the masked loss of MeanSquaredError() is divided by",
        "why": "The object and the name should agree; where they do not, changing the spelling "
        "changes the learning rate.",
        "remedy": "See loss_reduction.mse_string.",
        "answers": ["valid", "total", "batch", "sum", "mask_ignored"],
        "concerns": ["keras.losses.MeanSquaredError", "keras.layers.Masking"],
    },
    "reduction_sum": {
        "experiment": "loss_objects",
        "kind": "numeric",
        "title": 'What the masked loss of MeanSquaredError(reduction="sum") is divided by',
        "why": "Who asks for a sum wants no denominator, in distributed training above all.",
        "remedy": "Where it is not `sum`, sum in a function of your own.",
        "answers": ["valid", "total", "batch", "sum", "mask_ignored"],
        "concerns": ["keras.losses.MeanSquaredError(reduction)", "keras.layers.Masking"],
    },
    "reduction_none": {
        "experiment": "loss_objects",
        "kind": "numeric",
        "title": 'What the masked loss logged for MeanSquaredError(reduction="none") is divided by',
        "why": "Something has to make one number of a loss per step; where nothing does "
        "(`unreduced`), evaluate returns an array, and a gradient is that of the sum.",
        "remedy": 'Do not compile with reduction="none"; keep it for losses called by hand.',
        "answers": ["valid", "total", "batch", "sum", "mask_ignored", "unreduced"],
        "concerns": ["keras.losses.MeanSquaredError(reduction)", "keras.layers.Masking"],
    },
    "reduction_mean_with_sample_weight": {
        "experiment": "reduction_mean_with_sample_weight",
        "kind": "numeric",
        "title": "What a masked and weighted loss is divided by under "
        'reduction="mean_with_sample_weight"',
        "why": "The one reduction that promises the weighted mean of textbooks; whether masked "
        "steps count in its denominator decides whether it keeps the promise.",
        "remedy": "Where it is not `sum_of_weights`, pass weights of 0 for the masked steps and "
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
        "concerns": [
            "keras.losses.MeanSquaredError(reduction)",
            "keras.layers.Masking",
            "Model.fit(sample_weight)",
        ],
    },
}

OUTPUTS = 2


def draw(rng):
    """Draw mask, inputs, weights of each step, and the loss that it shall have."""
    mask = draws.padding_mask(rng)
    return draws.planned(rng, mask, draws.weights_under_mask(rng, mask))


def candidates(data, per_step_loss, question="mse_string"):
    """Return what each denominator gives for a loss of shape (batch, timesteps).

    ``unreduced`` is a log of one number a step, told by its Euclidean norm, which for a single
    number is that number.
    """
    names = QUESTIONS[question]["answers"]
    formulas = [name for name in names if name != "unreduced"]
    expected = reductions.candidates(formulas, per_step_loss, data["mask"])
    if "unreduced" in names:
        expected["unreduced"] = float(np.linalg.norm(per_step_loss * data["mask"]))
    return expected


def weighted_candidates(data, per_step_loss):
    """Return what each denominator gives for a masked and weighted loss."""
    return reductions.candidates(
        QUESTIONS["reduction_mean_with_sample_weight"]["answers"],
        per_step_loss,
        data["mask"],
        data["weights"],
    )


def _compiled(probe, loss):
    layers = probe.get("layers")
    model = models.stack(
        probe,
        (draws.STEPS, draws.FEATURES),
        [layers.Masking(mask_value=0.0), layers.Dense(OUTPUTS)],
    )
    models.compile_for_weights(probe, model, temporal=True, optimizer=models.sgd(probe), loss=loss)
    return model


def _object(probe, **arguments):
    """Return the loss object with the arguments given; one it does not take is not applicable."""
    kind = probe.get("losses.MeanSquaredError")
    for argument in arguments:
        probe.require_argument(kind, argument)
    return kind(**arguments)


def _ask(probe, spelled, *, squared=True):
    """Evaluate a masked model for each loss of ``spelled``, which maps questions to losses.

    The control of all is the first of them, which has to be a mean, on inputs without padding: it
    has to come out as the mean over all steps, those included that are masked elsewhere.
    """
    error = reductions.squared_error if squared else reductions.absolute_error
    asked = {question: _compiled(probe, loss) for question, loss in spelled.items()}
    first = next(iter(asked.values()))
    for rng in probe.draws():
        data = draw(rng)
        weights = draws.weights_like(rng, first)
        for model in asked.values():
            model.set_weights(weights)
        y_pred, of_unpadded = (
            models.predict(probe, first, data[inputs]) for inputs in ("x", "unpadded")
        )
        y = draws.targets(data, y_pred, squared=squared)
        y_unpadded = draws.targets(data, of_unpadded, squared=squared)
        without_mask = models.evaluate(probe, first, data["unpadded"], y_unpadded)[0]
        for question, model in asked.items():
            expected = candidates(data, error(y, y_pred), question)
            loss = np.linalg.norm(models.evaluate(probe, model, data["x"], y))
            probe.observe(question, loss, expected)
            probe.control("mask_ignored")(question, without_mask, expected)


def functions(probe):
    """Ask the losses that are given by name, and a user's function that returns a loss per step."""
    tf = probe.tf

    def squared(y_true, y_pred):
        return tf.reduce_mean(tf.square(y_true - y_pred), axis=-1)

    _ask(probe, {"mse_string": "mse", "custom_function": squared})
    _ask(probe, {"mae_string": "mae"}, squared=False)


def loss_objects(probe):
    """Ask a loss object as it comes, one that is to sum, and one that is not to reduce.

    Of the last only what is logged is asked, not what is trained on.
    """
    plain = _object(probe)
    total, kept = (_object(probe, reduction=reduction) for reduction in ("sum", "none"))
    _ask(probe, {"loss_object": plain, "reduction_sum": total, "reduction_none": kept})


def reduction_mean_with_sample_weight(probe):
    """Evaluate with a mask and weights of shape (batch, timesteps).

    A release that names the reduction in a ValueError does not know it: some look at it when the
    loss is made, some when it is compiled. The control has no mask and weights of one, but the
    weights folded into its targets: a mean over all steps.
    """
    reduction = "mean_with_sample_weight"
    try:
        model = _compiled(probe, _object(probe, reduction=reduction))
    except ValueError as error:
        if reduction in str(error):
            probe.not_applicable("losses.MeanSquaredError(reduction={!r})".format(reduction))
        raise
    for rng in probe.draws():
        data = draw(rng)
        model.set_weights(draws.weights_like(rng, model))
        y_pred = models.predict(probe, model, data["x"])
        y = draws.targets(data, y_pred, squared=True)
        expected = weighted_candidates(data, reductions.squared_error(y, y_pred))
        loss = models.evaluate(probe, model, data["x"], y, sample_weight=data["weights"])[0]
        probe.observe("reduction_mean_with_sample_weight", loss, expected)
        folded = dict(data, loss=data["loss"] * data["weights"])
        of_unpadded = models.predict(probe, model, data["unpadded"])
        y = draws.targets(folded, of_unpadded, squared=True)
        ones = np.ones_like(data["weights"])
        loss = models.evaluate(probe, model, data["unpadded"], y, sample_weight=ones)[0]
        probe.control("mask_ignored")("reduction_mean_with_sample_weight", loss, expected)
