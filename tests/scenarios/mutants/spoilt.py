"""Planted ways to lose a number: nan and huge labels, nothing to divide by, too much to count."""

from collections.abc import Iterator
from itertools import product

from tests.scenarios.mutants.case import MEANS, OTHERS, Case, Refused, answer
from tests.scenarios.planted import Planted

DAMAGE = {
    (False, False): "clean",
    (True, False): "nan_loss",
    (False, True): "nan_weights",
    (True, True): "nan",
}
"""By whether the loss is lost, and whether the weights are."""


def cases() -> Iterator[Case]:
    yield from of_gradients()
    yield from of_all_masked_batches()
    yield from of_half_precision()


def of_gradients() -> Iterator[Case]:
    for name in (*MEANS, *OTHERS):
        yield Case(
            asked="gradients.denominator",
            planted=Planted(gradient=name),
            said={"denominator": answer(name)},
        )
    for loss, gradient, overflows in product((False, True), repeat=3):
        planted = Planted(
            loss_selects=loss, gradient_selects=gradient, gradient_overflows=overflows
        )
        yield Case(
            asked="gradients.masked_targets",
            planted=planted,
            said={
                "nan_target": DAMAGE[not loss, not gradient],
                # The square overflows in the loss; its slope only if it is taken of that.
                "huge_target": DAMAGE[not loss, not gradient and overflows],
            },
        )
        yield Case(
            asked="gradients.ignore_class_nan_logits",
            planted=planted,
            said={"ignore_class_nan_logits": DAMAGE[not loss, not gradient]},
        )

    # Nothing is spoilt where nothing is computed.
    nothing = Planted(loss="nothing", loss_selects=True, gradient_selects=True)
    refused = Refused(planted="nothing")
    for experiment, questions in {
        "masked_targets": ("nan_target", "huge_target"),
        "ignore_class_nan_logits": ("ignore_class_nan_logits",),
    }.items():
        yield Case(
            asked=f"gradients.{experiment}",
            planted=nothing,
            said=dict.fromkeys(questions, refused),
        )


def of_all_masked_batches() -> Iterator[Case]:
    steps = {"zero": "unchanged", "nan": "nan", "huge": "changed", "ordinary": "changed"}
    for name, changed in steps.items():
        for question, said in {
            "loss": name,
            "weights_after_step": changed,
            "global_average_pooling1d": name,
        }.items():
            yield Case(
                asked=f"all_masked_batch.{question}",
                planted=Planted(loss="valid", empty=name),
                said={question: said},
            )

    # A loss that is always 0, and weights that never move, would look safe.
    for question in ("loss", "weights_after_step"):
        yield Case(
            asked=f"all_masked_batch.{question}",
            planted=Planted(loss="nothing"),
            said={question: Refused(planted="nothing")},
        )


def of_half_precision() -> Iterator[Case]:
    for held, said in {
        (): "finite",
        ("sum",): "inf",
        ("sum", "count"): "nan",
        ("count",): "wrong",
    }.items():
        for experiment, question in (
            ("mixed_masked", "large_loss"),
            ("mixed", "large_loss_without_mask"),
        ):
            yield Case(
                asked=f"half_precision.{experiment}",
                planted=Planted(half_overflows=held),
                said={question: said},
            )
            yield Case(
                asked=f"half_precision.{experiment}",
                planted=Planted(half_overflows=held, loss="sum"),
                said={question: Refused(planted=said)},
            )
