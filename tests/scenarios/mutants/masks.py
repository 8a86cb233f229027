"""Planted ways of a mask: where it comes from, who loses it, who merges it, and what it changes."""

from collections.abc import Iterator
from itertools import product

from tests.scenarios.mutants.case import MEANS, OTHERS, Case, Refused, answer
from tests.scenarios.planted import Planted

LAYERS = {
    "dense": "Dense",
    "lstm": "LSTM",
    "gru": "GRU",
    "simple_rnn": "SimpleRNN",
    "bidirectional": "Bidirectional",
    "time_distributed": "TimeDistributed",
    "embedding_mask_zero": "Embedding",
    "dropout": "Dropout",
    "activation": "Activation",
    "relu": "ReLU",
    "leaky_relu": "LeakyReLU",
    "softmax": "Softmax",
    "layer_normalization": "LayerNormalization",
    "batch_normalization": "BatchNormalization",
    "conv1d": "Conv1D",
    "max_pooling1d": "MaxPooling1D",
    "reshape": "Reshape",
    "permute": "Permute",
    "flatten": "Flatten",
    "up_sampling1d": "UpSampling1D",
    "cropping1d": "Cropping1D",
    "zero_padding1d": "ZeroPadding1D",
    "einsum_dense": "EinsumDense",
    "lambda": "Lambda",
    "lambda_with_mask": "Lambda",
    "operators": "Operator",
    "custom_layer": "Doubling",
    "custom_layer_supports_masking": "Doubling",
    "nested_model": "Model",
    "subclassed_model": "Subclassed",
    "attention": "Attention",
    "multi_head_attention": "MultiHeadAttention",
}
"""The layer that each question of mask_reaches_loss is about."""
WARNING = "Layer does not support masking, but was passed an input_mask"


def cases() -> Iterator[Case]:
    yield from of_layers()
    yield from of_merges()
    yield from of_masking()
    yield from of_recurrent_layers()
    yield from of_dense_masking()
    yield from of_sequences()
    yield from of_translation()


def of_layers() -> Iterator[Case]:
    """Plant a loss of the mask in the layer that is asked, and in one that is not there."""
    for question, layer in LAYERS.items():
        asked = f"mask_reaches_loss.{'lambda_layer' if question == 'lambda' else question}"
        for loses, warns in product((layer, "Elsewhere"), ("", WARNING, "Something else")):
            lost = "lost_with_warning" if warns is WARNING else "lost"
            # A flattened output has no steps left that a mask could leave out.
            kept = "lost" if question == "flatten" else "reaches"
            yield Case(
                asked=asked,
                planted=Planted(loss="valid", loses=loses, warns=warns),
                said={question: lost if loses == layer else kept},
            )
        # A loss that no label moves would look as if the mask had reached it.
        refused = Refused(planted="nothing")
        yield Case(asked=asked, planted=Planted(loss="nothing"), said={question: refused})
    # Divided by all steps, or by none: a step that is masked is left out all the same.
    for name, said in (("total", "reaches"), ("sum", "reaches"), ("mask_ignored", "lost")):
        yield Case(
            asked="mask_reaches_loss.dense", planted=Planted(loss=name), said={"dense": said}
        )


def of_merges() -> Iterator[Case]:
    merged = ("and", "or", "lost", "first", "second")
    both = {name: "lost" if name == "lost" else "reaches" for name in merged}
    # An input without a mask keeps every step.
    one = {name: "reaches" if name in {"and", "first"} else "lost" for name in merged}
    different = {name: name for name in merged}
    for question, layer, rule in (
        ("add_both_masked", "Add", both),
        ("add_one_masked", "Add", one),
        ("concatenate", "Concatenate", both),
        ("concatenate_different_masks", "Concatenate", different),
        ("overlap", "Add", different),
    ):
        asked = f"merge_layers.{question}"
        for name, said in rule.items():
            planted = Planted(loss="valid", merged_mask=name)
            yield Case(asked=asked, planted=planted, said={question: said})
        if rule is not different:
            planted = Planted(loss="valid", loses=layer, warns=WARNING)
            yield Case(asked=asked, planted=planted, said={question: "lost_with_warning"})
        refused = Refused(planted="nothing")
        yield Case(asked=asked, planted=Planted(loss="nothing"), said={question: refused})
    for name in ("product", "masked_factor_dropped"):
        yield Case(
            asked="merge_layers.multiply_values",
            planted=Planted(masked_factor=name),
            said={"multiply_values": name},
        )


