"""Vega-Lite in, SVG out: all that a process needs which does nothing but draw.

The only importer of vl-convert, whose first chart takes half a second, and of nothing of ours.
"""

from typing import Any


def draw_svg(specification: dict[str, Any]) -> str:
    """Return the drawing of a chart; ValueError where vl-convert cannot make one of it."""
    # Here, since whoever hands this to another process needs none of its 60 MB.
    import vl_convert

    return vl_convert.vegalite_to_svg(specification)
