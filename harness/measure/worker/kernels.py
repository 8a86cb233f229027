"""The kernels that the timer times: how a release builds each, and what numpy says it must give.

A kernel is a masked mean over steps, of ``batch`` x ``timesteps`` values of float32:

======================== ====================================== ===================================
kernel                   one call                               bytes it cannot do without, a step
======================== ====================================== ===================================
``reduction_raw``        sum(loss * mask) / sum(mask)           8: a loss, a mask in float32
``reduction_loss_object``Keras's MeanAbsoluteError with a mask  9: target, prediction, boolean mask
``evaluate_step``        ``test_on_batch``                      8: input, target
``train_step``           ``train_on_batch``                     8: input, target
======================== ====================================== ===================================

and 4 more a call for the number that comes out. The steps are those of Masking -> Dense(1) on one
feature with the loss "mae", fed from numpy; the reductions' inputs are tensors before the call.

A call is over when its number lies in Python: each loop ends every call with it, in every mode.
"""

import functools
import time
from itertools import repeat

from expected import GRADIENT_TOLERANCE, RATE, WEIGHT, candidates, close, draw, name_denominator
from release import takes
from worker import Fault, NotApplicable


def call_for_tensor(function, arguments, calls):
    """Call so often a function that returns a tensor, and make a number of each."""
    for _ in repeat(None, calls):
        result = function(*arguments).numpy()
    return result


def call_for_number(function, arguments, calls):
    """Call so often a function that returns numbers as Python or numpy has them."""
    for _ in repeat(None, calls):
        result = function(*arguments)
    return result


def call_bare(function, calls):
    """Call so often a function without arguments: a prepared session's, the fastest of all."""
    for _ in repeat(None, calls):
        result = function()
    return result


class Reduction:
    """A function of tensors, in one mode; without eager execution, a prepared call of a session."""

    def __init__(self, release, body, arrays, mode):
        self._release = release
        self._arrays = arrays
        self.traces = 0

        def counted(*tensors):
            self.traces += 1
            return body(*tensors)

        if mode == "eager":
            if not release.eager:
                raise NotApplicable("eager execution")
            self._function = body
        elif mode == "xla":
            self._function = release.function(counted, compiled=True)
            # A session inlines the function and forgets the wish: strings run, which XLA refuses.
            if not release.eager:
                raise NotApplicable("XLA in a session")
        elif release.eager:
            self._function = release.function(counted)
        else:
            self._function = counted
        if not release.eager:
            self._prepare_session()

    def _prepare_session(self):
        """Put the arrays in variables: a constant would be folded, and a feed copied."""
        tf = self._release.tf
        with tf.Graph().as_default() as graph:
            self._holders = [tf.placeholder(array.dtype, array.shape) for array in self._arrays]
            variables = [tf.Variable(holder, trainable=False) for holder in self._holders]
            self._initializers = [variable.initializer for variable in variables]
            result = self._function(*[variable.value() for variable in variables])
        self._session = tf.Session(graph=graph, config=self._release.session_config)
        self._function = self._session.make_callable(result)

    def renew(self):
        """Copy the inputs to new tensors."""
        if self._release.eager:
            self._inputs = [self._release.tf.constant(array) for array in self._arrays]
        else:
            feed = dict(zip(self._holders, self._arrays))
            self._session.run(self._initializers, feed)

    def run(self, calls):
        """Call it so often; return the last result."""
        if self._release.eager:
            return call_for_tensor(self._function, self._inputs, calls)
        return call_bare(self._function, calls)

    def close(self):
        """Give back what a session holds."""
        if not self._release.eager:
            self._session.close()


def compile_arguments(release, mode):
    """Return what ``compile`` is given for a mode."""
    arguments = {}
    if mode == "eager":
        if not release.eager:
            raise NotApplicable("eager execution")
        # Some releases take it without declaring it: whether it is felt is seen by its effect.
        arguments["run_eagerly"] = True
    if takes(release.get("models.Model").compile, "jit_compile"):
        arguments["jit_compile"] = mode == "xla"
    elif mode == "xla":
        raise NotApplicable("Model.compile(jit_compile=)")
    return arguments


class Step:
    """``test_on_batch`` or ``train_on_batch`` of a compiled model."""

    def __init__(self, release, data, mode, method):
        import numpy as np

        arguments = compile_arguments(release, mode)
        self._arrays = (data["x"], data["y"])
        self._traced = 0
        layers = release.get("layers")
        dense = layers.Dense(1)
        self._count_calls(dense)
        inputs = layers.Input(shape=data["x"].shape[1:])
        outputs = dense(layers.Masking(mask_value=0.0)(inputs))
        self.model = release.get("models.Model")(inputs, outputs)
        self.model.set_weights([np.array([[WEIGHT]]), np.array([0.0])])
        self.model.compile(release.get("optimizers.SGD")(RATE), "mae", **arguments)
        self._function = getattr(self.model, method)
        self._step = method.replace("on_batch", "function")

    def _count_calls(self, layer):
        call = layer.call

        @functools.wraps(call)
        def counted(*arguments, **named):
            self._traced += 1
            return call(*arguments, **named)

        layer.call = counted

    @property
    def traces(self):
        """How often the layer's Python code ran, and how often TensorFlow says it traced the step.

        Some releases trace anew, at each call, a function around a step that stays as it is.
        """
        step = getattr(self.model, self._step, None)
        return self._traced + getattr(step, "experimental_get_tracing_count", int)()

    def renew(self):
        """Copy the batch."""
        self._inputs = [array.copy() for array in self._arrays]

    def run(self, calls):
        """Call it so often; return the loss that the last call logged."""
        import numpy as np

        return np.ravel(call_for_number(self._function, self._inputs, calls))[0]

    def close(self):
        """Leave the graph of a release that has one: other models live in it."""


