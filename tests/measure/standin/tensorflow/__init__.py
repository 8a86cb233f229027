"""A stand-in for TensorFlow, in the syntax of Python 3.6: enough for both workers to be run for real.

It writes to stdout on import, as the real one does. What STANDIN names in the environment it does
badly: ``wrong`` sums, a loss that ``raises``, functions that it ``retraces`` at each call.
"""

import os

from tensorflow import keras
from tensorflow.tensors import Tensor, array_of

__all__ = ["keras"]
__version__ = "9.9.9"

print("stand-in loaded: not a line of the results {")

constant = Tensor


def executing_eagerly():
    """Tensors have values."""
    return True


def reduce_sum(tensor):
    """Sum, well or badly."""
    wrong = os.environ.get("STANDIN") == "wrong"
    return Tensor(array_of(tensor).sum(dtype="float64") + wrong)


def cast(tensor, dtype):
    """Convert."""
    return Tensor(array_of(tensor).astype(dtype))


def function(body, autograph=None, jit_compile=None):
    """Run the body once, at the first call; what it gave then is what it always gives."""
    given = []

    def call(*tensors):
        if not given or os.environ.get("STANDIN") == "retraces":
            given[:] = [body(*tensors)]
        return given[0]

    return call


class config:
    """A namespace."""

    class threading:
        """A namespace that keeps what is set."""

        @classmethod
        def set_intra_op_parallelism_threads(cls, threads):
            """Keep it."""
            cls.intra = threads

        @classmethod
        def set_inter_op_parallelism_threads(cls, threads):
            """Keep it."""
            cls.inter = threads

        @classmethod
        def get_intra_op_parallelism_threads(cls):
            """Say it."""
            return cls.intra

        @classmethod
        def get_inter_op_parallelism_threads(cls):
            """Say it."""
            return cls.inter
