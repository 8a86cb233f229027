"""How data are drawn: sizes that cannot be mistaken for each other, and padding everywhere."""

import numpy as np

BATCH, STEPS, FEATURES = 4, 7, 3


def padding_mask(rng):
    """Draw a mask of shape (BATCH, STEPS), True where a step is kept.

    One sample is padded in front, one in the middle, one at the end and one not at all, by one to
    three steps: padding at one place only would hide what a layer does at the others.
    """
    mask = np.ones((BATCH, STEPS), bool)
    front, middle, end = rng.permutation([1, 2, 3])
    mask[0, :front] = False
    mask[1, 2 : 2 + middle] = False
    mask[2, STEPS - end :] = False
    return mask[rng.permutation(BATCH)]


def padded_inputs(rng, mask, features=FEATURES, mask_value=0.0):
    """Draw inputs of shape (*mask.shape, features), ``mask_value`` at the masked steps.

    Kept values lie in [0.5, 1.5), so that none can be taken for padding.
    """
    inputs = rng.uniform(0.5, 1.5, (*mask.shape, features)).astype("float32")
    inputs[~mask] = mask_value
    return inputs


def unpadded(data):
    """Return the inputs ``x`` of shape (batch, timesteps, ...), no step of which is padding."""
    mask = data["mask"].reshape(data["mask"].shape + (1,) * (data["x"].ndim - 2))
    return np.where(mask, data["x"], 1).astype(data["x"].dtype)


def weights_under_mask(rng, mask):
    """Draw weights of shape (batch, timesteps) of which always the same lie on masked steps.

    So every denominator is the same in every draw of :func:`padding_mask`: 22 valid steps of 28,
    whose weights sum to 13.0 of 16.1, and 21 weights that are not 0.
    """
    weights = np.zeros(mask.shape)
    weights[~mask] = rng.permutation([0.0, 0.2, 0.2, 0.6, 0.6, 1.5])
    weights[mask] = rng.permutation([0.0] * 6 + [0.2] * 5 + [0.6] * 5 + [1.5] * 6)
    return weights


def planned(rng, mask, weights, slope=1, outputs=2):
    """Draw what goes with a mask and weights: inputs, and the loss that each step shall have.

    A valid step's loss grows with its weight by ``slope``, so that weighted and plain means differ;
    a masked step's lies far off. Of shape (batch, timesteps), but ``signs``, which say for each
    output on which side of the prediction its target lies. ``unpadded`` are inputs without padding.
    """
    steps = weights.reshape(len(weights), -1) * np.ones(mask.shape)
    return {
        "mask": mask,
        "x": padded_inputs(rng, mask),
        "unpadded": padded_inputs(rng, np.ones_like(mask)),
        "weights": weights,
        "loss": (1 + slope * steps + 20 * ~mask) * rng.uniform(0.98, 1.02, mask.shape),
        "signs": rng.choice([-1, 1], (*mask.shape, outputs)),
    }


def targets(data, y_pred, *, squared=False):
    """Return targets whose absolute (or squared) error is the loss that each step shall have."""
    error = np.sqrt(data["loss"]) if squared else data["loss"]
    return (y_pred + error[..., np.newaxis] * data["signs"]).astype("float32")


def weights_like(rng, model, scale=0.5, signs=(-1, 1)):
    """Draw a new value for each weight of a model or layer, of size 0.2 to 1.0 times ``scale``.

    All are positive with ``signs=(1,)``, where sums must not cancel.
    """
    return [
        (rng.uniform(0.2, 1.0, w.shape) * rng.choice(signs, w.shape) * scale).astype("float32")
        for w in model.get_weights()
    ]
