"""The charts as a browser gets them: sound markup, names for those who listen, colors that show."""

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from hypothesis import given, settings

from harness.judge.runs import Throughputs
from harness.model import Timing
from harness.publish.charts import COLORS, draw_throughput
from harness.publish.timed import Chart
from tests.timed_runs import GRAPH, IMPORT, REFERENCE, example, sitting

from .matrices import release
from .sittings import ORDER, judged
from .strategies import HOSTILE

ROOT = Path(__file__).parents[2]
RELEASES = [release(name) for name in ORDER]
SVG = "{http://www.w3.org/2000/svg}"


def draw(rows: Sequence[Timing] | None = None) -> tuple[Chart, ...]:
    return tuple(draw_throughput(judged(rows or example()), RELEASES))


def labels(svg: str) -> list[str]:
    return [name for node in ET.fromstring(svg).iter() if (name := node.get("aria-label"))]


def test_a_chart_is_an_image_with_a_name() -> None:
    (chart,) = draw()
    root = ET.fromstring(chart.svg)
    assert root.tag == f"{SVG}svg"
    assert chart.title == "reduction_raw, 32 × 16, along tensorflow"
    assert (root.get("role"), root.get("aria-label")) == ("graphics-document", chart.title)
    assert root.get("viewBox")


def test_each_point_says_what_it_is() -> None:
    (chart,) = draw()
    said = labels(chart.svg)
    (slow,) = [one for one in said if one.startswith("2.10.1 graph; ")]
    assert re.fullmatch(
        r"2\.10\.1 graph; [\d.]+ M elements per second, [\d.]+ M to [\d.]+ M; "
        "beside the reference slower; divides by total",
        slow,
    )
    assert len([one for one in said if "elements per second" in one and ";" in one]) == 11


def test_the_caption_says_what_is_seen_and_what_is_not() -> None:
    (chart,) = draw()
    assert f"A point is the speed of {REFERENCE}, the reference, divided by" in chart.caption
    assert "A hollow diamond does other work" in chart.caption
    assert "times above the fastest, and not drawn." in chart.caption
    assert chart.caption.endswith("Without a time: 2.11.1.")


def test_a_limit_that_is_near_is_a_line() -> None:
    (chart,) = draw(sitting({"tf-2.10.1": 1.0}, bandwidth_bytes_per_s=2e8))
    assert "The dashed line is the limit" in chart.caption
    assert [one for one in labels(chart.svg) if one.startswith("limit by bandwidth: ")]
    assert "hollow" not in chart.caption


def test_where_nothing_is_timed_nothing_is_drawn() -> None:
    nothing = Throughputs(told=(), untold=())
    assert list(draw_throughput(nothing, RELEASES)) == []
    assert draw(sitting({"tf-2.10.1": 1.0}, cases=(IMPORT,))) == ()


def luminance(color: str) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_color_shows_on_white_and_on_black() -> None:
    (chart,) = draw()
    used = set(re.findall(r' (?:fill|stroke)="([^"]*)"', chart.svg)) - {"none", "transparent"}
    assert "currentColor" in used
    colors = used - {"currentColor"}
    assert colors <= set(COLORS)
    for color in COLORS:
        for background in ("#ffffff", "#f6f6f6", "#222222", "#000000"):
            lighter, darker = sorted(map(luminance, (color, background)), reverse=True)
            assert (lighter + 0.05) / (darker + 0.05) >= 3


def test_charts_can_stand_side_by_side_in_a_page() -> None:
    (chart,) = draw()
    assert not re.search(r"\bid=|url\(|<style|<script|href=|<image|<foreignObject", chart.svg)


@settings(max_examples=15, deadline=None)
@given(HOSTILE, HOSTILE)
def test_no_name_breaks_out_of_the_markup(kernel: str, mode: str) -> None:
    odd = replace(GRAPH, kernel=kernel, mode=mode)
    rows = sitting({"tf-2.10.1": 1.2}, change=lambda one: replace(one, case=odd))
    for chart in draw(rows):
        tags = {node.tag.removeprefix(SVG) for node in ET.fromstring(chart.svg).iter()}
        assert tags <= {"svg", "g", "path", "line", "text", "rect", "tspan"}
        assert f"{chart.title}{chart.caption}".isprintable()


def test_the_same_timings_give_the_same_bytes_in_another_process() -> None:
    code = (
        "from tests.publish.test_charts import draw; import sys\n"
        "sys.stdout.buffer.write(''.join(one.svg + one.caption for one in draw()).encode())"
    )
    drawn = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert drawn == {"".join(one.svg + one.caption for one in draw()).encode()}
