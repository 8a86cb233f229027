"""Charts of elements per second along the releases, as SVG that stands in a page by itself.

vl-convert is given Vega-Lite as JSON, which is what altair would make: to make it of altair's
objects takes 70 ms a chart, more than to draw it, and importing them half a second more.

Texts and axes take the color of the text around them; the colors of the data keep a contrast of 3:1
to white as well as to black, and what they tell is told by dashes and shapes, too. Nothing has an
id, so that several charts can stand in one page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from harness.judge.runs import Throughputs
from harness.judge.timings import Throughput
from harness.model import Release
from harness.publish.speed import KERNELS
from harness.publish.speed_markdown import CONFIDENCE
from harness.publish.speed_points import Plot, list_plots
from harness.publish.speed_words import say_number
from harness.publish.svg import draw_svg
from harness.publish.timed import Chart
from harness.publish.wording import SERIES, make_visible

COLORS = ("#2f7fd6", "#c2651a", "#1a8f6e", "#a35fc9")
"""By mode, in their order; a contrast of 3.7 or more to white, to black and to dark grey."""
DASHES = ([1, 0], [5, 2], [2, 2], [8, 2, 2, 2])
TEXT = "currentColor"
FAR = 30
"""A limit this many times above the fastest is told and not drawn: it would flatten the rest."""
ROOM = 1.15
"""By how much the axis goes beyond what is drawn."""
STEP, HEIGHT = 22, 240
_FONTS = "Liberation Sans, Arial, Helvetica, sans-serif"
"""The first comes with vl-convert, so that texts are as wide on every machine."""
_FONT = re.compile(' font-family="[^"]*"')
_ROOT = re.compile("<svg [^>]*>")
_SIZE = re.compile(' (?:width|height|viewBox)="[^"]*"')
SAME, OTHER = "the same as the reference", "something else"
PER_SECOND = "elements per second"
_DIVIDES = {
    "field": "divides",
    "type": "nominal",
    "title": "divides by",
    "scale": {"domain": [SAME, OTHER], "range": ["circle", "diamond"]},
}
_CONFIG = {
    "background": "transparent",
    "font": _FONTS,
    "view": {"stroke": None},
    "axis": {
        "labelColor": TEXT,
        "titleColor": TEXT,
        "domainColor": TEXT,
        "tickColor": TEXT,
        "gridColor": TEXT,
        "gridOpacity": 0.15,
    },
    "axisX": {"grid": False, "labelAngle": -60, "labelOverlap": False, "labelLimit": 160},
    "axisY": {"format": "~s"},
    "legend": {
        "orient": "top",
        "labelColor": TEXT,
        "titleColor": TEXT,
        "symbolBaseStrokeColor": TEXT,
        "symbolBaseFillColor": "transparent",
        "symbolStrokeWidth": 2,
    },
}


def draw_throughput(throughputs: Throughputs, releases: Sequence[Release]) -> Iterator[Chart]:
    """Yield the charts of the runs that are told; ``releases`` are those of the catalogue.

    None where nothing was timed. The same timings give the same bytes. ValueError where one cannot
    be drawn.
    """
    for throughput in throughputs.told:
        for plot in list_plots(throughput, releases):
            title = _title(plot)
            yield Chart(
                run_id=make_visible(throughput.run_id),
                title=title,
                svg=_finish(draw_svg(_specify(plot)), title),
                caption=" ".join(_explain(plot, throughput)),
            )


def _title(plot: Plot) -> str:
    return f"{_name(plot)}, along {plot.series}"


def _name(plot: Plot) -> str:
    return make_visible(f"{plot.case.kernel}, {plot.case.batch} × {plot.case.timesteps}")


def _explain(plot: Plot, throughput: Throughput) -> Iterator[str]:
    about = KERNELS.get(plot.case.kernel)
    along = SERIES.get(plot.series, "a series of the catalogue")
    yield f"Elements per second of {_name(plot)}{f' ({about})' if about else ''}, {along}."
    yield (
        f"A point is the speed of {make_visible(throughput.reference)}, the reference, divided by "
        f"the ratio of times; its bar is the {CONFIDENCE} interval of that ratio."
    )
    if not all(point.alike for point in plot.points):
        yield "A hollow diamond does other work: it divides by something else than the reference."
    if plot.limit is None:
        yield "The limit that the bandwidth of memory sets is not known."
    elif _is_near(plot):
        yield "The dashed line is the limit that the bandwidth of memory sets."
    else:
        yield (
            f"The limit that the bandwidth of memory sets, {say_number(plot.limit)}, is "
            f"{plot.limit / plot.fastest:,.0f} times above the fastest, and not drawn."
        )
    there = {point.release for point in plot.points}
    if missing := [name for name in plot.releases if name not in there]:
        yield f"Without a time: {', '.join(missing)}."


def _is_near(plot: Plot) -> bool:
    return plot.limit is not None and plot.limit <= FAR * plot.fastest


def _specify(plot: Plot) -> dict[str, Any]:
    """Return the chart in Vega-Lite."""
    near = [plot.limit] if plot.limit and _is_near(plot) else []
    span = [plot.slowest / ROOM, max([plot.fastest, *near]) * ROOM]
    along = f"{plot.series}, all on TensorFlow {plot.held}" if plot.held else plot.series
    scale = {"type": "log", "domain": span, "nice": False}
    speed = {"field": "speed", "type": "quantitative", "title": PER_SECOND, "scale": scale}
    color = _by_mode(plot, COLORS)
    place = {
        "x": {
            "field": "release",
            "type": "nominal",
            "title": along,
            "sort": None,
            "scale": {"domain": list(plot.releases)},
        },
        "color": color,
    }
    dash = _by_mode(plot, DASHES)
    line = {**place, "y": speed, "strokeDash": dash, "detail": {"field": "stretch"}}
    bounds = {**place, "y": {**speed, "field": "low"}, "y2": {"field": "high"}}
    point = {**place, "y": speed, "shape": _DIVIDES, "description": {"field": "says"}}
    rows = list(_list_rows(plot))
    alike = [row for row in rows if row["divides"] == SAME]
    other = [row for row in rows if row["divides"] == OTHER]
    layers = [
        _layer(rows, {"type": "line", "aria": False, "strokeWidth": 1.5}, line),
        _layer(
            [row for row in rows if row["low"]],
            {"type": "rule", "aria": False, "strokeWidth": 1.5},
            bounds,
        ),
        _layer(alike, {"type": "point", "filled": True, "size": 36, "opacity": 1}, point),
        _layer(other, {"type": "point", "filled": False, "size": 70, "opacity": 1}, point),
    ]
    for limit in near:
        says = f"limit by bandwidth: {say_number(limit)} {PER_SECOND}"
        limits = [{"speed": limit, "says": says}]
        rule = {"type": "rule", "strokeDash": [6, 4], "color": TEXT}
        text = {"type": "text", "align": "left", "dy": -6, "x": 4, "color": TEXT, "aria": False}
        layers += [
            _layer(limits, rule, {"y": speed, "description": {"field": "says"}}),
            _layer(limits, text, {"y": speed, "text": {"field": "says"}}),
        ]
    return {
        "layer": [layer for layer in layers if layer["data"]["values"]],
        "width": {"step": STEP},
        "height": HEIGHT,
        "config": _CONFIG,
    }


def _layer(
    rows: Sequence[Mapping[str, Any]], mark: Mapping[str, Any], encoding: Mapping[str, Any]
) -> dict[str, Any]:
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


def _by_mode(plot: Plot, values: Sequence[object]) -> dict[str, Any]:
    modes = list(plot.modes)
    scale = {"domain": modes, "range": list(values[: len(modes)])}
    return {"field": "mode", "type": "nominal", "scale": scale}


def _list_rows(plot: Plot) -> Iterator[dict[str, Any]]:
    for point in plot.points:
        yield {
            "release": point.release,
            "mode": point.mode,
            "speed": point.speed,
            "low": point.low,
            "high": point.high,
            "divides": SAME if point.alike else OTHER,
            "stretch": point.stretch,
            "says": point.says,
        }


def _finish(svg: str, title: str) -> str:
    """Return the chart as an image of its own name; fonts are left to the page."""
    root = _ROOT.match(svg)
    if root is None:
        raise ValueError("vl-convert gave no SVG")
    size = "".join(_SIZE.findall(root[0]))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg"{size} role="graphics-document" '
        f'aria-label={quoteattr(title)} font-family="sans-serif">'
    )
    return head + _FONT.sub("", svg[root.end() :])
