"""Masking -> one layer -> loss: which layers hand the mask on.

Judged by the loss alone: if labels at masked steps can be changed without moving it, the mask got
there. Each layer is an experiment of its own, as some releases raise where others lose the mask.
So many layers, each with its question and its function, are what makes this file long.
"""

import warnings

from scenarios.shared import draws, models

QUESTIONS = {
    "dense": {
        "experiment": "dense",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through Dense to the loss",
        "why": "It is the head of nearly every model that emits one output a step.",
        "remedy": "Where it is lost, padded steps count in the loss again: pass sample weights "
        "of 0 for them.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Dense"],
    },
    "lstm": {
        "experiment": "lstm",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through LSTM(return_sequences=True) to the loss",
        "why": "Taggers and forecasters rely on padded steps not being learnt.",
        "remedy": "Where it is lost, padded steps count in the loss again: pass sample weights "
        "of 0 for them.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.LSTM(return_sequences)"],
    },
    "gru": {
        "experiment": "gru",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through GRU(return_sequences=True) to the loss",
        "why": "Taggers and forecasters rely on padded steps not being learnt.",
        "remedy": "Where it is lost, padded steps count in the loss again: pass sample weights "
        "of 0 for them.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.GRU(return_sequences)"],
    },
    "simple_rnn": {
        "experiment": "simple_rnn",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through SimpleRNN(return_sequences=True) to "
        "the loss",
        "why": "Whatever holds for it holds for recurrent layers built of a cell.",
        "remedy": "Where it is lost, padded steps count in the loss again: pass sample weights "
        "of 0 for them.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.SimpleRNN(return_sequences)"],
    },
    "bidirectional": {
        "experiment": "bidirectional",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through Bidirectional to the loss",
        "why": "Wrapping a layer must not cost its mask.",
        "remedy": "Where it is lost, padded steps count in the loss again: pass sample weights "
        "of 0 for them.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Bidirectional"],
    },
    "time_distributed": {
        "experiment": "time_distributed",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through TimeDistributed to the loss",
        "why": "Wrapping a layer must not cost its mask.",
        "remedy": "Where it is lost, apply Dense itself, which works on each step without the "
        "wrapper.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.TimeDistributed"],
    },
    "embedding_mask_zero": {
        "experiment": "embedding_mask_zero",
        "kind": "categorical",
        "title": "Whether the mask that Embedding(mask_zero=True) makes gets to the loss",
        "why": "It is where the mask of most text models begins.",
        "remedy": "Where it is lost, padded steps count in the loss again: pass sample weights "
        "of 0 for them.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Embedding(mask_zero)"],
    },
    "dropout": {
        "experiment": "dropout",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through Dropout to the loss",
        "why": "A layer that does nothing in evaluation must not change what is averaged.",
        "remedy": "Where it is lost, padded steps count in the loss again: pass sample weights "
        "of 0 for them.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Dropout"],
    },
    "activation": {
        "experiment": "activation",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through Activation to the loss",
        "why": "It should make no difference whether an activation is an argument or a layer.",
        "remedy": "Where it is lost, give the activation to the layer before as an argument.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Activation"],
    },
    "relu": {
        "experiment": "relu",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through ReLU to the loss",
        "why": "It should make no difference whether an activation is an argument or a layer.",
        "remedy": "Where it is lost, give the activation to the layer before as an argument.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.ReLU"],
    },
    "leaky_relu": {
        "experiment": "leaky_relu",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through LeakyReLU to the loss",
        "why": "It should make no difference whether an activation is an argument or a layer.",
        "remedy": "Where it is lost, use Activation or an argument of the layer before.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.LeakyReLU"],
    },
    "softmax": {
        "experiment": "softmax",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through Softmax to the loss",
        "why": "The layer has a mask of its own, for attention, and may take that of the "
        "steps for it.",
        "remedy": "Where it raises or loses the mask, use Activation('softmax') or an argument "
        "of the layer before.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Softmax"],
    },
    "layer_normalization": {
        "experiment": "layer_normalization",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through LayerNormalization to the loss",
        "why": "It sits between all blocks of a transformer.",
        "remedy": "Where it is lost, padded steps count in the loss again: pass sample weights "
        "of 0 for them.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.LayerNormalization"],
    },
    "batch_normalization": {
        "experiment": "batch_normalization",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through BatchNormalization to the loss",
        "why": "It sits between the blocks of many convolutional and recurrent models.",
        "remedy": "Where it is lost, padded steps count in the loss again: pass sample weights "
        "of 0 for them.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.BatchNormalization"],
    },
    "conv1d": {
        "experiment": "conv1d",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through Conv1D(padding='same') to the loss",
        "why": "A convolution mixes neighbours, so that it is open whose mask an output has.",
        "remedy": "Where it is lost or raises, pass sample weights of 0 for the padded steps "
        "instead of a mask.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Conv1D"],
    },
    "max_pooling1d": {
        "experiment": "max_pooling1d",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through MaxPooling1D, of one step at a time, "
        "to the loss",
        "why": "Pooling over several steps has no one mask; even over a single one it can be "
        "dropped.",
        "remedy": "Where it is lost or raises, pass sample weights of 0 for the padded steps "
        "instead of a mask.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.MaxPooling1D"],
    },
    "reshape": {
        "experiment": "reshape",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through Reshape to the shape it had to the loss",
        "why": "Steps that keep their place could keep their mask.",
        "remedy": "Where it is lost or raises, pass sample weights, or attach the mask again in "
        "a layer of your own with compute_mask.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Reshape"],
    },
    "permute": {
        "experiment": "permute",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through Permute that leaves the time axis in "
        "its place to the loss",
        "why": "Steps that keep their place could keep their mask.",
        "remedy": "Where it is lost or raises, pass sample weights, or attach the mask again in "
        "a layer of your own with compute_mask.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Permute"],
    },
    "flatten": {
        "experiment": "flatten",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through Flatten to the loss (labels are "
        "flattened too)",
        "why": "After it a sample is one row, and a mask of steps no longer fits the loss.",
        "remedy": "Where it is lost or raises, weigh the outputs in a loss of your own.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Flatten"],
    },
    "up_sampling1d": {
        "experiment": "up_sampling1d",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through UpSampling1D by a factor of 1 to the "
        "loss",
        "why": "It repeats steps, and could repeat their mask.",
        "remedy": "Where it is lost, padded steps count in the loss again: pass sample weights "
        "of 0 for them.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.UpSampling1D"],
    },
    "cropping1d": {
        "experiment": "cropping1d",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through Cropping1D that crops nothing to the "
        "loss",
        "why": "It drops steps, and could drop them from the mask.",
        "remedy": "Where it is lost, padded steps count in the loss again: pass sample weights "
        "of 0 for them.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Cropping1D"],
    },
    "zero_padding1d": {
        "experiment": "zero_padding1d",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through ZeroPadding1D that adds nothing to "
        "the loss",
        "why": "It adds steps, and could add them to the mask.",
        "remedy": "Where it is lost, padded steps count in the loss again: pass sample weights "
        "of 0 for them.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.ZeroPadding1D"],
    },
    "einsum_dense": {
        "experiment": "einsum_dense",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through EinsumDense to the loss",
        "why": "It is the projection inside many transformer blocks.",
        "remedy": "Where it is lost, padded steps count in the loss again: pass sample weights "
        "of 0 for them.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.EinsumDense"],
    },
    "lambda": {
        "experiment": "lambda_layer",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through Lambda to the loss",
        "why": "A line of user code between two layers is enough to lose a mask.",
        "remedy": "Where it is lost, give Lambda its mask argument.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Lambda"],
    },
    "lambda_with_mask": {
        "experiment": "lambda_with_mask",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through Lambda with a mask argument that "
        "hands it on to the loss",
        "why": "This is the documented way to keep the mask.",
        "remedy": "Where it is lost, write a layer with supports_masking = True.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Lambda(mask)"],
    },
    "operators": {
        "experiment": "operators",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through an operator applied to the layer's "
        "output (h * 2 + 1) to the loss",
        "why": "Releases turn such expressions into layers of their own, or refuse them.",
        "remedy": "Where it is lost or raises, put the expression into a layer with "
        "supports_masking = True.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Masking"],
    },
    "custom_layer": {
        "experiment": "custom_layer",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through a layer of the user's own that says "
        "nothing about masks to the loss",
        "why": "Some releases lose the mask in silence where others raise or warn.",
        "remedy": "Set self.supports_masking = True in its __init__.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Layer"],
    },
    "custom_layer_supports_masking": {
        "experiment": "custom_layer_supports_masking",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through a layer of the user's own with "
        "supports_masking = True to the loss",
        "why": "This is the documented way to hand a mask on unchanged.",
        "remedy": "Where it is lost, override compute_mask.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Layer(supports_masking)"],
    },
    "nested_model": {
        "experiment": "nested_model",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through a model used as a layer to the loss",
        "why": "Encoders are commonly built apart and called inside another model.",
        "remedy": "Where it is lost, apply the inner model's layers one by one.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.models.Model"],
    },
    "subclassed_model": {
        "experiment": "subclassed_model",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through the call of a subclassed model that "
        "masks inside to the loss",
        "why": "Nothing is symbolic here: the mask has to travel with the values.",
        "remedy": "Where it is lost, build the model from Input to output, or pass sample weights.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.models.Model"],
    },
    "attention": {
        "experiment": "attention",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through Attention, as the mask of its "
        "queries, to the loss",
        "why": "Each query is a step of the output, and only its mask can be the output's.",
        "remedy": "Where it is lost, padded steps count in the loss again: pass sample weights "
        "of 0 for them.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.Attention"],
    },
    "multi_head_attention": {
        "experiment": "multi_head_attention",
        "kind": "categorical",
        "title": "Whether the mask of a step gets through MultiHeadAttention, as the mask of "
        "its queries, to the loss",
        "why": "Each query is a step of the output, and only its mask can be the output's.",
        "remedy": "Where it is lost, padded steps count in the loss again: pass sample weights "
        "of 0 for them.",
        "answers": ["reaches", "lost", "lost_with_warning"],
        "concerns": ["keras.layers.MultiHeadAttention"],
    },
}

