"""Which changes from 2.10.1 to 2.16.2 concern each program of the corpus, by reading the program.

Derived by hand, from what a program does and what a question asks. Three rules were laid down
before:

1. A change concerns a program that comes into the arrangement of the question's title, or may by
   what its text leaves open, such as a model that is compiled elsewhere.
2. What the text rules out does not: a mask that has ended before the loss, another loss by name,
   weights that go to the output or the model that has no mask.
3. Shapes of data count as open: whoever passes weights is concerned by what becomes of weights of
   each shape, and whoever passes class_weight by what becomes of labels of each.
"""

LOSS = {"dense_masking.loss_denominator", "dense_masking.gradient_denominator"}
"""A mask gets to the loss."""
MASKING = LOSS | {"dense_masking.seed_program"}
"""It does, and Masking makes it, as in the question's program."""
FITTED = {"gradients.denominator", "text_model.epoch_loss"}
"""And fit trains on it, batch by batch."""
LSTM = {"lstm_return_sequences.sequences_loss_denominator", "lstm_return_sequences.seed_program"}
"""The mask comes to the loss through LSTM(return_sequences=True)."""
WEIGHTS = {
    "sample_weight.per_sample_on_sequence",
    "weighted_metrics.loss_denominator",
    "sample_weight.square_batch_axis",
    "weighted_metrics.sample_weight_axis",
}
"""Weights go to fit."""
CLASSES = {"sample_weight.square_batch_axis", "weighted_metrics.sample_weight_axis"}
"""Weights of classes go to fit: they become weights of samples."""
MASKED_WEIGHTS = {"sample_weight.mask_and_per_sample", "sample_weight.mask_and_temporal"}
"""Weights go to fit, and a mask gets to the same loss."""
WEIGHTED_METRICS = {"weighted_metrics.weighted_metric", "weighted_metrics.seed_program"}
"""Weights go to fit, and compile has weighted_metrics."""
METRICS = {"weighted_metrics.seed_program_metric", "weighted_metrics.seed_program_ones"}
"""Weights, of classes too, go to fit, and compile has metrics."""

SELECTED: dict[str, set[str]] = {
    # A loss that returns one number is multiplied by the mask all the same. Its accuracy is one of
    # its own, not 'accuracy', and its loss not the tagger's. Both inputs of Add come from where
    # the mask may have got lost, in the attention.
    "attention_nmt": LOSS
    | FITTED
    | {
        "text_model.epoch_val_loss",
        "loss_reduction.custom_function",
        "metrics_under_mask.metrics",
        "mask_reaches_loss.custom_layer",
        "merge_layers.add_one_masked",
        "merge_layers.overlap",
    },
    "boosted_trees": WEIGHTS,
    # sample_weight_mode="temporal" takes weights of each step, and refuses others.
    "compat_v1": MASKING
    | FITTED
    | {
        "text_model.epoch_val_loss",
        "loss_reduction.mse_string",
        "metrics_under_mask.weighted_metrics",
        "sample_weight.mask_and_temporal",
    },
    # Through Lambda(mask=...) the mask gets to one output; compile and fit are elsewhere.
    "conv_after_mask": MASKING
    | {
        "batch_normalization.moving_mean",
        "mask_reaches_loss.conv1d",
        "mask_reaches_loss.max_pooling1d",
        "mask_reaches_loss.reshape",
        "mask_reaches_loss.permute",
        "mask_reaches_loss.flatten",
        "mask_reaches_loss.up_sampling1d",
        "mask_reaches_loss.cropping1d",
        "mask_reaches_loss.zero_padding1d",
        "mask_reaches_loss.lambda",
    },
    # Neither a mask nor a weight in sight.
    "custom_losses": set(),
    "custom_train_step": MASKING
    | FITTED
    | LSTM
    | {
        "gradients.ignore_class_nan_logits",
        "text_model.custom_train_step",
        "text_model.custom_train_step_compiled_loss",
        "text_model.custom_train_step_loss_object",
    },
    # Both models pool: no mask gets to a loss.
    "dot_attention": {"mask_reaches_loss.attention"},
    "generator_weights": WEIGHTS,
    "half_precision": {"half_precision.large_loss_without_mask"},
    "imbalanced": CLASSES | METRICS,
    # The one mask ends in LSTM(128), the last layer but one; metrics are logged by train_on_batch.
    "keras2_standalone": {
        "batches.train_on_batch_repeated",
        "batches.train_on_batch_repeated_metric",
        "batches.test_on_batch_repeated",
    },
    # Both masks end, in EinsumDense and in Pooled; compile has no metrics.
    "keras3_torch": CLASSES
    | {
        "batches.train_on_batch_repeated",
        "class_weight.integer_sequence_labels",
        "class_weight.integer_square_labels",
        "mask_reaches_loss.custom_layer",
        "mask_reaches_loss.einsum_dense",
    },
    # Only ever one input has a mask, or both the same: no two masks differ.
    "merged_branches": MASKING | {"merge_layers.add_one_masked", "merge_layers.multiply_values"},
    # The weights go to the output without a mask, the metrics to the other one.
    "multi_output": LOSS
    | FITTED
    | LSTM
    | WEIGHTS
    | {
        "text_model.epoch_val_loss",
        "text_model.tagging_loss",
        "text_model.tagging_accuracy",
        "metrics_under_mask.metrics",
        "multi_output.masked_output_denominator",
        "multi_output.logged_output_loss",
        "multi_output.history_keys",
    },
    "notebook_padding": LOSS
    | FITTED
    | LSTM
    | WEIGHTS
    | MASKED_WEIGHTS
    | {"text_model.tagging_loss", "batches.train_on_batch_repeated"},
    # The weights and "mse" belong to the classifier, which has no mask.
    "package": LOSS | FITTED | WEIGHTS | {"text_model.tagging_loss"},
    "padded_sensors": MASKING | FITTED | WEIGHTS | MASKED_WEIGHTS | {"loss_reduction.mse_string"},
    "python_traps": set(),
    # The stack ends its mask in its last LSTM; the tagger, of GRU, is compiled, not fitted.
    "rebound_names": MASKING | {"loss_reduction.mse_string", "metrics_under_mask.metrics"},
    # The encoder's last output ends the mask.
    "seq2seq_repeat": set(),
    "sequence_tagger": LOSS
    | FITTED
    | LSTM
    | {
        "text_model.epoch_val_loss",
        "text_model.tagging_loss",
        "text_model.tagging_accuracy",
        "metrics_under_mask.metrics",
        "batches.masked_loss_over_batches",
    },
    "sklearn_only": set(),
    # EarlyStopping waits for a val_loss that fit, without data to validate on, does not log.
    "star_imports": MASKING | FITTED | {"loss_reduction.mae_string"},
    # The LSTM's last output ends the mask.
    "text_vectorization": set(),
    "tf_keras_legacy": LOSS,
    "torch_lookalike": set(),
    # GlobalMaxPooling1D ends the mask.
    "transformer_encoder": set(),
    "transformers_tf": CLASSES | METRICS,
    # It may have several outputs, and takes a History; nothing says that a loss is weighted.
    "unknown_receivers": WEIGHTS
    | WEIGHTED_METRICS
    | {
        "batches.train_on_batch_repeated",
        "batches.train_on_batch_repeated_metric",
        "multi_output.history_keys",
    },
    "weighted_dataset": WEIGHTS | WEIGHTED_METRICS,
    # The LSTM's last output ends the mask.
    "wrapper_class": WEIGHTS | WEIGHTED_METRICS,
}
