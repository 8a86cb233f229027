"""Whatever a release does, the real scenarios find it: none of them always gives one answer."""

import pytest

from harness.model import Status
from tests.scenarios.planted import Planted, ask

WEIGHTED = ("total", "sum_of_weights", "nonzero_weights", "unweighted")


def answers(scenario: str, experiment: str, planted: Planted) -> dict[str, str | None]:
    """Return the answer to each question; both draws must have answered alike, without a fault."""
    collected = ask(scenario, experiment, planted)
    assert collected.faults == ()
    said: dict[str, set[tuple[Status, str | None, str]]] = {}
    for seen in collected.observations:
        name = seen.question.partition(".")[2]
        said.setdefault(name, set()).add((seen.status, seen.answer, seen.reason))
    for name, (first, *others) in said.items():
        assert first[0] is Status.ANSWERED, (name, first)
        assert not others
    return {name: next(iter(one))[1] for name, one in said.items()}


@pytest.mark.parametrize("loss", ["valid", "total", "mask_ignored"])
@pytest.mark.parametrize("gradient", ["valid", "total", "mask_ignored"])
def test_the_denominators_of_a_masked_loss_and_of_its_gradient(loss: str, gradient: str) -> None:
    planted = Planted(loss=loss, gradient=gradient)
    assert answers("dense_masking", "loss_and_gradient", planted) == {
        "loss_denominator": loss,
        "gradient_denominator": gradient,
    }


@pytest.mark.parametrize(
    ("loss", "answer"), [("valid", "ignored"), ("total", "ignored"), ("mask_ignored", "felt")]
)
def test_whether_targets_under_padding_are_felt(loss: str, answer: str) -> None:
    said = answers("dense_masking", "masked_targets", Planted(loss=loss))
    assert said == {"masked_targets": answer}


@pytest.mark.parametrize(("leaks", "answer"), [(False, "immaterial"), (True, "material")])
def test_whether_the_mask_value_matters(*, leaks: bool, answer: str) -> None:
    planted = Planted(loss="valid", mask_leaks=leaks)
    assert answers("dense_masking", "mask_value", planted) == {"mask_value": answer}


@pytest.mark.parametrize("loss", WEIGHTED)
@pytest.mark.parametrize("metric", WEIGHTED)
@pytest.mark.parametrize("prefix", ["", "temporal_"])
def test_the_denominators_of_a_weighted_loss_and_of_a_metric(
    loss: str, metric: str, prefix: str
) -> None:
    experiment = "temporal_metrics" if prefix else "per_sample_metrics"
    planted = Planted(loss=loss, metric=metric)
    assert answers("weighted_metrics", experiment, planted) == {
        f"{prefix}loss_denominator": loss,
        f"{prefix}metric": metric,
    }


@pytest.mark.parametrize("metric", WEIGHTED)
@pytest.mark.parametrize("prefix", ["", "temporal_"])
def test_the_denominator_of_a_weighted_metric(metric: str, prefix: str) -> None:
    experiment = "temporal_weighted_metrics" if prefix else "per_sample_weighted_metrics"
    planted = Planted(weighted_metric=metric)
    said = answers("weighted_metrics", experiment, planted)
    assert said == {f"{prefix}weighted_metric": metric}


@pytest.mark.parametrize("axis", ["samples", "timesteps"])
def test_the_axis_of_the_weights(axis: str) -> None:
    said = answers("weighted_metrics", "sample_weight_axis", Planted(axis=axis))
    assert said == {"sample_weight_axis": axis}


@pytest.mark.parametrize("name", ["batch", "sum"])
@pytest.mark.parametrize(
    ("scenario", "experiment"),
    [
        ("dense_masking", "loss_and_gradient"),
        ("weighted_metrics", "per_sample_metrics"),
        ("weighted_metrics", "per_sample_weighted_metrics"),
    ],
)
def test_a_reduction_that_is_not_offered_is_never_called_another(
    name: str, scenario: str, experiment: str
) -> None:
    """A release without means would be seen, as unexplained, and nothing be said of it."""
    planted = Planted(loss=name, metric=name, weighted_metric=name)
    for seen in ask(scenario, experiment, planted).observations:
        assert seen.status is Status.UNEXPLAINED