UNITS, VOCABULARY = 2, 6


def draw(rng, features=UNITS):
    """Draw mask, inputs, tokens, and labels as they are and changed at masked or at kept steps.

    ``tokens`` are inputs for an embedding, 0 at the masked steps. A changed label lies a thousand
    off: whichever way a loss averages, feeling it shows.
    """
    mask = draws.padding_mask(rng)
    y = rng.uniform(6.0, 9.0, (*mask.shape, features)).astype("float32")
    masked, kept = y.copy(), y.copy()
    masked[~mask] += 1000.0
    kept[mask] += 1000.0
    return {
        "mask": mask,
        "x": draws.padded_inputs(rng, mask),
        "tokens": rng.randint(1, VOCABULARY, mask.shape) * mask,
        "y": y,
        "masked": masked,
        "kept": kept,
    }


def _ask(probe, question, build, *, features=UNITS, inputs="x", flat=False, weights=True):
    """Ask for the loss, then again with other labels at masked steps, which must not move it.

    ``build()`` returns the model. Warnings about masks count from its building on: that is when
    most are given. Control: labels changed at kept steps must move the loss.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = build()
        model.compile(optimizer=models.sgd(probe), loss="mae")
        for rng in probe.draws():
            data = draw(rng, features)
            if weights:
                model.set_weights(draws.weights_like(rng, model))
            labels = [data[name] for name in ("y", "masked", "kept")]
            if flat:
                labels = [y.reshape(len(y), -1) for y in labels]
            loss, masked, kept = [
                models.evaluated_loss(probe, model, data[inputs], y) for y in labels
            ]
            warned = [str(w.message) for w in caught if "mask" in str(w.message).lower()]
            lost = "lost_with_warning" if warned else "lost"
            answer = lost if models.moved(loss, masked) else "reaches"
            probe.observe(question, answer, note=_note(model, warned))
            probe.control("lost")(question, "lost" if models.moved(loss, kept) else "reaches")


def _note(model, warned):
    """Say what a release says of the mask, which need not be what it does with it."""
    outputs = getattr(model, "outputs", None) or [None]
    said = []
    if hasattr(outputs[0], "_keras_mask"):
        mask = getattr(outputs[0], "_keras_mask", None)
        said.append("symbolic mask: {}".format("no" if mask is None else "yes"))
    return "; ".join(said + warned[:1])


def _through(probe, question, apply, features=UNITS, **arguments):
    """Ask whether the mask of Masking(0) gets through ``apply``, a layer or a function."""
    masking = probe.get("layers.Masking")(mask_value=0.0)
    shape = (draws.STEPS, draws.FEATURES)
    _ask(
        probe,
        question,
        lambda: models.stack(probe, shape, [masking, apply]),
        features=features,
        **arguments,
    )


def _recurrent(probe, name, **arguments):
    """Return a recurrent layer, unrolled (see models.lstm), whose activations are always the same.

    The candidate gates of a GRU are computed in one of two ways; where it can be said, it is.
    """
    layer = probe.get("layers." + name)
    if probe.takes(layer, "reset_after"):
        arguments["reset_after"] = False
    return layer(UNITS, activation="tanh", return_sequences=True, unroll=True, **arguments)


def dense(probe):
    """Ask Dense."""
    _through(probe, "dense", probe.get("layers.Dense")(UNITS))


def lstm(probe):
    """Ask LSTM."""
    _through(probe, "lstm", models.lstm(probe, UNITS, return_sequences=True))


def gru(probe):
    """Ask GRU."""
    _through(probe, "gru", _recurrent(probe, "GRU", recurrent_activation="sigmoid"))


def simple_rnn(probe):
    """Ask SimpleRNN."""
    _through(probe, "simple_rnn", _recurrent(probe, "SimpleRNN"))


def bidirectional(probe):
    """Ask Bidirectional, around the cheapest recurrent layer."""
    wrapper = probe.get("layers.Bidirectional")
    _through(
        probe,
        "bidirectional",
        wrapper(_recurrent(probe, "SimpleRNN")),
        features=2 * UNITS,
    )


def time_distributed(probe):
    """Ask TimeDistributed."""
    layers = probe.get("layers")
    _through(probe, "time_distributed", layers.TimeDistributed(layers.Dense(UNITS)))


def embedding_mask_zero(probe):
    """Ask Embedding, which makes the mask itself; nothing stands between it and the loss."""
    layer = probe.get("layers.Embedding")(VOCABULARY, UNITS, mask_zero=True)
    _ask(
        probe,
        "embedding_mask_zero",
        lambda: models.stack(probe, (draws.STEPS,), [layer]),
        inputs="tokens",
    )


def dropout(probe):
    """Ask Dropout."""
    _through(probe, "dropout", probe.get("layers.Dropout")(0.5), features=draws.FEATURES)


def activation(probe):
    """Ask Activation."""
    _through(probe, "activation", probe.get("layers.Activation")("tanh"), features=draws.FEATURES)


def relu(probe):
    """Ask ReLU."""
    _through(probe, "relu", probe.get("layers.ReLU")(), features=draws.FEATURES)


def leaky_relu(probe):
    """Ask LeakyReLU."""
    _through(probe, "leaky_relu", probe.get("layers.LeakyReLU")(), features=draws.FEATURES)


def softmax(probe):
    """Ask Softmax."""
    _through(probe, "softmax", probe.get("layers.Softmax")(), features=draws.FEATURES)


def layer_normalization(probe):
    """Ask LayerNormalization."""
    layer = probe.get("layers.LayerNormalization")()
    _through(probe, "layer_normalization", layer, features=draws.FEATURES)


def batch_normalization(probe):
    """Ask BatchNormalization, in evaluation; its weights, a variance among them, are its own."""
    layer = probe.get("layers.BatchNormalization")()
    _through(probe, "batch_normalization", layer, features=draws.FEATURES, weights=False)


def conv1d(probe):
    """Ask Conv1D, which keeps the number of steps."""
    _through(probe, "conv1d", probe.get("layers.Conv1D")(UNITS, 2, padding="same"))


def max_pooling1d(probe):
    """Ask MaxPooling1D over single steps, which keeps their number."""
    layer = probe.get("layers.MaxPooling1D")(1, strides=1)
    _through(probe, "max_pooling1d", layer, features=draws.FEATURES)


def reshape(probe):
    """Ask Reshape; another shape would leave no step to have a label."""
    layer = probe.get("layers.Reshape")((draws.STEPS, draws.FEATURES))
    _through(probe, "reshape", layer, features=draws.FEATURES)


def permute(probe):
    """Ask Permute; another order would give the labels another time axis than the mask."""
    _through(probe, "permute", probe.get("layers.Permute")((1, 2)), features=draws.FEATURES)


def flatten(probe):
    """Ask Flatten, with labels laid out in the same way."""
    _through(probe, "flatten", probe.get("layers.Flatten")(), features=draws.FEATURES, flat=True)


def up_sampling1d(probe):
    """Ask UpSampling1D."""
    _through(probe, "up_sampling1d", probe.get("layers.UpSampling1D")(1), features=draws.FEATURES)


def cropping1d(probe):
    """Ask Cropping1D."""
    _through(probe, "cropping1d", probe.get("layers.Cropping1D")(0), features=draws.FEATURES)


def zero_padding1d(probe):
    """Ask ZeroPadding1D."""
    layer = probe.get("layers.ZeroPadding1D")(0)
    _through(probe, "zero_padding1d", layer, features=draws.FEATURES)


def einsum_dense(probe):
    """Ask EinsumDense."""
    layer = probe.get("layers.EinsumDense")("abc,cd->abd", output_shape=(None, UNITS))
    _through(probe, "einsum_dense", layer)


def lambda_layer(probe):
    """Ask Lambda as most code has it."""
    layer = probe.get("layers.Lambda")(lambda inputs: inputs * 2)
    _through(probe, "lambda", layer, features=draws.FEATURES)


def lambda_with_mask(probe):
    """Ask Lambda with a function for its mask."""
    layer = probe.get("layers.Lambda")(lambda inputs: inputs * 2, mask=lambda _, mask: mask)
    _through(probe, "lambda_with_mask", layer, features=draws.FEATURES)


def operators(probe):
    """Ask operators on what a layer returned."""
    _through(probe, "operators", lambda inputs: inputs * 2 + 1, features=draws.FEATURES)


def _custom_layer(probe, **attributes):
    """Return a layer written by a user, with these attributes set in its ``__init__``."""

    class Doubling(probe.get("layers.Layer")):
        def __init__(self, **kwargs):
            super(Doubling, self).__init__(**kwargs)
            for name, value in attributes.items():
                setattr(self, name, value)

        def call(self, inputs):
            return inputs * 2

        def compute_output_shape(self, input_shape):
            return input_shape

    return Doubling()


def custom_layer(probe):
    """Ask a user's layer that does not mention masks."""
    _through(probe, "custom_layer", _custom_layer(probe), features=draws.FEATURES)


