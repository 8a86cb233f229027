from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.publish.speed_text import render_speed
from tests.builders import NOON
from tests.timed_runs import example, sitting

from .sittings import judged
from .strategies import HOSTILE

EXAMPLE = """\
Throughput of 5 releases on linux-x86_64-4cpu-0123abcd, 2026-11-20 (UTC), beside tf-2.16.2:
  Sentinel held: the reference, installed twice, is the same as itself in every case (4 comparisons:
    0 faster, 0 slower, 4 same, 0 undecided).
  15 comparisons: 3 faster, 6 slower, 5 same, 1 undecided.
  What changed most:
    tf-1.4.1 → tf-2.10.1 (tensorflow): × 2.18 (2.16 to 2.21) in reduction_raw graph, 32 × 16; other
      work: ÷ valid → ÷ total; in other cases 2: × 2.16 to × 2.17
    tf-2.10.1 → tf-2.16.2 (tensorflow): × 0.76 (0.75 to 0.78) in reduction_raw eager, 32 × 16; other
      work: ÷ total → ÷ valid; in other cases 3: × 0.77 to × 0.78
    tf-2.16.2 → tf-2.17.0rc0 (tensorflow): × 1.03 (1.01 to 1.06) in reduction_raw eager, 32 × 16

THROUGHPUT.md tells it in full."""


def test_the_whole_text() -> None:
    assert render_speed(judged(example()), 100) == EXAMPLE


def test_the_newest_run_stands_nearest_to_the_prompt() -> None:
    later = sitting({"tf-2.10.1": 1.0}, recorded_at=NOON + timedelta(days=1), run_id="later")
    text = render_speed(judged([*later, *example()]))
    assert text.startswith(EXAMPLE.removesuffix("THROUGHPUT.md tells it in full."))
    assert text.split("\n\n")[1] == (
        "Throughput of 2 releases on linux-x86_64-4cpu-0123abcd, 2026-11-21 (UTC), beside tf-2.16.2:\n"
        "  Sentinel held: the reference, installed twice, is the same as itself in every case (1 comparisons:\n"
        "    0 faster, 0 slower, 1 same, 0 undecided).\n"
        "  2 comparisons: 0 faster, 0 slower, 2 same, 0 undecided.\n"
        "  No step was found along any series."
    )


@pytest.mark.parametrize("width", [0, 50, 80])
def test_the_width_is_kept(width: int) -> None:
    lines = render_speed(judged(example()), width).splitlines()
    assert max(map(len, lines)) <= max(width, 50)


@settings(max_examples=30, deadline=None)
@given(HOSTILE, st.integers(50, 120))
def test_nothing_leaves_its_line(hostile: str, width: int) -> None:
    rows = sitting({"tf-1.4.1": 1.5}, machine=hostile, denominator=hostile, blocks=4)
    lines = render_speed(judged(rows), width).split("\n")
    assert all(line.isprintable() for line in lines)
    assert max(map(len, lines)) <= width