def raw_body(release):
    """Return the masked mean as TensorFlow's own operations."""
    tf = release.tf

    def body(loss, mask):
        return tf.reduce_sum(loss * mask) / tf.reduce_sum(mask)

    return body


def loss_body(release, way):
    """Return a call of the loss object, the mask on the prediction or as its weight."""
    loss = release.get("losses.MeanAbsoluteError")()
    tf = release.tf

    def with_attribute(y_true, y_pred, mask):
        y_pred._keras_mask = mask  # noqa: SLF001  # where layers leave it
        return loss(y_true, y_pred)

    def with_weight(y_true, y_pred, mask):
        return loss(y_true, y_pred, sample_weight=tf.cast(mask, y_pred.dtype))

    return with_attribute if way == "attribute" else with_weight


def loss_arrays(data):
    """Return the loss object's inputs."""
    return [data["y"], data["y_pred"], data["mask"]]


STEPS = {"evaluate_step": "test_on_batch", "train_step": "train_on_batch"}
BYTES_PER_STEP = {
    "reduction_raw": 8,
    "reduction_loss_object": 9,
    "evaluate_step": 8,
    "train_step": 8,
}


def bytes_per_call(kernel, batch, timesteps):
    """Return what a call has to read and write at the least."""
    return BYTES_PER_STEP[kernel] * batch * timesteps + 4


def ask_for_way(release):
    """Return how the loss object is given the mask: as an "attribute" or as a "weight".

    By the result: one that does not look at the attribute of the prediction gives the mean over
    all steps, and `evaluate` passes the mask as a weight there.
    """
    data = draw(8, 4)
    mode = "eager" if release.eager else "graph"
    asked = Reduction(release, loss_body(release, "attribute"), loss_arrays(data), mode)
    asked.renew()
    felt = not close(asked.run(1), candidates(data)["mask_ignored"])
    asked.close()
    return "attribute" if felt else "weight"


def build(release, kernel, mode, data, way):
    """Build a kernel in a mode; its inputs are not there yet."""
    if mode not in ("eager", "graph", "xla") or kernel not in BYTES_PER_STEP:
        raise Fault("no kernel {} in mode {}".format(kernel, mode))
    if kernel in STEPS:
        return Step(release, data, mode, STEPS[kernel])
    if kernel == "reduction_raw":
        arrays = [data["error"], data["mask"].astype("float32")]
        return Reduction(release, raw_body(release), arrays, mode)
    return Reduction(release, loss_body(release, way), loss_arrays(data), mode)


def prepare(release, kernel, mode, batch, timesteps):
    """Build a kernel and call it three times; return it, and what is to be told of it.

    ``first_call_s`` is what building it and calling it once take: tracing and compiling, where
    there is any. Its inputs are loaded in between.
    """
    data = draw(batch, timesteps)
    way = {"reduction_raw": "operand"}.get(kernel, "layer")
    if kernel == "reduction_loss_object":
        if release.mask_way is None:
            release.mask_way = ask_for_way(release)
        way = release.mask_way
    started = time.perf_counter()
    built = build(release, kernel, mode, data, way)
    first_call_s = time.perf_counter() - started
    built.renew()
    started = time.perf_counter()
    result = built.run(1)
    first_call_s += time.perf_counter() - started
    denominator = name_denominator(result, data)
    if kernel == "reduction_raw" and denominator != "valid":
        raise Fault("the mean over valid steps came out as that over {}".format(denominator))
    if kernel == "train_step":
        check_training(built.model, denominator, data)
    built.run(1)
    traces = built.traces
    built.run(1)
    traces = built.traces - traces
    if kernel in STEPS and mode == "eager" and not traces:
        raise NotApplicable("Model.compile(run_eagerly=)")
    return built, {
        "first_call_s": first_call_s,
        "result": float(result),
        "denominator": denominator,
        "mask": way,
        "bytes_per_call": bytes_per_call(kernel, batch, timesteps),
        "traces": None if mode == "eager" else traces,
    }


def check_training(model, denominator, data):
    """Check the one step that was trained: each valid step's error pulls the bias by 1."""
    ones = dict(data, error=data["error"] * 0 + 1)
    expected = RATE * candidates(ones)[denominator]
    bias = float(model.get_weights()[1][0])
    if not close(bias, expected, GRADIENT_TOLERANCE):
        raise Fault("the step moved the bias by {!r}, numpy {!r}".format(bias, expected))