def custom_layer_supports_masking(probe):
    """Ask a user's layer that says it supports masking."""
    layer = _custom_layer(probe, supports_masking=True)
    _through(probe, "custom_layer_supports_masking", layer, features=draws.FEATURES)


def nested_model(probe):
    """Ask a model called as a layer, the mask being made outside of it."""
    shape = (draws.STEPS, draws.FEATURES)
    inner = models.stack(probe, shape, [probe.get("layers.Dense")(UNITS)])
    _through(probe, "nested_model", inner)


def subclassed_model(probe):
    """Ask a model without symbolic inputs; its kernel, made at its first call, is of ones."""
    layers, base = probe.get("layers"), probe.get("models.Model")

    class Subclassed(base):
        def __init__(self):
            super(Subclassed, self).__init__()
            self.masking = layers.Masking(mask_value=0.0)
            self.dense = layers.Dense(UNITS, kernel_initializer="ones")

        def call(self, inputs):
            return self.dense(self.masking(inputs))

    _ask(probe, "subclassed_model", Subclassed, weights=False)


def attention(probe):
    """Ask Attention; queries and values have the same mask."""
    layer = probe.get("layers.Attention")()
    _through(probe, "attention", lambda inputs: layer([inputs, inputs]), features=draws.FEATURES)


def multi_head_attention(probe):
    """Ask MultiHeadAttention; queries and values have the same mask."""
    layer = probe.get("layers.MultiHeadAttention")(num_heads=1, key_dim=2)
    _through(
        probe,
        "multi_head_attention",
        lambda inputs: layer(inputs, inputs),
        features=draws.FEATURES,
    )
