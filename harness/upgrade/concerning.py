"""Which of the questions are about what the user's code does. Pure.

A question names the things that have to come together for it to matter: a mask and a metric, a
train_step and a loss object. Where it names several ways to the same thing - two layers that make
a mask, weights given to fit or to evaluate - any one of them will do.
"""

from collections.abc import Iterable

from harness.model import Question
from harness.upgrade.sightings import Sighting

_MASK = "a mask"
_SAME = (
    (_MASK, {"keras.layers.Masking", "keras.layers.Embedding(mask_zero)"}),
    (
        "weights",
        {
            "Model.compile(sample_weight_mode)",
            "Model.evaluate(sample_weight)",
            "Model.fit(class_weight)",
            "Model.fit(sample_weight)",
        },
    ),
    ("batches", {"Model.evaluate(batch_size)", "Model.fit(batch_size)"}),
    ("training", {"Model.fit", "Model.reset_metrics", "Model.train_on_batch"}),
    ("validation", {"Model.fit(validation_data)", "keras.callbacks.EarlyStopping"}),
    (
        "the logged losses of outputs",
        {
            "Model.compile(loss_weights)",
            "keras.callbacks.EarlyStopping(monitor)",
            "keras.callbacks.History",
        },
    ),
    ("add", {"keras.layers.Add", "keras.layers.add"}),
    ("concatenate", {"keras.layers.Concatenate", "keras.layers.concatenate"}),
    ("multiply", {"keras.layers.Multiply", "keras.layers.multiply"}),
)
"""Concerns that are ways to one thing; any other is a thing of its own."""
_THING = {concern: thing for thing, concerns in _SAME for concern in concerns}
WAYS = dict(_SAME)


def match_sightings(question: Question, sightings: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """Return the places that a question is about; none where it is not about this code.

    All the things that it names must be there; a mask may come from a layer that it does not name,
    unless that is all it names. The places are those of what is not the mask: that is what changes.
    """
    found = tuple(sightings)
    seen = {one.concern for one in found}
    wanted = set(question.concerns)
    masks = wanted & WAYS[_MASK]
    rest = wanted - masks
    things = {_THING.get(concern, concern) for concern in rest}
    for thing in things:
        if not seen & wanted & WAYS.get(thing, {thing}):
            return ()
    if rest and masks and not seen & WAYS[_MASK]:
        return ()
    return tuple(one for one in found if one.concern in (rest or masks))