def of_masking() -> Iterator[Case]:
    for masks, said in ((True, "masks"), (False, "never_masks")):
        yield Case(
            asked="masking_layer.nan_mask_value",
            planted=Planted(masks_nan=masks),
            said={"nan_mask_value": said},
        )
        yield Case(
            asked="masking_layer.partial_zero_row",
            planted=Planted(masks_rows="any_feature" if masks else "whole"),
            said={"partial_zero_row": said},
        )
    for question in ("nan_mask_value", "partial_zero_row"):
        yield Case(
            asked=f"masking_layer.{question}",
            planted=Planted(loss="nothing"),
            said={question: Refused(planted="masks")},
        )
    # A loss that ignores every mask says nothing of what a layer takes for padding.
    for question in ("nan_mask_value", "partial_zero_row"):
        yield Case(
            asked=f"masking_layer.{question}",
            planted=Planted(loss="mask_ignored"),
            said={question: Refused(planted="never_masks")},
        )
    for name in ("includes_padding", "excludes_padding", "nothing"):
        yield Case(
            asked="batch_normalization.moving_mean",
            planted=Planted(statistics=name),
            said={"moving_mean": answer(name)},
        )


def of_recurrent_layers() -> Iterator[Case]:
    values = ("zeros", "repeated", "computed")
    for name in (*values, "nothing"):
        yield Case(
            asked="values_at_masked_steps.lstm",
            planted=Planted(masked_steps=name),
            said={"lstm": answer(name)},
        )
    for there, back in (
        *zip(values, values, strict=True),
        ("zeros", "repeated"),
        ("repeated", "zeros"),
    ):
        yield Case(
            asked="values_at_masked_steps.bidirectional",
            planted=Planted(masked_steps=there, masked_steps_backwards=back),
            said={"bidirectional": there if there == back else "zeros_and_repeated"},
        )
    yield Case(
        asked="values_at_masked_steps.bidirectional",
        planted=Planted(masked_steps="nothing"),
        said={"bidirectional": Refused(planted="nothing")},
    )


def of_dense_masking() -> Iterator[Case]:
    for loss, gradient in (*product(MEANS, MEANS), *((name, name) for name in OTHERS)):
        yield Case(
            asked="dense_masking.loss_and_gradient",
            planted=Planted(loss=loss, gradient=gradient),
            said={"loss_denominator": answer(loss), "gradient_denominator": answer(gradient)},
        )
    for name in (*MEANS, *OTHERS):
        yield Case(
            asked="dense_masking.seed_program",
            planted=Planted(loss=name),
            said={"seed_program": answer(name)},
        )
    for name in MEANS:
        yield Case(
            asked="dense_masking.masked_targets",
            planted=Planted(loss=name),
            said={"masked_targets": "felt" if name == "mask_ignored" else "ignored"},
        )
    yield Case(
        asked="dense_masking.masked_targets",
        planted=Planted(loss="nothing"),
        said={"masked_targets": Refused(planted="nothing")},
    )
    for leaks, said in ((False, "immaterial"), (True, "material")):
        yield Case(
            asked="dense_masking.mask_value",
            planted=Planted(loss="valid", mask_leaks=leaks),
            said={"mask_value": said},
        )


def of_sequences() -> Iterator[Case]:
    for name in (*MEANS, *OTHERS):
        yield Case(
            asked="lstm_return_sequences.sequences",
            planted=Planted(loss=name),
            said={"sequences_loss_denominator": answer(name)},
        )
    for name in (*MEANS, *OTHERS):
        yield Case(
            asked="lstm_return_sequences.seed_program",
            planted=Planted(loss=name),
            said={"seed_program": answer(name)},
        )
    stops = {"last_output_mask": "stops", "last_output_loss_denominator": "batch"}
    yield Case(asked="lstm_return_sequences.last_output", planted=Planted(), said=stops)
    for name in ("valid", "total"):
        yield Case(
            asked="lstm_return_sequences.last_output",
            planted=Planted(loss=name, last_output="continues"),
            said={
                "last_output_mask": "continues",
                "last_output_loss_denominator": name,
            },
        )


def of_translation() -> Iterator[Case]:
    """The remedy is divided by its own count; it and the plain loss are each other's control."""
    asked = "seq2seq_categorical_crossentropy"
    usual = Planted(loss="valid")
    yield Case(
        asked=f"{asked}.losses",
        planted=usual,
        said={
            "loss_denominator": "mask_ignored",
            "mask_at_output": "stops",
            "custom_loss_denominator": "valid",
        },
    )
    yield Case(asked=f"{asked}.seed_program", planted=usual, said={"seed_program": "mask_ignored"})
    for name in ("valid", "total", *OTHERS):
        planted = Planted(loss=name, last_output="continues")
        said = {"seed_program": answer(name)}
        yield Case(asked=f"{asked}.seed_program", planted=planted, said=said)
    for name in ("valid", "total"):
        yield Case(
            asked=f"{asked}.losses",
            planted=Planted(loss=name, last_output="continues"),
            said={
                "loss_denominator": name,
                "mask_at_output": "continues",
                "custom_loss_denominator": Refused(planted="valid"),
            },
        )
    yield Case(
        asked=f"{asked}.custom_loss_as_written",
        planted=Planted(),
        said={"custom_loss_as_written": "runs"},
    )
