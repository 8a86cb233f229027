"""Planted ways from batches and outputs to the numbers that are said and logged."""

from collections.abc import Iterator
from itertools import product

from tests.scenarios.mutants.case import MEANS, OTHERS, Case, Refused, answer
from tests.scenarios.planted import Planted

COMBINED = {
    ("valid", "global"): "valid_global",
    ("valid", "weighted_by_batch_size"): "valid_weighted_by_batch_size",
    ("valid", "mean_of_batches"): "valid_mean_of_batches",
    # Weighed by their sizes, means over all steps are the global mean.
    ("total", "global"): "total_global",
    ("total", "weighted_by_batch_size"): "total_global",
    ("total", "mean_of_batches"): "total_mean_of_batches",
    ("mask_ignored", "global"): "mask_ignored_global",
    ("mask_ignored", "weighted_by_batch_size"): "mask_ignored_global",
    ("mask_ignored", "mean_of_batches"): "mask_ignored_mean_of_batches",
}


def cases() -> Iterator[Case]:
    yield from of_batches()
    yield from of_one_batch_after_another()
    yield from of_two_outputs()
    yield from of_missing_labels()
    yield from of_texts()
    yield from of_epochs()
    yield from of_train_steps()


def of_batches() -> Iterator[Case]:
    plain: dict[str, str | Refused] = {
        "global": "global",
        "weighted_by_batch_size": "global",
        "mean_of_batches": "mean_of_batches",
        "last_batch": Refused(planted="last_batch"),
    }
    for (loss, of_loss), (metric, of_metric) in product(plain.items(), plain.items()):
        yield Case(
            asked="batches.smaller_last_batch",
            planted=Planted(over_batches=loss, metric_over_batches=metric),
            said={"smaller_last_batch_loss": of_loss, "smaller_last_batch_metric": of_metric},
        )
    for (name, over), said in COMBINED.items():
        yield Case(
            asked="batches.masked_loss_over_batches",
            planted=Planted(loss=name, over_batches=over),
            said={"masked_loss_over_batches": said},
        )
    yield Case(
        asked="batches.masked_loss_over_batches",
        planted=Planted(loss="valid", over_batches="last_batch"),
        said={"masked_loss_over_batches": Refused(planted="last_batch")},
    )


def of_one_batch_after_another() -> Iterator[Case]:
    for loss, metric in product((False, True), repeat=2):
        of_loss, of_metric = ("running" if runs else "per_batch" for runs in (loss, metric))
        planted = Planted(running=loss, metric_running=metric)
        yield Case(
            asked="batches.train_on_batch_repeated",
            planted=planted,
            said={
                "train_on_batch_repeated": of_loss,
                "train_on_batch_repeated_metric": of_metric,
            },
        )
        yield Case(
            asked="batches.repeated_test_on_batch",
            planted=planted,
            said={"test_on_batch_repeated": of_loss},
        )
    for experiment, questions in {
        "train_on_batch_repeated": ("train_on_batch_repeated", "train_on_batch_repeated_metric"),
        "repeated_test_on_batch": ("test_on_batch_repeated",),
    }.items():
        yield Case(
            asked=f"batches.{experiment}",
            planted=Planted(loss="sum", metric="sum"),
            said=dict.fromkeys(questions, Refused(planted="sum")),
        )


def of_two_outputs() -> Iterator[Case]:
    for name, logs in product((*MEANS, *OTHERS), (False, True)):
        yield Case(
            asked="multi_output.masked_output",
            planted=Planted(loss=name, logs_each_output=logs),
            said={
                "masked_output_denominator": answer(name),
                "history_keys": "each_output" if logs else "sum_only",
            },
        )
    for name, weighted in product((*MEANS, *OTHERS), (False, True)):
        told = answer(name)
        if weighted and isinstance(told, str):
            told += "_times_loss_weight"
        yield Case(
            asked="multi_output.logged_output_loss",
            planted=Planted(loss=name, logs_loss_weight=weighted),
            said={"logged_output_loss": told},
        )
    yield Case(
        asked="multi_output.logged_output_loss",
        planted=Planted(logs_each_output=False),
        said={"logged_output_loss": "not_applicable"},
    )
    for sorts, told in ((False, "by_name"), (True, "crosswise")):
        yield Case(
            asked="multi_output.labels_by_name",
            planted=Planted(sorts_names=sorts),
            said={"labels_by_name": told},
        )
        yield Case(
            asked="multi_output.labels_by_name",
            planted=Planted(sorts_names=sorts, loss="sum"),
            said={"labels_by_name": Refused(planted=told)},
        )


