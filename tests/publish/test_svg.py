import pytest

from harness.publish.svg import draw_svg


def test_what_is_drawn_is_one_svg() -> None:
    chart = {"data": {"values": [{"a": 1}]}, "mark": "point", "encoding": {"x": {"field": "a"}}}
    drawn = draw_svg(chart)
    assert drawn.startswith("<svg ")
    assert drawn.endswith("</svg>")
    assert drawn == draw_svg(chart)


def test_what_is_no_chart_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid specification"):
        draw_svg({})
