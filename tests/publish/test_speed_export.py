import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model import Status, Timing
from harness.publish.export import build_export, render_json
from harness.publish.speed_export import list_throughput
from tests.builders import MACHINE
from tests.timed_runs import AGAIN, EAGER, GRAPH, IMPORT, REFERENCE, example, failed, sitting

from . import matrices
from .sittings import ORDER, judged
from .strategies import HOSTILE
from .test_export import VALIDATOR, refuse

COMPARED = ("outcome", "ratio", "low", "high", "p_value", "minimum_detectable_effect")


def rows_of(timings: list[Timing]) -> list[dict[str, Any]]:
    return list_throughput(judged(timings).told, ORDER)


def export(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return build_export(matrices.example(), rows)


def find(rows: list[dict[str, Any]], arm: str, mode: str | None = "graph") -> dict[str, Any]:
    (found,) = [row for row in rows if (row["arm"], row["mode"]) == (arm, mode)]
    return found


def test_a_row() -> None:
    assert find(rows_of(example()), "tf-2.10.1") == {
        "run_id": "20261120T120000Z-00000001",
        "machine": MACHINE,
        "reference": REFERENCE,
        "release": "tf-2.10.1",
        "arm": "tf-2.10.1",
        "kernel": "reduction_raw",
        "mode": "graph",
        "batch": 32,
        "timesteps": 16,
        "status": "answered",
        "reason": "",
        "denominator": "total",
        "unlike": True,
        "seconds_per_call": 0.00013224,
        "elements_per_s": 3871800.0,
        "bandwidth_share": 0.0015497,
        "blocks": 6,
        "samples": 12,
        "loaded": 0,
        "voided": 0,
        "peak_rss_bytes": 600000000,
        "outcome": "slower",
        "ratio": 1.2979,
        "low": 1.2877,
        "high": 1.3089,
        "p_value": 2.3158e-12,
        "minimum_detectable_effect": 0.012524,
    }


def test_there_is_a_row_for_each_arm_and_case() -> None:
    rows = rows_of(example())
    assert len(rows) == 6 * 4
    assert list(dict.fromkeys(row["arm"] for row in rows)) == [*ORDER[:4], AGAIN, ORDER[4]]
    assert find(rows, AGAIN)["release"] == REFERENCE


def test_the_reference_is_compared_with_nothing() -> None:
    found = find(rows_of(example()), REFERENCE)
    assert {found[name] for name in COMPARED} == {None}
    assert (found["status"], found["blocks"], found["samples"]) == ("answered", 6, 12)


def test_what_has_no_time_has_no_numbers() -> None:
    found = find(rows_of(example()), "tf-1.4.1", "xla")
    names = (*COMPARED, "seconds_per_call", "elements_per_s", "bandwidth_share", "denominator")
    assert {found[name] for name in names} == {None}
    assert (found["status"], found["reason"]) == (
        "not_applicable",
        "no jit_compile | in *this* release",
    )
    assert (found["blocks"], found["samples"], found["unlike"]) == (0, 0, False)


def test_what_is_timed_once_has_no_shape() -> None:
    found = find(rows_of(example()), "tf-2.10.1", None)
    names = ("mode", "batch", "timesteps", "elements_per_s", "bandwidth_share", "denominator")
    assert {found[name] for name in names} == {None}
    assert found["kernel"] == "import"
    assert found["outcome"] == "slower"


def test_before_the_first_look_there_is_a_ratio_and_no_more() -> None:
    found = find(rows_of(sitting({"tf-2.10.1": 1.3}, blocks=1)), "tf-2.10.1")
    assert (found["outcome"], found["blocks"]) == ("undecided", 1)
    assert found["ratio"] == pytest.approx(1.3, rel=0.05)
    assert {found[name] for name in COMPARED[2:]} == {None}


def test_an_arm_that_never_met_the_reference_has_no_ratio() -> None:
    rows = sitting({"tf-2.10.1": 1.3}, others=1, blocks=2)
    met = {one.block for one in rows if one.arm == "tf-2.10.1"}
    rows = [one for one in rows if not (one.arm == REFERENCE and one.block in met)]
    found = find(rows_of(rows), "tf-2.10.1")
    assert (found["outcome"], found["blocks"], found["samples"]) == ("undecided", 0, 4)
    assert {found[name] for name in COMPARED[1:]} == {None}
    VALIDATOR.validate(export([found]))


@settings(max_examples=25, deadline=None)
@given(
    HOSTILE,
    st.sampled_from([status for status in Status if status is not Status.CONTRADICTORY]),
    st.sets(st.tuples(st.sampled_from([REFERENCE, AGAIN, "tf-2.10.1"]), st.integers(1, 2))),
    st.sampled_from([1, 2, 4, 15]),
)
def test_what_is_exported_is_strict_and_valid(
    hostile: str, status: Status, lost: set[tuple[str, int]], planned: int
) -> None:
    def change(one: Timing) -> Timing:
        one = replace(one, planned_blocks=planned, reason=hostile)
        if (one.arm, one.block) not in lost:
            return one
        return replace(one, traces=1) if status is Status.ANSWERED else failed(one, status, hostile)

    blocks = min(planned, 2)
    cases = [GRAPH, EAGER, IMPORT]
    made = export(rows_of(sitting({"tf-2.10.1": 1.3}, cases=cases, blocks=blocks, change=change)))
    text = render_json(made)
    parsed = json.loads(text, parse_constant=refuse)
    VALIDATOR.validate(parsed)
    assert parsed == made
    assert text.isascii()


def test_the_same_timings_give_the_same_bytes() -> None:
    assert render_json(export(rows_of(example()))) == render_json(export(rows_of(example())))


@pytest.mark.parametrize(
    ("arm", "change"),
    [
        ("tf-2.10.1", {"seconds_per_call": None}),
        ("tf-2.10.1", {"seconds_per_call": 0}),
        ("tf-2.10.1", {"seconds_per_call": "nan"}),
        ("tf-2.10.1", {"outcome": "quick"}),
        ("tf-2.10.1", {"outcome": None}),
        ("tf-2.10.1", {"ratio": None}),
        ("tf-2.10.1", {"p_value": None}),
        ("tf-2.10.1", {"p_value": 1.5}),
        ("tf-2.10.1", {"low": None}),
        ("tf-2.10.1", {"high": None}),
        ("tf-2.10.1", {"samples": 0}),
        ("tf-2.10.1", {"blocks": -1}),
        ("tf-2.10.1", {"batch": None}),
        ("tf-2.10.1", {"mode": None}),
        ("tf-2.10.1", {"mode": ""}),
        ("tf-2.10.1", {"denominator": ""}),
        ("tf-2.10.1", {"peak_rss_bytes": 0}),
        ("tf-2.10.1", {"status": "crashed"}),
        ("tf-2.10.1", {"more": 1}),
        ("tf-2.11.1", {"status": "unknown"}),
        ("tf-2.11.1", {"status": "answered"}),
        ("tf-2.11.1", {"seconds_per_call": 0.1}),
        ("tf-2.11.1", {"outcome": "same"}),
        ("tf-2.11.1", {"unlike": True}),
        ("tf-2.11.1", {"samples": 1}),
    ],
)
def test_the_schema_refuses(arm: str, change: dict[str, Any]) -> None:
    row = find(rows_of(example()), arm)
    VALIDATOR.validate(export([row]))
    assert not VALIDATOR.is_valid(export([{**row, **change}]))


def test_the_schema_asks_for_every_field() -> None:
    row = find(rows_of(example()), "tf-2.10.1")
    for name in row:
        assert not VALIDATOR.is_valid(export([{k: v for k, v in row.items() if k != name}]))
