"""A stand-in for TensorFlow, in the syntax of Python 3.6: enough for the worker to be run for real.

It writes to stdout on import, as the real one does.
"""

from tensorflow import keras

__all__ = ["keras"]
__version__ = "9.9.9"

print("stand-in loaded: not a line of the results {")
