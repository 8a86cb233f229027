"""Which of the questions are about what the user's code does. Pure.

A question names the things that have to come together for it to matter: a mask and a metric, a
train_step and a loss object. Where it names several ways to the same thing - two layers that make
a mask, weights given to fit or to evaluate - any one of them will do. Some presuppose more than
they name, and some are about one value of what they name; these are listed here.

Nothing is known of shapes, nor of which of several models a place belongs to: what the places do
not rule out is taken as concerning.
"""

import re
from collections.abc import Collection, Iterable

from harness.model import Question
from harness.upgrade.sightings import Sighting

_MASK = "a mask"
_EMBEDDING = "keras.layers.Embedding(mask_zero)"
_FIT, _VALIDATION = "Model.fit", "Model.fit(validation_data)"
_MODE = "Model.compile(sample_weight_mode)"
_SAME = (
    (_MASK, {"keras.layers.Masking", _EMBEDDING}),
    (
        "weights",
        {
            _MODE,
            "Model.evaluate(sample_weight)",
            "Model.fit(class_weight)",
            "Model.fit(sample_weight)",
        },
    ),
    ("batches", {"Model.evaluate(batch_size)", "Model.fit(batch_size)"}),
    ("training", {_FIT, "Model.reset_metrics", "Model.train_on_batch"}),
    ("validation", {_VALIDATION, "keras.callbacks.EarlyStopping"}),
    (
        "the logged losses of outputs",
        {"keras.callbacks.EarlyStopping(monitor)", "keras.callbacks.History"},
    ),
    ("add", {"keras.layers.Add", "keras.layers.add"}),
    ("concatenate", {"keras.layers.Concatenate", "keras.layers.concatenate"}),
    ("multiply", {"keras.layers.Multiply", "keras.layers.multiply"}),
)
"""Concerns that are ways to one thing; any other is a thing of its own."""
_THING = {concern: thing for thing, concerns in _SAME for concern in concerns}
WAYS = dict(_SAME)

_WEIGHTS = frozenset(
    {"Model.evaluate(sample_weight)", "Model.fit(class_weight)", "Model.fit(sample_weight)"}
)
_METRICS = frozenset({"Model.compile(metrics)", "Model.compile(weighted_metrics)"})
PRESUPPOSED = {
    "batches.train_on_batch_repeated_metric": _METRICS,
    "weighted_metrics.seed_program": _WEIGHTS,
    "weighted_metrics.seed_program_metric": _WEIGHTS,
    "weighted_metrics.seed_program_ones": _WEIGHTS,
}
"""What a question asks about and does not name: one of these must be there, too."""
TOGETHER = frozenset({"class_weight.with_sample_weight"})
"""Questions in which what is else a way to one thing is meant side by side."""
BY_SAMPLE = frozenset(
    {
        "sample_weight.mask_and_per_sample",
        "sample_weight.per_sample_on_sequence",
        "sample_weight.square_batch_axis",
        "weighted_metrics.loss_denominator",
        "weighted_metrics.metric",
        "weighted_metrics.sample_weight_axis",
        "weighted_metrics.seed_program",
        "weighted_metrics.seed_program_metric",
        "weighted_metrics.seed_program_ones",
        "weighted_metrics.weighted_metric",
    }
)
"""Questions about weights of shape (batch,), which sample_weight_mode="temporal" refuses."""
OF_TEXT = frozenset({"text_model.tagging_accuracy", "text_model.tagging_loss"})
"""Questions about an Embedding that masks; with another mask, others ask the same."""
LOSSES = {
    "loss_reduction.mae_string": frozenset({"mae", "mean_absolute_error", "MeanAbsoluteError"}),
    "loss_reduction.mse_string": frozenset({"mse", "mean_squared_error", "MeanSquaredError"}),
}
"""Questions about one loss that is named to compile, and its names."""
_OTHER_LOSS = re.compile(r"(?i)\w*(?:crossentropy|hinge)|huber|kld|log_?cosh|mape|msle|poisson")
_WORD = re.compile(r"\w+")

ENDS = frozenset(
    {
        "keras.layers.Conv1D",
        "keras.layers.Cropping1D",
        "keras.layers.EinsumDense",
        "keras.layers.Flatten",
        "keras.layers.GlobalAveragePooling1D",
        "keras.layers.LSTM",
        "keras.layers.Layer",
        "keras.layers.MaxPooling1D",
        "keras.layers.Permute",
        "keras.layers.Reshape",
        "keras.layers.UpSampling1D",
        "keras.layers.ZeroPadding1D",
    }
)
"""Layers behind which there is no mask any more; they are seen only where one gets there."""
HEADS = frozenset({"keras.layers.Dense", "keras.layers.Softmax", "keras.layers.TimeDistributed"})
"""Layers that models end with; they, too, are seen only where a mask gets there."""


def match_sightings(question: Question, sightings: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """Return the places that a question is about; none where it is not about this code.

    All the things that it names must be there; a mask may come from a layer that it does not name,
    unless that is all it names. The places are those of what is not the mask: that is what changes.
    """
    found = tuple(one for one in sightings if _may_mean(question, one))
    seen = {one.concern for one in found}
    wanted = set(question.concerns)
    masks = wanted & WAYS[_MASK]
    rest = wanted - masks
    things = rest if question.id in TOGETHER else {_THING.get(one, one) for one in rest}
    for thing in things:
        if not seen & wanted & WAYS.get(thing, {thing}):
            return ()
    makers = {_EMBEDDING} if question.id in OF_TEXT else WAYS[_MASK]
    if rest and masks and not seen & makers:
        return ()
    if masks and not wanted & ENDS and has_ended(seen):
        return ()
    if _VALIDATION in wanted and _FIT in seen and _VALIDATION not in seen:
        return ()
    if question.id in BY_SAMPLE and _is_by_step(found):
        return ()
    if not seen & PRESUPPOSED.get(question.id, seen):
        return ()
    return tuple(one for one in found if one.concern in (rest or masks))


def has_ended(seen: Collection[str]) -> bool:
    """Say whether every mask ends within the model, as far as it can be told: none at the loss.

    A layer that ends it was seen, and none of those that models end with has a mask. A model whose
    output is, say, a recurrent layer, with a mask that also goes another way and ends there, is
    taken for one without a mask at its loss: it is rare, and tells ever so many others apart.
    """
    return not ENDS.isdisjoint(seen) and HEADS.isdisjoint(seen)


def _is_by_step(sightings: Iterable[Sighting]) -> bool:
    """Whether as many models are compiled for weights of each step as are seen to be compiled."""
    seen = [one.concern for one in sightings]
    modes = seen.count(_MODE)
    return modes > 0 and modes >= seen.count("Model.compile(loss)")


def _may_mean(question: Question, sighting: Sighting) -> bool:
    """Whether a place may be about the one loss that is asked about; an unknown name may be."""
    names = LOSSES.get(question.id)
    if names is None or sighting.concern != "Model.compile(loss)":
        return True
    words = set(_WORD.findall(sighting.what))
    others = words & frozenset().union(*LOSSES.values()) - names
    return bool(words & names or not (others or any(map(_OTHER_LOSS.fullmatch, words))))
