"""Vega-Lite in, SVG out. The only importer of vl-convert, whose first chart takes half a second."""

from typing import Any

import vl_convert


def draw_svg(specification: dict[str, Any]) -> str:
    """Return the drawing of a chart; ValueError where vl-convert cannot make one of it."""
    return vl_convert.vegalite_to_svg(specification)
