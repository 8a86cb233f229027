"""All that can be seen: the questions' ``concerns``, each with the rule by which it is.

``X(argument)`` is seen where the argument is given, and not as None; a layer's at the layer, any
other at the argument itself.

- A layer that a mask may get lost in is seen where a mask can reach it, and nowhere else.
- ``keras.layers.Masking`` is also a layer of one's own that computes a mask.
- ``Model.fit`` alone means training under a mask: it is seen where one can be in the model.
- ``Model.fit(sample_weight)`` is also a dataset or generator whose elements have three parts, and
  the weights of train_on_batch; ``Model.evaluate(sample_weight)`` also those of validation_data.
- ``Model.fit(y)`` is labels in a dict; ``Model.compile(loss)`` a loss by its name, or one for each
  output; ``Model.fit(validation_data)`` also validation_split.
- ``keras.losses.MeanSquaredError(reduction)`` is the reduction of any loss object, and
  ``keras.losses.binary_crossentropy`` that loss as a text, a function or an object.
- ``keras.callbacks.EarlyStopping(monitor)`` is any callback that monitors the loss of one output,
  ``keras.callbacks.History`` what is read of it where there are several.
- ``keras.backend`` is the first use in a file of each function that computes something.
- ``keras.models.Model`` is a model used as a layer, or derived from, with a mask in it.
- ``custom loss function`` is a function that is not Keras' where it is given to compile, or a
  class derived from a loss.
"""

from harness.upgrade.source.layers import PLAIN, SEQUENCES

CONCERNS = frozenset(
    {
        *(f"keras.layers.{name}" for name in PLAIN),
        *(f"keras.layers.{name}(return_sequences)" for name in SEQUENCES),
        "Model.compile(loss)",
        "Model.compile(loss_weights)",
        "Model.compile(metrics)",
        "Model.compile(sample_weight_mode)",
        "Model.compile(weighted_metrics)",
        "Model.compiled_loss",
        "Model.compute_loss",
        "Model.evaluate(batch_size)",
        "Model.evaluate(sample_weight)",
        "Model.fit",
        "Model.fit(batch_size)",
        "Model.fit(class_weight)",
        "Model.fit(sample_weight)",
        "Model.fit(validation_data)",
        "Model.fit(y)",
        "Model.reset_metrics",
        "Model.test_on_batch",
        "Model.train_on_batch",
        "Model.train_step",
        "custom loss function",
        "keras.backend",
        "keras.callbacks.EarlyStopping",
        "keras.callbacks.EarlyStopping(monitor)",
        "keras.callbacks.History",
        "keras.layers.Embedding(mask_zero)",
        "keras.layers.LSTM",
        "keras.layers.Lambda",
        "keras.layers.Lambda(mask)",
        "keras.layers.Layer",
        "keras.layers.Layer(supports_masking)",
        "keras.layers.Masking",
        "keras.layers.Masking(mask_value)",
        "keras.losses.MeanSquaredError",
        "keras.losses.MeanSquaredError(reduction)",
        "keras.losses.SparseCategoricalCrossentropy",
        "keras.losses.SparseCategoricalCrossentropy(ignore_class)",
        "keras.losses.binary_crossentropy",
        "keras.losses.sparse_categorical_crossentropy",
        "keras.mixed_precision",
        "keras.models.Model",
    }
)
"""A concern that is not listed is looked for by nothing: a scenario of a user's may have one."""
