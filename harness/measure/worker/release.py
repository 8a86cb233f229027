"""What the kernels ask of a release, by what it has and never by its version."""

import inspect
from importlib import import_module

from worker import NotApplicable


def takes(function, argument):
    """Say whether a function declares an argument of that name."""
    return argument in inspect.signature(function).parameters


def onednn():
    """Return whether oneDNN's kernels are in use, as the release says; None where it does not."""
    for name in ("util._pywrap_util_port", "_pywrap_util_port", "pywrap_tensorflow"):
        try:
            return bool(import_module("tensorflow.python." + name).IsMklEnabled())
        except (ImportError, AttributeError):
            pass
    return None


class Release:
    """What the kernels ask of the release, by what it has and never by its version."""

    def __init__(self, tf, keras, threads):
        self.tf = tf
        self.keras = keras
        self.mask_way = None
        eager = getattr(tf, "executing_eagerly", None)
        self.eager = bool(eager is not None and eager())
        threading = getattr(getattr(tf, "config", None), "threading", None)
        if self.eager and threading is not None:
            threading.set_intra_op_parallelism_threads(threads)
            threading.set_inter_op_parallelism_threads(threads)
        self.session_config = None
        if not self.eager:
            self.session_config = tf.ConfigProto(
                intra_op_parallelism_threads=threads, inter_op_parallelism_threads=threads
            )
            keras.backend.set_session(tf.Session(config=self.session_config))

    def parallelism(self):
        """Return the sizes of the two thread pools, as the release says them."""
        if self.session_config is not None:
            config = self.session_config
            return config.intra_op_parallelism_threads, config.inter_op_parallelism_threads
        threading = self.tf.config.threading
        return (
            threading.get_intra_op_parallelism_threads(),
            threading.get_inter_op_parallelism_threads(),
        )

    def get(self, name):
        """Return what Keras has under a dotted name; without it, not applicable."""
        found = self.keras
        for part in name.split("."):
            if not hasattr(found, part):
                raise NotApplicable(self.keras.__name__ + "." + name)
            found = getattr(found, part)
        return found

    def function(self, body, *, compiled=False):
        """Return ``body`` as a graph function, or as one that XLA compiles.

        It is not rewritten by autograph: it has no branches, and its source would be read anew.
        """
        function = getattr(self.tf, "function", None)
        if function is None:
            raise NotApplicable("tensorflow.function")
        if not compiled:
            return function(body, autograph=False)
        for argument in ("jit_compile", "experimental_compile"):
            if takes(function, argument):
                return function(body, autograph=False, **{argument: True})
        raise NotApplicable("tensorflow.function(jit_compile=)")