def of_missing_labels() -> Iterator[Case]:
    for form, name in product(
        ("", "_list"), ("total", "nonzero_weights", "unweighted", "sum", "batch")
    ):
        # A sample has one step here: their number is that of the steps.
        said = "total" if name == "batch" else answer(name)
        yield Case(
            asked=f"multi_output.missing_labels{form}",
            planted=Planted(loss=name),
            said={f"missing_labels_by_weight{form}": said},
        )
    for selects, said in ((True, "finite"), (False, "nan")):
        yield Case(
            asked="multi_output.missing_labels_nan",
            planted=Planted(loss_selects=selects),
            said={"missing_labels_nan": said},
        )
    yield Case(
        asked="multi_output.missing_labels_nan",
        planted=Planted(loss="nothing", loss_selects=True),
        said={"missing_labels_nan": Refused(planted="nothing")},
    )


def of_texts() -> Iterator[Case]:
    for name in (*MEANS, *OTHERS):
        yield Case(
            asked="text_model.tagging",
            planted=Planted(loss=name, metric=name),
            said={"tagging_loss": answer(name), "tagging_accuracy": answer(name)},
        )
    yield Case(
        asked="text_model.classification",
        planted=Planted(),
        said={"classification_loss": "batch"},
    )
    for name in ("valid", "total"):
        yield Case(
            asked="text_model.classification",
            planted=Planted(loss=name, last_output="continues"),
            said={"classification_loss": name},
        )
    yield Case(
        asked="text_model.classification",
        planted=Planted(loss="sum"),
        said={"classification_loss": Refused(planted="sum")},
    )


def of_epochs() -> Iterator[Case]:
    ways = ("global", "weighted_by_batch_size", "mean_of_batches")
    for name, over, of_validation in product(MEANS, ways, ways):
        loss, val_loss = COMBINED[name, over], COMBINED[name, of_validation]
        yield Case(
            asked="text_model.epoch",
            planted=Planted(loss=name, over_batches=over, validation_over_batches=of_validation),
            said={
                "epoch_loss": loss,
                "epoch_val_loss": val_loss,
                "epoch_loss_and_val_loss": "agree" if loss == val_loss else "differ",
            },
        )
    for name in OTHERS:
        yield Case(
            asked="text_model.epoch",
            planted=Planted(loss=name),
            said={
                "epoch_loss": answer(name),
                "epoch_val_loss": answer(name),
                "epoch_loss_and_val_loss": "agree",
            },
        )
    yield Case(
        asked="text_model.epoch",
        planted=Planted(loss="nothing"),
        said=dict.fromkeys(
            ("epoch_loss", "epoch_val_loss", "epoch_loss_and_val_loss"), answer("nothing")
        ),
    )
    yield Case(
        asked="text_model.epoch",
        planted=Planted(loss="valid", shuffles_validation=True),
        said={
            "epoch_loss": "valid_weighted_by_batch_size",
            "epoch_val_loss": "valid_of_shuffled_batches",
            "epoch_loss_and_val_loss": "differ",
        },
    )


def of_train_steps() -> Iterator[Case]:
    questions = {
        "compute_loss": ("train_step_compute_loss", "custom_train_step"),
        "compiled_loss": ("train_step_compiled_loss", "custom_train_step_compiled_loss"),
        "called": ("train_step_loss_object", "custom_train_step_loss_object"),
    }
    for (spelling, (experiment, question)), name in product(questions.items(), (*MEANS, *OTHERS)):
        yield Case(
            asked=f"text_model.{experiment}",
            planted=Planted(spelled={spelling: name}),
            said={question: answer(name)},
        )
