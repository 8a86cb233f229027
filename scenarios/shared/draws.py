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


def weights_like(rng, model, scale=0.5, signs=(-1, 1)):
    """Draw a new value for each weight of a model or layer, of size 0.2 to 1.0 times ``scale``.

    All are positive with ``signs=(1,)``, where sums must not cancel.
    """
    return [
        (rng.uniform(0.2, 1.0, w.shape) * rng.choice(signs, w.shape) * scale).astype("float32")
        for w in model.get_weights()
    ]
