"""Planted denominators of losses and metrics, under masks and weights."""

from collections.abc import Iterator

from tests.scenarios.mutants.case import MEANS, OTHERS, WEIGHTED_MEANS, Case, Refused, answer
from tests.scenarios.planted import Planted


def cases() -> Iterator[Case]:
    yield from of_spellings()
    yield from of_reductions()
    yield from of_metrics()
    yield from of_weights()
    yield from of_weighted_metrics()
    yield from of_class_weights()


def of_spellings() -> Iterator[Case]:
    """A function of one's own is asked beside the loss named "mse", whose mean is its control."""
    for name in (*MEANS, *OTHERS):
        functions: dict[str, dict[str, str | Refused]] = {
            "mse": {
                "mse_string": answer(name),
                "custom_function": Refused(planted="total") if name in OTHERS else "total",
            },
            "function": {"mse_string": "total", "custom_function": name},
        }
        for spelling, said in functions.items():
            yield Case(
                asked="loss_reduction.functions",
                planted=Planted(spelled={spelling: name}),
                said={**said, "mae_string": "total"},
            )
        yield Case(
            asked="loss_reduction.functions",
            planted=Planted(spelled={"mae": name}),
            said={"mse_string": "total", "custom_function": "total", "mae_string": answer(name)},
        )


def of_reductions() -> Iterator[Case]:
    questions = {
        "object": "loss_object",
        "sum": "reduction_sum",
        "none": "reduction_none",
    }
    for spelling, question in questions.items():
        own = ("unreduced",) if spelling == "none" else ()
        for name in (*MEANS, *OTHERS, *own):
            said: dict[str, str | Refused] = dict.fromkeys(questions.values(), "total")
            said[question] = name
            if spelling == "object" and name in OTHERS:
                said = {other: Refused(planted="total") for other in said}
                said[question] = Refused(planted=name)
            planted = Planted(spelled={spelling: name})
            yield Case(asked="loss_reduction.loss_objects", planted=planted, said=said)
    question = "reduction_mean_with_sample_weight"
    for name in (*WEIGHTED_MEANS, *OTHERS):
        yield Case(
            asked=f"loss_reduction.{question}",
            planted=Planted(spelled={"mean_with_sample_weight": name}),
            said={question: answer(name)},
        )
    yield Case(
        asked=f"loss_reduction.{question}",
        planted=Planted(reductions=("sum", "none")),
        said={question: "not_applicable"},
    )


def of_metrics() -> Iterator[Case]:
    for name in (*MEANS, *OTHERS):
        yield Case(
            asked="metrics_under_mask.metrics",
            planted=Planted(metric=name),
            said={"metrics": answer(name)},
        )
    # Without weights, whatever is divided by them is divided by the valid steps, or by all.
    of_all = {"sum_of_all_weights": "total", "nonzero_weights": "total"}
    for name in (*WEIGHTED_MEANS, *OTHERS):
        plain = name if name in (*MEANS, *OTHERS) else of_all.get(name, "valid")
        yield Case(
            asked="metrics_under_mask.weighted_metrics",
            planted=Planted(weighted_metric=name),
            said={
                "weighted_metrics": answer(plain),
                "weighted_metrics_with_weights": answer(name),
            },
        )


def of_weights() -> Iterator[Case]:
    unmasked = ("total", "sum_of_weights", "nonzero_weights", "unweighted")
    for names, questions in (
        (unmasked, ("per_sample_on_sequence", "column_vector", "temporal")),
        (WEIGHTED_MEANS, ("mask_and_per_sample", "mask_and_temporal")),
    ):
        for question in questions:
            for name in (*names, *OTHERS):
                yield Case(
                    asked=f"sample_weight.{question}",
                    planted=Planted(loss=name),
                    said={question: answer(name)},
                )
    for asked in ("sample_weight.square_batch_axis", "weighted_metrics.sample_weight_axis"):
        for axis in ("samples", "timesteps"):
            question = asked.partition(".")[2]
            yield Case(asked=asked, planted=Planted(axis=axis), said={question: axis})
            refused = Refused(planted=axis)
            planted = Planted(axis=axis, loss="sum")
            yield Case(asked=asked, planted=planted, said={question: refused})


def of_weighted_metrics() -> Iterator[Case]:
    names = ("total", "sum_of_weights", "nonzero_weights", "unweighted")
    for prefix, shape in (("", "per_sample"), ("temporal_", "temporal")):
        for name in (*names, *OTHERS):
            for metric in names if name in names else (name,):
                said = {"loss_denominator": answer(name), "metric": answer(metric)}
                yield Case(
                    asked=f"weighted_metrics.{shape}_metrics",
                    planted=Planted(loss=name, metric=metric),
                    said={prefix + question: told for question, told in said.items()},
                )
            yield Case(
                asked=f"weighted_metrics.{shape}_weighted_metrics",
                planted=Planted(weighted_metric=name),
                said={f"{prefix}weighted_metric": answer(name)},
            )
    of_seed = ("total", "sum_of_weights", "unweighted", *OTHERS)
    for name in of_seed:
        for experiment, planted in (
            ("seed_program", Planted(weighted_metric=name)),
            ("seed_program_metric", Planted(metric=name)),
        ):
            said = {experiment: answer(name)}
            yield Case(asked=f"weighted_metrics.{experiment}", planted=planted, said=said)
    for name in ("total", *OTHERS):
        yield Case(
            asked="weighted_metrics.seed_program_ones",
            planted=Planted(metric=name),
            said={"seed_program_ones": answer(name)},
        )


def of_class_weights() -> Iterator[Case]:
    for name in (
        "multiplied",
        "class_weight_ignored",
        "sample_weight_ignored",
        "both_ignored",
    ):
        yield Case(
            asked="class_weight.with_sample_weight",
            planted=Planted(with_sample_weight=name),
            said={"with_sample_weight": name},
        )
    one_hot = ("argmax_as_one_hot",)
    for question, names in {
        "sequence_targets": (),
        "integer_column_labels": (),
        "integer_sequence_labels": one_hot,
        "integer_square_labels": (*one_hot, "argmax_along_time"),
    }.items():
        for name in ("per_label", "ignored", *names):
            yield Case(
                asked=f"class_weight.{question}",
                planted=Planted(class_weight=name),
                said={question: "per_step" if name == "per_label" else name},
            )
        yield Case(
            asked=f"class_weight.{question}",
            planted=Planted(loss="sum"),
            said={question: Refused(planted="sum")},
        )
    yield Case(
        asked="class_weight.with_sample_weight",
        planted=Planted(loss="sum"),
        said={"with_sample_weight": Refused(planted="sum")},
    )
