"""A release of numpy with planted answers, asked by the real scenarios through the real worker.

What can be planted is said in :mod:`answers`; the other files are the parts of a release: its graph,
layers, losses, models, and the namespaces that a scenario looks into. Computed in float64 with
weights in float32; gradients are differences of the losses, so that no layer needs one of its own.
"""

from tests.scenarios.planted.answers import Planted, coefficients
from tests.scenarios.planted.asking import ask, run
from tests.scenarios.planted.release import keras, tensorflow

__all__ = ["Planted", "ask", "coefficients", "keras", "run", "tensorflow"]
