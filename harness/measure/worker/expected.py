"""The data that kernels are given, alike in each release, and what numpy says must come out."""

import functools
import zlib

from worker import Fault

TOLERANCE = 1e-3
"""Relative, of any result to numpy's in float64: four million values are summed in float32."""
GRADIENT_TOLERANCE = 0.05
"""Of a gradient: some releases sum its four million equal terms one by one, and lose 1.6 %."""
VALID = 0.7
"""The share of steps that the mask keeps."""
WEIGHT, RATE = 0.5, 1e-9
"""Of the model: its one weight (its bias is 0), and a rate at which no loss moves within a run."""


@functools.lru_cache(maxsize=2)
def draw(batch, timesteps):
    """Draw a mask, of which VALID is kept, inputs that are 0 where it is not, and targets.

    The error of a masked step is larger, so that no two denominators give the same, nor 1.
    """
    import numpy as np

    rng = np.random.RandomState(zlib.crc32("{}x{}".format(batch, timesteps).encode("ascii")))
    mask = rng.uniform(size=(batch, timesteps)) < VALID
    mask[0, 0] = True
    x = rng.uniform(0.5, 1.5, mask.shape).astype("float32") * mask
    error = (rng.uniform(0.5, 2.5, mask.shape) + ~mask).astype("float32")
    y_pred = np.float32(WEIGHT) * x
    return {
        "mask": mask,
        "x": x[..., np.newaxis],
        "y_pred": y_pred[..., np.newaxis],
        "y": (y_pred + error)[..., np.newaxis],
        "error": error,
    }


def candidates(data):
    """Return what each denominator makes of the data's errors, in float64."""
    import numpy as np

    error, mask = data["error"].astype(np.float64), data["mask"]
    masked = float(error[mask].sum())
    return {
        "valid": masked / int(mask.sum()),
        "total": masked / mask.size,
        "batch": masked / len(mask),
        "sum": masked,
        "mask_ignored": float(error.mean()),
    }


def name_denominator(result, data):
    """Return the name of the one candidate that a result is within tolerance of."""
    expected = candidates(data)
    for name, value in expected.items():
        if close(result, value):
            return name
    shown = ", ".join("{} {!r}".format(*item) for item in sorted(expected.items()))
    raise Fault("gave {!r}, numpy {} (tolerance {})".format(float(result), shown, TOLERANCE))


def close(result, expected, tolerance=TOLERANCE):
    """Say whether a result is numpy's, within the tolerance; a NaN is not."""
    return bool(abs(float(result) - expected) <= tolerance * abs(expected))
