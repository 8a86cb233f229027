"""The candidate formulas: what a masked, weighted mean may be divided by.

With per-step loss l, mask m (1 where none), weights w (1 where none; a sample's weight stands for
all its steps) and N steps, each name is one numerator over one denominator:

========================== ============ =====================================
``valid``                  sum(l*m*w)   sum(m)
``total``                  sum(l*m*w)   N
``sum_of_weights``         sum(l*m*w)   sum(m*w)
``sum_of_all_weights``     sum(l*m*w)   sum(w)
``nonzero_weights``        sum(l*m*w)   number of w that are not 0
``valid_and_nonzero_weights``  sum(l*m*w)   N * mean(m) * mean(w != 0)
``batch``                  sum(l*m*w)   samples
``sum``                    sum(l*m*w)   1
``mask_ignored``           sum(l*w)     N
``unweighted``             sum(l*m)     sum(m)
========================== ============ =====================================
"""

import numpy as np


def candidates(names, loss, mask=None, weights=None):
    """Return what each named formula gives, in float64.

    ``loss`` has shape (batch, timesteps); ``mask`` the same or None; ``weights`` the same,
    (batch,), or None. Any per-step quantity may stand for the loss, so that a gradient, which is
    divided by the same denominator, is told in the same way. Raises KeyError for a name that is
    no formula.
    """
    loss = np.asarray(loss, np.float64)
    mask = np.ones_like(loss) if mask is None else np.asarray(mask, np.float64)
    weights = np.ones_like(loss) if weights is None else np.asarray(weights, np.float64)
    if weights.ndim == 1:
        weights = np.repeat(weights[:, np.newaxis], loss.shape[1], axis=1)
    kept = (loss * mask * weights).sum()
    steps = float(loss.size)
    formulas = {
        "valid": kept / mask.sum(),
        "total": kept / steps,
        "sum_of_weights": kept / (mask * weights).sum(),
        "sum_of_all_weights": kept / weights.sum(),
        "nonzero_weights": kept / np.count_nonzero(weights),
        "valid_and_nonzero_weights": kept / (steps * mask.mean() * (weights != 0).mean()),
        "batch": kept / loss.shape[0],
        "sum": kept,
        "mask_ignored": (loss * weights).sum() / steps,
        "unweighted": (loss * mask).sum() / mask.sum(),
    }
    return {name: float(formulas[name]) for name in names}


def along_axes(loss, weights):
    """Return the weighted mean over all steps with weights of shape (size,) along either axis."""
    return {
        "samples": float((loss * weights[:, np.newaxis]).mean()),
        "timesteps": float((loss * weights[np.newaxis, :]).mean()),
    }


def last_output_candidates(loss, mask):
    """Return what each denominator gives for a loss of shape (batch,), one a sequence.

    ``batch`` is the plain mean and ``sum`` has none; ``valid`` and ``total`` are what a mask that
    went on would do: each sample's loss counted once a valid step, over the valid steps or over
    all of them.
    """
    steps = mask.sum(axis=1)
    kept = float((loss * steps).sum())
    return {
        "batch": float(loss.mean()),
        "valid": kept / float(steps.sum()),
        "total": kept / float(mask.size),
        "sum": float(loss.sum()),
    }


def batches_candidates(loss, mask, batch_size):
    """Return each denominator crossed with each way to combine two batches of unequal size.

    Per batch, ``total`` and ``mask_ignored`` divide by all steps; weighing by the batch size then
    is the global mean.
    """
    names = ["valid", "total", "mask_ignored"]
    whole = candidates(names, loss, mask)
    halves = slice(None, batch_size), slice(batch_size, None)
    parts = [candidates(names, loss[half], mask[half]) for half in halves]
    combined = {name + "_global": whole[name] for name in names}
    for name in names:
        combined[name + "_mean_of_batches"] = float(np.mean([part[name] for part in parts]))
    valid, sizes = [part["valid"] for part in parts], [len(mask[half]) for half in halves]
    combined["valid_weighted_by_batch_size"] = float(np.average(valid, weights=sizes))
    return combined


def absolute_error(y_true, y_pred):
    """Return the mean absolute error of each step: (..., features) to (...)."""
    return np.abs(np.asarray(y_true, np.float64) - np.asarray(y_pred, np.float64)).mean(axis=-1)


def squared_error(y_true, y_pred):
    """Return the mean squared error of each step: (..., features) to (...)."""
    error = np.asarray(y_true, np.float64) - np.asarray(y_pred, np.float64)
    return np.square(error).mean(axis=-1)


def categorical_crossentropy(y_true, y_pred):
    """Return the cross-entropy of each step: (..., classes) to (...).

    Predictions are normalised and kept at least 1e-7 from 0 and 1, as every Keras does for
    probabilities (``keras.backend.epsilon()`` is 1e-7 in all releases).
    """
    y_pred = np.asarray(y_pred, np.float64)
    y_pred = np.clip(y_pred / y_pred.sum(axis=-1, keepdims=True), 1e-7, 1 - 1e-7)
    return -(np.asarray(y_true, np.float64) * np.log(y_pred)).sum(axis=-1)
